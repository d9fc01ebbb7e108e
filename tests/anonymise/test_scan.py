import pyarrow as pa
import pytest

from pipelines.anonymise import Leak, refuse_leaks, scan_table, scan_text
from pipelines.errors import UnsafeData
from pipelines.privacy_policy import Privacy
from tests.anonymise.policies import privacy, strings

POLICY = privacy(note="public keep")

IDENTIFIERS = [
    ("email", "écrire à zoe.martin@courriel-exemple.fr."),
    ("email", "zoe.martin arobase courriel-exemple point fr"),
    ("email", "zoe.martin [at] exemple [dot] fr"),
    ("phone", "06 39 98 12 47"),
    ("phone", "+33 6.39.98.12.47"),
    ("phone", "0033639981247"),
    ("phone", "zéro six trente-neuf quatre-vingt-dix-huit douze quarante-sept"),
    ("nir", "1 79 05 35 176 288 25"),
    ("nir", "2690549588157 80"),
    ("nir", "2 94 03 2A 004 008 36"),
    ("iban", "FR76 2758 7750 7657 2962 7683 452"),
    ("iban", "de89370400440532013000"),
    ("iban", "BE42963000000454"),  # its digits have the key of a SIRET
    ("plate", "GH-482-RT"),
    ("plate", "gh482rt"),
    ("plate", "1234 WX 75"),
]

ORDINARY = [
    "SIRET 508 948 007 00234",
    "SIREN 217 500 016",
    "SIREN 508 012 341 - 1234 agents",
    "21750001600019",
    "35600000000048",
    "12 000 EUR 35",
    "1 234 567,89 €",
    "le 123 et le 124",
    "M57A, chapitre 011, article 60612",
    "2026-03-09T12:00:00Z",
    "2026-03-09/2027-03-09",
    "mairie@exemple.fr",
    "contact@association-exemple.fr",
    "Gymnase Jean-Moulin",
    "3017620422003",
]


@pytest.mark.parametrize(("kind", "text"), IDENTIFIERS)
def test_an_identifier_is_found_in_a_column_called_public(kind: str, text: str) -> None:
    assert scan_table(strings(note=["rien", None, text]), POLICY) == (Leak("note", kind, 1),)


@pytest.mark.parametrize("text", ORDINARY)
def test_companies_amounts_codes_and_institutional_mailboxes_are_kept(text: str) -> None:
    assert scan_table(strings(note=[text]), POLICY) == ()


def test_the_institutions_own_contacts_are_kept_where_declared_and_only_those() -> None:
    policy = Privacy.model_validate({**POLICY.model_dump(), "contacts": ["ville-exemple.fr", "02 99 00 00 00"]})
    assert scan_table(strings(note=["dga@ville-exemple.fr", "+33 2 99 00 00 00"]), policy) == ()
    assert scan_table(strings(note=["dga@autre-ville-exemple.fr"]), policy) == (Leak("note", "email", 1),)
    assert scan_table(strings(note=["02 99 00 00 01"]), policy) == (Leak("note", "phone", 1),)


def test_a_nir_read_as_a_whole_number_is_found() -> None:
    table = pa.table({"note": pa.array([269054958815780, 12], pa.int64())})
    assert scan_table(table, POLICY) == (Leak("note", "nir", 1),)


def test_cells_are_counted_not_distinct_values() -> None:
    assert scan_table(strings(note=["GH-482-RT"] * 3 + ["x"]), POLICY) == (Leak("note", "plate", 3),)


def test_the_refusal_names_columns_kinds_and_counts_and_quotes_nothing() -> None:
    leaks = scan_table(strings(note=["06 39 98 12 47"], titre=["GH-482-RT"]), POLICY)
    with pytest.raises(UnsafeData) as stopped:
        refuse_leaks(leaks, "projets.csv")
    assert "“note” (1 × phone), “titre” (1 × plate)" in str(stopped.value)
    assert "39 98" not in str(stopped.value)
    assert "482" not in str(stopped.value)
    refuse_leaks((), "projets.csv")


def test_text_that_becomes_public_is_scanned_too() -> None:
    assert scan_text('{"contact": "zoe.martin@courriel-exemple.fr", "phone": "06 39 98 12 47"}') == {
        "email": 1,
        "phone": 1,
    }

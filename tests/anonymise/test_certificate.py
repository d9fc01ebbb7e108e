import json
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipelines.anonymise.certificate import Subject, band, certificate, key_id, read_keys, signed, well_known_keys
from pipelines.anonymise.gate import GateReport
from pipelines.anonymise.groups import measure
from pipelines.anonymise.verify import Claim, verify
from tests.anonymise.test_gate import POLICY, VOTES, requests, through, votes

OLD, NEW = (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2))
KEYS = read_keys(
    well_known_keys([(OLD.public_key(), "2025-01-01", "2026-01-01"), (NEW.public_key(), "2026-01-01", None)])
)

Version = dict[str, bytes]


def version(table: pa.Table, report: GateReport, *earlier: str, policy=POLICY, key=NEW) -> Version:
    """The published files of one version of grc."""
    stream = BytesIO()
    pq.write_table(table, stream)
    subject = Subject("ville", "grc", "1.0.0", {"grc.parquet": sha256(stream.getvalue()).hexdigest()})
    content = certificate(subject, policy, table.column_names, report, earlier)
    return {"grc.parquet": stream.getvalue(), "certificate.json": signed(content, key)}


def reader(files: Version) -> Callable[[str], bytes]:
    return files.__getitem__


def failing(files: Version, **earlier: Version) -> list[str]:
    found = verify(reader(files), {number.replace("_", "."): reader(one) for number, one in earlier.items()}, KEYS)
    return [claim.what for claim in found.recomputed if not claim.holds]


FIRST = through(requests("NNNSSS"))


def test_a_sound_version_holds_and_its_two_lists_are_apart() -> None:
    found = verify(reader(version(FIRST.table, FIRST.report)), {}, KEYS)
    assert found.holds
    assert Claim("smallest group", True) in found.recomputed
    assert found.attested["rows_waiting"] == "0"
    assert found.attested["contributors_counted_by"] == "rows"


def test_a_retired_key_still_verifies_and_a_strangers_does_not() -> None:
    assert failing(version(FIRST.table, FIRST.report, key=OLD)) == []
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([3]) * 32)
    assert failing(version(FIRST.table, FIRST.report, key=stranger)) == ["signature"]
    assert key_id(stranger.public_key()) not in KEYS


def test_a_changed_word_breaks_the_signature_and_a_changed_file_its_digest() -> None:
    files = version(FIRST.table, FIRST.report)
    assert failing(files | {"certificate.json": files["certificate.json"].replace(b"ville", b"bourg")}) == ["signature"]
    other = version(through(requests("NNNSSSS")).table, FIRST.report)
    assert failing(files | {"grc.parquet": other["grc.parquet"]}) == ["sha256 grc.parquet"]


def test_a_promise_that_the_rows_do_not_bear_out_is_found() -> None:
    small = requests("NNNS").drop_columns("usager")
    assert failing(version(small, FIRST.report)) == ["smallest group", "groups pass the rule"]


def test_a_difference_by_one_person_is_found_from_the_two_versions_alone() -> None:
    second = requests("NNNSSSS").drop_columns("usager")
    rule_report = GateReport(7, 7, groups=measure(second, _rule()))
    first = version(FIRST.table, FIRST.report)
    assert failing(version(second, rule_report, "1.0.0"), **{"1_0_0": first}) == ["difference with 1.0.0"]
    third = through(requests("NNNSSSSSS"), releases=[FIRST.table])
    assert failing(version(third.table, third.report, "1.0.0"), **{"1_0_0": first}) == []
    assert failing(version(third.table, third.report, "1.0.0")) == ["difference with 1.0.0"]


def _rule():
    from pipelines.anonymise.groups import group_rule

    return group_rule(POLICY, ["quartier", "service"])


def test_a_table_with_one_hidden_cell_in_a_line_is_found() -> None:
    gated = through(votes(N="aaaabbbbcc", S="aaaabbbbbcccc", E="aaaaabbbbbccccc"), VOTES)
    assert gated.report.cells_hidden == 1
    assert failing(version(gated.table, gated.report, policy=VOTES)) == []
    rows = gated.table.to_pylist()
    hidden = [row for row in rows if row["row_count"] is None]
    hidden[-1]["row_count"] = 4
    broken = pa.Table.from_pylist(rows, schema=gated.table.schema)
    assert "no line hides a single cell" in failing(version(broken, gated.report, policy=VOTES))


@pytest.mark.parametrize(
    ("count", "minimum", "word"), [(0, 11, "0"), (10, 11, "<k"), (11, 11, ">=k"), (3, None, "1 or more")]
)
def test_counts_that_help_an_attacker_are_banded(count: int, minimum: int | None, word: str) -> None:
    assert band(count, minimum) == word


def test_no_exact_count_of_what_was_withdrawn_waits_or_is_hidden_stands_in_it() -> None:
    report = GateReport(rows_in=90_217, rows_out=90_001, rows_withdrawn=216, rows_waiting=4_219, cells_blanked=7_333)
    text = version(FIRST.table, report)["certificate.json"].decode()
    assert not any(number in text for number in ("90217", "216,", "4219", "7333"))
    assert "dominance" not in json.dumps(json.loads(text)["recomputable"])

import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipelines.anonymise.text.free_text import find_spans, masked, scan
from pipelines.anonymise.text.lexicon import Lexicon
from pipelines.anonymise.text.names_model import pieces_of
from pipelines.anonymise.text.recognisers import Span

PERSONAL = [
    ("address", "au [12 chaussée de l'Étang], merci"),
    ("address", "au [3 levée de la Loire]"),
    ("address", "au [14 drève des Chênes]"),
    ("address", "j'habite au [14 bis rue des Acacias, 35200 Rennes]."),
    ("address", "vit [8, impasse du Moulin à Vent 44115 Basse-Goulaine]"),
    ("address", "au [9 av du marechal] foch"),
    ("address", "adressé [BP 40512, 29105 Quimper Cedex]"),
    ("birth_date", "Je suis né le [12/03/1961] ici"),
    ("birth_date", "date de naissance : [4 septembre 2016]"),
    ("plate", "Véhicule en cause : [4639 LE 44], modèle gris"),
    ("handle", "voir [@zoe_m35] sur le fil"),
    ("handle", "facebook.com/[zoe.martin.9] en parle"),
    ("other_id", "allocataire CAF [4482913], merci"),
    ("other_id", "l'adresse IP [203.0.113.57] apparaît"),
    ("other_id", "ma carte [4970 1012 3456 7893] débitée"),
    ("person", "Bonjour, je m'appelle [Zoé Martin], merci"),
    ("person", "Mon voisin [Sébastien Moreau] brûle ses déchets"),
    ("person", "demande de [Mme Aïssatou Bâ], au 3e"),
    ("person", "Cordialement, [Bernard Métayer]"),
    ("person", "[Mme Durand épouse Martin] est venue"),
    ("person", "[Mme Durand epouse Martin] est venue"),
]

KEPT = [
    "la rue Marie Curie et l'avenue du Général Leclerc",
    "rebaptiser le gymnase Alain Mimoun",
    "M. Éric Piolle, maire de Grenoble",
    "l'adjointe à la culture, Mme Claire Bénard",
    "l'école Jules Ferry et le collège Anne Frank",
    "SIRET 508 948 007 00234, montant 12 000 €",
    "marché n° 2024-06-12-34-56 du 12/03/2024",
    "La salle Léo Ferré est fermée le lundi",
]


@pytest.mark.parametrize(("kind", "marked"), PERSONAL)
def test_what_is_personal_is_found_whole(kind: str, marked: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    spans = [span for span in find_spans(text) if span.start <= start and span.end >= end]
    assert [span.kind for span in spans] == [kind]


def test_a_letter_that_only_looks_latin_is_in_no_account() -> None:
    assert find_spans("compte 12345 12345 1234567890\u0130 12") == []


@pytest.mark.parametrize("text", KEPT)
def test_streets_schools_elected_people_companies_and_amounts_are_kept(text: str) -> None:
    assert find_spans(text) == []


def test_a_text_without_its_spans_keeps_length_spaces_and_the_rest() -> None:
    text = "Merci, Zoé Martin !"
    assert masked(text, [Span(7, 17, "person")]) == "Merci, ███ ██████ !"


def test_missing_texts_have_no_spans_and_overlaps_are_one_span() -> None:
    assert list(scan([None, ""])) == [[], []]
    (spans,) = scan(["Je m'appelle Zoé Martin, zoe.martin@courriel-exemple.fr"])
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


SAID = """
hier est venue la le les rue de du ma fille rose a vote contre bonjour je suis un peu fatigue des travaux
madame monsieur merci petit se plaint avec et ecole mairie ouest l societe pour ete retenue l' comme dit
toujours appelle
"""
WORDS = Lexicon(
    frozenset(("fatiha", "rose", "nolwenn")),
    frozenset(SAID.split()),
)


@pytest.mark.parametrize(
    "marked",
    [
        "hier [Fatiha benchekroun] est venue",
        "hier [fatiha benchekroun] est venue",
        "[NOLWENN LE GOFF] A VOTE CONTRE",
        "comme dit [Rakotomalala], je suis fatigue",
        "[mme petit] se plaint",
        "ma fille [rose] est venue",
        "[Rose Petit] a vote contre",
        "je m'appelle [merveille]",
        "merci\n[Clo. Kervella]",
    ],
)
def test_a_word_that_french_does_not_know_is_a_name_in_any_capitals(marked: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    assert find_spans(text, words=WORDS) == [Span(start, end, "person")]


@pytest.mark.parametrize(
    "text", ["L'école Fatiha Benali", "la rue Rose Petit", "Bonjour, je suis un peu fatigué", "la MAIRIE"]
)
def test_places_and_ordinary_words_are_no_names(text: str) -> None:
    assert find_spans(text, words=WORDS) == []


SAID_TOO = """
avait noms place maison idee vient fait du bruit son roy en a dossier ans adjoint technique adjointe au vu
"""
SOUNDS = {"Benchekroun": "PER", "Waze": "ORG", "Montargis": "LOC", "Boucher": "PER", "Prune": "PER"}
HEARD = Lexicon(
    frozenset(("fatiha", "rose", "prune", "ambre")),
    frozenset(f"{SAID} {SAID_TOO}".split()),
    frozenset(("roy", "boucher")),
    frozenset(("trottoir",)),
    SOUNDS.get,
)


@pytest.mark.parametrize(
    "marked",
    [
        "Hier [fatiha benchekroun] est venue",
        "[benchekroun], merci",
        "hier est venue [r. benchekroun]",
        "Hier est venue [rose p.], fatigue",
        "Merci, [prune roy]",
        "vu avec [roy, ambre]",
        "[Son Benchekroun] est venue",
        "La maison de [Fatiha Benchekroun]",
        "Hier est venue [BENCHEKROUN, Rose]",
        "[B0ucher Fatiha] est venue",
        "l'idee vient de [prune], 9 ans",
        "Monsieur le Maire, [Fatiha Benchekroun] fait du bruit",
        "[Fatiha Benchekroun], adjoint technique",
    ],
)
def test_a_word_that_sounds_like_a_name_is_one_in_any_hand(marked: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    hidden = masked(text, find_spans(text, words=HEARD))
    assert hidden[:start] + hidden[end:] == text[:start] + text[end:]
    assert not any(one.isalnum() and one != "█" for one in hidden[start:end])


@pytest.mark.parametrize(
    "text",
    [
        "merci et waze",
        "hier est venue de montargis",
        "le trotoir est fatigue",
        "une prune a la mairie",
        "La Mairie, Fatiha Benchekroun, adjointe au maire",
        "la place rose boucher",
    ],
)
def test_a_brand_a_town_a_slip_of_the_pen_and_an_office_are_no_names(text: str) -> None:
    assert find_spans(text, words=HEARD) == []


@pytest.mark.parametrize("text", ["", "a" * 9_000, "Zoé Martin. " * 1_000, "x\n" * 5_000, "mot " * 5_000])
def test_the_model_is_given_a_long_text_in_pieces_that_are_all_of_it(text: str) -> None:
    pieces = list(pieces_of(text))
    assert "".join(piece for _start, piece in pieces) == text
    assert all(text[start : start + len(piece)] == piece and len(piece) <= 2_000 for start, piece in pieces)


def test_the_models_word_counts_unless_a_place_is_named_after_somebody() -> None:
    assert find_spans("hier Fatiha benchekroun est venue", entities=[Span(5, 23, "PER")]) == [Span(5, 23, "person")]
    assert find_spans("L'école Fatiha Benali", entities=[Span(8, 21, "PER")]) == []
    assert find_spans("pour Veolia Ouest", entities=[Span(5, 17, "ORG")], words=WORDS) == []


@pytest.mark.parametrize(
    "marked",
    [
        "tél [０６ 12 34 56 78]",  # full-width
        "tél [06\u200b12\u200d34\u2060567\ufeff8]",  # characters without width
        "tél \u202e[06 12 34 56 78]\u202c",  # right to left
        "\U0001f642\U0001f642 [06 12 34 56 78] \U0001f642",
        "e\u0301te\u0301 [06\u201112\u201134\u201156\u201178]",  # accents apart, dashes that do not break
        "M. [Ne\u0301don Cle\u0301ment] dort",
    ],
)
def test_what_only_looks_different_is_found_and_placed_in_the_text_as_given(marked: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    (span,) = find_spans(text)
    assert (span.end, text[span.start : span.end].removeprefix("M. ")) == (end, text[start:end])


def leak_and_mask_rates(texts: list[dict], spans: list[list[Span]]) -> tuple[Counter, Counter, float]:
    """Spans per kind, spans not wholly masked per kind, share of other characters masked."""
    kinds, leaks, masked_others, others = Counter(), Counter(), 0, 0
    for text, found in zip(texts, spans, strict=True):
        hidden = {place for span in found for place in range(span.start, span.end)}
        personal: set[int] = set()
        for span in text["spans"]:
            places = range(span["start"], span["end"])
            personal.update(places)
            kinds[span["label"]] += 1
            leaks[span["label"]] += any(text["text"][p].isalnum() and p not in hidden for p in places)
        outside = set(range(len(text["text"]))) - personal
        others, masked_others = others + len(outside), masked_others + len(outside & hidden)
    return kinds, leaks, masked_others / others


def read_corpus(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "pii_fr" / "corpus.jsonl").read_text("utf-8").splitlines()]


def test_the_base_install_masks_every_structured_kind_of_the_corpus(real_data: Path) -> None:
    texts = read_corpus(real_data)
    kinds, leaks, masks = leak_and_mask_rates(texts, list(scan(text["text"] for text in texts)))
    assert {kind: leaks[kind] for kind in kinds if kind not in ("PERSON", "ADDRESS", "OTHER_ID") and leaks[kind]} == {}
    assert leaks.total() / kinds.total() <= 0.15
    assert masks <= 0.06


@pytest.mark.campaign
def test_with_the_model_the_corpus_leaks_little(real_data: Path) -> None:
    """PARVIS_TEST_TEXTE_PYTHON: the interpreter of an environment with the extra `texte`."""
    python = os.environ.get("PARVIS_TEST_TEXTE_PYTHON", sys.executable)
    program = (
        "import json, sys\nfrom pipelines.anonymise.text.free_text import scan_with_names\n"
        "texts = json.load(sys.stdin)\n"
        "json.dump([[[s.start, s.end, s.kind] for s in spans] for spans in scan_with_names(texts)], sys.stdout)\n"
    )
    texts = read_corpus(real_data)
    given = json.dumps([text["text"] for text in texts])
    done = subprocess.run([python, "-c", program], input=given, capture_output=True, text=True, check=True)
    spans = [[Span(*span) for span in found] for found in json.loads(done.stdout)]
    kinds, leaks, masks = leak_and_mask_rates(texts, spans)
    print({kind: f"{leaks[kind]}/{kinds[kind]}" for kind in kinds}, f"masked elsewhere: {masks:.1%}")
    assert leaks.total() / kinds.total() <= 0.08
    assert masks <= 0.06

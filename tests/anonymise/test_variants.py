import random

import pytest

from pipelines.anonymise import scan_table
from pipelines.anonymise.text.free_text import find_spans
from pipelines.anonymise.text.recognisers import structured_spans
from tests.anonymise.policies import privacy, strings
from tests.anonymise.variants import IN_TEXT, STRUCTURED, company, in_a_sentence

SAMPLE = pytest.param(200, id="sample")
CAMPAIGN = pytest.param(10_000, id="campaign", marks=pytest.mark.campaign)


def leaks(kind: str, count: int) -> list[str]:
    """Texts in which a letter or digit of the identifier stays readable."""
    chance, found = random.Random(20_260_309), []
    for _variant in range(count):
        text, start, end = in_a_sentence(chance, IN_TEXT[kind](chance))
        hidden = {place for span in find_spans(text) for place in range(span.start, span.end)}
        if any(text[place].isalnum() and place not in hidden for place in range(start, end)):
            found.append(text)
    return found


@pytest.mark.parametrize("count", [SAMPLE, CAMPAIGN])
@pytest.mark.parametrize("kind", IN_TEXT)
def test_no_variant_of_a_kind_is_left_readable(kind: str, count: int) -> None:
    assert leaks(kind, count) == []


@pytest.mark.parametrize("count", [SAMPLE, CAMPAIGN])
@pytest.mark.parametrize("kind", STRUCTURED)
def test_no_variant_passes_the_scan_of_a_table(kind: str, count: int) -> None:
    chance = random.Random(7)
    texts = [in_a_sentence(chance, STRUCTURED[kind](chance))[0] for _variant in range(count)]
    policy = privacy(note="public keep")
    assert sum(leak.cell_count for leak in scan_table(strings(note=texts), policy)) >= count


@pytest.mark.parametrize("count", [SAMPLE, CAMPAIGN])
def test_no_companys_number_is_masked(count: int) -> None:
    chance = random.Random(11)
    for _variant in range(count):
        text, start, end = in_a_sentence(chance, company(chance))
        assert not [span for span in structured_spans(text) if span.start < end and start < span.end], text


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece", ["a", "A1", "a-at-", "FR76", "é", "a.a", "0,1", "M. Aa et ", "x chez y ", "a point a "]
)
def test_a_text_that_repeats_itself_costs_no_more_than_its_length(piece: str) -> None:
    assert isinstance(find_spans(piece * (3_000 // len(piece))), list)

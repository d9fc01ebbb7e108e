"""Letters that the rules were not written for: leaks per kind and per origin of names.

pytest -m campaign -s tests/anonymise/test_held_out.py

`FIRST`, and the first half of the unseen letters, have been looked at while the rules were improved; `SECOND` and the
second half are there to measure (of both only addresses, dates and numbers that leaked have been looked at, once).
Before that look, and before any rule was changed for them, the unseen halves leaked 14.0 % and 14.4 % (names 2.4 % and
8.2 %), with 3.8 % and 4.8 % masked elsewhere.
PARVIS_TEST_TEXTE_PYTHON: the interpreter of an environment with the extra `texte`.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from pipelines.anonymise import scan_table
from pipelines.anonymise.text.free_text import scan
from pipelines.anonymise.text.recognisers import Span
from tests.anonymise.held_out import Letter, letters
from tests.anonymise.letters import FIRST, SECOND
from tests.anonymise.policies import privacy, strings
from tests.anonymise.unseen import unseen_letters
from tests.anonymise.variants import STRUCTURED

WITH_MODEL = """
import json, sys
from pipelines.anonymise.text.free_text import scan_with_names
texts = json.load(sys.stdin)
json.dump([[[s.start, s.end, s.kind] for s in spans] for spans in scan_with_names(texts)], sys.stdout)
"""


@dataclass
class Found:
    """Spans and those not wholly masked, by kind and by origin; the share of all other characters that are masked."""

    spans: Counter[str] = field(default_factory=Counter)
    leaks: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    leaks_of_origin: Counter[str] = field(default_factory=Counter)
    kept_masked: Counter[str] = field(default_factory=Counter)
    elsewhere: float = 0.0

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {self.leaks[kind]}/{count}" for kind, count in self.spans.items())
        origins = ", ".join(f"{name} {self.leaks_of_origin[name] / count:.0%}" for name, count in self.origins.items())
        share = self.leaks.total() / self.spans.total()
        return f"leak {share:.1%}, masked elsewhere {self.elsewhere:.1%}; {kinds}; names: {origins}"


def judged(written: Sequence[Letter], found: Sequence[Sequence[Span]]) -> Found:
    """A leak is a span with a letter or digit left readable."""
    sums, others, others_masked = Found(), 0, 0
    for letter, spans in zip(written, found, strict=True):
        hidden = {place for span in spans for place in range(span.start, span.end)}
        outside = set(range(len(letter.text)))
        for one in letter.personal:
            places = range(one.start, one.end)
            outside -= set(places)
            is_leak = any(letter.text[place].isalnum() and place not in hidden for place in places)
            sums.spans[one.kind] += 1
            sums.leaks[one.kind] += is_leak
            if one.origin:
                sums.origins[one.origin] += 1
                sums.leaks_of_origin[one.origin] += is_leak
        for start, end, kind in letter.kept:
            sums.kept_masked[kind] += any(place in hidden for place in range(start, end))
        others, others_masked = others + len(outside), others_masked + len(outside & hidden)
    sums.elsewhere = others_masked / others
    return sums


@pytest.mark.parametrize("templates", [FIRST, SECOND], ids=["looked at", "measured only"])
def test_the_base_install_finds_every_number_and_address_and_no_companys(templates: list[str]) -> None:
    written = list(letters(templates, 31, 400))
    found = judged(written, list(scan(letter.text for letter in written)))
    del found.leaks["person"]  # most names need the extra
    assert +found.leaks == {}
    assert not found.kept_masked["siret"] and not found.kept_masked["siren"] and not found.kept_masked["contact"]
    assert found.elsewhere < 0.04


@pytest.mark.parametrize("is_second", [False, True], ids=["looked at", "measured only"])
def test_identifiers_in_unusual_writings_are_found_and_no_companys(is_second: bool) -> None:
    written = list(unseen_letters(is_second, 33, 300))
    found = judged(written, list(scan(letter.text for letter in written)))
    del found.leaks["person"]
    assert +found.leaks == {}
    assert not any(found.kept_masked[kind] for kind in ("siret", "siren", "vat"))


@pytest.mark.parametrize("is_second", [False, True], ids=["looked at", "measured only"])
def test_identifiers_in_unusual_writings_do_not_pass_the_scan_of_a_table(is_second: bool) -> None:
    written = list(unseen_letters(is_second, 34, 300))
    telling = [letter.text for letter in written if any(one.kind in STRUCTURED for one in letter.personal)]
    silent = {*STRUCTURED, "handle"}  # “chez @zoe.off” is an e-mail to a pattern
    others = [letter.text for letter in written if not any(one.kind in silent for one in letter.personal)]
    assert all(scan_table(strings(note=[text]), privacy(note="public keep")) for text in telling)
    assert scan_table(strings(note=others), privacy(note="public keep")) == ()


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("is_second", [False, True], ids=["looked at", "measured only"])
def test_with_the_model_unseen_letters_leak_little_whatever_the_kind_and_the_origin(is_second: bool) -> None:
    written = list(unseen_letters(is_second, 35, 3000))
    found = judged(written, with_the_model(written))
    print(found)
    assert max(found.leaks[kind] / count for kind, count in found.spans.items()) <= 0.08
    assert max(found.leaks_of_origin[origin] / count for origin, count in found.origins.items()) <= 0.12
    assert found.elsewhere <= 0.06
    assert not any(found.kept_masked[kind] for kind in ("siret", "siren", "vat"))


def with_the_model(written: Sequence[Letter]) -> list[list[Span]]:
    python = os.environ.get("PARVIS_TEST_TEXTE_PYTHON", sys.executable)
    given = json.dumps([letter.text for letter in written])
    done = subprocess.run([python, "-c", WITH_MODEL], input=given, capture_output=True, text=True, check=True)
    return [[Span(*span) for span in spans] for spans in json.loads(done.stdout)]


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("templates", [FIRST, SECOND], ids=["looked at", "measured only"])
def test_with_the_model_letters_leak_little_whatever_the_kind_and_the_origin(templates: list[str]) -> None:
    written = list(letters(templates, 32, 3000))
    found = judged(written, with_the_model(written))
    print(found)
    assert found.leaks.total() / found.spans.total() <= 0.08
    assert found.elsewhere <= 0.06
    assert not found.kept_masked["siret"] and not found.kept_masked["siren"]

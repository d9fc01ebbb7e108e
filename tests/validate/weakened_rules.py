"""Each rule of the screens made a little too weak: a comparison with frictionless that sees none of it proves nothing.

usage: python -m tests.validate.weakened_rules [--files 400] [--seed 20261126]

prints, for each weakened rule, how many random files it took until the report differed from frictionless'.
"""

import argparse
import copy
import dataclasses
import operator
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.validate import keys, screens, strict
from pipelines.validate.buffers import lengths
from pipelines.validate.fields import CANONICAL
from pipelines.validate.screens import booleans, bounds, dates, distinct, numbers, shapes, strings, years
from pipelines.validate.strict import Source, blocks, plan, screening, spill, validate_strictly
from tests.validate.random_cells import LIKELY, NASTY
from tests.validate.random_files import Case, plain_cases
from tests.validate.test_same_as_frictionless import for_random, frictionless_report

SEED, FILES = 20261126, 400


def anything(values: Any, *_rules: Any) -> Any:
    return np.ones(len(values), bool)


def nothing(offsets: Any, *_rest: Any) -> Any:
    return offsets[:0]


def as_they_are(found: Any, _kept: Any) -> Any:
    return found


class AnyShape(shapes.FixedShape):
    """Every text of the right width."""

    def rows_of(self, texts: Any) -> tuple[Any, Any]:
        return shapes.fixed_width(texts, len(self._classes))


def no_check(name: str) -> Callable[[Any], Any]:
    """The screens of strings without one of their constraints."""
    whole = strings._checks
    return lambda constraints: whole({key: value for key, value in constraints.items() if key != name})


def found_anywhere(pattern: str) -> Iterator[Callable[[Any], Any]]:
    yield lambda texts: strings.flags(pc.match_substring_regex(texts, pattern))


def without_enum(field: Any) -> Any:
    other = copy.copy(field)
    other.constraints = {name: value for name, value in field.constraints.items() if name != "enum"}
    return other


def without_format(field: Any) -> Any:
    other = copy.copy(field)
    other.format = "default"
    return other


def screens_of(changed: Callable[[Any], Any], *kinds: str) -> dict[str, Any]:
    """The screens, of which these see another field than the one that is declared."""

    def seeing_another(screen: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda field: screen(changed(field))

    return {kind: seeing_another(one) if kind in kinds else one for kind, one in screens.SCREENS.items()}


def bounds_with(name: str, comparison: Callable[[Any, Any], Any]) -> dict[str, Any]:
    return {**bounds.COMPARISONS, name: comparison}


def swapped_day_and_month(date_format: str) -> Any:
    found = PLACES_OF_PARTS(date_format)
    return found and ({"Y": found[0]["Y"], "m": found[0]["d"], "d": found[0]["m"]}, found[1])


def every_fourth_year(year: Any, month: Any, day: Any) -> Any:
    return (year % 4 == 0) & (year > 0) & (month == 2) & (day == 29)


def class_without_its_negation(operations: Any) -> Any:
    return RANGES_WITHIN([one for one in operations if str(one[0]) != "NEGATE"])


def hashes_with_padding(texts: Any) -> Any:
    """A text's hash depends on how long its neighbours are."""
    mixed = keys.lengths(texts).astype(np.uint64)
    for _start, words in keys._words(keys.with_nothing_null(texts)):
        mixed = keys._stir(mixed ^ words)
    mixed |= np.uint64(1)
    mixed[keys.flags(pc.is_null(texts))] = keys.NO_KEY
    return mixed


def values_as_text(key: Any, _by_name: Any) -> list[str]:
    return [str(value) for values in key.values for value in values]


def without_ragged(self: Any, records: Any) -> Any:
    found = SCREEN(self, records)
    return dataclasses.replace(found, suspect=np.setdiff1d(found.suspect, list(records.ragged)))


def always_plain(resource: Any) -> Any:
    return dataclasses.replace(DIALECT_OF(resource), is_plain=True)


PLACES_OF_PARTS, RANGES_WITHIN = dates.places_of_parts, shapes._ranges_within
SCREEN, DIALECT_OF = screening.BlockScreen.screen, plan._dialect_of
EVERYTHING = ["A", "B", *NASTY, *(text for texts in LIKELY.values() for text in texts)]
ANY_WORD = {**shapes._CATEGORIES, shapes._constants.CATEGORY_WORD: ((0, 127),)}

WEAKENED: Mapping[str, tuple[Any, str, Any]] = {
    "plain: any byte": (numbers, "holds_only", anything),
    "plain: any length": (numbers, "has_length", anything),
    "plain: any end": (numbers, "_are_digits", anything),
    "plain: a minus anywhere": (numbers, "_with_inner_minus", nothing),
    "plain: marks anywhere": (numbers, "_with_odd_mark", nothing),
    "integers: without bounds": (numbers, "within", anything),
    "numbers: any length under bounds": (numbers, "_EXACT_DIGITS", 40),
    "numbers: any bound as a double": (numbers, "_exact", lambda limit: float(limit)),
    "numbers: any decimal character": (numbers, "_is_plain", lambda _mark, _group: True),
    "bounds: minimum is taken as less": (bounds, "COMPARISONS", bounds_with("minimum", operator.le)),
    "bounds: the exclusive minimum is inclusive": (bounds, "COMPARISONS", bounds_with("exclusiveMinimum", operator.ge)),
    "bounds: the exclusive maximum is inclusive": (bounds, "COMPARISONS", bounds_with("exclusiveMaximum", operator.le)),
    "bounds: no maximum": (bounds, "COMPARISONS", bounds_with("maximum", anything)),
    "dates: 29 February always": (dates, "DAYS", np.where(dates.DAYS == 28, 29, dates.DAYS)),
    "dates: every fourth year is a leap year": (dates, "_are_leap_days", every_fourth_year),
    "dates: 31 days in every month": (dates, "DAYS", np.where(dates.DAYS > 0, 31, dates.DAYS)),
    "dates: 99 months": (dates, "DAYS", np.where(np.arange(100) > 12, 31, dates.DAYS)),
    "dates: a year 0": (dates, "FIRST_YEAR", 0),
    "dates: without bounds": (dates, "within", anything),
    "dates: any text as long as a date": (dates, "FixedShape", AnyShape),
    "years: any text of four characters": (years, "FixedShape", AnyShape),
    "years: without bounds": (years, "within", anything),
    "months: 13 of them": (years, "LAST_MONTH", 13),
    "shapes: any length": (shapes, "has_length", anything),
    "shapes: any byte": (shapes, "holds_only", anything),
    "shapes: any text as long": (shapes, "FixedShape", AnyShape),
    "booleans: any word": (booleans, "flags", lambda mask: np.ones(len(mask), bool)),
    "other types: any text": (distinct.DistinctScreen, "_verdict", lambda _self, _text: True),
    "required: what is missing is there": (screens, "is_missing", lambda texts, _missing: np.zeros(len(texts), bool)),
    "strings: without pattern": (strings, "_checks", no_check("pattern")),
    "strings: without minLength": (strings, "_checks", no_check("minLength")),
    "strings: without maxLength": (strings, "_checks", no_check("maxLength")),
    "strings: without enum": (strings, "_checks", no_check("enum")),
    "strings: RE2 is trusted beyond ASCII": (strings, "needs_ascii", lambda _pattern: False),
    "strings: RE2 is trusted with every pattern": (strings, "_is_screened", lambda _pattern: True),
    "keys: integers as they are written": (keys, "_CANONICAL", {**keys._CANONICAL, "integer": keys._as_written}),
    "keys: dates as they are written": (
        screening,
        "canonical_text",
        lambda field, value: None if value is None else repr(value),
    ),
    "keys: nothing is repeated": (spill, "repeated", lambda hashes: hashes[:0].astype(int)),
    "keys: a key of nothing is a key": (screening, "is_missing", lambda texts, _missing: np.zeros(len(texts), bool)),
    "references: everything is known": (screening, "_known_texts", lambda *_: EVERYTHING),
    "rows: a blank row is a row": (screening.BlockScreen, "_blank", lambda self, records: records.places < 0),
    "blocks: all content is tidy": (blocks, "_is_tidy", lambda *_: True),
    "any: a closed list is none": (screens, "SCREENS", screens_of(without_enum, "any")),
    "booleans: a closed list is none": (screens, "SCREENS", screens_of(without_enum, "boolean")),
    "dates: a closed list is none": (screens, "SCREENS", screens_of(without_enum, "date")),
    "integers: a closed list is none": (screens, "SCREENS", screens_of(without_enum, "integer")),
    "numbers: a closed list is none": (screens, "SCREENS", screens_of(without_enum, "number")),
    "years: a closed list is none": (screens, "SCREENS", screens_of(without_enum, "year")),
    "months: a closed list is none": (screens, "SCREENS", screens_of(without_enum, "yearmonth")),
    "missing: every text means nothing": (screens, "is_missing", anything),
    "missing: an empty text always means nothing": (screens, "is_missing", lambda texts, _missing: lengths(texts) == 0),
    "numbers: any group character": (numbers, "_is_group", lambda _mark, _group: True),
    "numbers: without bounds": (numbers, "within", anything),
    "dates: no calendar": (dates, "narrowed", as_they_are),
    "dates: every format is the default": (dates, "places_of_parts", lambda _format: PLACES_OF_PARTS("default")),
    "dates: day and month change places": (dates, "places_of_parts", swapped_day_and_month),
    "years and months: no calendar": (years, "narrowed", as_they_are),
    "shapes: a word is any ASCII": (shapes, "_CATEGORIES", ANY_WORD),
    "shapes: a class holds what it leaves out": (shapes, "_ranges_within", class_without_its_negation),
    "strings: a format of its own is none": (screens, "SCREENS", screens_of(without_format, "string")),
    "strings: a length counts bytes": (strings, "_code_points", strings.lengths),
    "strings: a pattern is found anywhere": (strings, "_pattern_checks", found_anywhere),
    "keys: only certain cells have keys": (screening.BlockScreen, "_key_text", lambda *_: None),
    "keys: dates of every format are hashed": (plan, "is_hashed", lambda field: field.type in CANONICAL),
    "keys: a hash with its padding": (screening, "hashes", hashes_with_padding),
    "references: a number equals its text": (screening, "_known_texts", values_as_text),
    "rows: a ragged row is a row": (screening.BlockScreen, "screen", without_ragged),
    "blocks: every line end is plain": (blocks, "_has_plain_line_ends", lambda _content: True),
    "blocks: marks and NULs are read": (blocks, "_is_all_read", lambda _content: True),
    "dialects: comments are rows": (plan, "_is_plain_table", lambda _resource: True),
    "dialects: arrow knows them all": (plan, "_dialect_of", always_plain),
}


class LeftToFrictionless(Exception):
    """The engine noticed that it cannot be sure, and would ask frictionless."""


def leave(*_source: Any) -> Any:
    raise LeftToFrictionless


@contextmanager
def weakened(rule: str) -> Iterator[None]:
    """The engine with one rule too weak."""
    holder, name, weaker = WEAKENED[rule]
    with patch.object(holder, name, weaker):
        yield


def report_of_vectors(source: Source, block_bytes: int) -> list[dict[str, Any]] | None:
    """The report of vectors over such blocks; None where there is none."""
    with patch.object(strict, "run_frictionless", leave):
        try:
            return list(validate_strictly(source, 0, block_bytes).descriptors())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, IndexError, KeyError, LeftToFrictionless):
            return None


def rules_seen_by(source: Source, block_bytes: int, rules: Iterable[str]) -> set[str]:
    """Which of the rules, made weaker, show in another report of the file, or in none where there was one."""
    expected, whole = frictionless_report(source, 0), report_of_vectors(source, block_bytes)
    seen: set[str] = set()
    for rule in rules if expected is not None else ():
        with weakened(rule):
            found = report_of_vectors(source, block_bytes)
        if found != expected and (found is not None or whole is not None):
            seen.add(rule)
    return seen


def files_until_seen(file_count: int, first_seed: int) -> dict[str, int]:
    """Each weakened rule with the number of random files until one of them showed it; the others are left out."""
    seen: dict[str, int] = {}
    count = 0

    def look(case: Case) -> None:
        nonlocal count
        count += 1
        with tempfile.TemporaryDirectory() as folder:
            found = rules_seen_by(case.write(Path(folder)), case.block_bytes, WEAKENED.keys() - seen.keys())
        seen.update(dict.fromkeys(found, count))

    for_random(plain_cases(), file_count, first_seed, look)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--seed", type=int, default=SEED)
    given_arguments = parser.parse_args()
    seen = files_until_seen(given_arguments.files, given_arguments.seed)
    for rule in sorted(WEAKENED, key=lambda rule: seen.get(rule, given_arguments.files + 1)):
        print(f"{seen.get(rule, 'not seen'):>8}  {rule}")
    print(f"{len(seen)} of {len(WEAKENED)} weakened rules seen within {given_arguments.files} files")


if __name__ == "__main__":
    main()

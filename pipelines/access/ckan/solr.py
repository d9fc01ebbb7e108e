"""CKAN's searches: Solr's syntax as far as words, `field:value`, parentheses, AND, OR and NOT.

What stands side by side is joined by AND, as CKAN has it. What is not understood is refused, never ignored.
"""

import re
from collections.abc import Callable, Mapping

from ...messages import _
from ...versions.identifiers import dataset_id, flat_name
from ..catalogue import plain
from ..query.grammar import CONDITIONS_MOST
from ..search import FACETS, Entry
from .datastore import Invalid

Document = tuple[Entry, str]  # a dataset, and what is said of it without accents and case
Test = Callable[[Document], bool]
Read = Callable[[Entry], tuple[str, ...]]

DEPTH_MOST = 20
FACET_FIELDS: Mapping[str, Read] = {
    "organization": FACETS["organisation"],
    "owner_org": FACETS["organisation"],
    "groups": FACETS["theme"],
    "license_id": FACETS["licence"],
    "res_format": FACETS["format"],
    "tags": lambda entry: tuple(entry[1].metadata["keywords"]),
}
_ALWAYS = {"dataset_type": "dataset", "type": "dataset", "state": "active", "private": "false", "capacity": "public"}


def _constant(value: str) -> Read:
    return lambda _entry: (value,)


FIELDS: Mapping[str, Read] = {
    **FACET_FIELDS,
    "name": lambda entry: (flat_name(entry[0].slug, entry[1].dataset),),
    "id": lambda entry: (str(dataset_id(entry[0].slug, entry[1].dataset)),),
    **{name: _constant(value) for name, value in _ALWAYS.items()},
}
_FIELD = re.compile(r"([A-Za-z_][\w.]*):")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_WORD = re.compile(r'(?:[^\s()"\\]|\\.)+', re.S)
_AND = re.compile(r"AND(?=[\s(]|$)|&&")
_OR = re.compile(r"OR(?=[\s(]|$)|\|\|")
_NOT = re.compile(r"NOT(?=[\s(]|$)|[-!](?=\S)")
_PLUS, _OPEN, _CLOSE = re.compile(r"\+"), re.compile(r"\("), re.compile(r"\)")
_END = re.compile(r"$|(?=\))")
_SPACE = re.compile(r"\s*")


def read_search(text: str, parameter: str) -> Test:
    """Which datasets `text` means. Bare words belong into `q`. Raises Invalid for `parameter`."""
    return _Reader(text, parameter).whole() if text.strip() else lambda _document: True


class _Reader:
    """Reads from left to right; `read` is how the field in force is read, None outside of any."""

    def __init__(self, text: str, parameter: str) -> None:
        self._text = text
        self._parameter = parameter
        self._place = 0
        self._depth = 0
        self._condition_count = 0

    def whole(self) -> Test:
        test = self._alternatives(None)
        if self._text[self._place :].strip():
            raise self._refusal()
        return test

    def _alternatives(self, read: Read | None) -> Test:
        tests = [self._together(read)]
        while self._take(_OR):
            tests.append(self._together(read))
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def _together(self, read: Read | None) -> Test:
        tests = [self._clause(read)]
        while self._take(_AND) or not (self._sees(_END) or self._sees(_OR)):
            tests.append(self._clause(read))
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _clause(self, read: Read | None) -> Test:
        self._depth += 1
        if self._depth > DEPTH_MOST:
            raise Invalid(self._parameter, _("Conditions are nested at most {count} deep.").format(count=DEPTH_MOST))
        test = self._one(read)
        self._depth -= 1
        return test

    def _count(self) -> None:
        self._condition_count += 1
        if self._condition_count > CONDITIONS_MOST:
            words = _("At most {count} conditions are asked at once.").format(count=CONDITIONS_MOST)
            raise Invalid(self._parameter, words)

    def _one(self, read: Read | None) -> Test:
        if self._take(_NOT):
            test = self._clause(read)
            return lambda document: not test(document)
        self._take(_PLUS)
        if self._take(_OPEN):
            test = self._alternatives(read)
            if not self._take(_CLOSE):
                raise self._refusal()
            return test
        if read is None and (field := self._take(_FIELD)):
            return self._clause(self._known(field[1]))
        self._count()
        if quoted := self._take(_QUOTED):
            text = _unescaped(quoted[1])
            return self._text_test(text) if read is None else _is_one_of(read, text)
        if (word := self._take(_WORD)) and word[0] not in ("AND", "OR", "NOT"):
            return self._word(word[0]) if read is None else self._value(read, word[0])
        raise self._refusal()

    def _word(self, word: str) -> Test:
        """A word is looked for inside the texts, so a star at its ends changes nothing."""
        return self._text_test("" if word == "*:*" else _unescaped(word.strip("*")))

    def _text_test(self, text: str) -> Test:
        if text and self._parameter != "q":
            raise self._refusal()
        wanted = plain(text)
        return lambda document: wanted in document[1]

    def _value(self, read: Read, word: str) -> Test:
        start = word.removesuffix("*")
        if re.search(r"(?<!\\)[*?~^\[\]{}]", start):
            raise Invalid(self._parameter, _("Of patterns and ranges, only a star at the end of a word is known."))
        if start == word:
            return _is_one_of(read, _unescaped(word))
        wanted = _unescaped(start).lower()
        return lambda document: any(value.lower().startswith(wanted) for value in read(document[0]))

    def _known(self, field: str) -> Read:
        if field not in FIELDS:
            told = _("The fields are {words}. A colon that is looked for itself stands between quotes.")
            raise Invalid(self._parameter, told.format(words=", ".join(FIELDS)))
        return FIELDS[field]

    def _sees(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What comes next, after spaces."""
        spaces = _SPACE.match(self._text, self._place)
        return pattern.match(self._text, spaces.end() if spaces else self._place)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = self._sees(pattern)
        if found:
            self._place = found.end()
        return found

    def _refusal(self) -> Invalid:
        words = _("Expected field:value, joined by AND or OR, with every quote and parenthesis closed.")
        return Invalid(self._parameter, words)


def _is_one_of(read: Read, value: str) -> Test:
    wanted = value.lower()
    return lambda document: any(each.lower() == wanted for each in read(document[0]))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)

"""The records of a JSON document, one after the other: the document may be larger than memory holds as objects."""

import io
import json
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from typing import Any

from .contents import Content

_PIECE = 1 << 20
LONGEST = 32 << 20  # characters of one record, or of what stands beside the list
DEEPEST_LIST = 2  # objects around the list of records: what portals answer has a `result` with its `records`
_BLANKS = " \t\r\n"


class _Figure(str):
    """A number as its author wrote it."""


class Broken(Exception):
    """The document is no JSON, or is cut; its argument is the line, where a line is a record."""


class NoRecords(Exception):
    """The document holds no list of objects."""


class Doubled(Exception):
    """An object names two of its values alike: a reader of JSON forgets the first one."""


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) < len(members):
        raise Doubled
    return made


_DECODER = json.JSONDecoder(parse_float=_Figure, parse_int=_Figure, object_pairs_hook=_object)


def holds_records(document: Any, depth: int = DEEPEST_LIST) -> bool:
    """Whether it is a list of objects, or an object around one."""
    if isinstance(document, dict) and depth:
        return any(holds_records(member, depth - 1) for member in document.values())
    return isinstance(document, list) and bool(document) and isinstance(document[0], dict)


class _Text:
    """A text that is read where it is needed; `at` is where its reader stands in what is held."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self._held = ""
        self._at = 0

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._read(_PIECE):
                return ""

    def take(self, expected: str) -> None:
        if self.peek() not in expected or not self.peek():
            raise Broken
        self._at += 1

    def value(self) -> Any:
        """The next value, whole. A number at the end of what is held may go on."""
        self.peek()
        piece = _PIECE
        while True:
            try:
                found, end = _DECODER.raw_decode(self._held, self._at)
                if end < len(self._held) or not self._read(piece):
                    self._at = end
                    return found
            except (ValueError, RecursionError):
                if len(self._held) - self._at > LONGEST or not self._read(piece):
                    raise Broken from None
            piece *= 2

    def _read(self, size: int) -> bool:
        more = self._stream.read(size)
        self._held, self._at = self._held[self._at :] + more, 0
        return bool(more)


def records_of(content: Content, encoding: str) -> Iterator[dict[str, Any]]:
    """The objects of the list that the document is, or of the first such list among its members, or among theirs.

    Raises Broken, NoRecords or Doubled. Numbers are text as they were written, and what is nested in an object is JSON.
    """
    for depth in range(1, DEEPEST_LIST + 1):
        with content.text(encoding) as stream:
            text = _Text(stream)
            if text.peek() == "\ufeff":
                text.take("\ufeff")
            is_found = yield from _only_records(_items(text)) if text.peek() == "[" else _of_members(text, depth)
            if text.peek():
                raise Broken
        if is_found:
            return
    raise NoRecords


def _items(text: _Text) -> Iterator[Any]:
    text.take("[")
    while text.peek() != "]":
        yield text.value()
        if text.peek() != "]":
            text.take(",")
    text.take("]")


def _only_records(items: Iterable[Any]) -> Generator[dict[str, Any], None, bool]:
    """Whether there is one; raises NoRecords for an item that is none."""
    count = 0
    for count, item in enumerate(items, start=1):  # noqa: B007
        if not isinstance(item, dict):
            raise NoRecords
        try:
            yield _flat(item)
        except RecursionError:
            raise Broken from None
    return bool(count)


def _of_members(text: _Text, depth: int) -> Generator[dict[str, Any], None, bool]:
    """The first member that is a list with an object at its start gives the records; the others are passed over.

    `depth` is 1 for the members of this object, and more for those of the objects in it. The answer is whether there
    are records.
    """
    text.take("{")
    is_found, names = False, set[str]()
    while text.peek() != "}":
        name = text.value()
        if not isinstance(name, str):
            raise Broken
        if name in names:
            raise Doubled
        names.add(name)
        text.take(":")
        if text.peek() == "{" and depth > 1 and not is_found:
            is_found = yield from _of_members(text, depth - 1)
        else:
            items = _items(text) if text.peek() == "[" else _nothing(text.value())
            first = next(items, None)
            if isinstance(first, dict) and not is_found:
                is_found = yield from _only_records(chain([first], items))
            deque(items, maxlen=0)
        if text.peek() != "}":
            text.take(",")
    text.take("}")
    return is_found


def _nothing(_passed_over: Any) -> Iterator[Any]:
    return iter(())


def lines_of(content: Content, encoding: str) -> Iterator[dict[str, Any]]:
    """The object of each line that is not blank. Raises NoRecords, Doubled, or Broken with the line's number."""
    number = 0
    with content.text(encoding, newline="\n") as stream:
        while line := stream.readline(LONGEST):
            number += 1
            line = line.lstrip("\ufeff") if number == 1 else line
            if line.strip():
                try:
                    record = _DECODER.decode(line)
                    flat = _flat(record) if isinstance(record, dict) else None
                except (ValueError, RecursionError):
                    raise Broken(number) from None
                if flat is None:
                    raise NoRecords
                yield flat


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """A list or an object in it as its JSON."""
    return {name: _json(value) if isinstance(value, list | dict) else value for name, value in record.items()}


def _json(value: Any) -> str:
    """Numbers as they were written: 2.30 is not 2.3, and no text."""
    if isinstance(value, _Figure):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(name)}: {_json(one)}" for name, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)

"""The records of a JSON document, one after the other: the document may be larger than memory holds as objects."""

import io
import json
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Any

from .contents import Content

_PIECE = 1 << 20
LONGEST = 32 << 20  # characters of one record, or of what stands beside the list
_DEEPEST_LIST = 2  # objects around the list of records: what portals answer has a `result` with its `records`
_MOST_LISTS = 16
_BLANKS = " \t\r\n"

Place = tuple[str, ...]  # of a list: the names of the members that lead to it


class _Figure(str):
    """A number as its author wrote it."""


class Broken(Exception):
    """The document is no JSON, or is cut; its argument is the line, where a line is a record."""


class NoRecords(Exception):
    """The document holds no list of objects."""


class Doubled(Exception):
    """An object names two of its values alike, and a reader of JSON forgets the first; the argument is its number."""


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) < len(members):
        raise Doubled(1)
    return made


_DECODER = json.JSONDecoder(parse_float=_Figure, parse_int=_Figure, object_pairs_hook=_object)


def holds_records(document: Any, depth: int = _DEEPEST_LIST) -> bool:
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


def lists_of(content: Content, encoding: str) -> dict[Place, list[str]]:
    """The lists of objects in the document, the least deep first, each with the names of its objects' values.

    Raises Broken, NoRecords or Doubled.
    """
    names: dict[Place, dict[str, None]] = {}
    for place, item in _items_of_lists(content, encoding):
        if isinstance(item, dict):
            names.setdefault(place, {}).update(dict.fromkeys(item))
    lists = {place: list(names[place]) for place in sorted(names, key=len)}
    if not 0 < len(lists) <= _MOST_LISTS:
        raise NoRecords
    return lists


def records_of(content: Content, encoding: str, place: Place) -> Iterator[dict[str, Any]]:
    """The objects of one list. Numbers are text as they were written, and what is nested in an object is JSON.

    Raises Broken, Doubled, or NoRecords where something in the list is no object.
    """
    for own, item in _items_of_lists(content, encoding):
        if own == place:
            if not isinstance(item, dict):
                raise NoRecords
            try:
                yield _flat(item)
            except RecursionError:
                raise Broken from None


def _items_of_lists(content: Content, encoding: str) -> Iterator[tuple[Place, Any]]:
    with content.text(encoding) as stream:
        text = _Text(stream)
        if text.peek() == "\ufeff":
            text.take("\ufeff")
        yield from _items_within(text, ())
        if text.peek():
            raise Broken


def _items_within(text: _Text, place: Place) -> Iterator[tuple[Place, Any]]:
    """The items of each list that has an object at its start; what else there is is passed over."""
    if text.peek() == "[":
        items = _items(text)
        first = next(items, None)
        if isinstance(first, dict):
            yield from ((place, item) for item in chain([first], items))
        deque(items, maxlen=0)
    elif text.peek() == "{" and len(place) < _DEEPEST_LIST:
        for name in _members(text):
            yield from _items_within(text, (*place, name))
    else:
        text.value()


def _items(text: _Text) -> Iterator[Any]:
    text.take("[")
    number = 0
    while text.peek() != "]":
        number += 1
        try:
            item = text.value()
        except Doubled:
            raise Doubled(number) from None
        yield item
        if text.peek() != "]":
            text.take(",")
    text.take("]")


def _members(text: _Text) -> Iterator[str]:
    """The name of each member of an object; whoever asks for the next one has read its value."""
    text.take("{")
    names = set[str]()
    while text.peek() != "}":
        name = text.value()
        if not isinstance(name, str):
            raise Broken
        if name in names:
            raise Doubled(1)
        names.add(name)
        text.take(":")
        yield name
        if text.peek() != "}":
            text.take(",")
    text.take("}")


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

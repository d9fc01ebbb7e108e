"""The next version number and why: the Data Package recipe, with a column appended at the end as MINOR."""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

from ..table_schema import primary_key
from .candidate import Candidate
from .compare import RowChanges
from .manifest import Cause, Manifest

FIRST = "1.0.0"
_KEYS = ("primaryKey", "uniqueKeys", "foreignKeys")
_SHAPE = ("type", "format", "decimals", "missingValues", "decimalChar", "groupChar", "bareNumber")
_PRIVACY_WORDS = (
    "role",
    "basis",
    "article",
    "covers",
    "reason",
    "reviewed",
)  # said about a column, without changing what leaves
_LOOSER: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda old, new: new <= old,
    "exclusiveMinimum": lambda old, new: new <= old,
    "minLength": lambda old, new: new <= old,
    "maximum": lambda old, new: new >= old,
    "exclusiveMaximum": lambda old, new: new >= old,
    "maxLength": lambda old, new: new >= old,
    "enum": lambda old, new: set(old) <= set(new),
}


def find_causes(previous: Manifest, candidate: Candidate | Manifest, rows: RowChanges) -> tuple[Cause, ...]:
    """Every difference that a reuser can notice, the weightiest first; none where only the bytes differ."""
    return (*_major(previous, candidate), *_minor(previous, candidate, rows), *_patch(previous, candidate, rows))


def raise_number(number: str, level: str) -> str:
    """The number after `number` for a change of this level."""
    major, minor, patch = map(int, number.split("."))
    raised = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}
    return ".".join(map(str, raised[level]))


def _major(previous: Manifest, candidate: Candidate | Manifest) -> Iterator[Cause]:
    old, new = _fields(previous.table_schema), _fields(candidate.table_schema)
    yield from _named("major", "column-removed", [name for name in old if name not in new])
    kept = [name for name in new if name in old]
    if list(new)[: len(kept)] != [name for name in old if name in new]:
        yield Cause("major", "columns-reordered")
    yield from _named("major", "column-retyped", [name for name in kept if _shape(old[name]) != _shape(new[name])])
    yield from _named("major", "constraint-tightened", [name for name in kept if _is_tighter(old[name], new[name])])
    if _keys(previous.table_schema) != _keys(candidate.table_schema):
        yield Cause("major", "key-changed")
    treated = [name for name in candidate.privacy if name in previous.privacy]
    changed = [name for name in treated if _treatment(previous.privacy[name]) != _treatment(candidate.privacy[name])]
    yield from _named("major", "anonymisation-changed", changed)


def _minor(previous: Manifest, candidate: Candidate | Manifest, rows: RowChanges) -> Iterator[Cause]:
    old = _fields(previous.table_schema)
    yield from _named("minor", "column-added", [name for name in _fields(candidate.table_schema) if name not in old])
    yield from _counted("minor", "rows-added", rows.added)
    yield from _counted("minor", "rows-withdrawn", rows.withdrawn)


def _patch(previous: Manifest, candidate: Candidate | Manifest, rows: RowChanges) -> Iterator[Cause]:
    yield from _counted("patch", "values-corrected", rows.corrected)
    old, new = _fields(previous.table_schema), _fields(candidate.table_schema)
    kept = [name for name in new if name in old]
    loosened = [name for name in kept if _constraints(old[name]) != _constraints(new[name])]
    tightened = [name for name in kept if _is_tighter(old[name], new[name])]
    yield from _named("patch", "constraint-loosened", [name for name in loosened if name not in tightened])
    come_or_gone = old.keys() ^ new.keys()
    if _said(previous, come_or_gone) != _said(candidate, come_or_gone):
        yield Cause("patch", "metadata")


def _said(version: Manifest | Candidate, come_or_gone: Set[str]) -> list[object]:
    """The words about a version, without what the other causes tell."""
    fields = [
        {word: value for word, value in field.items() if word not in (*_SHAPE, "constraints")}
        for field in version.table_schema["fields"]
        if field["name"] not in come_or_gone
    ]
    columns = {
        name: {word: column.get(word) for word in _PRIVACY_WORDS}
        for name, column in version.privacy.items()
        if name not in come_or_gone
    }
    schema = {word: value for word, value in version.table_schema.items() if word not in ("fields", *_KEYS)}
    return [version.metadata, version.organisation_name, sorted(fields, key=_name), columns, schema]


def _name(field: Mapping[str, Any]) -> str:
    return str(field["name"])


def _fields(table_schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {field["name"]: field for field in table_schema["fields"]}


def _keys(table_schema: Mapping[str, Any]) -> list[Any]:
    return [primary_key(table_schema), *[table_schema.get(key) for key in _KEYS[1:]]]


def _shape(field: Mapping[str, Any]) -> list[Any]:
    return [field.get(word) for word in _SHAPE]


def _constraints(field: Mapping[str, Any]) -> dict[str, Any]:
    """`required: false` says nothing."""
    return {word: bound for word, bound in field.get("constraints", {}).items() if bound is not False}


def _is_tighter(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a row that was good may now be refused; a change that is not surely looser counts."""
    before, after = _constraints(old), _constraints(new)
    for word, bound in after.items():
        if word not in before:
            return True
        if bound != before[word] and not _LOOSER.get(word, _never)(before[word], bound):
            return True
    return False


def _never(_old: object, _new: object) -> bool:
    return False


def _treatment(column: Mapping[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in column.items() if word not in _PRIVACY_WORDS}


def _named(level: str, what: str, names: list[str]) -> Iterator[Cause]:
    if names:
        yield Cause(level, what, ", ".join(names))


def _counted(level: str, what: str, count: int) -> Iterator[Cause]:
    if count:
        yield Cause(level, what, str(count))

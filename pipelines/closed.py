"""What a person writes is closed: an unknown or missing key is an error.

It names the file, the key and the nearest known word, and never quotes a value.
"""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from .errors import InvalidDeclaration
from .messages import _

# pydantic puts the word that chose a union's member into the place of a problem; in the file it is no level.
_TAGS = {"keep", "drop", "generalise", "grid", "top_bottom_code", "round", "threshold", "pseudonymise"}
# What people write for a plain hash: whoever lists all phone numbers, e-mails or NIR computes the same.
_HASHES = {"hash", "hashed", "md5", "sha1", "sha256", "sha-256", "sha512", "digest", "checksum", "hacher", "hachage"}
_BOUNDS = {"greater_than": (">", "gt"), "greater_than_equal": ("≥", "ge"), "less_than_equal": ("≤", "le")}
M = TypeVar("M", bound="Closed")


class Closed(BaseModel):
    """A mapping written by a person: frozen, and no key beyond those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Closed):
    """A text for people, in the two languages."""

    fr: str
    en: str


def read_yaml(text: str) -> object:
    """Plain YAML, by libyaml where PyYAML was built with it: ten times as fast. Raises yaml.YAMLError."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def read_closed(model: type[M], path: Path) -> M:
    """The YAML file at `path` as `model`; what is wrong is told by file, key and nearest known word."""
    try:
        content = read_yaml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidDeclaration(_("{path}: no such file.").format(path=path)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise InvalidDeclaration(_("{path}, line {line}: not valid YAML.").format(path=path, line=line)) from None
    return parse_closed(model, content, str(path))


def parse_closed(model: type[M], content: object, place: str) -> M:
    """`content` as `model`; `place` names the file in messages. Raises InvalidDeclaration, never quoting a value."""
    if not isinstance(content, dict):
        raise InvalidDeclaration(_("{path}: expected “key: value” lines.").format(path=place))
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(_sentence(problem, model) for problem in error.errors()[:5])
        raise InvalidDeclaration(_("{path}: {problems}.").format(path=place, problems=problems)) from None


def nearest(word: str, known: Sequence[str]) -> str:
    """“ (did you mean “x”?)” where a known word is near, else the list of known words."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return _(" (did you mean “{word}”?)").format(word=close[0])
    return _(" (known: {words})").format(words=", ".join(sorted(known)[:20]))


def _sentence(problem: ErrorDetails, model: type[Closed]) -> str:
    """One pydantic problem in words: key, what is wrong, nearest known word; never the value."""
    location = [str(part) for part in problem["loc"] if part not in _TAGS]
    key = ".".join(location) or "?"
    match problem["type"]:
        case "extra_forbidden":
            return _("{key}: unknown key").format(key=key) + nearest(location[-1], _known_keys(model, location[:-1]))
        case "missing":
            return _("{key}: missing key").format(key=key)
        case "value_error":
            return f"{key}: {problem['ctx']['error']}" if location else str(problem["ctx"]["error"])
        case "literal_error" | "union_tag_invalid":
            return _unexpected(key, problem)
        case "greater_than" | "greater_than_equal" | "less_than_equal" as kind:
            sign, bound = _BOUNDS[kind]
            return _("{key}: expected a number {bound}").format(key=key, bound=f"{sign} {problem['ctx'][bound]:g}")
        case "int_parsing" | "int_type" | "int_from_float":
            return _("{key}: expected a whole number").format(key=key)
        case kind:
            return _("{key}: not valid ({kind})").format(key=key, kind=kind)


def _unexpected(key: str, problem: ErrorDetails) -> str:
    """A word that is none of those expected; a near one is offered, what was written is not repeated."""
    expected = problem["ctx"].get("expected") or problem["ctx"].get("expected_tags", "")
    known = re.findall(r"'([^']+)'", expected)
    written = problem["ctx"].get("tag", problem["input"])
    if str(written).lower() in _HASHES and "pseudonymise" in known:
        return _(
            "{key}: a plain hash is undone by hashing every possible value; use “pseudonymise”, which has a key"
        ).format(key=key)
    near = difflib.get_close_matches(str(written).lower(), known, n=1, cutoff=0.6)
    said = _("{key}: expected {expected}").format(key=key, expected=", ".join(known) or expected)
    return said + (_(" (did you mean “{word}”?)").format(word=near[0]) if near else "")


def _known_keys(model: type[Closed], location: Sequence[str]) -> list[str]:
    """The keys that the mapping at `location` may have."""
    schema = model.model_json_schema(by_alias=True)
    definitions, node = schema.get("$defs", {}), schema
    for part in location:
        node = node.get("properties", {}).get(part) or node.get("additionalProperties") or node.get("items") or {}
        options = node.get("oneOf") or node.get("anyOf") or [node]
        resolved = [
            definitions[option["$ref"].rpartition("/")[2]] if "$ref" in option else option for option in options
        ]
        node = {"properties": {k: v for option in resolved for k, v in option.get("properties", {}).items()}} | (
            resolved[0] if len(resolved) == 1 else {}
        )
    return list(node.get("properties", {}))

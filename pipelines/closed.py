"""What a person writes is closed: an unknown or missing key is an error.

It names the file, the key and the nearest known word, and never quotes a value.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from .errors import InvalidDeclaration
from .messages import _

# pydantic puts the word that chose a union's member into the place of a problem; in the file it is no level.
_TAGS = {"keep", "drop", "generalise", "grid", "top_bottom_code", "round", "threshold", "pseudonymise"}
# What people write for a plain hash: whoever lists all phone numbers, e-mails or NIR computes the same.
_HASHES = {"hash", "hashed", "md5", "sha1", "sha256", "sha-256", "sha512", "digest", "checksum", "hacher", "hachage"}
_BOUNDS = {
    "greater_than": (">", "gt"),
    "greater_than_equal": ("≥", "ge"),
    "less_than": ("<", "lt"),
    "less_than_equal": ("≤", "le"),
}
# The start of pydantic's word for a problem -> what was expected; its other words are all of a form.
_EXPECTED: Mapping[str, Callable[[], str]] = {
    "bool": lambda: _("expected true or false"),
    "date": lambda: _("expected a day, as YYYY-MM-DD"),
    "dict": lambda: _("expected “key: value” lines"),
    "finite": lambda: _("expected a number"),
    "float": lambda: _("expected a number"),
    "int": lambda: _("expected a whole number"),
    "mapping": lambda: _("expected “key: value” lines"),
    "missing": lambda: _("missing key"),
    "model": lambda: _("expected “key: value” lines"),
    "path": lambda: _("expected a text"),
    "string_type": lambda: _("expected a text"),
    "tuple": lambda: _("expected a list, such as [a, b]"),
}
NAME = r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$"
CRON = r"^\S+(?: \S+){4}$"
ARTICLE = "[0-9]"
_FORMS: Mapping[str, Callable[[], str]] = {
    NAME: lambda: _("expected a name of a-z, 0-9 and _ that starts with a letter"),
    ARTICLE: lambda: _("expected an article with its number, such as CGCT L2313-1"),
    CRON: lambda: _("expected the five fields of cron, such as “0 6 * * 1”"),
}
M = TypeVar("M", bound="Closed")


class Closed(BaseModel):
    """A mapping written by a person: frozen, and no key beyond those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Closed):
    """A text for people, in the two languages."""

    fr: str = Field(description="In French.")
    en: str = Field(description="In English.")


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
    if not known:
        return _(" (none is declared)")
    return _(" (known: {words})").format(words=", ".join(sorted(known)[:20]))


def known_word(value: str, known: Collection[str]) -> str:
    """`value`, where it is a word of a closed list. Raises ValueError."""
    if value not in known:
        raise ValueError(_("unknown word “{word}”").format(word=value) + nearest(value, list(known)))
    return value


def expected(problem: ErrorDetails) -> str:
    """What pydantic expected and did not find, in words; never the value."""
    kind, about = problem["type"], problem.get("ctx", {})
    match kind:
        case "value_error":
            return str(about["error"])
        case "literal_error" | "union_tag_invalid":
            return _unexpected(problem)
        case "union_tag_not_found":
            return _("missing key {key}").format(key=about["discriminator"].strip("'"))
        case "string_pattern_mismatch" if about["pattern"] in _FORMS:
            return _FORMS[about["pattern"]]()
        case "string_too_short":
            return _("expected at least {count} characters").format(count=about["min_length"])
        case "string_too_long":
            return _("expected at most {count} characters").format(count=about["max_length"])
        case "too_long" | "too_short":
            return _("expected a list of {bound} items").format(
                bound=f"≤ {about['max_length']}" if kind == "too_long" else f"≥ {about['min_length']}"
            )
        case _ if kind in _BOUNDS:
            sign, bound = _BOUNDS[kind]
            return _("expected a number {bound}").format(bound=f"{sign} {about[bound]:g}")
    starts = (kind, kind.partition("_")[0])
    return next((_EXPECTED[one]() for one in starts if one in _EXPECTED), _("not of the expected form"))


def _sentence(problem: ErrorDetails, model: type[Closed]) -> str:
    """One pydantic problem in words: key, what is wrong, nearest known word; never the value."""
    location = [str(part) for part in problem["loc"] if part not in {*_TAGS, "[key]"}]
    if problem["type"] == "extra_forbidden":
        words = _("unknown key") + nearest(location[-1], _known_keys(model, location[:-1]))
    else:
        words = expected(problem)
        if location and isinstance(problem["loc"][-1], int):
            del location[-1]  # one item of a list is told by the list's key
    return _("{subject}: {words}").format(subject=".".join(location), words=words) if location else words


def _unexpected(problem: ErrorDetails) -> str:
    """A word that is none of those expected; a near one is offered, what was written is not repeated."""
    words = problem["ctx"].get("expected") or problem["ctx"].get("expected_tags", "")
    known = re.findall(r"'([^']+)'", words)
    written = problem["ctx"].get("tag", problem["input"])
    if str(written).lower() in _HASHES and "pseudonymise" in known:
        return _("a plain hash is undone by hashing every possible value; use “pseudonymise”, which has a key")
    near = difflib.get_close_matches(str(written).lower(), known, n=1, cutoff=0.6)
    said = _("expected {expected}").format(expected=", ".join(known or re.findall(r"\d+", words)))
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

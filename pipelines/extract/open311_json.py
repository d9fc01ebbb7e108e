"""GeoReport v2 in JSON: a list of objects. Numbers stay as the source wrote them."""

import json
from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceUnavailable
from ..messages import _
from .content import decode, read_bytes
from .open311_kinds import check_kind

LIMIT_BYTES = 256 * 1024 * 1024


def requests_in_json(path: Path) -> Iterator[dict[str, str]]:
    """Every request, each value as text. Raises SourceUnavailable for what is no list of requests."""
    text, _findings = decode(read_bytes(path, LIMIT_BYTES), path.name)
    for item in _items(_parse(text, path.name), path.name):
        check_kind(item, path.name)
        yield {title: _as_text(value) for title, value in item.items()}


def _parse(text: str, source: str) -> object:
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise SourceUnavailable(
            _("{source}, line {line}: not valid JSON, or cut short; fetch the file again.").format(
                source=source, line=error.lineno
            )
        ) from None
    except RecursionError:
        raise SourceUnavailable(
            _("{source}: values lie too deep in each other; check that it is the right file.").format(source=source)
        ) from None


def _items(content: object, source: str) -> list[dict[str, object]]:
    if isinstance(content, dict) and isinstance(content.get("service_requests"), list):
        content = content["service_requests"]
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise SourceUnavailable(
            _("{source}: no requests; expected a list of Open311 requests (requests.json).").format(source=source)
        )
    return content


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)

"""GeoReport v2 in XML: service_requests/request. An empty element is an empty cell."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from .open311_kinds import check_root
from .safe_xml import elements, root_name


def requests_in_xml(path: Path) -> Iterator[dict[str, str]]:
    """Every request, each value as text. Raises SourceUnavailable for what is no list of requests."""
    namespace, _brace, name = root_name(path).rpartition("}")
    check_root(name, path.name)
    wanted = f"{namespace}}}request" if namespace else "request"
    for element in elements(path, {wanted}):
        yield _cells(element)


def _cells(element: etree._Element) -> dict[str, str]:
    """A title that stands twice in a request (several media) has its values joined."""
    cells: dict[str, list[str]] = {}
    for child in element:
        text = " ".join(" ".join(child.itertext()).split()) if len(child) else (child.text or "").strip()
        cells.setdefault(child.tag.rpartition("}")[2], []).append(text)
    return {title: texts[0] if len(texts) == 1 else ", ".join(filter(None, texts)) for title, texts in cells.items()}

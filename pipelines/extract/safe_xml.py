"""XML from outside, element by element: no DTD, no entity, no network, bounded size and depth.

Names are in Clark notation: `{namespace}name`, or `name` where there is no namespace.
"""

import os
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from ..errors import SourceUnavailable
from ..messages import _

# libxml2's own numbers (xmlerror.h), by what they mean to somebody who exported the file.
_UNCLOSED = {77}
_AFTER_THE_END = {5}
_UNDECODABLE = {9, 31, 32, 81, 6000, 6001, 6002, 6003}
_NOT_XML = {4}
_AMPLIFIED = {114}


@dataclass(frozen=True)
class Limits:
    """What a municipal file may weigh. libxml2 adds its own: text of 10 MB, an amplification of 5."""

    size_bytes: int = 512 * 1024 * 1024
    depth: int = 64


LIMITS = Limits()


def root_name(path: Path, limits: Limits = LIMITS) -> str:
    """The name of the root element: what kind of file this is. Raises SourceUnavailable."""
    with _opened(path, limits) as content:
        for _event, element in _events(content, path):
            return str(element.tag)
    raise SourceUnavailable(_("{source}: no XML element; export the file again.").format(source=path.name))


def elements(path: Path, wanted: Container[str], limits: Limits = LIMITS) -> Iterator[etree._Element]:
    """Every element whose name is in `wanted`, whole, in the order of their ends; its ancestors are in place.

    An element is emptied once the caller asks for the next, so memory stays level.
    Raises SourceUnavailable where the file is missing, empty, too large, too deep, cut
    short, undecodable, not XML, or has a DTD.
    """
    depth = inside = 0
    with _opened(path, limits) as content:
        for event, element in _events(content, path):
            is_wanted = element.tag in wanted
            if event == "start":
                depth, inside = depth + 1, inside + is_wanted
                _check_depth(depth, path, limits)
                continue
            depth, inside = depth - 1, inside - is_wanted
            if is_wanted:
                yield element
            if not inside:
                _forget(element)


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[BinaryIO]:
    try:
        size = path.stat().st_size
        content = path.open("rb")
    except OSError:
        raise SourceUnavailable(
            _("{source}: the file cannot be read; check that it is there, and its rights.").format(source=path.name)
        ) from None
    with content:
        if size == 0:
            raise SourceUnavailable(_("{source}: the file is empty; export it again.").format(source=path.name))
        if size > limits.size_bytes:
            raise SourceUnavailable(
                _("{source}: {size} MB is more than the {limit} MB expected; check that it is the right file.").format(
                    source=path.name, size=size >> 20, limit=limits.size_bytes >> 20
                )
            )
        yield content


def _events(content: BinaryIO, path: Path) -> Iterator[tuple[str, etree._Element]]:
    parsed = etree.iterparse(
        content,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for number, (event, element) in enumerate(parsed):
            if number == 0:
                _refuse_dtd(element, path)
            yield event, element
    except etree.XMLSyntaxError as error:
        raise SourceUnavailable(_problem(error, path.name, _is_cut(content))) from None


def _refuse_dtd(root: etree._Element, path: Path) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceUnavailable(_dtd_problem(path.name))


def _dtd_problem(source: str) -> str:
    return _("{source}: a document type (DOCTYPE) is refused, as it can define entities; export without it.").format(
        source=source
    )


def _check_depth(depth: int, path: Path, limits: Limits) -> None:
    if depth > limits.depth:
        raise SourceUnavailable(
            _("{source}: elements lie more than {limit} deep; check that it is the right file.").format(
                source=path.name, limit=limits.depth
            )
        )


def _is_cut(content: BinaryIO) -> bool:
    """Whether the last thing in the file is no tag: libxml2 has twenty numbers for a text that stops too early."""
    content.seek(0, os.SEEK_END)
    content.seek(-min(64, content.tell()), os.SEEK_END)
    return not content.read().rstrip(b" \t\r\n\0").endswith(b">")


def _problem(error: etree.XMLSyntaxError, source: str, is_cut: bool) -> str:
    """libxml2's own words quote the file: only its number and its line are told."""
    code = getattr(error, "code", 0)  # lxml-stubs do not know it
    if code in _AMPLIFIED:
        return _dtd_problem(source)
    if code in _NOT_XML:
        return _("{source}: not an XML file; check that it is the right file.").format(source=source)
    if code in _UNCLOSED or (is_cut and code not in _AFTER_THE_END):
        problem = _("{source}: the file stops at line {line}, before its end; fetch or export it again.")
    elif code in _UNDECODABLE:
        problem = _("{source}, line {line}: not in the encoding that its first line declares; export it again.")
    else:
        problem = _("{source}, line {line}: not well-formed XML; export it again.")
    return problem.format(source=source, line=error.lineno)


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]

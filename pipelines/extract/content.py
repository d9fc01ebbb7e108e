"""The bytes of one source file, bounded, and the text they certainly hold."""

import codecs
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from charset_normalizer import from_bytes

from ..errors import SourceUnavailable
from ..messages import _
from . import Finding

TEXT_LIMIT_BYTES = 64 * 1024 * 1024

_LEGACY = ["cp1252", "cp850", "mac_roman"]
# charset-normalizer alone takes CP850 for Windows-1252 (0x82 is “é” in one, a low quotation mark in the other). A
# reading is certain only where all its characters are those of French text, and one of the letters that French
# cannot do without is among them: the bytes of these three are no French letter, or a rare capital, elsewhere.
_CERTAIN_LETTERS = frozenset("éèà")
_FRENCH_LETTERS = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ")
_FRENCH_SIGNS = frozenset("«»“”‘’–—…€°º²³·\xa0")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_bytes(path: Path, limit_bytes: int = TEXT_LIMIT_BYTES) -> bytes:
    """The file, whole. Raises SourceUnavailable where it is missing, empty or larger than the limit."""
    try:
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except OSError:
        raise SourceUnavailable(
            _("{source}: the file cannot be read; check that it is there, and its rights.").format(source=path.name)
        ) from None
    if len(content) > limit_bytes:
        raise SourceUnavailable(
            _("{source}: more than {limit} MB, the most this connector reads; export it in parts.").format(
                source=path.name, limit=limit_bytes >> 20
            )
        )
    if not content.strip():
        raise SourceUnavailable(_("{source}: the file is empty; export it again.").format(source=path.name))
    return content


def decode(content: bytes, source: str) -> tuple[str, tuple[Finding, ...]]:
    """UTF-8 or what a byte-order mark says; else Windows-1252 where it is certain, which is a finding.

    Raises SourceUnavailable where no reading is certain.
    """
    encoding = next((name for bom, name in _BOMS.items() if content.startswith(bom)), "utf-8")
    findings: tuple[Finding, ...] = ()
    text = _decoded(content, encoding)
    if text is None:
        text, findings = _decode_legacy(content, source)
    if "\0" in text:
        raise SourceUnavailable(_("{source}: not a text file; check that it is the right file.").format(source=source))
    return text, findings


def refuse_our_names(titles: Iterable[str], ours: Container[str], source: str) -> None:
    """Raise SourceUnavailable for a column of the source that would take the place of a field."""
    for title in titles:
        if title in ours:
            raise SourceUnavailable(
                _("{source}: column “{title}” would take the place of another one; remove or rename it.").format(
                    source=source, title=title
                )
            )


def text_table(columns: Mapping[str, Sequence[str]], source: str) -> pa.Table:
    """A table of text. Raises SourceUnavailable for characters that no encoding can write (half surrogates)."""
    try:
        return pa.table({title: pa.array(cells, pa.string()) for title, cells in columns.items()})
    except UnicodeEncodeError:
        raise SourceUnavailable(
            _("{source}: a text holds characters that do not exist; export the file again.").format(source=source)
        ) from None


def _decoded(content: bytes, encoding: str) -> str | None:
    """None where it cannot be decoded: the exception holds the file's bytes, and must not follow another one."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _decode_legacy(content: bytes, source: str) -> tuple[str, tuple[Finding, ...]]:
    text = _windows_1252(content)
    if text is None:
        raise SourceUnavailable(
            _("{source}: neither UTF-8 nor certainly Windows-1252; save it again as UTF-8.").format(source=source)
        )
    told = _("{source}: read as Windows-1252, not UTF-8; export it as UTF-8 to be sure of its accents.")
    return text, (Finding("warning", "encoding", told.format(source=source)),)


def _windows_1252(content: bytes) -> str | None:
    """The text as Windows-1252, where that is certain."""
    matches = from_bytes(content, cp_isolation=_LEGACY)
    lowest = min((match.chaos for match in matches), default=0.0)
    text = next((str(match) for match in matches if match.encoding == "cp1252" and match.chaos == lowest), "")
    foreign = set(text) - set(map(chr, range(128)))
    certain = bool(foreign & _CERTAIN_LETTERS) and foreign <= _FRENCH_LETTERS | _FRENCH_SIGNS
    return text if certain else None

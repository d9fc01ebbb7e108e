"""The encoding of a text: what a mark at its start says, else UTF-8, else the code page that gives French words."""

import codecs
import re
from collections.abc import Iterator
from itertools import islice

import charset_normalizer

from ...errors import SourceUnavailable
from ...extract import Finding
from ...messages import _
from ..report import Repair
from .contents import Content

_PIECE = 1 << 20
_REPLACED = "\ufffd"
_START = 1 << 18
_SCORED_PIECES = 2
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1252", "iso8859-15", "cp850", "iso8859-1")
# Letters as French words hold them, and what the same bytes become in another code page.
_FRENCH = re.compile("[a-zA-Z][éèêëàâäîïôöûüùçœæ]|[éèêàâîôûçœÉÈÀÇŒ][a-zA-Z]|[€°«»’]")
_STRANGE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f¤¦¨´¸¼½¾¬¶─-▟]|[a-z][‚„…†‡ˆ‰Š‹ŽƒÞÚÔËÛÙþ]|Ã[©¨ª«§´®¯»¼¢]|[a-z][A-ZÀ-Ý][a-z]"
)


def encoding_of(content: Content, name: str) -> str:
    """Raises SourceUnavailable for what is no text in the encoding that it declares, or is in two at once."""
    return _encoding_and_certainty(content, name)[0]


def encoding_as_told(content: Content, name: str) -> tuple[str, tuple[Repair, ...], tuple[Finding, ...]]:
    """The same; a repair where it is another than UTF-8, and a finding where it is only likely."""
    encoding, is_certain = _encoding_and_certainty(content, name)
    if not is_certain:
        told = _("The text may be {encoding}, and was read so. Check its accents, or export it as UTF-8.")
        return encoding, (), (Finding("warning", "doubtful-encoding", told.format(encoding=encoding)),)
    if encoding in ("utf-8", "utf-8-sig"):
        return encoding, (), ()
    told = _("The text was read as {encoding}; it is published in UTF-8.")
    return encoding, (Repair("encoding", told.format(encoding=encoding)),), ()


def _encoding_and_certainty(content: Content, name: str) -> tuple[str, bool]:
    if encoding := declared_encoding(content.start(_START)):
        return _checked(content, encoding, name), True
    _refuse_zeros(content, name)
    if _fitting(content, ("utf-8",)):
        return "utf-8", True
    _refuse_two(content, name)
    fitting = _fitting(content, _LEGACY)
    scores = _scores(content, fitting)
    best = max(fitting, key=lambda encoding: scores[encoding])
    if scores[best] > 0:
        return best, True
    guess = charset_normalizer.from_bytes(content.start(_START)).best()
    return (guess.encoding if guess and _fitting(content, (guess.encoding,)) else best), False


def declared_encoding(start: bytes) -> str | None:
    """What a byte order mark says, or every other byte, which UTF-16 has zero and no other text; None for the rest."""
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if marked is None:
        zeros = [start[place:4096:2].count(0) for place in (0, 1)]
        if min(zeros) == 0 and max(zeros) > len(start[:4096]) // 4:
            return "utf-16-le" if zeros[1] else "utf-16-be"
    return marked


def _checked(content: Content, encoding: str, name: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        is_text = not any("\0" in decoder.decode(piece, is_last) for piece, is_last in _pieces(content))
    except UnicodeError:
        is_text = False
    if not is_text:
        raise SourceUnavailable(
            _("{file}: neither text nor a spreadsheet. Export it as CSV (UTF-8) or XLSX.").format(file=name)
        )
    return encoding


def _refuse_zeros(content: Content, name: str) -> None:
    """Raise SourceUnavailable for a zero byte: it ends a text for most programs, and no portal takes it."""
    lines = 0
    for piece, _is_last in _pieces(content):
        place = piece.find(0)
        if place >= 0:
            told = _(
                "{file}: neither text nor a spreadsheet, for line {line} holds a zero byte. "
                "Export it as CSV (UTF-8) or XLSX."
            )
            raise SourceUnavailable(told.format(file=name, line=lines + piece.count(b"\n", 0, place) + 1))
        lines += piece.count(b"\n")


def _refuse_two(content: Content, name: str) -> None:
    """Raise SourceUnavailable where most accents are UTF-8's and some are not: either reading would spoil some."""
    good = bad = lines = 0
    first = None
    with content.text("utf-8", errors="replace") as text:
        while piece := text.read(_PIECE):
            place = piece.find(_REPLACED)
            if first is None and place >= 0:
                first = lines + piece.count("\n", 0, place) + 1
            lines += piece.count("\n")
            bad += piece.count(_REPLACED)
            good += 0 if piece.isascii() else sum(character > "\x7f" for character in piece) - piece.count(_REPLACED)
    if good > bad:
        told = _(
            "{file}, line {line}: a letter that is not in UTF-8, as the rest of the file is. "
            "Write it again, or export the file as UTF-8."
        )
        raise SourceUnavailable(told.format(file=name, line=first))


def _fitting(content: Content, encodings: tuple[str, ...]) -> list[str]:
    """Those in which every byte means something."""
    decoders = {encoding: codecs.getincrementaldecoder(encoding)() for encoding in encodings}
    for piece, is_last in _pieces(content):
        for encoding, decoder in list(decoders.items()):
            try:
                decoder.decode(piece, is_last)
            except UnicodeError:
                del decoders[encoding]
    return list(decoders)


def _pieces(content: Content) -> Iterator[tuple[bytes, bool]]:
    """Each piece, and whether it is the last one, which is empty."""
    content.stream.seek(0)
    while piece := content.stream.read(_PIECE):
        yield piece, False
    yield b"", True


def _scores(content: Content, encodings: list[str]) -> dict[str, int]:
    """How French the text is in each encoding; its first accent may stand far from its start."""
    scores = dict.fromkeys(encodings, 0)
    accented = (piece for piece, _is_last in _pieces(content) if not piece.isascii())
    for piece in islice(accented, _SCORED_PIECES):
        for encoding in encodings:
            text = piece.decode(encoding, "replace")
            scores[encoding] += len(_FRENCH.findall(text)) - 2 * len(_STRANGE.findall(text))
    return scores

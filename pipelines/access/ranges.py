"""Parts of a file (RFC 9110, 14): what makes no sense is ignored; of several parts, those that there are are sent."""

import re

from starlette.responses import FileResponse

from ..messages import _
from .problems import Problem

PARTS_MOST = 100
_PART = re.compile(r"(\d{0,30})-(\d{0,30})", re.ASCII)
Part = tuple[int, int]  # the place of its first byte, and that behind its last


class WholeFile(FileResponse):
    """Starlette's file, in pieces that keep a fast line busy, and with our reading of Range."""

    chunk_size = 1024 * 1024

    @classmethod
    def _parse_range_header(cls, http_range: str, file_size: int) -> list[Part]:
        return asked_parts(http_range, file_size)


def asked_parts(header: str, size_bytes: int) -> list[Part]:
    """The parts to send, ascending and apart; none for the whole file. Raises Problem 416."""
    unit, _equals, listed = header.partition("=")
    parts = [_part(text.strip(" \t"), size_bytes) for text in listed.split(",") if text.strip(" \t")]
    if unit.strip().lower() != "bytes" or None in parts or not 0 < len(parts) <= PARTS_MOST:
        return []
    there = sorted(part for part in parts if part and part[0] < part[1])
    if not there:
        detail = _("No part that was asked for lies in this file; it has {size} bytes.").format(size=size_bytes)
        raise Problem(416, detail, {"content-range": f"bytes */{size_bytes}"})
    return _joined(there)


def _part(text: str, size_bytes: int) -> Part | None:
    """None where no part is written so; an empty one where the file has none."""
    found = _PART.fullmatch(text)
    if not found or text == "-":
        return None
    first, last = found.groups()
    if not first:
        return max(size_bytes - int(last), 0), size_bytes
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size_bytes) if last else size_bytes


def _joined(parts: list[Part]) -> list[Part]:
    joined = parts[:1]
    for first, end in parts[1:]:
        if first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((first, end))
    return joined

"""Where versions lie: an access point, a dataset, one version, or a folder that somebody downloaded."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..messages import _
from .reading import Bounds, Folder, Reader, Unreadable, small, web

KEYS = ".well-known/parvis-keys.json"
VERSION = re.compile(r"latest|\d{1,9}(\.\d{1,9}\.\d{1,9})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}", re.ASCII)
_ORGANISATION = re.compile(r"[a-z0-9-]{2,60}", re.ASCII)
_DATASET = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)
_PLACE = re.compile(rb"<loc>([^<]{1,2000})</loc>")


@dataclass(frozen=True)
class Place:
    """A dataset at its address. Of a folder that somebody downloaded the address is not known: both are empty."""

    organisation: str
    dataset: str

    def path(self, version: str, name: str) -> str:
        if not self.organisation:
            return name
        return f"{self.organisation}/{self.dataset}/{version}/{name}"


@dataclass(frozen=True)
class Site:
    """What is verified: a reader of a whole site, and which of its versions."""

    reader: Reader
    places: Sequence[Place]
    version: str | None = None  # the only one that was asked for, as it was asked for


def on_the_web(address: str, bounds: Bounds) -> Site:
    """What lies at an address. Raises Unreadable where nothing that Parvis publishes does."""
    parts = urlsplit(address)
    path = parts.path.removesuffix("index.html").strip("/")
    return _found(_Segments(f"{parts.scheme}://{parts.netloc}", tuple(filter(None, path.split("/")))), bounds)


@dataclass(frozen=True)
class _Segments:
    origin: str
    names: tuple[str, ...]

    def base(self, above: int) -> str:
        return "/".join([self.origin, *self.names[: len(self.names) - above]])


def _found(where: _Segments, bounds: Bounds) -> Site:
    names = where.names
    if len(names) >= 3 and VERSION.fullmatch(names[-1]):
        return Site(web(where.base(3), bounds), [Place(*names[-3:-1])], names[-1])
    if len(names) >= 2 and _ORGANISATION.fullmatch(names[-2]) and _DATASET.fullmatch(names[-1]):
        site = Site(web(where.base(2), bounds), [Place(*names[-2:])])
        try:
            numbers(site.reader, site.places[0], bounds)
        except Unreadable:
            pass
        else:
            return site
    try:
        whole = web(where.base(0), bounds)
        return Site(whole, list(places(whole, bounds)))
    except Unreadable:
        if not names or not _ORGANISATION.fullmatch(names[-1]):
            raise
    above = web(where.base(1), bounds)
    return Site(above, [place for place in places(above, bounds) if place.organisation == names[-1]])


def in_a_folder(folder: Path, bounds: Bounds) -> Site:
    """What lies in a folder: an export, a dataset or a version of one. Raises Unreadable as `on_the_web` does."""
    folder = folder.resolve()
    above = folder.parents
    if len(above) > 2 and VERSION.fullmatch(folder.name) and (above[2] / KEYS).is_file():
        return Site(Folder(above[2]), [Place(above[1].name, above[0].name)], folder.name)
    if len(above) > 1 and (above[1] / KEYS).is_file() and (folder / "changes").is_file():
        return Site(Folder(above[1]), [Place(above[0].name, folder.name)])
    if (above[0] / KEYS).is_file() and not (folder / KEYS).is_file():
        whole = Folder(above[0])
        return Site(whole, [place for place in places(whole, bounds) if place.organisation == folder.name])
    if (folder / "certificate.json").is_file():
        return Site(Folder(folder), [Place("", "")], "")
    return Site(Folder(folder), list(places(Folder(folder), bounds)))


def places(reader: Reader, bounds: Bounds) -> Iterator[Place]:
    """Every dataset that the site map names. Raises Unreadable."""
    found = [
        urlsplit(one.decode("utf-8", "replace")).path for one in _PLACE.findall(small(reader, "sitemap.xml", bounds))
    ]
    prefix = min(found, key=len, default="/")
    for path in dict.fromkeys(found):
        names = path.removeprefix(prefix).strip("/").split("/")
        if len(names) == 2 and _ORGANISATION.fullmatch(names[0]) and _DATASET.fullmatch(names[1]):
            yield Place(*names)


def numbers(reader: Reader, place: Place, bounds: Bounds) -> list[str]:
    """The versions of a dataset that are published, the oldest first. Raises Unreadable."""
    content = small(reader, f"{place.organisation}/{place.dataset}/changes", bounds)
    try:
        rows: Any = json.loads(content)
        found = list(dict.fromkeys(row["version"] for row in rows))
        if not found or not all(_NUMBER.fullmatch(number) for number in found):
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unreadable(_("no list of versions")) from None
    return sorted(found, key=triple)[-bounds.versions :]


def triple(number: str) -> tuple[int, ...]:
    """In the order of publication: numbers rise."""
    return tuple(map(int, number.split(".")))


def newest(wanted: str, published: Sequence[str]) -> str | None:
    """The number that `latest`, `2` or `2.1.0` stands for; None where there is none."""
    fitting = [one for one in published if wanted == "latest" or one == wanted or one.split(".")[0] == wanted]
    return fitting[-1] if fitting else None

"""`parvis verify`: every version of a place, and what their certificates promise together."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..messages import _
from ..signatures import PublicKey, read_keys
from .claims import Claim, Statement, Verification
from .reading import Bounds, Folder, Unreadable, small
from .replay import replay
from .sites import KEYS, Place, Site, in_a_folder, newest, numbers, on_the_web, triple, withdrawn
from .versions import CERTIFICATE, Edition, Shelf


def verify(place: str, told: Mapping[str, PublicKey] | None = None, bounds: Bounds = Bounds()) -> Verification:  # noqa: B008
    """What holds of the published files at an address or in a folder, and what must be believed.

    `told` are the keys that the asker was given by another way; without them, those
    that the place itself publishes are used, and they prove less. Raises nothing for
    a place that is hostile, damaged or not there: that is a claim that does not hold.
    """
    is_web = place.startswith(("http://", "https://"))
    try:
        site = on_the_web(place, bounds) if is_web else in_a_folder(Path(place), bounds)
    except Unreadable as error:
        return Verification((Claim(place, "list", False, str(error)),), (), "", told is not None)
    keys_from = _("given by you") if told is not None else f"{site.reader.name}/{KEYS}"
    try:
        keys = told if told is not None else read_keys(small(site.reader, KEYS, bounds))
    except Unreadable as error:
        return Verification((Claim(KEYS, "keys", False, str(error)),), (), keys_from, False)
    except ValueError:
        return Verification((Claim(KEYS, "keys", False),), (), keys_from, False)
    with tempfile.TemporaryDirectory(prefix="parvis-verify-") as folder:
        check = _Check(site, Shelf(site.reader, keys, Path(folder), bounds))
        check.everything()
    return Verification(tuple(check.claims), tuple(check.statements), keys_from, told is not None)


@dataclass
class _Check:
    """The two lists, as they grow."""

    site: Site
    shelf: Shelf
    claims: list[Claim] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def everything(self) -> None:
        if not self.site.places:
            self.claims.append(Claim(self.site.reader.name, "list", False, _("nothing is published here")))
        for place in self.site.places:
            if not place.organisation:
                self._alone(place)
            else:
                self._dataset(place)

    def _alone(self, place: Place) -> None:
        """A folder without its site: there is nothing to compare it with."""
        edition = self.shelf.read(place, "")
        self._replay(edition, {})

    def _dataset(self, place: Place) -> None:
        name = f"{place.organisation}/{place.dataset}"
        try:
            published = numbers(self.site.reader, place, self.shelf.bounds)
        except Unreadable as error:
            self.claims.append(Claim(f"{name}/changes", "list", False, str(error)))
            return
        asked = self.site.version
        known: dict[str, Edition] = {}
        if asked is None:
            known = {number: self.shelf.read(place, number) for number in published}
            for edition in known.values():
                self._replay(edition, self._earlier(edition, place, known, published))
            for word in ("latest", *dict.fromkeys(number.split(".")[0] for number in published)):
                self._moving(place, word, published)
        else:
            edition = self._moving(place, asked, published) if asked.count(".") != 2 else self.shelf.read(place, asked)
            known[asked] = edition
            self._replay(edition, self._earlier(edition, place, known, published))
        self._one_organisation(place, known)

    def _moving(self, place: Place, word: str, published: Sequence[str]) -> Edition:
        """`latest` and `2` are the newest that they may be: an old version in its place is sound, and a lie."""
        edition = self.shelf.read(place, word)
        if edition.certificate is not None:
            said = edition.subject["version"]
            edition.claim("newest", said == newest(word, published), "", said)
        if self.site.version is None:
            self.claims += edition.claims
        return edition

    def _earlier(
        self, edition: Edition, place: Place, known: dict[str, Edition], published: Sequence[str]
    ) -> dict[str, Edition]:
        """The versions that the certificate says it was compared with, and that are still there."""
        found = {}
        for number in _compared_with(edition):
            if number not in known and number in published:
                known[number] = self.shelf.read(place, number)
            if number in known:
                found[number] = known[number]
            else:
                self._missing(edition, place, number)
        return found

    def _missing(self, edition: Edition, place: Place, number: str) -> None:
        """What is said to be withdrawn may be so; what merely is not there is missing."""
        if number in withdrawn(self.site.reader, place, self.shelf.bounds):
            self.statements.append(Statement(edition.name, "withdrawn", number))
        else:
            edition.claim("numbers", False, "", number)

    def _replay(self, edition: Edition, earlier: Mapping[str, Edition]) -> None:
        self.statements += replay(edition, earlier)
        self.claims += edition.claims

    def _one_organisation(self, place: Place, known: Mapping[str, Edition]) -> None:
        """All versions are one SIREN's; the newest one bears the address's name, or the address was renamed."""
        read = [edition for edition in known.values() if edition.certificate is not None]
        if not read:
            return
        last = max(read, key=lambda edition: triple(edition.subject["version"]))
        same = {edition.subject["siren"] for edition in read} == {last.subject["siren"]}
        slugs = {edition.subject["organisation"] for edition in read}
        is_named = place.organisation in slugs or self._is_renamed(last.subject["organisation"], place)
        name = f"{place.organisation}/{place.dataset}"
        self.claims.append(Claim(name, "organisation", same and is_named, last.subject["organisation"]))

    def _is_renamed(self, old: str, place: Place) -> bool:
        """Whether the address of former days leads to this one: it then answers with the same certificate."""
        if isinstance(self.site.reader, Folder):
            return False
        try:
            former = small(self.site.reader, Place(old, place.dataset).path("latest", CERTIFICATE), self.shelf.bounds)
            return former == small(self.site.reader, place.path("latest", CERTIFICATE), self.shelf.bounds)
        except Unreadable:
            return False


def _compared_with(edition: Edition) -> list[str]:
    releases = (edition.certificate or {"recomputable": {"releases": None}})["recomputable"]["releases"]
    return [str(number) for number in releases["compared_with"]] if releases else []

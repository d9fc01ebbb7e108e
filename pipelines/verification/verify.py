"""`parvis verify`: every version of a place, and what their certificates promise together."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..messages import _
from ..signatures import PublicKey, read_keys
from .claims import Claim, Statement, Verification
from .reading import Bounds, Folder, Unreadable, small
from .register import Memory, Register, read_register
from .replay import replay
from .sites import KEYS, Place, Site, in_a_folder, newest, numbers, on_the_web, triple
from .versions import CERTIFICATE, Edition, Shelf

WITHDRAWN = "withdrawn.json"


@dataclass(frozen=True)
class Asker:
    """What whoever verifies knows by himself."""

    today: date
    keys: Mapping[str, PublicKey] | None = None  # told by another way than by the place
    memory: Memory = field(default_factory=dict)  # what registers said before


def verify(place: str, asker: Asker, bounds: Bounds = Bounds()) -> Verification:  # noqa: B008
    """What holds of the published files at an address or in a folder, and what must be believed.

    Where the asker was told no keys, those that the place itself publishes are used,
    and they prove less. Raises nothing for a place that is hostile, damaged or not
    there: that is a claim that does not hold.
    """
    is_web = place.startswith(("http://", "https://"))
    is_told = asker.keys is not None
    try:
        site = on_the_web(place, bounds) if is_web else in_a_folder(Path(place), bounds)
    except Unreadable as error:
        return Verification((Claim(place, "list", False, str(error)),), (), "", is_told)
    keys_from = _("given by you") if is_told else f"{site.reader.name}/{KEYS}"
    try:
        keys = asker.keys if asker.keys is not None else read_keys(small(site.reader, KEYS, bounds))
    except Unreadable as error:
        return Verification((Claim(KEYS, "keys", False, str(error)),), (), keys_from, False)
    except ValueError:
        return Verification((Claim(KEYS, "keys", False),), (), keys_from, False)
    with tempfile.TemporaryDirectory(prefix="parvis-verify-") as folder:
        check = _Check(site, Shelf(site.reader, keys, Path(folder), bounds), asker)
        check.everything()
    return Verification(
        tuple(check.claims), tuple(check.statements), keys_from, is_told, {**asker.memory, **check.remembered}
    )


@dataclass(frozen=True)
class _Versions:
    """Of one dataset: the numbers that should be there, what was signed of them, and those that were read."""

    place: Place
    numbers: Sequence[str]
    register: Register | None
    known: dict[str, Edition] = field(default_factory=dict)  # by the name that was asked for


@dataclass
class _Check:
    """The two lists, as they grow."""

    site: Site
    shelf: Shelf
    asker: Asker
    claims: list[Claim] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    remembered: dict[str, Mapping[str, Any]] = field(default_factory=dict)

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
        register = self._register(place)
        try:
            shown = numbers(self.site.reader, place, self.shelf.bounds)
        except Unreadable as error:
            self.claims.append(Claim(f"{name}/changes", "list", False, str(error)))
            return
        if register is None:
            self._editions(_Versions(place, shown, None))
            return
        signed_for = sorted(register.certificates, key=triple)[-self.shelf.bounds.versions :]
        self.claims.append(Claim(f"{name}/changes", "listed", shown == signed_for, _differing(shown, signed_for)))
        self._taken_back(place, register)
        self._editions(_Versions(place, signed_for, register))

    def _editions(self, versions: _Versions) -> None:
        """Those that were asked for, each by itself, then beside the earlier ones that its certificate names."""
        asked, known = self.site.version, versions.known
        others: list[Edition] = []  # under a moving name
        if asked is None:
            known |= {number: self.shelf.read(versions.place, number) for number in versions.numbers}
            words = ("latest", *dict.fromkeys(number.split(".")[0] for number in versions.numbers))
            others = [self._moving(word, versions) for word in words]
        elif asked.count(".") == 2:
            known[asked] = self.shelf.read(versions.place, asked)
        else:
            known[asked] = self._moving(asked, versions)
        for edition in (*known.values(), *others):
            _claim_signed_for(edition, versions.register)
        for edition in list(known.values()):
            self._replay(edition, self._earlier(edition, versions))
        self.claims += [claim for edition in others for claim in edition.claims]
        self._one_organisation(versions)

    def _register(self, place: Place) -> Register | None:
        """What was signed of the dataset; it is remembered where all that is said of it holds."""
        shelf, asker = self.shelf, self.asker
        reading = read_register(self.site.reader, place, shelf.keys, shelf.bounds, asker.today, asker.memory)
        self.claims += reading.claims
        self.statements += reading.statements
        register = reading.register
        if register is not None and all(claim.holds or claim.what == "fresh" for claim in reading.claims):
            self.remembered[f"{register.siren}/{register.dataset}"] = register.remembered()
        return register

    def _taken_back(self, place: Place, register: Register) -> None:
        """What is said to be taken back is what was signed, and is there no more."""
        reader, bounds, name = self.site.reader, self.shelf.bounds, f"{place.organisation}/{place.dataset}/{WITHDRAWN}"
        try:
            rows = json.loads(small(reader, name, bounds))
            said = {row["version"]: (row["withdrawn_on"], row["reason"]) for row in rows}
        except (Unreadable, ValueError, TypeError, KeyError, RecursionError):
            said = None
        self.claims.append(Claim(name, "taken_back", said == register.withdrawn))
        for number in register.withdrawn:
            try:
                small(reader, place.path(number, CERTIFICATE), bounds)
            except Unreadable:
                continue
            self.claims.append(Claim(place.path(number, ""), "gone", False))

    def _moving(self, word: str, versions: _Versions) -> Edition:
        """`latest` and `2` are the newest that they may be: an old version in its place is sound, and a lie."""
        edition = self.shelf.read(versions.place, word)
        if edition.certificate is not None:
            said = edition.subject["version"]
            edition.claim("newest", said == newest(word, versions.numbers), "", said)
        return edition

    def _earlier(self, edition: Edition, versions: _Versions) -> dict[str, Edition]:
        """The versions that the certificate says it was compared with, and that are still there."""
        found, known = {}, versions.known
        for number in _compared_with(edition):
            if number not in known and number in versions.numbers:
                known[number] = self.shelf.read(versions.place, number)
                _claim_signed_for(known[number], versions.register)
                self.claims += known[number].claims
            if number in known:
                found[number] = known[number]
            elif versions.register is not None and number in versions.register.withdrawn:
                self.statements.append(Statement(edition.name, "withdrawn", number))
            else:  # what was signed to be taken back is; what merely is not there is missing
                edition.claim("numbers", False, "", number)
        return found

    def _replay(self, edition: Edition, earlier: Mapping[str, Edition]) -> None:
        self.statements += replay(edition, earlier)
        self.claims += edition.claims

    def _one_organisation(self, versions: _Versions) -> None:
        """All versions are one SIREN's; the newest one bears the address's name, or the address was renamed."""
        place, register = versions.place, versions.register
        read = [edition for edition in versions.known.values() if edition.certificate is not None]
        if not read:
            return
        last = max(read, key=lambda edition: triple(edition.subject["version"]))
        sirens = {edition.subject["siren"] for edition in read} | ({register.siren} if register else set())
        same = sirens == {last.subject["siren"]}
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


def _claim_signed_for(edition: Edition, register: Register | None) -> None:
    """A sound certificate of former days, or one that was never listed, is not what the publisher stands for."""
    if register is None or edition.certificate is None:
        return
    signed_for = register.certificates.get(edition.subject["version"])
    edition.claim("signed_for", sha256(edition.document).hexdigest() == signed_for, CERTIFICATE)


def _differing(shown: Sequence[str], published: Sequence[str]) -> str:
    return ", ".join(sorted(set(shown) ^ set(published), key=triple)[:5])


def _compared_with(edition: Edition) -> list[str]:
    releases = (edition.certificate or {"recomputable": {"releases": None}})["recomputable"]["releases"]
    return [str(number) for number in releases["compared_with"]] if releases else []

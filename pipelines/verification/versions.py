"""One version: is it signed, is it the one of its address, and are its files those that were signed?"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..access.sidecars import gdal_types
from ..signatures import PublicKey, signer
from .claims import Claim
from .reading import Bounds, Reader, Unreadable, saved, small
from .sites import Place

CERTIFICATE = "certificate.json"
DESCRIPTOR = "datapackage.json"
SUMS = "SHA256SUMS"
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,200}", re.ASCII)  # no way out of the version's folder


@dataclass
class Edition:
    """A version as it was read: its certificate once it was found signed, and the files whose digests fit."""

    place: Place
    version: str  # as in its address
    claims: list[Claim] = field(default_factory=list)
    document: bytes = b""
    certificate: Mapping[str, Any] | None = None
    descriptor: Mapping[str, Any] | None = None
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def name(self) -> str:
        where = [self.place.organisation, self.place.dataset, self.version]
        return "/".join(filter(None, where)) or "."

    @property
    def subject(self) -> Mapping[str, Any]:
        return {} if self.certificate is None else self.certificate["subject"]

    def claim(self, what: str, holds: bool, file: str = "", detail: str = "") -> bool:
        """Note it, and say it."""
        self.claims.append(Claim(f"{self.name}/{file}" if file else self.name, what, holds, detail))
        return holds


@dataclass(frozen=True)
class Shelf:
    """Where versions are read from, what they are checked with, and where their bytes are kept meanwhile."""

    reader: Reader
    keys: Mapping[str, PublicKey]
    folder: Path
    bounds: Bounds

    def read(self, place: Place, version: str) -> Edition:
        """The version, with a claim for everything that was looked at. A failed one never stops the others."""
        edition = Edition(place, version)
        try:
            edition.document = small(self.reader, place.path(version, CERTIFICATE), self.bounds)
        except Unreadable as error:
            edition.claim("readable", False, CERTIFICATE, str(error))
            return edition
        if not edition.claim("signature", self._read_certificate(edition), CERTIFICATE):
            return edition
        _claim_place(edition)
        self._read_files(edition)
        self._read_sums(edition)
        self._read_descriptor(edition)
        return edition

    def _read_certificate(self, edition: Edition) -> bool:
        key = signer(edition.document, self.keys)
        if key is None:
            return False
        content = json.loads(edition.document)
        if not edition.claim("form", _is_certificate(content), CERTIFICATE):
            return True
        edition.certificate = content
        day = datetime.fromisoformat(content["subject"]["published_at"]).date()
        edition.claim("day", key.is_valid_on(day), CERTIFICATE, f"{key.id}, {day}")
        return True

    def _read_files(self, edition: Edition) -> None:
        for name, digest in edition.subject.get("files", {}).items():
            try:
                found, path = saved(self.reader, edition.place.path(edition.version, name), self.folder, self.bounds)
            except Unreadable as error:
                edition.claim("digest", False, name, str(error))
                continue
            if edition.claim("digest", found == digest, name):
                edition.files[name] = path

    def _read_sums(self, edition: Edition) -> None:
        """SHA256SUMS is what people check a download with."""
        if edition.certificate is None:
            return
        digests = {**edition.subject["files"], CERTIFICATE: sha256(edition.document).hexdigest()}
        expected = sorted(f"{digest}  {name}" for name, digest in digests.items())
        try:
            text = small(self.reader, edition.place.path(edition.version, SUMS), self.bounds)
        except Unreadable as error:
            edition.claim("sums", False, SUMS, str(error))
            return
        edition.claim("sums", sorted(text.decode("utf-8", "replace").splitlines()) == expected, SUMS)

    def _read_descriptor(self, edition: Edition) -> None:
        if DESCRIPTOR not in edition.files:
            return
        try:
            descriptor = json.loads(edition.files[DESCRIPTOR].read_bytes())
            described = {one["path"]: one["hash"] for one in descriptor["resources"]}
            fields = descriptor["resources"][0]["schema"]["fields"]
            types = gdal_types(fields)
            version = descriptor["version"]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            edition.claim("descriptor", False, DESCRIPTOR)
            return
        certified = {name: f"sha256:{digest}" for name, digest in edition.subject["files"].items()}
        agrees = described.items() <= certified.items() and version == edition.subject["version"]
        if edition.claim("descriptor", agrees, DESCRIPTOR):
            edition.descriptor = descriptor
        self._read_types(edition, types)

    def _read_types(self, edition: Edition, types: str) -> None:
        """The one file without a digest: it follows from the descriptor. A download on its own may lack it."""
        name = f"{edition.subject['dataset']}.csvt"
        try:
            found = small(self.reader, edition.place.path(edition.version, name), self.bounds)
        except Unreadable as error:
            if edition.place.organisation:
                edition.claim("types", False, name, str(error))
            return
        edition.claim("types", found == types.encode(), name)


def _claim_place(edition: Edition) -> None:
    """A sound version at another's address is a lie. (An organisation may have been renamed: its SIREN tells.)"""
    if edition.certificate is None or not edition.place.organisation:
        return
    said = edition.subject
    edition.claim("dataset", said["dataset"] == edition.place.dataset, CERTIFICATE)
    if edition.version.count(".") == 2:
        edition.claim("version", said["version"] == edition.version, CERTIFICATE, said["version"])


def _is_certificate(content: Any) -> bool:
    """Whether it has the form of format 1, as far as this code leans on it: a key may be a hostile one."""
    try:
        subject, recomputable, attested = content["subject"], content["recomputable"], content["attested"]
        datetime.fromisoformat(subject["published_at"])
        texts = [subject[name] for name in ("siren", "organisation", "dataset", "version")]
        texts += [*subject["files"], *subject["files"].values()]
        names = [*subject["files"], subject["dataset"], subject["version"]]
        counts = [recomputable["row_count"], *(part["row_count"] for part in recomputable["parts"])]
        lists = [recomputable["identifiers"]["contacts"], recomputable["identifiers"]["pseudonyms"]]
        return bool(
            content["format"] == 1
            and all(isinstance(text, str) for text in texts)
            and all(_FILE.fullmatch(name) and name not in (CERTIFICATE, SUMS) for name in names)
            and f"{subject['dataset']}.parquet" in subject["files"]
            and all(type(count) is int and 0 <= count < 2**40 for count in counts)
            and all(isinstance(word, str) for words in lists for word in words)
            and all(isinstance(part["part"], str) for part in [*recomputable["parts"], *attested["parts"]])
            and {"groups", "table", "counts", "releases"} <= recomputable.keys()
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def parts_of(edition: Edition) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Each part's name, the place of its first row, and what the certificate says of it."""
    start = 0
    for part in (edition.certificate or {"recomputable": {"parts": []}})["recomputable"]["parts"]:
        yield part["part"], start, part
        start += part["row_count"]

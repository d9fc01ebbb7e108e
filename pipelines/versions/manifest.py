"""The manifest: the one record of a published version, and all that pages and portals know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import StoreUnavailable
from ..messages import _
from .seal import sealed, unsealed

FORMAT = 1
DESCRIPTOR = "datapackage.json"
CERTIFICATE = "certificate.json"
QUALITY = "quality.json"
BESIDE = (DESCRIPTOR, QUALITY, CERTIFICATE)  # the files of a version that hold no row, in their order


@dataclass(frozen=True)
class StoredFile:
    """One file of a version: `name` in the version's folder, its bytes by digest in the store."""

    name: str
    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True)
class Cause:
    """Why a version's number rose: the level it asks for, and a stable word with its count or names."""

    level: str  # "major" | "minor" | "patch"
    what: str  # "first-version" "rows-added" "rows-withdrawn" "values-corrected" "column-removed" "metadata" ...
    detail: str = ""  # a count or column names; never a cell


@dataclass(frozen=True)
class Part:
    """A run of a version's rows that came from one delivery: a new delivery with the same key replaces it."""

    key: tuple[str, ...]  # the values of the dataset's part_key; () where the dataset is replaced whole
    row_count: int  # parts follow one another in the rows, in the order of their keys


@dataclass(frozen=True)
class Manifest:
    """One published version of one dataset of one organisation."""

    siren: str
    organisation: str  # the slug at the time of publication
    organisation_name: str
    dataset: str
    sequence: int  # 1, 2, 3, ... in the order of publication
    number: str  # MAJOR.MINOR.PATCH
    committed_at: str  # ISO 8601, UTC, seconds
    causes: tuple[Cause, ...]
    row_count: int
    files: tuple[StoredFile, ...]
    metadata: Mapping[str, Any]  # title, description (fr, en), license, themes, keywords, update_frequency, contact
    table_schema: Mapping[str, Any]  # of the published rows
    privacy: Mapping[str, Any]  # source column -> role and action
    content_digest: str  # equal digests: nothing new to publish
    parts: tuple[Part, ...]
    provenance: Mapping[str, str]  # parvis_version, declaration_sha256, schema_sha256, source_hmac
    format: int = FORMAT

    def file(self, name: str) -> StoredFile | None:
        """The file called `name`, or None."""
        return next((file for file in self.files if file.name == name), None)

    @property
    def resources(self) -> tuple[StoredFile, ...]:
        """The files that hold the rows."""
        return tuple(file for file in self.files if file.name not in BESIDE)

    @property
    def number_triple(self) -> tuple[int, ...]:
        """(major, minor, patch), which rise from each version to the next."""
        return tuple(int(part) for part in self.number.split("."))

    def to_json(self) -> bytes:
        """Canonical bytes, sealed."""
        lists = {name: [vars(each) for each in getattr(self, name)] for name in ("causes", "files", "parts")}
        return sealed({**vars(self), **lists})

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Raises StoreUnavailable for a newer format, and where a bit of the content changed."""
        given = unsealed(content)
        if given["format"] > FORMAT:
            raise StoreUnavailable(
                _(
                    "store: a version has format {found}, newer than this Parvis knows ({known}); upgrade Parvis."
                ).format(found=given["format"], known=FORMAT)
            )
        files = tuple(StoredFile(**file) for file in given["files"])
        causes = tuple(Cause(**cause) for cause in given["causes"])
        parts = tuple(Part(tuple(part["key"]), part["row_count"]) for part in given["parts"])
        return cls(**{**given, "files": files, "causes": causes, "parts": parts})

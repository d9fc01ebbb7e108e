"""What a portal receives of one version: its texts, its files in order, and one page to find the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal
from uuid import UUID, uuid5

from ..messages import _, speaking
from ..versions.manifest import CERTIFICATE, QUALITY, Manifest, StoredFile

OpenFile = Callable[[StoredFile], BinaryIO]


@dataclass(frozen=True)
class FileKind:
    """How portals name a format: their word, and what to say of it."""

    suffix: str
    label: str
    description: Callable[[], str]


FILE_KINDS = (  # in the order in which a reader meets them
    FileKind(".csv", "CSV", lambda: _("Comma-separated values, UTF-8, decimal points.")),
    FileKind(".fr.csv", "CSV", lambda: _("For spreadsheets in French: semicolons and decimal commas.")),
    FileKind(".parquet", "Parquet", lambda: _("Columnar and typed, for data tools.")),
    FileKind(".json", "JSON", lambda: _("One object per row.")),
    FileKind("datapackage.json", "JSON", lambda: _("The version described: fields, types, digests, provenance.")),
)


@dataclass(frozen=True)
class PortalFile:
    """One file of the version as a portal shows it."""

    stored: StoredFile
    format: str
    description: str
    address: str  # of the newest version, at the access point

    @property
    def name(self) -> str:
        return self.stored.name


@dataclass(frozen=True)
class Publication:
    """One version, for one portal."""

    manifest: Manifest
    organisation: str  # as the portal names it
    public_url: str
    language: Literal["fr", "en"] = "fr"
    code_insee: str = ""  # of the commune, where the organisation is one
    hosting: Literal["hosted", "linked"] = "hosted"  # copies on the portal, or links to the access point
    loads_datastore: bool = False  # on a CKAN: the rows, typed, for its own queries
    period: tuple[str, str] | None = None  # the first and the last day that the rows speak of

    @property
    def name(self) -> str:
        """The flat name: no dash in a dataset's name, so it splits at the last one."""
        return f"{self.manifest.organisation}-{self.manifest.dataset}"

    @property
    def page(self) -> str:
        """The dataset at the access point: also its dct:identifier, the same on every portal."""
        return f"{self.public_url}/{self.manifest.organisation}/{self.manifest.dataset}/"

    @property
    def title(self) -> str:
        """The same dataset of two towns must be told apart in a list."""
        return f"{self.manifest.metadata['title'][self.language]} – {self.manifest.organisation_name}"

    @property
    def description(self) -> str:
        return str(self.manifest.metadata["description"][self.language])

    @property
    def files(self) -> tuple[PortalFile, ...]:
        """The files that a portal shows, in a reader's order; others stay at the access point."""
        with speaking(self.language):
            known = [(_kind(file.name), file) for file in self.manifest.files]
            shown = [(kind, file) for kind, file in known if kind is not None]
            shown.sort(key=lambda pair: FILE_KINDS.index(pair[0]))
            return tuple(
                PortalFile(file, kind.label, kind.description(), f"{self.page}latest/{file.name}")
                for kind, file in shown
            )

    @property
    def documentation_title(self) -> str:
        """What the page that leads to everything else is called."""
        with speaking(self.language):
            return _("All versions and changes")

    @property
    def documentation(self) -> str:
        """Where versions, changes and feed are, in words."""
        with speaking(self.language):
            return _("Every version of this dataset, what changed between them, and a feed: {page}changes").format(
                page=self.page
            )


def resource_id(dataset_id: str, name: str) -> str:
    """The stable id of a resource; built on the portal's id of the dataset, it is new when the dataset is made anew."""
    return str(uuid5(UUID(dataset_id), name))


def _kind(name: str) -> FileKind | None:
    if name in (CERTIFICATE, QUALITY):  # they are about the files at the access point
        return None
    fitting = [kind for kind in FILE_KINDS if name.endswith(kind.suffix)]
    return max(fitting, key=lambda kind: len(kind.suffix), default=None)

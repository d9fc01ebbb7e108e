"""What a portal receives of one version: its texts, its files in order, and one page to find the rest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal
from uuid import UUID, uuid5

from ..messages import _, speaking
from ..versions.identifiers import dataset_id, flat_name
from ..versions.manifest import CERTIFICATE, DESCRIPTOR, Manifest, StoredFile

OpenFile = Callable[[StoredFile], BinaryIO]


@dataclass(frozen=True)
class FileKind:
    """How portals name a format: their word, and what to say of it."""

    suffix: str  # after the dataset's name
    label: str
    description: Callable[[], str]


FILE_KINDS = (  # in the order in which a reader meets them
    FileKind(".csv", "CSV", lambda: _("Comma-separated values, UTF-8, decimal points.")),
    FileKind(".fr.csv", "CSV", lambda: _("For spreadsheets in French: semicolons and decimal commas.")),
    FileKind(".xlsx", "XLSX", lambda: _("Excel workbook.")),
    FileKind(".parquet", "Parquet", lambda: _("Columnar and typed, for data tools.")),
    FileKind(".json", "JSON", lambda: _("One object per row.")),
    FileKind(".geojson", "GeoJSON", lambda: _("For maps: one point or shape per row.")),
    FileKind(DESCRIPTOR, "JSON", lambda: _("The version described: fields, types, digests, provenance.")),
)


@dataclass(frozen=True)
class PortalFile:
    """One file as a portal shows it."""

    name: str  # what its resource is known by; a file of an older version bears the version's number
    stored: StoredFile
    format: str
    description: str
    address: str  # at the access point: of the newest version, or of an older one
    is_older: bool = False
    is_distrusted: bool = False  # somebody found that the portal's copy is not this file, whatever the portal says

    @property
    def suffix(self) -> str:
        return self.name.rsplit(".", 1)[1]


@dataclass(frozen=True)
class Vacancy:
    """A dataset of which no version is left: everything that a portal still holds of it goes."""

    slug: str  # the organisation's, as addresses have it
    dataset: str
    organisation: str  # as the portal names it
    number: str = "-"

    @property
    def name(self) -> str:
        """The flat name: no dash in a dataset's name, so it splits at the last one."""
        return flat_name(self.slug, self.dataset)

    @property
    def identifier(self) -> str:
        """Its dct:identifier: the same at the access point and on every portal, whatever the addresses become."""
        return str(dataset_id(self.slug, self.dataset))


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
    # The first and the last day that the rows speak of. Raises StoreUnavailable where the file is damaged.
    read_period: Callable[[], tuple[str, str] | None] = lambda: None
    older: tuple[Manifest, ...] = ()  # earlier versions that the portal shows too, the newest first
    withdrawn: frozenset[int] = frozenset()  # places of versions that were taken back
    distrusted: frozenset[str] = frozenset()  # files whose copy is to be sent again, whatever the portal says of it

    @property
    def slug(self) -> str:
        return self.manifest.organisation

    @property
    def dataset(self) -> str:
        return self.manifest.dataset

    @property
    def number(self) -> str:
        return self.manifest.number

    @property
    def name(self) -> str:
        return self.vacancy.name

    @property
    def identifier(self) -> str:
        return self.vacancy.identifier

    @property
    def vacancy(self) -> Vacancy:
        """The same dataset's place on the portal, whatever stands there."""
        return Vacancy(self.slug, self.dataset, self.organisation)

    @property
    def page(self) -> str:
        """The dataset at the access point."""
        return f"{self.public_url}/{self.slug}/{self.dataset}/"

    @property
    def title(self) -> str:
        """The same dataset of two towns must be told apart in a list."""
        return f"{self.manifest.metadata['title'][self.language]} – {self.manifest.organisation_name}"

    @property
    def description(self) -> str:
        return str(self.manifest.metadata["description"][self.language])

    @property
    def files(self) -> tuple[PortalFile, ...]:
        """The files that a portal shows, in a reader's order, then older versions; others stay at the access point."""
        with speaking(self.language):
            held = {file.name: file for file in self.manifest.files}
            named = [(kind, held.get(self._file_name(kind))) for kind in FILE_KINDS]
            newest = (
                PortalFile(file.name, file, kind.label, kind.description(), f"{self.page}latest/{file.name}")
                for kind, file in named
                if file
            )
            older = (self._older(manifest, file) for manifest in self.older if (file := _rows_of(manifest)))
            return tuple(replace(file, is_distrusted=file.name in self.distrusted) for file in (*newest, *older))

    @property
    def table_name(self) -> str:
        """The one file that carries the schema, and whose rows a DataStore holds."""
        return f"{self.dataset}.csv"

    @property
    def documentation_title(self) -> str:
        """What the page that leads to everything else is called."""
        with speaking(self.language):
            return _("All versions and changes")

    @property
    def documentation(self) -> str:
        """Where versions, changes, feed and the newest certificate are, in words."""
        with speaking(self.language):
            said = _(
                "Every version of this dataset: {page} – what changed between them: {page}changes – "
                "a feed of new versions: {page}atom.xml"
            )
            if self.manifest.file(CERTIFICATE):
                said += _(" – the signed certificate of its anonymisation: {page}latest/") + CERTIFICATE
            return said.format(page=self.page)

    def takes_over(self, held_sequence: int) -> bool:
        """False where a portal holds something newer that nobody took back."""
        return held_sequence <= self.manifest.sequence or held_sequence in self.withdrawn

    def _file_name(self, kind: FileKind) -> str:
        return kind.suffix if kind.suffix == DESCRIPTOR else f"{self.dataset}{kind.suffix}"

    def _older(self, manifest: Manifest, file: StoredFile) -> PortalFile:
        stem, ending = file.name.split(".", 1)
        return PortalFile(
            f"{stem}-{manifest.number}.{ending}",
            file,
            "CSV",
            _("Version {number}, of {date}.").format(number=manifest.number, date=manifest.committed_at[:10]),
            f"{self.page}{manifest.number}/{file.name}",
            is_older=True,
        )


def trusting(subject: Publication | Vacancy) -> Publication | Vacancy:
    """The same, once its copies were sent."""
    return replace(subject, distrusted=frozenset()) if isinstance(subject, Publication) else subject


def resource_id(dataset_id: str, name: str) -> str:
    """The stable id of a resource; built on the portal's id of the dataset, it is new when the dataset is made anew."""
    return str(uuid5(UUID(dataset_id), name))


def _rows_of(manifest: Manifest) -> StoredFile | None:
    """The one file that a portal shows of an older version."""
    return manifest.file(f"{manifest.dataset}.csv")

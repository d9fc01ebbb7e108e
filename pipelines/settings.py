"""What differs between two installations: the environment, parvis.yaml, organisations.csv, and where things lie.

Only the command line, `definitions` and `orchestration` read settings; the rest gets what it needs as arguments.
"""

import csv
import io
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from stdnum.fr import siren as siren_number

from .access.limits import Limits
from .closed import NAME, Closed, Words, expected, known_word, nearest, read_closed
from .errors import InvalidDeclaration, StoreUnavailable
from .legal import Legal
from .messages import _
from .portal_access import Portal, absolute_url
from .vocabularies import LICENCES

FORMAT = 1
UNSHARDED = "others"
NOMENCLATURES = Path("quality/nomenclatures/plans")  # below each of the declaration roots
RESERVED_SLUGS = frozenset(
    {"api", "atom", "catalog", "datastore", "openapi", "sitemap", "desk", "sql", "territoire", "static", "-"}
)
ORGANISATION_COLUMNS = ("siren", "slug", "name", "code_insee", "kind", "contact_email", "shard")
_ELSEWHERE = re.compile(r"PARVIS_PORTAL_\w+_TOKEN|PARVIS_TEST_\w+")  # read by `PortalAccess`, and by the tests


class Settings(BaseSettings):
    """What the environment says. Each field is the variable PARVIS_<FIELD>; units stand in the names."""

    model_config = SettingsConfigDict(env_prefix="PARVIS_", frozen=True)

    root: Path = Path()
    locale: Literal["fr", "en"] | None = None
    portal_timeout_seconds: float = Field(default=30.0, gt=0, le=3600)
    portal_patience_seconds: float = Field(default=60.0, ge=0, le=86_400)
    source_max_bytes: int = Field(default=256 * 1024 * 1024, gt=0)
    held_retention_days: int = Field(default=30, ge=0, le=36_500)


class ParvisYaml(Closed):
    """parvis.yaml, whole."""

    format: Literal[1]
    title: Words
    public_url: str
    locale: Literal["fr", "en"] = "fr"
    license: str = "etalab-2.0"
    legal: Legal = Legal()
    access_log: bool = Field(default=False, description="A line a request on standard error, without who or what for.")
    limits: Limits = Field(default_factory=Limits, description="Of the access point.")
    portals: Mapping[Annotated[str, Field(pattern=NAME)], Portal] = Field(default_factory=dict)

    @field_validator("license")
    @classmethod
    def _known_licence(cls, value: str) -> str:
        return known_word(value, LICENCES)

    @field_validator("public_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        return absolute_url(value)


@dataclass(frozen=True)
class Organisation:
    """One line of organisations.csv. `siren` is its identity, `slug` its address."""

    siren: str
    slug: str
    name: str
    code_insee: str
    kind: str
    contact_email: str
    shard: str


@dataclass(frozen=True)
class Installation:
    """A folder with its parvis.yaml read: where an installation's things lie."""

    root: Path
    config: ParvisYaml
    organisations: tuple[Organisation, ...]

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def work(self) -> Path:
        """The only place where personal data may lie at rest (0700)."""
        return self.root / "work"

    @property
    def held(self) -> Path:
        """Refused rows, by organisation and dataset."""
        return self.work / "held"

    @property
    def undone(self) -> Path:
        """What remembers the versions that somebody took back."""
        return self.work / "undone"

    @property
    def state(self) -> Path:
        return self.root / "state.db"

    @property
    def populations(self) -> Path:
        """How many people live where: a table that may be missing."""
        return self.root / "populations.csv"

    @property
    def nomenclatures(self) -> Path:
        """The charts of accounts that `parvis nomenclatures import` brought."""
        return self.root / NOMENCLATURES

    @property
    def dagster_home(self) -> Path:
        return self.root / ".dagster"

    @property
    def declaration_roots(self) -> tuple[Path, ...]:
        """Where declarations, schemas and suites are looked up: the installation's own, then the bundled ones."""
        return (self.root, bundled())

    @cached_property
    def shards(self) -> tuple[str, ...]:
        """The partitions of a run; () where no organisation names one. Who names none then is in UNSHARDED."""
        if not any(one.shard for one in self.organisations):
            return ()
        return tuple(sorted({one.shard or UNSHARDED for one in self.organisations}))

    def in_shard(self, shard: str) -> tuple[Organisation, ...]:
        """The organisations that one run of this shard serves."""
        return tuple(one for one in self.organisations if (one.shard or UNSHARDED) == shard)

    def organisation(self, siren: str) -> Organisation:
        """The organisation with this SIREN. Raises InvalidDeclaration."""
        if siren not in self.by_siren:
            raise InvalidDeclaration(
                _("no organisation {siren} in organisations.csv; `parvis organisations add` writes it.").format(
                    siren=siren
                )
            )
        return self.by_siren[siren]

    @cached_property
    def by_siren(self) -> Mapping[str, Organisation]:
        return {organisation.siren: organisation for organisation in self.organisations}


def bundled() -> Path:
    """The folder that holds the bundled datasets/, schemas/ and quality/: in the wheel, or the checkout."""
    inside = Path(__file__).parent / "_bundled"
    return inside if inside.is_dir() else Path(__file__).parent.parent


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this process; a PARVIS_ variable that nothing reads is an error, not a silent default."""
    known = {f"PARVIS_{name.upper()}" for name in Settings.model_fields}
    for name in environment:
        if name.startswith("PARVIS_") and name not in known and not _ELSEWHERE.fullmatch(name):
            raise InvalidDeclaration(
                _("environment: {name} is not a setting").format(name=name) + nearest(name, sorted(known))
            )
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        raise InvalidDeclaration(
            _("environment: PARVIS_{name}: {expected}.").format(
                name=str(problem["loc"][0]).upper(), expected=expected(problem)
            )
        ) from None


def read_installation(root: Path) -> Installation:
    """The installation at `root`. Raises InvalidDeclaration where it is none, StoreUnavailable for a newer format."""
    path = root / "parvis.yaml"
    if not path.is_file():
        raise InvalidDeclaration(
            _("{root}: no Parvis installation here (parvis.yaml is missing); run `parvis init` or give --root.").format(
                root=root
            )
        )
    _refuse_newer_format(path)
    config = read_closed(ParvisYaml, path)
    return Installation(root.resolve(), config, read_organisations(root / "organisations.csv"))


def read_organisations(path: Path) -> tuple[Organisation, ...]:
    """organisations.csv: one line each, slugs and SIREN unique. Raises InvalidDeclaration by line."""
    if not path.is_file():
        raise InvalidDeclaration(
            _("{path}: no such file. Take it from a backup, or write it again; its first line is {columns}.").format(
                path=path, columns=",".join(ORGANISATION_COLUMNS)
            )
        )
    with io.StringIO(_text_of(path), newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != ORGANISATION_COLUMNS:
            raise InvalidDeclaration(
                _("{path}: the first line must be {columns}.").format(path=path, columns=",".join(ORGANISATION_COLUMNS))
            )
        organisations: dict[str, Organisation] = {}
        slugs: set[str] = set()
        for number, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                raise InvalidDeclaration(
                    _("{path}, line {line}: wrong number of cells.").format(path=path, line=number)
                )
            new = Organisation(**row)
            if problem := organisation_problem(new, organisations.keys(), slugs):
                raise InvalidDeclaration(
                    _("{path}, line {line}: {problem}.").format(path=path, line=number, problem=problem)
                )
            organisations[new.siren] = new
            slugs.add(new.slug)
    return tuple(organisations.values())


def organisation_problem(
    new: Organisation, sirens: Set[str], slugs: Set[str], published: Mapping[str, Set[str]] = MappingProxyType({})
) -> str | None:
    """Why `new` cannot stand beside the organisations with these SIREN and slugs, in words; None where it can.

    `published`: every slug under which something was published -> the SIREN of those who did.
    """
    # stdnum takes "219 900 016" too: as an identity and a folder it would be another organisation.
    if not re.fullmatch(r"[0-9]{9}", new.siren) or not siren_number.is_valid(new.siren):
        return _("the SIREN must be nine digits with a right key")
    if not re.fullmatch(r"[a-z0-9_-]{0,60}", new.shard):
        return _("the shard must be of a-z, 0-9, - and _")
    if not all(cell.isprintable() for cell in (new.name, new.kind, new.code_insee, new.contact_email)):
        return _("a cell holds a line break or another character that cannot be shown")
    if not _is_slug(new.slug) or new.slug in RESERVED_SLUGS:
        return _("the slug must be 2 to 60 of a-z, 0-9 and -, and no reserved word")
    if new.siren in sirens:
        return _("this SIREN is there already")
    if new.slug in slugs:
        return _("the slug “{slug}” is there already; choose another").format(slug=new.slug)
    if others := published.get(new.slug, set()) - {new.siren}:
        return _("the slug “{slug}” is the address of what {siren} published; choose another").format(
            slug=new.slug, siren=", ".join(sorted(others))
        )
    return None


def site_legal(installation: Installation) -> Legal:
    """`legal:` of parvis.yaml; the publisher of an installation with one organisation is that organisation."""
    legal = installation.config.legal
    if legal.publisher or len(installation.organisations) != 1:
        return legal
    return legal.model_copy(update={"publisher": installation.organisations[0].name})


def _is_slug(text: str) -> bool:
    """Whether `text` may stand in an address as an organisation's name."""
    return bool(re.fullmatch(r"[a-z0-9-]{2,60}", text))


def _refuse_newer_format(path: Path) -> None:
    """Checked before the closed keys: a newer format has keys that this version cannot know."""
    for line in _text_of(path).splitlines():
        key, _colon, value = line.partition(":")
        if key == "format" and re.fullmatch(r"[0-9]{1,9}", value.strip()) and int(value) > FORMAT:
            raise StoreUnavailable(
                _("{path}: format {found} is newer than this Parvis knows ({known}); upgrade Parvis.").format(
                    path=path, found=int(value), known=FORMAT
                )
            )


def _text_of(path: Path) -> str:
    """The file's text. A spreadsheet saves a CSV in Windows-1252 unless it is told otherwise."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidDeclaration(
            _("{path}: not UTF-8. Save it as “CSV UTF-8”, or as UTF-8 text.").format(path=path)
        ) from None

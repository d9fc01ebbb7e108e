"""What parvis.yaml says of a portal: what goes there and how, whose token, and what it calls our organisations."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from .closed import Closed
from .errors import InvalidDeclaration, PortalRefused
from .messages import _

_TOKEN = "PARVIS_PORTAL_{}_TOKEN"  # noqa: S105 - the name of a variable, not a secret
_NAMES_COLUMNS = ("slug", "organisation")


class Portal(Closed):
    """A portal that receives datasets.

    A token is looked for in `token_folder` (a file per organisation, called by its
    slug), then in PARVIS_PORTAL_<NAME>_TOKEN, then in `token_file`.
    """

    kind: Literal["ckan", "udata"]
    url: str
    files: Literal["hosted", "linked"] = Field(
        default="hosted", description="Copies on the portal, or links to the newest files at the access point."
    )
    keep_versions: int = Field(default=0, ge=0, le=100, description="How many older versions the portal shows too.")
    datastore: bool = Field(default=False, description="On a CKAN: load the rows, typed, into its DataStore.")
    token_file: Path | None = None
    token_folder: Path | None = None
    datasets: tuple[str, ...] = Field(
        default=(), description="Published here by every scheduled run, beside those whose declaration names it."
    )
    harvested: tuple[str, ...] = Field(
        default=(), description="Taken by the portal from our catalogue by itself: Parvis pushes nothing, and looks."
    )
    organisations: Mapping[str, str] = Field(
        default_factory=dict, description="Our slug -> the portal's own name of the organisation, where they differ."
    )
    organisations_file: Path | None = Field(
        default=None, description="The same for thousands: a CSV with the columns slug,organisation."
    )

    @field_validator("url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        return absolute_url(value)

    @model_validator(mode="after")
    def _one_mode(self) -> Self:
        if both := sorted({*self.datasets} & {*self.harvested}):
            raise ValueError(_("{dataset}: pushed or harvested, never both").format(dataset=both[0]))
        if self.datastore and self.kind != "ckan":
            raise ValueError(_("datastore: only a CKAN has one"))
        return self


@dataclass(frozen=True)
class PortalAccess:
    """One portal of an installation: its names of our organisations, and the token for each."""

    name: str  # in parvis.yaml
    portal: Portal
    root: Path
    environment: Mapping[str, str] = field(repr=False)

    def organisation(self, slug: str) -> str:
        """What the portal calls the organisation."""
        return self._names.get(slug, slug)

    def has_token(self) -> bool:
        """Whether somebody gave one."""
        try:
            return bool(self.token().get_secret_value())
        except PortalRefused:
            return False

    def token(self, slug: str = "") -> SecretStr:
        """The token that publishes for the organisation, "" for any. Raises PortalRefused where there is none."""
        variable = _TOKEN.format(self.name.upper())
        if own := next((path for path in self._files(slug) if path.is_file()), None):
            return SecretStr(own.read_text("utf-8").strip())
        if value := self.environment.get(variable, "").strip():
            return SecretStr(value)
        if (path := self._path(self.portal.token_file)) is not None:
            if path.is_file():
                return SecretStr(path.read_text("utf-8").strip())
            raise PortalRefused(
                _("portal {name}: {path} does not exist; write the token there, for its owner alone (0600).").format(
                    name=self.name, path=path
                )
            )
        raise PortalRefused(
            _("portal {name}: no token; set {variable}, or token_file or token_folder in parvis.yaml.").format(
                name=self.name, variable=variable
            )
        )

    def _files(self, slug: str) -> list[Path]:
        folder = self._path(self.portal.token_folder)
        if folder is None:
            return []
        if not folder.is_dir():
            raise PortalRefused(
                _(
                    "portal {name}: {path} does not exist; make this folder (0700), with a file for the token of each "
                    "organisation, called by its slug."
                ).format(name=self.name, path=folder)
            )
        return [folder / slug] if slug else sorted(path for path in folder.iterdir() if not path.name.startswith("."))

    @cached_property
    def _names(self) -> Mapping[str, str]:
        path = self._path(self.portal.organisations_file)
        return {**(_read_names(path) if path else {}), **self.portal.organisations}

    def _path(self, given: Path | None) -> Path | None:
        return None if given is None else self.root / given


def absolute_url(value: str) -> str:
    """The address without its last slash. Raises ValueError where it is none of http or https."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(_("expected an address that starts with http:// or https://"))
    return value.rstrip("/")


def _read_names(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) == _NAMES_COLUMNS:
                return {row["slug"]: row["organisation"] for row in reader if row["organisation"]}
    except (OSError, UnicodeDecodeError):
        raise InvalidDeclaration(_("{path}: cannot be read; it is a CSV in UTF-8.").format(path=path)) from None
    raise InvalidDeclaration(
        _("{path}: the first line must be {columns}.").format(path=path, columns=",".join(_NAMES_COLUMNS))
    )

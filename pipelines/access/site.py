"""What the installation says of itself on every page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..legal import Legal
from ..populations import Populations


@dataclass(frozen=True)
class Site:
    """`title` by language; `public_url` without a final slash; `locale` for readers who ask for no language."""

    title: Mapping[str, str]
    public_url: str
    locale: str = "fr"
    answers_queries: bool = True  # False: plain files, whose pages offer no form
    logs_access: bool = False
    keys: Path | None = None  # the public keys of certificates, as they are served; read at each request
    legal: Legal = field(default_factory=Legal)
    populations: Populations = field(default_factory=dict)


class Organisation(Protocol):
    """The line of organisations.csv, as far as the access point needs it."""

    @property
    def siren(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def contact_email(self) -> str: ...
    @property
    def code_insee(self) -> str: ...

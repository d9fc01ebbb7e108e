"""From the store to the portals of parvis.yaml, organisation by organisation; a portal that is down loses nothing."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from ..barrier import barrier
from ..closed import nearest
from ..declarations import Dataset
from ..errors import InvalidDeclaration, PublicationError
from ..messages import _
from ..publish.drift import Standing, standing
from ..publish.period import period_of
from ..publish.plan import Plan, Portal
from ..publish.portals import PORTALS
from ..publish.publication import Publication
from ..publish.publishing import Patience, publish
from ..settings import Installation, Organisation, Settings, portal_token
from ..settings import Portal as PortalSettings
from ..versions import Manifest, Store


@dataclass(frozen=True)
class PortalOutcome:
    """How one organisation's dataset stands on a portal after a run: counts, words and addresses only."""

    organisation: str
    dataset: str
    portal: str
    version: str
    status: str  # "published" | "unchanged" | "refused"
    address: str | None = None
    error: str | None = None
    exit_code: int = 0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def connect(name: str, portal: PortalSettings, token: SecretStr, settings: Settings) -> Portal:
    """The portal called `name` in parvis.yaml. Nothing is sent yet."""
    return PORTALS[portal.kind](name, portal.url, token, settings.portal_timeout_seconds)


@dataclass(frozen=True)
class OpenPortal:
    """One portal of parvis.yaml, and the store whose versions are brought to it."""

    installation: Installation
    name: str
    declared: PortalSettings
    portal: Portal
    store: Store
    patience: Patience

    def publications(self, dataset: str, siren: str | None = None) -> tuple[tuple[Organisation, Publication], ...]:
        """The latest version of each organisation that has one, or of one organisation.

        Raises InvalidDeclaration where nothing is published yet.
        """
        organisations = [one for one in self.installation.organisations if siren in (None, one.siren)]
        found = [(one, self.store.latest(one.siren, dataset)) for one in organisations]
        there = tuple((one, self._publication(one, manifest)) for one, manifest in found if manifest)
        if not there:
            raise InvalidDeclaration(
                _("{dataset}: no version yet. Run `parvis run {dataset}` first.").format(dataset=dataset)
            )
        return there

    def plan(self, dataset: str, siren: str | None = None) -> tuple[Plan, ...]:
        """What would change on the portal; touches nothing."""
        return tuple(self.portal.plan(publication) for _one, publication in self.publications(dataset, siren))

    def publish(self, dataset: str, now: datetime, siren: str | None = None) -> tuple[PortalOutcome, ...]:
        """Bring the portal to the latest version; one organisation's refusal stops no other."""
        return tuple(self._deliver(one, what, now) for one, what in self.publications(dataset, siren))

    def standings(self, dataset: str, siren: str | None = None) -> tuple[tuple[Publication, Standing], ...]:
        """How each version stands there, every copy read; touches nothing."""
        return tuple((what, standing(what, self.portal)) for _one, what in self.publications(dataset, siren))

    def _publication(self, organisation: Organisation, manifest: Manifest) -> Publication:
        return Publication(
            manifest,
            organisation=self.declared.organisations.get(organisation.slug, organisation.slug),
            public_url=self.installation.config.public_url,
            language=self.installation.config.locale,
            code_insee=organisation.code_insee,
            hosting=self.declared.files,
            period=period_of(manifest, self.store.open),
        )

    def _deliver(self, organisation: Organisation, publication: Publication, now: datetime) -> PortalOutcome:
        manifest = publication.manifest
        done = PortalOutcome(organisation.slug, manifest.dataset, self.name, manifest.number, "refused")
        try:
            with barrier(self.installation.work / "errors", now):
                receipt = publish(publication, self.portal, self.store.open, self.patience)
        except PublicationError as error:
            return replace(done, error=str(error), exit_code=error.exit_code)
        return replace(done, status="published" if receipt.changes else "unchanged", address=receipt.address)


def open_portal(installation: Installation, settings: Settings, portal: str) -> OpenPortal:
    """The portal called so in parvis.yaml, with its token. Raises InvalidDeclaration with the nearest name."""
    portals = installation.config.portals
    if portal not in portals:
        raise InvalidDeclaration(
            _("parvis.yaml: no portal “{name}”").format(name=portal) + nearest(portal, sorted(portals))
        )
    declared = portals[portal]
    token = portal_token(portal, declared, installation.root, os.environ)
    connected = connect(portal, declared, token, settings)
    patience = Patience(budget_seconds=settings.portal_patience_seconds)
    return OpenPortal(installation, portal, declared, connected, Store(installation.store), patience)


def publish_everywhere(
    dataset: Dataset, installation: Installation, settings: Settings, now: datetime, sirens: Sequence[str]
) -> tuple[PortalOutcome, ...]:
    """Every portal that the dataset names, or that names the dataset, for these organisations."""
    asking = [name for name, portal in installation.config.portals.items() if dataset.name in portal.datasets]
    opened = [open_portal(installation, settings, name) for name in dict.fromkeys([*dataset.portals, *asking])]
    return tuple(one for portal in opened for siren in sirens for one in portal.publish(dataset.name, now, siren))

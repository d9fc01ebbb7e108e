"""From the store to the portals of parvis.yaml, organisation by organisation; a portal that is down loses nothing."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from ..barrier import barrier
from ..declarations import Dataset, nearest
from ..errors import InvalidDeclaration, PublicationError
from ..messages import _
from ..publish.period import period_of
from ..publish.plan import Portal
from ..publish.portals import PORTALS
from ..publish.publication import Publication
from ..publish.publishing import publish
from ..settings import Installation, Organisation, Settings, portal_token
from ..settings import Portal as PortalSettings
from ..versions import Store


@dataclass(frozen=True)
class Delivery:
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


def publish_to(
    installation: Installation, settings: Settings, dataset: str, portal: str, now: datetime, siren: str | None = None
) -> tuple[Delivery, ...]:
    """Bring a portal to the latest version of a dataset, for every organisation that has one, or for one.

    One organisation's refusal stops no other. Raises InvalidDeclaration for an unknown portal or organisation,
    and where nothing is published yet.
    """
    declared = find_portal(portal, installation)
    organisations = [one for one in installation.organisations if siren in (None, one.siren)]
    store = Store(installation.store)
    there = [one for one in organisations if store.latest(one.siren, dataset)]
    if not there:
        raise InvalidDeclaration(
            _("{dataset}: no version yet. Run `parvis run {dataset}` first.").format(dataset=dataset)
        )
    connected = connect(portal, declared, portal_token(portal, declared, installation.root, os.environ), settings)
    return tuple(_deliver(one, dataset, portal, connected, store, installation, now) for one in there)


def find_portal(name: str, installation: Installation) -> PortalSettings:
    """The portal of parvis.yaml. Raises InvalidDeclaration with the nearest name."""
    portals = installation.config.portals
    if name not in portals:
        raise InvalidDeclaration(
            _("parvis.yaml: no portal “{name}”").format(name=name) + nearest(name, sorted(portals))
        )
    return portals[name]


def publish_everywhere(
    dataset: Dataset, installation: Installation, settings: Settings, now: datetime, sirens: Sequence[str]
) -> tuple[Delivery, ...]:
    """Every portal that the dataset names, or that names the dataset, for these organisations."""
    portals = installation.config.portals.items()
    asking = [name for name, portal in portals if dataset.name in portal.datasets]
    return tuple(
        delivery
        for portal in dict.fromkeys([*dataset.portals, *asking])
        for siren in sirens
        for delivery in publish_to(installation, settings, dataset.name, portal, now, siren)
    )


def _deliver(
    organisation: Organisation,
    dataset: str,
    portal: str,
    connected: Portal,
    store: Store,
    installation: Installation,
    now: datetime,
) -> Delivery:
    manifest = store.latest(organisation.siren, dataset)
    if manifest is None:
        raise LookupError(dataset)
    declared = find_portal(portal, installation)
    publication = Publication(
        manifest,
        organisation=declared.organisations.get(organisation.slug, organisation.slug),
        public_url=installation.config.public_url,
        language=installation.config.locale,
        code_insee=organisation.code_insee,
        hosting=declared.files,
        period=period_of(manifest, store.open),
    )
    try:
        with barrier(installation.work / "errors", now):
            receipt = publish(publication, connected, store.open)
    except PublicationError as error:
        return Delivery(
            organisation.slug,
            dataset,
            portal,
            manifest.number,
            "refused",
            error=str(error),
            exit_code=error.exit_code,
        )
    status = "published" if receipt.changes else "unchanged"
    return Delivery(organisation.slug, dataset, portal, manifest.number, status, address=receipt.address)

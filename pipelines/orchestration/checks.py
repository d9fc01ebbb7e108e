"""`parvis check`: every declaration, suite and portal, one by one, so that one mistake hides no other."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from ..anonymise.aggregate import released_schema
from ..anonymise.final_scan import refuse_final_leaks, scan_said
from ..closed import nearest
from ..declarations import dataset_folders, read_dataset
from ..errors import InvalidDeclaration, PublicationError
from ..legal import missing
from ..messages import _
from ..portal_access import Portal, PortalAccess
from ..quality import read_suite, refuse_impossible
from ..settings import Installation, Settings, organisation_problem, site_legal
from ..validate import arrow_schema
from ..versions import Store
from ..versions.slugs import published_slugs
from .flow import metadata, privacy_summary
from .portals import connect
from .site_texts import refuse_leaks_of_site


@dataclass(frozen=True)
class Checked:
    """One thing that was checked, and what is wrong with it, if anything is; a note stops nobody."""

    subject: str
    error: PublicationError | None
    note: str = ""


def check_installation(installation: Installation, settings: Settings) -> tuple[Checked, ...]:
    """Everything that can be known to be wrong before a run."""
    found = [Checked(subject, _error_of(test)) for subject, test in _tests(installation, settings)]
    notes = (*_check_public_url(installation), *_taken_addresses(installation), _check_legal(installation))
    return (*found, *notes)


def _tests(installation: Installation, settings: Settings) -> Iterator[tuple[str, Callable[[], None]]]:
    for name, folder in dataset_folders(installation.declaration_roots).items():
        yield _("dataset {name}").format(name=name), partial(_check_dataset, folder, installation)
    yield _("texts of the site"), partial(refuse_leaks_of_site, installation)
    for name, portal in installation.config.portals.items():
        yield _("portal {name}").format(name=name), partial(_check_portal, name, portal, installation, settings)


def _check_dataset(folder: Path, installation: Installation) -> None:
    dataset = read_dataset(folder, installation.declaration_roots)
    suite = read_suite(dataset.quality, dataset.suite)
    released = released_schema(dataset.table_schema, dataset.privacy)
    refuse_impossible(suite, arrow_schema(released))
    said = {
        **metadata(dataset),
        "schema": released,
        "privacy": privacy_summary(dataset),
        "quality": [one.message.model_dump() for one in suite.expectations],
    }
    refuse_final_leaks(scan_said(said, dataset.privacy.contacts), str(dataset.path))
    for portal in dataset.portals:
        if portal not in installation.config.portals:
            raise InvalidDeclaration(
                _("{path}: portals: “{portal}” is not in parvis.yaml.").format(path=dataset.path, portal=portal)
            )


def _check_portal(name: str, portal: Portal, installation: Installation, settings: Settings) -> None:
    declared = list(dataset_folders(installation.declaration_roots))
    for key, datasets in (("datasets", portal.datasets), ("harvested", portal.harvested)):
        for dataset in datasets:
            if dataset not in declared:
                raise InvalidDeclaration(
                    _("parvis.yaml: portals.{portal}.{key}: no dataset “{name}”").format(
                        portal=name, key=key, name=dataset
                    )
                    + nearest(dataset, declared)
                )
    access = PortalAccess(name, portal, installation.root, os.environ)
    access.organisation("")  # its file is read
    if portal.harvested and not portal.datasets and not access.has_token():
        return  # nothing is pushed there
    connect(name, portal, access.token(), settings).check()


def _check_public_url(installation: Installation) -> Iterator[Checked]:
    """What a portal shows leads back to the access point: at an address that its readers reach."""
    host = urlsplit(installation.config.public_url).hostname or ""
    if installation.config.portals and (host == "localhost" or host.startswith("127.") or host == "::1"):
        words = _("this machine alone reaches it, and portals would link to it; write the public one into parvis.yaml")
        yield Checked("public_url", None, words)


def _taken_addresses(installation: Installation) -> Iterator[Checked]:
    """Organisations whose address was another's: that one's datasets are served under its slug and SIREN."""
    published = published_slugs(Store(installation.store))
    for one in installation.organisations:
        if problem := organisation_problem(one, set(), set(), published):
            yield Checked(_("organisation {siren}").format(siren=one.siren), None, problem)


def _check_legal(installation: Installation) -> Checked:
    """What the law asks of a public site and parvis.yaml does not say; a site that is not public yet may wait."""
    gaps = missing(site_legal(installation))
    words = _("to be completed in parvis.yaml: {keys}").format(keys=", ".join(f"legal.{key}" for key in gaps))
    return Checked(_("legal notice"), None, words if gaps else "")


def _error_of(test: Callable[[], None]) -> PublicationError | None:
    try:
        test()
    except PublicationError as error:
        return error
    return None

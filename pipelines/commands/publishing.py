"""From a source to the public: run, publish, demo, serve."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import reports
from ..declarations import Dataset, read_datasets
from ..installations import create_demo
from ..messages import _, mark
from ..populations import read_populations
from ..settings import Installation, Settings, read_installation, site_legal
from ..signing import PUBLISHED
from ..state import Outcome
from .contents import PURPOSES
from .glue import JsonOption, OrganisationOption, command, find_dataset, group, now, show
from .root import parvis

if TYPE_CHECKING:
    from ..access.site import Site
    from ..orchestration.portals import OpenPortal

PortalOption = click.option("--portal", required=True, metavar=mark("NAME"), help=mark("A portal of parvis.yaml."))
portals = group(parvis, "portals", PURPOSES["portals"])


@command(
    parvis,
    PURPOSES["run"],
    "parvis run budget --source exports/CA_2024.xml",
)
@click.argument("dataset")
@click.option("--source", type=click.Path(path_type=Path), help=mark("Read this file instead of the delivered ones."))
@OrganisationOption
@click.option("--remove-part", multiple=True, metavar=mark("PART"), help=mark("Let this part of the dataset end."))
@click.option("--again", is_flag=True, help=mark("Publish again what was taken back by rollback or withdraw."))
@JsonOption
def run(
    settings: Settings,
    dataset: str,
    source: Path | None,
    organisation: str | None,
    remove_part: tuple[str, ...],
    again: bool,
    as_json: bool,
) -> int:
    installation = read_installation(settings.root)
    declared = find_dataset(dataset, installation)
    found = _run(installation, settings, declared, source, organisation, remove_part, again)
    show_outcomes(found, as_json)
    return max(one.exit_code for one in found)


@command(
    parvis,
    PURPOSES["demo"],
    "parvis demo --root /tmp/parvis-demo",
    default_root="parvis-demo",
)
@click.option("--serve/--no-serve", "serving", default=True, help=mark("Serve the access point afterwards."))
@click.option(
    "--port", default=8010, type=click.IntRange(1, 65535), metavar="PORT", help=mark("The access point's port.")
)
@JsonOption
def demo(settings: Settings, serving: bool, port: int, as_json: bool) -> int:
    installation = create_demo(settings.root)
    datasets = read_datasets(installation.declaration_roots)
    found = [one for dataset in datasets for one in _run(installation, settings, dataset)]
    show_outcomes(found, as_json)
    code = max(one.exit_code for one in found)
    if serving and not code:
        _serve(installation, port)
    return code


@command(parvis, PURPOSES["publish"], "parvis publish budget --portal ckan")
@click.argument("dataset")
@PortalOption
@click.option("--plan", is_flag=True, help=mark("Say what would change, and touch nothing."))
@OrganisationOption
@JsonOption
def publish(settings: Settings, dataset: str, portal: str, plan: bool, organisation: str | None, as_json: bool) -> int:
    opened, declared = _open_portal(settings, portal, dataset)
    if plan:
        plans = opened.plan(declared.name, now(), organisation)
        show([one.to_dict() for one in plans], "\n".join(one.words() for one in plans), as_json)
        return max(one.exit_code for one in plans)
    found = opened.publish(declared.name, now(), organisation)
    show([one.to_dict() for one in found], reports.portal_outcomes(found), as_json)
    return max(one.exit_code for one in found)


@command(
    portals,
    mark("Tell what somebody edited or deleted on a portal, and what a portal that harvests has taken."),
    "parvis portals check budget --portal ckan",
)
@click.argument("dataset")
@PortalOption
@OrganisationOption
@JsonOption
def check(settings: Settings, dataset: str, portal: str, organisation: str | None, as_json: bool) -> int:
    opened, declared = _open_portal(settings, portal, dataset)
    found = opened.look(declared.name, now(), organisation)
    show([one.to_dict() for one in found], reports.looks(found) or _("Nothing."), as_json)
    return max((one.exit_code for one in found), default=0)


@command(
    portals,
    mark("Put right what somebody edited or deleted on a portal."),
    "parvis portals mend budget --portal ckan",
)
@click.argument("dataset")
@PortalOption
@OrganisationOption
@JsonOption
def mend(settings: Settings, dataset: str, portal: str, organisation: str | None, as_json: bool) -> int:
    opened, declared = _open_portal(settings, portal, dataset)
    found = opened.mend(declared.name, now(), organisation)
    show([one.to_dict() for one in found], reports.portal_outcomes(found), as_json)
    return max(one.exit_code for one in found)


@command(
    parvis,
    PURPOSES["export"],
    "parvis export --static site/",
)
@click.option(
    "--static",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    metavar=mark("FOLDER"),
    help=mark("Where the files go, in place of the last export."),
)
def export(settings: Settings, folder: Path) -> None:
    from ..access.static_export import export_static
    from ..versions import Store

    installation = read_installation(settings.root)
    count = export_static(Store(installation.store), installation.organisations, _site(installation), folder)
    click.echo(_("{count} files in {folder}.").format(count=count, folder=folder))


@command(parvis, PURPOSES["serve"], "parvis serve --port 8010")
@click.option(
    "--port", default=8010, type=click.IntRange(1, 65535), metavar="PORT", help=mark("The access point's port.")
)
def serve(settings: Settings, port: int) -> None:
    _serve(read_installation(settings.root), port)


def show_outcomes(outcomes: Sequence[Outcome], as_json: bool) -> None:
    """Print how runs ended: one JSON array, or a table with what there is to know; errors go to standard error."""
    show([one.to_dict() for one in outcomes], reports.outcomes(outcomes), as_json)
    for one in outcomes:
        if one.error:
            said = _("{subject}: {words}").format(subject=f"{one.organisation}, {one.dataset}", words=one.error)
            click.echo(f"parvis: {said}", err=True)


def _run(
    installation: Installation,
    settings: Settings,
    dataset: Dataset,
    source: Path | None = None,
    organisation: str | None = None,
    removed_parts: tuple[str, ...] = (),
    again: bool = False,
) -> tuple[Outcome, ...]:
    from ..orchestration.launch import run_to_version
    from ..orchestration.sources import readable

    if organisation:
        installation.organisation(organisation)
    if source:
        source = readable(source, settings.source_max_bytes).resolve()
        if not organisation:
            from ..orchestration.owners import owner, references  # connectors

            organisation = owner(source, dataset, installation.organisations, references(installation)).siren
    return run_to_version(dataset, installation, settings, organisation or "", source, removed_parts, again)


def _open_portal(settings: Settings, portal: str, dataset: str) -> "tuple[OpenPortal, Dataset]":
    from ..orchestration.portals import open_portal

    installation = read_installation(settings.root)
    declared = find_dataset(dataset, installation)
    return open_portal(installation, settings, portal), declared


def _site(installation: Installation) -> "Site":
    from ..access.site import Site
    from ..orchestration.site_texts import refuse_leaks_of_site

    refuse_leaks_of_site(installation)
    config = installation.config
    return Site(
        title={"fr": config.title.fr, "en": config.title.en},
        public_url=config.public_url,
        locale=config.locale,
        legal=site_legal(installation),
        populations=read_populations(installation.populations),
        keys=installation.root / PUBLISHED,
        logs_access=config.access_log,
    )


def _serve(installation: Installation, port: int) -> None:
    from ..access.app import create_app
    from ..access.server import listen, serve
    from ..versions import Store

    config, host = installation.config, "127.0.0.1"
    if config.access_log:
        logging.getLogger("parvis.access").setLevel(logging.INFO)
        logging.getLogger("parvis.access").addHandler(logging.StreamHandler())
    taken = listen(host, port)
    app = create_app(Store(installation.store), installation.organisations, _site(installation), config.limits)
    click.echo(_("Serving on http://127.0.0.1:{port} until interrupted (Ctrl-C).").format(port=port))
    serve(app, taken, config.limits)

"""The officer's commands. Each is a few lines: read what a person said, call plain functions, show the result."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from copy import copy
from functools import wraps
from pathlib import Path
from typing import Any

import click

from . import reports
from .barrier import barrier
from .declarations import Dataset, nearest, read_datasets
from .errors import InvalidDeclaration, PublicationError, SourceUnavailable
from .installations import add_organisation, create, create_demo, slug_of
from .messages import _, mark, use
from .settings import Installation, Organisation, Settings, read_installation, read_settings
from .state import Outcome


class Spoken(click.Command):
    """A command whose help is looked up in the reader's language when it is shown."""

    def _spoken(self) -> "Spoken":
        said = copy(self)
        said.help, said.epilog = _(self.help or ""), _(self.epilog) if self.epilog else None
        said.params = [_spoken_option(one) for one in self.params]
        return said

    def get_short_help_str(self, limit: int = 70) -> str:
        return click.Command.get_short_help_str(self._spoken(), limit)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Command.format_help(self._spoken(), ctx, formatter)


class SpokenGroup(Spoken, click.Group):
    """A group of spoken commands."""

    command_class = Spoken
    group_class = type


def _spoken_option(parameter: click.Parameter) -> click.Parameter:
    if isinstance(parameter, click.Option) and parameter.help:
        parameter = copy(parameter)
        parameter.help = _(parameter.help)
    return parameter


def command(
    group: click.Group, purpose: str, example: str, default_root: str | None = None
) -> Callable[[Any], click.Command]:
    """Register a function of (settings, **options) as a command of `group`.

    It gets --root, speaks the installation's language, and stands behind the barrier. Its help is `purpose`
    (marked for translation), then `example`.
    """

    def register(function: Callable[..., int | None]) -> click.Command:
        @click.option("--root", type=click.Path(path_type=Path), help=mark("The installation's folder."))
        @wraps(function)
        def wrapped(root: Path | None, **options: Any) -> None:
            settings = read_settings(os.environ)
            settings = settings.model_copy(update={"root": root or Path(default_root or settings.root)})
            installed = (settings.root / "parvis.yaml").is_file()
            if installed:
                use(settings.locale or read_installation(settings.root).config.locale)
            with barrier(settings.root / "work" / "errors" if installed else None, _now()):
                code = function(settings, **options)
            sys.exit(code or 0)

        name = function.__name__.strip("_").replace("_", "-")
        return group.command(name, help=purpose, epilog=f"$ {example}")(wrapped)

    return register


@click.group(cls=SpokenGroup)
@click.version_option(package_name="parvis")
def parvis() -> None:
    pass


parvis.help = mark("From the systems of a town hall to versioned open data.")


@parvis.group(cls=SpokenGroup)
def organisations() -> None:
    pass


organisations.help = mark("The organisations that this installation publishes for.")


@parvis.group(cls=SpokenGroup)
def nomenclatures() -> None:
    pass


nomenclatures.help = mark("The official charts of accounts, where labels come from.")

OrganisationOption = click.option("--organisation", metavar="SIREN", help=mark("For this organisation only."))
JsonOption = click.option("--json", "as_json", is_flag=True, help=mark("For programs."))


@command(
    parvis,
    mark("Create an empty installation of one's own."),
    "parvis init --siren 219900016 --name Saint-Parvis-sur-Loire",
)
@click.option("--siren", required=True, help=mark("The organisation's nine digits."))
@click.option("--name", required=True, help=mark("The organisation's name, as people read it."))
@click.option("--slug", help=mark("Its name in addresses; made from the name where it is not given."))
@click.option("--public-url", default="http://127.0.0.1:8010", help=mark("Where the access point will be reached."))
def init(settings: Settings, siren: str, name: str, slug: str | None, public_url: str) -> None:
    organisation = Organisation(siren, slug or slug_of(name), name, "", "commune", "", "")
    create(settings.root, organisation, public_url, settings.locale or "fr")
    click.echo(_("An installation for {name} is ready in {root}.").format(name=name, root=settings.root.resolve()))
    click.echo(_("Next: put an export into depot/, then `parvis run DATASET`."))


@command(organisations, mark("Add an organisation."), "parvis organisations add 219900024 --name Parvis-le-Vieux")
@click.argument("siren")
@click.option("--name", required=True, help=mark("The organisation's name, as people read it."))
@click.option("--slug", help=mark("Its name in addresses; made from the name where it is not given."))
@click.option("--code-insee", default="", help=mark("The commune's INSEE code."))
@click.option("--kind", default="commune", help=mark("commune, epci, departement, region, syndicat..."))
@click.option("--email", default="", help=mark("Whom reusers write to."))
@click.option("--shard", default="", help=mark("Its shard, for an operator of thousands."))
def add(
    settings: Settings, siren: str, name: str, slug: str | None, code_insee: str, kind: str, email: str, shard: str
) -> None:
    read_installation(settings.root)
    organisation = Organisation(siren, slug or slug_of(name), name, code_insee, kind, email, shard)
    add_organisation(settings.root, organisation)
    click.echo(_("{name} ({siren}) is added, at /{slug}/.").format(name=name, siren=siren, slug=organisation.slug))


@command(
    parvis,
    mark("Take a dataset from its source to a version in the store, which is served at once."),
    "parvis run budget --source exports/CA_2024.xml",
)
@click.argument("dataset")
@click.option("--source", type=click.Path(path_type=Path), help=mark("Read this file instead of the delivered ones."))
@OrganisationOption
@click.option("--remove-part", multiple=True, metavar="PART", help=mark("Let this part of the dataset end."))
@JsonOption
def run(
    settings: Settings,
    dataset: str,
    source: Path | None,
    organisation: str | None,
    remove_part: tuple[str, ...],
    as_json: bool,
) -> int:
    installation = read_installation(settings.root)
    declared = find_dataset(dataset, installation)
    found = _run(installation, settings, declared, source, organisation, remove_part)
    show_outcomes(found, as_json)
    return max(one.exit_code for one in found)


@command(
    parvis,
    mark("Publish the examples of an invented town, then serve them."),
    "parvis demo --root /tmp/parvis-demo",
    default_root="parvis-demo",
)
@click.option("--serve/--no-serve", "serving", default=True, help=mark("Serve the access point afterwards."))
@click.option("--port", default=8010, help=mark("The access point's port."))
@JsonOption
def demo(settings: Settings, serving: bool, port: int, as_json: bool) -> int:
    installation = create_demo(settings.root)
    datasets = read_datasets(installation.declaration_roots)
    found = [one for dataset in datasets for one in _run(installation, settings, dataset, None, None, ())]
    show_outcomes(found, as_json)
    code = max(one.exit_code for one in found)
    if serving and not code:
        _serve(installation, port)
    return code


@command(parvis, mark("Show the last version, the last error and the next run of each dataset."), "parvis status")
@JsonOption
def status(settings: Settings, as_json: bool) -> None:
    from .orchestration.overview import overview

    installation = read_installation(settings.root)
    lines = overview(installation, _now())
    click.echo(json.dumps([one.to_dict() for one in lines], ensure_ascii=False) if as_json else reports.status(lines))


@command(parvis, mark("Check declarations, schemas, suites, and that portals answer."), "parvis check")
def check(settings: Settings) -> int:
    from .orchestration.checks import check_installation

    findings = check_installation(read_installation(settings.root), settings)
    for one in findings:
        click.echo(f"{'✗' if one.error else '✓'} {one.subject}{': ' + str(one.error) if one.error else ''}")
    return max((one.error.exit_code for one in findings if one.error), default=0)


@command(parvis, mark("Bring a portal to the latest version of a dataset."), "parvis publish budget --portal ckan")
@click.argument("dataset")
@click.option("--portal", required=True, metavar="NAME", help=mark("A portal of parvis.yaml."))
@OrganisationOption
@JsonOption
def publish(settings: Settings, dataset: str, portal: str, organisation: str | None, as_json: bool) -> int:
    from .orchestration.portals import publish_to

    installation = read_installation(settings.root)
    declared = find_dataset(dataset, installation)
    receipts = publish_to(installation, settings, declared.name, portal, organisation)
    click.echo(
        json.dumps([one.to_dict() for one in receipts], ensure_ascii=False) if as_json else reports.receipts(receipts)
    )
    return max((one.exit_code for one in receipts), default=0)


@command(parvis, mark("Serve the access point on 127.0.0.1."), "parvis serve --port 8010")
@click.option("--port", default=8010, help=mark("The access point's port."))
def serve(settings: Settings, port: int) -> None:
    _serve(read_installation(settings.root), port)


@command(
    nomenclatures,
    mark("Put official charts of accounts into the installation."),
    "parvis nomenclatures import plans_de_comptes_2013-2024.tar.xz",
)
@click.argument("source", metavar="FOLDER|ARCHIVE|URL")
def _import(settings: Settings, source: str) -> None:
    from .extract.nomenclatures import import_nomenclatures

    installation = read_installation(settings.root)
    report = import_nomenclatures(source, installation.nomenclatures)
    click.echo(reports.nomenclatures(report))


def find_dataset(name: str, installation: Installation) -> Dataset:
    """The declared dataset called `name`. Raises InvalidDeclaration with the nearest name."""
    declared = {dataset.name: dataset for dataset in read_datasets(installation.declaration_roots)}
    if name not in declared:
        raise InvalidDeclaration(_("no dataset “{name}”").format(name=name) + nearest(name, sorted(declared)))
    return declared[name]


def show_outcomes(outcomes: Sequence[Outcome], as_json: bool) -> None:
    """Print how runs ended: one JSON array, or a table with what there is to know; errors go to standard error."""
    if as_json:
        click.echo(json.dumps([one.to_dict() for one in outcomes], ensure_ascii=False, indent=1))
        return
    click.echo(reports.outcome_table(outcomes))
    for one in outcomes:
        if details := reports.outcome_details(one):
            click.echo(details)
        if one.error:
            click.echo(f"{one.organisation}, {one.dataset}: {one.error}", err=True)
    click.echo(reports.outcome_summary(outcomes))


def _run(
    installation: Installation,
    settings: Settings,
    dataset: Dataset,
    source: Path | None,
    organisation: str | None,
    removed_parts: tuple[str, ...],
) -> tuple[Outcome, ...]:
    from .orchestration.launch import run_to_version
    from .orchestration.runner import references
    from .orchestration.sources import owner, readable

    if organisation and organisation not in installation.by_siren:
        raise InvalidDeclaration(
            _("no organisation {siren} in organisations.csv; `parvis organisations add` writes it.").format(
                siren=organisation
            )
        )
    if source:
        source = readable(source, settings.source_max_bytes).resolve()
        if not organisation:
            organisation = owner(source, dataset, installation.organisations, references(installation)).siren
    found = run_to_version(dataset, installation, settings, organisation or "", source, removed_parts)
    if not found:
        raise SourceUnavailable(_("{dataset}: nothing was run; see `dagster dev`.").format(dataset=dataset.name))
    return found


def _serve(installation: Installation, port: int) -> None:
    from .access import create_app, serve

    click.echo(_("Serving on http://127.0.0.1:{port} until interrupted (Ctrl-C).").format(port=port))
    serve(create_app(installation), "127.0.0.1", port)


def _now() -> Any:
    from .orchestration.runner import utc_now

    return utc_now()


def main() -> None:
    """Run a command; an error that a person can act on is one line, and its kind is the exit code."""
    use(os.environ.get("PARVIS_LOCALE", "fr"))
    try:
        parvis(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except PublicationError as error:
        click.echo(f"parvis: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo(_("Interrupted: nothing was half published."), err=True)
        sys.exit(130)

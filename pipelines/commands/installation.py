"""Making and looking after an installation: init, organisations, nomenclatures, check, status."""

from contextlib import suppress

import click

from .. import reports
from ..installations import add_organisation, create, slug_of, write_declaration_schema
from ..messages import _, mark
from ..settings import Organisation, Settings, read_installation
from .contents import PURPOSES
from .glue import JsonOption, command, group, now, show
from .root import parvis

organisations = group(parvis, "organisations", PURPOSES["organisations"])
nomenclatures = group(parvis, "nomenclatures", PURPOSES["nomenclatures"])


@command(
    parvis,
    PURPOSES["init"],
    "parvis init --siren 219900016 --name Saint-Parvis-sur-Loire --public-url https://donnees.example.org",
)
@click.option("--siren", required=True, help=mark("The organisation's nine digits."))
@click.option("--name", required=True, help=mark("The organisation's name, as people read it."))
@click.option("--slug", help=mark("Its name in addresses; made from the name where it is not given."))
@click.option("--public-url", default="http://127.0.0.1:8010", help=mark("Where the access point will be reached."))
def init(settings: Settings, siren: str, name: str, slug: str | None, public_url: str) -> None:
    organisation = Organisation(siren, slug or slug_of(name), name, "", "commune", "", "")
    create(settings.root, organisation, public_url, settings.locale or "fr")
    click.echo(_("An installation for {name} is ready in {root}.").format(name=name, root=settings.root.resolve()))
    click.echo(
        _("Next: put an export into depot/{slug}/budget/, for instance, then `parvis run budget`.").format(
            slug=organisation.slug
        )
    )


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
    from ..versions import Store
    from ..versions.slugs import published_slugs

    installation = read_installation(settings.root)
    organisation = Organisation(siren, slug or slug_of(name), name, code_insee, kind, email, shard)
    add_organisation(settings.root, organisation, published_slugs(Store(installation.store)))
    click.echo(_("{name} ({siren}) is added, at /{slug}/.").format(name=name, siren=siren, slug=organisation.slug))


@command(parvis, PURPOSES["status"], "parvis status")
@JsonOption
def status(settings: Settings, as_json: bool) -> None:
    from ..orchestration.overview import overview

    installation = read_installation(settings.root)
    lines = overview(installation, now())
    show([one.to_dict() for one in lines], reports.status(lines), as_json)


@command(parvis, PURPOSES["check"], "parvis check")
def check(settings: Settings) -> int:
    from ..orchestration.checks import check_installation

    installation = read_installation(settings.root)
    with suppress(OSError):  # who may only read checks too, and what is not whole
        write_declaration_schema(installation.root)  # the one of an earlier Parvis would mislead
    findings = check_installation(installation, settings)
    for one in findings:
        sign, problem = "✗" if one.error else "!" if one.note else "✓", str(one.error or one.note)
        said = _("{subject}: {words}").format(subject=one.subject, words=problem) if problem else one.subject
        click.echo(f"{sign} {said}")
    return max((one.error.exit_code for one in findings if one.error), default=0)


@command(
    nomenclatures,
    mark("Put official charts of accounts into the installation."),
    "parvis nomenclatures import plans_de_comptes_2013-2024.tar.xz",
)
@click.argument("source", metavar=mark("FOLDER|ARCHIVE|URL"))
def _import(settings: Settings, source: str) -> None:
    from ..extract.nomenclatures import import_nomenclatures

    installation = read_installation(settings.root)
    report = import_nomenclatures(source, installation.nomenclatures)
    click.echo(reports.nomenclatures(report))

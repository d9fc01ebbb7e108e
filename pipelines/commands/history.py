"""What was published, what changed between two versions, and the ways back."""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from .. import reports
from ..alone import alone
from ..errors import InvalidDeclaration, StoreUnavailable
from ..messages import _, listed, mark
from ..private_files import make_private_folder
from ..settings import Installation, Settings, read_installation
from ..signing import PUBLISHED, published_keys, signing_key
from ..state import PortalOutcome, portal_outcomes
from ..versions import Manifest, Store
from ..versions.backup import back_up
from ..versions.backup import restore as restore_archive
from ..versions.changelog import changelog as read_changelog
from ..versions.diff import DIFF_FORMATS, compare_versions, write_changed_rows
from ..versions.fsck import check_store
from ..versions.garbage import collect_garbage, find_garbage
from ..versions.history import history
from ..versions.rollback import roll_back
from ..versions.tombstone import REASONS, Tombstone
from ..versions.undone import Undone
from ..versions.withdrawal import finish_withdrawals, sharing
from ..versions.withdrawal import withdraw as take_back
from .contents import PURPOSES, REASON_HELP
from .erasure import say_told, tell_portals
from .glue import JsonOption, OrganisationOption, command, find_dataset, now, show, the_organisation
from .root import parvis

# Beside the store: what an operator wrote, and the private memory that cannot be made again.
_KEPT = (
    *("parvis.yaml", "organisations.csv", "populations.csv", "datasets", "schemas", "quality", "ladders", PUBLISHED),
    *("work/keys", "work/erased", "work/undone"),
)


@command(parvis, PURPOSES["versions"], "parvis versions budget")
@click.argument("dataset")
@OrganisationOption
@JsonOption
def versions(settings: Settings, dataset: str, organisation: str | None, as_json: bool) -> None:
    store, siren = _open(settings, organisation)
    found = history(store, siren, dataset)
    if not found:
        raise InvalidDeclaration(_("{dataset}: nothing was published yet.").format(dataset=dataset))
    show(
        [vars(one) | {"causes": [vars(cause) for cause in one.causes]} for one in found],
        reports.versions(found),
        as_json,
    )


@command(parvis, PURPOSES["diff"], "parvis diff budget 1.0.0 1.1.0 --rows changes.csv")
@click.argument("dataset")
@click.argument("before")
@click.argument("after")
@click.option("--rows", type=click.Path(path_type=Path), help=mark("Write the changed rows: .csv, .json or .parquet."))
@OrganisationOption
@JsonOption
def diff(
    settings: Settings,
    dataset: str,
    before: str,
    after: str,
    rows: Path | None,
    organisation: str | None,
    as_json: bool,
) -> None:
    store, siren = _open(settings, organisation)
    old, new = _version(store, siren, dataset, before), _version(store, siren, dataset, after)
    difference = compare_versions(store, old, new)
    if rows is not None:
        word = rows.suffix.removeprefix(".")
        if word not in DIFF_FORMATS:
            raise InvalidDeclaration(
                _("--rows: the name must end in one of {known}.").format(
                    known=", ".join(f".{one}" for one in DIFF_FORMATS)
                )
            )
        with rows.open("wb") as stream:
            write_changed_rows(store, old, new, word, stream)
    show(asdict(difference), "\n".join(difference.in_words()), as_json)


@command(parvis, PURPOSES["changelog"], "parvis changelog budget --since 1.0.0")
@click.argument("dataset")
@click.option("--since", metavar="VERSION", help=mark("Only what came after this version."))
@OrganisationOption
@JsonOption
def changelog(settings: Settings, dataset: str, since: str | None, organisation: str | None, as_json: bool) -> None:
    store, siren = _open(settings, organisation)
    entries = read_changelog(store, siren, dataset, since)
    lines = [f"{entry.number}  {entry.date[:10]}  {listed(entry.in_words())}" for entry in entries]
    as_data = [{"number": entry.number, "date": entry.date, "changes": entry.in_words()} for entry in entries]
    show(as_data, "\n".join(lines) or _("Nothing."), as_json)


@command(parvis, PURPOSES["rollback"], "parvis rollback budget 1.0.0")
@click.argument("dataset")
@click.argument("version")
@OrganisationOption
def rollback(settings: Settings, dataset: str, version: str, organisation: str | None) -> None:
    from ..orchestration.attestation import Reissue
    from ..orchestration.registering import sign_register

    installation = read_installation(settings.root)
    store, siren = _open(settings, organisation)
    wanted, undone = _version(store, siren, dataset, version), Undone(installation.undone)
    with alone(installation.work, siren, dataset):
        signing_key(installation.root, installation.work, now().date())  # lost, it is told before anything is done
        undone.remember(one for one in store.versions(siren, dataset) if one.sequence > wanted.sequence)
        done = roll_back(store, siren, dataset, version, now(), Reissue(installation, store, wanted).companions)
        undone.forget(siren, dataset, wanted.provenance)
        sign_register(installation, siren, dataset, now())
    said = _("Version {number} says again what {wanted} said.") if done.is_new else _("{wanted} is the newest already.")
    click.echo(said.format(number=done.manifest.number, wanted=version))
    for line in _shown_on_portals(installation, siren, dataset) if done.is_new else ():
        click.echo(
            _(
                "{portal} shows {shown} still: `parvis publish {dataset} --portal {portal}` brings {number} there."
            ).format(portal=line.portal, shown=line.version, dataset=dataset, number=done.manifest.number)
        )


@command(
    parvis,
    PURPOSES["withdraw"],
    "parvis withdraw budget 1.0.0 --reason error",
)
@click.argument("dataset")
@click.argument("version")
@click.option("--reason", required=True, type=click.Choice(REASONS), help=REASON_HELP)
@OrganisationOption
def withdraw(settings: Settings, dataset: str, version: str, reason: str, organisation: str | None) -> int:
    from ..orchestration.registering import signing_error

    installation = read_installation(settings.root)
    store, siren = _open(settings, organisation)
    with alone(installation.work, siren, dataset):
        if buried := store.tombstone(siren, dataset, version):  # by a command that was cut short, it may be
            finish_withdrawals(store, siren, dataset)
            gone: tuple[Tombstone, ...] = (buried,)
        else:
            wanted = _version(store, siren, dataset, version)
            version, leaving = wanted.number, sharing(store.versions(siren, dataset), [wanted])
            Undone(installation.undone).remember(leaving)
            gone = take_back(store, leaving, reason, now().date())
        unsigned = signing_error(installation, siren, dataset, now())
    told = tell_portals(installation, settings, dataset, siren)
    for tombstone in gone:
        is_asked_for = tombstone.number == version
        said = _("{number} is withdrawn.") if is_asked_for else _("{number} is withdrawn too: it holds the same files.")
        click.echo(said.format(number=tombstone.number))
    return say_told(told, [_("files that reusers downloaded, and copies that other sites harvested")], unsigned)


@command(
    parvis,
    PURPOSES["remake"],
    "parvis remake budget 1.0.0 --source CA_2024.xml",
)
@click.argument("dataset")
@click.argument("version")
@click.option(
    "--source",
    "sources",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    required=True,
    help=mark("A file that the version was made of; repeat it where there were several."),
)
@OrganisationOption
@JsonOption
def remake(
    settings: Settings, dataset: str, version: str, sources: tuple[Path, ...], organisation: str | None, as_json: bool
) -> int:
    from ..orchestration.remake import remake as make_again

    installation = read_installation(settings.root)
    siren = the_organisation(organisation, installation)
    done = make_again(
        find_dataset(dataset, installation), installation.organisation(siren), sources, version, installation
    )
    show(asdict(done), reports.remake(done), as_json)
    return 0 if done.is_the_same else StoreUnavailable.exit_code


@command(parvis, PURPOSES["fsck"], "parvis fsck")
@JsonOption
def fsck(settings: Settings, as_json: bool) -> int:
    installation = read_installation(settings.root)
    problems = check_store(Store(installation.store), published_keys(installation.root))
    show([vars(one) for one in problems], reports.fsck(problems), as_json)
    return StoreUnavailable.exit_code if any(not one.is_mended for one in problems) else 0


@command(parvis, PURPOSES["gc"], "parvis gc --remove")
@click.option("--remove", is_flag=True, help=mark("Remove them. Without it, nothing is touched."))
def gc(settings: Settings, remove: bool) -> None:
    store = Store(read_installation(settings.root).store)
    found = collect_garbage(store) if remove else find_garbage(store)
    said = _("{count} files removed.") if remove else _("{count} files would be removed; --remove does it.")
    click.echo(said.format(count=len(found)))


@command(parvis, PURPOSES["backup"], "parvis backup b.tar")
@click.argument("archive", type=click.Path(path_type=Path))
def backup(settings: Settings, archive: Path) -> None:
    installation = read_installation(settings.root)
    root = installation.root
    beside = {one: root / one for one in _KEPT if (root / one).exists()}
    names = back_up(Store(installation.store), beside, archive)
    click.echo(
        _("{count} objects in {archive}. It holds the keys: keep it as you keep them.").format(
            count=len(names), archive=archive
        )
    )
    click.echo(
        _("Not in it, to be kept or made again by you: deliveries (depot/), the portals' tokens, files held back.")
    )


@command(parvis, PURPOSES["restore"], "parvis restore b.tar --root /srv/parvis")
@click.argument("archive", type=click.Path(path_type=Path, exists=True))
def restore(settings: Settings, archive: Path) -> None:
    settings.root.mkdir(parents=True, exist_ok=True)
    make_private_folder(settings.root / "work")  # of which an archive holds only some folders
    restore_archive(archive, settings.root)
    click.echo(_("Restored into {root}, and whole.").format(root=settings.root))


def _shown_on_portals(installation: Installation, siren: str, dataset: str) -> list[PortalOutcome]:
    """Where a version was brought, as far as it is remembered."""
    with suppress(StoreUnavailable):
        pushed = [one for one in portal_outcomes(installation.state, dataset) if one.siren == siren and one.version]
        names = installation.config.portals
        return [one for one in pushed if one.address and not one.is_harvested and one.portal in names]
    return []


def _open(settings: Settings, organisation: str | None) -> tuple[Store, str]:
    """The store, and the SIREN of the organisation that is meant."""
    installation = read_installation(settings.root)
    return Store(installation.store), the_organisation(organisation, installation)


def _version(store: Store, siren: str, dataset: str, wanted: str) -> Manifest:
    found = store.resolve(siren, dataset, wanted)
    if found is None and (stone := store.tombstone(siren, dataset, wanted)):
        raise InvalidDeclaration(
            _("{dataset}: version {wanted} was withdrawn on {day}; nothing leads back to it.").format(
                dataset=dataset, wanted=wanted, day=stone.withdrawn_on
            )
        )
    if found is None:
        raise InvalidDeclaration(
            _("{dataset}: no version {wanted}; `parvis versions {dataset}` lists them.").format(
                dataset=dataset, wanted=wanted
            )
        )
    return found

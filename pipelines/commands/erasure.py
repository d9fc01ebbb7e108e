"""Somebody asks to be forgotten."""

from collections.abc import Sequence

import click

from .. import reports
from ..errors import InvalidDeclaration, PublicationError
from ..messages import _, listed, mark, ngettext
from ..settings import Installation, Settings, read_installation
from ..state import PortalOutcome
from ..versions.changelog import cause_in_words
from ..versions.tombstone import REASONS
from .contents import PURPOSES, REASON_HELP
from .glue import OrganisationOption, command, find_dataset, now, the_organisation
from .root import parvis

Told = tuple[tuple[PortalOutcome, ...], tuple[str, ...]]  # how portals took it, and which copies are beyond reach


@command(
    parvis,
    PURPOSES["erase"],
    "parvis erase grc_signalements --key signalement_id=2025-0042 --reason erasure",
)
@click.argument("dataset")
@click.option("--key", "keys", multiple=True, required=True, metavar=mark("COLUMN=VALUE"), help=mark("The row's key."))
@click.option("--reason", default="erasure", type=click.Choice(REASONS), help=REASON_HELP)
@OrganisationOption
def erase(settings: Settings, dataset: str, keys: tuple[str, ...], reason: str, organisation: str | None) -> int:
    from ..orchestration.erasure import erase_row

    installation = read_installation(settings.root)
    siren = the_organisation(organisation, installation)
    declared = find_dataset(dataset, installation)
    done, deleted, unsigned = erase_row(installation, siren, declared, _key(keys), reason, now())
    told = tell_portals(installation, settings, dataset, siren)
    for tombstone in done.withdrawn:
        click.echo(_("{number} is withdrawn.").format(number=tombstone.number))
    if done.was_erased:
        click.echo(_("No version holds it any more: it was erased."))
    elif not done.withdrawn:
        click.echo(_("No version holds this row."))
    if done.reissued:
        why = listed(map(cause_in_words, done.reissued.causes))
        click.echo(_("{number} is published without it: {why}.").format(number=done.reissued.number, why=why))
        if any(one.what == "rows-withdrawn" and one.detail != "1" for one in done.reissued.causes):
            click.echo(_("With it leave rows of its group, where too few people would be left."))
    if done.refusal:
        click.echo(_("The rest is not published again: {refusal}").format(refusal=done.refusal))
    if deleted:
        click.echo(
            ngettext(
                "{count} file that was held back of this dataset is deleted, as it may hold the row. Take the row out "
                "of the source before the next run, which makes such files again.",
                "{count} files that were held back of this dataset are deleted, as they may hold the row. Take the row "
                "out of the source before the next run, which makes such files again.",
                deleted,
            ).format(count=deleted)
        )
    return say_told(told, done.beyond_reach, unsigned)


def tell_portals(installation: Installation, settings: Settings, dataset: str, siren: str) -> Told:
    """Bring portals in line with what was ever withdrawn, before a word is said that nobody may be left to hear.

    A portal that does not answer waits: every later run tries again, and so does the same command.
    """
    from ..orchestration.portals import take_back_everywhere

    return take_back_everywhere(dataset, installation, settings, now(), siren)


def say_told(told: Told, beyond_reach: Sequence[str], unsigned: PublicationError | None) -> int:
    """How it went on portals, and what no command can reach. Raises `unsigned` last: all the rest is done."""
    outcomes, beyond = told
    if outcomes:
        click.echo(reports.portal_outcomes(outcomes))
    if places := (*beyond_reach, *beyond):
        click.echo("\n".join([_("Beyond reach, and told here:"), *(f"- {place}" for place in places)]))
    if unsigned:
        raise unsigned
    return max((one.exit_code for one in outcomes), default=0)


def _key(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(equals for _column, equals, _value in pairs):
        raise InvalidDeclaration(_("--key: expected COLUMN=VALUE, as the published CSV shows it."))
    return {column: value for column, _equals, value in pairs}

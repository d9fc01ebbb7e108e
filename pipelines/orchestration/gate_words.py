"""What an officer should know of what the gates did, or could not judge: counts and words, never a row."""

from collections.abc import Collection, Iterator

from ..anonymise import GateReport
from ..messages import _, percent
from ..privacy_policy import Privacy


def gate_words(reports: Collection[GateReport], to_review: int, privacy: Privacy) -> list[str]:
    """One sentence for each thing, over all parts of a run."""
    return [*_judged(reports, privacy), *_utility(reports), *_waiting(reports), *_review(to_review)]


def _judged(reports: Collection[GateReport], privacy: Privacy) -> Iterator[str]:
    if any(one.not_judged for one in reports):
        yield _("Quasi-identifiers leave, and no `preset:` says how large a group must be.")
    if privacy.unit == "none" and any(one.groups is not None for one in reports):
        yield _("The source does not say who a row is about (`unit: none`): rows were counted for people.")


def _utility(reports: Collection[GateReport]) -> Iterator[str]:
    rows = sum(one.rows_in for one in reports)
    if blanked := sum(one.rows_blanked for one in reports):
        yield _("{count} of {rows} rows ({share}) lost a cell: their groups are too small with it.").format(
            count=blanked, rows=rows, share=percent(blanked / rows, 1)
        )
    if withdrawn := sum(one.rows_withdrawn for one in reports):
        yield _("{count} rows are withdrawn: their groups are too small.").format(count=withdrawn)
    if hidden := sum(one.cells_hidden + one.cells_complementary for one in reports):
        yield _("{count} cells of the table are hidden: small ones, and those that would give them away.").format(
            count=hidden
        )


def _waiting(reports: Collection[GateReport]) -> Iterator[str]:
    if waiting := sum(one.rows_waiting for one in reports):
        yield _("{count} rows wait until enough people are concerned.").format(count=waiting)
    if counts := sum(one.counts_waiting for one in reports):
        yield _("{count} numbers of people stay as they were last published: they moved by too few.").format(
            count=counts
        )


def _review(count: int) -> Iterator[str]:
    if count:
        yield _(
            "{count} rows wait for review: the law's exemption does not cover natural persons, sole traders or unknown "
            "ones. `parvis privacy held` tells where they are."
        ).format(count=count)

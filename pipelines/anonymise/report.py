"""The internal page for the controller and the data protection officer: exact numbers, never published.

Three questions of the European opinion WP216 (singling out, linkability,
inference), then what it cost and what is left. Functions, never names of agents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..column_policies import Pseudonymise
from ..messages import _, language, percent
from ..privacy_policy import Privacy
from .explain import explain
from .gate import GateReport
from .measured import Measured
from .scan import KINDS, Leak


@dataclass(frozen=True)
class Section:
    """A question and its answers."""

    title: str
    lines: tuple[str, ...]


def privacy_report(
    dataset: str, privacy: Privacy, report: GateReport, leaks: Sequence[Leak] = ()
) -> tuple[Section, ...]:
    """What the gates measured on the last run of `dataset`."""
    return (
        Section(_("Singling out"), _singling_out(report)),
        Section(_("Linkability"), _linkability(privacy)),
        Section(_("Inference"), _inference(report)),
        Section(_("What it cost"), _cost(report)),
        Section(_("What is left"), _left(privacy, report, leaks)),
        Section(_("{dataset}: what happens to each column").format(dataset=dataset), tuple(explain(privacy))),
    )


def run_report(dataset: str, privacy: Privacy, measured: Measured) -> tuple[Section, ...]:
    """The same of a run that was kept, with each of its parts and what waits for a person."""
    sections = privacy_report(dataset, privacy, measured.together)
    waiting = [_("{count} rows were refused by the validation.").format(count=measured.rows_refused)]
    if measured.to_review:
        waiting.append(_("Texts that may name somebody: {path}").format(path=measured.to_review))
    parts = tuple(_part(name, report) for name, report in measured.parts.items())
    return (
        *sections[:-1],
        Section(_("What waits for a person"), tuple(waiting)),
        Section(_("The parts of this run"), parts),
        sections[-1],
    )


def _part(name: str, report: GateReport) -> str:
    said = _("{name}: {out} of {rows} rows leave, {waiting} wait").format(
        name=name, out=report.rows_out, rows=report.rows_in, waiting=report.rows_waiting
    )
    if report.groups is None:
        return said
    return said + _("; smallest group {smallest}, unlike any other {unique}").format(
        smallest=report.groups.smallest, unique=report.groups.unique_rows
    )


def as_html(title: str, about: Sequence[str], sections: Sequence[Section]) -> str:
    """A page that stands alone, for a browser and a printer: no script, no address."""
    body = "".join(
        f"<section><h2>{escape(section.title)}</h2><ul>"
        + "".join(f"<li>{escape(line)}</li>" for line in section.lines)
        + "</ul></section>"
        for section in sections
    )
    lines = "".join(f"<p>{escape(line)}</p>" for line in about)
    head = (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>"
    )
    return f"{head}<body><main><h1>{escape(title)}</h1>{lines}{body}</main></body></html>\n"


_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem;"
    "border-bottom:1px solid currentColor}li{margin:.3rem 0;overflow-wrap:anywhere}"
    "@media print{body{margin:0;max-width:none}section{break-inside:avoid-page}}"
)


def _singling_out(report: GateReport) -> tuple[str, ...]:
    if report.groups is None:
        return (_("Not measured: no group rule applies to what leaves."),)
    return (
        _("The smallest group has {smallest} rows that look alike.").format(smallest=report.groups.smallest),
        _("{count} rows look like no other.").format(count=report.groups.unique_rows),
        _("A stranger who knows the traits of a person is right at most once in {smallest}.").format(
            smallest=max(1, report.groups.smallest)
        ),
    )


def _linkability(privacy: Privacy) -> tuple[str, ...]:
    pseudonyms = [name for name, column in privacy.columns.items() if isinstance(column, Pseudonymise)]
    joined = (
        _("Joins with the town's other datasets were tried on shared columns; none gives a group below the threshold.")
        if privacy.preset
        else _("Joins with the town's other datasets were not judged: no preset says how large a group must be.")
    )
    if not pseudonyms:
        return (_("No pseudonym leaves."), joined)
    return (
        _("Pseudonyms in {columns}: rows of one person can be tied inside this dataset, and in no other.").format(
            columns=", ".join(pseudonyms)
        ),
        _("Pseudonyms are still personal data (recital 26): this dataset is pseudonymous, not anonymous."),
        joined,
    )


def _inference(report: GateReport) -> tuple[str, ...]:
    if report.groups is None or report.groups.fewest_distinct == 0:
        return (_("Not measured: no sensitive column leaves."),)
    return (
        _("Every group holds at least {count} values of each sensitive column.").format(
            count=report.groups.fewest_distinct
        ),
        _("The most frequent value of a group has at most {share} of it.").format(
            share=percent(report.groups.largest_share)
        ),
    )


def _cost(report: GateReport) -> tuple[str, ...]:
    kept = report.rows_out / report.rows_in if report.rows_in else 1.0
    return (
        _("{out} of {rows} rows leave ({kept}).").format(
            out=report.rows_out, rows=report.rows_in, kept=percent(kept, 1)
        ),
        _("{cells} cells blanked, in {blanked} rows ({share}); {rows} rows left out.").format(
            cells=report.cells_blanked,
            blanked=report.rows_blanked,
            share=percent(report.rows_blanked / report.rows_out if report.rows_out else 0.0, 1),
            rows=report.rows_withdrawn,
        ),
        _("{hidden} figures hidden for their own sake, {more} for the others'.").format(
            hidden=report.cells_hidden, more=report.cells_complementary
        ),
        _("{rows} rows in {groups} groups wait for more people.").format(
            rows=report.rows_waiting, groups=report.groups_waiting
        ),
    )


def _left(privacy: Privacy, report: GateReport, leaks: Sequence[Leak]) -> tuple[str, ...]:
    lines = [
        _("“{column}”: {count} × {kind} to look at.").format(
            column=leak.column, count=leak.cell_count, kind=KINDS[leak.kind]()
        )
        for leak in leaks
    ]
    if report.not_judged:
        lines.append(_("Traits of people leave and no preset is declared: whether a person stands out was not judged."))
    if privacy.unit == "none" and not privacy.basis:
        lines.append(_("Rows were counted instead of people: one busy resident may be a whole group."))
    lines.append(
        _("What is published cannot be called back; whoever knows more than the declared traits may learn more.")
    )
    return tuple(lines)

"""What the commands print: tables and sentences over outcomes. Counts and words; never a cell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .messages import _, listed, ngettext
from .state import Outcome, PortalOutcome

if TYPE_CHECKING:  # Dagster costs a second and more; `parvis --help` does without
    from .extract.nomenclatures import ImportReport
    from .orchestration.overview import Line
    from .orchestration.remake import Remake
    from .verification.claims import Verification
    from .versions.fsck import Problem
    from .versions.history import Summary


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks apart; numbers to the right."""
    widths = [max(len(row[index]) for row in [header, *rows]) for index in range(len(header))]
    numeric = [bool(rows) and all(row[index].isdigit() for row in rows) for index in range(len(header))]
    lines = [header, ["─" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in lines
    )


def outcomes(found: Sequence[Outcome]) -> str:
    """How runs ended: a table, what there is to know of each, and one sentence."""
    details = [text for one in found if (text := _outcome_details(one))]
    return "\n".join([_outcome_table(found), *details, _outcome_summary(found)])


def status(lines: "Sequence[Line]") -> str:
    """Where every dataset stands."""
    header = (
        _("organisation"),
        _("dataset"),
        _("version"),
        _("published"),
        _("portals"),
        _("next run"),
        _("last error"),
    )
    rows = [
        (
            one.organisation,
            one.dataset,
            one.version or "-",
            (one.published_at or "-")[:10],
            listed(_said(each.portal, _on_portal(each)) for each in one.portals) or "-",
            one.next_run_at[:16].replace("T", " "),
            one.error or "-",
        )
        for one in lines
    ]
    told = [_trouble(each) for one in lines for each in one.portals if each.error]
    return "\n".join([table(header, rows), *told])


def portal_outcomes(found: Sequence[PortalOutcome]) -> str:
    """How datasets stand on a portal."""
    header = (_("organisation"), _("dataset"), _("portal"), _("version"), _("result"), _("address"))
    rows = [
        (one.organisation, one.dataset, one.portal, one.version or "-", _on_portal(one), one.address or "-")
        for one in found
    ]
    troubles = [_trouble(one) for one in found if one.error]
    warnings = [_("To know: {warning}").format(warning=warning) for one in found for warning in one.warnings]
    return "\n".join([table(header, rows), *troubles, *warnings])


def _on_portal(outcome: PortalOutcome) -> str:
    said = {
        "published": _("published"),
        "unchanged": _("unchanged"),
        "removed": _("removed"),
        "held": _("as published"),
        "edited": _("edited there"),
        "behind": _("not harvested yet") if outcome.is_harvested else _("an older version"),
        "absent": _("not there"),
        "waiting": _("waits for the next scheduled run"),
        "refused": _("refused"),
    }
    return said[outcome.status]


def _trouble(outcome: PortalOutcome) -> str:
    since = _(" (since {date})").format(date=outcome.waiting_since[:10]) if outcome.waiting_since else ""
    return _said(f"{outcome.organisation}, {outcome.dataset}{since}", outcome.error or "")


def _said(subject: str, words: str) -> str:
    return _("{subject}: {words}").format(subject=subject, words=words)


def versions(found: "Sequence[Summary]") -> str:
    """A dataset's versions, the newest first, each with why it exists."""
    from .versions.changelog import cause_in_words

    header = (_("version"), _("published"), _("rows"), _("why"))
    rows = [
        (one.number, one.committed_at[:10], str(one.row_count), listed(map(cause_in_words, one.causes)))
        for one in reversed(found)
    ]
    return table(header, rows)


def fsck(problems: "Sequence[Problem]") -> str:
    """What is not as it was published, one line each, and what to do about it."""
    what = {
        "missing": _("lost"),
        "damaged": _("damaged"),
        "misnumbered": _("not in the order of versions"),
        "exchanged": _("not the version that was signed for"),
        "hint": _("a shortcut that was late, lost or wrong"),
        "derived": _("a copy for readers that was lost or wrong"),
        "underived": _("a copy for readers that was lost or wrong, and cannot be written; servers make their own"),
        "withdrawal": _("a withdrawal that was cut short"),
    }
    lines = []
    for one in problems:
        done = _("mended") if one.is_mended else _("NOT mended: restore it from a backup")
        done = _("taken away: is the disk full?") if one.what == "underived" else done
        lines.append(_("{key}: {what} ({done})").format(key=one.key, what=what[one.what], done=done))
    if any(one.what in ("derived", "underived") for one in problems):
        lines.append(_("A server that is running may still hold the wrong copy: restart it."))
    return "\n".join(lines) or _("The store is whole.")


def remake(done: "Remake") -> str:
    """Whether a version was made again byte for byte; else which files differ, and what is no longer as it was."""
    if done.is_the_same:
        return _("{number} is made again, byte for byte.").format(number=done.number)
    said = {
        "parvis_version": _("another version of Parvis"),
        "declaration_sha256": _("another declaration (dataset.yaml)"),
        "schema_sha256": _("another schema"),
        "source_hmac": _("another source, or another key"),
    }
    reasons = ", ".join(said.get(word, word) for word in done.changed) or _("nothing that its provenance tells")
    told = ngettext(
        "{number} is not made again: {files} differs. What is not as it was: {reasons}.",
        "{number} is not made again: {files} differ. What is not as it was: {reasons}.",
        len(done.differing),
    )
    return told.format(number=done.number, files=", ".join(done.differing), reasons=reasons)


def looks(found: Sequence[PortalOutcome]) -> str:
    """How versions stand on a portal, and what is otherwise there."""
    lines = []
    for one in found:
        subject = f"{one.portal}, {one.organisation}, {one.dataset} {one.version or '-'}"
        lines.append(_said(subject, _on_portal(one)))
        lines += [f"  - {change}" for change in one.changes]
        lines += [f"  {one.error}"] if one.error else []
    if any(one.status == "edited" for one in found):
        lines.append(_("Nothing was touched; `parvis portals mend` puts it right."))
    return "\n".join(lines)


def _outcome_table(outcomes: Sequence[Outcome]) -> str:
    """One line per organisation and dataset."""
    header = (
        _("organisation"),
        _("dataset"),
        _("version"),
        _("rows read"),
        _("refused"),
        _("cells treated"),
        _("address"),
    )
    rows = [
        (
            one.organisation,
            one.dataset,
            one.version or _("refused"),
            str(one.rows_read),
            str(one.rows_refused),
            str(one.cells_treated),
            one.address or "-",
        )
        for one in outcomes
    ]
    return table(header, rows)


def _outcome_summary(outcomes: Sequence[Outcome]) -> str:
    """How many versions are new; “nothing new” where none is."""
    new = sum(one.status == "published" for one in outcomes)
    if new:
        return ngettext("{count} new version published.", "{count} new versions published.", new).format(count=new)
    if any(one.status == "refused" for one in outcomes):
        return _("Nothing was published; the versions served before are served on.")
    return _("Nothing new: every dataset is published already, unchanged.")


def _outcome_details(outcome: Outcome) -> str:
    """Refused rows by column and rule, where they lie, what to know; "" where there is nothing to say."""
    from .validate.wording import refusal_in_words

    lines = []
    if outcome.refusals:
        lines.append(_("Refused in {dataset}:").format(dataset=outcome.dataset))
        lines += [f"  {refusal_in_words(one.column, one.rule, one.count)}" for one in outcome.refusals]
    if outcome.held:
        lines.append(_("The refused rows, with what is wrong, lie in {path}").format(path=outcome.held))
    if outcome.review:
        lines.append(
            _("Texts that may name somebody are published; look at them in {path}").format(path=outcome.review)
        )
    lines += [_("To know: {warning}").format(warning=warning) for warning in outcome.warnings]
    return "\n".join(lines)


def nomenclatures(report: "ImportReport") -> str:
    """What an import of charts of accounts changed."""
    return _("{charts} charts of accounts ({years}): {added} new, {replaced} replaced, {unchanged} unchanged.").format(
        charts=report.charts,
        years=", ".join(report.years),
        added=report.added,
        replaced=report.replaced,
        unchanged=report.unchanged,
    )


def verification(found: "Verification") -> list[str]:
    """The two lists apart; what holds in many places is said once, what does not hold is said each time."""
    from .verification.claims import attested_words, recomputed_words

    lines = [_("Recomputed from the published files:"), *recomputed_words(found.recomputed), ""]
    lines += [_("Attested by the publisher, to be believed or not:"), *attested_words(found.attested), ""]
    if found.keys_from:
        lines.append(_("Keys: {where}.").format(where=found.keys_from))
        if not found.keys_are_told:
            lines.append(_("Whoever could forge the files there could forge these keys: --key compares with yours."))
    failed = sum(not claim.holds for claim in found.recomputed)
    if found.holds:
        return [*lines, _("Everything that can be recomputed holds.")]
    return [
        *lines,
        ngettext("{count} claim does not hold.", "{count} claims do not hold.", failed).format(count=failed),
    ]

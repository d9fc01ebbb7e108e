"""What happens to each column and why, in plain sentences, for the officer who signs the declaration."""

from collections.abc import Mapping

from ..declarations import ColumnPolicy, Drop, Generalise, Grid, Keep, Privacy, Pseudonymise
from ..messages import _, quoted
from ..vocabularies import PRESETS


def explain(privacy: Privacy) -> list[str]:
    """One sentence per column, in the declaration's order, then those about groups, versions and contributors."""
    columns = [f"{quoted(name)} {explain_column(column, privacy)}" for name, column in privacy.columns.items()]
    return columns + _groups(privacy) + _unit(privacy)


def explain_column(column: ColumnPolicy, privacy: Privacy) -> str:
    """What a reader of the published data sees of this column, and why."""
    return _("{what}: {why}.").format(what=_what(column), why=_why(column, privacy))


def _what(column: ColumnPolicy) -> str:
    match column:
        case Keep(role="free_text", reviewed=reviewed):
            return _("is published after review ({who})").format(who=reviewed)
        case Keep():
            return _("is published as it is")
        case Drop():
            return _("never leaves")
        case Generalise(to=step):
            return _("is cut to the {step}").format(step=_steps()[step])
        case Grid(cell_m=cell):
            return _("is moved to the centre of its square of {cell} m (INSPIRE grid)").format(cell=cell)
        case Pseudonymise(reason=reason):
            return _("is replaced by a pseudonym that only this town can compute ({reason})").format(reason=reason)


def _steps() -> Mapping[str, str]:
    return {"day": _("day"), "month": _("month"), "quarter": _("quarter"), "year": _("year")}


def _why(column: ColumnPolicy, privacy: Privacy) -> str:
    if basis := column.basis or privacy.basis:
        return _("the law makes it public ({basis})").format(basis=basis)
    return {
        "identifier": _("by itself it points to a person"),
        "quasi_identifier": _("together with other traits it could point to a person"),
        "sensitive": _("it says something about a person that others need not know"),
        "opinion": _("it shows an opinion, which the GDPR protects specially (article 9)"),
        "public": _("it says nothing about a person"),
        "free_text": _("people write names, phones and addresses into it"),
    }[column.role]


def _groups(privacy: Privacy) -> list[str]:
    if privacy.basis:
        return [
            _("Groups are not judged: the law makes the whole dataset public ({basis}).").format(basis=privacy.basis)
        ]
    if privacy.preset is None:
        if any(column.role == "quasi_identifier" and column.action != "drop" for column in privacy.columns.values()):
            return [_("No preset is declared: nothing says how many people must look alike before a row is shown.")]
        return []
    preset = PRESETS[privacy.preset]
    sentences = [
        _("A row is shown only if at least {minimum} people look like it ({source}).").format(
            minimum=preset.minimum, source=preset.source
        ),
        _("To reach that, at most {share:.0%} of the rows may lose a cell or be left out.").format(
            share=privacy.suppression.max_rows
        ),
    ]
    if privacy.suppression.priority:
        sentences.append(
            _("Cells are blanked in this order: {columns}.").format(columns=", ".join(privacy.suppression.priority))
        )
    if privacy.aggregate is not None:
        sentences.append(
            _("Only a table of counts by {columns} leaves, never a row about one person.").format(
                columns=", ".join(privacy.aggregate.by)
            )
        )
    return [*sentences, _releases(privacy)]


def _releases(privacy: Privacy) -> str:
    if privacy.releases == "wait":
        return _("Where too few people are new since an earlier version, they wait until there are enough.")
    return _("Where too few people are new since an earlier version, the whole version is refused.")


def _unit(privacy: Privacy) -> list[str]:
    if privacy.basis:
        return []
    if privacy.unit == "none":
        return [_("The source does not say which rows are one person's: rows are counted instead of people.")]
    return [_("People are counted by “{unit}”: many rows of one person count once.").format(unit=privacy.unit)]

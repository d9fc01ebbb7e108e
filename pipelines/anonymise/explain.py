"""What happens to each column and why, in plain sentences, for the officer who signs the declaration."""

from collections.abc import Mapping

from ..column_policies import (
    Bands,
    ColumnPolicy,
    Drop,
    Generalise,
    Grid,
    Keep,
    Pseudonymise,
    Round,
    Threshold,
    TopBottomCode,
)
from ..messages import _, percent, quoted
from ..privacy_policy import Privacy
from ..vocabularies import PRESETS


def explain(privacy: Privacy) -> list[str]:
    """One sentence per column, in the declaration's order, then those about groups, versions and contributors."""
    columns = [
        _("{column} {what}").format(column=quoted(name), what=explain_column(column, privacy))
        for name, column in privacy.columns.items()
    ]
    return [*columns, *_law(privacy), *_groups(privacy), *_unit(privacy), *_held(privacy)]


def explain_column(column: ColumnPolicy, privacy: Privacy) -> str:
    """What a reader of the published data sees of this column, and why."""
    return _("{what}: {why}.").format(what=_what(column, privacy), why=_why(column, privacy))


def _what(column: ColumnPolicy, privacy: Privacy) -> str:
    match column:
        case Keep(role="free_text", reviewed=reviewed):
            return _("is published after review ({who})").format(who=reviewed)
        case Keep():
            return _("is published as it is")
        case Drop():
            return _("never leaves")
        case Generalise():
            return _coarser(column)
        case Grid(cell_m=cell):
            return _("is moved to the centre of its square of {cell} m (INSPIRE grid)").format(cell=cell) + _next(
                column
            )
        case TopBottomCode(bottom=bottom, top=top):
            return " ".join(_ends(bottom, top))
        case Round(base=base):
            return _("is rounded to the nearest multiple of {base}").format(base=f"{base:g}")
        case Threshold(count=None):
            return _(
                "is left blank where it counts fewer than {minimum} people, and stays as it was last published "
                "where it moves by fewer"
            ).format(minimum=PRESETS[privacy.preset].minimum if privacy.preset else "?")
        case Threshold(count=count):
            return _("is left blank wherever “{count}” is").format(count=count)
        case Pseudonymise(scope="release"):
            return _("is replaced by a pseudonym that only this town can compute, another one in every version")
        case Pseudonymise(reason=reason):
            return _(
                "is replaced by a pseudonym that only this town can compute, the same in every version ({reason})"
            ).format(reason=reason)


def _coarser(column: Generalise) -> str:
    if column.bands is not None:
        return _("is published in bands ({bands})").format(bands=_bands(column.bands))
    if column.ladder is None:
        return _("is cut to the {step}").format(step=_steps()[column.to or "day"])
    said = _("is replaced by its label at level {level} of {file}").format(level=column.level, file=column.ladder)
    if column.match == "street":
        said += _(", looked up by the street of the address")
    if column.households is not None:
        said += _(", or at a coarser level where too few households live under it ({file})").format(
            file=column.households
        )
    return said


def _bands(bands: Bands) -> str:
    if bands.edges:
        return _("from {edges} on").format(edges=", ".join(map(str, bands.edges)))
    if bands.top is None:
        return _("of {width}").format(width=bands.width)
    return _("of {width}, the last from {top} on").format(width=bands.width, top=bands.top)


def _next(column: Grid) -> str:
    if column.households is None:
        return ""
    if not column.coarser:
        return _("; the run stops where too few households live in one ({file})").format(file=column.households)
    sizes = ", ".join(str(size) for size in column.coarser)
    return _("; where too few households live in one, of a larger one ({sizes} m; {file})").format(
        sizes=sizes, file=column.households
    )


def _ends(bottom: float | None, top: float | None) -> list[str]:
    said = [_("is published as it is between its ends;")]
    if bottom is not None:
        said.append(_("less than {bottom} is shown as {bottom}").format(bottom=f"{bottom:g}"))
    if top is not None:
        said.append(_("more than {top} is shown as {top}").format(top=f"{top:g}"))
    return said


def _steps() -> Mapping[str, str]:
    return {
        "day": _("day"),
        "month": _("month"),
        "quarter": _("quarter"),
        "year": _("year"),
        "department": _("department"),
    }


def _why(column: ColumnPolicy, privacy: Privacy) -> str:
    if article := column.article or privacy.article:
        return _("the law makes it public ({basis})").format(basis=article)
    return {
        "identifier": _("by itself it points to a person"),
        "quasi_identifier": _("together with other traits it could point to a person"),
        "sensitive": _("it says something about a person that others need not know"),
        "opinion": _("it shows an opinion, which the GDPR protects specially (article 9)"),
        "public": _("it says nothing about a person"),
        "free_text": _("people write names, phones and addresses into it"),
    }[column.role]


def _law(privacy: Privacy) -> list[str]:
    """What the exemptions cover, and what they do not."""
    kinds = {
        "budget_lines": _("lines of a voted budget"),
        "grants_to_legal_persons": _("grants to legal persons"),
        "contract_essentials": _("essential data of contracts"),
        "elected_in_office": _("elected people, in their office"),
        "institutional_contacts": _("contacts of institutions"),
    }
    laws = {law.covers: law for law in (privacy, *privacy.columns.values()) if law.covers}
    said = [
        _("By law ({article}): {kind}. What leaves is still searched for identifiers.").format(
            article=law.article, kind=kinds[law.covers]
        )
        for law in laws.values()
        if law.covers
    ]
    return said + [
        _(
            "Rows whose “{column}” is not that of a legal person (natural person, sole trader, unknown) wait for a "
            "person's review."
        ).format(column=law.nature)
        for law in laws.values()
        if law.nature
    ]


def _groups(privacy: Privacy) -> list[str]:
    if privacy.basis:
        return [
            _("Groups are not judged: the law makes the whole dataset public ({basis}).").format(basis=privacy.article)
        ]
    if privacy.preset is None:
        if any(column.role == "quasi_identifier" and column.action != "drop" for column in privacy.columns.values()):
            return [_("No preset is declared: nothing says how many people must look alike before a row is shown.")]
        return []
    published = [column for column in privacy.columns.values() if column.action != "drop" and not column.basis]
    if not any(column.role in ("quasi_identifier", "sensitive", "opinion") for column in published):
        return [_("No trait of a person leaves: groups of people are not judged.")]
    preset = PRESETS[privacy.preset]
    if privacy.aggregate is not None:
        return [
            _("Only a table of counts by {columns} leaves, never a row about one person.").format(
                columns=", ".join(privacy.aggregate.by)
            ),
            _(
                "A cell is shown from {minimum} people on, if none of them holds more than {share} of an amount "
                "({source}); others are hidden so that nobody can compute it."
            ).format(minimum=preset.minimum, share=percent(preset.dominance), source=_(preset.source)),
            _releases(privacy),
        ]
    if not any(column.role in ("quasi_identifier", "sensitive") for column in published):
        return [_releases(privacy)]
    return [
        _("A row is shown only if at least {minimum} people look like it ({source}).").format(
            minimum=preset.minimum, source=_(preset.source)
        ),
        *_mixed(privacy),
        *_suppression(privacy),
        _releases(privacy),
    ]


def _mixed(privacy: Privacy) -> list[str]:
    """How different the people of a group are, where something sensitive is told of them."""
    if privacy.preset is None or not any(column.role == "sensitive" for column in privacy.columns.values()):
        return []
    preset = PRESETS[privacy.preset]
    return [
        _(
            "Of what is sensitive, each group has at least {distinct} values, none of them for more than "
            "{share} of its people."
        ).format(
            distinct=max(preset.distinct, privacy.distinct or 1),
            share=percent(min(preset.max_share, privacy.max_share or 1.0)),
        )
    ]


def _suppression(privacy: Privacy) -> list[str]:
    budget = privacy.suppression
    said = [
        _("To reach that, at most {rows} of the rows may be left out, and {cells} may lose a cell.").format(
            rows=percent(budget.max_rows), cells=percent(budget.max_blanked)
        )
    ]
    if budget.priority:
        said.append(_("Cells are blanked in this order: {columns}.").format(columns=", ".join(budget.priority)))
    return said


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


def _held(privacy: Privacy) -> list[str]:
    if privacy.retention is None:
        return []
    return [
        _("Rows that are refused or held back are kept, private, for {days} days, then deleted.").format(
            days=privacy.retention
        )
    ]

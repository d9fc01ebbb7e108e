"""The `privacy:` block of a declaration: a role and an action for every column that the source delivers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .closed import Closed
from .column_policies import NAMES_BY_LAW, ColumnPolicy, Grid, Lawful, Threshold
from .messages import _
from .vocabularies import PresetName


class Suppression(Closed):
    """How much may be hidden so that nobody stands out, and what is hidden first."""

    max_rows: Annotated[float, Field(ge=0, le=1, description="Share of rows that may be left out.")] = 0.05
    max_blanked: Annotated[float, Field(ge=0, le=1, description="Share of rows that may lose a cell.")] = 0.05
    priority: tuple[str, ...] = Field(default=(), description="Columns to blank, first to last, before a row is.")


class Aggregate(Closed):
    """Only a table with its margins leaves: one row per cell, never one per person."""

    by: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)] = Field(
        description="The table's one to three dimensions, such as [petition, quartier]. The published columns are "
        "these, `totals` (what a margin sums over), `row_count`, and `value`."
    )
    value: str | None = Field(default=None, description="Amount to sum in each cell; without it cells are counts.")


class Privacy(Lawful):
    """What happens to every column that the source delivers: a closed world."""

    unit: str = Field(
        description="The column that tells one person from another (an e-mail, an account), by which people are "
        "counted; it need not leave. none: every row stands for another person, or for nobody.",
    )
    contacts: tuple[str, ...] = Field(
        default=(), description="E-mail domains and phone numbers of the institution itself, which may be published."
    )
    preset: PresetName | None = Field(
        default=None,
        description="The fewest people that may be shown together. insee_households_11: 11; insee_enterprises_3_85: 3, "
        "none with more than 85 %; small_town_20: 20, of two sensitive values at least. Without one, nobody judges.",
    )
    distinct: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Distinct values of each sensitive column in a group (l); default: the preset's."
    )
    max_share: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None, description="Largest share of one sensitive value in a group (alpha); default: the preset's."
    )
    suppression: Suppression = Field(default=Suppression(), description="How much may be hidden to reach that.")
    aggregate: Aggregate | None = Field(
        default=None,
        description="Only a table of counts with its margins leaves, no row of a person; needs `preset` and "
        "`update: replace`.",
    )
    releases: Literal["wait", "refuse"] = Field(
        default="wait", description="Too few new contributors in a group: its rows wait, or the run is refused."
    )
    retention: Annotated[int, Field(ge=0, le=36_500)] | None = Field(
        default=None, description="Days that refused rows are held, private; default: the installation's."
    )
    columns: Mapping[str, ColumnPolicy] = Field(
        description="Every column that the source delivers, with a `role` and an `action`; one that is not here stops "
        "the run. A column that is no field of the schema can only be dropped."
    )

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        if self.unit != "none" and self.unit not in self.columns:
            yield _("unit: “{unit}” is not one of the columns").format(unit=self.unit)
        for name, column in self.columns.items():
            if problem := self._unfit(column):
                yield _("columns.{column}: {problem}").format(column=name, problem=problem)
        for law in (self, *self.columns.values()):
            if law.nature and law.nature not in self.columns:
                yield _("nature: “{column}” is not one of the columns").format(column=law.nature)
        yield from self._unpublished("suppression.priority", self.suppression.priority)
        if self.aggregate:
            if self.preset is None:
                yield _("aggregate: needs a preset, which says how many people a figure may be about")
            yield from self._unpublished("aggregate", [*self.aggregate.by, *filter(None, [self.aggregate.value])])
        yield from self._unfit_grid()
        yield from self._unfit_thresholds()

    def _unfit(self, column: ColumnPolicy) -> str | None:
        is_named_by_law = column.covers in NAMES_BY_LAW
        if column.role == "identifier" and column.action not in ("drop", "pseudonymise") and not is_named_by_law:
            return _("an identifier is dropped or pseudonymised, never “{action}”").format(action=column.action)
        if column.role == "free_text" and column.action != "drop" and not getattr(column, "reviewed", None):
            return _("free text is dropped, or kept once `reviewed:` says which function read it, and when")
        if column.role == "opinion" and column.action not in ("drop", "threshold") and self.aggregate is None:
            return _(
                "an opinion (GDPR art. 9) is dropped, counted (`threshold`), or leaves in an `aggregate:` table only"
            )
        return None

    def _unfit_grid(self) -> Iterator[str]:
        grids = [column for column in self.columns.values() if isinstance(column, Grid)]
        steps = {(column.cell_m, column.households, column.coarser) for column in grids}
        if grids and (sorted(column.axis for column in grids) != ["latitude", "longitude"] or len(steps) > 1):
            yield _("columns: a grid needs one latitude and one longitude with the same cells")
        if self.preset is None and any(getattr(column, "households", None) for column in self.columns.values()):
            yield _("households: needs a preset, which says how many are enough")

    def _unfit_thresholds(self) -> Iterator[str]:
        counts = {name: column for name, column in self.columns.items() if isinstance(column, Threshold)}
        if counts and self.preset is None:
            yield _("columns: the action “threshold” needs a preset")
        for name, column in counts.items():
            if column.count is not None and (column.count not in counts or counts[column.count].count):
                yield _("columns.{column}: count: “{count}” is not a column with the action “threshold”").format(
                    column=name, count=column.count
                )

    def _unpublished(self, key: str, names: Sequence[str]) -> Iterator[str]:
        for name in names:
            if name not in self.columns or self.columns[name].action == "drop":
                yield _("{key}: “{name}” is not a column that is published").format(key=key, name=name)

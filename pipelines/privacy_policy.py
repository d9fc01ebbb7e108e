"""The `privacy:` block of a declaration: a role and an action for every column that the source delivers."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .closed import Closed
from .messages import _
from .vocabularies import PresetName

Role = Literal["identifier", "quasi_identifier", "sensitive", "opinion", "public", "free_text"]


class _Column(Closed):
    role: Role
    basis: str | None = Field(default=None, description="The article of law that makes this column public.")


class Keep(_Column):
    """Published as it is."""

    action: Literal["keep"]
    reviewed: str | None = Field(default=None, description="Free text: the function that read every text, and when.")


class Drop(_Column):
    """Never leaves; an `identifier` may have no other action but this and `pseudonymise`."""

    action: Literal["drop"]


class Generalise(_Column):
    """A date or datetime cut to a coarser step; the published field has the step's own type."""

    action: Literal["generalise"]
    to: Literal["day", "month", "quarter", "year"]


class Grid(_Column):
    """One coordinate (WGS84 degrees) of a pair, moved to the centre of its INSPIRE cell (EPSG:3035)."""

    action: Literal["grid"]
    axis: Literal["latitude", "longitude"]
    cell_m: Literal[200, 1000, 2000, 5000, 10000]


class Pseudonymise(_Column):
    """Replaced by a keyed HMAC-SHA-256 of the value: still personal data (recital 26), hence the reason."""

    action: Literal["pseudonymise"]
    reason: Annotated[str, Field(min_length=10, description="Why reusers need to tell contributors apart.")]


ColumnPolicy = Annotated[Keep | Drop | Generalise | Grid | Pseudonymise, Field(discriminator="action")]


class Suppression(Closed):
    """How much may be hidden so that nobody stands out, and what is hidden first."""

    max_rows: Annotated[float, Field(ge=0, le=1, description="Share of rows that may lose a cell or leave.")] = 0.05
    priority: tuple[str, ...] = Field(default=(), description="Columns to blank, first to last, before a row is.")


class Aggregate(Closed):
    """Only a table with its margins leaves: one row per cell, never one per person."""

    by: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    value: str | None = Field(default=None, description="Amount to sum in each cell; without it cells are counts.")


class Privacy(Closed):
    """What happens to every column that the source delivers: a closed world."""

    unit: str = Field(description="Column that identifies a contributor, or none.")
    basis: str | None = Field(default=None, description="The article of law that makes the whole dataset public.")
    contacts: tuple[str, ...] = Field(
        default=(), description="E-mail domains and phone numbers of the institution itself, which may be published."
    )
    preset: PresetName | None = Field(default=None, description="The smallest group that may be shown, and its source.")
    distinct: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Distinct values of each sensitive column in a group (l); default: the preset's."
    )
    max_share: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None, description="Largest share of one sensitive value in a group (alpha); default: the preset's."
    )
    suppression: Suppression = Suppression()
    aggregate: Aggregate | None = None
    releases: Literal["wait", "refuse"] = Field(
        default="wait", description="Too few new contributors in a group: its rows wait, or the run is refused."
    )
    columns: Mapping[str, ColumnPolicy]

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        if self.unit != "none" and self.unit not in self.columns:
            raise ValueError(_("unit: “{unit}” is not one of the columns").format(unit=self.unit))
        for name, column in self.columns.items():
            if problem := self._unfit(column):
                raise ValueError(_("columns.{column}: {problem}").format(column=name, problem=problem))
            if column.role == "identifier" and column.action not in ("drop", "pseudonymise"):
                raise ValueError(
                    _("columns.{column}: an identifier is dropped or pseudonymised, never “{action}”").format(
                        column=name, action=column.action
                    )
                )
        self._check_named("suppression.priority", self.suppression.priority)
        if self.aggregate:
            self._check_named("aggregate", [*self.aggregate.by, *filter(None, [self.aggregate.value])])
        axes = sorted(column.axis for column in self.columns.values() if isinstance(column, Grid))
        cells = {column.cell_m for column in self.columns.values() if isinstance(column, Grid)}
        if axes and (axes != ["latitude", "longitude"] or len(cells) > 1):
            raise ValueError(_("columns: a grid needs one latitude and one longitude with the same cell_m"))
        return self

    def _unfit(self, column: ColumnPolicy) -> str | None:
        if column.role == "free_text" and column.action != "drop" and not getattr(column, "reviewed", None):
            return _("free text is dropped, or kept once `reviewed:` says which function read it, and when")
        if column.role == "opinion" and column.action != "drop" and self.aggregate is None:
            return _("an opinion (GDPR art. 9) is dropped, or leaves in an `aggregate:` table only")
        return None

    def _check_named(self, key: str, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.columns or self.columns[name].action == "drop":
                raise ValueError(_("{key}: “{name}” is not a column that is published").format(key=key, name=name))

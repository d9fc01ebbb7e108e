"""What happens to one column of the source: a role, an action, and the article of law that may make it public."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .closed import ARTICLE, Closed
from .messages import _
from .vocabularies import LawfulKind

Role = Literal["identifier", "quasi_identifier", "sensitive", "opinion", "public", "free_text"]
DateStep = Literal["day", "month", "quarter", "year"]
Step = Literal["day", "month", "quarter", "year", "department"]
CellSize = Literal[200, 1000, 2000, 5000, 10000]
# Of these some are about people who are no legal person: sole traders, residents.
NEEDS_NATURE = ("grants_to_legal_persons", "contract_essentials")
# These are names and addresses of people in their office.
NAMES_BY_LAW = ("grants_to_legal_persons", "contract_essentials", "elected_in_office", "institutional_contacts")


class Lawful(Closed):
    """An exemption by law, with its article: from the size of groups, never from the scan of what leaves."""

    basis: Literal["public_by_law"] | None = Field(
        default=None, description="The law makes it public; see `article` and `covers`."
    )
    article: Annotated[str, Field(min_length=5, pattern=ARTICLE)] | None = Field(
        default=None, description="With `basis`: the article of law, such as CGCT L2313-1."
    )
    covers: LawfulKind | None = Field(default=None, description="Which of the law's publications this is.")
    nature: str | None = Field(
        default=None,
        description="The source's column with the beneficiary's legal category (Insee): other rows wait for review.",
    )

    @model_validator(mode="after")
    def _check_basis(self) -> Self:
        given = [self.article, self.covers, self.nature]
        if self.basis is None and any(given):
            raise ValueError(_("article, covers and nature stand beside “basis: public_by_law” only"))
        if self.basis and not (self.article and self.covers):
            raise ValueError(_("“basis: public_by_law” needs “article:” (such as CGCT L2313-1) and “covers:”"))
        if self.covers in NEEDS_NATURE and not self.nature:
            raise ValueError(
                _(
                    "“covers: {kind}” needs “nature:”, the column with the legal category (Insee): "
                    "natural persons and unknown ones are not exempt"
                ).format(kind=self.covers)
            )
        return self


_ACTION = Field(
    description="keep: published as it is; drop: never leaves; generalise: a date's step, a band, a label of a ladder; "
    "grid: the centre of a square; top_bottom_code, round: a number; threshold: a number of people, blank where it is "
    "small; pseudonymise: a keyed code."
)


class _Column(Lawful):
    role: Role = Field(
        description="What the column says of people. identifier: a name, an e-mail, a number (drop or pseudonymise); "
        "quasi_identifier: an age, a district, a date, which single people out together; sensitive: what must not be "
        "learnt of anyone; opinion: a vote, a signature (drop, threshold, or an aggregate); free_text: drop, or keep "
        "with `reviewed`; public: nothing about people."
    )


class Keep(_Column):
    """Published as it is."""

    action: Annotated[Literal["keep"], _ACTION]
    reviewed: str | None = Field(default=None, description="Free text: the function that read every text, and when.")


class Drop(_Column):
    """Never leaves; an `identifier` may have no other action but this and `pseudonymise`."""

    action: Annotated[Literal["drop"], _ACTION]


class Bands(Closed):
    """Numbers in bands: between declared edges, or of one width up to `top`."""

    edges: tuple[int, ...] = Field(default=(), description="[18, 30, 75]: <18, 18-29, 30-74, 75+.")
    width: Annotated[int, Field(ge=1)] | None = Field(default=None, description="10: 0-9, 10-19, ...")
    top: int | None = Field(default=None, description="With width: from here on one band, such as 90+.")

    @model_validator(mode="after")
    def _check_bands(self) -> Self:
        if bool(self.edges) == (self.width is not None) or (self.top is not None and self.edges):
            raise ValueError(_("bands: either edges, or a width with or without a top"))
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError(_("bands: edges rise from the first to the last"))
        if self.width and self.top is not None and self.top % self.width:
            raise ValueError(_("bands: the top is a multiple of the width"))
        return self


class Generalise(_Column):
    """A coarser value: a date cut to a step, a code to its department, a number to its band, a label of a ladder."""

    action: Annotated[Literal["generalise"], _ACTION]
    to: Step | None = Field(default=None, description="A date's step, or the department of a postcode or INSEE code.")
    bands: Bands | None = Field(default=None, description="Numbers in bands, such as {edges: [18, 30, 75]}.")
    ladder: str | None = Field(
        default=None, description="A CSV beside dataset.yaml or in ladders/: value;label of level 1;label of level 2..."
    )
    level: Annotated[int, Field(ge=1)] = Field(default=1, description="The ladder's level that is published.")
    match: Literal["value", "street"] = Field(
        default="value", description="street: the ladder's values are street names, the column holds addresses."
    )
    households: str | None = Field(
        default=None, description="A CSV label;households: where a label has too few, the next level is published."
    )

    @model_validator(mode="after")
    def _check_ladder(self) -> Self:
        if sum(one is not None for one in (self.to, self.bands, self.ladder)) != 1:
            raise ValueError(_("generalise: one of “to:”, “bands:” and “ladder:”"))
        if self.ladder is None and (self.level, self.match, self.households) != (1, "value", None):
            raise ValueError(_("generalise: “level:”, “match:” and “households:” stand beside “ladder:” only"))
        return self


class Grid(_Column):
    """One coordinate (WGS84 degrees) of a pair, moved to the centre of its INSPIRE cell (EPSG:3035)."""

    action: Annotated[Literal["grid"], _ACTION]
    axis: Literal["latitude", "longitude"] = Field(description="Which of the two coordinates the column holds.")
    cell_m: CellSize = Field(description="The side of the cell in metres; the same for both coordinates.")
    households: str | None = Field(
        default=None, description="A CSV cell;households with INSPIRE ids: where a cell has too few, see coarser."
    )
    coarser: tuple[CellSize, ...] = Field(
        default=(), description="The next cells, each a multiple of the one before; without one the run is refused."
    )

    @model_validator(mode="after")
    def _check_cells(self) -> Self:
        sizes = (self.cell_m, *self.coarser)
        if any(after <= before or after % before for before, after in pairwise(sizes)):
            raise ValueError(_("grid: each coarser cell is a multiple of the one before, such as 1000, 5000, 10000"))
        if self.coarser and not self.households:
            raise ValueError(_("grid: “coarser:” stands beside “households:” only"))
        return self


class TopBottomCode(_Column):
    """A number published as `top` where it is more, as `bottom` where it is less."""

    action: Annotated[Literal["top_bottom_code"], _ACTION]
    bottom: float | None = Field(default=None, description="What is less is published as this.")
    top: float | None = Field(default=None, description="What is more is published as this.")

    @model_validator(mode="after")
    def _check_ends(self) -> Self:
        if self.bottom is None and self.top is None:
            raise ValueError(_("top_bottom_code: a bottom, a top or both"))
        if self.bottom is not None and self.top is not None and self.bottom >= self.top:
            raise ValueError(_("top_bottom_code: the bottom is below the top"))
        return self


class Round(_Column):
    """A number published as the nearest multiple of `base`, halves away from zero: the same in every version."""

    action: Annotated[Literal["round"], _ACTION]
    base: Annotated[float, Field(gt=0)] = Field(description="Such as 100: 1,249 is published as 1,200.")


class Threshold(_Column):
    """A number of people (votes, signatures), blank from 1 to the preset's minimum less one."""

    action: Annotated[Literal["threshold"], _ACTION]
    count: str | None = Field(
        default=None, description="Another such column, whose people this figure sums over: hidden where that one is."
    )


class Pseudonymise(_Column):
    """Replaced by a keyed HMAC-SHA-256 of the value: still personal data (recital 26)."""

    action: Annotated[Literal["pseudonymise"], _ACTION]
    scope: Literal["release", "dataset"] = Field(
        default="release", description="release: another pseudonym in every version; dataset: the same in all of them."
    )
    reason: Annotated[str, Field(min_length=10)] | None = Field(
        default=None, description="Why reusers need to tell contributors apart from one version to the next."
    )

    @model_validator(mode="after")
    def _check_reason(self) -> Self:
        if self.scope == "dataset" and not self.reason:
            raise ValueError(_("a pseudonym that stays the same across versions needs a written “reason:”"))
        return self


ColumnPolicy = Annotated[
    Keep | Drop | Generalise | Grid | TopBottomCode | Round | Threshold | Pseudonymise, Field(discriminator="action")
]

_NUMBERS = ("integer", "number")
_DATES = ("date", "datetime")


def unfit_type(policy: ColumnPolicy, field_type: str) -> str | None:
    """Why the action cannot be done to a field of this type of the schema; None where it can."""
    match policy:
        case Generalise(to="department"):
            allowed: tuple[str, ...] = ("string",)
        case Generalise(to=step) if step is not None:
            allowed = _DATES
        case Generalise(bands=bands) if bands is not None:
            allowed = _NUMBERS
        case TopBottomCode() | Round() | Threshold():
            allowed = _NUMBERS
        case Grid():
            allowed = ("number",)
        case _:
            return None
    if field_type in allowed:
        return None
    return _("this action needs a field of type {allowed}, and the schema says {found}").format(
        allowed=" / ".join(allowed), found=field_type
    )

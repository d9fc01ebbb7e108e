"""A closed world: a column that nobody declared stops the run before anything is written."""

from collections.abc import Mapping, Sequence

from ..columns import place_of
from ..errors import UnsafeData
from ..messages import _, quoted
from ..privacy_policy import Privacy


def refuse_undeclared(
    titles: Sequence[str], privacy: Privacy, source: str, places: Mapping[str, int] | None = None
) -> None:
    """Raise UnsafeData where the privacy block does not declare a column of `source`.

    Columns that have a place in the file are told by it: a person chose their titles, which may speak of people.
    """
    undeclared = [title for title in titles if title not in privacy.columns]
    if not undeclared:
        return
    if len(undeclared) == len(titles):
        # Not one title is known: the first line may be a person's row, so none is quoted.
        raise UnsafeData(
            _(
                "{source}: none of its {count} columns is declared under privacy.columns. "
                "Check that the first line holds the titles, then declare each one."
            ).format(source=source, count=len(titles))
        )
    raise UnsafeData(
        _(
            "{source}: columns without a role and action: {columns}. "
            "Declare each under privacy.columns (`action: drop` where it must not leave)."
        ).format(source=source, columns=", ".join(_told(title, places or {}) for title in undeclared))
    )


def _told(title: str, places: Mapping[str, int]) -> str:
    return place_of(places[title]) if title in places else quoted(title[:60])

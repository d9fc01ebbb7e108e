"""A closed world: a column that nobody declared stops the run before anything is written."""

from collections.abc import Sequence

from ..declarations import Privacy
from ..errors import UnsafeData
from ..messages import _, quoted


def refuse_undeclared(titles: Sequence[str], privacy: Privacy, source: str) -> None:
    """Raise UnsafeData, naming the columns of `source` that the privacy block does not declare."""
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
        ).format(source=source, columns=", ".join(quoted(title[:60]) for title in undeclared))
    )

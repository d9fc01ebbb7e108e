"""Which compressed variant of a file a reader can take (RFC 9110, 12.5.3)."""

from collections.abc import Sequence

from .weights import weights


def chosen_encoding(accepted: str, available: Sequence[str]) -> str | None:
    """The first of `available` that Accept-Encoding allows; None for the bytes as they are."""
    wanted = dict(weights(accepted))
    return next((each for each in available if wanted.get(each, wanted.get("*", 0.0)) > 0), None)

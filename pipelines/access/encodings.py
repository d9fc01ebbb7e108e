"""Which compressed variant of a file a reader can take (RFC 9110, 12.5.3)."""

from collections.abc import Sequence


def chosen_encoding(accepted: str, available: Sequence[str]) -> str | None:
    """The first of `available` that Accept-Encoding allows; None for the bytes as they are."""
    weights = dict(_weights(accepted))
    return next((each for each in available if weights.get(each, weights.get("*", 0.0)) > 0), None)


def _weights(accepted: str) -> list[tuple[str, float]]:
    found = []
    for item in accepted.lower().split(",")[:20]:
        name, _semicolon, weight = item.partition(";")
        try:
            found.append((name.strip(), float(weight.partition("=")[2] or 1)))
        except ValueError:
            found.append((name.strip(), 0.0))
    return found

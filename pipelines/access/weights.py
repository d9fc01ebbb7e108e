"""What a reader prefers: the weighted lists of Accept-Language and Accept-Encoding (RFC 9110, 12.4.2)."""

ITEMS_MOST = 20


def weights(accepted: str) -> list[tuple[str, float]]:
    """Each name in small letters with its weight, as they were written; 0 where the weight is none."""
    found = []
    for item in accepted.lower().split(",")[:ITEMS_MOST]:
        name, _semicolon, weight = item.partition(";")
        try:
            found.append((name.strip(), float(weight.partition("=")[2] or 1)))
        except ValueError:
            found.append((name.strip(), 0.0))
    return found

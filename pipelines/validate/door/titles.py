"""A column's title as people mean it."""

import unicodedata
from typing import Any


def simplified(title: Any) -> str:
    """A title without case, accents, blanks, stars, apostrophes and other ornaments."""
    text = unicodedata.normalize("NFKD", "" if title is None else str(title)).casefold()
    return "".join(c for c in text if c.isalnum()).replace("œ", "oe").replace("æ", "ae")

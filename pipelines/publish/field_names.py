"""What portals call a dataset's texts, in words for an officer."""

from collections.abc import Callable, Mapping

from ..messages import _

_WORDS: Mapping[str, Callable[[], str]] = {
    "title": lambda: _("title"),
    "notes": lambda: _("description"),
    "description": lambda: _("description"),
    "version": lambda: _("version"),
    "parvis:version": lambda: _("version"),
    "modified": lambda: _("date of the version"),
    "parvis_sequence": lambda: _("place among the versions"),
    "parvis:sequence": lambda: _("place among the versions"),
    "license": lambda: _("licence"),
    "license_id": lambda: _("licence"),
    "frequency": lambda: _("update frequency"),
    "tags": lambda: _("keywords"),
    "theme": lambda: _("theme"),
    "spatial": lambda: _("place"),
    "spatial_uri": lambda: _("place"),
    "temporal_coverage": lambda: _("period"),
    "url": lambda: _("address"),
    "maintainer": lambda: _("contact"),
    "maintainer_email": lambda: _("contact's address"),
}


def in_words(name: str) -> str:
    """`budget.csv: description` or `notes`, its last part in words; what nobody has words for stays."""
    place, colon, field = name.rpartition(": ")
    return place + colon + (_WORDS[field]() if field in _WORDS else field)

"""What a public site must say of itself: `legal:` in parvis.yaml, and what is still missing from it.

The mentions are those of the law on trust in the digital economy (LCEN, article 1-1) for the legal notice, of
décret 2019-768 for accessibility, and of article 13 GDPR for data protection.
"""

from collections.abc import Callable, Mapping
from datetime import date

from pydantic import Field

from .closed import Closed
from .messages import _


class Legal(Closed):
    """`legal:` of parvis.yaml. Everything may be empty: the page then says that it is to be completed."""

    publisher: str = Field(default="", description="Who publishes the site: the full name of the organisation.")
    address: str = Field(default="", description="The postal address of its seat.")
    phone: str = Field(default="", description="Its telephone number.")
    email: str = Field(default="", description="Where readers write to, also about accessibility.")
    director: str = Field(default="", description="The director of the publication: usually the mayor.")
    host_name: str = Field(default="", description="Who runs the server.")
    host_address: str = Field(default="", description="The host's postal address.")
    host_phone: str = Field(default="", description="The host's telephone number.")
    data_protection_officer: str = Field(default="", description="How the DPO is reached.")
    accessibility_checked_on: date | None = Field(
        default=None, description="When the installation itself, its titles and datasets, was last looked through."
    )


MANDATORY: Mapping[str, Callable[[], str]] = {
    "publisher": lambda: _("publisher"),
    "address": lambda: _("postal address"),
    "phone": lambda: _("telephone number"),
    "email": lambda: _("e-mail address"),
    "director": lambda: _("director of the publication"),
    "host_name": lambda: _("host"),
    "host_address": lambda: _("address of the host"),
    "host_phone": lambda: _("telephone number of the host"),
    "data_protection_officer": lambda: _("data protection officer"),
}


def missing(legal: Legal) -> list[str]:
    """The keys that the law asks for and that say nothing yet."""
    return [key for key in MANDATORY if not getattr(legal, key).strip()]

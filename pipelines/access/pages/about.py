"""What the site says of itself: legal notice, data protection, accessibility with its table of criteria."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ...legal import MANDATORY, missing
from ...messages import _
from ..problems import unknown_address
from ..site import Site
from .criteria import criteria
from .templates import Templates

# Which of the mandatory keys each page shows.
PAGES: Mapping[str, tuple[str, ...]] = {
    "legal": ("publisher", "address", "phone", "email", "director", "host_name", "host_address", "host_phone"),
    "privacy": ("publisher", "address", "data_protection_officer"),
    "accessibility": ("publisher", "email"),
}
CHECKS: Mapping[str, Callable[[], str]] = {
    "axe": lambda: _("axe-core in Chromium, on every kind of page."),
    "test": lambda: _("A test of ours, on every kind of page."),
    "read": lambda: _("The templates were read, and the pages looked at."),
    "none": lambda: _("No page has any."),
}


@dataclass(frozen=True)
class AboutPages:
    """Answers in HTML. What parvis.yaml does not say yet is said to be missing."""

    site: Site
    templates: Templates

    def about(self, request: Request) -> Response:
        """One of PAGES."""
        what = request.path_params["page"]
        if what not in PAGES:
            raise unknown_address()
        context: dict[str, object] = {"missing": self._missing(what)}
        if what == "accessibility":
            found = criteria()
            counts = Counter(each.result for each in found)
            context |= {"criteria": found, "counts": counts, "checks": CHECKS}
        return self.templates.page(request, f"{what}.html", context)

    def with_slash(self, request: Request) -> Response:
        """The same address with the slash that was forgotten."""
        if request.path_params["page"] not in PAGES:
            raise unknown_address()
        return RedirectResponse(f"{request.url.path}/", 308)

    def _missing(self, what: str) -> list[str]:
        """In words."""
        return [MANDATORY[key]() for key in missing(self.site.legal) if key in PAGES[what]]

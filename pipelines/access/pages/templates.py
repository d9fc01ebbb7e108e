"""The page templates, with what all of them may say. Everything is escaped unless Markup says otherwise."""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ...messages import _, language, ngettext
from ..addresses import Addresses
from ..site import Site
from . import budget, markdown, table_view, tongues, wording

FOLDER = Path(__file__).parent
FILTERS = {
    "words": wording.words,
    "number": wording.number,
    "day": wording.day,
    "size": wording.size,
    "cell": wording.cell,
    "frequency": wording.frequency,
    "licence_title": wording.licence_title,
    "licence_url": wording.licence_url,
    "theme": wording.theme,
    "contact_address": wording.contact_address,
    "purpose": wording.purpose,
    "type_name": wording.type_name,
    "field_texts": table_view.field_texts,
    "euros": wording.euros,
    "period": wording.period,
    "degrees": wording.degrees,
    "markdown": markdown.rendered,
    "unmarked": markdown.unmarked,
    "is_budget": budget.is_budget,
    "withdrawal": wording.withdrawal,
    **tongues.FILTERS,
}
TESTS = {"numeric": wording.is_numeric}


_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


class Templates:
    """Renders a page for one reader."""

    def __init__(self, site: Site, addresses: Addresses) -> None:
        self._site = site
        self._addresses = addresses

    def page(self, request: Request, name: str, context: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """The page `name` in the reader's language. Always revalidated: a page shows what is true now."""
        common = {
            "site": self._site,
            "to": self._addresses,
            "language": language(),
            "in_french": tongues.lang(tongues.Published()),
            "language_address": lambda code: same_page(request, lang=code),
            "page_address": lambda page: same_page(request, page=str(page)),
        }
        body = self._environment.get_template(name).render(common | dict(context))
        return HTMLResponse(body, status, {"cache-control": "no-cache"})

    def text(self, name: str, context: Mapping[str, object]) -> str:
        """A document that is no page; control characters, which no XML may hold, are left out."""
        whole = self._environment.get_template(name).render(dict(context))
        return whole.translate(_CONTROL)

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        environment.filters.update(FILTERS)
        environment.tests.update(TESTS)
        environment.filters["flatten"] = _flatten
        environment.globals |= {"_": _, "ngettext": ngettext, "static": self._static()}
        environment.globals |= {"offered": table_view.OFFERED, "operator_words": table_view.OPERATOR_WORDS}
        environment.globals |= {"only": table_view.only}
        environment.globals |= {"facet_words": wording.FACET_WORDS, "freshness_words": wording.FRESHNESS_WORDS}
        environment.globals |= {"change": wording.change, "report_address": wording.report_address}
        return environment

    def _static(self) -> dict[str, str]:
        """The address of each static file, with its digest: a new style sheet is never hidden by a cache."""
        return {name: self._addresses.static(name, digest) for name, digest in static_digests().items()}


def _flatten(names: list[str | list[str]]) -> list[str]:
    """A primary key is one name or a list of them."""
    return [name for each in names for name in ([each] if isinstance(each, str) else each)]


def same_page(request: Request, **changed: str) -> str:
    """The address that is being read, with some parameters changed."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    return f"{request.url.path}?{urlencode([*kept, *changed.items()])}"


def static_digests() -> dict[str, str]:
    """The static files by name, with their sha256."""
    files = sorted((FOLDER / "static").iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

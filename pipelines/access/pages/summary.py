"""The page of a budget in plain words: `/{organisation}/{dataset}/summary/`, and one for each of its documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ...messages import _
from ...populations import Populations, inhabitants
from ...versions.manifest import Manifest
from ..catalogue import Catalogue
from ..problems import unknown_address
from ..query.pool import Pool
from .budget import SECTIONS, Accounts, Budget, Document, Line, lines
from .pictures import Pictures
from .templates import Templates


@dataclass(frozen=True)
class Part:
    """One section and direction: its lines, and what they add up to now and before."""

    heading: str
    lines: tuple[Line, ...]
    total: Decimal
    total_before: Decimal | None


@dataclass(frozen=True)
class SummaryPage:
    """Answers in HTML."""

    catalogue: Catalogue
    templates: Templates
    pictures: Pictures
    pool: Pool
    populations: Populations

    async def summary(self, request: Request) -> Response:
        """The newest document, or the one that the address names."""
        path = request.path_params
        publisher, manifest = await run_in_threadpool(
            self.catalogue.version, path["organisation"], path["dataset"], "latest"
        )
        budget = await self.pool.run(lambda: self.pictures.budget(manifest))
        if budget is None or not budget.documents:
            raise unknown_address()
        document = budget.named(path["document"]) if "document" in path else budget.documents[0]
        if document is None:
            raise unknown_address()
        context = {"publisher": publisher, **self._context(manifest, budget, document)}
        return await run_in_threadpool(self.templates.page, request, "summary.html", context)

    def _context(self, manifest: Manifest, budget: Budget, document: Document) -> Mapping[str, Any]:
        accounts = budget.accounts(document)
        earlier = budget.before(document)
        before = budget.accounts(earlier) if earlier else None
        areas = accounts.by_area()
        return {
            "manifest": manifest,
            "budget": budget,
            "budget_name": name,
            "document": document,
            "accounts": accounts,
            "before": before,
            "areas": lines(areas, before.by_area() if before else None) if areas else (),
            "parts_of_budget": [_part(accounts, before, *each) for each in SECTIONS],
            "inhabitants": inhabitants(self.populations, manifest.siren, document.year),
        }


def name(budget: Budget, document: Document) -> str:
    """A document as people call it; its SIRET only where there are several budgets."""
    step = _("Accounts of {year}") if document.step == "accounts" else _("Voted budget of {year}")
    words = step.format(year=document.year)
    if len({each.siret for each in budget.documents}) == 1:
        return words
    if document.siret == budget.main:
        return f"{words}, {_('main budget')}"
    return f"{words}, {_('annex budget')} {document.siret}" if budget.main else f"{words}, {document.siret}"


def _part(accounts: Accounts, before: Accounts | None, direction: str, section: str, heading: Any) -> Part:
    now = accounts.by_family(direction, section)
    then = before.by_family(direction, section) if before else None
    return Part(
        heading(),
        lines(now, then),
        accounts.total(direction, section),
        before.total(direction, section) if before else None,
    )

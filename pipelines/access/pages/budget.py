"""A budget in plain words: what is spent and received, for whom, per inhabitant, and against the year before.

The rows are those of scdl/budget. Internal entries (`ordre`) are no money and left out; results carried over from
earlier years are told apart, for they are neither spent nor received in the year.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from ...messages import _
from ...versions.manifest import Manifest
from ..query.engine import Engine
from ..query.query import Aggregate, Condition, Group, Key, Query
from .budget_words import CARRIED_OVER, EXPENSE, INCOME, INVESTMENT, RUNNING, SET_ASIDE, area, areas, family
from .tongues import Published

KEYS = (
    "BGT_ANNEE",
    "BGT_NATDEC",
    "BGT_SIRET",
    "BGT_SECTION",
    "BGT_CODRD",
    "BGT_CONTNAT",
    "BGT_CONTNAT_LABEL",
    "BGT_NATURE",
    "BGT_FONCTION",
)
SPENT, VOTED = "BGT_MTREAL", "BGT_MTPREV"
STEPS = {"compte administratif": "accounts", "budget primitif": "voted"}
AMENDING = ("décision modificative", "budget supplémentaire")
# The part of spending that must say whom it serves, before it is shown so: villages need not tell.
DIVIDED_LEAST = Decimal("0.5")


@dataclass(frozen=True, order=True)
class Document:
    """The accounts or the voted budget of an exercise, of the main budget or of another."""

    year: int
    step: str  # "accounts": what was spent, or "voted": what is planned
    siret: str

    @property
    def slug(self) -> str:
        return f"{self.year}-{self.step}-{self.siret}"


@dataclass(frozen=True)
class Entry:
    """A sum of real operations."""

    section: str
    direction: str
    chapter: str
    chapter_label: str
    account: str
    function: str
    amount: Decimal

    @property
    def is_carried_over(self) -> bool:
        return self.chapter in CARRIED_OVER or (self.account == SET_ASIDE and self.direction == INCOME)


@dataclass(frozen=True)
class Line:
    """An everyday word with its amount in euros; `before` of the document that it is compared with, if any."""

    label: str
    amount: Decimal
    share: float  # of the largest line
    before: Decimal | None


@dataclass(frozen=True)
class Accounts:
    """The entries of one document, added up in everyday words. Labels are in the reader's language."""

    document: Document
    entries: tuple[Entry, ...]

    def total(self, direction: str, section: str = "") -> Decimal:
        """Spent or received in the year, without what was carried over."""
        return sum((each.amount for each in self._of(direction, section)), Decimal(0))

    @cached_property
    def carried_over(self) -> Decimal:
        """Results of earlier years, surpluses less deficits; what was put into investment is already in them."""
        signs = {INCOME: 1, EXPENSE: -1}
        carried = (each for each in self.entries if each.chapter in CARRIED_OVER)
        return sum((each.amount * signs[each.direction] for each in carried), Decimal(0))

    def by_family(self, direction: str, section: str) -> dict[str, Decimal]:
        """What the money is: staff, energy, loans..."""
        return _added((_family_label(each), each.amount) for each in self._of(direction, section))

    def by_area(self) -> dict[str, Decimal]:
        """Which policies spending serves; {} where too little of it says so."""
        known = areas(self.document.year, {each.chapter for each in self.entries})
        spent = list(self._of(EXPENSE))
        labels = [(area(each.function, known), each.amount) for each in spent]
        told = sum((amount for label, amount in labels if label), Decimal(0))
        if told <= 0 or told < DIVIDED_LEAST * self.total(EXPENSE):
            return {}
        return _added((_(label) if label else _("Not said"), amount) for label, amount in labels)

    def _of(self, direction: str, section: str = "") -> Iterable[Entry]:
        return (
            each
            for each in self.entries
            if each.direction == direction and section in ("", each.section) and not each.is_carried_over
        )


@dataclass(frozen=True)
class Budget:
    """Every document of a version, the newest first; `amended` are those that a later decision changed."""

    documents: tuple[Document, ...]
    entries: Mapping[Document, tuple[Entry, ...]]
    amended: frozenset[tuple[int, str]]  # year and SIRET
    main: str | None  # the SIRET of the main budget, where it is certain enough to be said

    def accounts(self, document: Document) -> Accounts:
        return Accounts(document, self.entries[document])

    def named(self, slug: str) -> Document | None:
        """The document at an address."""
        return next((each for each in self.documents if each.slug == slug), None)

    def before(self, document: Document) -> Document | None:
        """What a document is compared with: the same step of the nearest earlier year, else that year's accounts."""
        earlier = [each for each in self.documents if each.siret == document.siret and each.year < document.year]
        same = [each for each in earlier if each.step == document.step]
        return max(same or [each for each in earlier if each.step == "accounts"], default=None)


def is_budget(manifest: Manifest) -> bool:
    """Whether a version has the columns of scdl/budget."""
    names = {field["name"] for field in manifest.table_schema["fields"]}
    return {*KEYS, "BGT_OPBUDG", SPENT, VOTED} <= names


def read_budget(engine: Engine, manifest: Manifest) -> Budget:
    """The real operations of a version, added up by document. Blocks."""
    query = Query(
        where=Group("and", (Condition("BGT_OPBUDG", "exact", ("réel",)),)),
        keys=tuple(Key(name) for name in KEYS),
        aggregates=(Aggregate(SPENT, "sum"), Aggregate(VOTED, "sum")),
    )
    table, _total = engine.table(manifest, query)
    return budget_of(table.to_pylist())


def budget_of(rows: Sequence[Mapping[str, Any]]) -> Budget:
    """The documents that grouped rows belong to."""
    found: dict[Document, list[Entry]] = defaultdict(list)
    amended = set()
    for row in rows:
        year, siret = int(row["BGT_ANNEE"]), str(row["BGT_SIRET"])
        if row["BGT_NATDEC"] in AMENDING:
            amended.add((year, siret))
        elif step := STEPS.get(row["BGT_NATDEC"]):
            amount = row[f"{SPENT if step == 'accounts' else VOTED}__sum"]
            found[Document(year, step, siret)].append(_entry(row, amount))
    totals = {each: Accounts(each, tuple(entries)).total(EXPENSE) for each, entries in found.items()}
    newest = sorted(found, key=lambda each: (-each.year, each.step, -totals[each]))
    entries = {each: tuple(found[each]) for each in newest}
    return Budget(tuple(newest), entries, frozenset(amended), _main(totals))


def lines(now: Mapping[str, Decimal], before: Mapping[str, Decimal] | None) -> tuple[Line, ...]:
    """The largest first; what was there before and is no more comes last, at zero."""
    labels = [*now, *(label for label in before or {} if label not in now)]
    most = max(now.values(), default=Decimal(0))
    amounts = {label: now.get(label, Decimal(0)) for label in labels}
    told = [
        Line(
            label,
            amount,
            float(max(amount, Decimal(0)) / most) if most > 0 else 0.0,
            before.get(label, Decimal(0)) if before is not None else None,
        )
        for label, amount in amounts.items()
        if amount or (before or {}).get(label)
    ]
    return tuple(sorted(told, key=lambda line: -line.amount))


SECTIONS: tuple[tuple[str, str, Callable[[], str]], ...] = (
    (EXPENSE, RUNNING, lambda: _("Running the town: what is spent")),
    (EXPENSE, INVESTMENT, lambda: _("Investing: what is spent")),
    (INCOME, RUNNING, lambda: _("Running the town: where the money comes from")),
    (INCOME, INVESTMENT, lambda: _("Investing: where the money comes from")),
)


def _entry(row: Mapping[str, Any], amount: Decimal | None) -> Entry:
    return Entry(
        section=row["BGT_SECTION"],
        direction=row["BGT_CODRD"],
        chapter=row["BGT_CONTNAT"] or "",
        chapter_label=row["BGT_CONTNAT_LABEL"] or "",
        account=row["BGT_NATURE"] or "",
        function=row["BGT_FONCTION"] or "",
        amount=amount or Decimal(0),
    )


def _main(totals: Mapping[Document, Decimal]) -> str | None:
    """Nothing in the rows says which budget is the main one: it is where the largest has the oldest SIRET, too."""
    by_siret = _added((document.siret, total) for document, total in totals.items())
    largest = max(by_siret, key=lambda siret: by_siret[siret], default=None)
    return largest if largest == min(by_siret, default=None) else None


def _family_label(entry: Entry) -> str:
    known = family(entry.section, entry.direction, entry.chapter)
    return _(known) if known else Published(entry.chapter_label or entry.chapter)


def _added(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for label, amount in pairs:
        sums[label] += amount
    return dict(sums)

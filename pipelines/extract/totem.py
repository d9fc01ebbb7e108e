"""TOTEM, the XML of local budgets (DocumentBudgetaire, alone or in a CompteFinancierUnique) -> scdl/budget rows.

One LigneBudget is one row; the annexes (grants, staff and pay, signatories) are never
read into rows. `DECISION` is the one column beyond the official ones: it tells apart
two décisions modificatives of one year, which the official schema has no column for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa
from lxml import etree

from ..errors import InvalidData, SourceUnavailable
from ..messages import _
from . import Extract, Finding, References
from .charts import Account, Chapter, Chart, find_chart
from .safe_xml import elements, root_name
from .totem_heading import Heading, read_heading

NAMESPACE = "{http://www.minefi.gouv.fr/cp/demat/docbudgetaire}"
ROOTS = (NAMESPACE + "DocumentBudgetaire", "{http://www.minefi.gouv.fr/cp/demat/doccfu}CompteFinancierUnique")
COLUMNS = (
    "BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET", "BGT_NOM", "BGT_CONTNAT", "BGT_CONTNAT_LABEL", "BGT_NATURE",
    "BGT_NATURE_LABEL", "BGT_FONCTION", "BGT_FONCTION_LABEL", "BGT_OPERATION", "BGT_SECTION", "BGT_OPBUDG",
    "BGT_CODRD", "BGT_MTREAL", "BGT_MTBUDGPREC", "BGT_MTRARPREC", "BGT_MTPROPNOUV", "BGT_MTPREV", "BGT_CREDOUV",
    "BGT_MTRAR3112", "BGT_ARTSPE", "DECISION",
)  # fmt: skip
AMOUNTS = {
    "BGT_MTREAL": "MtReal",
    "BGT_MTBUDGPREC": "MtBudgPrec",
    "BGT_MTRARPREC": "MtRARPrec",
    "BGT_MTPROPNOUV": "MtPropNouv",
    "BGT_MTPREV": "MtPrev",
    "BGT_CREDOUV": "CredOuv",
    "BGT_MTRAR3112": "MtRAR3112",
}
SECTIONS = {"F": "fonctionnement", "I": "investissement"}
DIRECTIONS = {"D": "dépense", "R": "recette"}
OPERATIONS = {"0": "réel", "1": "ordre"}
SPECIALISATIONS = {"true": "spécialisé", "false": "non spécialisé"}
_HEADINGS = {NAMESPACE + name for name in ("EnTeteDocBudgetaire", "EnTeteBudget", "BlocBudget")}
_LINE = NAMESPACE + "LigneBudget"
_BUDGET = [NAMESPACE + "Budget", NAMESPACE + "DocumentBudgetaire"]


@dataclass(frozen=True)
class Line:
    """One LigneBudget: its place among all of the file, counted from 1, and its elements' values."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, element: str) -> str:
        return self.values.get(element, "")


def extract_totem(path: Path, references: References) -> Extract:
    """The budget lines of `path`, labelled from the charts of accounts in `references`.

    Raises SourceUnavailable where it is no TOTEM file, InvalidData where its heading cannot be published.
    """
    if root_name(path) not in ROOTS:
        raise SourceUnavailable(
            _("{source}: not a TOTEM file (expected DocumentBudgetaire or CompteFinancierUnique).").format(
                source=path.name
            )
        )
    values, lines = _read(path)
    heading = read_heading(values, path.name)
    if not lines:
        raise InvalidData(_("{source}: no budget line; export the whole document.").format(source=path.name))
    chart = find_chart(references.nomenclatures, heading.year, heading.nomenclature)
    findings = _heading_findings(heading, chart)
    rows = [_row(line, heading, chart or Chart(heading.nomenclature, heading.year)) for line in lines]
    if chart:
        findings += tuple(_line_findings(rows, lines, chart))
    return Extract(
        table=pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS}),
        rows=tuple(line.number for line in lines),
        source=path.name,
        siren=heading.siren,
        findings=findings,
    )


def _read(path: Path) -> tuple[Mapping[str, str], Sequence[Line]]:
    """The heading's values by "element/element", and the lines that a council decided."""
    heading: dict[str, str] = {}
    lines: list[Line] = []
    number = budgets = 0
    for element in elements(path, {_LINE, *_HEADINGS}):
        if element.tag != _LINE:
            heading |= {f"{_local(element)}/{name}": value for name, value in _values(element).items()}
            budgets += element.tag == NAMESPACE + "EnTeteBudget"
        elif [ancestor.tag for ancestor in element.iterancestors()][:2] == _BUDGET:
            number += 1
            line = Line(number, _values(element))
            if _is_decided(element, line):
                lines.append(line)
    if budgets != 1:
        raise InvalidData(
            _("{source}: expected one element Budget, found {count}; export one file per budget.").format(
                source=path.name, count=budgets
            )
        )
    return heading, lines


def _is_decided(element: etree._Element, line: Line) -> bool:
    """A CFU repeats its lines as sums (calculated="true", or OpBudg "T"): 633 of 796 in a real one."""
    return element.get("calculated") not in ("true", "1") and line["OpBudg"] != "T"


def _values(element: etree._Element) -> Mapping[str, str]:
    return {_local(child): child.get("V", "").strip() for child in element}


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _row(line: Line, heading: Heading, chart: Chart) -> Mapping[str, str]:
    account = chart.accounts.get(line["Nature"], Account("", {}))
    code = chapter_of(line, chart, heading.is_voted_by_function)
    chapter = chart.chapters.get(code, Chapter("", ""))
    return {
        "BGT_NATDEC": heading.step,
        "BGT_ANNEE": heading.year,
        "BGT_SIRET": heading.siret,
        "BGT_NOM": heading.name,
        "BGT_CONTNAT": code,
        "BGT_CONTNAT_LABEL": chapter.label,
        "BGT_NATURE": line["Nature"],
        "BGT_NATURE_LABEL": account.label,
        "BGT_FONCTION": line["Fonction"],
        "BGT_FONCTION_LABEL": chart.functions.get(line["Fonction"], ""),
        "BGT_OPERATION": line["Operation"],
        "BGT_SECTION": SECTIONS.get(section_of(line["Nature"]) or chapter.section, ""),
        "BGT_OPBUDG": OPERATIONS.get(line["OpBudg"], line["OpBudg"]),
        "BGT_CODRD": DIRECTIONS.get(line["CodRD"], line["CodRD"]),
        **{column: plain_amount(line[element]) for column, element in AMOUNTS.items()},
        "BGT_ARTSPE": SPECIALISATIONS.get(line["ArtSpe"], line["ArtSpe"]),
        "DECISION": heading.decision,
    }


def chapter_of(line: Line, chart: Chart, is_voted_by_function: bool = False) -> str:
    """The chapter that the line names, if it is one; else the one where the chart puts its account; else "".

    Village software leaves ContNat out on a quarter of the lines; others write the
    account there. A budget voted by function has chapters that no account leads to.
    """
    if line["ContNat"] in chart.chapters:
        return line["ContNat"]
    account = chart.accounts.get(line["Nature"])
    if account is None or is_voted_by_function:
        return ""
    # TypOpBudg of an opération d'ordre: 1 inside a section, 2 between sections.
    kinds = {"1": ("OIS",), "2": ("OES",)}.get(line["TypOpBudg"], ("OES", "OIS")) if line["OpBudg"] == "1" else ("R",)
    slots = (account.chapters.get(line["CodRD"] + kind, "") for kind in kinds)
    return next(filter(None, slots), "")


def section_of(account: str) -> str:
    """F, I or nothing, by the account alone: right at each of the 378 170 places of accounts in 215 official charts."""
    if account[:1] in ("6", "7") or account in ("002", "022", "023"):
        return "F"
    if account[:1] in ("1", "2", "3", "4", "5") or account in ("001", "010", "018", "020", "021", "024"):
        return "I"
    return ""


def plain_amount(text: str) -> str:
    """`text` with two decimals and no exponent; as it is where that would change the amount, or it is none."""
    try:
        amount = Decimal(text)
        exact = amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        return text
    return f"{exact:f}" if exact == amount else text


def _heading_findings(heading: Heading, chart: Chart | None) -> tuple[Finding, ...]:
    findings = []
    if heading.is_draft:
        findings.append(
            Finding(
                "error",
                "draft-budget",
                _("BlocBudget/ProjetBudget: this is a draft; publish the budget once it is voted."),
            )
        )
    if chart is None:
        findings.append(
            Finding(
                "error",
                "chart-missing",
                _("No chart of accounts {name} for {year}: import it with `parvis nomenclatures import`.").format(
                    name=heading.nomenclature, year=heading.year
                ),
            )
        )
    elif chart.year != heading.year:
        findings.append(
            Finding(
                "warning",
                "chart-of-another-year",
                _("Chart of accounts {name}: none for {year}, labels are those of {used}; import a newer one.").format(
                    name=chart.name, year=heading.year, used=chart.year
                ),
            )
        )
    return tuple(findings)


def _line_findings(rows: Sequence[Mapping[str, str]], lines: Sequence[Line], chart: Chart) -> Iterator[Finding]:
    """One finding per code that the chart does not hold, at its first line."""
    checks = (
        ("account-not-in-chart", "BGT_NATURE", "BGT_NATURE_LABEL", _(
            "{count} line(s): the account is not in chart {chart}; without a label they are refused. "
            "Correct the account, or import a newer chart.")),
        ("chapter-not-in-chart", "BGT_NATURE", "BGT_CONTNAT_LABEL", _(
            "{count} line(s): neither ContNat nor the account leads to a chapter of chart {chart}; without it they "
            "are refused. Fill in ContNat, or import a newer chart.")),
        ("function-not-in-chart", "BGT_FONCTION", "BGT_FONCTION_LABEL", _(
            "{count} line(s): the function is not in chart {chart}; they are published without its label. "
            "Correct the function, or import a newer chart.")),
    )  # fmt: skip
    for rule, code, label, message in checks:
        numbers: dict[str, int] = {}
        counts: Counter[str] = Counter()
        for row, line in zip(rows, lines, strict=True):
            if row[code] and not row[label]:
                numbers.setdefault(row[code], line.number)
                counts[row[code]] += 1
        for found, number in numbers.items():
            text = message.format(count=counts[found], chart=f"{chart.name} {chart.year}")
            yield Finding("warning", rule, text, number, label)

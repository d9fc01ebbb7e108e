"""One budget line -> one row of scdl/budget, in its words, with labels from the chart of accounts."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from .charts import Account, Chapter, Chart
from .totem_document import Line
from .totem_heading import Heading

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
_OF_INVESTMENT = ("001", "010", "018", "020", "021", "024")
_OF_FONCTIONNEMENT = ("002", "022", "023")
_CENT = Decimal("0.01")
_UNKNOWN_ACCOUNT, _UNKNOWN_CHAPTER = Account("", {}), Chapter("", "")


def row_of(line: Line, heading: Heading, chart: Chart) -> Mapping[str, str]:
    """The row, by column. A code that the schema does not know is left as it is, for the schema to refuse."""
    code = chapter_of(line, chart, heading.is_voted_by_function)
    chapter = chart.chapters.get(code, _UNKNOWN_CHAPTER)
    return {
        "BGT_NATDEC": heading.step,
        "BGT_ANNEE": heading.year,
        "BGT_SIRET": heading.siret,
        "BGT_NOM": heading.name,
        "BGT_CONTNAT": code,
        "BGT_CONTNAT_LABEL": chapter.label,
        "BGT_NATURE": line["Nature"],
        "BGT_NATURE_LABEL": chart.accounts.get(line["Nature"], _UNKNOWN_ACCOUNT).label,
        "BGT_FONCTION": line["Fonction"],
        "BGT_FONCTION_LABEL": function_label(line, chart, heading.is_voted_by_function),
        "BGT_OPERATION": line["Operation"],
        "BGT_SECTION": SECTIONS.get(section_of(line["Nature"]) or chapter.section, ""),
        "BGT_OPBUDG": OPERATIONS.get(line["OpBudg"], line["OpBudg"]),
        "BGT_CODRD": DIRECTIONS.get(line["CodRD"], line["CodRD"]),
        **{column: plain_amount(line[element]) for column, element in AMOUNTS.items()},
        "BGT_ARTSPE": SPECIALISATIONS.get(line["ArtSpe"], line["ArtSpe"]),
        "DECISION": heading.decision,
    }


def chapter_of(line: Line, chart: Chart, is_voted_by_function: bool) -> str:
    """The chapter that the line names, if it is one; else the one where the chart puts its account; else "".

    Village software leaves ContNat out on a quarter of the lines; others write the
    account there. A budget voted by function has its chapters by function.
    """
    named = ("ContNat", "ContFon") if is_voted_by_function else ("ContNat",)
    for element in named:
        if line[element] in chart.chapters:
            return line[element]
    account = chart.rubriques.get(line["Fonction"]) if is_voted_by_function else chart.accounts.get(line["Nature"])
    places = (account or _UNKNOWN_ACCOUNT).chapters
    return next((places[slot] for slot in _slots(line) if slot in places), "")


def function_label(line: Line, chart: Chart, is_voted_by_function: bool) -> str:
    """The label of the code in Fonction: of a rubrique (93020) where the budget is voted by function."""
    code = line["Fonction"]
    if is_voted_by_function and code in chart.rubriques:
        return chart.rubriques[code].label
    return chart.functions.get(code, "")


def _slots(line: Line) -> tuple[str, ...]:
    """Where to look in the account: of an opération d'ordre, TypOpBudg 1 stays inside a section, 2 goes between."""
    if line["OpBudg"] != "1":
        return (line["CodRD"] + "R",)
    kinds = {"1": ("OIS",), "2": ("OES",)}.get(line["TypOpBudg"], ("OES", "OIS"))
    return tuple(line["CodRD"] + kind for kind in kinds)


def section_of(account: str) -> str:
    """F, I or nothing, by the account alone: right at each of the 378 170 places of accounts in 215 official charts."""
    if account[:1] in ("6", "7") or account in _OF_FONCTIONNEMENT:
        return "F"
    if account[:1] in ("1", "2", "3", "4", "5") or account in _OF_INVESTMENT:
        return "I"
    return ""


def plain_amount(text: str) -> str:
    """`text` with two decimals and no exponent; as it is where that would change the amount, or it is none."""
    try:
        amount = Decimal(text)
        exact = amount.quantize(_CENT)
    except InvalidOperation:
        return text
    return f"{exact:f}" if exact == amount else text

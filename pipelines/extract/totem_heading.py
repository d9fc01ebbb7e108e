"""What a TOTEM file says of itself before its lines: whose budget, which exercise, which step, which chart."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from stdnum.fr import siret as siret_number

from ..errors import InvalidData
from ..messages import _

STEPS = {
    "01": "budget primitif",
    "02": "décision modificative",
    "03": "budget supplémentaire",
    "09": "compte administratif",
    # scdl/budget 0.8.3 has no word for the compte financier unique, which replaces the compte administratif.
    "10": "compte administratif",
}
_REPEATED_STEP = "02"
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,10}")
_DAY_FIRST = re.compile(r"(\d\d)[-/](\d\d)[-/](\d{4})", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_NOMENCLATURE = re.compile(r"(?:M\d+-)?M\d+(?:_[A-Z0-9]+)*", re.ASCII)


@dataclass(frozen=True)
class Heading:
    """The document's own words, checked."""

    siren: str
    siret: str  # of the budget: a town's main and annex budgets differ by it
    name: str
    year: str
    step: str
    nomenclature: str  # the chart's name, e.g. "M57_A"
    decision: str  # what tells two décisions modificatives of one year apart; "" for the other steps
    is_draft: bool
    is_voted_by_function: bool


def read_heading(values: Mapping[str, str], source: str) -> Heading:
    """The heading from its elements' values, by path. Raises InvalidData naming the element and what was expected."""
    value_of = partial(_checked, values, source)
    siret_words = _("a SIRET of 14 digits with a right key")
    step = value_of("BlocBudget/NatDec", STEPS.__contains__, _("a step: {codes}").format(codes=", ".join(STEPS)))
    year = value_of("BlocBudget/Exer", _YEAR.fullmatch, _("a year of four digits"))
    town = value_of("EnTeteDocBudgetaire/IdColl", _is_siret, siret_words)
    siret = value_of("EnTeteBudget/IdEtab", _is_siret, siret_words)
    value_of("EnTeteBudget/IdEtab", lambda value: value[:9] == town[:9], _("the SIREN of EnTeteDocBudgetaire/IdColl"))
    name = value_of("EnTeteDocBudgetaire/LibelleColl", bool, _("the organisation's name"))
    chart = value_of("EnTeteBudget/Nomenclature", _NOMENCLATURE.fullmatch, _("a chart of accounts such as M57-M57_A"))
    return Heading(
        siren=town[:9],
        siret=siret,
        name=name,
        year=year,
        step=STEPS[step],
        nomenclature=chart.rpartition("-")[2],
        decision=_decision(values, source) if step == _REPEATED_STEP else "",
        is_draft=values.get("BlocBudget/ProjetBudget", "") in ("true", "1"),
        is_voted_by_function=values.get("BlocBudget/NatFonc", "") == "2",
    )


def _checked(
    values: Mapping[str, str], source: str, element: str, is_right: Callable[[str], object], expectation: str
) -> str:
    value = values.get(element, "")
    if not is_right(value):
        raise _unexpected(source, element, expectation)
    return value


def _unexpected(source: str, element: str, expectation: str) -> InvalidData:
    message = _("{source}: {element}: expected {expectation}; correct it in the finance software, and export again.")
    return InvalidData(message.format(source=source, element=element, expectation=expectation))


def _decision(values: Mapping[str, str], source: str) -> str:
    """The day of the vote; its number where the software leaves the day out."""
    given, number = values.get("BlocBudget/DteDec", ""), values.get("BlocBudget/NumDec", "")
    decision = _day(given) if given else number if _NUMBER.fullmatch(number) else ""
    if not decision:
        words = _("the date of the décision modificative (YYYY-MM-DD), or its NumDec")
        raise _unexpected(source, "BlocBudget/DteDec", words)
    return decision


def _day(text: str) -> str:
    """ISO 8601; "" where `text` is no date. Some software writes the day first."""
    found = _DAY_FIRST.fullmatch(text)
    try:
        return date.fromisoformat("-".join(reversed(found.groups())) if found else text).isoformat()
    except ValueError:
        return ""


def _is_siret(value: str) -> bool:
    """stdnum also takes spaces and dashes, which the official schema refuses."""
    return len(value) == 14 and value.isascii() and value.isdigit() and bool(siret_number.is_valid(value))

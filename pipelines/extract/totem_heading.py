"""What a TOTEM file says of itself before its lines: whose budget, which exercise, which step, which chart."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
REPEATED_STEP = STEPS["02"]


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

    def expect(element: str, is_right: Callable[[str], object], expectation: str) -> str:
        value = values.get(element, "").strip()
        if not is_right(value):
            raise InvalidData(
                _("{source}: {element}: expected {expectation}; correct it in the finance software, and export again.")
                .format(source=source, element=element, expectation=expectation)
            )  # fmt: skip
        return value

    step = STEPS[expect("BlocBudget/NatDec", STEPS.__contains__, _("a budget step, one of {codes}").format(
        codes=", ".join(STEPS)))]  # fmt: skip
    year = expect("BlocBudget/Exer", re.compile(r"(?:19|20)\d\d").fullmatch, _("a year of four digits"))
    town = expect("EnTeteDocBudgetaire/IdColl", siret_number.is_valid, _("a SIRET of 14 digits with a right key"))
    siret = expect("EnTeteBudget/IdEtab", siret_number.is_valid, _("a SIRET of 14 digits with a right key"))
    expect("EnTeteBudget/IdEtab", lambda value: value[:9] == town[:9], _("the SIREN of EnTeteDocBudgetaire/IdColl"))
    nomenclature = expect(
        "EnTeteBudget/Nomenclature",
        re.compile(r"(?:M\d+-)?M\d+(?:_[A-Z0-9]+)*").fullmatch,
        _("a chart of accounts such as M57-M57_A"),
    )
    decision = ""
    if step == REPEATED_STEP:
        decision = values.get("BlocBudget/DteDec", "").strip() or values.get("BlocBudget/NumDec", "").strip()
        expect("BlocBudget/DteDec", lambda _value: decision, _("the date of the décision modificative, or its NumDec"))
    return Heading(
        siren=town[:9],
        siret=siret,
        name=expect("EnTeteDocBudgetaire/LibelleColl", bool, _("the organisation's name")),
        year=year,
        step=step,
        nomenclature=nomenclature.rpartition("-")[2],
        decision=decision,
        is_draft=values.get("BlocBudget/ProjetBudget", "") in ("true", "1"),
        is_voted_by_function=values.get("BlocBudget/NatFonc", "") == "2",
    )

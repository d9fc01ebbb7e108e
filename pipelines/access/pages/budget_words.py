"""Everyday words for the chapters and functions of municipal accounts.

Chapters and functions: the charts M14 and M57 of the communes (arrêtés of the ministers of the budget and of local
government). M57 is every commune's since 2024; before, its own chapter of local taxes (731) tells it from M14.
"""

from collections.abc import Collection, Mapping

from ...messages import mark

RUNNING, INVESTMENT = "fonctionnement", "investissement"
EXPENSE, INCOME = "dépense", "recette"
M57_FOR_ALL = 2024
M57_CHAPTER = "731"
CARRIED_OVER = ("001", "002")  # results of earlier years: neither spent nor received this year
SET_ASIDE = "1068"  # an account, in chapter 10: last year's surplus, put into investment

_RUNNING_EXPENSES = {
    "011": mark("Everyday purchases: energy, supplies, upkeep, services"),
    "012": mark("Staff"),
    "014": mark("Taxes handed on to others"),
    "016": mark("Care allowance (APA)"),
    "017": mark("Income support (RSA)"),
    "022": mark("Kept for the unexpected"),
    "65": mark("Grants, contributions and councillors' allowances"),
    "656": mark("Political groups of the council"),
    "66": mark("Interest on loans"),
    "67": mark("Exceptional expenses"),
    "68": mark("Provisions"),
}
_RUNNING_INCOME = {
    "013": mark("Refunds on staff costs"),
    "70": mark("What users pay: canteen, pool, permits, rents of the domain"),
    "73": mark("Taxes, and what other levels share of theirs"),
    "731": mark("Local taxes"),
    "74": mark("Grants from the State and others"),
    "75": mark("Rents and other everyday income"),
    "76": mark("Financial income"),
    "77": mark("Exceptional income"),
    "78": mark("Provisions taken back"),
}
_INVESTMENT_EXPENSES = {
    "020": mark("Kept for the unexpected"),
    "10": mark("Funds given back"),
    "13": mark("Grants given back"),
    "16": mark("Loans paid back"),
    "20": mark("Studies and software"),
    "204": mark("Grants for others' equipment"),
    "21": mark("Land, buildings and equipment bought"),
    "22": mark("Land and buildings received in use"),
    "23": mark("Works under way"),
    "26": mark("Shares taken in companies"),
    "27": mark("Loans granted to others"),
    "45": mark("Works done for others"),
}
_INVESTMENT_INCOME = {
    "024": mark("Land and buildings sold"),
    "10": mark("VAT given back by the State, and building tax"),
    "13": mark("Grants received for projects"),
    "16": mark("New loans"),
    "20": mark("Corrections of earlier purchases"),
    "204": mark("Corrections of earlier purchases"),
    "21": mark("Corrections of earlier purchases"),
    "23": mark("Corrections of earlier purchases"),
    "26": mark("Shares sold"),
    "27": mark("Loans paid back by others"),
    "45": mark("Works done for others"),
}
FAMILIES: Mapping[tuple[str, str], Mapping[str, str]] = {
    (RUNNING, EXPENSE): _RUNNING_EXPENSES,
    (RUNNING, INCOME): _RUNNING_INCOME,
    (INVESTMENT, EXPENSE): _INVESTMENT_EXPENSES,
    (INVESTMENT, INCOME): _INVESTMENT_INCOME,
}
UNDIVIDED = mark("Not divided: debt, taxes, transfers")
_AREAS_M57 = {
    "0": mark("Town hall and general services"),
    "1": mark("Safety"),
    "2": mark("Schools and training"),
    "3": mark("Culture, sport, youth and community life"),
    "4": mark("Health and social care"),
    "5": mark("Town planning and housing"),
    "6": mark("Local economy"),
    "7": mark("Environment, water and waste"),
    "8": mark("Roads and transport"),
}
_AREAS_M14 = {
    "0": mark("Town hall and general services"),
    "1": mark("Safety"),
    "2": mark("Schools and training"),
    "3": mark("Culture"),
    "4": mark("Sport and youth"),
    "5": mark("Health and social care"),
    "6": mark("Families and early childhood"),
    "7": mark("Housing"),
    "8": mark("Town planning, roads and environment"),
    "9": mark("Local economy"),
}


def family(section: str, direction: str, chapter: str) -> str | None:
    """What a chapter is about, to be translated; None where no everyday word is known: its own label then says it."""
    known = FAMILIES.get((section, direction), {})
    return next((known[chapter[:size]] for size in (3, 2) if chapter[:size] in known), None)


def areas(year: int, chapters: Collection[str]) -> Mapping[str, str]:
    """The first digit of a function -> the policy that it serves, to be translated."""
    return _AREAS_M57 if year >= M57_FOR_ALL or M57_CHAPTER in chapters else _AREAS_M14


def area(function: str, known: Mapping[str, str]) -> str | None:
    """What a function serves; None where there is no function."""
    return UNDIVIDED if function.startswith("01") else known.get(function[:1])

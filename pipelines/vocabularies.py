"""The closed word lists that declarations choose from, with what each portal and page needs of them.

Sources: the EU authority tables `data-theme` and `frequency`; the licences that
French administrations may choose (décret 2017-638).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .messages import mark


@dataclass(frozen=True)
class Licence:
    """One licence: its SPDX id is the key in LICENCES."""

    title: str
    url: str
    udata_id: str


LICENCES = {
    "etalab-2.0": Licence(
        "Licence Ouverte / Open Licence version 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence", "lov2"
    ),
    "odc-odbl": Licence("Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/", "odc-odbl"),
}

THEME_URI = "http://publications.europa.eu/resource/authority/data-theme/{}"
THEMES = {
    "AGRI": {"fr": "Agriculture, pêche, sylviculture et alimentation", "en": "Agriculture, fisheries, forestry, food"},
    "ECON": {"fr": "Économie et finances", "en": "Economy and finance"},
    "EDUC": {"fr": "Éducation, culture et sport", "en": "Education, culture and sport"},
    "ENER": {"fr": "Énergie", "en": "Energy"},
    "ENVI": {"fr": "Environnement", "en": "Environment"},
    "GOVE": {"fr": "Gouvernement et secteur public", "en": "Government and public sector"},
    "HEAL": {"fr": "Santé", "en": "Health"},
    "INTR": {"fr": "Questions internationales", "en": "International issues"},
    "JUST": {"fr": "Justice, système juridique et sécurité publique", "en": "Justice, legal system, public safety"},
    "REGI": {"fr": "Régions et villes", "en": "Regions and cities"},
    "SOCI": {"fr": "Population et société", "en": "Population and society"},
    "TECH": {"fr": "Science et technologie", "en": "Science and technology"},
    "TRAN": {"fr": "Transports", "en": "Transport"},
}


@dataclass(frozen=True)
class Frequency:
    """How often a dataset promises to change: EU code, udata's word, words for people."""

    eu: str
    udata: str
    fr: str
    en: str


FREQUENCY_URI = "http://publications.europa.eu/resource/authority/frequency/{}"
FREQUENCIES = {
    "daily": Frequency("DAILY", "daily", "quotidienne", "daily"),
    "weekly": Frequency("WEEKLY", "weekly", "hebdomadaire", "weekly"),
    "monthly": Frequency("MONTHLY", "monthly", "mensuelle", "monthly"),
    "quarterly": Frequency("QUARTERLY", "quarterly", "trimestrielle", "quarterly"),
    "semiannual": Frequency("ANNUAL_2", "semiannual", "semestrielle", "twice a year"),
    "annual": Frequency("ANNUAL", "annual", "annuelle", "annual"),
    "biennial": Frequency("BIENNIAL", "biennial", "bisannuelle", "every two years"),
    "irregular": Frequency("IRREG", "irregular", "irrégulière", "irregular"),
}

# How many days may pass between two versions; nothing is promised of an irregular one.
PROMISED_DAYS = {
    "daily": 1,
    "weekly": 7,
    "monthly": 31,
    "quarterly": 92,
    "semiannual": 184,
    "annual": 366,
    "biennial": 731,
}

PresetName = Literal["insee_households_11", "insee_enterprises_3_85", "small_town_20"]


@dataclass(frozen=True)
class Preset:
    """When a group of people is large and mixed enough to be shown."""

    minimum: int  # distinct contributors (k)
    distinct: int  # values of a sensitive column (l)
    max_share: float  # of one sensitive value among contributors (alpha)
    dominance: float  # largest share of one contributor in an amount
    source: str


PRESETS: Mapping[PresetName, Preset] = {
    "insee_households_11": Preset(
        11,
        1,
        1.0,
        0.85,
        mark("Insee, gridded tax data: no figure for fewer than 11 households; 85 % as for enterprises"),
    ),
    "insee_enterprises_3_85": Preset(
        3, 1, 1.0, 0.85, mark("Insee, business statistics: at least 3 units in a cell, none above 85 % of its value")
    ),
    "small_town_20": Preset(20, 2, 0.8, 0.5, mark("Parvis' own, stricter: in a small town neighbours know each other")),
}

LawfulKind = Literal[
    "budget_lines", "grants_to_legal_persons", "contract_essentials", "elected_in_office", "institutional_contacts"
]

"""A town with something for every kind of page: a budget of two years, requests with a day and a place, projects."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipelines.access.site import Site
from pipelines.legal import Legal
from pipelines.settings import bundled
from pipelines.versions.candidate import Candidate
from pipelines.versions.store import Store
from tests.access.town import LORIOL, METADATA, PROJETS, VALMONT, candidate, publish, table

BUDGET_SCHEMA = json.loads((bundled() / "schemas/budget.json").read_text("utf-8"))
SIRET, WATER = "21930048000015", "21930048000023"
# year, step, siret, section, direction, operation, chapter, account, function, spent, voted
BUDGET = """
2023 accounts main  F D réel  012 6411   020 210000 215000
2023 accounts main  F D réel  011 60612  281  90000  95000
2023 accounts main  F D réel  66  66111  01    8000   8500
2023 accounts main  F D ordre 042 6811   01   20000  20000
2023 accounts main  F R réel  731 73111  01  260000 258000
2023 accounts main  F R réel  002 002    01   50000  50000
2023 accounts main  I D réel  21  2135   281  80000  90000
2023 accounts main  I D réel  16  1641   01   22000  22000
2023 accounts main  I R réel  10  1068   01   30000  30000
2023 accounts main  I R réel  16  1641   01   40000  40000
2024 voted    main  F D réel  012 6411   020      0 231000
2024 voted    main  F D réel  011 60612  281      0  81000
2024 voted    main  F R réel  731 73111  01       0 270000
2024 voted    main  I D réel  23  2315   845      0 100000
2024 voted    water F D réel  011 6061   845      0  12000
2024 amending main  F D réel  011 60612  281      0   5000
"""
WORDS = {
    "accounts": "compte administratif",
    "voted": "budget primitif",
    "amending": "décision modificative",
    "main": SIRET,
    "water": WATER,
    "F": "fonctionnement",
    "I": "investissement",
    "D": "dépense",
    "R": "recette",
}
REQUESTS_SCHEMA: Mapping[str, Any] = {
    "primaryKey": "id",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "service", "type": "string", "title": "Service"},
        {"name": "date_demande", "type": "date", "title": "Jour de la demande"},
        {"name": "latitude", "type": "number", "decimals": 5},
        {"name": "longitude", "type": "number", "decimals": 5},
    ],
}
GRID = {
    "latitude": {"role": "quasi_identifier", "action": "grid", "axis": "latitude", "cell_m": 1000},
    "longitude": {"role": "quasi_identifier", "action": "grid", "axis": "longitude", "cell_m": 1000},
    "email": {"role": "identifier", "action": "drop"},
}
SITE = Site(
    {"fr": "Données ouvertes du Val", "en": "Open data of the Val"},
    "http://127.0.0.1:8010",
    legal=Legal(publisher="Commune de Valmont", email="mairie@valmont.example"),
    populations={VALMONT.siren: {2022: 1000}},
)
TOWNS = (VALMONT, LORIOL)


def budget() -> Candidate:
    """The rows of BUDGET under the official columns."""
    title = {"fr": "Budget", "en": "Budget"}
    rows = [_budget_row(*line.split()) for line in BUDGET.strip().splitlines()]
    types = {"string": pa.string(), "year": pa.int64(), "number": pa.decimal128(18, 2)}
    schema = pa.schema([(field["name"], types[field["type"]]) for field in BUDGET_SCHEMA["fields"]])
    lines = pa.Table.from_pylist(rows, schema)
    return candidate(dataset="budget", table=lines, table_schema=BUDGET_SCHEMA, metadata=METADATA | {"title": title})


def requests() -> Candidate:
    """Forty requests of five months in four squares; one has no place."""
    places = [("47.34020", "0.64292"), ("47.35803", "0.63968"), ("47.35025", "0.65444"), ("47.35690", "0.62654")]
    rows = [
        {
            "id": f"r{number}",
            "service": ("Voirie", "Éclairage", "Propreté")[number % 3],
            "date_demande": dt.date(2025, 1 + number % 5, 3),
            "latitude": Decimal(places[number % 7 % 4][0]) if number else None,
            "longitude": Decimal(places[number % 7 % 4][1]) if number else None,
        }
        for number in range(40)
    ]
    types = {"string": pa.string(), "date": pa.date32(), "number": pa.decimal128(9, 5)}
    schema = pa.schema([(field["name"], types[field["type"]]) for field in REQUESTS_SCHEMA["fields"]])
    metadata = METADATA | {"title": {"fr": "Signalements", "en": "Requests"}, "update_frequency": "daily"}
    asked = pa.Table.from_pylist(rows, schema)
    return candidate(dataset="signalements", table=asked, table_schema=REQUESTS_SCHEMA, metadata=metadata, privacy=GRID)


def counts() -> Candidate:
    """A table of counts with its margins: the signatures of two petitions in two districts, one cell hidden."""
    fields = [{"name": name, "type": "string"} for name in ("petition", "quartier", "totals")]
    schema = {
        "primaryKey": ["petition", "quartier", "totals"],
        "fields": [*fields, {"name": "row_count", "type": "integer"}],
    }
    rows = [
        ("Piscine", "Gare", "", 40),
        ("Piscine", "Centre", "", 30),
        ("Bus", "Gare", "", 20),
        ("Bus", "Centre", "", None),
        ("Piscine", None, "quartier", 70),
        ("Bus", None, "quartier", None),
        (None, "Gare", "petition", 60),
        (None, "Centre", "petition", None),
        (None, None, "petition quartier", 95),
    ]
    privacy = {"petition": {"role": "opinion", "action": "keep"}, "email": {"role": "identifier", "action": "drop"}}
    return candidate(dataset="petitions", table=table(rows, schema), table_schema=schema, privacy=privacy)


def fill(store: Store) -> Store:
    """Everything above, and the projects in two versions of which the second corrects, adds and withdraws."""
    publish(store, candidate(VALMONT, PROJETS[:4]))
    changed = [(*PROJETS[0][:5], 311, *PROJETS[0][6:]), *PROJETS[2:]]
    publish(store, candidate(VALMONT, changed), day=10)
    publish(store, candidate(LORIOL), day=13)
    publish(store, budget(), day=14)
    publish(store, requests(), day=15)
    return store


def _budget_row(*cells: str) -> dict[str, Any]:
    year, step, siret, section, direction, operation, chapter, account, function, spent, voted = cells
    return {
        "BGT_NATDEC": WORDS[step],
        "BGT_ANNEE": int(year),
        "BGT_SIRET": WORDS[siret],
        "BGT_NOM": "Commune de Valmont",
        "BGT_CONTNAT": chapter,
        "BGT_CONTNAT_LABEL": f"Chapitre {chapter}",
        "BGT_NATURE": account,
        "BGT_NATURE_LABEL": f"Compte {account}",
        "BGT_FONCTION": function,
        "BGT_SECTION": WORDS[section],
        "BGT_OPBUDG": operation,
        "BGT_CODRD": WORDS[direction],
        "BGT_MTREAL": Decimal(spent),
        "BGT_MTPREV": Decimal(voted),
    }

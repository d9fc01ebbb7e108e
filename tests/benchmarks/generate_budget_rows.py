"""Seeded budget lines in 19 columns, clean and with 1 % dirty rows of 28 kinds, and the package that describes them.

usage: generate_budget_rows.py FOLDER ROWS
writes clean_ROWS.csv, dirty_ROWS.csv, reference.csv and clean_ROWS.json, dirty_ROWS.json (Data Packages).
"""

import json
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

SEED = 20261122
STAGES = ["budget primitif", "budget supplementaire", "compte administratif", "decision modificative", "virement"]
CHAPTERS = [f"C{number:04d}" for number in range(500)]
FIELDS = [
    {"name": "LIGNE_ID", "type": "string", "constraints": {"required": True, "pattern": "[A-Z]{3}-[0-9]{9}"}},
    {"name": "BGT_NATDEC", "type": "string", "constraints": {"required": True, "enum": STAGES}},
    {"name": "BGT_ANNEE", "type": "year", "constraints": {"required": True, "minimum": 2000, "maximum": 2035}},
    {"name": "BGT_SIRET", "type": "string", "constraints": {"required": True, "pattern": "[0-9]{14}"}},
    {"name": "BGT_NOM", "type": "string", "constraints": {"required": True, "maxLength": 60}},
    {"name": "BGT_CONTNAT", "type": "string", "constraints": {"pattern": "[0-9]{2,4}"}},
    {"name": "BGT_CONTNAT_LABEL", "type": "string", "constraints": {"maxLength": 100}},
    {"name": "BGT_NATURE", "type": "string", "constraints": {"required": True, "pattern": "[0-9]{2,8}"}},
    {"name": "BGT_NATURE_LABEL", "type": "string", "constraints": {"minLength": 3}},
    {"name": "BGT_FONCTION", "type": "string", "constraints": {"pattern": "[0-9]{1,4}"}},
    {"name": "BGT_SECTION", "type": "string", "constraints": {"required": True, "enum": ["F", "I"]}},
    {"name": "BGT_OPBUDG", "type": "string", "constraints": {"enum": ["reel", "ordre", "mixte"]}},
    {"name": "BGT_CODRD", "type": "string", "constraints": {"required": True, "enum": ["R", "D"]}},
    {"name": "BGT_MTREAL", "type": "number", "constraints": {"required": True, "minimum": -1e9, "maximum": 1e9}},
    {"name": "BGT_MTPREV", "type": "number"},
    {"name": "BGT_NB_MANDATS", "type": "integer", "constraints": {"required": True, "minimum": 0, "maximum": 100000}},
    {
        "name": "BGT_DATE",
        "type": "date",
        "constraints": {"required": True, "minimum": "2000-01-01", "maximum": "2035-12-31"},
    },
    {"name": "BGT_PLURIANNUEL", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
    {"name": "CHAPITRE", "type": "string", "constraints": {"required": True}},
]
NAMES = [field["name"] for field in FIELDS]
SCHEMA = {
    "fields": FIELDS,
    "primaryKey": ["LIGNE_ID"],
    "missingValues": [""],
    "foreignKeys": [{"fields": ["CHAPITRE"], "reference": {"resource": "reference", "fields": ["code"]}}],
}


def clean_rows(count: int) -> Iterator[list[str]]:
    """Lines that keep every rule; names, accounts and figures are invented."""
    chance = random.Random(SEED)
    first_day = date(2008, 1, 1)
    days = [(first_day + timedelta(days=number)).isoformat() for number in range(9000)]
    for number in range(count):
        town, account = chance.randrange(2000), 6000 + chance.randrange(900)
        amount = chance.gauss(0, 50_000)
        content = chance.randrange(95)
        function = chance.randrange(329)
        yield [
            f"BGT-{number:09d}",
            chance.choice(STAGES),
            str(2008 + chance.randrange(19)),
            f"{21_000_000_000_000 + town * 137:014d}",
            f"Commune de Saint-Exemple-{town:04d}",
            str(content + 10) if content < 90 else "",
            f"Contenu {content}",
            str(account),
            f"Libellé nature n° {account}",
            str(function) if 0 < function < 300 else "",
            chance.choice("FI"),
            chance.choice(["reel", "ordre", "mixte"]),
            chance.choice("RD"),
            f"{amount:.2f}",
            "" if chance.random() < 0.1 else f"{amount * 1.1:.2f}",
            str(chance.randrange(5000)),
            chance.choice(days),
            chance.choices(["oui", "non", ""], [0.2, 0.7, 0.1])[0],
            chance.choice(CHAPTERS),
        ]


def _cell(name: str, text: str) -> Callable[[list[str], str], list[str]]:
    place = NAMES.index(name)
    return lambda cells, _earlier: [*cells[:place], text, *cells[place + 1 :]]


KINDS: list[Callable[[list[str], str], list[str]]] = [
    _cell("BGT_MTREAL", "12,5x"),
    _cell("BGT_MTREAL", "2e9"),
    _cell("BGT_MTREAL", "NaN"),
    _cell("BGT_NB_MANDATS", "4.5"),
    _cell("BGT_NB_MANDATS", "-3"),
    _cell("BGT_NB_MANDATS", "100001"),
    _cell("BGT_DATE", "31/12/2024"),
    _cell("BGT_DATE", "2024-02-30"),
    _cell("BGT_DATE", "1999-12-31"),
    _cell("BGT_PLURIANNUEL", "peut-etre"),
    _cell("BGT_ANNEE", "20245"),
    _cell("BGT_ANNEE", "1999"),
    _cell("BGT_SIRET", "123"),
    _cell("BGT_SIRET", ""),
    _cell("BGT_SECTION", "Z"),
    _cell("BGT_NOM", "N" * 61),
    _cell("BGT_NOM", '"Nom, avec virgule"'),
    _cell("BGT_NATURE_LABEL", "ab"),
    _cell("CHAPITRE", "C9999"),
    _cell("CHAPITRE", ""),
    _cell("LIGNE_ID", ""),
    lambda cells, _earlier: [*cells, "extra"],
    lambda cells, _earlier: [*cells, "e1", "e2"],
    lambda cells, _earlier: cells[:-1],
    lambda cells, _earlier: cells[:-3],
    lambda _cells, _earlier: [],
    lambda cells, _earlier: [""] * len(cells),
    lambda cells, earlier: [earlier, *cells[1:]],
]


def write(folder: Path, count: int) -> None:
    """Both files in one pass: the dirty one is the clean one with about 1 % of its rows spoilt."""
    folder.mkdir(parents=True, exist_ok=True)
    chance, earlier = random.Random(7), "BGT-000000000"
    with (
        open(folder / f"clean_{count}.csv", "w", encoding="utf-8", newline="") as clean,
        open(folder / f"dirty_{count}.csv", "w", encoding="utf-8", newline="") as dirty,
    ):
        for file in (clean, dirty):
            file.write(",".join(NAMES) + "\n")
        for cells in clean_rows(count):
            line = ",".join(cells) + "\n"
            clean.write(line)
            if chance.random() < 0.01:
                dirty.write(",".join(chance.choice(KINDS)(cells, earlier)) + "\n")
            else:
                earlier = cells[0] if chance.random() < 0.001 else earlier
                dirty.write(line)
    (folder / "reference.csv").write_text("code,libelle\n" + "".join(f"{c},Chapitre {c}\n" for c in CHAPTERS), "utf-8")
    for kind in ("clean", "dirty"):
        (folder / f"{kind}_{count}.json").write_text(json.dumps(package(f"{kind}_{count}.csv")), "utf-8")


def package(path: str) -> dict[str, object]:
    """The Data Package of one of the files."""
    dialect = {"csv": {"delimiter": ","}}
    reference = {"fields": [{"name": "code", "type": "string"}, {"name": "libelle", "type": "string"}]}
    common = {"type": "table", "encoding": "utf-8", "dialect": dialect}
    return {
        "name": "budget",
        "resources": [
            {"name": "lines", "path": path, "schema": SCHEMA, **common},
            {"name": "reference", "path": "reference.csv", "schema": reference, **common},
        ],
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))

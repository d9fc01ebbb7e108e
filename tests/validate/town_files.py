"""Files as town halls have them, made from a seed: each with what it truly holds, or with the reason to refuse it."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from stdnum.fr import siret

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "nomBeneficiaire", "title": "Nom du bénéficiaire", "type": "string"},
        {"name": "idBeneficiaire", "title": "N° SIRET", "type": "string", "constraints": {"pattern": "[0-9]{14}"}},
        {"name": "dateConvention", "title": "Date de convention", "type": "date"},
        {"name": "montant", "title": "Montant versé (€)", "type": "number"},
        {"name": "lots", "title": "Nombre de lots", "type": "integer"},
        {"name": "objet", "title": "Objet", "type": "string"},
    ]
}
NAMES = [one["name"] for one in SCHEMA["fields"]]
TITLES = {one["name"]: one["title"] for one in SCHEMA["fields"]}
SECRETS = ("Zéphyrine Quatrebarbes", "Théâtre à l’œuvre", "Gaëlle Çavéa", "Noël Ûrsule", "Éloïse d’Août")
OBJECTS = (
    "Écoles ; cantine, « fête »",
    'Le "grand" bal',
    "Voirie | été\tprintemps",
    "Première ligne\nseconde",
    "Marché à 12 h",
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859-15", "cp850", "utf-16", "utf-16-le")
NOT_ASCII = bytes(range(128, 256))
SEPARATORS = (";", ",", "\t", "|")

Repair = tuple[str, int | None, str | None]  # rule, row, column


@dataclass
class TownFile:
    """A file, and what `parvis validate` must say of it; `refusal` is a part of the message where it is not read."""

    name: str
    content: bytes
    told: str  # how it was made
    rows: list[dict[str, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    repairs: set[Repair] = field(default_factory=set)
    refusal: str | None = None
    secrets: set[str] = field(default_factory=set)


@dataclass
class _Written:
    """A cell as it is written, as it must come in, and the repairs that this takes."""

    raw: Any
    text: str
    rules: tuple[str, ...] = ()


_Write = Callable[[Any], _Written]


def _iso(day: date) -> _Written:
    return _Written(day.isoformat(), day.isoformat())


DATES: dict[str, _Write] = {
    "ISO": _iso,
    "day first": lambda day: _Written(f"{day:%d/%m/%Y}", day.isoformat(), ("day-first",)),
    "dots": lambda day: _Written(f"{day:%d.%m.%Y}", day.isoformat(), ("day-first",)),
    "midnight": lambda day: _Written(f"{day} 00:00:00", day.isoformat(), ("year-first",)),
    "serial": lambda day: _Written(str((day - date(1899, 12, 30)).days), day.isoformat(), ("excel-date",)),
}
AMOUNTS: dict[str, _Write] = {
    "point": lambda cents: _Written(_point(cents), _point(cents)),
    "comma": lambda cents: _Written(_point(cents).replace(".", ","), _point(cents), ("decimal-comma",)),
    "euros": lambda cents: _Written(
        f"{_grouped(cents)} €", _point(cents), (*_parted(cents), "currency", "decimal-comma")
    ),
    "blanks": lambda cents: _Written(_grouped(cents, "\u00a0"), _point(cents), (*_parted(cents), "decimal-comma")),
}
SIRETS: dict[str, _Write] = {
    "text": lambda number: _Written(number, number),
    "float": lambda number: _Written(f"{number}.0", number, ("siret-number",)),
    "blanks": lambda number: _Written(
        f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}", number, ("siret-blanks",)
    ),
    "no zero": lambda number: _Written(_shorter(number), number, ("siret-zero",) if number[0] == "0" else ()),
}


# Cells that have a type: of workbooks only.
TYPED: dict[str, _Write] = {
    "dates": lambda day: _Written(day, day.isoformat()),
    "amounts": lambda cents: _Written(cents / 100, _point(cents).rstrip("0").rstrip(".")),
    "sirets": lambda number: _Written(
        int(number), number, ("siret-number", *(("siret-zero",) if number[0] == "0" else ()))
    ),
    "lots": lambda number: _Written(number, str(number)),
}


def _shorter(number: str) -> str:
    """As a spreadsheet shows a number; no SIREN begins with three zeros."""
    return number.removeprefix("0").removeprefix("0")


def _point(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _grouped(cents: int, blank: str = " ") -> str:
    return f"{cents // 100:,}".replace(",", blank) + f",{cents % 100:02}"


def _parted(cents: int) -> tuple[str, ...]:
    return ("thousands",) if cents >= 100_000 else ()


def town_file(seed: int) -> TownFile:
    """The file of a seed."""
    chance = Random(seed)
    kind = chance.choice(["csv"] * 8 + ["xlsx"] * 2 + ["json", "ndjson", "parquet"])
    made = _Maker(chance, kind).make()
    made = _damaged(chance, made) if chance.random() < 0.15 else made
    return _packed(chance, made)


class _Maker:
    def __init__(self, chance: Random, kind: str) -> None:
        self.chance, self.kind = chance, kind
        self.encoding = chance.choice(ENCODINGS)
        self.separator = chance.choice(SEPARATORS)
        self.dates, self.amounts, self.sirets = (chance.choice(sorted(one)) for one in (DATES, AMOUNTS, SIRETS))
        if self.encoding == "cp850" and self.amounts == "euros":
            self.amounts = "comma"  # CP850 has no euro sign
        self.write = {
            "dates": DATES[self.dates],
            "amounts": AMOUNTS[self.amounts],
            "sirets": SIRETS[self.sirets],
            "lots": lambda number: _Written(str(number), str(number)),
        }
        self.names = chance.sample(NAMES, len(NAMES)) if chance.random() < 0.5 else list(NAMES)
        if kind == "xlsx":
            self.write |= {what: write for what, write in TYPED.items() if chance.random() < 0.5}
        self.file = TownFile("", b"", f"{kind}, dates {self.dates}, amounts {self.amounts}, SIRETs {self.sirets}")

    def make(self) -> TownFile:
        chance, file = self.chance, self.file
        table: list[list[Any]] = []
        if self.kind in ("csv", "xlsx"):
            for _row in range(chance.choice([0, 0, 1, 3])):
                table.append([chance.choice(["Ville de Saint-Parvis", "Exercice 2024", ""])])
                file.repairs.add(("title-rows", len(table), None))
            if table and not any(cell for row in table for cell in row):
                table[0][0] = "Subventions"
        titles = [self._title(name) for name in self.names]
        table.append(titles)
        header = len(table) - 1
        for number in range(chance.randrange(4, 12)):
            self._add_row(table, number, titles)
        getattr(self, f"_{self.kind}")(table, header)
        return file

    def _title(self, name: str) -> str:
        title = TITLES[name]
        if self.kind not in ("csv", "xlsx"):
            title = name
        else:
            title = self.chance.choice([name, title, title.upper(), f"{title} *", f" {title} "])
            if self.encoding == "cp850":
                title = name if "€" in title else title
        if title != name:
            self.file.repairs.add(("header", None, title.strip()))
        return title

    def _add_row(self, table: list[list[Any]], number: int, titles: list[str]) -> None:
        chance, file = self.chance, self.file
        first = 0 if self.kind in ("json", "ndjson") else 1
        if self.kind in ("csv", "xlsx") and chance.random() < 0.1:
            table.append([""] * len(titles))
            file.repairs.add(("blank-row", len(table), None))
        if self.kind in ("csv", "xlsx") and chance.random() < 0.05:
            table.append(list(titles))
            file.repairs.add(("repeated-header", len(table), None))
        written = self._written(number)
        table.append([written[name].raw for name in self.names])
        row_number = len(table) - 1 + first
        file.rows.append({name: written[name].text for name in NAMES})
        file.numbers.append(row_number)
        file.secrets |= {file.rows[-1]["nomBeneficiaire"], file.rows[-1]["idBeneficiaire"]}
        file.repairs |= {(rule, row_number, name) for name in NAMES for rule in written[name].rules}

    def _written(self, number: int) -> dict[str, _Written]:
        chance = self.chance
        day = date(2023, 1, 13) + timedelta(days=chance.randrange(700))
        day = day.replace(day=28) if number == 0 else day  # the day that proves which number it is
        cents = chance.choice([chance.randrange(100), chance.randrange(100_000), chance.randrange(10**9)])
        name = f"{chance.choice(SECRETS)} {chance.randrange(10**6)}"
        goods = chance.choice(OBJECTS)
        if self.encoding in ("cp850", "iso8859-15"):
            name, goods = name.replace("’", "'"), goods.replace("’", "'")
        if self.encoding == "cp850":
            name = name.replace("œ", "oe")
        return {
            "nomBeneficiaire": _Written(name, name),
            "idBeneficiaire": self.write["sirets"](_siret(chance)),
            "dateConvention": self.write["dates"](day),
            "montant": self.write["amounts"](cents),
            "lots": self.write["lots"](number),
            "objet": _Written(goods, goods),
        }

    def _csv(self, table: list[list[Any]], _header: int) -> None:
        text = io.StringIO(newline="")
        quoting = self.chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        ends = self.chance.choice(["\n", "\r\n"])
        writer = csv.writer(text, delimiter=self.separator, lineterminator=ends, quoting=quoting)
        if self.chance.random() < 0.3:
            writer.writerows([*table, *[[""] * len(self.names)] * 3])
        else:
            writer.writerows(table)
        self.file.name, self.file.content = "export.csv", text.getvalue().encode(self.encoding)
        if self.encoding not in ("utf-8", "utf-8-sig"):
            self.file.repairs.add(("encoding", None, None))
        self.file.told += f", {self.encoding}, {self.separator!r}, {ends!r}, quoting {quoting}"

    def _xlsx(self, table: list[list[Any]], _header: int) -> None:
        target = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "default_date_format": "dd/mm/yyyy"}
        with xlsxwriter.Workbook(target, options) as book:
            sheet = book.add_worksheet("Données")
            for place, row in enumerate(table):
                for column, cell in enumerate(row):
                    if cell != "":
                        (sheet.write_string if isinstance(cell, str) else sheet.write)(place, column, cell)
        self.file.name, self.file.content = "export.xlsx", target.getvalue()

    def _json(self, table: list[list[Any]], header: int) -> None:
        records = [dict(zip(self.names, row, strict=True)) for row in table[header + 1 :]]
        document = records if self.chance.random() < 0.5 else {"total": len(records), "résultats": records}
        self.file.name = "export.json"
        text = json.dumps(document, ensure_ascii=self.chance.random() < 0.5)
        self.file.content = (text + self.chance.choice(["", "\n"])).encode()

    def _ndjson(self, table: list[list[Any]], header: int) -> None:
        records = (json.dumps(dict(zip(self.names, row, strict=True))) for row in table[header + 1 :])
        self.file.name, self.file.content = "export.ndjson", "\n".join(records).encode()

    def _parquet(self, table: list[list[Any]], header: int) -> None:
        target = io.BytesIO()
        columns = dict(zip(self.names, zip(*table[header + 1 :], strict=True), strict=True))
        pq.write_table(pa.table({name: list(cells) for name, cells in columns.items()}), target)
        self.file.name, self.file.content = "export.parquet", target.getvalue()


def _siret(chance: Random) -> str:
    while True:
        made = f"{chance.choice(['0', '00', '2'])}{chance.randrange(10**13):013}"[:14]
        if siret.is_valid(made) and not made.startswith("000"):
            return made


def _damaged(chance: Random, made: TownFile) -> TownFile:
    if made.name != "export.csv":
        refusal = "not a JSON object" if made.name == "export.ndjson" else "broken"
        cut = made.content[: len(made.content) // 2].rstrip(b"}\n" + NOT_ASCII)  # between no two lines, in no letter
        return TownFile(made.name, cut, f"{made.told}, cut", refusal=refusal, secrets=made.secrets)
    encoding = "utf-8"
    header = ";".join(NAMES)
    lines = {
        "a formula": (f"{header}\n=A1+1;;;;;\n", "a formula"),
        "two columns of one field": (f"{header};montant\n;;;;;;\n", "both stand for"),
        "a quote that never closes": (f'{header}\n"a;;;;;\n' + "x;;;;;\n" * 300_000, "never closed"),
        "a picture": ("\x89PNG\r\n\x00\x01\x02" + "\x00\x01" * 99, "neither text nor"),
        "a page": ("<!DOCTYPE html><html><body>", "XML or HTML"),
        "nothing": ("\n \n", "empty"),
        "a document": ("%PDF-1.7 ", "text document"),
    }
    kind = chance.choice(sorted(lines))
    text, refusal = lines[kind]
    return TownFile(made.name, text.encode("latin-1" if kind == "a picture" else encoding), kind, refusal=refusal)


def _packed(chance: Random, made: TownFile) -> TownFile:
    packing = chance.choice(["none"] * 4 + ["gzip", "zip", "wrong name"])
    if packing == "gzip":
        made.content, made.name = gzip.compress(made.content), f"{made.name}.gz"
    elif packing == "zip":
        made.content, made.name = _zipped(made), f"{made.name}.zip"
    elif packing == "wrong name":
        made.name = "export.csv" if made.name != "export.csv" else "export.xlsx"
        made.repairs.add(("file-kind", None, None))
    if packing in ("gzip", "zip"):
        made.repairs.add(("unpacked", None, None))
    made.told += f", packed: {packing}"
    return made


def _zipped(made: TownFile) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._export", b"litter")
        archive.writestr(f"dossier été/{made.name}", made.content)
    return target.getvalue()

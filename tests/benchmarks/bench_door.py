"""How much memory the door takes: the largest files that it accepts, each validated in a process of its own.

usage: python tests/benchmarks/bench_door.py [--folder DIR] [--only NAME ...] [--code DIR]

Beside the peak of the process stands that of the child that reads workbooks, and what was found, which tells that the
work is the same: `--code` is another checkout to compare with.
"""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from itertools import repeat
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).parent.parent.parent
SCHEMA = {
    "fields": [
        {"name": "intitule", "type": "string"},
        {"name": "jour", "type": "date"},
        {"name": "montant", "type": "number"},
        {"name": "texte", "type": "string"},
    ],
    "primaryKey": ["intitule"],
}
PROGRAM = """
import json, resource, sys
from pathlib import Path
from pipelines.errors import PublicationError
from pipelines.validate import validate
try:
    found = validate(Path(sys.argv[1]), json.loads(sys.argv[2]))
    told = [found.error_count, len(found.findings), len(found.repairs)]
except PublicationError as refused:
    told = type(refused).__name__
peaks = [resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps([told, *peaks]))
"""


def _lines(count: int, line: str) -> Iterable[str]:
    return (line.format(number=number, day=number % 28 + 1) for number in range(count))


def _text(path: Path, header: str, lines: Iterable[str], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding) as file:
        file.write(f"{header}\n")
        file.writelines(lines)


def _gzip(path: Path) -> None:
    chance = random.Random(1)
    words = [f"mot{number}é" for number in range(5000)]
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as file:
        file.write("intitule;texte\n")
        file.writelines(f"{number};{' '.join(chance.choices(words, k=30))}\n" for number in range(340_000))


def _workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["intitule", "texte", "montant"])
        for number in range(1, 500_000):
            sheet.write_row(number, 0, [f"n{number}", "texte", number * 1.5])


# name -> what writes it
FILES: dict[str, Callable[[Path], None]] = {
    "one_column.csv": lambda path: _text(path, "intitule", _lines(1_000_000, "texte {number}\n")),
    "decimal_commas.csv": lambda path: _text(path, "montant", _lines(1_000_000, "{number},5\n")),
    "wrong_everywhere.csv": lambda path: _text(
        path, "intitule;jour;montant;texte", _lines(1_000_000, "n{number};jamais;beaucoup;x\n")
    ),
    "mended_everywhere.csv": lambda path: _text(
        path, "intitule;jour;montant;texte", _lines(1_000_000, "n{number};{day:02}/11/2023;{number} €;x\n")
    ),
    "240_mb.csv": lambda path: _text(path, "intitule;texte", _lines(2_400_000, "{number};" + "abcdefghij" * 9 + "\n")),
    "utf_16.csv": lambda path: _text(path, "intitule;texte", _lines(1_000_000, "{number};été à la plage\n"), "utf-16"),
    "empty_rows.csv": lambda path: _text(path, "intitule;texte", [*repeat("\n", 5_900_000), "a;b\n"]),
    "empty_cells.csv": lambda path: _text(path, "intitule;texte", repeat(";" * 40 + "\n", 1_000_000)),
    "text.csv.gz": _gzip,
    "records.ndjson": lambda path: (
        path.write_text(
            "".join(json.dumps({"intitule": f"n{number}", "texte": "é" * 20}) + "\n" for number in range(900_000))
        )
        and None
    ),
    "half_a_million_rows.xlsx": _workbook,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=sorted(FILES), default=list(FILES))
    parser.add_argument("--code", type=Path, default=ROOT)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        print(f"{'file':26} {'MB':>5} {'peak MB':>8} {'child':>6}  errors, findings, repairs")
        for name in given.only:
            path = folder / name
            if not path.exists():
                FILES[name](path)
            told, peak, child = _measured(path, given.code)
            print(f"{name:26} {path.stat().st_size >> 20:5} {peak:8} {child:6}  {told}", flush=True)


def _measured(path: Path, code: Path) -> tuple[object, int, int]:
    environment = {**os.environ, "PYTHONPATH": str(code)}
    command = [sys.executable, "-c", PROGRAM, str(path), json.dumps(SCHEMA)]
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, text=True, check=True, cwd=code)
    told, peak, child = json.loads(done.stdout)
    return told, peak, child


if __name__ == "__main__":
    main()

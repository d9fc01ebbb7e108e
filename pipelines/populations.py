"""populations.csv: how many people live where, for figures per inhabitant and for the size of groups.

The table is the installation's own: one line per organisation and year, as INSEE tells them
(`siren,year,population`). It may be missing.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from .errors import InvalidDeclaration
from .messages import _

COLUMNS = ("siren", "year", "population")
Populations = Mapping[str, Mapping[int, int]]  # siren -> year -> inhabitants


def read_populations(path: Path) -> Populations:
    """{} where there is no table. Raises InvalidDeclaration by line."""
    if not path.is_file():
        return {}
    found: dict[str, dict[int, int]] = defaultdict(dict)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidDeclaration(
            _("{path}: not UTF-8. Save it as “CSV UTF-8”, or as UTF-8 text.").format(path=path)
        ) from None
    rows = csv.reader(io.StringIO(text, newline=""))
    if tuple(next(rows, ())) != COLUMNS:
        raise InvalidDeclaration(
            _("{path}: the first line must be {columns}.").format(path=path, columns=",".join(COLUMNS))
        )
    for number, row in enumerate(rows, start=2):
        if not _is_sound(row):
            raise InvalidDeclaration(
                _("{path}, line {line}: expected a SIREN, a year and a number of inhabitants.").format(
                    path=path, line=number
                )
            )
        found[row[0]][int(row[1])] = int(row[2])
    return found


def inhabitants(populations: Populations, siren: str, year: int) -> tuple[int, int] | None:
    """The population that fits a year, and the year it is of: the newest known then, else the first known since."""
    known = populations.get(siren, {})
    past = [each for each in known if each <= year]
    chosen = max(past) if past else min(known, default=None)
    return (known[chosen], chosen) if chosen is not None else None


def _is_sound(row: list[str]) -> bool:
    return (
        len(row) == len(COLUMNS)
        and bool(re.fullmatch(r"[0-9]{9}", row[0]))
        and bool(re.fullmatch(r"[0-9]{4}", row[1]))
        and bool(re.fullmatch(r"[1-9][0-9]{0,8}", row[2]))
    )

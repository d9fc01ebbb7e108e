"""Charts of accounts (nomenclatures M4, M14, M57 ...): what an account, a chapter or a function is called.

A chart lies at `<year>/<family>/<name>/planDeCompte.xml`; the folder, not the
header, says which chart it is: of 215 official files, five repeat another's header.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from lxml import etree

from ..errors import SourceUnavailable
from ..messages import _
from .safe_xml import Limits, elements, root_name

FILE_NAME = "planDeCompte.xml"
LIMITS = Limits(size_bytes=8 * 1024 * 1024, depth=32)


@dataclass(frozen=True)
class Chapter:
    """What accounts are grouped and voted under."""

    label: str
    section: str  # "F" fonctionnement | "I" investissement


@dataclass(frozen=True)
class Account:
    """One account; `chapters` says where it stands: DR, RR, DOES, ROES, DOIS, ROIS -> chapter code.

    D or R: dépense, recette. R: opération réelle. OES, OIS: d'ordre between sections, inside one.
    """

    label: str
    chapters: Mapping[str, str]


@dataclass(frozen=True)
class Chart:
    """One chart of accounts for one year."""

    name: str
    year: str
    accounts: Mapping[str, Account] = field(default_factory=dict)  # by nature
    chapters: Mapping[str, Chapter] = field(default_factory=dict)  # by nature and by function: their codes differ
    functions: Mapping[str, str] = field(default_factory=dict)  # what a budget voted by nature names in Fonction
    rubriques: Mapping[str, Account] = field(default_factory=dict)  # what one voted by function names there


def find_chart(folders: Sequence[Path], year: str, name: str) -> Chart | None:
    """The chart `name` for `year`; for a year after the newest of its folder, the newest; an earlier folder wins."""
    for folder in folders:
        years = sorted(path.name for path in folder.glob("[0-9][0-9][0-9][0-9]") if path.is_dir())
        if years and (found := _in_year(folder, min(year, years[-1]), name)):
            return found
    return None


def read_chart(path: Path) -> Chart:
    """The chart at `path`, read once per process as long as the file does not change."""
    change = path.stat()
    return _read_once(path, change.st_mtime_ns, change.st_size)


def _in_year(folder: Path, year: str, name: str) -> Chart | None:
    path = next((folder / year).glob(f"*/{name}/{FILE_NAME}"), None)
    return read_chart(path) if path else None


@lru_cache(maxsize=64)
def _read_once(path: Path, _modified_ns: int, _size_bytes: int) -> Chart:
    """An operator converts thousands of files with the same few charts; reading one takes longer than a village."""
    return parse_chart(path)


def parse_chart(path: Path) -> Chart:
    """The chart at `path`, read anew. Raises SourceUnavailable where it is not one."""
    if root_name(path, LIMITS) != "Nomenclature":
        raise SourceUnavailable(
            _("{source}: not a chart of accounts (expected the element “Nomenclature”).").format(source=path.name)
        )
    accounts: dict[str, Account] = {}
    rubriques: dict[str, Account] = {}
    chapters: dict[str, Chapter] = {}
    functions: dict[str, str] = {}
    for element in elements(path, {"Compte", "Chapitre", "RefFonc"}, LIMITS):
        code, label = element.get("Code", ""), element.get("Libelle", "").strip()
        match element.tag:
            case "Chapitre":
                chapters.setdefault(code, Chapter(label, element.get("Section", "")))
            case "RefFonc":
                functions[code] = label
            case "Compte":
                kind = accounts if next(element.iterancestors("Nature"), None) is not None else rubriques
                kind[code] = Account(label, _slots(element))
    if not accounts:
        raise SourceUnavailable(_("{source}: the chart of accounts holds no account.").format(source=path.name))
    return Chart(path.parent.name, path.parents[2].name, accounts, chapters, functions, rubriques)


def _slots(account: etree._Element) -> Mapping[str, str]:
    slots = {slot: account.get(slot, "") for slot in ("DR", "RR", "DOES", "ROES", "DOIS", "ROIS")}
    return {slot: chapter for slot, chapter in slots.items() if chapter}

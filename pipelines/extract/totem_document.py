"""A TOTEM file, read once: the values of its heading, and its budget lines. Annexes are passed over unread."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ..errors import InvalidData, SourceUnavailable
from ..messages import _
from .safe_xml import elements, root_name

NAMESPACE = "{http://www.minefi.gouv.fr/cp/demat/docbudgetaire}"
ROOTS = (NAMESPACE + "DocumentBudgetaire", "{http://www.minefi.gouv.fr/cp/demat/doccfu}CompteFinancierUnique")
_LINE = NAMESPACE + "LigneBudget"
_DOCUMENT = [NAMESPACE + "DocumentBudgetaire"]
_BUDGET = [NAMESPACE + "Budget", *_DOCUMENT]
# Elements of the same names may stand in annexes and reports: only these places count.
_PLACES = {
    NAMESPACE + "EnTeteDocBudgetaire": _DOCUMENT,
    NAMESPACE + "EnTeteBudget": _BUDGET,
    NAMESPACE + "BlocBudget": _BUDGET,
    _LINE: _BUDGET,
}


@dataclass(frozen=True)
class Line:
    """One LigneBudget: its place among all of the file, counted from 1, and its elements' values."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, element: str) -> str:
        return self.values.get(element, "")


@dataclass(frozen=True)
class Document:
    """What of a file is public: `heading` by "BlocBudget/Exer", and the lines that a council decided."""

    heading: Mapping[str, str]
    lines: tuple[Line, ...]


def read_document(path: Path) -> Document:
    """The document at `path`. Raises SourceUnavailable where it is no TOTEM file, InvalidData but for one budget."""
    if root_name(path) not in ROOTS:
        raise SourceUnavailable(
            _("{source}: not a TOTEM file (expected DocumentBudgetaire or CompteFinancierUnique).").format(
                source=path.name
            )
        )
    heading: dict[str, str] = {}
    lines: list[Line] = []
    number = budgets = 0
    for element in elements(path, _PLACES):
        if not _is_in_place(element):
            continue
        if element.tag == _LINE:
            number += 1
            line = Line(number, _values(element))
            lines += [line] if _is_decided(element, line) else []
        else:
            name = _local(element)
            budgets += name == "EnTeteBudget"
            heading |= {f"{name}/{child}": value for child, value in _values(element).items()}
    _refuse_all_but_one(budgets, path)
    if not lines:
        raise InvalidData(_("{source}: no budget line; export the whole document.").format(source=path.name))
    return Document(heading, tuple(lines))


def _refuse_all_but_one(budgets: int, path: Path) -> None:
    if budgets != 1:
        raise InvalidData(
            _("{source}: expected one Budget with its EnTeteBudget, found {count}; export one file per budget.").format(
                source=path.name, count=budgets
            )
        )


def _is_in_place(element: etree._Element) -> bool:
    place = _PLACES[str(element.tag)]
    return [ancestor.tag for ancestor in element.iterancestors()][: len(place)] == place


def _is_decided(element: etree._Element, line: Line) -> bool:
    """A compte financier unique repeats its lines as sums (`calculated`, or OpBudg T): 633 of 796 in a real one."""
    return element.get("calculated") not in ("true", "1") and line["OpBudg"] != "T"


def _values(element: etree._Element) -> Mapping[str, str]:
    return {_local(child): child.get("V", "").strip() for child in element}


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)

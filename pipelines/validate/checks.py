"""What a schema asks for beyond Table Schema's own rules: `uniqueKeys`, and the SCDL's seven `custom_checks`.

Frictionless accepts both and checks neither. They give findings, one per row;
a cell that is no number or date is left to its type's own error.
"""

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from stdnum.fr import siret

from ..errors import InvalidDeclaration
from ..extract import Extract, Finding
from ..messages import _
from .listing import Listing

Row = Mapping[str, str]
RowCheck = Callable[[Row], str | None]  # what is wrong with the row, in words; None where nothing is

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_YEARS = re.compile(r"([0-9]{4})(?:/([0-9]{4}))?")
_ROWS_AT_A_TIME = 1 << 16
_LARGEST_EXPONENT = 30  # of the numbers that are compared and added: a cell may say 1e999999999
# The first level of the ACTES classification of deliberations (arrêté du 14 novembre 2005), without accents.
ACTES_FAMILIES = (
    "commande publique",
    "urbanisme",
    "domaine et patrimoine",
    "fonction publique",
    "institutions et vie politique",
    "libertes publiques et pouvoirs de police",
    "finances locales",
    "domaines de competences par themes",
    "autres domaines de competences",
)


def further_findings(extract: Extract, table_schema: Mapping[str, Any]) -> Sequence[Finding]:
    """The findings of every `uniqueKeys` and `custom_checks` of the schema, in the order of its declaration."""
    columns = _Columns(extract.table, table_schema)
    findings: Listing[Finding] = Listing()
    for names in table_schema.get("uniqueKeys") or ():
        for finding in _unique_key(names, columns, extract.rows):
            findings.append(finding)
    for check in table_schema.get("custom_checks") or ():
        for finding in _custom_check(check["name"], check.get("params") or {}, columns, extract.rows):
            findings.append(finding)
    return findings


def refuse_broken_checks(table_schema: Mapping[str, Any]) -> None:
    """Raises InvalidDeclaration for a key or a check that is not written as one."""
    unique = table_schema.get("uniqueKeys") or []
    if not isinstance(unique, list) or not all(_is_list_of_names(names) for names in unique):
        raise InvalidDeclaration(_("schema: uniqueKeys must be lists of fields, in a list."))
    checks = table_schema.get("custom_checks") or []
    if not isinstance(checks, list) or not all(isinstance(one, Mapping) and one.get("name") for one in checks):
        raise InvalidDeclaration(_("schema: custom_checks must be a list of objects with a name."))
    for check in checks:
        params = check.get("params") or {}
        if check["name"] in CUSTOM_CHECKS and not _has_params(check["name"], params):
            said = _("schema: the parameters of {name} are not those of this check.").format(name=check["name"])
            raise InvalidDeclaration(said)


def _has_params(name: str, params: Any) -> bool:
    try:
        lists = [params[key] for key in ("columns", "othercolumns") if key in params]
        columns = CUSTOM_CHECKS[name][0](params) if all(map(_is_list_of_names, lists)) else []
        return _is_list_of_names(columns) and (name != "compare-columns-value" or params["op"] in _OPERATORS)
    except (KeyError, TypeError):
        return False


def _is_list_of_names(names: Any) -> bool:
    return isinstance(names, list) and bool(names) and all(isinstance(name, str) for name in names)


class _Columns:
    """The table's cells, "" where one means nothing; numbers and dates in one form, whatever their field's."""

    def __init__(self, table: pa.Table, table_schema: Mapping[str, Any]) -> None:
        self._table = table
        self._fields = {field["name"]: field for field in table_schema["fields"]}
        given = table_schema.get("missingValues", [""])
        self._missing = {"", *(one["value"] if isinstance(one, Mapping) else one for one in given)}

    def absent(self, names: Sequence[str]) -> list[str]:
        """Those that the table has not."""
        return [name for name in names if name not in self._table.column_names]

    def rows(self, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """These columns, row by row; one that is absent is empty."""
        for start in range(0, self._table.num_rows, _ROWS_AT_A_TIME):
            piece = self._table.slice(start, _ROWS_AT_A_TIME)
            yield from zip(*(self._texts(piece, name) for name in names), strict=True)

    def _texts(self, piece: pa.Table, name: str) -> list[str]:
        if name not in piece.column_names:
            return [""] * piece.num_rows
        rewrite = _rewriting(self._fields.get(name, {}))
        stripped = (text.strip() for text in piece.column(name).to_pylist())
        return ["" if text in self._missing else rewrite(text) for text in stripped]


def _rewriting(field: Mapping[str, Any]) -> Callable[[str], str]:
    """Of the texts of a field with a date format or number characters of its own, the ISO form or the plain one."""
    if field.get("type") == "date" and field.get("format", "default") not in ("default", "any"):
        return lambda text: _iso_date(text, field["format"])
    mark, group = field.get("decimalChar", "."), field.get("groupChar", "")
    if field.get("type") == "number" and (mark != "." or group):
        return lambda text: text.replace(group or "\0", "").replace(mark, ".")
    return str


def _iso_date(text: str, date_format: str) -> str:
    try:
        return datetime.strptime(text, date_format).date().isoformat()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return text


def _unique_key(names: Sequence[str], columns: _Columns, numbers: Sequence[int]) -> Iterator[Finding]:
    if absent := columns.absent(names):
        yield _skipped("unique-key", absent)
        return
    repeated = _repeated(hash(key) for key in columns.rows(names))
    seen: dict[tuple[str, ...], int] = {}
    for number, key in zip(numbers, columns.rows(names), strict=True):
        if "" in key or hash(key) not in repeated:
            continue
        if key in seen:
            message = _("The same {columns} as in row {row}. Keep one of the rows.").format(
                columns=", ".join(names), row=seen[key]
            )
            yield Finding("warning", "unique-key", message, number, names[0])
        seen.setdefault(key, number)


def _repeated(hashes: Iterable[int]) -> set[int]:
    """Those that come back: few of a million keys do."""
    found, counts = np.unique(np.fromiter(hashes, np.int64), return_counts=True)
    return set(found[counts > 1].tolist())


def _custom_check(name: str, params: Mapping[str, Any], columns: _Columns, numbers: Sequence[int]) -> Iterator[Finding]:
    if name not in CUSTOM_CHECKS:
        yield Finding("warning", name, _("This check of the schema is not known, and was left out."))
        return
    wanted_by, build = CUSTOM_CHECKS[name]
    wanted = wanted_by(params)
    absent = columns.absent(wanted)
    if absent and (name != "one-of-required" or len(absent) == len(wanted)):
        yield _skipped(name, absent)
        return
    check: RowCheck = build(params)
    for number, cells in zip(numbers, columns.rows(wanted), strict=True):
        message = check(dict(zip(wanted, cells, strict=True)))
        if message is not None:
            yield Finding("warning", name, message, number, wanted[0])


def _skipped(name: str, absent: Sequence[str]) -> Finding:
    message = _("This check was left out: the file has no column {columns}.").format(columns=", ".join(absent))
    return Finding("warning", name, message)


def _siret(params: Mapping[str, Any]) -> RowCheck:
    column = params["column"]

    def check(row: Row) -> str | None:
        text = row[column]
        if not text or (text.isascii() and siret.is_valid(text) and text.isdigit()):
            return None
        return _("Not a SIRET: 14 digits with a right key are expected.")

    return check


def _one_of_required(params: Mapping[str, Any]) -> RowCheck:
    first, second = params["column1"], params["column2"]
    return lambda row: (
        None
        if row[first] or row[second]
        else _("One of {first} and {second} must be filled in.").format(first=first, second=second)
    )


def _cohesive(params: Mapping[str, Any]) -> RowCheck:
    columns = [params["column"], *params["othercolumns"]]
    return lambda row: (
        None
        if len({bool(row[column]) for column in columns}) == 1
        else _("These columns must be filled in together or not at all: {columns}.").format(columns=", ".join(columns))
    )


def _compare(params: Mapping[str, Any]) -> RowCheck:
    first, second, sign = params["column"], params["column2"], params["op"]

    def check(row: Row) -> str | None:
        left, right = _value(row[first]), _value(row[second])
        if left is None or right is None or type(left) is not type(right) or _OPERATORS[sign](left, right):
            return None
        return _("{first} must be {sign} {second}.").format(first=first, sign=sign, second=second)

    return check


def _sum(params: Mapping[str, Any]) -> RowCheck:
    total, parts = params["column"], list(params["columns"])

    def check(row: Row) -> str | None:
        texts = [row[total], *(row[part] for part in parts)]
        values = [Fraction(value) for text in texts if isinstance(value := _value(text or "0"), Decimal)]
        if not any(texts) or len(values) < len(texts) or values[0] == sum(values[1:]):
            return None
        return _("{total} must be the sum of {parts}.").format(total=total, parts=", ".join(parts))

    return check


def _year_interval(params: Mapping[str, Any]) -> RowCheck:
    column = params["column"]
    allows_year = str(params.get("allow-year-only", "")).lower() in ("yes", "true", "1")

    def check(row: Row) -> str | None:
        match = _YEARS.fullmatch(row[column])
        if not row[column] or (match and (match[1] < match[2] if match[2] else allows_year)):
            return None
        return _("Expected two years YYYY/YYYY, the earlier one first.")

    return check


def _actes(params: Mapping[str, Any]) -> RowCheck:
    column = params["column"]

    def check(row: Row) -> str | None:
        family = _plain(row[column].partition("/")[0])
        if not family or family in ACTES_FAMILIES:
            return None
        return _("Expected a subject of the ACTES classification, for example “finances locales/subventions”.")

    return check


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip().lower()


def _value(text: str) -> Decimal | date | None:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        number = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _LARGEST_EXPONENT else None


# name -> the columns that it reads, and the function that makes a check of its parameters
CUSTOM_CHECKS: Mapping[
    str, tuple[Callable[[Mapping[str, Any]], list[str]], Callable[[Mapping[str, Any]], RowCheck]]
] = {
    "cohesive-columns-value": (lambda params: [params["column"], *params["othercolumns"]], _cohesive),
    "compare-columns-value": (lambda params: [params["column"], params["column2"]], _compare),
    "french-siret-value": (lambda params: [params["column"]], _siret),
    "nomenclature-actes-value": (lambda params: [params["column"]], _actes),
    "one-of-required": (lambda params: [params["column1"], params["column2"]], _one_of_required),
    "sum-columns-value": (lambda params: [params["column"], *params["columns"]], _sum),
    "year-interval-value": (lambda params: [params["column"]], _year_interval),
}

"""A stranger's look for identifiers in the published rows: fewer forms than the gates know, and patterns of its own."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ..anonymise.text.recognisers import is_institutional

_PHONE = r"(?:^|[^0-9\-/.])(?:\+33|0033|0)[ .\-]?[1-9](?:[ .\-]?\d{2}){4}(?:$|[^0-9])"
_NIR = r"(?:^|[^0-9])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?:$|[^0-9])"
_IBAN = r"\bFR\d{2}(?: ?[0-9A-Z]{4}){5} ?[0-9A-Z]{3}\b"
_EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"


def _any(_found: str) -> bool:
    return True


def _is_nir(found: str) -> bool:
    """13 characters and the key that they give."""
    text = re.sub(r"[^0-9AB]", "", found)
    number = int(text[:13].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(text[13:15])


def _is_iban(found: str) -> bool:
    text = found.replace(" ", "")
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


KINDS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "e-mail": (_EMAIL, _any),
    "phone": (_PHONE, _any),
    "nir": (_NIR, _is_nir),
    "iban": (_IBAN, _is_iban),
}


def identifiers(table: pa.Table, spared: Sequence[str], contacts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(column, kind) of every identifier that is no institution's. `spared` columns hold pseudonyms."""
    for name in table.column_names:
        kind = table.schema.field(name).type
        if name not in spared and (pa.types.is_string(kind) or pa.types.is_integer(kind)):
            yield from ((name, found) for found in _kinds(pc.unique(table[name]).cast(pa.string()), contacts))


def _kinds(values: pa.Array, contacts: Sequence[str]) -> Iterator[str]:
    for kind, (pattern, confirm) in KINDS.items():
        suspects = values.filter(pc.fill_null(pc.match_substring_regex(values, pattern), False))
        if _has_one(suspects.to_pylist(), re.compile(pattern), confirm, tuple(contacts)):
            yield kind


def _has_one(
    texts: Iterable[str], pattern: re.Pattern[str], confirm: Callable[[str], bool], contacts: tuple[str, ...]
) -> bool:
    return any(
        confirm(match.group()) and not is_institutional(match.group().strip(), contacts)
        for text in texts
        for match in pattern.finditer(text)
    )

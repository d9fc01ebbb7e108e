"""The last look at what leaves: no e-mail, phone, NIR, IBAN or plate, in any column, of any role.

Counts only: what was found is never quoted.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Pseudonymise
from ..errors import UnsafeData
from ..messages import _
from ..privacy_policy import Privacy
from .text.flattening import ODD, flat
from .text.recognisers import structured_spans

# Whatever any recogniser could match has one of these (RE2: one linear pass over distinct values;
# ASCII classes, since Unicode's make a program too large for it to run fast).
_SUSPECT = (
    r"(?i)@|＠|\barr?oba|[(\[{<]\s*(?:at|chez|a|à)\s*[)\]}>]|[\-_]at[\-_]|\s(?:at|chez|à)\s.*\s(?:point|dot)\s"
    r"|z[ée]ro[\s,\-]"
    r"|\d(?:[^0-9a-z]{0,4}[0-9ab]){8}"
    rf"|{ODD}"
    r"|[a-z]{2}[^0-9a-z]{0,3}\d{3}[^0-9a-z]{0,3}[a-z]{2}|\d{2}[^0-9a-z]?[a-z]{2,3}[^0-9a-z]?\d"
)


@dataclass(frozen=True)
class Leak:
    """So many cells of a column hold an identifier of a kind."""

    column: str
    kind: str
    cell_count: int

    def in_words(self) -> str:
        """Where, how many and of what kind; never which."""
        return _("“{column}” ({count} × {kind})").format(
            column=self.column, count=self.cell_count, kind=KINDS[self.kind]()
        )


# As an officer calls them.
KINDS: Mapping[str, Callable[[], str]] = {
    "email": lambda: _("e-mail address"),
    "phone": lambda: _("phone"),
    "nir": lambda: _("NIR"),
    "iban": lambda: _("IBAN"),
    "plate": lambda: _("plate"),
    "person": lambda: _("name of a person"),
    "address": lambda: _("address of a person"),
    "birth_date": lambda: _("date of birth"),
    "handle": lambda: _("account name"),
    "other_id": lambda: _("number of a card, of a file or of a device"),
}


def scan_table(table: pa.Table, privacy: Privacy) -> tuple[Leak, ...]:
    """The structured identifiers that a table about to leave still holds, by column and kind.

    Pseudonyms are left out: ours are random digits and letters, and spell a phone number now and then.
    """
    leaks = []
    for name in table.column_names:
        if _spells(table.schema.field(name).type) and not isinstance(privacy.columns.get(name), Pseudonymise):
            kinds = kinds_of(table[name], privacy.contacts)
            leaks += [Leak(name, kind, count) for kind, count in sorted(kinds.items())]
    return tuple(leaks)


def scan_text(text: str, contacts: tuple[str, ...] = ()) -> Counter[str]:
    """How many identifiers of each kind a text about to become public holds: metadata, changelog, page."""
    return Counter(span.kind for span in structured_spans(flat(text).text, contacts))


def refuse_leaks(leaks: Sequence[Leak], source: str) -> None:
    """Raise UnsafeData, naming columns, kinds and counts, where there is a leak."""
    if leaks:
        found = ", ".join(leak.in_words() for leak in leaks)
        raise UnsafeData(
            _(
                "{source}: columns that would be published hold personal identifiers: {found}. "
                "Clean the source, or declare these columns with `action: drop`."
            ).format(source=source, found=found)
        )


def _spells(kind: pa.DataType) -> bool:
    """Whether a column may spell an identifier: text, and whole numbers (a NIR read as an integer)."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind))


def kinds_of(values: pa.ChunkedArray | pa.Array, contacts: tuple[str, ...]) -> Counter[str]:
    """How many identifiers of each kind a column of texts holds."""
    counted = pc.value_counts(values.cast(pa.string()))
    distinct, counts = counted.field("values"), counted.field("counts")
    is_suspect = pc.fill_null(pc.match_substring_regex(distinct, _SUSPECT), False)
    kinds: Counter[str] = Counter()
    for text, count in zip(distinct.filter(is_suspect).to_pylist(), counts.filter(is_suspect).to_pylist(), strict=True):
        for kind in scan_text(text, contacts):
            kinds[kind] += count
    return kinds

"""A column's texts on their way through the door: what was changed, and what only looks wrong."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...extract import Finding
from ..listing import Listing
from ..report import Repair
from .texts import Mend, Places, Texts


@dataclass
class Mended:
    """`numbers` are the rows', as their author counts them; the listings are those of the whole table.

    `absent` are the places of texts that stand for no value: nothing is said of them, and nothing mended.
    """

    texts: Texts
    numbers: Sequence[int]
    column: str
    repairs: Listing[Repair]
    findings: Listing[Finding]
    absent: Places = ()
    changed: "dict[str, array[int]]" = field(default_factory=dict)  # rule -> places

    def places(self, pattern: str) -> Places:
        """Where the pattern (RE2's) is found in a value: the whole column at once."""
        found = self.texts.places(pattern)
        return np.setdiff1d(found, self.absent) if len(self.absent) else found

    def stripped(self, places: Iterable[int]) -> Iterable[tuple[int, str]]:
        """The texts at these places without the blanks around them, each with its place."""
        return ((place, text.strip()) for place, text in self.texts.at(places))

    def apply(self, rule: str, message: str, pattern: str, mend: Mend) -> None:
        """Mend the texts in which the pattern is found; each change is listed."""
        self.mend(rule, message, self.places(pattern), mend)

    def mend(self, rule: str, message: str, places: Places, mend: Mend) -> None:
        """Mend the texts at these places; each change is listed."""
        self.changed[rule] = self.texts.mend(places, mend)
        self.list_repairs(rule, message, self.changed[rule])

    def list_repairs(self, rule: str, message: str, places: Iterable[int]) -> None:
        """Say what was changed at these places."""
        self.repairs.extend(Repair(rule, message, None, self.column), (self.numbers[place] for place in places))

    def tell(self, rule: str, message: str, places: Iterable[int]) -> None:
        """Say what looks wrong at these places, and stays as it is."""
        finding = Finding("warning", rule, message, None, self.column)
        self.findings.extend(finding, (self.numbers[place] for place in places))

"""A column's texts on their way through the door: what was changed, and what only looks wrong."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ...extract import Finding
from ..report import Repair

Mend = Callable[[str], str | None]  # the better text of a stripped one; None where nothing is to be done


@dataclass
class Mended:
    """`numbers` are the rows', as their author counts them."""

    texts: list[str]
    numbers: Sequence[int]
    column: str
    repairs: list[Repair] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def places(self, pattern: str) -> list[int]:
        """The places of the texts in which the pattern (RE2's) is found: the whole column at once."""
        found = pc.match_substring_regex(pa.array(self.texts, pa.string()), pattern)
        return [int(place) for place in pc.indices_nonzero(found).to_pylist()]

    def apply(self, rule: str, message: str, pattern: str, mend: Mend) -> None:
        """Mend the texts in which the pattern is found; each change is listed."""
        changed = []
        for place in self.places(pattern):
            better = mend(self.texts[place].strip())
            if better is not None and better != self.texts[place]:
                self.texts[place] = better
                changed.append(place)
        self.list_repairs(rule, message, changed)

    def list_repairs(self, rule: str, message: str, places: Iterable[int]) -> None:
        """Say what was changed at these places."""
        self.repairs += [Repair(rule, message, self.numbers[place], self.column) for place in places]

    def tell(self, rule: str, message: str, places: Iterable[int]) -> None:
        """Say what looks wrong at these places, and stays as it is."""
        self.findings += [Finding("warning", rule, message, self.numbers[place], self.column) for place in places]

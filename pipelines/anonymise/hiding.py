"""Which cells of a table are hidden: those refused, and as many more as it takes that nobody can compute them."""

from dataclasses import dataclass

import numpy as np

from ..errors import UnsafeData
from ..messages import _
from .audit import as_wide_as, intervals
from .knowledge import Knowledge
from .tables import Cell, CellRule, Margins, Numbers, Pattern, lines, refused_cells


@dataclass(frozen=True)
class Hidden:
    """A pattern that withstood the audit."""

    pattern: Pattern
    refused: int  # cells hidden for their own sake
    complementary: int  # cells hidden for the others' sake
    rounds: int  # audits until none was found


def hide(table: Margins, rule: CellRule, also: Pattern | None = None) -> Hidden:
    """Hide what is refused, and `also`, then more until the audit passes. The grand total is always shown.

    Raises UnsafeData where that cannot be.
    """
    refused = refused_cells(table, rule)
    if refused[table.grand_total]:
        raise UnsafeData(
            _(
                "table of {by}: fewer than {minimum} contributors in all, or one holds most; nothing can be shown."
            ).format(by=", ".join(table.by), minimum=rule.minimum)
        )
    pattern, rounds = _paired(table, refused if also is None else refused | also), 1
    while exposed := exposed_cells(table, pattern, refused, rule):
        for cell in exposed:
            pattern = _with_one_more(table, pattern, cell)
        pattern, rounds = _paired(table, pattern), rounds + 1
    return Hidden(pattern, int(refused.sum()), int(pattern.sum() - refused.sum()), rounds)


def exposed_cells(table: Margins, pattern: Pattern, refused: Pattern, rule: CellRule) -> list[Cell]:
    """The refused cells whose possible values lie too close together."""
    knowledge = Knowledge()
    placed = knowledge.add_table(table.figures, pattern, _lowest(table))
    cells = [tuple(map(int, cell)) for cell in np.argwhere(refused)]
    hides = [as_wide_as(needed_width(table, cell, rule)) for cell in cells]
    found = intervals(knowledge, [placed[cell] for cell in cells], hides)
    if found is None:
        return cells
    return [cell for cell, hidden, ends in zip(cells, hides, found, strict=True) if not hidden(*ends)]


def needed_width(table: Margins, cell: Cell, rule: CellRule) -> float:
    """Counts: as many values as the threshold. Amounts: what dominance leaves on either side."""
    if table.largest is None:
        return float(rule.minimum)
    return float(2 * (1 - rule.dominance) * abs(table.figures[cell])) or 1.0


def _lowest(table: Margins) -> float:
    """Whoever is counted is at least one; amounts that may be negative give a stranger no floor."""
    if table.largest is None:
        return 1.0
    return 0.0 if (table.figures >= 0).all() else -np.inf


def _paired(table: Margins, pattern: Pattern) -> Pattern:
    """No line with a single hidden cell: its total would give it back."""
    pattern, weights = pattern.copy(), _weights(table)
    sums = list(lines(pattern.shape))
    is_stable = False
    while not is_stable:
        is_stable = True
        for line in sums:
            if sum(pattern[cell] for cell in line) == 1:
                pattern[_cheapest(table, pattern, line, weights)] = True
                is_stable = False
    return pattern


def _with_one_more(table: Margins, pattern: Pattern, exposed: Cell) -> Pattern:
    """One further cell, the cheapest on the lines of `exposed`; where these are all hidden, the cheapest anywhere."""
    weights = _weights(table)
    through = tuple(cell for line in lines(pattern.shape) if exposed in line for cell in line)
    is_free = any(not pattern[cell] and np.isfinite(weights[cell]) for cell in through)
    candidates = through if is_free else tuple(np.ndindex(*pattern.shape))
    pattern = pattern.copy()
    pattern[_cheapest(table, pattern, candidates, weights)] = True
    return pattern


def _cheapest(table: Margins, pattern: Pattern, cells: tuple[Cell, ...], weights: Numbers) -> Cell:
    """The shown cell that costs least; one that closes another open line comes first."""
    free = [cell for cell in cells if not pattern[cell] and np.isfinite(weights[cell])]
    if not free:
        raise UnsafeData(
            _(
                "table of {by}: too few cells are large enough to hide the small ones; use fewer or coarser columns."
            ).format(by=", ".join(table.by))
        )
    return min(free, key=lambda cell: (weights[cell] / (1 + _open_lines(pattern, cell)), cell))


def _open_lines(pattern: Pattern, cell: Cell) -> int:
    """How many lines through `cell` have one hidden cell and need another."""
    count = 0
    for axis in range(pattern.ndim):
        line = [(*cell[:axis], place, *cell[axis + 1 :]) for place in range(pattern.shape[axis])]
        count += sum(bool(pattern[other]) for other in line) == 1
    return count


def _weights(table: Margins) -> Numbers:
    """What hiding a cell costs a reader: its people; a total far more; an empty cell hides nothing."""
    totals = np.zeros(table.people.shape)
    for axis, size in enumerate(table.people.shape):
        index = [slice(None)] * table.people.ndim
        index[axis] = slice(size - 1, size)
        totals[tuple(index)] += 1
    weights = (table.people + 1) * 1000.0**totals
    weights[table.people == 0] = np.inf
    weights[table.grand_total] = np.inf
    return weights

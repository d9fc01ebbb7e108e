"""How often a dataset can be published at all: the finest frequency at which enough people are new each time."""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..column_policies import Generalise
from ..privacy_policy import Privacy
from .engine import query
from .groups import codes, group_rule

MOST = 0.95  # of the rows come in a large enough company
Numbers = NDArray[np.int64]
# From the day (since 1970-01-01, a Thursday), the year and the month to the number of the period. The finest first.
_PERIODS: Mapping[str, Callable[[Numbers, Numbers, Numbers], Numbers]] = {
    "daily": lambda day, _year, _month: day,
    "weekly": lambda day, _year, _month: (day + 3) // 7,
    "monthly": lambda _day, year, month: year * 12 + month,
    "quarterly": lambda _day, year, month: year * 4 + (month - 1) // 3,
    "semiannual": lambda _day, year, month: year * 2 + (month - 1) // 6,
    "annual": lambda _day, year, _month: year,
}


def finest_cadence(valid: pa.Table, treated: pa.Table, units: pa.Array | None, privacy: Privacy) -> str | None:
    """The update frequency at which most rows have enough others of their group and period.

    Periods are those of the first date that the policy cuts; groups leave out what may be blanked. `valid` has the
    dates as they came. None where there is no such date, or no frequency is coarse enough.
    """
    rule = group_rule(privacy, treated.column_names)
    dates = [name for name, one in privacy.columns.items() if _is_cut_date(one) and name in valid.column_names]
    date = dates[0] if dates else None
    if rule is None or date is None or not valid.num_rows:
        return None
    days = valid[date].cast(pa.date32(), safe=False).combine_chunks()
    year, month = (np.asarray(pc.fill_null(part, 0), dtype=np.int64) for part in (pc.year(days), pc.month(days)))
    day = np.asarray(pc.fill_null(days.cast(pa.int32()), 0), dtype=np.int64)
    fixed = [name for name in rule.quasi_identifiers if name != date and name not in privacy.suppression.priority]
    people = pa.array(np.arange(valid.num_rows)) if units is None else pc.fill_null(units.cast(pa.int64()), -1)
    for frequency, period in _PERIODS.items():
        rows = pa.table({"code": codes(treated, fixed), "period": period(day, year, month), "unit": people})
        share = query(_SHARE, {"minimum": rule.minimum}, rows=rows)["share"][0].as_py() or 0.0
        if share >= MOST:
            return frequency
    return None


def is_finer(declared: str, possible: str) -> bool:
    """Whether the declared frequency is one of those that come before the possible one."""
    names = list(_PERIODS)
    return declared in names and names.index(declared) < names.index(possible)


def _is_cut_date(policy: object) -> bool:
    return isinstance(policy, Generalise) and policy.to in ("day", "month", "quarter", "year")


_SHARE = """
SELECT sum(count) FILTER (people >= $minimum) / sum(count) AS share
FROM (SELECT count(*) AS count, count(DISTINCT unit) AS people FROM rows GROUP BY code, period)
"""

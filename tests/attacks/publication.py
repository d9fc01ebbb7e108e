"""A town's publication, with every gate or without one of them: what comes out is all that an attack may read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.anonymise import Already, Anonymised, anonymise, gate
from pipelines.anonymise.groups import group_rule
from pipelines.anonymise.releases import erase
from pipelines.anonymise.siblings import Published
from pipelines.anonymise.table_releases import ROWS
from pipelines.anonymise.tables import CellRule, margins, published_rows, refused_cells
from pipelines.errors import UnsafeData
from pipelines.privacy_policy import Aggregate, Privacy, Suppression
from tests.anonymise.policies import KEY, PSEUDONYM, privacy, schema
from tests.attacks.towns import NUMBERS, Aid, Request, Town

MINIMUM, DISTINCT, MAX_SHARE, MAX_DOMINANCE = 3, 3, 0.7, 0.85
BY = ("quarter", "age")
COLUMNS = {"quarter": "quasi_identifier keep", "age": "quasi_identifier keep", "theme": "sensitive keep"}
ROW_POLICY = privacy("person", number="public keep", **COLUMNS, person="identifier drop").model_copy(
    update={
        "preset": "insee_enterprises_3_85",
        "distinct": DISTINCT,
        "max_share": MAX_SHARE,
        "suppression": Suppression(max_rows=1.0, max_blanked=1.0, priority=("quarter", "age")),
    }
)
TABLE_POLICY = ROW_POLICY.model_copy(update={"unit": "none", "aggregate": Aggregate(by=BY)})
SUM_POLICY = privacy(quarter="quasi_identifier keep", age="quasi_identifier keep", amount="sensitive keep").model_copy(
    update={"preset": "insee_enterprises_3_85", "aggregate": Aggregate(by=BY, value="amount")}
)
THEME_POLICY = TABLE_POLICY.model_copy(update={"aggregate": Aggregate(by=("quarter", "theme"))})
DAY_POLICY = privacy(number="public keep", day="quasi_identifier keep").model_copy(
    update={"preset": "insee_enterprises_3_85"}
)
OTHER_POLICY = privacy(quarter="quasi_identifier keep", vote="public keep").model_copy(
    update={"preset": "insee_enterprises_3_85"}
)
NAMES = ("number", "quarter", "age", "theme", "person")
SCHEMA = {
    **schema(number="integer", quarter="string", age="string", theme="string", person="integer"),
    "primaryKey": ["number"],
}


@dataclass
class Public:
    """Files that anybody can download."""

    releases: list[pa.Table] = field(default_factory=list)  # rows, oldest first
    reissue: pa.Table | None = None  # of the first release, after an erasure
    tables: list[pa.Table] = field(default_factory=list)  # counts with margins, oldest first
    sums: list[pa.Table] = field(default_factory=list)  # of other rows, counts with sums of euros
    votes: pa.Table | None = None  # another dataset of the town
    themes: pa.Table | None = None  # another office's table of the same requests, a version later
    days: pa.Table | None = None  # another office's rows: on which day of the week each request came
    late: pa.Table | None = None  # a table of the first moment, when the rows have long ceased to say where and how old
    pseudonyms: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


ALL = frozenset(("releases", "reissue", "tables", "sums", "votes", "themes", "days", "late", "pseudonyms", "texts"))


def publish(town: Town, without: str = "", parts: Collection[str] = ALL) -> Public:
    """Five versions and their companions, or only `parts` of them; `without` names the gate that is left out."""
    public = Public()
    for moment in town.moments:
        rows = _rows(moment)
        if "releases" in parts:
            already = () if without == "releases" else tuple(public.releases)
            public.releases.append(_row_release(rows, without, already))
        if "tables" in parts:
            _publish_new(public.tables, _table_release(rows, without, tuple(public.tables)))
    for aids in town.aids if "sums" in parts else ():
        _publish_new(public.sums, _sum_release(aids, without, tuple(public.sums)))
    if "reissue" in parts:
        public.reissue = _reissue(public.releases[0], town.erased, without)
    if "votes" in parts:
        public.votes = _votes(town, public.releases[-1], without)
    if "themes" in parts and public.tables:
        public.themes = _themes(town, public.tables, without)
    if "days" in parts:
        public.days = _days(town, public.releases[-1], without)
    if "late" in parts:
        public.late = _late(town, public.releases[0], without)
    if "pseudonyms" in parts:
        public.pseudonyms = _pseudonyms(town, without)
    if "texts" in parts:
        public.texts = _texts(town, without)
    return public


def _publish_new(versions: list[pa.Table], table: pa.Table | None) -> None:
    """A table that says nothing new is no version."""
    if table is not None and not (versions and table.equals(versions[-1])):
        versions.append(table)


def _rows(moment: Sequence[Request]) -> pa.Table:
    return pa.table({name: [getattr(one, name) for one in moment] for name in NAMES})


def _row_release(rows: pa.Table, without: str, already: tuple[pa.Table, ...]) -> pa.Table:
    treated = anonymise(rows, SCHEMA, ROW_POLICY, KEY, "town/requests")
    if without == "groups":
        return treated.table
    if without == "mixing":
        return _gated(treated, ROW_POLICY.model_copy(update={"distinct": 1, "max_share": 1.0}), already)
    if without == "contributors":
        return _gated(replace(treated, units=None), ROW_POLICY, already)
    if without == "judging again":
        return _blanked_once(treated.table)
    return _gated(treated, ROW_POLICY, already)


def _gated(treated: Anonymised, policy: Privacy, already: tuple[pa.Table, ...]) -> pa.Table:
    return gate(treated, policy, "requests", Already(already)).table


def _blanked_once(rows: pa.Table) -> pa.Table:
    """Ordinary practice: blank the quarter of small groups, and look no further."""
    counted = rows.group_by(list(BY), use_threads=False).aggregate([([], "count_all")])
    small = {(row["quarter"], row["age"]) for row in counted.to_pylist() if row["count_all"] < MINIMUM}
    keys = zip(rows["quarter"].to_pylist(), rows["age"].to_pylist(), strict=True)
    quarters = [None if key in small else key[0] for key in keys]
    return rows.set_column(rows.column_names.index("quarter"), "quarter", pa.array(quarters, pa.string()))


def _table_release(rows: pa.Table, without: str, already: tuple[pa.Table, ...]) -> pa.Table | None:
    if without == "complementary":
        counts = margins(rows, BY, None, None)
        return published_rows(counts, refused_cells(counts, CellRule(MINIMUM, MAX_DOMINANCE)), ROWS)
    treated = anonymise(rows, SCHEMA, TABLE_POLICY, KEY, "town/table")
    return _passed(treated, TABLE_POLICY, "table", Already(() if without == "releases" else already))


def _sum_release(aids: Sequence[Aid], without: str, already: tuple[pa.Table, ...]) -> pa.Table | None:
    rows = pa.table({name: [getattr(one, name) for one in aids] for name in (*BY, "amount")})
    treated = anonymise(rows, schema(quarter="string", age="string", amount="integer"), SUM_POLICY, KEY, "town/sums")
    return _passed(treated, SUM_POLICY, "sums", Already(() if without == "releases" else already))


def _reissue(first: pa.Table, erased: Request, without: str) -> pa.Table:
    place = _place(first, erased)
    if place is None:
        return first
    chosen = np.zeros(first.num_rows, dtype=bool)
    chosen[place] = True
    if without == "erasure":
        return first.filter(pa.array(~chosen))
    rule = group_rule(ROW_POLICY, first.column_names)
    assert rule is not None
    return erase(first, pa.array(chosen), rule).table


def _place(table: pa.Table, request: Request) -> int | None:
    numbers = table["number"].to_pylist()
    return numbers.index(request.number) if request.number in numbers else None


def _votes(town: Town, requests: pa.Table, without: str) -> pa.Table | None:
    """Another dataset, whose office did not think of the first: only some residents voted."""
    voters = [request for request in town.moments[0] if request.person % 9 == 0]
    votes = pa.table({"quarter": [one.quarter for one in voters], "vote": ["parc"] * len(voters)})
    if without == "linkage":
        return votes
    treated = Anonymised(votes, schema(quarter="string", vote="string"), 0)
    others = {"requests": Published(requests, ROW_POLICY)}
    return _passed(treated, OTHER_POLICY, "votes", Already(datasets=others))


def _passed(treated: Anonymised, policy: Privacy, name: str, already: Already) -> pa.Table | None:
    """What the gate lets through; None where it refuses."""
    try:
        return gate(treated, policy, name, already).table
    except UnsafeData:
        return None


def _themes(town: Town, tables: Sequence[pa.Table], without: str) -> pa.Table | None:
    *earlier, newest = tables
    beside = Published(newest, TABLE_POLICY, earlier=tuple(earlier), is_of_same_source=True)
    treated = anonymise(_rows(town.moments[1]), SCHEMA, THEME_POLICY, KEY, "town/themes")
    already = Already() if without == "linkage" else Already(datasets={"table": beside})
    return _passed(treated, THEME_POLICY, "themes", already)


def _days(town: Town, requests: pa.Table, without: str) -> pa.Table | None:
    numbers = [request.number for request in town.moments[0]]
    days = pa.table({"number": numbers, "day": [str(number // NUMBERS % 7) for number in numbers]})
    others = {} if without == "linkage" else {"requests": Published(requests, ROW_POLICY)}
    treated = Anonymised(days, {**schema(number="integer", day="string"), "primaryKey": ["number"]}, 0)
    return _passed(treated, DAY_POLICY, "days", Already(datasets=others))


def _late(town: Town, first: pa.Table, without: str) -> pa.Table | None:
    """The rows' newest version was made under other steps: of what they said first there are copies only."""
    newest = first.select(["number", "theme"])
    beside = Published(newest, ROW_POLICY, earlier=(first,), is_of_same_source=True)
    treated = anonymise(_rows(town.moments[0]), SCHEMA, TABLE_POLICY, KEY, "town/late")
    already = Already() if without == "linkage" else Already(datasets={"requests": beside})
    return _passed(treated, TABLE_POLICY, "late", already)


def _pseudonyms(town: Town, without: str) -> list[str]:
    phones = [request.phone for request in town.moments[0]]
    if without == "keyed pseudonyms":
        return [sha256(phone.encode()).hexdigest()[:32] for phone in phones]
    treated = anonymise(pa.table({"phone": phones}), schema(phone="string"), privacy(phone=PSEUDONYM), KEY, "town")
    return list(treated.table["phone"].to_pylist())


def _texts(town: Town, without: str) -> list[str]:
    """A column called public: where the scan refuses it, it does not leave."""
    notes = pa.table({"note": [request.note for request in town.moments[0]]})
    policy = privacy(note="public keep")
    if without != "scan":
        try:
            notes = gate(Anonymised(notes, schema(note="string"), 0), policy, "notes").table
        except UnsafeData:
            return []
    return list(pc.unique(notes["note"]).to_pylist())

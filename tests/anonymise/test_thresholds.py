"""Figures that count people, and cells that stay as blank as they were."""

from collections import Counter

import pyarrow as pa
import pytest

from pipelines.anonymise import Already, anonymise, gate
from pipelines.anonymise.groups import GroupRule
from pipelines.anonymise.patterns import suppress_like
from pipelines.anonymise.plain_hashes import refuse_plain_hashes
from pipelines.anonymise.releases import exposed_groups, hold_back
from pipelines.anonymise.renamed import refuse_renamed
from pipelines.anonymise.suppression import suppress
from pipelines.errors import UnsafeData
from pipelines.privacy_policy import Privacy
from tests.anonymise.policies import KEY, privacy, schema, strings

VOTES = Privacy.model_validate(
    {
        "unit": "none",
        "preset": "insee_households_11",
        "columns": {
            "projet": {"role": "public", "action": "keep"},
            "votes": {"role": "opinion", "action": "threshold"},
            "points": {"role": "opinion", "action": "threshold", "count": "votes"},
        },
    }
)
SCHEMA = schema(projet="string", votes="integer", points="integer") | {"primaryKey": ["projet"]}


def counted(*figures: tuple[str, int | None, int | None], earlier: tuple[pa.Table, ...] = ()) -> pa.Table:
    names, votes, points = zip(*figures, strict=True)
    table = pa.table({"projet": names, "votes": pa.array(votes, pa.int64()), "points": pa.array(points, pa.int64())})
    return gate(anonymise(table, SCHEMA, VOTES, KEY, "s"), VOTES, "bp", Already(earlier)).table


def figures(table: pa.Table) -> dict[str, tuple[int | None, int | None]]:
    return {row["projet"]: (row["votes"], row["points"]) for row in table.to_pylist()}


def test_few_votes_are_blank_with_all_that_sums_over_them_and_none_are_shown() -> None:
    found = counted(("banc", 10, 30), ("parc", 11, 40), ("mare", 0, 0), ("abri", None, 9))
    assert figures(found) == {"banc": (None, None), "parc": (11, 40), "mare": (0, 0), "abri": (None, None)}


def test_a_count_moves_by_nobody_or_by_enough_since_every_version() -> None:
    first = counted(("banc", 30, 90), ("parc", 30, 90))
    second = counted(("banc", 31, 93), ("parc", 50, 150), earlier=(first,))
    assert figures(second) == {"banc": (30, 90), "parc": (50, 150)}
    third = counted(("banc", 41, 120), ("parc", 35, 100), earlier=(first, second))
    assert figures(third) == {"banc": (41, 120), "parc": (50, 150)}  # 35 is 5 more than the first version said


def test_ten_votes_more_are_too_few_where_eleven_are_asked() -> None:
    first = counted(("banc", 30, 90), ("parc", 30, 90))
    assert figures(counted(("banc", 40, 95), ("parc", 41, 96), earlier=(first,))) == {
        "banc": (30, 90),
        "parc": (41, 96),
    }


def test_points_do_not_move_where_no_vote_did() -> None:
    first = counted(("banc", 30, 90))
    assert figures(counted(("banc", 30, 91), earlier=(first,))) == {"banc": (30, 90)}


RULE = GroupRule(("quartier",), (), minimum=3, distinct=1, max_share=1.0)
STEPS = [("quartier",)]


def people(quarters: str) -> pa.Table:
    return strings(quartier=list(quarters), id=[f"{quarter}{number}" for number, quarter in enumerate(quarters)])


def test_a_group_that_has_grown_does_not_come_to_light_out_of_the_blank_ones() -> None:
    first = suppress(people("NNNNEESS"), None, RULE, STEPS).table
    grown = people("NNNNEESSEEE")
    naive = suppress(grown, None, RULE, STEPS).table
    assert exposed_groups(naive, None, [first], RULE).num_rows == 1  # the blank ones lose the two of E
    done = suppress_like(grown, None, RULE, STEPS, first)
    assert Counter(done.table["quartier"].to_pylist()) == {"N": 4, None: 7}
    assert exposed_groups(done.table, None, [first], RULE).num_rows == 0
    assert (done.rows_blanked, done.rows_withdrawn) == (7, 0)


def test_where_rows_have_a_key_only_those_stay_blank_that_were() -> None:
    first = suppress(people("NNNNEESS"), None, RULE, STEPS).table
    done = suppress_like(people("NNNNEESSEEE"), None, RULE, STEPS, first, ("id",))
    assert Counter(done.table["quartier"].to_pylist()) == {"N": 4, None: 4, "E": 3}


def test_a_row_that_moves_out_of_a_group_that_is_kept_does_not_stand_twice() -> None:
    first = people("NNNNSSSS")
    moved = strings(quartier=list("NNNSSSSSSSS"), id=["N0", "N1", "N2", "N3", *[f"S{n}" for n in range(4, 11)]])
    found = hold_back(moved, None, [first], RULE, ("id",)).table
    assert len(set(found["id"].to_pylist())) == found.num_rows
    assert Counter(found["quartier"].to_pylist())["N"] == 4


PARTS = privacy(annee="public keep", quartier="quasi_identifier keep", service="public keep").model_copy(
    update={"preset": "insee_enterprises_3_85"}
)


def part(year: str, quarters: str) -> pa.Table:
    return strings(annee=[year] * len(quarters), quartier=list(quarters), service=["voirie"] * len(quarters))


def test_a_part_under_another_name_is_compared_with_the_one_that_ended() -> None:
    gone = part("2024", "NNNNNNSSSS")
    with pytest.raises(UnsafeData, match="part 2024 bis is mostly a part that ended"):
        refuse_renamed(part("2024 bis", "NNNNNSSSS"), [gone], PARTS, ["annee"], "2024 bis")
    refuse_renamed(part("2024 bis", "NNNNNNSSSS"), [gone], PARTS, ["annee"], "2024 bis")
    refuse_renamed(part("2025", "EEEEEEOOO"), [gone], PARTS, ["annee"], "2025")


@pytest.mark.parametrize("size", [32, 40, 64])
def test_a_column_of_plain_hashes_is_refused_unless_somebody_saw_what_it_is(size: int) -> None:
    table = strings(empreinte=["0a" * (size // 2), None])
    with pytest.raises(UnsafeData, match="“empreinte” holds plain hashes"):
        refuse_plain_hashes(table, privacy(empreinte="public keep"), "actes.csv")
    seen = {"role": "public", "action": "keep", "reviewed": "DSI, 2026-03: digests of documents"}
    refuse_plain_hashes(table, privacy(empreinte=seen), "actes.csv")
    refuse_plain_hashes(strings(empreinte=["0a" * 16, "voirie"]), privacy(empreinte="public keep"), "actes.csv")

"""The figures of a stranger, each beside rows that bear them out and rows that do not."""

import pyarrow as pa
import pytest

from pipelines.verification import together
from pipelines.verification.claims import Claim, Statement, attested_words, recomputed_words
from pipelines.verification.counts import counts_below, counts_moved
from pipelines.verification.groups import Figures, Rule, changes_few, figures
from pipelines.verification.identifiers import identifiers
from pipelines.verification.tables import Table, below, moved_by_few, read_table, sums_moved_by_few
from pipelines.verification.together import TooMany, counts_computable, sums_computable

RULE = Rule(("quarter",), ("theme",), 3, 2, 0.75)


def rows(*cells: str, key: bool = False) -> pa.Table:
    """`"N roads"` a row; "-" is a missing value."""
    split = [cell.split() for cell in cells]
    columns = {
        "quarter": [None if one[0] == "-" else one[0] for one in split],
        "theme": [None if one[1] == "-" else one[1] for one in split],
    }
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


NORTH = ("N roads", "N roads", "N parks")


def test_what_a_hostile_certificate_says_cannot_command_a_terminal():
    lines = [
        *recomputed_words([Claim("x", "organisation", False, "\x1b[2J\r✓ all is well")]),
        *attested_words([Statement("x", "groups", "\x1b]0;title\x07judged")]),
    ]
    assert all(line.isprintable() for line in lines)


def test_a_missing_value_is_a_value_and_the_worst_group_is_told():
    assert figures(rows(*NORTH, "- roads", "- -"), RULE) == Figures(2, 2, 2 / 3)
    assert figures(rows(), RULE) == Figures(0, 0, 0.0)


def test_without_traits_the_whole_table_is_one_group():
    assert figures(rows(*NORTH), Rule((), ("theme",), 3, 2, 0.75)) == Figures(3, 2, 2 / 3)


@pytest.mark.parametrize(
    ("found", "counts_people", "passes"),
    [
        (Figures(3, 2, 0.75), False, True),
        (Figures(2, 2, 0.5), False, False),
        (Figures(3, 1, 0.5), False, False),
        (Figures(3, 2, 0.76), False, False),
        (Figures(3, 2, 0.76), True, True),  # a share of people is the publisher's to count
        (Figures(0, 0, 0.0), False, True),
    ],
)
def test_a_rule_holds_or_does_not(found: Figures, counts_people: bool, passes: bool):
    assert found.passes(RULE, counts_people) is passes


@pytest.mark.parametrize(
    ("now", "few"),
    [
        (NORTH, False),
        ((*NORTH, "S roads", "S parks", "S roads"), False),
        ((*NORTH, "S roads", "S parks"), True),  # two came
        ((*NORTH, *NORTH), False),
        ((*NORTH, "N roads"), True),  # one came
        (NORTH[:2], True),  # one left
        ((), False),  # all left
        ((*NORTH, "- roads", "- parks", "- roads"), False),
        ((*NORTH, "- roads"), True),
    ],
)
def test_a_change_by_too_few_is_found(now: tuple[str, ...], few: bool):
    assert changes_few(rows(*now), rows(*NORTH), RULE, False, ()) is few


def test_who_stayed_beside_a_change_is_judged_too():
    before = rows(*NORTH, "N parks")
    now = rows("N parks", *["N gyms", "N pools"] * 2)
    assert changes_few(now, before, RULE, False, ())


def test_rows_known_by_a_key_tell_who_is_new():
    def keyed(*keys: str) -> pa.Table:
        return rows(*NORTH).append_column("id", pa.array(keys))

    assert not changes_few(keyed("a", "b", "c"), keyed("a", "b", "c"), RULE, False, ("id",))
    assert changes_few(keyed("a", "b", "d"), keyed("a", "b", "c"), RULE, False, ("id",))


def counted(*votes: int | None, points: tuple[int | None, ...] | None = None) -> pa.Table:
    whole = {"id": pa.array(range(len(votes))), "votes": pa.array(votes, pa.int64())}
    return pa.table(whole | {"points": pa.array(points or votes, pa.int64())})


def test_small_counts_are_found_with_the_figures_of_their_people():
    assert counts_below(counted(0, 3, 9, None), "votes", ["points"], 3) == 0
    assert counts_below(counted(2, 1, 9), "votes", ["points"], 3) == 2
    assert counts_below(counted(None, 9, points=(6, 9)), "votes", ["points"], 3) == 1


def test_counts_that_move_by_too_few_are_found():
    before = counted(0, 5, 9, None)
    assert counts_moved(counted(0, 8, 9, 4), before, ["id"], "votes", 3) == 0
    assert counts_moved(counted(1, 7, 9, 4), before, ["id"], "votes", 3) == 2


def computable(table: Table, minimum: int) -> int:
    return counts_computable([table.counts], minimum)


def table(**cells: int | None) -> pa.Table:
    """`N_yes=5`, `N_=9` the total of N, `_yes` that of yes, `_` of all; None is hidden."""
    found = []
    for cell, count in cells.items():
        quarter, vote = cell.split("_")
        totals = " ".join(name for name, label in (("quarter", quarter), ("vote", vote)) if not label)
        found.append({"quarter": quarter or None, "vote": vote or None, "totals": totals, "row_count": count})
    return pa.Table.from_pylist(found)


SHOWN = {"N_yes": 5, "N_no": 4, "S_yes": 6, "S_no": 7, "N_": 9, "S_": 13, "_yes": 11, "_no": 11, "_": 22}
BY = ["quarter", "vote"]


def test_a_hidden_count_is_found_where_the_sums_give_it_away():
    def hiding(*cells: str) -> int:
        return computable(read_table(table(**(SHOWN | dict.fromkeys(cells))), BY), 3)

    assert hiding() == 0
    small = SHOWN | {"N_yes": 2, "N_no": 7, "_yes": 8, "_no": 14}
    assert computable(read_table(table(**(small | {"N_yes": None})), BY), 3) == 1
    assert computable(read_table(table(**(small | {"N_yes": None, "N_no": None})), BY), 3) == 1
    assert computable(read_table(table(**(small | dict.fromkeys(["N_yes", "N_no", "S_yes", "S_no"]))), BY), 3) == 0


def test_a_hidden_total_is_a_sum_too():
    two = {"N_yes": None, "N_no": 4, "N_": None}
    assert computable(read_table(table(**two), BY), 3) == 0
    assert computable(read_table(table(**(two | {"N_": 6})), BY), 3) == 1


def test_counts_below_the_threshold_and_moves_by_too_few_are_counted():
    first = read_table(table(**SHOWN), BY)
    assert below(first, 4) == 0 and below(first, 6) == 2
    assert moved_by_few(first, first, 3) == 0
    assert moved_by_few(read_table(table(**(SHOWN | {"N_yes": 6, "_": 25})), BY), first, 3) == 1
    assert moved_by_few(read_table(table(**(SHOWN | {"E_yes": 2})), BY), first, 3) == 1
    assert moved_by_few(read_table(table(**(SHOWN | {"N_yes": None})), BY), first, 3) == 0


def versions(*tables: pa.Table) -> list[dict]:
    return [dict(read_table(one, BY).counts) for one in tables]


CORNERS = {"N_yes": 2, "N_no": 40, "N_so": 40, "S_yes": 30, "S_no": 60, "S_so": 50, "O_yes": 20, "O_no": 70, "O_so": 80}


def squared(*hidden: str, figures: dict[str, int] = CORNERS) -> pa.Table:
    """Three quarters by three answers, with all totals."""
    whole = dict(figures)
    for cell, count in figures.items():
        quarter, vote = cell.split("_")
        for total in (f"{quarter}_", f"_{vote}", "_"):
            whole[total] = whole.get(total, 0) + count
    return table(**(whole | dict.fromkeys(hidden)))


ONE, OTHER = ("N_yes", "N_no", "S_yes", "S_no"), ("N_yes", "N_so", "O_yes", "O_so")


def test_what_one_version_hides_and_another_shows_is_found_by_laying_them_on_one_another():
    assert counts_computable(versions(squared(*ONE)), 3) == counts_computable(versions(squared(*OTHER)), 3) == 0
    assert counts_computable(versions(squared(*ONE), squared(*ONE)), 3) == 0
    assert counts_computable(versions(squared(*ONE), squared(*OTHER)), 3) == 2, "in both versions"


def test_an_unseen_move_of_two_is_found_and_one_of_three_is_not():
    for more, found in ((2, 1), (3, 0), (0, 0)):
        grown = squared(*ONE, figures={**CORNERS, "N_no": 40 + more})
        assert counts_computable(versions(squared(*ONE), grown), 3) == found


def test_where_a_shown_count_fell_nobody_believes_that_rows_are_only_added():
    fell = squared(*OTHER, figures={**CORNERS, "S_so": 40})
    assert counts_computable(versions(squared(*ONE), fell), 3) == 0


def test_figures_that_contradict_one_another_are_no_proof_of_anything():
    wrong = {**versions(squared(*ONE))[0], **dict.fromkeys(versions(table(_=1))[0], 1)}
    assert counts_computable([wrong], 3) > 0


def summed(counts: pa.Table, **euros: float | None) -> tuple[dict, dict]:
    """The counts with their sums: 10 euros for everybody, but for those of `euros`."""
    people = squared().to_pylist()
    names = {f"{row['quarter'] or ''}_{row['vote'] or ''}": row["row_count"] * 10.0 for row in people} | euros
    shown = [
        None if row["row_count"] is None else names[f"{row['quarter'] or ''}_{row['vote'] or ''}"]
        for row in counts.to_pylist()
    ]
    read = read_table(counts.append_column("euros", pa.array(shown, pa.float64())), BY, "euros")
    return dict(read.counts), dict(read.sums)


def test_a_hidden_sum_of_two_people_is_found_by_laying_versions_on_one_another():
    counts, sums = zip(summed(squared(*ONE)), summed(squared(*OTHER)), strict=True)
    assert sums_computable(counts[:1], sums[:1], 3) == sums_computable(counts[1:], sums[1:], 3) == 0
    assert sums_computable(counts, sums, 3) == 2


def test_a_hidden_sum_that_its_own_line_gives_away_is_found_and_one_of_many_people_is_not():
    alone, many = squared("N_yes"), squared("O_so")
    assert sums_computable(*([one] for one in summed(alone)), 3) == 1
    assert sums_computable(*([one] for one in summed(many)), 3) == 0


def test_a_shown_sum_that_moves_while_nobody_or_too_few_come_is_found():
    def read(figures: dict[str, int], euros: float) -> Table:
        whole = squared(figures=figures)
        return read_table(whole.append_column("euros", pa.array([euros] + [1.0] * (whole.num_rows - 1))), BY, "euros")

    before = read(CORNERS, 20.0)
    assert sums_moved_by_few(before, before, 3) == 0
    assert sums_moved_by_few(read(CORNERS, 25.0), before, 3) == 1
    assert sums_moved_by_few(read({**CORNERS, "N_yes": 4}, 25.0), before, 3) == 1
    assert sums_moved_by_few(read({**CORNERS, "N_yes": 5}, 25.0), before, 3) == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("zoe.inventee@orange.fr", "e-mail"),
        ("appeler le 06 12 34 56 78", "phone"),
        ("+33612345678", "phone"),
        ("1 79 05 35 176 288 25", "nir"),
        ("FR76 2758 7750 7657 2962 7683 452", "iban"),
    ],
)
def test_identifiers_are_found(text: str, kind: str):
    assert list(identifiers(pa.table({"note": ["x", text]}), [], [])) == [("note", kind)]
    assert list(identifiers(pa.table({"note": [text]}), ["note"], [])) == []


@pytest.mark.parametrize(
    "text", ["mairie@ville.fr", "SIRET 508 948 007 00234", "2026-03-09 12 34 56", "1 79 05 35 176 288 26", "60612"]
)
def test_what_is_none_is_not(text: str):
    assert list(identifiers(pa.table({"note": [text]}), [], [])) == []


def test_the_institution_s_own_are_spared():
    note = pa.table({"note": ["zoe@ville.fr", "06 12 34 56 78"]})
    assert list(identifiers(note, [], ["@ville.fr", "+33 6 12 34 56 78"])) == []


@pytest.mark.parametrize("bound", ["MOST_UNKNOWNS", "MOST_SECONDS"])
def test_what_a_publisher_makes_endless_is_given_up(bound: str, monkeypatch: pytest.MonkeyPatch):
    """A threshold of a thousand million lets no figure be far enough apart before its ends are searched."""
    size = 12
    cells: dict[tuple[object, ...], float | None] = {
        (str(row), str(column)): None for row in range(size) for column in range(size)
    }
    cells |= {(together.TOTAL, str(column)): 900.0 for column in range(size)}
    cells |= {(str(row), together.TOTAL): 900.0 for row in range(size)}
    monkeypatch.setattr(together, bound, 0)
    with pytest.raises(TooMany):
        counts_computable([cells], 10**9)

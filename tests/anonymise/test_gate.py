from collections import Counter

import pyarrow as pa
import pytest
from pydantic import ValidationError

from pipelines.anonymise import Already, Gated, anonymise, gate
from pipelines.anonymise.gate import stable_key
from pipelines.anonymise.siblings import Published
from pipelines.errors import InvalidDeclaration, UnsafeData
from pipelines.privacy_policy import Aggregate, Privacy, Suppression
from tests.anonymise.policies import BUDGET_LAW, KEY, PSEUDONYM, privacy, schema, strings

POLICY = privacy(quartier="quasi_identifier keep", service="public keep", usager="identifier drop").model_copy(
    update={"preset": "insee_enterprises_3_85", "suppression": Suppression(max_blanked=0.6, priority=("quartier",))}
)
SCHEMA = schema(quartier={"type": "string", "constraints": {"required": True}}, service="string", usager="string")


def requests(quarters: str, services: list[str] | None = None, people: str | None = None) -> pa.Table:
    return strings(
        quartier=list(quarters), service=services or ["voirie"] * len(quarters), usager=list(people or quarters)
    )


def through(table: pa.Table, policy: Privacy = POLICY, **already: object) -> Gated:
    return gate(anonymise(table, SCHEMA, policy, KEY, "s"), policy, "grc.csv", Already(**already))


def test_small_groups_are_blanked_and_the_report_counts_them() -> None:
    gated = through(requests("NNNSSSEOP"))
    assert Counter(gated.table["quartier"].to_pylist()) == {"N": 3, "S": 3, None: 3}
    assert gated.table.column_names == ["quartier", "service"]
    assert (gated.report.rows_in, gated.report.rows_out, gated.report.cells_blanked) == (9, 9, 3)
    assert gated.report.groups is not None
    assert gated.report.groups.smallest == 3
    assert not gated.report.not_judged


def test_more_suppression_than_the_budget_allows_stops_the_run() -> None:
    thrifty = POLICY.model_copy(update={"suppression": Suppression(max_blanked=0.2, priority=("quartier",))})
    with pytest.raises(
        UnsafeData, match=r"quartier: the smallest is of 1, and 3 people are asked for\. 33\.3% of the rows"
    ):
        through(requests("NNNSSSEOP"), thrifty)


def test_a_refusal_names_the_columns_and_how_far_the_rows_are_from_what_is_asked() -> None:
    """Each group by itself would do, were it not of one mind."""
    mixed = privacy(quartier="quasi_identifier keep", service="sensitive keep", usager="identifier drop").model_copy(
        update={"preset": "insee_enterprises_3_85", "distinct": 2, "max_share": 0.6}
    )
    rows = requests("NNNSSS").set_column(1, "service", pa.array(["voirie"] * 3 + ["bruit", "eau", "eau"]))
    with pytest.raises(UnsafeData) as refused:
        through(rows, mixed)
    assert "groups by quartier: one has 1 values of “service”, and 2 are asked for" in str(refused.value)
    assert "groups by quartier: 100.0% of one have the same “service”, and at most 60.0% may" in str(refused.value)
    assert "the smallest" not in str(refused.value)


def test_what_was_published_under_other_steps_is_not_emptied_where_the_new_ones_do_not_suffice() -> None:
    strict = POLICY.model_copy(update={"suppression": Suppression(max_rows=0.0)})
    assert through(requests("NS"), strict, may_wait=True).report.rows_waiting == 2
    with pytest.raises(UnsafeData, match="the smallest is of 1"):
        through(requests("NS"), strict, may_wait=True, under_other_steps=(requests("NNN").select(["service"]),))


def test_a_column_that_may_be_blanked_is_no_longer_required() -> None:
    assert through(requests("NNN")).table_schema["fields"][0] == {"name": "quartier", "type": "string"}


def test_people_are_counted_where_the_policy_names_them() -> None:
    by_person = POLICY.model_copy(update={"unit": "usager", "suppression": Suppression(max_rows=1)})
    assert through(requests("NNNSSS", people="abcddd"), by_person).table["quartier"].to_pylist() == ["N"] * 3


def test_a_unit_that_validation_does_not_deliver_is_an_error_of_the_declaration() -> None:
    by_person = POLICY.model_copy(update={"unit": "usager"})
    with pytest.raises(InvalidDeclaration, match="the source has no column “usager”"):
        anonymise(
            requests("NNN").drop_columns("usager"), schema(quartier="string", service="string"), by_person, KEY, "s"
        )


def test_beside_an_earlier_version_newcomers_wait_or_stop_the_run() -> None:
    first = through(requests("NNNSSS")).table
    second = through(requests("NNNNSSSSSS"), releases=[first])
    assert Counter(second.table["quartier"].to_pylist()) == {"N": 3, "S": 6}
    assert (second.report.rows_waiting, second.report.groups_waiting) == (1, 1)
    strict = POLICY.model_copy(update={"releases": "refuse"})
    with pytest.raises(UnsafeData, match="1 groups of quartier would change by fewer than 3 people"):
        through(requests("NNNNSSS"), strict, releases=[first])


def test_three_new_rows_of_one_person_are_one_newcomer() -> None:
    by_person = POLICY.model_copy(update={"unit": "usager"})
    first = through(requests("NNN", people="abc"), by_person).table
    second = through(requests("NNNNNN", people="abcddd"), by_person, releases=[first])
    assert (second.table.num_rows, second.report.groups_waiting) == (3, 1)
    assert through(requests("NNNNNN", people="abcdef"), by_person, releases=[first]).table.num_rows == 6


def test_beside_versions_made_under_other_steps_one_newcomer_stops_the_run() -> None:
    first = through(requests("NNNSSS")).table
    with pytest.raises(UnsafeData, match="under other steps; beside them, 1 groups would change by fewer than 3"):
        through(requests("NNNNSSS"), under_other_steps=[first])
    assert through(requests("NNNSSS"), under_other_steps=[first]).table.num_rows == 6


def test_a_pseudonym_that_each_release_renews_is_no_key_by_which_rows_are_known_again() -> None:
    keyed = schema(qui="string") | {"primaryKey": ["qui"]}
    assert stable_key(keyed, privacy(qui=PSEUDONYM)) == ("qui",)
    assert stable_key(keyed, privacy(qui={"role": "identifier", "action": "pseudonymise", "scope": "release"})) == ()


def test_an_erased_group_stays_away() -> None:
    withheld = strings(quartier=["N"])
    assert through(requests("NNNSSS"), withheld=withheld).table["quartier"].to_pylist() == ["S"] * 3


def test_a_join_with_another_dataset_stops_the_run_by_name() -> None:
    votes = Published(strings(quartier=["N"]), POLICY)
    with pytest.raises(UnsafeData, match="joined with votes on quartier, a group has only 1 people"):
        through(requests("NNN"), datasets={"votes": votes})


def test_an_identifier_in_a_public_column_stops_the_run() -> None:
    services = ["voirie", "06 39 98 12 47", "eau"]
    with pytest.raises(UnsafeData, match=r"“service” \(1 × phone\)"):
        through(requests("NNN", services))


def test_without_a_preset_rows_leave_and_the_report_says_that_nobody_judged_them() -> None:
    policy = POLICY.model_copy(update={"preset": None})
    gated = through(requests("NSE"), policy)
    assert gated.table.num_rows == 3
    assert gated.report.not_judged
    by_law = policy.model_copy(update=BUDGET_LAW)
    assert not through(requests("NSE"), by_law).report.not_judged


VOTES = privacy(quartier="quasi_identifier keep", service="public keep", usager="identifier drop").model_copy(
    update={"preset": "insee_enterprises_3_85", "aggregate": Aggregate(by=("quartier", "service"))}
)


def votes(**quarters: str) -> pa.Table:
    names = [quarter for quarter, services in quarters.items() for _vote in services]
    return requests("".join(names), [service for services in quarters.values() for service in services])


def test_an_aggregate_leaves_as_cells_with_their_schema() -> None:
    gated = through(votes(N="aaaabbbb", S="aaaabbbbb"), VOTES)
    assert gated.table.column_names == [field["name"] for field in gated.table_schema["fields"]]
    assert gated.table_schema["primaryKey"] == ["quartier", "service", "totals"]
    total = [row for row in gated.table.to_pylist() if row["totals"] == "quartier service"]
    assert [row["row_count"] for row in total] == [17]
    assert gated.report.cells_hidden == 0


def test_the_columns_that_an_aggregate_adds_say_what_they_are_in_both_languages() -> None:
    added = through(votes(N="aaaabbbb", S="aaaabbbbb"), VOTES).table_schema["fields"][2:]
    assert [field["name"] for field in added] == ["totals", "row_count"]
    words = ("title", "title_en", "description", "description_en")
    assert all(field[word] for field in added for word in words)


def test_an_aggregate_that_moved_by_one_person_waits_whole() -> None:
    first = through(votes(N="aaaabbbb", S="aaaabbbbb"), VOTES).table
    second = through(votes(N="aaaabbbbb", S="aaaabbbbb"), VOTES, releases=[first])
    assert second.table.equals(first)
    assert second.report.rows_waiting == 18
    with pytest.raises(UnsafeData, match="4 figures would move by fewer than 3 people"):
        through(votes(N="aaaabbbbb", S="aaaabbbbb"), VOTES.model_copy(update={"releases": "refuse"}), releases=[first])


def test_an_aggregate_does_not_stand_beside_one_made_under_other_steps() -> None:
    first = through(votes(N="aaaabbbb", S="aaaabbbbb"), VOTES).table
    with pytest.raises(UnsafeData, match="earlier versions hold a table of other columns or steps"):
        through(votes(N="aaaabbbb", S="aaaabbbbb"), VOTES, under_other_steps=[first])
    with pytest.raises(UnsafeData, match="earlier versions hold a table of other columns or steps"):
        through(votes(N="aaaabbbb", S="aaaabbbbb"), VOTES, releases=[first.drop_columns("service")])


def test_an_amount_is_summed_under_the_same_pattern_as_its_count() -> None:
    policy = privacy(quartier="quasi_identifier keep", montant="sensitive keep").model_copy(
        update={"preset": "insee_enterprises_3_85", "aggregate": Aggregate(by=("quartier",), value="montant")}
    )
    rows = pa.table({"quartier": list("NNNNSSSEEEE"), "montant": [90.0] * 4 + [900.0, 1, 1] + [30.0] * 4})
    treated = anonymise(rows, schema(quartier="string", montant="number"), policy, KEY, "s")
    cells = {row["quartier"]: row for row in gate(treated, policy, "aides.csv").table.to_pylist()}
    assert cells["S"]["montant"] is None
    assert cells["S"]["row_count"] is None
    assert sum(cell["montant"] is None for cell in cells.values()) == 2
    assert cells[None]["montant"] == 1382


def test_opinions_and_free_text_do_not_leave_row_by_row() -> None:
    with pytest.raises(ValidationError, match="leaves in an `aggregate:` table only"):
        privacy(vote="opinion keep")
    with pytest.raises(ValidationError, match="free text is dropped, or kept once"):
        privacy(commentaire="free_text keep")
    privacy(commentaire={"role": "free_text", "action": "keep", "reviewed": "chef de projet, 2026-03"})


def test_a_withheld_group_does_not_come_back_among_the_blanked_rows() -> None:
    gated = through(requests("NNNEOPS"), withheld=strings(quartier=["S"]))
    assert Counter(gated.table["quartier"].to_pylist()) == {"N": 3, None: 3}


def test_where_the_blanked_rows_were_erased_newly_blanked_ones_stay_away_too() -> None:
    gated = through(requests("NNNEOP"), withheld=strings(quartier=[None]))
    assert gated.table["quartier"].to_pylist() == ["N"] * 3

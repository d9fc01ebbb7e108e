import pytest

from pipelines.anonymise import refuse_undeclared
from pipelines.errors import UnsafeData
from tests.anonymise.policies import privacy

DECLARED = privacy(titre="public keep", porteur="identifier drop")


def test_declared_columns_pass_in_any_order_and_number() -> None:
    refuse_undeclared(["porteur", "titre"], DECLARED, "projets.csv")
    refuse_undeclared(["titre"], DECLARED, "projets.csv")


def test_a_new_column_stops_the_run_and_is_named_with_the_next_step() -> None:
    with pytest.raises(UnsafeData) as stopped:
        refuse_undeclared(["titre", "courriel", "telephone"], DECLARED, "projets.csv")
    assert str(stopped.value) == (
        "projets.csv: columns without a role and action: “courriel”, “telephone”. "
        "Declare each under privacy.columns (`action: drop` where it must not leave)."
    )


def test_a_file_without_titles_is_not_quoted_since_its_first_line_may_be_a_person() -> None:
    with pytest.raises(UnsafeData, match="none of its 2 columns") as stopped:
        refuse_undeclared(["Zoé Martin", "12 rue des Lilas"], DECLARED, "projets.csv")
    assert "Zoé" not in str(stopped.value)
    assert "Lilas" not in str(stopped.value)

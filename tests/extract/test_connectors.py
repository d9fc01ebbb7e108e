"""Which connector reads a file, and under which names its columns go on."""

from pathlib import Path
from typing import get_args

import pytest

from pipelines.declarations import ConnectorName, Source
from pipelines.errors import InvalidDeclaration, SourceUnavailable
from pipelines.extract import References
from pipelines.extract.connectors import CONNECTORS, extract

EXAMPLES = Path(__file__).parents[2] / "datasets" / "bp_projets" / "example"
BOTH = ("decidim_projects", "pabulib")


def source(**others: object) -> Source:
    return Source.model_validate({"connector": BOTH, "path": "depot/*", **others})


def test_every_connector_has_a_word_that_declarations_may_say() -> None:
    assert set(CONNECTORS) <= set(get_args(ConnectorName))


def test_no_connector_reads_a_suffix_twice() -> None:
    for name, connector in CONNECTORS.items():
        assert len(set(connector.suffixes)) == len(connector.suffixes), name
        assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in connector.suffixes), name


@pytest.mark.parametrize(("name", "edition"), [("projets-2024.csv", "2024"), ("vote-2022.pb", "2022")])
def test_the_suffix_says_which_connector_reads(name: str, edition: str) -> None:
    assert set(extract(EXAMPLES / name, source(), References()).table["edition"].to_pylist()) == {edition}


def test_the_suffix_may_be_in_capitals(tmp_path: Path) -> None:
    path = tmp_path / "VOTE-2022.PB"
    path.write_bytes((EXAMPLES / "vote-2022.pb").read_bytes())
    assert extract(path, source(), References()).table.num_rows == 18


def test_a_suffix_that_nothing_reads_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"projets\.docx: expected a file that ends in .*\.csv.*\.pb"):
        extract(tmp_path / "projets.docx", source(), References())


def test_a_declared_alias_renames_a_column_and_an_absent_one_does_nothing() -> None:
    declared = source(columns={"address": "adresse", "not there": "quartier"})
    names = extract(EXAMPLES / "projets-2024.csv", declared, References()).table.column_names
    assert "adresse" in names
    assert not {"address", "quartier"} & set(names)


def test_an_alias_never_makes_two_columns_one() -> None:
    with pytest.raises(InvalidDeclaration, match="gives two of its columns the name “titre”"):
        extract(EXAMPLES / "projets-2024.csv", source(columns={"address": "titre"}), References())

"""Whatever befalls a file on its way, it is read or refused in words that quote none of it."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import PublicationError
from pipelines.extract import References
from pipelines.extract.connectors import CONNECTORS

ROOT = Path(__file__).parents[2] / "datasets"
SOURCES = {
    "bp_projets/example/projets-2023.csv": "decidim_projects",
    "bp_projets/example/projets-2025.csv": "decidim_projects",
    "bp_projets/example/vote-2022.pb": "pabulib",
    "grc_signalements/example/requests-2024.json": "open311",
    "grc_signalements/example/requests-2025.xml": "open311",
}
NASTY = [
    b"\0",
    b"\xff",
    b'"',
    b"'",
    b";",
    b"\r",
    b"\n",
    b"\t",
    b"]",
    b"{",
    b"<",
    b">",
    b"&",
    b"\\u0000",
    b"\xc3",
    b"VOTES\n",
]


@cache
def planted(dataset: str) -> tuple[str, ...]:
    return tuple((ROOT / dataset / "example" / "planted.txt").read_text("utf-8").split())


@st.composite
def damage(draw: st.DrawFn, content: bytes) -> bytes:
    """The content cut short, with a piece gone, or with something in its place; up to three times."""
    for _time in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 400)))
        kind = draw(st.sampled_from(["cut", "remove", "insert", "repeat"]))
        match kind:
            case "cut":
                content = content[:start]
            case "remove":
                content = content[:start] + content[end:]
            case "insert":
                content = content[:start] + draw(st.sampled_from(NASTY)) + content[end:]
            case "repeat":
                content = content[:end] + content[start:end] + content[end:]
    return content


def read_or_refused(path: Path, connector: str, dataset: str) -> None:
    try:
        found = CONNECTORS[connector].extract(path, References())
        said = " ".join(finding.message for finding in found.findings)
        assert found.table.num_rows == len(found.rows) == len(set(found.rows)) > 0
        assert len(set(found.table.column_names)) == found.table.num_columns
        assert not any(column.null_count for column in found.table.columns)
    except PublicationError as error:
        said = str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None
    assert [value for value in planted(dataset) if len(value) > 5 and value in said] == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_damaged_file_is_read_or_refused_in_words(tmp_path: Path, source: str) -> None:
    check_damage(tmp_path, source, 60)


@pytest.mark.campaign
@pytest.mark.parametrize("source", SOURCES)
def test_thousands_of_damaged_files_are_read_or_refused_in_words(tmp_path: Path, source: str) -> None:
    check_damage(tmp_path, source, 4000)


def check_damage(folder: Path, source: str, count: int) -> None:
    dataset, _example, name = source.split("/")
    path = folder / name
    whole = (ROOT / source).read_bytes()

    @settings(max_examples=count, deadline=None, database=None, derandomize=count < 100)
    @given(content=damage(whole))
    def check(content: bytes) -> None:
        path.write_bytes(content)
        read_or_refused(path, SOURCES[source], dataset)

    check()


@pytest.mark.parametrize("connector", ["decidim_projects", "pabulib", "open311"])
@settings(max_examples=80, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, connector: str, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"source-2024{CONNECTORS[connector].suffixes[0]}"
    path.write_bytes(content)
    read_or_refused(path, connector, "bp_projets")

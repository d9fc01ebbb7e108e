"""Whatever the bytes, the door reads a table or says why not in words of its own; it never ends in a bug."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.validate import validate
from tests.validate.grants import GRANTS, HEADER, TEXT, workbook

SOUND = [
    TEXT.encode(),
    TEXT.encode("cp1252"),
    TEXT.encode("utf-16"),
    gzip.compress(TEXT.encode()),
    workbook(HEADER, ["a", "2024-01-31", 12.5, "x"]),
    json.dumps([{"montant": 1, "nomBeneficiaire": "a"}]).encode(),
    b'{"montant": "1"}\n{"montant": "2"}\n',
    b"PAR1" + bytes(40) + b"PAR1",
]
SETTINGS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@st.composite
def damaged(draw: Any) -> bytes:
    """A sound file, cut, or with some bytes changed, or none of them at all."""
    content = bytearray(draw(st.sampled_from(SOUND)))
    for _change in range(draw(st.integers(0, 5))):
        place = draw(st.integers(0, len(content) - 1))
        content[place : place + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
        content = content or bytearray(b" ")
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


def open_damaged(content: bytes, folder: Path) -> None:
    path = folder / "export.csv"
    path.write_bytes(content)
    try:
        validate(path, GRANTS)
    except (SourceUnavailable, InvalidData) as refused:
        assert "export.csv" in str(refused)


@seed(20261122)
@settings(SETTINGS, max_examples=300)
@given(
    content=st.one_of(
        damaged(), st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
)
@example(content=b"[")
@example(content=b"{}")
@example(content=b"[{}]")
@example(content=b"montant\n")
@example(content=b"\xef\xbb\xbf")
@example(content=b"\xff\xfe")
@example(content=b'[{"montant": NaN}]')
@example(content=b'[{"montant": "\\ud800", "nomBeneficiaire": "\\udfff"}]')
@example(content=b'[{"\\ud800": 1}]')
def test_a_damaged_file_is_read_or_refused_in_words(content: bytes, tmp_path_factory: pytest.TempPathFactory):
    open_damaged(content, tmp_path_factory.getbasetemp())


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@settings(SETTINGS, max_examples=20_000)
@given(content=st.one_of(damaged(), st.binary(max_size=400)))
def test_thousands_of_damaged_files_are_read_or_refused_in_words(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
):
    open_damaged(content, tmp_path_factory.getbasetemp())

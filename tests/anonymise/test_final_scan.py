"""Every file is read back as a stranger reads it: what was added to the rows on their way is found."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.anonymise.final_scan import scan_files, scan_said
from pipelines.anonymise.scan import Leak
from pipelines.versions.files import write_resources
from tests.anonymise.policies import PSEUDONYM, privacy

ROWS = pa.table(
    {
        "titre": ["Le Mail", "=1+1", None, "Bas-Coteau", 'a, "b"\nc'],
        "montant": pa.array([1.5, 1234567890.25, None, -3.0, 0.0]),
        "pose_le": pa.array([None, 1, 2, 3, 4], pa.date32()),
        "jeton": ["0612345678", "0612345679", "0612345670", "0612345671", "0612345672"],
    }
)
POLICY = privacy(titre="public keep", montant="public keep", pose_le="public keep", jeton=PSEUDONYM)
EMAIL = "zoe.inventee@orange.fr"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {one.stored.name: one.path for one in write_resources(ROWS, "bancs", tmp_path)}


def leaks(files: dict[str, Path]) -> list[tuple[str, str]]:
    return [(leak.column, leak.kind) for leak in scan_files(files, ROWS, POLICY)]


def test_the_files_of_a_clean_table_hold_nothing(files: dict[str, Path]):
    assert set(files) == {"bancs.csv", "bancs.fr.csv", "bancs.parquet", "bancs.json", "bancs.xlsx"}
    assert leaks(files) == []


def in_text(old: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        content = path.read_bytes()
        assert old.encode() in content
        path.write_bytes(content.replace(old.encode(), EMAIL.encode(), 1))

    return change


def in_parquet(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({"source": f"/home/{EMAIL}"}), path)


def in_workbook(part: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        assert old in contents[part]
        contents[part] = contents[part].replace(old, new)
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in contents.items():
                archive.writestr(name, content)

    return change


@pytest.mark.parametrize(
    ("file", "change", "where"),
    [
        ("bancs.csv", in_text("Bas-Coteau"), "titre"),
        ("bancs.csv", in_text("1234567890.25"), "montant"),
        ("bancs.csv", in_text("montant"), ""),
        ("bancs.fr.csv", in_text("Le Mail"), "titre"),
        ("bancs.fr.csv", in_text("1970-01-03"), "pose_le"),
        ("bancs.json", in_text("Bas-Coteau"), "titre"),
        ("bancs.json", in_text("montant"), ""),
        ("bancs.parquet", in_parquet, "properties"),
        (
            "bancs.xlsx",
            in_workbook(
                "docProps/core.xml", b"<dc:creator></dc:creator>", f"<dc:creator>{EMAIL}</dc:creator>".encode()
            ),
            "docProps/core.xml",
        ),
        ("bancs.xlsx", in_workbook("xl/sharedStrings.xml", b"Bas-Coteau", EMAIL.encode()), "xl/sharedStrings.xml"),
        ("bancs.xlsx", in_workbook("xl/workbook.xml", b'name="Sheet1"', f'name="{EMAIL}"'.encode()), "xl/workbook.xml"),
    ],
)
def test_what_one_format_alone_says_is_found(
    files: dict[str, Path], file: str, change: Callable[[Path], None], where: str
):
    change(files[file])
    assert leaks(files) == [(f"{file}: {where}" if where else file, "email")]


def test_a_file_of_a_format_that_nobody_foresaw_is_read_as_text(tmp_path: Path):
    path = tmp_path / "bancs.ods.txt"
    path.write_text(f"x\n{EMAIL}\n")
    assert leaks({path.name: path}) == [(path.name, "email")]


def test_texts_are_looked_at_wherever_they_stand_and_digests_are_not():
    digest = "0612345678" + "a" * 54
    said = {"schema": {"fields": [{"name": "x", "description": f"Ask {EMAIL}"}]}, "files": {"a": digest}}
    assert scan_said(said, POLICY.contacts) == (Leak("schema", "email", 1),)

"""Packed files: which one is opened, and which archive is sent back."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import SourceUnavailable
from pipelines.validate.door import Opened, open_file
from tests.validate.test_marks import SCHEMA, xlsx

CSV = b"nom;montant\na;1\n"
NOUGHTS = bytes(40 << 20)


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def opened(folder: Path, content: bytes) -> Opened:
    path = folder / "export"
    path.write_bytes(content)
    return open_file(path, SCHEMA)


@pytest.mark.parametrize(
    "content",
    [
        zipped(**{"export.csv": CSV}),
        zipped(**{"dossier/": b"", "dossier/export.csv": CSV}),
        zipped(**{"export.csv": CSV, "__MACOSX/._export.csv": b"\0\5\x16\7", ".DS_Store": b"x"}),
        zipped(**{"Envoi/export.csv": CSV, "__MACOSX/Envoi/._export.csv": b"x", "Envoi/Thumbs.db": b"x"}),
        zipped(**{"export.xlsx": xlsx(["nom", "montant"], ["a", 1])}),
        gzip.compress(CSV),
        gzip.compress(xlsx(["nom", "montant"], ["a", 1])),
        b"PK;nom;montant\n1;a;1\n",
    ],
    ids=["one file", "in a folder", "from a Mac", "both", "a workbook", "gzip", "gzip of a workbook", "no archive"],
)
def test_the_one_file_of_a_package_is_read(tmp_path: Path, content: bytes):
    rows = opened(tmp_path, content).extract.table.select(["nom", "montant"]).to_pylist()
    assert rows == [{"nom": "a", "montant": "1"}]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: zipped(a=CSV, b=CSV), "the archive holds 2 files; send one with a single file"),
        (lambda: zipped(**{"__MACOSX/._a": b"x"}), "the archive holds 0 files"),
        (lambda: zipped(**{"a.csv": b""}), "the archive holds an empty file"),
        (lambda: zipped(**{"a.zip": zipped(a=CSV)}), "an archive within an archive. Unpack it"),
        (lambda: gzip.compress(gzip.compress(CSV)), "an archive within an archive"),
        (lambda: zipped(**{"a.csv.gz": gzip.compress(CSV)}), "an archive within an archive"),
        (lambda: zipped(**{"a.zip": zipped(**{"a.zip": zipped(a=NOUGHTS)})}), "an archive within an archive"),
        (lambda: zipped(**{"a.xlsx": zipped(**{"[Content_Types].xml": NOUGHTS})}), "more than 200 times its size"),
        (lambda: gzip.compress(zipped(**{"content.xml": NOUGHTS})), "more than 200 times its size"),
        (lambda: b"7z\xbc\xaf\x27\x1c" + CSV, "neither zip nor gzip. Unpack it"),
        (lambda: CSV.ljust(257) + b"ustar" + CSV, "neither zip nor gzip"),
        (lambda: b"%PDF-1.7\n" + CSV, "a text document, not a table"),
    ],
)
def test_an_archive_that_holds_no_one_table_is_sent_back_with_what_to_do(
    tmp_path: Path, make: Callable[[], bytes], reason: str
):
    with pytest.raises(SourceUnavailable, match=reason):
        opened(tmp_path, make())


def test_a_device_that_has_no_end_is_not_read():
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        open_file(Path("/dev/zero"), SCHEMA)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_json_is_read_in_every_encoding_of_windows(tmp_path: Path, encoding: str):
    records = opened(tmp_path, '[{"nom": "Été", "montant": 1}]'.encode(encoding)).extract.table.to_pylist()
    assert records == [{"nom": "Été", "montant": "1"}]
    lines = opened(tmp_path, '{"nom": "Été"}\n{"nom": "Hiver"}\n'.encode(encoding)).extract.table.to_pylist()
    assert lines == [{"nom": "Été"}, {"nom": "Hiver"}]

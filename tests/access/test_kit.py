"""The kit for a weekend without a network: it opens, its notebook runs as it stands, and it says what it holds."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.catalogue import FRESH_SECONDS
from pipelines.versions.store import Store
from pipelines.versions.withdrawal import withdraw
from tests.access.square import SITE, TOWNS, VALMONT
from tests.access.town import PROJETS, candidate, publish

# Runs every code cell in order, as a notebook does, with no way to any network.
RUN = """
import ast, json, socket
def no_network(*given): raise OSError("no network here")
socket.socket.connect = no_network
names = {}
for cell in json.load(open("notebook.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        code = ast.parse(cell["source"])
        last = ast.Expression(code.body.pop().value)
        exec(compile(code, "cell", "exec"), names)
        print(len(eval(compile(last, "cell", "eval"), names)))
"""


@pytest.fixture
def kit(visitor: TestClient, tmp_path: Path) -> Path:
    """The kit's folder, unpacked."""
    answer = visitor.get("/valmont/kit.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="kit-valmont.zip"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    return tmp_path / "kit-valmont"


def test_the_notebook_runs_from_top_to_bottom_without_a_network(kit: Path) -> None:
    done = subprocess.run([sys.executable, "-c", RUN], cwd=kit, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    # versions; dictionary, rows and groups of the three datasets; the first rows of the Parquet; the three compared
    assert done.stdout.split() == ["3", "8", "5", "5", "22", "10", "3", "5", "10", "20", "5", "3"]


def test_the_notebook_compares_the_database_with_the_files_that_have_digests(
    kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (*_others, compared) = json.loads((kit / "notebook.ipynb").read_text("utf-8"))["cells"]
    monkeypatch.chdir(kit)
    with duckdb.connect("valmont.duckdb") as db:
        found = eval(compared["source"], {"db": db})
        assert dict(found.itertuples(index=False)) == {"bp_projets": 0, "budget": 0, "signalements": 0}
        db.execute("UPDATE bp_projets SET voix = voix + 1 WHERE id = '001'")
        found = eval(compared["source"], {"db": db})
    assert dict(found.itertuples(index=False)) == {"bp_projets": 2, "budget": 0, "signalements": 0}


def test_the_database_has_every_dataset_with_its_words(kit: Path) -> None:
    with duckdb.connect(str(kit / "valmont.duckdb"), read_only=True) as database:
        tables = {name for (name,) in database.sql("SHOW TABLES").fetchall()}
        assert tables == {"bp_projets", "budget", "signalements", "dictionary", "versions"}
        assert database.sql("SELECT count(*) FROM signalements").fetchall() == [(40,)]
        comment = database.sql(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'bp_projets' AND column_name = 'voix'"
        )
        assert comment.fetchall() == [("Votes.",)]
        pinned = dict(database.sql("SELECT dataset, version FROM versions").fetchall())
    assert pinned == {"bp_projets": "1.1.0", "budget": "1.0.0", "signalements": "1.0.0"}


def test_each_dataset_has_its_files_dictionary_licence_and_digests(kit: Path) -> None:
    for line in (kit / "bp_projets/SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((kit / "bp_projets" / name).read_bytes()).hexdigest() == digest
    names = {path.name for path in (kit / "bp_projets").iterdir()}
    assert names == {"bp_projets.csv", "bp_projets.fr.csv", "bp_projets.parquet", "datapackage.json", "SHA256SUMS"}
    with (kit / "dictionary.csv").open(encoding="utf-8", newline="") as lines:
        assert {row["dataset"] for row in csv.DictReader(lines)} == {"bp_projets", "budget", "signalements"}
    licences = (kit / "LICENCES.txt").read_text("utf-8")
    assert "Licence Ouverte" in licences
    assert "http://127.0.0.1:8010/valmont/bp_projets/1.1.0/" in licences
    assert "LISEZMOI.txt" in {path.name for path in kit.iterdir()}  # in the language of the site


def test_a_kit_is_made_once_for_a_state_and_anew_for_the_next(store: Store) -> None:
    client = TestClient(create_app(store, TOWNS, SITE))
    first, again = client.get("/valmont/kit.zip"), client.get("/valmont/kit.zip")
    assert first.content == again.content
    known = {"if-none-match": first.headers["etag"]}
    assert client.get("/valmont/kit.zip", headers=known).status_code == 304
    publish(store, candidate(VALMONT, PROJETS[:5]), day=30)
    later = TestClient(create_app(store, TOWNS, SITE)).get("/valmont/kit.zip", headers=known)
    assert later.status_code == 200
    assert client.get("/nowhere/kit.zip").status_code == 404


def test_nothing_of_a_withdrawn_version_stays_in_a_kit_or_on_disk(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client = TestClient(create_app(store, TOWNS, SITE))
    client.get("/valmont/kit.zip")
    (first,) = tmp_path.glob("parvis-kits-*/*.zip")
    withdraw(store, [store.resolve(VALMONT.siren, "bp_projets", "1.1.0")], "error", date(2026, 4, 1))
    time.sleep(FRESH_SECONDS + 0.1)
    kit = zipfile.ZipFile(io.BytesIO(client.get("/valmont/kit.zip").content))
    assert "1.1.0" not in kit.read("kit-valmont/versions.csv").decode()
    assert not first.exists()


def test_two_servers_make_the_same_members_and_the_same_rows(square: Path, tmp_path: Path) -> None:
    kits = [TestClient(create_app(Store(square), TOWNS, SITE)).get("/valmont/kit.zip").content for _ in range(2)]
    first, second = (zipfile.ZipFile(io.BytesIO(kit)) for kit in kits)
    assert [member.filename for member in first.infolist()] == [member.filename for member in second.infolist()]
    for member in first.infolist():
        if not member.filename.endswith(".duckdb"):
            assert first.read(member.filename) == second.read(member.filename), member.filename
    rows = []
    for number, archive in enumerate((first, second)):
        path = Path(archive.extract("kit-valmont/valmont.duckdb", tmp_path / str(number)))
        with duckdb.connect(str(path), read_only=True) as database:
            rows.append([database.table(name).fetchall() for name in ("bp_projets", "budget", "signalements")])
    assert rows[0] == rows[1]


def test_what_a_town_writes_is_text_in_the_notebook(store: Store) -> None:
    hostile = "<script>alert(1)</script>'; DROP TABLE x; --"
    table_schema = {"fields": [{"name": "a'\"b", "type": "string", "description": hostile}]}
    both = {"fr": hostile, "en": hostile}
    metadata = candidate().metadata | {"title": both, "description": both}
    made = candidate(table=pa.table({"a'\"b": ["x"]}), table_schema=table_schema, metadata=metadata)
    publish(store, made, day=30)
    kit = zipfile.ZipFile(io.BytesIO(TestClient(create_app(store, TOWNS, SITE)).get("/valmont/kit.zip").content))
    notebook = json.loads(kit.read("kit-valmont/notebook.ipynb"))
    assert not any("<script" in cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")

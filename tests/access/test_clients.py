"""The tools that people have, unchanged, over a real socket: each gets the rows with their types."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import duckdb
import httpx
import pandas as pd
import polars
import pytest
from frictionless import Package, system

from tests.access.running import running
from tests.access.town import PROJETS


@pytest.fixture(scope="module")
def address(published: Path) -> Iterator[str]:
    with running(published) as address:
        yield address


@pytest.fixture(scope="module")
def latest(address: str) -> str:
    return f"{address}/valmont/bp_projets/latest"


def test_pandas_reads_csv_parquet_and_json(latest: str) -> None:
    text = pd.read_csv(f"{latest}/bp_projets.csv", dtype={"id": "string"})
    assert list(text["id"]) == [row[0] for row in PROJETS]
    typed = pd.read_parquet(io.BytesIO(httpx.get(f"{latest}/bp_projets.parquet").content))
    assert list(typed["cout_eur"])[:2] == [Decimal("12000.50"), Decimal("45000.00")]
    filtered = pd.read_json(f"{latest}/bp_projets.json?quartier__exact=Nord", dtype={"id": "string"})
    assert list(filtered["id"]) == ["001", "003"]
    french = pd.read_csv(f"{latest}/bp_projets.fr.csv", sep=";", decimal=",", dtype={"id": "string"})
    assert list(french["cout_eur"])[:1] == [12000.5]


def test_polars_reads_csv_parquet_and_json_and_scans_only_what_it_needs(latest: str) -> None:
    codes = {"id": polars.String}
    assert polars.read_csv(f"{latest}/bp_projets.csv", schema_overrides=codes)["id"][0] == "001"
    lazy = polars.scan_parquet(f"{latest}/bp_projets.parquet").filter(polars.col("quartier") == "Nord")
    assert lazy.select("id", "cout_eur").collect().rows() == [("001", Decimal("12000.50")), ("003", Decimal("1800.00"))]
    filtered = httpx.get(f"{latest}/bp_projets.ndjson?quartier__exact=Nord").content
    assert polars.read_ndjson(io.BytesIO(filtered))["id"].to_list() == ["001", "003"]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_what_french_offices_open(latest: str, tmp_path: Path) -> None:
    """Codes keep their zeros, amounts are numbers, dates are dates, and a guarded cell is no formula."""
    # The dialogue: semicolon, quote, UTF-8, from line 1, column 1 as text, French, kinds are detected.
    french = "Text - txt - csv (StarCalc):59,34,76,1,1/2,1036,false,true"
    for ending, read in (("fr.csv", [f"--infilter={french}"]), ("xlsx", [])):
        (tmp_path / f"bp_projets.{ending}").write_bytes(httpx.get(f"{latest}/bp_projets.{ending}").content)
        write = ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false", "--outdir", ending]
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", *read, *write]
        subprocess.run([*command, f"bp_projets.{ending}"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
        (made,) = (tmp_path / ending).iterdir()
        rows = list(csv.DictReader(io.StringIO(made.read_text("utf-8-sig"))))
        assert [row["id"] for row in rows] == [row[0] for row in PROJETS]
        assert float(rows[0]["cout_eur"].replace(",", ".")) == 12000.5
        assert rows[5]["titre"] == (
            "=Potager" if ending == "xlsx" else "'=Potager"
        )  # a cell of type text needs no mark
        assert rows[0]["vote_le"] in ("2022-05-14", "14/05/2022")


def test_duckdb_reads_the_parquet_that_was_fetched(latest: str, tmp_path: Path) -> None:
    file = tmp_path / "bp_projets.parquet"
    file.write_bytes(httpx.get(f"{latest}/bp_projets.parquet").content)
    found = duckdb.sql(f"SELECT quartier, sum(cout_eur) FROM '{file}' GROUP BY ALL ORDER BY ALL").fetchall()
    assert found[0] == ("Centre", Decimal("7300.25"))


def test_frictionless_reads_the_package_by_its_address(latest: str) -> None:
    with system.use_context(trusted=True):
        package = Package(f"{latest}/datapackage.json")
        resource = package.get_resource("bp_projets")
        rows = resource.read_rows()
    assert [row["id"] for row in rows] == [row[0] for row in PROJETS]
    assert rows[0]["cout_eur"] == Decimal("12000.50")
    assert rows[0]["laureat"] is True


def test_frictionless_finds_every_file_valid(latest: str) -> None:
    with system.use_context(trusted=True):
        report = Package(f"{latest}/datapackage.json").validate()
    assert report.valid, report.flatten(["type", "note"])


@pytest.mark.skipif(not shutil.which("ogr2ogr"), reason="GDAL's ogr2ogr is not installed")
def test_gdal_reads_the_csv_with_its_types(latest: str) -> None:
    command = ["ogrinfo", "-ro", "-al", f"/vsicurl/{latest}/bp_projets.csv"]
    done = subprocess.run(command, capture_output=True, check=True, env={"PATH": "/usr/bin", "no_proxy": "127.0.0.1"})
    told = done.stdout.decode()
    assert "Feature Count: 6" in told
    for type_line in ("id: String", "voix: Integer64", "cout_eur: Real", "vote_le: Date", "laureat: Integer(Boolean)"):
        assert type_line in told
    assert "id (String) = 001" in told


@pytest.mark.skipif(not shutil.which("ogr2ogr"), reason="GDAL's ogr2ogr is not installed")
def test_gdal_converts_a_filtered_csv(latest: str, tmp_path: Path) -> None:
    made = tmp_path / "nord.csv"
    source = f"CSV:/vsicurl/{latest}/bp_projets.csv?quartier__exact=Nord"
    subprocess.run(["ogr2ogr", "-f", "CSV", str(made), source], check=True, env={"PATH": "/usr/bin"})
    assert made.read_text().count("\n") == 3


def test_curl_checks_the_digests(latest: str, tmp_path: Path) -> None:
    names = [line.split()[1] for line in httpx.get(f"{latest}/SHA256SUMS").text.splitlines()]
    for name in ("SHA256SUMS", *names):
        subprocess.run(["curl", "-sSfO", f"{latest}/{name}"], cwd=tmp_path, check=True)
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stdout


class Elsewhere(BaseHTTPRequestHandler):
    """A page of another site, which reads the rows and writes what it got into its title."""

    def __init__(self, latest: str, *given: object) -> None:
        self.latest = latest
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        script = f"""
        const answer = await fetch("{self.latest}/bp_projets.json?quartier__exact=Nord&page_size=1");
        const rows = await answer.json();
        const part = await fetch("{self.latest}/bp_projets.csv", {{headers: {{Range: "bytes=0-9"}}}});
        document.body.textContent = [rows[0].id, answer.headers.get("X-Total-Count"), part.status,
            part.headers.get("Content-Range"), answer.headers.get("Link").includes("next")].join(" ");
        """
        body = f"<!doctype html><body><script type=module>{script}</script>".encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
def test_a_page_of_another_site_reads_rows_headers_and_ranges(latest: str, tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Elsewhere, latest))
    Thread(target=server.serve_forever, daemon=True).start()
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += [f"--user-data-dir={tmp_path}", "--virtual-time-budget=8000", "--dump-dom"]
    done = subprocess.run([*command, f"http://localhost:{server.server_port}/"], capture_output=True, timeout=90)
    server.shutdown()
    assert re.search(r"001 2 206 bytes 0-9/\d+ true", done.stdout.decode())

"""Charts of accounts come into an installation whole or not at all, from a folder, an archive or an address."""

import functools
import http.server
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.errors import SourceUnavailable, StoreUnavailable
from pipelines.extract.charts import find_chart
from pipelines.extract.download import download
from pipelines.extract.nomenclatures import ImportReport, import_nomenclatures

CHART = '<Nomenclature><Nature><Comptes><Compte Code="6" Libelle="{}"/></Comptes></Nature></Nomenclature>'
PLACES = ("2023/M57/M57_A", "2024/M57/M57_A", "2024/M4/M43")


@pytest.fixture
def charts(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for place in PLACES:
        write(folder / "anything" / place, CHART.format("Charges"))
    return folder


def write(folder: Path, content: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "planDeCompte.xml").write_text(content, "utf-8")


def installed(into: Path) -> set[str]:
    return {path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()}


def packed(folder: Path, kind: str) -> Path:
    path = folder.parent / f"plans.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for file in folder.rglob("*.xml"):
                archive.write(file, file.relative_to(folder))
        return path
    with tarfile.open(path, f"w:{kind.removeprefix('tar.')}") as archive:
        archive.add(folder, ".")
    return path


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A real server over `tmp_path`; /loop redirects to a file address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/loop":
                self.send_response(302)
                self.send_header("Location", "file:///etc/hostname")
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *_words: object) -> None:
            return

    handler = functools.partial(Handler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("kind", ["folder", "tar.xz", "tar.gz", "zip"])
def test_every_chart_lies_at_its_year_family_and_name(charts, tmp_path, kind):
    source = charts if kind == "folder" else packed(charts, kind)
    into = tmp_path / "root" / "quality" / "nomenclatures" / "plans"
    assert import_nomenclatures(str(source), into) == ImportReport(("2023", "2024"), added=3, replaced=0, unchanged=0)
    assert installed(into) == {f"{place}/planDeCompte.xml" for place in PLACES}
    assert find_chart([into], "2024", "M43").accounts["6"].label == "Charges"


def test_the_same_charts_again_change_nothing_and_a_newer_one_replaces(charts, tmp_path):
    into = tmp_path / "plans"
    import_nomenclatures(str(charts), into)
    assert import_nomenclatures(str(charts), into).unchanged == 3
    write(charts / "anything" / PLACES[1], CHART.format("Charges, mises à jour"))
    report = import_nomenclatures(str(charts), into)
    assert (report.charts, report.added, report.replaced, report.unchanged) == (3, 0, 1, 2)
    assert find_chart([into], "2024", "M57_A").accounts["6"].label == "Charges, mises à jour"


def test_one_damaged_chart_and_nothing_is_imported(charts, tmp_path):
    write(charts / "anything" / "2024/M52/M52", CHART[:50])
    with pytest.raises(SourceUnavailable) as refused:
        import_nomenclatures(str(charts), tmp_path / "plans")
    assert str(refused.value).startswith("2024/M52/M52: planDeCompte.xml: the file stops at line 1")
    assert installed(tmp_path / "plans") == set()


def test_a_source_without_charts_is_refused(tmp_path):
    write(tmp_path / "source" / "M57_A", CHART.format("Charges"))  # no year, no family
    with pytest.raises(SourceUnavailable, match="no chart of accounts in it"):
        import_nomenclatures(str(tmp_path / "source"), tmp_path / "plans")


def test_a_chart_with_an_entity_bomb_is_refused(charts, tmp_path):
    bomb = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>" + CHART.format("&b;")
    write(charts / "anything" / PLACES[0], bomb)
    with pytest.raises(SourceUnavailable, match="DOCTYPE"):
        import_nomenclatures(str(charts), tmp_path / "plans")


def test_charts_come_from_an_address(charts, tmp_path, address):
    packed(charts, "tar.xz")
    assert import_nomenclatures(f"{address}/plans.tar.xz", tmp_path / "plans").added == 3
    assert len(installed(tmp_path / "plans")) == 3  # the download itself is gone


@pytest.mark.parametrize(
    "path, said",
    [("absent.zip", "it answers 404"), ("loop", "127.0.0.1: cannot be downloaded: UnsupportedProtocol")],
)
def test_an_address_that_gives_no_file_is_told(tmp_path, address, path, said):
    with pytest.raises(SourceUnavailable, match=said):
        import_nomenclatures(f"{address}/{path}", tmp_path / "plans")


@pytest.mark.parametrize("source", ["ftp://127.0.0.1/plans.zip", "file:///etc/hostname", "https://", "http:///x"])
def test_only_http_addresses_are_fetched(tmp_path, source):
    with pytest.raises(SourceUnavailable, match="expected an address that starts with http"):
        import_nomenclatures(source, tmp_path / "plans")


def test_nobody_listens(tmp_path):
    with pytest.raises(SourceUnavailable, match="127.0.0.1: cannot be downloaded: ConnectError"):
        import_nomenclatures("http://127.0.0.1:9/plans.zip", tmp_path / "plans")


def test_a_download_is_bounded_in_size_and_time(tmp_path, address):
    (tmp_path / "large").write_bytes(b"0" * 3_000_000)
    with pytest.raises(SourceUnavailable, match="larger than 1 MB"):
        download(f"{address}/large", tmp_path, max_bytes=1 << 20)
    with pytest.raises(SourceUnavailable, match="takes too long"):
        download(f"{address}/large", tmp_path, total_seconds=0.0)


def test_an_installation_that_cannot_be_written_is_told(charts, tmp_path):
    (tmp_path / "plans").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        import_nomenclatures(str(charts), tmp_path / "plans")


def test_the_official_archive_holds_215_charts_of_twelve_years(official_charts):
    (folder,) = official_charts.nomenclatures
    assert len(installed(folder)) == 215
    assert sorted(path.name for path in folder.iterdir()) == [str(year) for year in range(2013, 2025)]

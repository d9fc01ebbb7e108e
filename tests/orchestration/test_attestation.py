"""Verdicts and certificate stand beside every version, as immutable as it, and never make one by themselves."""

import json
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.site import Site
from pipelines.access.static_export import export_static
from pipelines.settings import read_installation
from pipelines.signatures import signer
from pipelines.signing import PUBLISHED, published_keys
from pipelines.versions import Manifest, Store

from ..installation import SLUG, Town, build_town

DATASET = "grc_signalements"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """For tests that change nothing."""
    return build(tmp_path_factory.mktemp("attested") / "town")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return build(tmp_path / "town")


def build(root: Path) -> Town:
    town = build_town(root)
    assert town.run("run", DATASET).code == 0
    return town


def newest(town: Town) -> Manifest:
    manifest = town.latest(DATASET)
    assert manifest is not None
    return manifest


def content(town: Town, manifest: Manifest, name: str) -> bytes:
    file = manifest.file(name)
    assert file is not None
    with Store(town.root / "store").open(file) as stream:
        return stream.read()


def certificate(town: Town) -> dict[str, Any]:
    document = content(town, newest(town), "certificate.json")
    assert signer(document, published_keys(town.root))
    return dict(json.loads(document))


def site(town: Town) -> Site:
    return Site({"fr": "x", "en": "x"}, "http://127.0.0.1:8010", keys=town.root / PUBLISHED)


def client(town: Town) -> TestClient:
    installation = read_installation(town.root)
    return TestClient(create_app(Store(installation.store), installation.organisations, site(town)))


def test_a_version_carries_a_signed_certificate_of_all_its_other_files(published: Town):
    manifest = newest(published)
    subject = certificate(published)["subject"]
    assert subject["files"] == {file.name: file.sha256 for file in manifest.files if file.name != "certificate.json"}
    assert (subject["organisation"], subject["dataset"], subject["version"]) == (SLUG, DATASET, "1.0.0")
    assert subject["published_at"] == manifest.committed_at


def test_each_part_is_certified_under_a_name_that_says_nothing(published: Town):
    manifest, said = newest(published), certificate(published)
    assert [part["row_count"] for part in said["recomputable"]["parts"]] == [part.row_count for part in manifest.parts]
    names = {part["part"] for part in said["recomputable"]["parts"]}
    assert len(names) == len(manifest.parts) > 1
    assert names == {part["part"] for part in said["attested"]["parts"]}


def test_the_verdicts_of_the_suite_stand_in_quality_json_without_a_cell(published: Town):
    quality = json.loads(content(published, newest(published), "quality.json"))
    assert quality["counts"]["error"]["not_met"] == 0 < quality["counts"]["error"]["met"]
    assert set(quality["expectations"][0]) == {"expectation", "table", "severity", "message", "is_met"}
    assert quality["counts"] == certificate(published)["attested"]["quality"]


@pytest.mark.parametrize("version", ["1.0.0", "1", "latest"])
def test_both_are_served_at_their_addresses_and_listed(published: Town, version: str):
    reader = client(published)
    sums = reader.get(f"/{SLUG}/{DATASET}/{version}/SHA256SUMS").text
    for name in ("certificate.json", "quality.json"):
        answer = reader.get(f"/{SLUG}/{DATASET}/{version}/{name}")
        assert answer.content == content(published, newest(published), name)
        assert answer.headers["content-type"] == "application/json"
        assert f"{sha256(answer.content).hexdigest()}  {name}\n" in sums
        assert name in reader.get(f"/{SLUG}/{DATASET}/").text


def test_the_public_keys_are_served_and_a_rotation_shows_at_once(town: Town):
    reader = client(town)
    assert reader.get("/.well-known/parvis-keys.json").content == (town.root / PUBLISHED).read_bytes()
    assert town.run("keys", "rotate").code == 0
    assert len(reader.get("/.well-known/parvis-keys.json").json()["keys"]) == 2
    assert town.run("keys", "list", "--json").out.count('"id"') == 2


def test_an_installation_that_never_signed_has_no_keys_to_show(tmp_path: Path):
    assert client(build_town(tmp_path / "new")).get("/.well-known/parvis-keys.json").status_code == 404


def test_the_static_export_holds_them_under_every_name_of_the_version(published: Town, tmp_path: Path):
    installation = read_installation(published.root)
    export_static(Store(installation.store), installation.organisations, site(published), tmp_path / "site")
    for version in ("latest", "1", "1.0.0"):
        folder = tmp_path / "site" / SLUG / DATASET / version
        assert (folder / "certificate.json").read_bytes() == content(published, newest(published), "certificate.json")
    assert (tmp_path / "site" / ".well-known" / PUBLISHED).read_bytes() == (published.root / PUBLISHED).read_bytes()


def test_neither_a_new_key_nor_a_second_run_makes_a_version(town: Town):
    before = content(town, newest(town), "certificate.json")
    assert town.run("keys", "rotate").code == 0
    assert town.run("run", DATASET).code == 0
    assert newest(town).number == "1.0.0"
    assert content(town, newest(town), "certificate.json") == before


def test_a_rollback_is_certified_anew_under_its_own_number(town: Town):
    first = certificate(town)
    deliver_reopened(town)
    assert town.run("run", DATASET).code == 0
    assert town.run("rollback", DATASET, "1.0.0").code == 0
    back = certificate(town)
    assert back["subject"]["version"] == newest(town).number != "1.0.0"
    assert back["recomputable"]["parts"] == first["recomputable"]["parts"]
    rows = f"{DATASET}.parquet"
    assert back["subject"]["files"][rows] == first["subject"]["files"][rows]


def test_to_withdraw_a_version_takes_no_other_along_though_their_verdicts_are_the_same_bytes(town: Town):
    first = newest(town)
    deliver_reopened(town)
    assert town.run("run", DATASET).code == 0
    assert first.file("quality.json") == newest(town).file("quality.json")
    assert town.run("withdraw", DATASET, "1.0.0", "--reason", "error").code == 0
    assert [one.number for one in Store(town.root / "store").versions(first.siren, DATASET)] == [newest(town).number]
    withdrawn = {file.sha256 for file in first.files} - {file.sha256 for file in newest(town).files}
    assert withdrawn and not any(digest in json.dumps(certificate(town)) for digest in withdrawn)


def test_the_internal_report_is_written_for_its_owner_alone(published: Town):
    done = published.run("privacy", "report", DATASET)
    assert done.code == 0, done.err
    page = Path(done.out.split()[-1])
    assert page.is_relative_to(published.root / "work") and stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text("utf-8")
    assert all(f"<h2>{title}</h2>" in text for title in ("Singling out", "Linkability", "Inference", "What it cost"))
    assert "rows leave" in text and "http" not in text


def test_without_a_run_there_is_nothing_to_report(tmp_path: Path):
    done = build_town(tmp_path / "new").run("privacy", "report", DATASET)
    assert done.code == 10 and f"`parvis run {DATASET}`" in done.err


def deliver_reopened(town: Town) -> None:
    """The same requests, one of which is open again."""
    path = town.example(DATASET, ".json")
    requests = json.loads(path.read_text("utf-8"))
    next(one for one in requests if one["status"] == "closed")["status"] = "open"
    path.write_text(json.dumps(requests), "utf-8")

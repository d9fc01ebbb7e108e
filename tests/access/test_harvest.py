"""The real udata, the software of data.gouv.fr, harvests the access point: by DCAT, and as a CKAN."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.versions.publication import publish_version
from pipelines.versions.store import Store
from tests.access.running import running
from tests.access.square import requests
from tests.access.town import METADATA, VALMONT

pytestmark = pytest.mark.portal

SCRIPT = Path(__file__).with_name("udata_harvest.py")


@pytest.fixture(scope="module")
def harvests(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What udata's harvesters made of our catalogue. PARVIS_TEST_UDATA_FOLDER is where udata is installed."""
    folder = os.environ.get("PARVIS_TEST_UDATA_FOLDER")
    if not folder:
        pytest.skip("PARVIS_TEST_UDATA_FOLDER names no udata")
    settings = {"UDATA_SETTINGS": f"{folder}/udata.cfg", "PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    root = shutil.copytree(published, tmp_path_factory.mktemp("harvested") / "store")
    metadata = METADATA | {"title": {"fr": "Signalements", "en": "Requests"}}
    # Now: udata asks its own clock whether the promised frequency is kept.
    publish_version(Store(root), replace(requests(), metadata=metadata), datetime.now(UTC))
    with running(root) as address:
        asked = {"ttl": f"dcat={address}/catalog.ttl", "rdf": f"dcat={address}/catalog.rdf", "ckan": f"ckan={address}/"}
        command = [f"{folder}/venv/bin/python", str(SCRIPT), *asked.values()]
        done = subprocess.run(command, capture_output=True, text=True, env=settings, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(asked, json.loads(done.stdout.splitlines()[-1]), strict=True))


def of_valmont(harvest: dict[str, Any], dataset: str = "bp_projets") -> dict[str, Any]:
    """The dataset of the first town."""
    found = [each for each in harvest["datasets"] if f"/valmont/{dataset}/" in each["resources"][0]["url"]]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize("face", ["ttl", "rdf", "ckan"])
def test_every_dataset_arrives_with_licence_frequency_and_files(harvests: dict[str, Any], face: str) -> None:
    assert (harvests[face]["status"], harvests[face]["errors"]) == ("done", [])
    assert len(harvests[face]["datasets"]) == 3
    dataset = of_valmont(harvests[face])
    assert dataset["title"] == "Projets du budget participatif"
    assert (dataset["licence"], dataset["frequency"]) == ("lov2", "annual")
    assert dataset["tags"] == ["budget-participatif"]
    assert sorted(each["format"] for each in dataset["resources"]) == ["csv", "csv", "json", "parquet", "xlsx"]


@pytest.mark.parametrize("face", ["ttl", "rdf", "ckan"])
def test_a_harvested_dataset_has_every_point_of_the_quality_score(harvests: dict[str, Any], face: str) -> None:
    quality = of_valmont(harvests[face], "signalements")["quality"]
    assert [criterion for criterion, met in quality.items() if met is False] == []
    assert quality["score"] == 1.0


@pytest.mark.parametrize("face", ["ttl", "rdf", "ckan"])
def test_rows_without_a_place_lack_the_point_of_the_place_alone(harvests: dict[str, Any], face: str) -> None:
    """udata's harvesters know a place by its corners, and no published row gives them."""
    quality = of_valmont(harvests[face])["quality"]
    stale = "update_fulfilled_in_time"  # this town's clock stands still in 2026
    assert {criterion for criterion, met in quality.items() if met is False} - {stale} == {"spatial"}


@pytest.mark.parametrize("face", ["ttl", "rdf"])
def test_sizes_and_digests_arrive_by_dcat(harvests: dict[str, Any], published: Path, face: str) -> None:
    manifest = Store(published).latest(VALMONT.siren, "bp_projets")
    assert manifest
    known = {file.name: (file.size_bytes, ["sha256", file.sha256]) for file in manifest.files}
    for each in of_valmont(harvests[face])["resources"]:
        assert (each["size"], each["checksum"]) == known[each["title"]]


def test_both_faces_give_the_dataset_the_same_name_for_ever(harvests: dict[str, Any]) -> None:
    assert len({of_valmont(harvest)["remote_id"] for harvest in harvests.values()}) == 1

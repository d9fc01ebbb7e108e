"""The real udata, the software of data.gouv.fr, harvests the access point: by DCAT, and as a CKAN."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.versions.store import Store
from tests.access.running import running
from tests.access.town import VALMONT

pytestmark = pytest.mark.portal

SCRIPT = Path(__file__).with_name("udata_harvest.py")


@pytest.fixture(scope="module")
def harvests(published: Path) -> dict[str, dict[str, Any]]:
    """What udata's harvesters made of our catalogue. PARVIS_TEST_UDATA_FOLDER is where udata is installed."""
    folder = os.environ.get("PARVIS_TEST_UDATA_FOLDER")
    if not folder:
        pytest.skip("PARVIS_TEST_UDATA_FOLDER names no udata")
    settings = {"UDATA_SETTINGS": f"{folder}/udata.cfg", "PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    with running(published) as address:
        asked = {"ttl": f"dcat={address}/catalog.ttl", "rdf": f"dcat={address}/catalog.rdf", "ckan": f"ckan={address}/"}
        command = [f"{folder}/venv/bin/python", str(SCRIPT), *asked.values()]
        done = subprocess.run(command, capture_output=True, text=True, env=settings, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(asked, json.loads(done.stdout.splitlines()[-1]), strict=True))


def of_valmont(harvest: dict[str, Any]) -> dict[str, Any]:
    """The dataset of the first town."""
    found = [each for each in harvest["datasets"] if "/valmont/" in each["resources"][0]["url"]]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize("face", ["ttl", "rdf", "ckan"])
def test_every_dataset_arrives_with_licence_frequency_and_files(harvests: dict[str, Any], face: str) -> None:
    assert (harvests[face]["status"], harvests[face]["errors"]) == ("done", [])
    assert len(harvests[face]["datasets"]) == 2
    dataset = of_valmont(harvests[face])
    assert dataset["title"] == "Projets du budget participatif"
    assert (dataset["licence"], dataset["frequency"]) == ("lov2", "annual")
    assert dataset["tags"] == ["budget-participatif"]
    assert sorted(each["format"] for each in dataset["resources"]) == ["csv", "csv", "json", "parquet", "xlsx"]


@pytest.mark.parametrize("face", ["ttl", "rdf"])
def test_sizes_and_digests_arrive_by_dcat(harvests: dict[str, Any], published: Path, face: str) -> None:
    manifest = Store(published).latest(VALMONT.siren, "bp_projets")
    assert manifest
    known = {file.name: (file.size_bytes, ["sha256", file.sha256]) for file in manifest.files}
    for each in of_valmont(harvests[face])["resources"]:
        assert (each["size"], each["checksum"]) == known[each["title"]]


def test_both_faces_give_the_dataset_the_same_name_for_ever(harvests: dict[str, Any]) -> None:
    assert len({of_valmont(harvest)["remote_id"] for harvest in harvests.values()}) == 1

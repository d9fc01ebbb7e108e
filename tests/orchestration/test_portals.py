"""`parvis publish` on real portals: three datasets of two organisations, twice, without a duplicate."""

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import ckanapi
import pytest
import yaml

from tests.installation import Town, build_town

DATASETS = ("bp_projets", "budget", "grc_signalements")
NEIGHBOUR = "219900024"


@pytest.fixture(scope="module")
def ckan() -> ckanapi.RemoteCKAN:
    url, token = os.environ.get("PARVIS_TEST_CKAN_URL"), os.environ.get("PARVIS_TEST_CKAN_TOKEN")
    if not url or not token:
        pytest.skip("PARVIS_TEST_CKAN_URL and PARVIS_TEST_CKAN_TOKEN name no CKAN")
    return ckanapi.RemoteCKAN(url, apikey=token)


@pytest.fixture(scope="module")
def two_towns(ckan, tmp_path_factory) -> Iterator[tuple[Town, tuple[str, str]]]:
    """Two organisations that exist here and on the portal, each with three datasets published in the store."""
    town = build_town(tmp_path_factory.mktemp("towns"))
    mark = uuid.uuid4().hex[:8]
    slugs = (f"saint-parvis-{mark}", f"parvis-le-vieux-{mark}")
    lines = [f"219900016,{slugs[0]},Saint-Parvis,99001,commune,,", f"{NEIGHBOUR},{slugs[1]},Parvis-le-Vieux,,commune,,"]
    header = "siren,slug,name,code_insee,kind,contact_email,shard"
    (town.root / "organisations.csv").write_text("\n".join([header, *lines, ""]), "utf-8")
    for slug, siren in zip(slugs, ("219900016", NEIGHBOUR), strict=True):
        ckan.action.organization_create(name=slug, title=slug)
        _deliver(town, slug, siren)
    _name_portal(town.root, str(ckan.address))
    for dataset in DATASETS:
        result = town.run("run", dataset, "--json")
        assert result.code == 0, result.err
        assert [one["status"] for one in json.loads(result.out)] == ["published", "published"]
    os.environ["PARVIS_PORTAL_CKAN_TOKEN"] = ckan.apikey
    yield town, slugs
    del os.environ["PARVIS_PORTAL_CKAN_TOKEN"]
    for slug in slugs:
        for dataset in DATASETS:
            ckan.action.dataset_purge(id=f"{slug}-{dataset}")
        ckan.action.organization_purge(id=slug)


def _deliver(town: Town, slug: str, siren: str) -> None:
    """The examples, as this organisation's own: its SIREN in the place of the invented town's."""
    for dataset in DATASETS:
        depot = town.root / "depot" / slug / dataset
        depot.mkdir(parents=True)
        for path in town.depot(dataset).iterdir():
            content = path.read_bytes()
            if siren == NEIGHBOUR:
                content = content.replace(b"21990001600011", b"21990002400015").replace(
                    b"21990001600029", b"21990002400023"
                )
            (depot / path.name).write_bytes(content)


def _name_portal(root: Path, url: str, **settings: str) -> None:
    content = yaml.safe_load((root / "parvis.yaml").read_text("utf-8"))
    content["portals"] = {"ckan": {"kind": "ckan", "url": url, **settings}}
    (root / "parvis.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


@pytest.mark.portal
def test_three_datasets_of_two_organisations_are_there_once_after_two_publications(two_towns, ckan):
    town, slugs = two_towns
    for expected in ("published", "unchanged"):
        for dataset in DATASETS:
            result = town.run("publish", dataset, "--portal", "ckan", "--json")
            assert result.code == 0, result.err
            assert [one["status"] for one in json.loads(result.out)] == [expected, expected]
    for slug in slugs:
        names = ckan.action.package_search(fq=f"organization:{slug}", rows=100)["results"]
        assert sorted(one["name"] for one in names) == sorted(f"{slug}-{dataset}" for dataset in DATASETS)
        for dataset in DATASETS:
            _check_package(ckan.action.package_show(id=f"{slug}-{dataset}"), dataset)


def _check_package(package: dict, dataset: str) -> None:
    names = [resource["name"] for resource in package["resources"]]
    assert names == [f"{dataset}{end}" for end in (".csv", ".fr.csv", ".xlsx", ".parquet", ".json")] + names[5:]
    assert len(names) == len(set(names))
    assert "datapackage.json" in names
    assert package["version"] == "1.0.0"


@pytest.mark.portal
def test_check_says_that_the_portal_answers(two_towns):
    result = two_towns[0].run("check")
    assert result.code == 0, result.out
    assert "✓ portal ckan" in result.out


@pytest.mark.portal
def test_a_bad_token_is_refused_and_not_repeated(two_towns, monkeypatch):
    monkeypatch.setenv("PARVIS_PORTAL_CKAN_TOKEN", "no-such-token-0815")
    result = two_towns[0].run("publish", "budget", "--portal", "ckan")
    assert result.code == 13
    assert "token" in result.out + result.err
    assert "no-such-token-0815" not in result.out + result.err


@pytest.mark.portal
def test_a_plan_shows_each_organisation_and_the_refusals_beside(two_towns, ckan, monkeypatch):
    town, (first, second) = two_towns
    (town.root / "tokens").mkdir(mode=0o700)
    (town.root / "tokens" / second).write_text(f"{ckan.apikey}\n", "utf-8")
    _name_portal(town.root, str(ckan.address), token_folder="tokens")
    monkeypatch.delenv("PARVIS_PORTAL_CKAN_TOKEN")
    result = town.run("publish", "budget", "--portal", "ckan", "--plan")
    refused, *planned = result.out.splitlines()
    assert result.code == 13
    assert refused.startswith(f"ckan: {first}, budget, version 1.0.0: nobody can say what would change: ")
    assert planned == [f"ckan: {second}-budget holds version 1.0.0; nothing to change."]
    told = json.loads(town.run("publish", "budget", "--portal", "ckan", "--plan", "--json").out)
    assert [(one["organisation"], one["state"], bool(one["error"])) for one in told] == [
        (first, "refused", True),
        (second, "held", False),
    ]
    _name_portal(town.root, str(ckan.address))

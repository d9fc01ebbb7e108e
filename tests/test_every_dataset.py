"""What holds for every bundled dataset, so that the next one is held to it too."""

import json
from pathlib import Path

import frictionless
import jsonschema
import pytest
import yaml

from pipelines.declarations import Dataset, json_schema, read_datasets
from pipelines.extract.connectors import CONNECTORS
from pipelines.quality import read_suite
from pipelines.settings import bundled
from tests.installation import SLUG, Town, build_town, planted

DATASETS = read_datasets((bundled(),))
EACH = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    town = build_town(tmp_path_factory.mktemp("town"))
    for dataset in DATASETS:
        assert town.run("run", dataset.name).code == 0
    return town


def test_the_three_are_there():
    assert [dataset.name for dataset in DATASETS] == ["bp_projets", "budget", "grc_signalements"]


@EACH
def test_its_folder_holds_no_python(dataset: Dataset):
    assert list(dataset.folder.rglob("*.py")) == []


@EACH
def test_it_fits_the_json_schema_that_editors_read(dataset: Dataset):
    content = yaml.safe_load(dataset.path.read_text("utf-8"))
    jsonschema.validate(content, json.loads((bundled() / "schemas" / "dataset.schema.json").read_text("utf-8")))


def test_the_json_schema_is_the_one_of_the_code():
    kept = json.loads((bundled() / "schemas" / "dataset.schema.json").read_text("utf-8"))
    assert kept == json.loads(json.dumps(json_schema()))


@EACH
def test_every_field_tells_people_what_it_is(dataset: Dataset):
    for field in dataset.table_schema["fields"]:
        assert field.get("title"), field["name"]
        assert field.get("description"), field["name"]


@EACH
def test_its_schema_is_a_table_schema(dataset: Dataset):
    assert frictionless.Schema.from_descriptor(dict(dataset.table_schema)).fields


@EACH
def test_its_suite_can_be_read_and_says_what_to_do_in_two_languages(dataset: Dataset):
    suite = read_suite(dataset.quality, dataset.suite)
    assert any(one.severity == "error" for one in suite.expectations)
    for one in suite.expectations:
        assert one.message.fr != one.message.en


@EACH
def test_a_connector_reads_each_example(dataset: Dataset):
    suffixes = {suffix for name in dataset.source.connectors for suffix in CONNECTORS[name].suffixes}
    examples = [path for path in (dataset.folder / "example").iterdir() if path.name != "planted.txt"]
    assert examples
    assert {path.suffix for path in examples} <= suffixes


@EACH
def test_no_declared_personal_column_is_published(dataset: Dataset, town: Town):
    manifest = town.latest(dataset.name)
    published = {field["name"] for field in manifest.table_schema["fields"]}
    dropped = {name for name, column in dataset.privacy.columns.items() if column.action == "drop"}
    assert published & dropped == set()
    assert published == set(dataset.published_names)


@EACH
def test_what_is_published_opens_and_is_valid(dataset: Dataset, town: Town, tmp_path: Path):
    """frictionless itself validates the Data Package, every resource of it."""
    from pipelines.versions import Store

    manifest, store = town.latest(dataset.name), Store(town.root / "store")
    for file in manifest.files:
        with store.open(file) as stream:
            (tmp_path / file.name).write_bytes(stream.read())
    package = frictionless.Package(tmp_path / "datapackage.json")
    assert package.name == f"{SLUG}-{dataset.name}"
    for resource in package.resources:
        if resource.format in ("csv", "parquet"):
            report = resource.validate()
            assert report.valid, report.flatten(["type", "fieldName"])[:5]


@EACH
def test_at_least_95_percent_of_the_rows_are_kept(dataset: Dataset, town: Town):
    from pipelines.state import outcomes

    (outcome,) = outcomes(town.root / "state.db", dataset.name)
    assert town.latest(dataset.name).row_count >= 0.95 * outcome.rows_read


@EACH
def test_its_planted_values_are_in_dropped_or_coarsened_columns_only(dataset: Dataset):
    assert len(planted(dataset.name)) >= 5

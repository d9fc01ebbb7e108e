"""The rows in a real CKAN's DataStore: typed, described, whole or loaded again."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publish import ckan_datastore
from pipelines.publish.plan import Change
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import Patience, publish
from tests.publish.ckan_site import CkanSite
from tests.publish.example import Shelf
from tests.publish.fault_proxy import fault_proxy

COLUMNS = {
    "compte": pa.array(["0011", None]),
    "annee": pa.array([2024, 2025], pa.int32()),
    "montant": pa.array([Decimal("1234567890123.10"), Decimal("-0.30")], pa.decimal128(18, 2)),
    "vote_le": pa.array([date(2024, 4, 1), None]),
    "ouvert": pa.array([True, False]),
}
TABLE_SCHEMA = {
    "fields": [
        {"name": "compte", "type": "string", "title": "Compte", "description": "Code du plan de comptes."},
        {"name": "annee", "type": "year"},
        {"name": "montant", "type": "number", "title": "Montant (€)"},
        {"name": "vote_le", "type": "date"},
        {"name": "ouvert", "type": "boolean"},
    ]
}


@pytest.fixture(scope="module")
def site(ckan_site: CkanSite) -> CkanSite:
    return ckan_site


@pytest.fixture
def queried(publication: Publication, shelf: Shelf) -> Publication:
    """A publication whose rows CKAN is to answer questions about."""
    content = io.BytesIO()
    pq.write_table(pa.table(COLUMNS), content)
    kept = [file for file in publication.manifest.files if not file.name.endswith(".parquet")]
    parquet = shelf.put(f"{publication.manifest.dataset}.parquet", content.getvalue())
    manifest = replace(publication.manifest, files=(*kept, parquet), table_schema=TABLE_SCHEMA)
    return replace(publication, manifest=manifest, loads_datastore=True)


def table(site: CkanSite, publication: Publication) -> dict[str, Any]:
    resource = site.package(publication)["resources"][0]
    return dict(site.call("datastore_search", resource_id=resource["id"], sort="annee"))


@pytest.mark.portal
def test_rows_keep_their_types_and_their_cents(ckan_site: CkanSite, queried: Publication, shelf: Shelf):
    publish(queried, ckan_site.portal, shelf)
    held = table(ckan_site, queried)
    assert [(field["id"], field["type"]) for field in held["fields"]] == [
        ("_id", "int"),
        ("compte", "text"),
        ("annee", "int4"),
        ("montant", "numeric"),
        ("vote_le", "date"),
        ("ouvert", "bool"),
    ]
    rows = [tuple(row[name] for name in COLUMNS) for row in held["records"]]
    assert [(row[0], row[1], Decimal(str(row[2])), *row[3:]) for row in rows] == [
        ("0011", 2024, Decimal("1234567890123.10"), "2024-04-01", True),
        (None, 2025, Decimal("-0.30"), None, False),
    ]


@pytest.mark.portal
def test_columns_carry_their_titles_and_descriptions(ckan_site: CkanSite, queried: Publication, shelf: Shelf):
    publish(queried, ckan_site.portal, shelf)
    resource = ckan_site.package(queried)["resources"][0]
    compte = ckan_site.call("datastore_info", id=resource["id"])["fields"][0]
    assert (compte["id"], compte["info"]["label"], compte["info"]["notes"]) == (
        "compte",
        "Compte",
        "Code du plan de comptes.",
    )


@pytest.mark.portal
def test_rows_that_are_there_are_not_loaded_again(ckan_site: CkanSite, queried: Publication, shelf: Shelf):
    publish(queried, ckan_site.portal, shelf)
    before = ckan_site.stamp(queried)
    assert publish(queried, ckan_site.portal, shelf).changes == ()
    assert ckan_site.stamp(queried) == before


@pytest.mark.portal
@pytest.mark.parametrize("name", ["é" * 32, "_compte", 'le "compte"'], ids=["64 bytes", "underscore", "quotes"])
def test_columns_that_no_datastore_takes_are_told_and_the_files_go_all_the_same(
    ckan_site: CkanSite, publication: Publication, shelf: Shelf, name: str
):
    schema = {"fields": [{"name": name, "type": "string"}, {"name": "euros", "type": "integer"}]}
    wrong = replace(publication, manifest=replace(publication.manifest, table_schema=schema), loads_datastore=True)
    told = publish(wrong, ckan_site.portal, shelf)
    assert name in told.warnings[0]
    assert len(ckan_site.files(publication)) == 6
    assert ckan_site.portal.plan(wrong).changes == ()


@pytest.mark.portal
def test_a_table_that_somebody_dropped_is_seen(ckan_site: CkanSite, queried: Publication, shelf: Shelf):
    publish(queried, ckan_site.portal, shelf)
    resource = ckan_site.package(queried)["resources"][0]
    ckan_site.call("datastore_delete", resource_id=resource["id"], force=True)
    name = f"{queried.manifest.dataset}.csv"
    assert ckan_site.portal.plan(queried).changes == (Change("table-dropped", name),)
    publish(queried, ckan_site.portal, shelf)
    assert table(ckan_site, queried)["total"] == 2


@pytest.mark.portal
@pytest.mark.parametrize(
    ("action", "kind"),
    [("datastore_create", "500-after"), ("datastore_upsert", "cut-answer"), ("resource_patch", "500-before")],
)
def test_after_one_fault_the_table_holds_each_row_once(
    ckan_site: CkanSite, queried: Publication, shelf: Shelf, kind: Any, action: str
):
    with fault_proxy(ckan_site.url) as proxy:
        proxy.misbehave(kind, path=action)
        publish(queried, ckan_site.portal_at(proxy.url), shelf, Patience(first_wait_seconds=0.1))
    assert table(ckan_site, queried)["total"] == 2
    assert ckan_site.portal.plan(queried).changes == ()


def test_rows_go_some_thousand_at_a_time(shelf: Shelf):
    content = io.BytesIO()
    pq.write_table(pa.table({"annee": list(range(4_500))}), content)
    stored = shelf.put("budget.parquet", content.getvalue())
    manifest = replace(shelf.version("nord"), files=(stored,))
    assert [len(records) for records in ckan_datastore.batches(manifest, shelf)] == [2_000, 2_000, 500]

"""What every portal is told of a version."""

from dataclasses import replace

from pipelines.publish.publication import Publication, resource_id
from pipelines.versions.manifest import StoredFile
from tests.publish.example import Shelf

PAGE = "https://donnees.example.org/socle/nord/budget/"


def publication(**changes) -> Publication:
    manifest = Shelf().version("nord", "budget")
    return replace(Publication(manifest, "ville-nord", "https://donnees.example.org/socle", "en"), **changes)


def test_files_come_in_a_readers_order_whatever_the_manifests():
    assert [file.name for file in publication().files] == [
        "budget.csv",
        "budget.fr.csv",
        "budget.parquet",
        "budget.json",
        "datapackage.json",
    ]


def test_a_file_that_no_portal_knows_stays_at_the_access_point():
    manifest = publication().manifest
    sums = StoredFile("SHA256SUMS", "0" * 64, 10, "text/plain")
    assert len(publication(manifest=replace(manifest, files=(*manifest.files, sums))).files) == 5


def test_addresses_are_those_of_the_newest_version_below_the_public_url():
    assert publication().page == PAGE
    assert publication().files[1].address == f"{PAGE}latest/budget.fr.csv"


def test_the_flat_name_is_ours_and_the_organisation_the_portals():
    assert (publication().name, publication().organisation) == ("nord-budget", "ville-nord")


def test_titles_are_in_the_language_asked_for_and_name_the_town():
    assert publication().title == "Water budget – Commune de Nord"
    assert publication(language="fr").title == "Budget annexe de l'eau – Commune de Nord"


def test_the_way_to_everything_leads_to_the_certificate_where_the_version_has_one():
    plain = publication()
    certificate = StoredFile("certificate.json", "c" * 64, 1200, "application/json")
    certified = replace(plain.manifest, files=(*plain.manifest.files, certificate))
    assert "certificate" not in plain.documentation
    assert publication(manifest=certified).documentation.endswith(f"{PAGE}latest/certificate.json")


def test_a_resource_keeps_its_id_and_shares_it_with_no_other_dataset():
    first, second = "6d9d3e32-bd51-4c34-a8a5-7a3ac5ea29d1", "0f24a7c2-1a4f-4a6b-9c50-2c3d6ac2a0bb"
    assert resource_id(first, "budget.csv") == resource_id(first, "budget.csv")
    assert resource_id(first, "budget.csv") != resource_id(first, "budget.json")
    assert resource_id(first, "budget.csv") != resource_id(second, "budget.csv")

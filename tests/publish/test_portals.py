"""What is promised of every portal, shown on each real one with an ordinary editor's key."""

import threading
import tracemalloc
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import PortalRefused
from pipelines.publish.answers import Overtaken
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import Patience, bring_back, publish
from tests.publish.example import FIRST, PUBLIC_URL, SECOND, Shelf, contents
from tests.publish.site import Held, Site

pytestmark = pytest.mark.portal
ONCE = Patience(attempts=1)


def test_the_dataset_holds_the_five_files_in_a_readers_order_and_the_way_to_all_versions(site: Site, held: Held):
    publication, dataset = held.publication, held.publication.dataset
    files = dict(site.files(publication))
    assert list(files) == [
        f"{dataset}.csv",
        f"{dataset}.fr.csv",
        f"{dataset}.parquet",
        f"{dataset}.json",
        "datapackage.json",
        "All versions and changes",
    ]
    assert files.pop("All versions and changes") == publication.page
    copies = {name: content for name, content in files.items() if isinstance(content, bytes)}
    links = {name: address for name, address in files.items() if isinstance(address, str)}
    assert copies == {name: contents(dataset, FIRST)[name] for name in copies}
    assert len(copies) >= 4
    assert links in ({}, {f"{dataset}.parquet": f"{publication.page}latest/{dataset}.parquet"})


def test_the_same_version_again_changes_nothing(site: Site, held: Held):
    before = site.stamp(held.publication)
    receipt = publish(held.publication, site.portal_at(site.url), held.shelf)
    assert receipt.changes == ()
    assert site.stamp(held.publication) == before


def test_a_new_version_does_what_its_plan_said_and_keeps_every_address(
    site: Site, publication: Publication, next_publication: Publication, shelf: Shelf
):
    first = publish(publication, site.portal_at(site.url), shelf)
    before = site.addresses(publication)
    plan = site.portal_at(site.url).plan(next_publication)
    assert "ersion: “1.0.0” becomes “1.1.0”" in plan.words()
    assert f"replace the file {publication.dataset}.csv (37 bytes becomes 46 bytes)" in plan.words()
    second = publish(next_publication, site.portal_at(site.url), shelf)
    assert second.changes == plan.changes
    assert (second.dataset_id, second.address) == (first.dataset_id, first.address)
    assert site.addresses(publication) == before
    assert site.version(publication) == "1.1.0"
    name = f"{publication.manifest.dataset}.csv"
    assert dict(site.files(publication))[name] == contents(publication.manifest.dataset, SECOND)[name]


def test_a_portal_of_links_holds_no_copy_and_can_go_back_to_copies(site: Site, publication: Publication, shelf: Shelf):
    portal, linked = site.portal_at(site.url), replace(publication, hosting="linked")
    publish(linked, portal, shelf)
    files = [file.name for file in publication.files]
    links = [(name, f"{publication.page}latest/{name}") for name in files]
    assert site.files(publication) == [*links, ("All versions and changes", publication.page)]
    assert portal.plan(linked).changes == ()
    publish(publication, portal, shelf)
    assert dict(site.files(publication))[files[0]] == contents(publication.manifest.dataset, FIRST)[files[0]]
    assert portal.plan(publication).changes == ()
    publish(linked, portal, shelf)
    assert site.files(publication)[:5] == links


def test_a_large_file_is_sent_from_where_it_lies(site: Site, publication: Publication, tmp_path: Path, shelf: Shelf):
    content = b"quartier,euros\n" + b"Nord,1200\n" * 2_000_000
    path = tmp_path / "large.csv"
    path.write_bytes(content)
    stored = shelf.put(f"{publication.manifest.dataset}.csv", content)
    large = replace(publication, manifest=replace(publication.manifest, files=(stored,)))
    tracemalloc.start()
    try:
        publish(large, site.portal_at(site.url), lambda _file: path.open("rb"))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < len(content) / 2
    assert site.files(large)[0] == (stored.name, content)


def test_a_plan_touches_nothing(site: Site, publication: Publication):
    plan = site.portal_at(site.url).plan(publication)
    assert Counter(change.what for change in plan.changes) == {"dataset-created": 1, "file-added": 6}
    assert site.count(publication) == 0


def test_two_towns_publish_the_same_dataset_twice_without_a_duplicate(
    site: Site, publication: Publication, shelf: Shelf
):
    slug, dataset = publication.slug, publication.dataset
    slugs = dict(zip(site.towns, site.towns if slug in site.towns else ("nord", "sud"), strict=True))
    mine = [Publication(shelf.version(slugs[town], dataset), town, PUBLIC_URL) for town in site.towns]
    for each in [*mine, *mine]:
        publish(each, site.portal_at(site.url), shelf)
    assert [site.count(each) for each in mine] == [1, 1]
    assert [len(site.files(each)) for each in mine] == [6, 6]


def test_what_others_added_on_the_portal_stays_after_ours(
    site: Site, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, site.portal_at(site.url), shelf)
    site.add_link(publication, "Plan du réseau", "https://donnees.example.org/p.pdf")
    publish(next_publication, site.portal_at(site.url), shelf)
    assert site.files(publication)[-1] == ("Plan du réseau", "https://donnees.example.org/p.pdf")


def test_an_edit_between_plan_and_apply_is_not_overwritten_unseen(
    site: Site, publication: Publication, next_publication: Publication, shelf: Shelf
):
    portal = site.portal_at(site.url)
    publish(publication, portal, shelf)
    plan = portal.plan(next_publication)
    site.retitle(publication, "Eau et assainissement")
    with pytest.raises(Overtaken, match="changed there in the meantime; run again"):
        portal.apply(plan, shelf)
    assert (site.title(publication), site.version(publication)) == ("Eau et assainissement", "1.0.0")


def test_an_older_version_does_not_go_over_a_newer_one(
    site: Site, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(next_publication, site.portal_at(site.url), shelf)
    with pytest.raises(PortalRefused, match=r"holds a newer version than 1\.0\.0"):
        publish(publication, site.portal_at(site.url), shelf)
    assert site.version(publication) == "1.1.0"


def test_a_dataset_that_was_deleted_on_the_portal_is_not_brought_back_unasked(
    site: Site, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, site.portal_at(site.url), shelf)
    site.delete(publication)
    with pytest.raises(PortalRefused, match="was deleted there"):
        publish(next_publication, site.portal_at(site.url), shelf)


def test_a_dataset_that_was_deleted_on_the_portal_comes_back_when_asked_and_the_next_version_with_it(
    site: Site, publication: Publication, next_publication: Publication, shelf: Shelf
):
    portal = site.portal_at(site.url)
    assert not portal.bring_back(publication)  # nothing there yet
    publish(publication, portal, shelf)
    assert not portal.bring_back(publication)  # nothing was deleted
    site.delete(publication)
    assert [change.what for change in bring_back(publication, portal)] == ["dataset-restored"]
    publish(next_publication, portal, shelf)
    assert (site.count(publication), site.version(publication), len(site.files(publication))) == (1, "1.1.0", 6)


def test_four_publishers_at_once_leave_one_dataset(site: Site, publication: Publication, shelf: Shelf):
    def run() -> None:
        try:
            publish(publication, site.portal_at(site.url), shelf)
        except PortalRefused as refused:
            told.append(refused)

    told: list[PortalRefused] = []
    publishers = [threading.Thread(target=run) for _ in range(4)]
    for publisher in publishers:
        publisher.start()
    for publisher in publishers:
        publisher.join()
    publish(publication, site.portal_at(site.url), shelf)
    assert site.count(publication) == 1
    assert len(site.files(publication)) == 6
    assert site.portal_at(site.url).plan(publication).changes == ()


@pytest.mark.parametrize("token", ["wrong", "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJ4In0.c2VjcmV0"])
def test_a_bad_token_is_told_and_not_quoted(site: Site, publication: Publication, token: str):
    portal = site.portal_at(site.url, token=token)
    with pytest.raises(PortalRefused, match="the token is not known there, or has expired; make a new one") as refused:
        portal.plan(publication)
    assert token not in f"{refused.value!r} {portal!r}"


def test_a_token_with_a_letter_of_another_alphabet_is_told_before_any_call(site: Site):
    with pytest.raises(PortalRefused, match="characters that no token has"):
        site.portal_at(site.url, token="jeton-é")


def test_an_unreachable_portal_is_told_with_its_address(site: Site, publication: Publication, shelf: Shelf):
    with pytest.raises(PortalRefused, match=r"http://127\.0\.0\.1:9 gave no answer"):
        publish(publication, site.portal_at("http://127.0.0.1:9"), shelf, ONCE)


def test_an_address_that_is_no_portal_is_told(site: Site, publication: Publication):
    with pytest.raises(PortalRefused, match="does not answer like a .*; check the address in parvis.yaml"):
        site.portal_at(f"{site.url}/somewhere").plan(publication)


def test_an_unknown_organisation_is_told_with_what_to_do(site: Site, publication: Publication):
    with pytest.raises(PortalRefused, match=r"no organisation ville-inconnue there; .* organisations in parvis\.yaml"):
        site.portal_at(site.url).plan(replace(publication, organisation="ville-inconnue"))


def test_an_organisation_without_the_right_to_publish_is_told(site: Site, publication: Publication):
    with pytest.raises(PortalRefused, match="may not publish for .*; ask for the role of editor"):
        site.portal_at(site.url).plan(replace(publication, organisation=site.town_without_rights()))

"""No planted personal value stands in any byte that a run leaves outside the work area, whatever happens."""

import base64
import hashlib
import json

import duckdb
import great_expectations as gx
import pyarrow as pa
import pytest
from frictionless import Field, FrictionlessException

from pipelines.access.app import create_app
from pipelines.access.site import Site
from pipelines.settings import read_installation
from pipelines.versions import Store
from tests.installation import SLUG, Town, build_town, bytes_left, leaks, planted

DATASETS = ("bp_projets", "budget", "grc_signalements")


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> tuple[Town, str]:
    """Every dataset published, and everything that was printed."""
    town = build_town(tmp_path_factory.mktemp("town"))
    results = [town.run("run", name, *flags) for name in DATASETS for flags in ((), ("--json",))]
    results += [town.run("status"), town.run("check"), town.run("demo", "--no-serve")]
    assert [result.code for result in results] == [0] * len(results), results
    return town, "".join(result.out + result.err for result in results)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_example_has_planted_values_that_its_input_really_holds(town, dataset):
    delivered = b"".join(path.read_bytes() for path in town[0].depot(dataset).iterdir())
    texts = [delivered.decode(encoding, "ignore") for encoding in ("utf-8", "latin-1")]
    assert len(planted(dataset)) >= 5
    missing = [value for value in planted(dataset) if not any(value in text for text in texts)]
    assert missing == []


def test_the_search_looks_into_what_a_run_leaves(town):
    """The same search finds a published value: in the store, packed or not, and in Dagster's storage."""
    found = {path.split("/")[0] for path in leaks(town[0].root, frozenset({"Saint-Parvis-sur-Loire", "rows read"}))}
    assert {"store", "organisations.csv"} <= found
    assert any(path.suffix == ".db" for path, _content in bytes_left(town[0].root))


def test_nothing_planted_is_in_store_state_or_dagster(town):
    assert leaks(town[0].root, planted()) == set()


def test_nothing_planted_is_printed(town):
    assert not any(value in town[1] for value in planted())


def test_nothing_planted_is_served(town):
    from starlette.testclient import TestClient

    installation = read_installation(town[0].root)
    site = Site({"fr": "Essai", "en": "Test"}, "http://testserver")
    client = TestClient(create_app(Store(installation.store), installation.organisations, site))
    pages = ["/", f"/{SLUG}/", *(f"/{SLUG}/{name}/" for name in DATASETS)]
    pages += [f"/{SLUG}/{name}/latest/{file.name}" for name in DATASETS for file in town[0].latest(name).files]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not any(value.encode() in answer.content for value in planted()), page


def digests(content: bytes) -> frozenset[str]:
    """What somebody who guesses the content could compare: a short file with one unknown column falls to it."""
    made = [hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256", "sha512", "blake2b")]
    return frozenset(text for one in made for text in (one.hex(), base64.b64encode(one).decode()))


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_plain_digest_of_what_was_delivered_is_left(town, dataset):
    deliveries = sorted(town[0].depot(dataset).iterdir())
    contents = [path.read_bytes() for path in deliveries]
    lines = [line for content in contents for line in content.splitlines()[1:3]]
    guessed = frozenset().union(*map(digests, [*contents, b"".join(contents), *lines]))
    assert leaks(town[0].root, guessed) == set()


def test_the_search_for_digests_finds_those_of_what_is_published(town):
    certificate = town[0].latest("budget").file("certificate.json")
    published = Store(town[0].root / "store").open(town[0].latest("budget").file("budget.csv")).read()
    assert certificate and leaks(town[0].root, digests(published)) > {
        f"store/files/{certificate.sha256[:2]}/{certificate.sha256}"
    }


SUSPECT = "hier matin"  # a cell that the vector screen leaves to frictionless


def quoting(kind: type[Exception]):
    """A library's exception that quotes planted cells, as they do."""

    def raises(*_arguments: object, **_options: object) -> None:
        raise kind(f"Could not convert {' '.join(sorted(planted()))}")

    return raises


def quoting_reader(kind: type[Exception]):
    """frictionless' reader of cells, which quotes when it meets the suspect one."""
    make = Field.create_cell_reader

    def made(field: Field):
        read = make(field)
        return lambda cell: quoting(kind)() if cell == SUSPECT else read(cell)

    return made


BROKEN = {
    "pyarrow": (pa, "concat_tables", pa.ArrowInvalid),
    "duckdb": (duckdb, "connect", duckdb.ConversionException),
    "frictionless": (Field, "create_cell_reader", FrictionlessException),
    "great_expectations": (gx, "ExpectationSuite", gx.exceptions.GreatExpectationsError),
}


def deliver_a_suspect_row(town: Town) -> None:
    path = town.example("grc_signalements", ".json")
    requests = json.loads(path.read_text("utf-8"))
    requests[0]["requested_datetime"] = SUSPECT
    path.write_text(json.dumps(requests), "utf-8")


@pytest.mark.parametrize("library", BROKEN)
def test_a_library_that_quotes_a_cell_is_not_repeated(tmp_path, monkeypatch, capfd, caplog, library):
    place, name, kind = BROKEN[library]
    town = build_town(tmp_path)
    if library == "frictionless":
        deliver_a_suspect_row(town)
    monkeypatch.setattr(place, name, quoting_reader(kind) if library == "frictionless" else quoting(kind))
    result = town.run("run", "grc_signalements")
    assert result.code == 70, (result.out, result.err)
    assert town.latest("grc_signalements") is None
    said = result.out + result.err + "".join(capfd.readouterr()) + caplog.text
    assert not any(value in said for value in planted())
    assert leaks(tmp_path, planted()) == set()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "work" / "errors").iterdir())
    assert any(value.encode() in kept for value in planted("grc_signalements"))

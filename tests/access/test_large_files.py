"""Files large enough that their compressed variants and their columns were made when they were published."""

import gzip
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.encodings import chosen_encoding
from pipelines.versions.derived import COLUMNS, derived_path
from pipelines.versions.garbage import collect_garbage, find_garbage
from pipelines.versions.manifest import Manifest
from pipelines.versions.store import Store
from pipelines.versions.withdrawal import withdraw
from tests.access.town import FIRST_DAY, SITE, VALMONT, candidate, publish

FILE = "/valmont/long/latest/long"
ROWS = 9000
SCHEMA = {"fields": [{"name": "word", "type": "string"}], "primaryKey": ["word"]}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Manifest]:
    numbers = random.Random(20260322)
    words = [f"{numbers.getrandbits(256):064x}" for _row in range(ROWS)]
    schema = {"fields": [{"name": "word", "type": "string"}], "primaryKey": ["word"]}
    store = Store(tmp_path_factory.mktemp("large") / "store")
    return store, publish(
        store, candidate(VALMONT, dataset="long", table=pa.table({"word": words}), table_schema=schema)
    )


@pytest.fixture(scope="module")
def reader(large: tuple[Store, Manifest]) -> Iterator[TestClient]:
    with TestClient(create_app(large[0], [VALMONT], SITE)) as client:
        yield client


def raw(reader: TestClient, encodings: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer, and its bytes as they travelled."""
    asked = {"accept-encoding": encodings, **headers}
    with reader.stream("GET", f"{FILE}.csv", headers=asked) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip"])
def test_each_variant_is_the_same_file_with_a_tag_of_its_own(reader: TestClient, encoding: str) -> None:
    plain, content = raw(reader, "identity")
    answer, travelled = raw(reader, encoding)
    assert answer.headers["content-encoding"] == encoding
    assert answer.headers["content-length"] == str(len(travelled))
    assert len(travelled) < len(content)
    codec = {"br": "brotli", "zstd": "zstd", "gzip": "gzip"}[encoding]
    assert pa.decompress(travelled, len(content), codec=codec, asbytes=True) == content
    assert answer.headers["etag"] == plain.headers["etag"][:-1] + f'-{encoding}"'
    assert plain.headers["vary"] == answer.headers["vary"] == "Accept-Encoding"
    again, _nothing = raw(reader, encoding, **{"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    other, _content = raw(reader, "identity", **{"if-none-match": answer.headers["etag"]})
    assert other.status_code == 200


def test_the_plain_file_is_the_published_one_and_parts_are_always_of_it(
    reader: TestClient, large: tuple[Store, Manifest]
) -> None:
    plain, content = raw(reader, "identity")
    assert plain.headers["etag"].strip('"') == hashlib.sha256(content).hexdigest()
    part, piece = raw(reader, "gzip", range="bytes=0-9")
    assert (part.status_code, piece, "content-encoding" in part.headers) == (206, content[:10], False)


def test_packed_formats_travel_as_they_are(reader: TestClient) -> None:
    answer = reader.get(f"{FILE}.parquet", headers={"accept-encoding": "gzip"})
    assert not {"content-encoding", "vary"} & set(answer.headers)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("", None),
        ("identity", None),
        ("gzip;q=x", None),
        ("GZIP", "gzip"),
    ],
)
def test_a_reader_gets_the_best_that_it_accepts(accepted: str, chosen: str | None) -> None:
    assert chosen_encoding(accepted, ("br", "zstd", "gzip")) == chosen


def test_the_published_columns_answer_as_those_made_on_demand(
    reader: TestClient, large: tuple[Store, Manifest], tmp_path: Path
) -> None:
    store, manifest = large
    path = derived_path(store, manifest.files[2], COLUMNS)
    assert manifest.files[2].name == "long.parquet" and path
    question = f"{FILE}.json?word__greater=8&word__sort=desc&page_size=20"
    found = reader.get(question)
    moved = path.rename(tmp_path / "columns")
    with TestClient(create_app(store, [VALMONT], SITE)) as other:
        assert other.get(question).content == found.content
    moved.rename(path)


def zeroed(path: Path) -> bytes:
    """The bytes that were there; in their place as many noughts, which Arrow would not survive in every place."""
    whole, _mode = path.read_bytes(), path.chmod(0o644)
    path.write_bytes(bytes(len(whole)))
    return whole


def test_damaged_columns_are_made_again_and_a_damaged_file_is_told(large: tuple[Store, Manifest]) -> None:
    store, manifest = large
    published = [derived_path(store, manifest.files[2], COLUMNS), store.file_path(manifest.files[2])]
    question, whole = f"{FILE}.json?word__greater=8&word__sort=desc&page_size=20", []
    rows, codes = [], []
    for path in (None, *published):
        if path:
            whole.append(zeroed(path))
        with TestClient(create_app(store, [VALMONT], SITE)) as reader:
            answer = reader.get(question)
            rows.append(answer.content)
            codes.append(answer.status_code)
    for path, content in zip(published, whole, strict=True):
        path.write_bytes(content)
    assert codes == [200, 200, 503]
    assert rows[0] == rows[1] and b"parvis fsck" not in rows[2]


def test_a_withdrawn_version_leaves_nothing_that_was_made_of_it(tmp_path: Path, large: tuple[Store, Manifest]) -> None:
    store, manifest = Store(tmp_path / "store"), large[1]
    table = large[0].read_table(manifest)
    publish(store, candidate(VALMONT, dataset="long", table=table, table_schema=SCHEMA))
    assert find_garbage(store) == ()
    assert (
        len([path for path in (store.root / "derived").rglob("*") if path.is_file()]) == 14
    )  # of three texts and a Parquet file
    withdraw(store, [manifest], "error", FIRST_DAY.date())
    assert not [path for path in (store.root / "derived").rglob("*") if path.is_file()]


def test_what_was_made_of_a_lost_file_is_garbage(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    stray = store.root / "derived" / "ab" / ("ab" + "0" * 62) / "gzip"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(gzip.compress(b""))
    assert collect_garbage(store) == (stray.relative_to(store.root).as_posix(),)
    assert not stray.exists()

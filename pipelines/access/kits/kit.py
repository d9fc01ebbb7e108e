"""`/{organisation}/kit.zip`: what an organisation has published, to work on without a network.

Every member but the database has the same bytes whenever it is made. DuckDB writes an identifier of its own into each
file: the database is declared by its rows, which are those of the Parquet files beside it, and these by their digests.
"""

import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ...messages import _, speaking
from ...versions.compare import identifiers
from ...versions.manifest import Manifest
from ...versions.store import Store
from ..addresses import Addresses
from ..catalogue import Publisher
from ..pages.table_view import field_description
from ..pages.wording import day, licence_title, licence_url, words
from .notebook import notebook

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold: the same files make the same bytes
DICTIONARY = ("dataset", "name", "type", "title", "description")
VERSIONS = ("dataset", "title", "version", "published_at", "row_count", "licence", "address")


def kit_digest(manifests: Sequence[Manifest]) -> str:
    """Changes when a version came or went."""
    told = [f"{each.siren}/{each.dataset}/{each.sequence}/{each.number}/{each.content_digest}" for each in manifests]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def write_kit(
    store: Store, addresses: Addresses, publisher: Publisher, manifests: Sequence[Manifest], locale: str, path: Path
) -> None:
    """The kit of these versions, which hold rows. Blocks."""
    folder = f"kit-{publisher.slug}"
    with speaking(locale), tempfile.TemporaryDirectory(dir=path.parent) as spare:
        database = Path(spare) / "kit.duckdb"
        dictionary, versions = _dictionary(manifests), _versions(addresses, publisher, manifests)
        _write_database(store, manifests, dictionary, versions, database)
        with zipfile.ZipFile(path, "w") as kit:
            texts = {
                _("README.txt"): _readme(publisher, manifests).encode(),
                "notebook.ipynb": notebook(publisher.name, f"{publisher.slug}.duckdb", manifests),
                "dictionary.csv": _csv(DICTIONARY, dictionary),
                "versions.csv": _csv(VERSIONS, versions),
                _("LICENCES.txt"): _licences(addresses, publisher, manifests).encode(),
            }
            for name, content in texts.items():
                kit.writestr(_member(f"{folder}/{name}"), content)
            _add(kit, f"{folder}/{publisher.slug}.duckdb", database)
            for manifest in manifests:
                within = f"{folder}/{manifest.dataset}"
                kept = [file for file in manifest.files if file.name in _kept(manifest.dataset)]
                sums = "".join(f"{file.sha256}  {file.name}\n" for file in kept)
                kit.writestr(_member(f"{within}/SHA256SUMS"), sums)
                for file in kept:
                    _add(kit, f"{within}/{file.name}", store.file_path(file))


def _kept(dataset: str) -> tuple[str, ...]:
    """The files of a version that a kit holds: the others say the same for other tools."""
    return (f"{dataset}.csv", f"{dataset}.fr.csv", f"{dataset}.parquet", "datapackage.json")


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _MOMENT)
    member.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _add(kit: zipfile.ZipFile, name: str, path: Path) -> None:
    """A file of any size, piece by piece."""
    member = _member(name)
    member.file_size = path.stat().st_size
    with path.open("rb") as source, kit.open(member, "w") as target:
        while piece := source.read(1 << 20):
            target.write(piece)


def _write_database(
    store: Store,
    manifests: Sequence[Manifest],
    dictionary: list[tuple[str, ...]],
    versions: list[tuple[str, ...]],
    path: Path,
) -> None:
    """A table for each dataset, its columns commented, and two that tell what they are."""
    with duckdb.connect(str(path), config={"threads": 1}) as made:
        made.execute("SET TimeZone = 'UTC'")
        for manifest in manifests:
            parquet = manifest.file(f"{manifest.dataset}.parquet")
            assert parquet is not None
            source = str(store.file_path(parquet))
            made.execute(f"CREATE TABLE {identifiers([manifest.dataset])} AS SELECT * FROM read_parquet(?)", [source])  # noqa: S608
            for field in manifest.table_schema["fields"]:
                column = f"{identifiers([manifest.dataset])}.{identifiers([field['name']])}"
                comment = field_description(field).replace("'", "''")
                made.execute(f"COMMENT ON COLUMN {column} IS '{comment}'")
        for name, columns, rows in (("dictionary", DICTIONARY, dictionary), ("versions", VERSIONS, versions)):
            made.execute(f"CREATE TABLE {name} ({', '.join(f'{column} VARCHAR' for column in columns)})")
            made.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608


def _dictionary(manifests: Sequence[Manifest]) -> list[tuple[str, ...]]:
    return [
        (manifest.dataset, field["name"], field.get("type", "string"), field.get("title", ""), field_description(field))
        for manifest in manifests
        for field in manifest.table_schema["fields"]
    ]


def _versions(addresses: Addresses, publisher: Publisher, manifests: Sequence[Manifest]) -> list[tuple[str, ...]]:
    return [
        (
            each.dataset,
            words(each.metadata["title"]),
            each.number,
            each.committed_at,
            str(each.row_count),
            each.metadata["license"],
            addresses.absolute(addresses.version(publisher.slug, each.dataset, each.number)),
        )
        for each in manifests
    ]


def _csv(columns: Sequence[str], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _readme(publisher: Publisher, manifests: Sequence[Manifest]) -> str:
    lines = [
        publisher.name,
        "",
        _("Nothing here needs a network. Each dataset is at a fixed version, told in versions.csv."),
        "",
        _("{name}.duckdb: every dataset as a table, with the tables “dictionary” and “versions”.").format(
            name=publisher.slug
        ),
        _("Its bytes differ whenever it is made; its rows are those of the Parquet files, as the notebook shows."),
        _("notebook.ipynb: `pip install duckdb pandas jupyter`, then `jupyter notebook` in this folder."),
        _("One folder for each dataset: CSV (UTF-8, comma), Parquet (exact types), datapackage.json, digests."),
        "",
        *(f"- {each.dataset}: {words(each.metadata['title'])} ({each.number})" for each in manifests),
    ]
    return "\n".join(lines) + "\n"


def _licences(addresses: Addresses, publisher: Publisher, manifests: Sequence[Manifest]) -> str:
    """What to write beside what is made of each dataset."""
    blocks = [
        "\n".join(
            [
                f"{each.dataset}: {licence_title(named := each.metadata['license'])} {licence_url(named) or ''}",
                f"{publisher.name}, {words(each.metadata['title'])}, {each.number}, {day(each.committed_at)}, "
                + addresses.absolute(addresses.version(publisher.slug, each.dataset, each.number)),
            ]
        )
        for each in manifests
    ]
    return _("Cite the source and its date, as below.") + "\n\n" + "\n\n".join(blocks) + "\n"

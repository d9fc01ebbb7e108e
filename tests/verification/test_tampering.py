"""One thing at a time is changed in what was published: each is found.

pytest -m campaign tests/verification/test_tampering.py
"""

import json
import random
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.verification.conftest import OTHER_SLUG, Published
from tests.verification.test_verify import KEYS, TOWN

Tamper = Callable[[Path], object]  # of the folder of the site
HERE = f"{TOWN}/demandes"
OLD, NEW = f"{HERE}/1.0.0", f"{HERE}/1.1.0"


def text(path: str, old: str, new: str) -> Tamper:
    """The first `old` becomes `new`; it must be there."""

    def tamper(site: Path) -> None:
        content = (site / path).read_bytes()
        assert old.encode() in content
        (site / path).write_bytes(content.replace(old.encode(), new.encode(), 1))

    return tamper


def lines(path: str, change: Callable[[list[bytes]], object]) -> Tamper:
    def tamper(site: Path) -> None:
        found = (site / path).read_bytes().splitlines(keepends=True)
        change(found)
        (site / path).write_bytes(b"".join(found))

    return tamper


def said(path: str, change: Callable[[Any], object]) -> Tamper:
    """A JSON document, written as Parvis writes it, signature and all."""

    def tamper(site: Path) -> None:
        content = json.loads((site / path).read_bytes())
        change(content)
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
        (site / path).write_text(canonical, "utf-8")

    return tamper


def gone(path: str) -> Tamper:
    return lambda site: (site / path).unlink() if (site / path).is_file() else shutil.rmtree(site / path)


def instead(path: str, of: str) -> Tamper:
    """What lies at `path` lies at `of` too."""

    def tamper(site: Path) -> None:
        if (site / path).is_file():
            shutil.copyfile(site / path, site / of)
        else:
            shutil.rmtree(site / of)
            shutil.copytree(site / path, site / of)

    return tamper


def another_value(site: Path) -> None:
    path = site / NEW / "demandes.parquet"
    rows = pq.read_table(path)
    changed = pa.array(["parcs", *rows["service"].to_pylist()[1:]])
    pq.write_table(rows.set_column(rows.column_names.index("service"), "service", changed), path)


def with_its_digests(site: Path) -> None:
    """A cell of the CSV, and the digest of it wherever no signature stands over it."""
    path = site / NEW / "demandes.csv"
    before = sha256(path.read_bytes()).hexdigest()
    text(f"{NEW}/demandes.csv", "voirie", "parcs")(site)
    after = sha256(path.read_bytes()).hexdigest()
    for name in ("SHA256SUMS", "datapackage.json"):
        text(f"{NEW}/{name}", before, after)(site)


def first(key: str, **new: object) -> Callable[[Any], object]:
    return lambda content: content[key][0].update(new)


TAMPERS: dict[str, Tamper] = {
    "a cell of the CSV": text(f"{NEW}/demandes.csv", "voirie", "parcs"),
    "a cell of the older CSV": text(f"{OLD}/demandes.csv", "nord", "sud"),
    "a cell of the latest CSV": text(f"{HERE}/latest/demandes.csv", "voirie", "parcs"),
    "a cell of the CSV of the major version": text(f"{HERE}/1/demandes.csv", "voirie", "parcs"),
    "a cell of the CSV with its digests": with_its_digests,
    "a cell of the French CSV": text(f"{NEW}/demandes.fr.csv", "voirie", "parcs"),
    "a value of the JSON": text(f"{NEW}/demandes.json", "voirie", "parcs"),
    "a byte of the Parquet": lines(f"{NEW}/demandes.parquet", lambda found: found.append(b"\0")),
    "a value of the Parquet": another_value,
    "a byte of the workbook": lines(f"{NEW}/demandes.xlsx", lambda found: found.append(b"\0")),
    "a column's title": text(f"{NEW}/demandes.csv", "service", "secteur"),
    "a row less": lines(f"{NEW}/demandes.csv", lambda found: found.pop()),
    "a row more": lines(f"{NEW}/demandes.csv", lambda found: found.append(found[-1])),
    "two rows changed over": lines(f"{NEW}/demandes.csv", lambda found: found.insert(1, found.pop())),
    "an empty CSV": lines(f"{NEW}/demandes.csv", lambda found: found.clear()),
    "a file less": gone(f"{NEW}/demandes.xlsx"),
    "a type for GDAL": text(f"{NEW}/demandes.csvt", "Integer64", "String"),
    "the title in the descriptor": text(f"{NEW}/datapackage.json", "Demandes", "Requêtes"),
    "the version in the descriptor": text(f"{NEW}/datapackage.json", "1.1.0", "1.2.0"),
    "a verdict": text(f"{NEW}/quality.json", "true", "false"),
    "a digest less": lines(f"{NEW}/SHA256SUMS", lambda found: found.pop()),
    "no digests": gone(f"{NEW}/SHA256SUMS"),
    "the certificate's rows": said(f"{NEW}/certificate.json", lambda one: one["recomputable"].update(row_count=99)),
    "the certificate's smallest group": said(
        f"{NEW}/certificate.json", lambda one: one["recomputable"]["parts"][0].update(smallest_rows=11)
    ),
    "the certificate's threshold": said(
        f"{NEW}/certificate.json", lambda one: one["recomputable"]["groups"].update(minimum=1)
    ),
    "the certificate's bands": said(f"{NEW}/certificate.json", lambda one: one["attested"].update(quality="yes")),
    "the certificate's day": said(
        f"{NEW}/certificate.json", lambda one: one["subject"].update(published_at="2026-01-01T00:00:00+00:00")
    ),
    "the certificate's key": said(f"{NEW}/certificate.json", lambda one: one["signature"].update(key_id="0" * 16)),
    "no signature": said(f"{NEW}/certificate.json", lambda one: one.pop("signature")),
    "blanks in the certificate": text(f"{NEW}/certificate.json", ",", ", "),
    "the certificate of the older version": instead(f"{OLD}/certificate.json", f"{NEW}/certificate.json"),
    "the certificate of another dataset": instead(f"{TOWN}/avis/1.0.0/certificate.json", f"{NEW}/certificate.json"),
    "no certificate": gone(f"{NEW}/certificate.json"),
    "the older version in the newer's place": instead(OLD, NEW),
    "the older version as the latest": instead(OLD, f"{HERE}/latest"),
    "the older version as the major one": instead(OLD, f"{HERE}/1"),
    "another town's version": instead(f"{OTHER_SLUG}/demandes/1.0.0", OLD),
    "another town's dataset": instead(f"{OTHER_SLUG}/demandes", HERE),
    "a version less": gone(OLD),
    "a key more in the keys' place": said(str(KEYS), first("keys", ed25519="A" * 43 + "=")),
    "a key's days": said(str(KEYS), first("keys", until="2020-01-01")),
    "no keys": said(str(KEYS), lambda one: one["keys"].clear()),
    "no list of keys": gone(str(KEYS)),
    "a version less in the register": said(f"{HERE}/versions.json", lambda one: one["versions"].pop()),
    "a version more in the register": said(
        f"{HERE}/versions.json", lambda one: one["versions"].append({"version": "1.2.0", "certificate": None})
    ),
    "a certificate of the register": said(f"{HERE}/versions.json", first("versions", certificate="0" * 64)),
    "a later promise": said(f"{HERE}/versions.json", lambda one: one.update(next_by="2099-01-01")),
    "another serial": said(f"{HERE}/versions.json", lambda one: one.update(serial=1000)),
    "a signed tombstone more": said(
        f"{HERE}/versions.json",
        lambda one: one["withdrawn"].append({"version": "0.9.0", "withdrawn_on": "2026-01-01", "reason": "error"}),
    ),
    "another dataset's register": instead(f"{TOWN}/avis/versions.json", f"{HERE}/versions.json"),
    "another town's register": instead(f"{OTHER_SLUG}/demandes/versions.json", f"{HERE}/versions.json"),
    "no register": gone(f"{HERE}/versions.json"),
    "a tombstone more": lambda site: (site / HERE / "withdrawn.json").write_text(
        '[{"version": "1.0.0", "withdrawn_on": "2026-01-01", "reason": "error"}]'
    ),
    "no tombstones": gone(f"{HERE}/withdrawn.json"),
    "a version less in the changes": said(f"{HERE}/changes", lambda rows: rows.pop(0)),
    "a version more in the changes": said(f"{HERE}/changes", lambda rows: rows.append({**rows[0], "version": "9.0.0"})),
    "no changes": gone(f"{HERE}/changes"),
}
SAMPLE = random.Random(11).sample(sorted(TAMPERS), 10)


def found(published: Published, site: Path, name: str) -> bool:
    TAMPERS[name](site)
    code, verification = published.verify(site / HERE)
    return (code, verification["holds"]) == (12, False)


@pytest.mark.parametrize("name", SAMPLE)
def test_what_was_tampered_with_is_found(published: Published, site: Path, name: str):
    assert found(published, site, name)


@pytest.mark.campaign
@pytest.mark.parametrize("name", TAMPERS)
def test_whatever_was_tampered_with_is_found(published: Published, site: Path, name: str):
    assert found(published, site, name)


def test_untouched_it_holds(published: Published, exported: Path):
    assert published.verify(exported / HERE)[0] == 0

"""A table of sums published twice: what `parvis verify` recomputes of it, and what tampering it finds."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.verification.replay import replay
from pipelines.verification.sites import Place
from pipelines.verification.versions import Edition
from tests.installation import build_town
from tests.verification.conftest import COMMON, SUITE, Published

DECLARATION = """
name: aides
title: {fr: Aides, en: Aid}
description: {fr: Les aides., en: The aid.}
update: replace
privacy:
  unit: none
  preset: insee_enterprises_3_85
  aggregate: {by: [quartier, theme], value: euros}
  columns:
    quartier: {role: quasi_identifier, action: keep}
    theme: {role: quasi_identifier, action: keep}
    euros: {role: sensitive, action: keep}
"""
FIELDS = [{"name": name, "type": "string"} for name in ("quartier", "theme")] + [{"name": "euros", "type": "integer"}]
PEOPLE = {"nord_eau": 2, "nord_gaz": 6, "sud_eau": 5, "sud_gaz": 7, "est_eau": 6, "est_gaz": 8}


def aid(**people: int) -> str:
    lines = [";".join([*place.split("_"), str(100 + n)]) for place, count in people.items() for n in range(count)]
    return "\n".join(["quartier;theme;euros", *lines]) + "\n"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, Path]:
    town = build_town(tmp_path_factory.mktemp("sums") / "town")
    folder = town.root / "datasets" / "aides"
    folder.mkdir(parents=True)
    (folder / "dataset.yaml").write_text(DECLARATION + COMMON.format(name="aides"), "utf-8")
    (town.root / "schemas" / "aides.json").write_text(json.dumps({"fields": FIELDS}), "utf-8")
    (town.root / "quality" / "aides.yaml").write_text(SUITE, "utf-8")
    found = Published(town)
    for people in (PEOPLE, {**PEOPLE, "est_gaz": 18}):
        found.deliver("saint-parvis-sur-loire", "aides", "aides.csv", aid(**people))
        found.run("aides")
    return found, found.export(tmp_path_factory.mktemp("site") / "site")


def test_all_that_a_stranger_can_recompute_of_sums_is_recomputed(exported: tuple[Published, Path]):
    published, site = exported
    code, said = published.verify(site)
    told = {one["what"]: one["holds"] for one in said["recomputed"]}
    assert code == 0 and all(told.values())
    assert {"threshold", "hidden", "moved", "together", "hidden_sums", "sums_moved"} <= told.keys()
    assert "dominance" in {one["what"] for one in said["attested"]}


def edition(site: Path, number: str) -> Edition:
    """A version whose signature is not asked for: its figures alone are replayed."""
    folder = site / "saint-parvis-sur-loire" / "aides" / number
    found = Edition(Place("saint-parvis-sur-loire", "aides"), number)
    found.certificate = json.loads((folder / "certificate.json").read_bytes())
    found.files = {"aides.parquet": folder / "aides.parquet"}
    return found


def failing(one: Edition, earlier: Edition) -> set[str]:
    replay(one, {earlier.version: earlier})
    return {claim.what for claim in one.claims if not claim.holds}


def changed(table: pa.Table, column: str, cell: tuple[str | None, str | None], value: float | None) -> pa.Table:
    rows = [row | ({column: value} if (row["quartier"], row["theme"]) == cell else {}) for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, schema=table.schema)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([], set()),
        ([("euros", ("est", "eau"), 1.0)], {"sums_moved", "hidden_sums"}),  # it moved and nobody came
        ([("euros", ("nord", "eau"), 201.0), ("euros", ("nord", "gaz"), None)], {"hidden_sums"}),
    ],
)
def test_a_certificate_over_other_sums_is_found(
    exported: tuple[Published, Path], tmp_path: Path, changes: list[tuple], told: set[str]
):
    site = exported[1]
    first, second = sorted(one.name for one in (site / "saint-parvis-sur-loire" / "aides").glob("1.*.*"))
    newest, before = edition(site, second), edition(site, first)
    table = pq.read_table(newest.files["aides.parquet"])
    for change in changes:
        table = changed(table, *change)
    newest.files = {"aides.parquet": tmp_path / "aides.parquet"}
    pq.write_table(table, tmp_path / "aides.parquet")
    assert told <= failing(newest, before) and bool(told) == bool(failing(newest, before))

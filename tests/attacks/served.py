"""The invented towns published by the commands, and read back through the access point alone."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from starlette.testclient import TestClient
from stdnum import luhn

from pipelines.access.app import create_app
from pipelines.access.site import Site
from pipelines.installations import add_organisation, create
from pipelines.settings import Organisation, read_installation
from pipelines.versions import Store
from tests.attacks.publication import Public
from tests.attacks.towns import Request
from tests.attacks.towns import Town as Invented
from tests.installation import Town as Installed

ROWS, TABLE = "demandes", "demandes_par_quartier"
DECLARATION = """
name: {name}
title: {{fr: Demandes, en: Requests}}
description: {{fr: Demandes des habitants., en: Requests of residents.}}
license: etalab-2.0
themes: [REGI]
keywords: [demandes]
update_frequency: monthly
contact: opendata@example.org
source: {{connector: file, path: "depot/{{organisation}}/demandes/*"}}
schema: {name}
update: replace
privacy:
  unit: person
  {preset}
  {aggregate}
  columns:
    demande_id: {{role: public, action: {key}}}
    quarter: {{role: quasi_identifier, action: keep}}
    age: {{role: quasi_identifier, action: keep}}
    theme: {{role: sensitive, action: {theme}}}
    person: {{role: identifier, action: drop}}
quality: {name}
schedule: "0 6 * * 1"
"""
GATED = """preset: insee_enterprises_3_85
  distinct: 3
  max_share: 0.7
  suppression: {max_rows: 1.0, max_blanked: 1.0, priority: [quarter, age]}"""
SCHEMA = {
    "fields": [
        {"name": "demande_id", "type": "integer"},
        {"name": "quarter", "type": "string"},
        {"name": "age", "type": "string"},
        {"name": "theme", "type": "string"},
        {"name": "person", "type": "integer"},
    ],
    "primaryKey": ["demande_id"],
}
SUITE = """
expectations:
  - expect: expect_table_row_count_to_be_between
    with: {min_value: 0}
    severity: warning
    message: {fr: Vide., en: Empty.}
"""


@dataclass(frozen=True)
class Served:
    """An installation of several towns, as a stranger sees it."""

    installed: Installed
    slugs: tuple[str, ...]
    dataset: str

    @property
    def reader(self) -> TestClient:
        installation = read_installation(self.installed.root)
        site = Site({"fr": "x", "en": "x"}, "http://127.0.0.1:8010")
        return TestClient(create_app(Store(installation.store), installation.organisations, site))

    def versions(self, slug: str) -> list[str]:
        """Their numbers, oldest first: what `/changes` tells."""
        told = self.reader.get(f"/{slug}/{self.dataset}/changes").json()
        return list(dict.fromkeys(row["version"] for row in told))

    def table(self, slug: str, version: str) -> pa.Table:
        answer = self.reader.get(f"/{slug}/{self.dataset}/{version}/{self.dataset}.parquet")
        assert answer.status_code == 200, answer.text
        return pq.read_table(io.BytesIO(answer.content))


def installation(root: Path, count: int, dataset: str, gated: str = GATED) -> Served:
    """`count` towns whose demands are published row by row, or as a table; without `gated` nothing judges the rows."""
    towns = [_organisation(place) for place in range(count)]
    create(root, towns[0], "http://127.0.0.1:8010", "en")
    for town in towns[1:]:
        add_organisation(root, town, {})
    if dataset == TABLE:
        _declare(root, TABLE, "preset: insee_enterprises_3_85", "aggregate: {by: [quarter, age]}", "drop", "drop")
    else:
        _declare(root, ROWS, gated, "", theme="keep", key="keep")
    return Served(Installed(root), tuple(town.slug for town in towns), dataset)


def deliver(served: Served, towns: Sequence[Invented], moment: int) -> None:
    """The source of every town at one moment, published."""
    for slug, town in zip(served.slugs, towns, strict=True):
        folder = served.installed.root / "depot" / slug / "demandes"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [_line(request) for request in town.moments[moment]]
        (folder / "demandes.csv").write_text("demande_id;quarter;age;theme;person\n" + "\n".join(lines) + "\n", "utf-8")
    done = served.installed.run("run", served.dataset)
    assert done.code == 0, done.out + done.err


def public(served: Served, slug: str) -> Public:
    """What a stranger has downloaded."""
    tables = [served.table(slug, version) for version in served.versions(slug)]
    tables = [_renamed(table) for table in tables]
    return Public(tables=tables) if served.dataset == TABLE else Public(releases=tables)


def _renamed(table: pa.Table) -> pa.Table:
    return table.rename_columns(["number" if name == "demande_id" else name for name in table.column_names])


def _declare(root: Path, name: str, preset: str, aggregate: str, theme: str, key: str) -> None:
    folder = root / "datasets" / name
    folder.mkdir(parents=True)
    declared = DECLARATION.format(name=name, preset=preset, aggregate=aggregate, theme=theme, key=key)
    (folder / "dataset.yaml").write_text(declared, "utf-8")
    schema = {"fields": SCHEMA["fields"]} if aggregate else SCHEMA
    for directory, content in (("schemas", json.dumps(schema)), ("quality", SUITE)):
        (root / directory).mkdir(exist_ok=True)
        suffix = "json" if directory == "schemas" else "yaml"
        (root / directory / f"{name}.{suffix}").write_text(content, "utf-8")


def _line(request: Request) -> str:
    cells = (request.number, request.quarter or "", request.age, request.theme, request.person)
    return ";".join(map(str, cells))


def _organisation(place: int) -> Organisation:
    siren = f"2199{place:04d}"
    siren += luhn.calc_check_digit(siren)
    return Organisation(siren, f"ville-{place}", f"Ville {place}", f"99{place:03d}", "commune", "", "")

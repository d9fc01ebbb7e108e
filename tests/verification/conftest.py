"""Two invented towns with two datasets about people, published twice; exported as files, and served over HTTP."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.installation import Town, build_town

OTHER_SIREN, OTHER_SLUG = "219900024", "parvis-le-vieux"
COMMON = """
license: etalab-2.0
themes: [REGI]
keywords: [essai]
update_frequency: annual
contact: opendata@example.org
quality: {name}
schema: {name}
schedule: "0 6 * * 1"
source: {{connector: file, path: "depot/{{organisation}}/{name}/*"}}
"""
DECLARATIONS = {
    "demandes": """
name: demandes
title: {fr: Demandes, en: Requests}
description: {fr: Les demandes., en: The requests.}
update: part
part_key: [annee]
privacy:
  unit: none
  preset: insee_enterprises_3_85
  columns:
    annee: {role: public, action: keep}
    quartier: {role: quasi_identifier, action: keep}
    service: {role: sensitive, action: keep}
    nom: {role: identifier, action: drop}
""",
    "avis": """
name: avis
title: {fr: Avis, en: Opinions}
description: {fr: Les avis., en: The opinions.}
update: replace
privacy:
  unit: none
  preset: insee_enterprises_3_85
  aggregate: {by: [quartier, avis]}
  columns:
    quartier: {role: quasi_identifier, action: keep}
    avis: {role: opinion, action: keep}
""",
}
FIELDS = {
    "demandes": [
        {"name": "annee", "type": "integer"},
        {"name": "quartier", "type": "string"},
        {"name": "service", "type": "string"},
    ],
    "avis": [{"name": "quartier", "type": "string"}, {"name": "avis", "type": "string"}],
}
SUITE = """
expectations:
  - expect: expect_table_row_count_to_be_between
    with: {min_value: 1}
    severity: error
    message: {fr: Aucune ligne., en: No row.}
"""


def requests(year: int, **people: int) -> str:
    """`nord_voirie=4`: so many people of the quarter asked that service."""
    lines = ["annee;quartier;service;nom"]
    for group, count in people.items():
        quarter, service = group.split("_")
        lines += [f"{year};{quarter};{service};Personne {group} {number}" for number in range(count)]
    return "\n".join(lines) + "\n"


def opinions(**people: int) -> str:
    lines = ["quartier;avis"]
    for group, count in people.items():
        lines += [";".join(group.split("_"))] * count
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Published:
    """An installation, and a way to run it again."""

    town: Town

    def deliver(self, slug: str, dataset: str, name: str, text: str) -> None:
        folder = self.town.root / "depot" / slug / dataset
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    def run(self, dataset: str) -> None:
        done = self.town.run("run", dataset)
        assert done.code == 0, done.out + done.err

    def export(self, folder: Path) -> Path:
        done = self.town.run("export", "--static", str(folder))
        assert done.code == 0, done.err
        return folder

    def verify(self, place: str | Path, *options: str) -> tuple[int, dict[str, Any]]:
        """The exit code, and what `--json` says."""
        done = self.town.run("verify", str(place), "--json", *options)
        return done.code, json.loads(done.out)


def build(root: Path) -> Published:
    town = build_town(root)
    assert town.run("organisations", "add", OTHER_SIREN, "--name", "Parvis-le-Vieux").code == 0
    for name, declaration in DECLARATIONS.items():
        folder = root / "datasets" / name
        folder.mkdir(parents=True)
        (folder / "dataset.yaml").write_text(declaration + COMMON.format(name=name), "utf-8")
        (root / "schemas" / f"{name}.json").write_text(json.dumps({"fields": FIELDS[name]}), "utf-8")
        (root / "quality" / f"{name}.yaml").write_text(SUITE, "utf-8")
    return Published(town)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """1.0.0 and 1.1.0 of both datasets of two towns. For tests that publish nothing."""
    found = build(tmp_path_factory.mktemp("verified") / "town")
    first, other = "saint-parvis-sur-loire", OTHER_SLUG
    found.deliver(first, "demandes", "2024.csv", requests(2024, nord_voirie=4, sud_voirie=3, sud_parcs=3))
    found.deliver(other, "demandes", "2024.csv", requests(2024, nord_voirie=5, sud_voirie=5))
    votes = dict.fromkeys(("nord_oui", "nord_non", "sud_oui", "sud_non", "est_oui", "est_non"), 5)
    found.deliver(first, "avis", "avis.csv", opinions(**(votes | {"nord_oui": 2})))
    found.run("demandes")
    found.run("avis")
    found.deliver(first, "demandes", "2025.csv", requests(2025, nord_voirie=3))
    found.deliver(first, "demandes", "2024.csv", requests(2024, nord_voirie=8, sud_voirie=3, sud_parcs=3))
    found.run("demandes")
    return found


@pytest.fixture(scope="session")
def exported(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For tests that change nothing."""
    return published.export(tmp_path_factory.mktemp("exported") / "site")


@pytest.fixture
def site(exported: Path, tmp_path: Path) -> Path:
    """An export of the test's own, to be tampered with."""
    return Path(shutil.copytree(exported, tmp_path / "site"))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def host() -> Iterator[Callable[[Path | type[SimpleHTTPRequestHandler]], str]]:
    """Serves a folder, or answers as a handler says; its address."""
    servers = []

    def start(what: Path | type[SimpleHTTPRequestHandler]) -> str:
        handler = partial(_Quiet, directory=str(what)) if isinstance(what, Path) else what
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()

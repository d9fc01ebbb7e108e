"""What is damaged of one organisation keeps no other from a portal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from pipelines.declarations import read_datasets
from pipelines.orchestration.portals import catch_up_everywhere
from pipelines.settings import read_installation
from pipelines.versions import Store
from tests.installation import SIREN, build_town

NEIGHBOUR = "219900024"


def test_a_damaged_file_of_one_organisation_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = build_town(tmp_path)
    config = yaml.safe_load((tmp_path / "parvis.yaml").read_text("utf-8"))
    nobody = {"kind": "ckan", "url": "http://127.0.0.1:9", "datasets": ["budget"]}
    (tmp_path / "parvis.yaml").write_text(yaml.safe_dump({**config, "portals": {"ville": nobody}}), "utf-8")
    monkeypatch.setenv("PARVIS_PORTAL_VILLE_TOKEN", "x")
    monkeypatch.setenv("PARVIS_PORTAL_PATIENCE_SECONDS", "0")
    content = town.example("budget", ".xml").read_bytes()
    town.run("organisations", "add", NEIGHBOUR, "--name", "Parvis-le-Vieux")
    depot = tmp_path / "depot" / "parvis-le-vieux" / "budget"
    depot.mkdir(parents=True, exist_ok=True)
    (depot / "ca.xml").write_bytes(
        content.replace(b"21990001600011", b"21990002400015").replace(b"21990001600029", b"21990002400023")
    )
    assert town.run("run", "budget").code == 0
    installation = read_installation(tmp_path)
    path = Store(installation.store).parquet(town.latest("budget"))
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size))
    budget = next(one for one in read_datasets(installation.declaration_roots) if one.name == "budget")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    done = catch_up_everywhere(budget, installation, town.settings(), now, [SIREN, NEIGHBOUR])
    assert [one.status for one in done] == ["waiting", "waiting"]

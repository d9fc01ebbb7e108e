"""A town with two real portals, as its officer lives with them: erasure, a portal that is down, an edit, a harvest."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.declarations import read_datasets
from pipelines.orchestration import portals
from pipelines.orchestration.code_location import build_definitions
from pipelines.orchestration.looking import look_around
from pipelines.orchestration.portals import catch_up_everywhere
from pipelines.publish import publishing
from pipelines.publish.publication import Vacancy
from pipelines.settings import read_installation
from pipelines.versions import Store
from tests.installation import SIREN, Town, build_namesake
from tests.publish.ckan_site import CkanSite
from tests.publish.ckan_site import two_towns as two_towns_on_ckan
from tests.publish.fault_proxy import FaultProxy, fault_proxy
from tests.publish.reach import downloads, on_disk, told
from tests.publish.udata_site import UdataSite
from tests.publish.udata_site import two_towns as two_towns_on_udata

pytestmark = pytest.mark.portal
GRC, BP, BUDGET = "grc_signalements", "bp_projets", "budget"
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class PortalTown:
    """The invented town, published on a CKAN behind a proxy, and on a udata."""

    town: Town
    ckan: CkanSite
    udata: UdataSite
    proxy: FaultProxy

    def place(self, site: CkanSite | UdataSite, dataset: str) -> Vacancy:
        return Vacancy(self.town.slug, dataset, site.towns[0])

    def publish(self, dataset: str, portal: str) -> dict:
        result = self.town.run("publish", dataset, "--portal", portal, "--json")
        assert result.code == 0, result.out + result.err
        return json.loads(result.out)[0]

    def catch_up(self, dataset: str) -> list[str]:
        """What a scheduled run does after its last stage."""
        installation = read_installation(self.town.root)
        declared = next(one for one in read_datasets(installation.declaration_roots) if one.name == dataset)
        done = catch_up_everywhere(declared, installation, self.town.settings(), NOW, [SIREN])
        return [one.status for one in done]


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[CkanSite, UdataSite]]:
    names = ("CKAN_URL", "CKAN_TOKEN", "UDATA_URL", "UDATA_API_KEY")
    given = [os.environ.get(f"PARVIS_TEST_{name}") for name in names]
    if not all(given):
        pytest.skip("no real portals named")
    with two_towns_on_ckan(*given[:2]) as ckan, two_towns_on_udata(*given[2:]) as udata:
        yield ckan, udata


@pytest.fixture(scope="module")
def there(sites, tmp_path_factory) -> Iterator[PortalTown]:
    ckan, udata = sites
    town = build_namesake(tmp_path_factory.mktemp("town"))
    (town.root / "tokens").mkdir(mode=0o700)
    (town.root / "tokens" / town.slug).write_text(f"{ckan.editor_token}\n", "utf-8")
    (town.root / "token").write_text(udata.editor_token, "utf-8")
    (town.root / "names.csv").write_text(f"slug,organisation\n{town.slug},{ckan.towns[0]}\n", "utf-8")
    with fault_proxy(ckan.url) as proxy:
        portals = {
            "ckan": {
                "kind": "ckan",
                "url": proxy.url,
                "token_folder": "tokens",
                "organisations_file": "names.csv",
                "keep_versions": 1,
                "datastore": True,
                "datasets": [GRC, BP],
            },
            "datagouv": {
                "kind": "udata",
                "url": udata.url,
                "token_file": "token",
                "organisations": {town.slug: udata.towns[0]},
                "keep_versions": 1,
                "harvested": [BUDGET],
            },
        }
        config = yaml.safe_load((town.root / "parvis.yaml").read_text("utf-8"))
        (town.root / "parvis.yaml").write_text(yaml.safe_dump({**config, "locale": "en", "portals": portals}), "utf-8")
        yield PortalTown(town, ckan, udata, proxy)


@pytest.fixture(autouse=True)
def impatient(monkeypatch) -> None:
    monkeypatch.setenv("PARVIS_PORTAL_PATIENCE_SECONDS", "0")


def test_an_erased_row_is_in_no_byte_of_either_portal(there):
    town = there.town
    assert town.run("run", GRC).code == 0
    for portal in ("ckan", "datagouv"):
        assert there.publish(GRC, portal)["status"] == "published"
    _close_requests(town)
    assert town.run("run", GRC).code == 0
    for portal in ("ckan", "datagouv"):
        there.publish(GRC, portal)
    row = _keys(town)[0]
    sites = {site: there.place(site, GRC) for site in (there.ckan, there.udata)}
    addresses = [address for site, place in sites.items() for address in site.downloads(place)]
    for site, place in sites.items():
        assert any(row in content for content in told(site, place)), site
        assert f"{GRC}-1.0.0.csv" in dict(site.files(place))
    done = town.run("erase", GRC, "--key", f"signalement_id={row.decode()}")
    assert done.code == 0, done.out + done.err
    assert "ckan: its backups" in done.out and "datagouv: its backups, the tables that its crawler made" in done.out
    for site, place in sites.items():
        assert site.version(place) == town.latest(GRC).number
        assert not any(row in content for content in told(site, place)), site
    assert not any(row in content for content in downloads(addresses))
    assert not on_disk(row)


def test_a_portal_that_is_down_at_an_erasure_is_told_of_and_caught_up_with(there):
    town, place = there.town, there.place(there.ckan, GRC)
    row = _keys(town)[0]
    there.proxy.misbehave("cut-before", always=True)
    done = town.run("erase", GRC, "--key", f"signalement_id={row.decode()}")
    assert done.code == 13
    assert "waits for the next scheduled run" in done.out
    assert "ckan: waits for the next scheduled run" in town.run("status").out
    assert any(row in content for content in told(there.ckan, place))
    there.proxy.fault = None
    assert there.catch_up(GRC) == ["published"]
    assert not any(row in content for content in told(there.ckan, place))
    assert "ckan: published" in town.run("status").out


def test_an_erasure_whose_reader_leaves_after_a_line_is_done_and_ends_in_silence(there):
    town, place = there.town, there.place(there.udata, GRC)
    row = _keys(town)[0]
    command = [sys.executable, "-m", "pipelines", "erase", GRC, "--key", f"signalement_id={row.decode()}"]
    process = subprocess.Popen([*command, "--root", town.root], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert (process.stderr.read(), process.wait(timeout=120)) == (b"", 141)
    assert not any(row in content for content in told(there.udata, place))


def test_an_erasure_that_is_killed_before_portals_are_told_is_finished_by_the_same_command(there, monkeypatch):
    town, row = there.town, _keys(there.town)[0]
    command = ("erase", GRC, "--key", f"signalement_id={row.decode()}")
    assert _interrupted(monkeypatch, town, *command) == 130
    assert any(row in content for content in told(there.udata, there.place(there.udata, GRC)))
    done = town.run(*command)
    assert (done.code, "it was erased" in done.out, "datagouv: its backups" in done.out) == (0, True, True)
    for site in (there.ckan, there.udata):
        assert not any(row in content for content in told(site, there.place(site, GRC)))


def test_a_portal_that_an_erasure_did_not_reach_is_caught_up_with_though_no_run_feeds_it(there, monkeypatch):
    town, row = there.town, _keys(there.town)[0]
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "take_back", lambda *_: signal.raise_signal(signal.SIGINT))
        assert town.run("erase", GRC, "--key", f"signalement_id={row.decode()}").code == 130
    assert "datagouv: waits for the next scheduled run" in town.run("status").out
    there.catch_up(GRC)
    assert not any(row in content for content in told(there.udata, there.place(there.udata, GRC)))
    assert "datagouv: published" in town.run("status").out


def test_a_version_that_waits_for_a_portal_published_to_by_hand_is_brought_by_the_next_run(there):
    assert there.town.run("run", BUDGET).code == 0
    assert there.catch_up(BUDGET) == []
    there.proxy.misbehave("cut-before", always=True)
    assert "waits for the next scheduled run" in there.town.run("publish", BUDGET, "--portal", "ckan").out
    there.proxy.fault = None
    assert there.catch_up(BUDGET) == ["published"]
    assert there.catch_up(BUDGET) == []


def test_a_withdrawal_that_is_killed_before_portals_are_told_is_finished_by_the_same_command(there, monkeypatch):
    place, command = there.place(there.ckan, BUDGET), ("withdraw", BUDGET, "1.0.0", "--reason", "error")
    assert _interrupted(monkeypatch, there.town, *command) == 130
    assert len(there.ckan.files(place)) > 1
    done = there.town.run(*command)
    assert (done.code, "1.0.0 is withdrawn." in done.out) == (0, True)
    assert [name for name, _content in there.ckan.files(place)] == ["All versions and changes"]


def test_a_withdrawn_only_version_leaves_no_file(there):
    town = there.town
    assert town.run("run", BP).code == 0
    there.publish(BP, "ckan")
    done = town.run("withdraw", BP, "1.0.0", "--reason", "error")
    assert done.code == 0, done.out + done.err
    assert "removed" in done.out and "datagouv" not in done.out
    assert [name for name, _content in there.ckan.files(there.place(there.ckan, BP))] == ["All versions and changes"]
    plan = town.run("publish", BP, "--portal", "ckan", "--plan")
    assert plan.out == f"ckan: {town.slug}-{BP} has no version left, and the portal no file.\n"


def test_a_dataset_that_is_there_without_a_version_is_not_said_to_be_gone(there):
    assert there.town.run("run", BP, "--again").code == 0
    shown = there.town.run("portals", "check", BP, "--portal", "ckan")
    assert (shown.code, "is gone" in shown.out) == (0, False)
    assert "published" in there.catch_up(BP)
    assert there.ckan.version(there.place(there.ckan, BP)) == there.town.latest(BP).number


def test_an_edit_on_the_portal_is_shown_and_mended_only_when_asked(there):
    town, place = there.town, there.place(there.ckan, GRC)
    there.ckan.retitle(place, "Signalements (essai)")
    assert there.catch_up(GRC) == ["edited"]
    shown = town.run("portals", "check", GRC, "--portal", "ckan")
    assert shown.code == 13
    assert "  - title: “Signalements (essai)” becomes" in shown.out
    assert "Nothing was touched; `parvis portals mend` puts it right." in shown.out
    assert "ckan: edited there" in town.run("status").out
    assert there.ckan.title(place) == "Signalements (essai)"
    assert town.run("portals", "mend", GRC, "--portal", "ckan").code == 0
    assert town.run("portals", "check", GRC, "--portal", "ckan").code == 0
    assert there.ckan.title(place) != "Signalements (essai)"


def test_a_copy_whose_bytes_alone_are_others_is_mended_too(there):
    town, place = there.town, there.place(there.ckan, GRC)
    resource = there.ckan.package(place)["resources"][1]
    original = there.ckan.bytes_of(resource)
    there.ckan.sysadmin.call_action(
        "resource_patch", {"id": resource["id"]}, files={"upload": ("x.csv", original[::-1])}
    )
    assert (
        "the copy of grc_signalements.fr.csv is not the version's"
        in town.run("portals", "check", GRC, "--portal", "ckan").out
    )
    assert town.run("portals", "mend", GRC, "--portal", "ckan").code == 0
    assert there.ckan.bytes_of(there.ckan.package(place)["resources"][1]) == original


def test_what_somebody_deleted_on_a_portal_is_shown_and_comes_back_only_when_asked(there):
    town, place = there.town, there.place(there.ckan, GRC)
    for delete, words in (("package_delete", "was deleted there"), ("dataset_purge", "and is gone")):
        there.ckan.call(delete, id=place.name)
        assert there.catch_up(GRC)[0] == "edited"
        shown = town.run("portals", "check", GRC, "--portal", "ckan")
        assert (shown.code, words in shown.out) == (13, True)
        assert not _sense(there, GRC).asset_events[0].passed
        assert there.ckan.count(place) == 0
        assert town.run("portals", "mend", GRC, "--portal", "ckan").code == 0
        assert town.run("portals", "check", GRC, "--portal", "ckan").code == 0


def test_the_sensor_fails_the_check_of_an_edited_dataset_and_asks_for_no_run(there):
    there.ckan.retitle(there.place(there.ckan, GRC), "Signalements (essai)")
    result = _sense(there, GRC)
    (verdict,) = result.asset_events
    assert (verdict.passed, verdict.metadata["edited"].value) == (False, 1)
    assert "Signalements (essai)" in verdict.metadata["changes"].value
    assert not result.run_requests
    assert there.town.run("portals", "mend", GRC, "--portal", "ckan").code == 0
    assert _sense(there, GRC).asset_events[0].passed


def test_the_sensor_asks_for_the_run_that_catches_up_which_reads_no_source(there):
    _close_requests(there.town)
    assert there.town.run("run", GRC).code == 0
    assert len(_sense(there, GRC).run_requests) == 1
    definitions = build_definitions(read_installation(there.town.root), there.town.settings())
    job = definitions.resolve_implicit_global_asset_job_def()
    for path in there.town.depot(GRC).iterdir():
        path.unlink()
    with dg.DagsterInstance.ephemeral() as instance:
        selection = [dg.AssetKey([GRC, "published"])]
        assert job.execute_in_process(instance=instance, asset_selection=selection).success
    assert there.ckan.version(there.place(there.ckan, GRC)) == there.town.latest(GRC).number
    assert not _sense(there, GRC).run_requests


def test_a_look_goes_on_where_the_last_one_stopped(there):
    installation = read_installation(there.town.root)
    declared = next(one for one in read_datasets(installation.declaration_roots) if one.name == GRC)
    times = iter([NOW, datetime(2026, 3, 3, tzinfo=UTC)])
    look = look_around(declared, installation, there.town.settings(), lambda: next(times), 0)
    assert (look.found, look.following) == ((), 0)


def _interrupted(monkeypatch, town: Town, *command: str) -> int:
    """The command, ended once the store is in order and before any portal is told."""
    with monkeypatch.context() as patch:
        patch.setattr(portals, "take_back_everywhere", lambda *_: signal.raise_signal(signal.SIGINT))
        return town.run(*command).code


def _sense(there: PortalTown, dataset: str) -> dg.SensorResult:
    definitions = build_definitions(read_installation(there.town.root), there.town.settings())
    sensor = definitions.resolve_sensor_def(f"{dataset}_portals_sensor")
    with dg.DagsterInstance.ephemeral() as instance:
        return sensor(dg.build_sensor_context(instance=instance, definitions=definitions))


def _keys(town: Town) -> list[bytes]:
    newest = Store(town.root / "store").read_table(town.latest(GRC))
    return [str(key).encode() for key in newest["signalement_id"].to_pylist()]


def _close_requests(town: Town) -> None:
    """The next delivery: five requests that were open are closed, more than were ever erased."""
    path: Path = town.example(GRC, ".json")
    requests = json.loads(path.read_text("utf-8"))
    for opened in [one for one in requests if one["status"] == "open"][:5]:
        opened["status"] = "closed"
    path.write_text(json.dumps(requests, ensure_ascii=False), "utf-8")

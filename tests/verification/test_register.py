"""The signed register of versions: a copy that stayed behind, a list that goes back, a tombstone slipped in."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.orchestration.registering import sign_register
from pipelines.settings import read_installation
from pipelines.signatures import signed
from pipelines.signing import signing_key
from pipelines.verification.verify import Asker, verify
from tests.installation import SIREN, Town
from tests.verification.conftest import Published
from tests.verification.test_verify import TOWN, failing

REGISTER = f"{TOWN}/demandes/versions.json"


@pytest.fixture
def own(published: Published, tmp_path: Path) -> Published:
    """An installation of the test's own, to publish with."""
    return Published(Town(Path(shutil.copytree(published.town.root, tmp_path / "town"))))


def broken(place: Path, today: date) -> set[tuple[str, str]]:
    return {(claim.place, claim.what) for claim in verify(str(place), Asker(today)).recomputed if not claim.holds}


def said(site: Path) -> dict:
    return dict(json.loads((site / REGISTER).read_bytes()))


def sign_on(own: Published, day: datetime) -> None:
    sign_register(read_installation(own.town.root), SIREN, "demandes", day)


def withdraw(own: Published, number: str) -> None:
    done = own.town.run("withdraw", "demandes", number, "--reason", "error", "--organisation", SIREN)
    assert done.code == 0, done.err


def test_the_register_names_every_version_and_the_day_of_the_next_signature(exported: Path):
    register = said(exported)
    assert [one["version"] for one in register["versions"]] == ["1.0.0", "1.1.0"]
    assert (register["withdrawn"], register["siren"], register["dataset"]) == ([], SIREN, "demandes")
    promised = date.fromisoformat(register["next_by"]) - date.fromisoformat(register["issued_at"][:10])
    assert promised.days == 366 * 6 // 5 + 1  # annual


def test_an_old_but_consistent_copy_is_told_once_its_promise_is_broken(exported: Path):
    last_day = date.fromisoformat(said(exported)["next_by"])
    dataset = exported / TOWN / "demandes"
    assert broken(dataset, last_day) == set()
    assert broken(dataset, last_day + timedelta(days=1)) == {(REGISTER, "fresh")}


@pytest.mark.parametrize(
    "told",
    [{"next_by": ""}, {"next_by": 0}, {"next_by": []}, {"serial": float("inf")}, {"serial": "1"}, {"issued_at": None}],
    ids=str,
)
def test_a_register_of_another_form_is_told_though_the_right_key_signed_it(
    published: Published, exported: Path, tmp_path: Path, told: dict
):
    site, root = Path(shutil.copytree(exported, tmp_path / "site")), published.town.root
    content = {key: value for key, value in said(site).items() if key != "signature"}
    key = signing_key(root, root / "work", datetime.now(UTC).date())
    (site / REGISTER).write_bytes(signed(content | told, key))
    assert (REGISTER, "register") in broken(site, datetime.now(UTC).date())


def test_a_register_of_days_to_come_is_told(exported: Path):
    assert (REGISTER, "fresh") in broken(exported / TOWN / "demandes", date(2020, 1, 1))


def test_an_unchanged_run_signs_again_on_another_day_and_makes_no_version(own: Published, tmp_path: Path):
    before = said(own.export(tmp_path / "site"))
    own.run("demandes")
    assert said(own.export(tmp_path / "site")) == before, "signed today already"
    sign_on(own, datetime.now(UTC) + timedelta(days=9))
    after = said(own.export(tmp_path / "site"))
    assert after["serial"] == before["serial"] + 1 and after["issued_at"] > before["issued_at"]
    assert after["versions"] == before["versions"]


def test_a_clock_set_back_signs_nothing_older(own: Published, tmp_path: Path):
    before = said(own.export(tmp_path / "site"))
    sign_on(own, datetime(2020, 1, 1, tzinfo=UTC))
    assert said(own.export(tmp_path / "site")) == before


def test_who_remembers_knows_a_site_that_went_back(own: Published, tmp_path: Path):
    old, memory = own.export(tmp_path / "old"), tmp_path / "memory.json"
    own.deliver(
        "saint-parvis-sur-loire",
        "demandes",
        "2025.csv",
        (own.town.root / "depot")
        .joinpath("saint-parvis-sur-loire", "demandes", "2025.csv")
        .read_text("utf-8")
        .replace("voirie", "parcs"),
    )
    own.run("demandes")
    new = own.export(tmp_path / "new")
    assert own.verify(old, "--remember", str(memory))[0] == 0
    assert own.verify(new, "--remember", str(memory))[0] == 0
    assert own.verify(new, "--remember", str(memory))[0] == 0
    code, found = own.verify(old, "--remember", str(memory))
    assert code == 12 and (REGISTER, "remembered") in failing(found)
    assert own.verify(old)[0] == 0, "without a memory it is sound"
    assert own.verify(new, "--remember", str(memory))[0] == 0, "what goes back is not remembered"
    code, found = own.verify(new, "--remember", str(tmp_path / "nowhere" / "memory.json"))
    assert code == 10 and not failing(found), "what was found is told before it is remembered"


def test_who_remembers_knows_a_version_that_is_gone_from_the_register(own: Published, tmp_path: Path):
    memory, place = tmp_path / "memory.json", own.town.root / "store" / "datasets" / SIREN / "demandes"
    assert own.verify(own.export(tmp_path / "old"), "--remember", str(memory))[0] == 0
    shutil.rmtree(place / "register")
    (place / "v" / "0000000002.json").unlink()
    shutil.rmtree(place / "latest")
    for days in (1, 2):
        sign_on(own, datetime.now(UTC) + timedelta(days=days))
    site = own.export(tmp_path / "new")
    assert (REGISTER, "history") in failing(own.verify(site, "--remember", str(memory))[1])


def test_a_withdrawal_is_signed_at_once_and_remembered_as_one(own: Published, tmp_path: Path):
    memory = tmp_path / "memory.json"
    own.verify(own.export(tmp_path / "site"), "--remember", str(memory))
    withdraw(own, "1.0.0")
    site = own.export(tmp_path / "site")
    assert [one["version"] for one in said(site)["withdrawn"]] == ["1.0.0"]
    code, found = own.verify(site, "--remember", str(memory))
    assert (code, failing(found)) == (0, set())


def test_a_tombstone_that_was_never_signed_and_a_withdrawn_version_that_is_still_there_are_told(
    own: Published, tmp_path: Path
):
    site, old = own.export(tmp_path / "site"), own.export(tmp_path / "old")
    stone = [{"version": "1.0.0", "withdrawn_on": "2026-01-01", "reason": "error"}]
    (site / TOWN / "demandes" / "withdrawn.json").write_text(json.dumps(stone))
    assert failing(own.verify(site)[1]) == {(f"{TOWN}/demandes/withdrawn.json", "taken_back")}
    withdraw(own, "1.0.0")
    site = own.export(tmp_path / "site")
    shutil.copytree(old / TOWN / "demandes" / "1.0.0", site / TOWN / "demandes" / "1.0.0")
    assert failing(own.verify(site)[1]) == {(f"{TOWN}/demandes/1.0.0/", "gone")}


def test_a_register_signed_by_another_key_than_before_is_told(own: Published, tmp_path: Path):
    memory = tmp_path / "memory.json"
    own.verify(own.export(tmp_path / "site"), "--remember", str(memory))
    assert own.town.run("keys", "rotate").code == 0
    sign_on(own, datetime.now(UTC) + timedelta(days=1))
    found = own.verify(own.export(tmp_path / "site"), "--remember", str(memory))[1]
    assert "other_key" in {one["what"] for one in found["attested"]}


def test_a_file_that_is_no_memory_is_refused_and_left_as_it_is(own: Published, exported: Path, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    done = own.town.run("verify", str(exported), "--remember", str(tmp_path / "notes.txt"))
    assert done.code == 10 and (tmp_path / "notes.txt").read_text() == "mine"


def test_fsck_knows_a_newest_version_that_is_gone_without_a_trace(own: Published):
    place = own.town.root / "store" / "datasets" / SIREN / "demandes"
    (place / "v" / "0000000002.json").unlink()
    shutil.rmtree(place / "latest")
    done = own.town.run("fsck")
    assert done.code == 15 and "(1.1.0): lost" in done.out


def test_fsck_knows_a_manifest_that_was_exchanged_and_a_register_that_was_touched(own: Published):
    place = own.town.root / "store" / "datasets" / SIREN / "demandes"
    older, newer = (place / "v" / f"000000000{number}.json" for number in (1, 2))
    sound = newer.read_bytes()
    newer.write_bytes(older.read_bytes())
    assert own.town.run("fsck").code == 15
    newer.write_bytes(sound)
    assert own.town.run("fsck").code == 0
    register = next((place / "register").iterdir())
    register.write_bytes(register.read_bytes().replace(b'"1.1.0"', b'"1.1.1"'))
    done = own.town.run("fsck")
    assert done.code == 15 and "register/" in done.out


def test_a_backup_keeps_the_register(own: Published, tmp_path: Path):
    assert own.town.run("backup", str(tmp_path / "b.tar")).code == 0
    again = Town(tmp_path / "again")
    assert again.run("restore", str(tmp_path / "b.tar")).code == 0
    assert said(Published(again).export(tmp_path / "site")) == said(own.export(tmp_path / "before"))


@pytest.mark.parametrize(
    ("old", "new"), [(b'"annual"', b'"weekly"'), (b'"versions"', b'"versionz"'), (b'"withdrawn"', b'"withdrawm"')]
)
def test_a_touched_register_is_damage_to_fsck_and_in_a_backup(own: Published, tmp_path: Path, old: bytes, new: bytes):
    register = next((own.town.root / "store" / "datasets" / SIREN / "demandes" / "register").iterdir())
    assert old in register.read_bytes()
    register.write_bytes(register.read_bytes().replace(old, new))
    done = own.town.run("fsck")
    assert (done.code, done.err) == (15, "") and "register/" in done.out
    assert own.town.run("backup", str(tmp_path / "b.tar")).code == 0
    done = Town(tmp_path / "again").run("restore", str(tmp_path / "b.tar"))
    assert done.code == 15 and "register/" in done.err
    assert not (tmp_path / "again" / "store").exists()

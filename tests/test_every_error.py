"""Whatever goes wrong: one line that says where and what to do, an exit code per kind, and the last version whole."""

import errno
import fcntl
import json
import re
import shutil
from pathlib import Path

import pytest

from pipelines.versions import storage
from tests.installation import Town, build_town, planted


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Town:
    """The town, its budget and its requests published once."""
    town = build_town(tmp_path_factory.mktemp("published"))
    for dataset in ("budget", "grc_signalements"):
        assert town.run("run", dataset).code == 0
    return town


@pytest.fixture
def town(published, tmp_path) -> Town:
    """A copy of the published town, for one test to damage."""
    shutil.copytree(published.root, tmp_path / "town", symlinks=True)
    return Town(tmp_path / "town")


def refused(town: Town, code: int, *arguments: str) -> str:
    """Run what must fail; the last version stays whole. Returns the one line that was said."""
    before = {name: town.latest(name) for name in ("budget", "grc_signalements")}
    result = town.run(*arguments)
    assert result.code == code, (result.out, result.err)
    assert {name: town.latest(name) for name in before} == before
    assert result.err.count("\n") == 1, result.err
    assert "Traceback" not in result.err + result.out
    assert not any(value in result.err + result.out for value in planted())
    return result.err


def damaged(town: Town, content: bytes, name: str = "budget.xml") -> str:
    path = town.root / name
    path.write_bytes(content)
    return str(path)


def example(town: Town) -> bytes:
    return town.example("budget", ".xml").read_bytes()


def test_a_missing_file(town):
    assert "no such file" in refused(town, 14, "run", "budget", "--source", "nowhere.xml")


def test_nothing_delivered(town):
    shutil.rmtree(town.depot("budget"))
    assert "Put the export there" in refused(town, 14, "run", "budget")


def test_an_empty_file(town):
    assert "the file is empty" in refused(town, 14, "run", "budget", "--source", damaged(town, b""))


def test_a_truncated_file(town):
    content = example(town)
    refused(town, 14, "run", "budget", "--source", damaged(town, content[: len(content) // 2]))


def test_an_entity_bomb(town):
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">%s]><b>&a11;</b>' % entities
    refused(town, 14, "run", "budget", "--source", damaged(town, bomb))


def test_a_wrong_encoding(town):
    content = example(town).replace(b"ISO-8859-1", b"UTF-8", 1).replace(b'encoding="utf-8"', b'encoding="UTF-8"')
    broken = content.replace(b'LibelleColl V="', b'LibelleColl V="\xe9\xff', 1)
    refused(town, 14, "run", "budget", "--source", damaged(town, broken))


def test_an_unknown_nomenclature(town):
    before, _quote, after = example(town).partition(b'<Nomenclature V="')
    content = before + b'<Nomenclature V="M99-M99_NOWHERE' + after[after.index(b'"') :]
    said = refused(town, 11, "run", "budget", "--source", damaged(town, content))
    assert "nomenclatures import" in said


def test_another_town_s_accounts(town):
    town.run("organisations", "add", "219900024", "--name", "Parvis-le-Vieux")
    source = str(town.example("budget", ".xml"))
    said = refused(town, 11, "run", "budget", "--source", source, "--organisation", "219900024")
    assert "219900016" in said


def test_a_town_that_is_not_ours(town):
    (town.root / "organisations.csv").write_text(
        "siren,slug,name,code_insee,kind,contact_email,shard\n"
        "219900024,vieux,Parvis-le-Vieux,,commune,,\n217500016,paris,Paris,,commune,,\n"
    )
    said = refused(town, 11, "run", "budget", "--source", str(town.example("budget", ".xml")))
    assert "organisations add 219900016" in said


def test_an_undeclared_column(town):
    path = town.example("grc_signalements", ".json")
    requests = json.loads(path.read_text("utf-8"))
    requests[0]["date_de_naissance"] = "1980-01-01"
    source = damaged(town, json.dumps(requests).encode(), "demandes.json")
    said = refused(town, 12, "run", "grc_signalements", "--source", source)
    assert "date_de_naissance" in said
    assert "1980" not in said


def test_a_decision_s_number_that_is_free_text_becomes_no_part_s_name(town):
    path = next(path for path in town.depot("budget").iterdir() if b'<NatDec V="02"' in path.read_bytes())
    content = re.sub(rb'<DteDec V="[^"]*"', b'<DteDec V=""', path.read_bytes())
    content = re.sub(rb'<NumDec V="[^"]*"', b'<NumDec V="Odette Lanterne"', content)
    assert b"Odette Lanterne" in content
    assert "Odette" not in refused(town, 11, "run", "budget", "--source", damaged(town, content))


def test_a_damaged_key_is_restored_and_never_made_anew(town):
    (town.root / "work" / "keys" / "installation.key").write_text("00ff")
    for dataset in ("budget", "grc_signalements"):
        assert "restore it from your backup" in refused(town, 10, "run", dataset)


def test_a_damaged_state_costs_no_version(town):
    (town.root / "state.db").write_bytes(b"\x00\xff" * 500)
    result = town.run("run", "grc_signalements")
    assert result.code == 0, result.err
    assert "Delete it" in result.out


def test_an_unknown_dataset(town):
    assert "did you mean “budget”" in refused(town, 10, "run", "budgets")


def test_an_unknown_organisation(town):
    refused(town, 10, "run", "budget", "--organisation", "217500016")


def test_a_broken_declaration_of_one_s_own(town):
    folder = town.root / "datasets" / "budget"
    folder.mkdir(parents=True)
    (folder / "dataset.yaml").write_text("name: budget\nlicence: x\n")
    assert "datasets/budget/dataset.yaml" in refused(town, 10, "run", "budget")


def test_a_part_that_would_disappear(town):
    said = refused(town, 11, "run", "budget", "--remove-part", "nowhere")
    assert "is no part of this dataset" in said


def test_a_full_disk_while_a_version_is_written(town, monkeypatch):
    source = example(town).replace(b'<Exer V="2024"/>', b'<Exer V="2024"/>')
    real = storage.os.fsync
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    withdrawn = town.root / "store" / "datasets" / "219900016" / "budget"
    shutil.rmtree(withdrawn)  # so that the same source is new again
    monkeypatch.setattr(storage.os, "fsync", full)
    result = town.run("run", "budget", "--source", damaged(town, source))
    assert result.code == 15, result.err
    assert calls
    assert town.latest("budget") is None
    leftovers = [path for path in (town.root / "store").rglob("*") if "tmp" in path.name or "staging" in path.parts]
    assert [path for path in leftovers if path.is_file()] == []


def test_two_runs_of_one_dataset_at_once(town):
    lock = town.root / "work" / "locks" / "219900016-budget"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "another command is at work" in refused(town, 15, "run", "budget")
    assert town.run("run", "budget").code == 0


@pytest.mark.parametrize(
    "command",
    [
        ("rollback", "budget", "1.0.0"),
        ("withdraw", "budget", "1.0.0", "--reason", "error"),
        ("erase", "grc_signalements", "--key", "signalement_id=1"),
    ],
    ids=lambda command: command[0],
)
def test_a_way_back_while_a_run_goes_on(town, command):
    assert town.run("run", command[1]).code == 0
    with (town.root / "work" / "locks" / f"219900016-{command[1]}").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        result = town.run(*command)
    assert result.code == 15
    assert "another command is at work" in result.err
    assert town.latest(command[1]).number == "1.0.0"


@pytest.mark.parametrize("name", ["dagster.yaml", "history/runs.db", "schedules/schedules.db"])
def test_a_damaged_history_of_runs(town, name):
    assert town.run("run", "budget").code == 0
    (town.root / ".dagster" / name).write_text("[damaged", "utf-8")
    assert ".dagster" in refused(town, 15, "run", "budget")
    shutil.move(town.root / ".dagster", town.root / "moved-away")
    assert town.run("run", "budget").code == 0


def test_a_portal_that_does_not_answer(town, free_port, monkeypatch):
    _portal(town, f"http://127.0.0.1:{free_port}")
    monkeypatch.setenv("PARVIS_PORTAL_CKAN_TOKEN", "not-a-real-token")
    monkeypatch.setenv("PARVIS_PORTAL_PATIENCE_SECONDS", "0.1")
    result = town.run("publish", "budget", "--portal", "ckan")
    assert result.code == 13
    assert "ckan" in result.out
    assert "not-a-real-token" not in result.out + result.err


def test_a_portal_without_a_token(town):
    _portal(town, "http://127.0.0.1:1")
    result = town.run("publish", "budget", "--portal", "ckan")
    assert result.code == 13
    assert "PARVIS_PORTAL_CKAN_TOKEN" in result.out
    assert "Traceback" not in result.out + result.err


def test_an_unknown_portal(town):
    _portal(town, "http://127.0.0.1:1")
    assert "did you mean “ckan”" in refused(town, 10, "publish", "budget", "--portal", "ckann")


def test_a_folder_that_is_no_installation(tmp_path):
    result = Town(tmp_path).run("run", "budget")
    assert result.code == 10
    assert "parvis init" in result.err
    assert list(tmp_path.iterdir()) == []


def test_a_second_init_changes_nothing(town):
    before = (town.root / "parvis.yaml").read_bytes()
    assert "there is an installation already" in refused(town, 10, "init", "--siren", "219900024", "--name", "X")
    assert (town.root / "parvis.yaml").read_bytes() == before


def _portal(town: Town, url: str) -> None:
    path = Path(town.root) / "parvis.yaml"
    text = path.read_text("utf-8").replace("portals: {}", f"portals:\n  ckan: {{kind: ckan, url: '{url}'}}")
    path.write_text(text, "utf-8")

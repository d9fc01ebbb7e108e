"""Files as town halls have them: their content comes in as it truly is, or they are refused in words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.validate import validate
from pipelines.validate.door import open_file
from tests.validate.town_files import NAMES, SCHEMA, TownFile, town_file

MOST_BYTES = 512 << 20


def written(folder: Path, made: TownFile) -> Path:
    path = folder / made.name
    path.write_bytes(made.content)
    return path


def differences(path: Path, made: TownFile) -> list[str]:
    """What is not as it should be, in words."""
    try:
        opened, report = open_file(path, SCHEMA), validate(path, SCHEMA)
    except (SourceUnavailable, InvalidData) as refused:
        said = str(refused)
        is_right = made.refusal is not None and made.refusal in said and path.name in said and "\n" not in said
        return [*([] if is_right else [f"refused: {said}"]), *quoted(said, made)]
    if made.refusal is not None:
        return ["read, and should be refused"]
    messages = " ".join(one.message for one in (*report.errors, *report.findings, *report.repairs))
    table, told = opened.extract.table, {(one.rule, one.row, one.column) for one in opened.repairs}
    return [
        *([] if table.select(NAMES).to_pylist() == made.rows else ["other cells"]),
        *([] if list(opened.extract.rows) == made.numbers else [f"other rows: {list(opened.extract.rows)}"]),
        *(f"repair not told: {one}" for one in sorted(made.repairs - told, key=str)),
        *(f"repair told: {one}" for one in sorted(told - made.repairs, key=str)),
        *(f"error: {one.message}" for one in report.errors),
        *quoted(messages, made),
    ]


def quoted(said: str, made: TownFile) -> list[str]:
    return ["a message quotes a cell" for secret in made.secrets if secret in said]


def test_a_sample_of_them_is_read_rightly(tmp_path: Path):
    wrong = {}
    for seed in range(60):
        made = town_file(seed)
        if found := differences(written(tmp_path, made), made):
            wrong[f"{seed}: {made.told}"] = found
    assert wrong == {}


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_thousands_of_them_are_read_rightly(tmp_path: Path):
    wrong = {}
    for seed in range(60, 3_000):
        made = town_file(seed)
        if found := differences(written(tmp_path, made), made):
            wrong[f"{seed}: {made.told}"] = found
    assert wrong == {}


@pytest.mark.campaign
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_libreoffice_saves_again_is_the_same(tmp_path: Path, kind: str):
    files = {seed: made for seed in range(3_000, 3_300) if (made := town_file(seed)).name == "export.xlsx"}
    sound = {seed: made for seed, made in files.items() if made.refusal is None and made.content.startswith(b"PK")}
    for seed, made in sound.items():
        (tmp_path / f"{seed}.xlsx").write_bytes(made.content)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
    written_files = [str(tmp_path / f"{seed}.xlsx") for seed in sound]
    subprocess.run([*command, "--outdir", str(tmp_path), *written_files], check=True, capture_output=True, timeout=600)
    wrong = {seed: found for seed, made in sound.items() if (found := differences(tmp_path / f"{seed}.{kind}", made))}
    assert (len(sound) > 20, wrong) == (True, {})


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_the_command_stays_within_bounds_and_answers_in_json(tmp_path: Path):
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA), "utf-8")
    for seed in range(300):
        made = town_file(seed)
        path, out, err = written(tmp_path, made), tmp_path / "out", tmp_path / "err"
        command = [sys.executable, "-m", "pipelines", "validate", str(path), "--schema", str(schema), "--json"]
        with out.open("w") as own_out, err.open("w") as own_err:
            child = subprocess.Popen(command, stdout=own_out, stderr=own_err)
            _pid, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        printed, said = json.loads(out.read_text("utf-8")), err.read_text("utf-8")
        assert list(printed) == ["valid", "errors", "findings", "repairs"], made.told
        assert child.returncode in ((0,) if made.refusal is None else (11, 14)), made.told
        assert (printed["valid"], said.count("\n")) == (child.returncode == 0, int(child.returncode != 0)), made.told
        assert (usage.ru_maxrss << 10) < MOST_BYTES, made.told
        assert not any(secret in out.read_text("utf-8") + said for secret in made.secrets), made.told

"""What is documented exists, and what exists is documented."""

import re
from pathlib import Path

import click
import pytest

import pipelines
from pipelines.access.limits import Limits
from pipelines.commands import all_commands
from pipelines.commands.contents import CONTENTS
from pipelines.commands.glue import Spoken
from pipelines.errors import PublicationError
from pipelines.settings import Settings

CHECKOUT = Path(__file__).parent.parent
README = (CHECKOUT / "README.md").read_text("utf-8")


def commands(group: click.Group | None = None, path: str = "parvis") -> dict[str, click.Command]:
    found = {}
    for name, command in (group or all_commands()).commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{path} {name}")
        else:
            found[f"{path} {name}"] = command
    return found


@pytest.mark.parametrize("path", commands())
def test_every_command_says_what_it_is_for_and_shows_an_example(path):
    command = commands()[path]
    assert isinstance(command, Spoken)
    assert command.help
    assert command.epilog.startswith(f"$ {path}")
    assert "root" in {option.name for option in command.params}


@pytest.mark.parametrize("path", commands())
def test_every_option_says_what_it_is_for(path):
    for option in commands()[path].params:
        if isinstance(option, click.Option):
            assert option.help, option.name


def test_every_command_of_the_readme_exists():
    known = commands()
    words = [
        line.removeprefix("$ ").strip() for line in re.findall(r"^\s*(?:\$ )?(parvis [a-z][^\n#`|]*)", README, re.M)
    ]
    assert words
    for line in words:
        assert any(line == path or line.startswith(f"{path} ") for path in known), line


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 150


def test_every_setting_is_in_the_readme():
    for name in Settings.model_fields:
        assert f"PARVIS_{name.upper()}" in README


def test_every_limit_of_the_access_point_is_in_the_readme():
    for name in Limits.model_fields:
        assert f"`{name}`" in README


def test_every_exit_code_is_in_the_readme():
    codes = {kind.exit_code for kind in PublicationError.__subclasses__()}
    assert [code for code in codes if not re.search(rf"\b{code}\b", README)] == []


def test_the_readme_names_the_two_commands():
    assert "pip install -c .ci/constraints.txt . && parvis demo" in README
    assert "pip install -c .ci/constraints.txt '.[test]' && pytest" in README


def test_every_module_says_what_belongs_there():
    for path in sorted((CHECKOUT / "pipelines").rglob("*.py")):
        assert path.read_text("utf-8").startswith(('"""', "'''")), path


def test_every_module_is_on_the_map():
    entries = (CHECKOUT / "pipelines").iterdir()
    rooms = {f"{path.name}/" for path in entries if (path / "__init__.py").is_file()}
    modules = {path.stem for path in (CHECKOUT / "pipelines").glob("*.py") if not path.stem.startswith("__")}
    assert set(re.findall(r"^([a-z_]+/?)  +\S", pipelines.__doc__, re.M)) == rooms | modules


def test_no_file_is_longer_than_a_room_and_no_function_than_a_page():
    import ast

    for path in sorted((CHECKOUT / "pipelines").rglob("*.py")):
        text = path.read_text("utf-8")
        assert text.count("\n") <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno <= 60, (path, node.name)


def test_only_orchestration_knows_dagster():
    for path in sorted((CHECKOUT / "pipelines").rglob("*.py")):
        inside = path.relative_to(CHECKOUT / "pipelines").parts[0]
        if inside not in ("orchestration", "definitions.py"):
            assert not re.search(r"^\s*(import|from) dagster", path.read_text("utf-8"), re.M), path


def imported_by(code: str) -> set[str]:
    """The modules that a fresh process has imported after it."""
    import subprocess
    import sys

    code = f"import contextlib, io, sys\nwith contextlib.redirect_stdout(io.StringIO()):\n {code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    return set(done.stdout.split())


def test_no_command_imports_what_only_a_run_needs():
    loaded = imported_by("from pipelines.commands import all_commands; all_commands()")
    assert "pipelines.commands.history" in loaded
    assert loaded & {"dagster", "great_expectations"} == set()


def test_the_list_of_commands_imports_none_of_them():
    run = "from pipelines.commands.root import parvis; parvis({}, standalone_mode=False)"
    rooms = {f"pipelines.commands.{module}" for module in CONTENTS}
    assert imported_by(run.format(["--help"])) & {*rooms, "pyarrow", "frictionless", "numpy"} == set()
    assert imported_by(run.format(["validate", "--help"])) & {*rooms, "dagster"} == {"pipelines.commands.validation"}


def test_each_command_is_listed_under_its_module():
    root = all_commands()
    registered = set(root.commands)
    assert registered == {name for listed in CONTENTS.values() for name in listed}
    for module, listed in CONTENTS.items():
        for name, purpose in listed.items():
            assert root.commands[name].help == purpose
            made = next(one for one in commands(click.Group(commands={name: root.commands[name]})).values())
            assert made.callback.__module__ == f"pipelines.commands.{module}"

"""`parvis validate` as an officer types it: what it prints, what it writes, how it ends."""

import gzip
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Result, Town

SCHEMA = {
    "fields": [
        {"name": "nom", "title": "Nom du bénéficiaire", "type": "string", "constraints": {"required": True}},
        {"name": "montant", "title": "Montant", "type": "number"},
    ]
}
DIRTY = "NOM DU BENEFICIAIRE *;Montant\nZoé Secrète;beaucoup\n;12,50\n"
CLEAN = "nom,montant\na,1\n"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/dons.json").write_text(json.dumps(SCHEMA), "utf-8")
    (tmp_path / "dirty.csv").write_text(DIRTY, "utf-8")
    (tmp_path / "clean.csv").write_text(CLEAN, "utf-8")
    return Town(tmp_path)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The folder over HTTP."""

    class Folder(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, *_arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def validate(town: Town, file: str, *options: str, schema: str = "dons") -> Result:
    return town.run("validate", str(town.root / file), "--schema", schema, *options)


def test_the_exit_code_says_whether_the_file_is_valid(town: Town):
    assert (validate(town, "clean.csv").code, validate(town, "dirty.csv").code) == (0, 11)
    assert validate(town, "absent.csv").code == 14
    assert validate(town, "clean.csv", schema="absent").code == 10


def test_a_schema_is_named_by_its_name_its_path_or_its_address(town: Town, web: str):
    path = town.root / "schemas/dons.json"
    for schema in ("dons", str(path), f"{web}/schemas/dons.json"):
        assert validate(town, "clean.csv", schema=schema).code == 0
    assert validate(town, "clean.csv", schema=f"{web}/absent.json").code == 14


def test_json_has_the_keys_that_programs_know(town: Town):
    printed = json.loads(validate(town, "dirty.csv", "--json").out)
    assert list(printed) == ["valid", "errors", "findings", "repairs"]
    assert printed["valid"] is False
    assert [[*error.values()][:4] for error in printed["errors"]] == [
        ["type-error", 2, 2, "montant"],
        ["constraint-error", 3, 1, "nom"],
    ]
    assert [(repair["rule"], repair["row"], repair["column"]) for repair in printed["repairs"]] == [
        ("header", None, "NOM DU BENEFICIAIRE *"),
        ("header", None, "Montant"),
        ("decimal-comma", 3, "montant"),
    ]


def test_strict_takes_the_file_as_it_is_and_values_are_frictionless_own(town: Town):
    strict = json.loads(validate(town, "dirty.csv", "--strict", "--json").out)
    assert [error["type"] for error in strict["errors"]][:2] == ["incorrect-label", "incorrect-label"]
    assert (strict["repairs"], strict["findings"], "descriptors" in strict) == ([], [], False)
    valued = json.loads(validate(town, "dirty.csv", "--values", "--json").out)
    assert [one["type"] for one in valued["descriptors"]] == [error["type"] for error in strict["errors"]]
    assert "beaucoup" in json.dumps(valued["descriptors"])


@pytest.mark.parametrize("name", ["clean.txt", "clean"])
def test_what_is_not_read_as_it_is_says_what_to_do(town: Town, name: str):
    (town.root / name).write_text("montant\n1\n", "utf-8")
    [error] = json.loads(validate(town, name, "--strict", "--json").out)["errors"]
    assert (error["type"], "or validate it without --strict" in error["message"]) == ("format-error", True)


def test_what_is_printed_names_the_column_and_quotes_no_cell(town: Town):
    for options in ([], ["--json"], ["--strict"], ["--strict", "--json"]):
        result = validate(town, "dirty.csv", *options)
        assert "Secrète" not in result.out + result.err
        assert "beaucoup" not in result.out + result.err
    assert "NOM DU BENEFICIAIRE * (column A)" in validate(town, "dirty.csv").out


def test_a_file_beyond_the_declared_size_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARVIS_SOURCE_MAX_BYTES", "10")
    result = validate(town, "clean.csv")
    assert (result.code, result.err.count("more than 10 bytes")) == (14, 1)


def test_the_page_is_written_beside_what_is_printed(town: Town):
    page = town.root / "rapport.html"
    assert validate(town, "dirty.csv", "--html", str(page)).code == 11
    assert "Zoé" not in page.read_text("utf-8")
    assert "<th scope=" in page.read_text("utf-8")


def test_a_page_that_cannot_be_written_hides_no_answer(town: Town):
    page = ("--html", str(town.root / "absent" / "rapport.html"))
    read = validate(town, "dirty.csv", *page)
    assert (read.code, "Montant (column B)" in read.out, read.err.count("rapport.html")) == (15, True, 1)
    assert json.loads(validate(town, "dirty.csv", "--json", *page).out)["valid"] is False
    refused = validate(town, "absent.csv", *page)
    assert (refused.code, refused.err.count("cannot be read"), refused.err.count("rapport.html")) == (15, 1, 1)
    assert_refused(json.loads(validate(town, "absent.csv", "--json", *page).out), "cannot be read")


@pytest.mark.parametrize("options", [[], ["--strict"]])
@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("bomb.csv.gz", gzip.compress(b"0" * (40 << 20)), 14, "more than 200 times its size"),
        ("bomb.xlsx", gzip.compress(b"0" * (40 << 20)), 14, "more than 200 times its size"),
        ("absent.csv", None, 14, "cannot be read"),
    ],
)
def test_a_refused_file_has_a_report_too(
    town: Town, name: str, content: bytes | None, code: int, told: str, options: list[str]
):
    if content is not None:
        (town.root / name).write_bytes(content)
    page = town.root / "rapport.html"
    result = validate(town, name, "--json", "--html", str(page), *options)
    assert (result.code, result.err.count(told)) == (code, 1)
    assert_refused(json.loads(result.out), told)
    assert told in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("formula.csv", b"nom,montant\n=A1+1,2\n", 11, "row 2, column 1: a formula"),
        ("image.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), 14, "neither text nor"),
        ("twice.csv", b"nom,montant,montant\na,1,2\n", 11, "both stand for the field"),
        ("empty.csv", b" ", 14, "the file is empty"),
    ],
)
def test_what_the_door_refuses_has_a_report_too(town: Town, name: str, content: bytes, code: int, told: str):
    (town.root / name).write_bytes(content)
    page = town.root / "rapport.html"
    result = validate(town, name, "--json", "--html", str(page))
    assert (result.code, result.err.count(told)) == (code, 1)
    assert_refused(json.loads(result.out), told)
    assert told in page.read_text("utf-8")
    assert validate(town, name).out == ""


def assert_refused(printed: dict[str, Any], told: str) -> None:
    """One error of the whole file, in the shape of every report."""
    assert (list(printed), printed["valid"]) == (["valid", "errors", "findings", "repairs"], False)
    [error] = printed["errors"]
    assert told in error.pop("message")
    assert error == {"type": "source-error", "rowNumber": None, "fieldNumber": None, "fieldName": None}


@pytest.mark.parametrize("schema", ["{}", "[]", '{"fields": [{}]}', '{"fields": [3]}', '{"fields": [{"type": "x"}]}'])
def test_a_schema_that_is_none_is_an_error_of_the_declaration(town: Town, schema: str):
    (town.root / "schemas/broken.json").write_text(schema, "utf-8")
    result = validate(town, "clean.csv", schema="broken")
    assert (result.code, result.err.count("\n")) == (10, 1)


def test_a_column_that_the_file_has_not_is_to_be_checked(town: Town) -> None:
    (town.root / "short.csv").write_text("nom\na\n", "utf-8")
    report = json.loads(town.run("validate", str(town.root / "short.csv"), "--schema", "dons", "--json").out)
    assert report["valid"]
    assert [(one["rule"], one["column"]) for one in report["findings"]] == [("missing-column", "montant")]

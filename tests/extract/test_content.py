"""What the bytes of a file certainly say."""

import os
from pathlib import Path

import pytest

from pipelines.errors import SourceUnavailable
from pipelines.extract.content import decode, read_bytes, text_table

FRENCH = "id;titre\n1;Rénovation de l’école du Mail, côté théâtre\n2;Où déposer ses encombrants ?\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_word(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding), "projets.csv") == (FRENCH, ())


def test_windows_1252_is_read_and_told() -> None:
    text, findings = decode(FRENCH.encode("cp1252"), "projets.csv")
    assert text == FRENCH
    assert [(finding.severity, finding.rule) for finding in findings] == [("warning", "encoding")]


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_another_old_encoding_is_refused_rather_than_taken_for_windows_1252(encoding: str) -> None:
    content = FRENCH.replace("’", "'").encode(encoding)
    with pytest.raises(SourceUnavailable, match=r"projets\.csv: neither UTF-8 nor certainly Windows-1252"):
        decode(content, "projets.csv")


@pytest.mark.parametrize("letter", "àâäçéèêëîïôöùûüÀÂÇÉÈÊÎÔÙÛ")
def test_one_letter_of_cp850_is_never_read_as_french_windows_1252(letter: str) -> None:
    content = f"id;titre\n1;Un mot avec {letter} dedans\n".encode("cp850")
    try:
        text, _findings = decode(content, "projets.csv")
    except SourceUnavailable:
        return
    assert letter in text


def test_a_text_with_null_bytes_is_no_text() -> None:
    with pytest.raises(SourceUnavailable, match="not a text file"):
        decode(b"id;titre\n1;\0\0\0\n", "projets.csv")


@pytest.mark.parametrize("content", [b"", b" \r\n\n"])
def test_an_empty_file_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "projets.csv"
    path.write_bytes(content)
    with pytest.raises(SourceUnavailable, match=r"projets\.csv: the file is empty"):
        read_bytes(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"absent\.csv: the file cannot be read"):
        read_bytes(tmp_path / "absent.csv")


def test_a_file_over_the_limit_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "projets.csv"
    path.touch()
    os.truncate(path, 1 << 40)  # a hole: a terabyte that takes no place
    with pytest.raises(SourceUnavailable, match="more than 2 MB"):
        read_bytes(path, 2 << 20)


def test_half_a_surrogate_is_refused_without_being_quoted() -> None:
    with pytest.raises(SourceUnavailable, match="characters that do not exist") as raised:
        text_table({"service": ["\ud800"]}, "requests.json")
    assert "\ud800" not in str(raised.value)
    assert raised.value.__suppress_context__

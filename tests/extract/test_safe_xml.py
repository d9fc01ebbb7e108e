"""XML from outside is read level, or refused in words."""

from pathlib import Path

import pytest

from pipelines.errors import SourceUnavailable
from pipelines.extract.safe_xml import LIMITS, Limits, elements, root_name

BOMB = "<!DOCTYPE a [<!ENTITY x0 'ha'>" + "".join(
    f"<!ENTITY x{level} '{f'&x{level - 1};' * 10}'>" for level in range(1, 10)
)


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "source.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(SourceUnavailable) as refused:
        list(elements(path, {"a"}, limits))
    return str(refused.value)


def test_wanted_elements_come_whole_with_their_ancestors(tmp_path):
    path = written(tmp_path, "<t><h><a n='1'><b v='x'/></a></h><!-- a --><o><a n='2'/></o></t>")
    seen = [(a.getparent().tag, a.get("n"), [b.get("v") for b in a]) for a in elements(path, {"a"})]
    assert seen == [("h", "1", ["x"]), ("o", "2", [])]


def test_names_have_their_namespace(tmp_path):
    path = written(tmp_path, "<t xmlns='urn:t' xmlns:o='urn:o'><a/><o:a/></t>")
    assert len(list(elements(path, {"{urn:t}a"}))) == 1
    assert root_name(path) == "{urn:t}t"


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_the_declared_encoding_is_read(tmp_path, encoding):
    path = written(tmp_path, f'<?xml version="1.0" encoding="{encoding}"?><a v="Hôtel de ville"/>'.encode(encoding))
    assert [a.get("v") for a in elements(path, {"a"})] == ["Hôtel de ville"]


@pytest.mark.parametrize(
    "content",
    [
        BOMB + "]><a>&x9;</a>",
        BOMB + "]><a v='&x9;'/>",
        BOMB + "]><a v='&x2;'/>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>",
        "<!DOCTYPE a><a/>",
    ],
    ids=["bomb", "bomb in attribute", "small bomb", "file entity", "outside DTD", "bare DTD"],
)
def test_a_document_type_is_refused(tmp_path, content):
    assert "DOCTYPE" in refusal(written(tmp_path, content))


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "source.xml: the file is empty; export it again."),
        (b"  \n", "source.xml: not an XML file; check that it is the right file."),
        (b"PK\x03\x04", "source.xml: not an XML file; check that it is the right file."),
        (b'{"a": 1}', "source.xml: not an XML file; check that it is the right file."),
        (b"<a><b/>\n", "source.xml: the file stops at line 2, before its end; fetch or export it again."),
        (b"<a>\n<b v='12", "source.xml: the file stops at line 2, before its end; fetch or export it again."),
        (b"<a>\n<b></a>", "source.xml, line 2: not well-formed XML; export it again."),
        (b"<a/><a/>", "source.xml, line 1: not well-formed XML; export it again."),
        (
            "<a>\n\u00e9</a>".encode("latin-1"),
            "source.xml, line 2: not in the encoding that its first line declares; export it again.",
        ),
        (b"<a>\0</a>", "source.xml, line 1: not in the encoding that its first line declares; export it again."),
    ],
)
def test_a_damaged_file_says_what_is_wrong_and_where(tmp_path, content, said):
    assert refusal(written(tmp_path, content)) == said


def test_a_file_cut_anywhere_is_told_as_cut(tmp_path):
    inner = '<!-- hé --><b V="é&amp;"/><?pi x?><c>é<![CDATA[f]]> &#233;</c>'
    whole = f'<?xml version="1.0"?>\n<a xmlns="urn:x">{inner}</a>'.encode()
    start = whole.index(b"<a ") + 1
    for size in range(start, len(whole)):
        assert "before its end" in refusal(written(tmp_path, whole[:size])), size


def test_an_error_never_quotes_the_file(tmp_path):
    for content in ("<a><Durand></Dupont></a>", "<a>&Durand;</a>", "<a Durand='1' Durand='2'/>", "<a><Durand v='"):
        message = refusal(written(tmp_path, content))
        assert "Durand" not in message and "Dupont" not in message


def test_a_missing_file_is_told_by_name_not_by_path(tmp_path):
    message = refusal(tmp_path / "budget.xml")
    assert message.startswith("budget.xml: ") and str(tmp_path) not in message


def test_depth_and_size_are_bounded(tmp_path):
    path = written(tmp_path, "<t>" * 9 + "</t>" * 9)
    assert list(elements(path, {"a"}, Limits(depth=9))) == []
    assert "more than 8 deep" in refusal(path, Limits(depth=8))
    assert "MB expected" in refusal(path, Limits(size_bytes=60))


def test_a_very_deep_file_is_refused_quickly(tmp_path):
    assert "more than 64 deep" in refusal(written(tmp_path, "<t>" * 200_000))


def test_what_was_read_is_let_go_of_over_a_long_file(tmp_path):
    path = written(tmp_path, "<t>" + "<other><x v='0123456789'/></other><a v='0123456789'/>" * 50_000 + "</t>")
    count = 0
    for a in elements(path, {"a"}):
        count += 1
        assert len(a.getparent()) < 3_000, "more than what one block of 32 kB holds"
    assert count == 50_000

"""French is complete, says what the English says, and is set as French is."""

import ast
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from babel.messages.mofile import read_mo
from click.testing import CliRunner

from pipelines.commands import all_commands
from pipelines.messages import speaking, use
from tests.translations import CODE, DOMAINS, Domain, extract, read, texts

REFRESH = "run `python -m tests.translations`, then write the French"
NO_BREAK, NARROW = "\u00a0", "\u202f"
QUOTED_CODE = re.compile(r"`[^`]*`")

each_domain = pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)


def pairs(domain: Domain) -> Iterator[tuple[str, str]]:
    """Every form of every message: the English, the French. The plural's two forms stand beside their own."""
    for message in read(domain):
        if message.id:
            yield from zip(texts(message.id), texts(message.string), strict=True)


@each_domain
def test_every_message_of_the_code_is_in_the_catalogue_and_no_other(domain):
    kept, found = ({message.id for message in catalogue if message.id} for catalogue in (read(domain), extract(domain)))
    assert kept - found == set(), f"no longer in the code: {REFRESH}"
    assert found - kept == set(), f"new in the code: {REFRESH}"


@each_domain
def test_every_message_has_its_french(domain):
    assert [english for english, french in pairs(domain) if not french.strip()] == []


@each_domain
def test_no_translation_is_left_over_or_uncertain(domain):
    catalogue = read(domain)
    assert list(catalogue.obsolete) == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@each_domain
def test_the_compiled_catalogue_is_what_the_text_says(domain):
    with domain.mo.open("rb") as file:
        kept = {texts(message.id): texts(message.string) for message in read_mo(file) if message.id}
    assert kept == {texts(message.id): texts(message.string) for message in read(domain) if message.id}, REFRESH


def placeholders(text: str) -> set[tuple[str, str, str]]:
    """What `format` fills in, with the form it takes."""
    return {(name, form or "", turn or "") for _text, name, form, turn in string.Formatter().parse(text) if name}


@each_domain
def test_a_translation_has_the_placeholders_of_its_source(domain):
    assert [french for english, french in pairs(domain) if placeholders(french) != placeholders(english)] == []


@each_domain
def test_what_is_quoted_as_code_is_not_translated(domain):
    codes = [(QUOTED_CODE.findall(english), QUOTED_CODE.findall(french), french) for english, french in pairs(domain)]
    assert [french for english_codes, codes, french in codes if sorted(codes) != sorted(english_codes)] == []


def broken_typography(text: str) -> list[str]:
    """The places where a French typographer would mend the text; code, in backticks or « », is left alone."""
    prose = re.sub(f"«{NO_BREAK}[^»]*{NO_BREAK}»", f"«{NO_BREAK}{NO_BREAK}»", QUOTED_CODE.sub("`", text))
    return re.findall(
        "|".join(
            [
                "[“”]",
                f"«(?!{NO_BREAK})",
                f"(?<!{NO_BREAK})»",
                rf"(?<!{NO_BREAK}):(?=\s|$)",
                rf"(?<!{NARROW})[;!?](?=\s|$)",
                r"[ ][:;!?]",
                r"[^\W\d_]'[\w{]",
            ]
        ),
        prose,
    )


@each_domain
def test_the_french_is_set_as_french_is(domain):
    assert [(french, broken) for _english, french in pairs(domain) if (broken := broken_typography(french))] == []


@pytest.mark.parametrize(
    "text",
    ["le “mot”", "le «mot»", "le « mot »", "ici: là", "ici : là", "quoi ?", "quoi?", "oui; non", "l'une"],
)
def test_a_slip_of_typography_is_seen(text):
    assert broken_typography(text)


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1:8010", "champ:mot", "déclarez `releases: wait`", "avec «\u00a0update: part\u00a0»", "l’une"],
)
def test_addresses_and_code_are_no_slips(text):
    assert broken_typography(text) == []


def test_a_message_inside_an_f_string_is_found(tmp_path):
    (tmp_path / "a.py").write_text("""f"{_('one')}: {ngettext('two', 'twos', 2)} {mark(name)}"\n""")
    assert {message.id for message in extract(Domain("x", tmp_path)) if message.id} == {"one", ("two", "twos")}


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of every command line, of groups too."""
    yield path
    for name, command in group.commands.items():
        yield from commands(command, *path, name) if isinstance(command, click.Group) else [(*path, name)]


@pytest.fixture
def french(monkeypatch) -> Iterator[None]:
    """A process that speaks French, as `parvis` does by default."""
    monkeypatch.setenv("LANGUAGE", "")  # so that what `use` writes there goes with the test
    use("fr")
    with speaking("fr"):
        yield


SENTENCES = {
    english: translated
    for domain in DOMAINS
    for english, translated in pairs(domain)
    if english != translated and english.count(" ") > 2 and not placeholders(english)
}
WORDS = re.compile(r"\b(COMMAND|PATH|INTEGER|TEXT|NAME|PART|COLUMN|VALUE|Error|Missing|Invalid|such)\b")


@pytest.mark.parametrize("words", commands(all_commands()), ids=" ".join)
def test_the_help_of_every_command_is_wholly_french(words, french):
    wide = {"terminal_width": 10_000, "max_content_width": 10_000}  # no sentence is cut
    said = CliRunner().invoke(all_commands(), [*words, "--help"], **wide).output
    assert said.startswith("Usage\u00a0:")
    assert "\nOptions\u00a0:" in said
    assert WORDS.findall(said) == []
    assert [english for english in SENTENCES if english in said] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run", "Argument manquant 'JEU'"),
        ("validate a.csv", "Option manquante '--schema'"),
        ("runn", "La commande 'runn' n’existe pas. Vouliez-vous dire 'run'"),
        ("run --nope", "L’option '--nope' n’existe pas"),
        ("withdraw budget 1.0.0 --reason why", "'why' ne fait pas partie de"),
        ("serve --port many", "'many' n’est pas un nombre valide"),
        ("run a b", "Argument en trop (b)"),
    ],
)
def test_a_mistaken_command_line_is_refused_in_french(line, expected, french):
    said = CliRunner().invoke(all_commands(), line.split()).output
    assert expected in said
    assert "Pour obtenir de l’aide\u00a0:" in said
    assert WORDS.findall(said) == []


def test_the_commands_speak_the_language_asked_for():
    environment = os.environ | {"PARVIS_LOCALE": "en", "LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"}
    command = [sys.executable, "-m", "pipelines", "--help"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout
    assert "Show this message and exit." in said
    assert "Usage: parvis" in said


def test_no_sentence_puts_english_quotation_marks_around_a_value():
    """They would stand in French sentences too: `messages.quoted` writes those of the language."""
    nodes = ((path, node) for path in CODE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    assert [path for path, node in nodes if isinstance(node, ast.JoinedStr) and "“" in ast.unparse(node)] == []

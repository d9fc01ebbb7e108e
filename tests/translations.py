"""`python -m tests.translations`: read the messages out of the code, bring the French catalogues up to date, compile.

Two catalogues: `parvis`, our messages; `messages`, those of click (its help and its complaints), which
looks its words up under that name. What a new message says in French is then written into the .po by hand.
"""

import ast
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import pipelines

CODE = Path(pipelines.__file__).parent
FOLDER = CODE / "locale" / "fr" / "LC_MESSAGES"
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2)}
HEADER_COMMENT = "# The French of Parvis, for the people of a town hall."
_SIGNED = dict.fromkeys(("last_translator", "language_team", "msgid_bugs_address"), "The Parvis developers")


@dataclass(frozen=True)
class Domain:
    """One catalogue, and the code whose messages it translates."""

    name: str
    code: Path

    @property
    def po(self) -> Path:
        return FOLDER / f"{self.name}.po"

    @property
    def mo(self) -> Path:
        return FOLDER / f"{self.name}.mo"


# What click looks up by a name.
UNSEEN = {"messages": ("required",)}
DOMAINS = (Domain("parvis", CODE), Domain("messages", Path(click.__file__).parent))


def messages_of_python(file: IO[bytes], keywords: Collection[str], *_: object, **__: object) -> Iterator[tuple]:
    """Calls with literal texts. Babel's own reader passes over those inside an f-string."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            found = [part.value if isinstance(part, ast.Constant) else None for part in node.args]
            yield node.lineno, node.func.id, found[0] if len(found) == 1 else tuple(found), []


METHODS = [
    ("**.py", messages_of_python),
    ("**.html", "jinja2.ext:babel_extract"),
    ("**.xml", "jinja2.ext:babel_extract"),
]
# A template that cannot be read is an error, not a template without messages.
OPTIONS = {"**.html": {"silent": "false"}, "**.xml": {"silent": "false"}}


def extract(domain: Domain) -> Catalog:
    """The messages in the code, without translations; located by file, as lines move with every change."""
    found = Catalog("fr", domain.name)
    for file, _line, message, comments, _context in extract_from_dir(domain.code, METHODS, OPTIONS, KEYWORDS):
        found.add(message, locations=[(f"{domain.code.name}/{file}", 0)], auto_comments=comments)
    for message in UNSEEN.get(domain.name, ()):
        found.add(message)
    return found


def read(domain: Domain) -> Catalog:
    """The catalogue as it is kept; empty where there is none yet."""
    if not domain.po.is_file():
        return Catalog(
            "fr", domain.name, header_comment=HEADER_COMMENT, project="parvis", version="1", fuzzy=False, **_SIGNED
        )
    with domain.po.open("rb") as file:
        return read_po(file, locale="fr", domain=domain.name)


def compiled(catalogue: Catalog) -> bytes:
    """The .mo file of a catalogue."""
    content = io.BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def refresh(domain: Domain) -> Iterator[str]:
    """Bring .po and .mo up to the code. Yields the messages that wait for their French."""
    kept, found = read(domain), extract(domain)
    # The header's dates would change a file in which no message changed.
    found.creation_date, found.revision_date = kept.creation_date, kept.revision_date
    kept.update(found, no_fuzzy_matching=True)
    kept.obsolete.clear()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with domain.po.open("wb") as file:
        write_po(file, kept, width=110, sort_by_file=True, include_lineno=False)
    domain.mo.write_bytes(compiled(read(domain)))
    yield from (str(message.id) for message in kept if message.id and not all(texts(message.string)))


def texts(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """A message's one form, or its two."""
    return tuple(string) if isinstance(string, (tuple, list)) else (string or "",)


if __name__ == "__main__":
    for each in DOMAINS:
        for message in refresh(each):
            print(f"{each.po.name}: {message}")

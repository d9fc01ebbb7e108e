"""What frictionless finds wrong with a schema, in our words: its notes are English, and quote the schema's values."""

import re
from collections.abc import Callable, Mapping

from ..messages import _, listed

_NOTES: Mapping[re.Pattern[str], Callable[[], str]] = {
    re.compile(r'field type "(?P<word>.*)" is not supported'): lambda: _("there is no field type “{word}”"),
    re.compile(r'constraint "(?P<word>.*)" is not supported by type "(?P<type>.*)"'): lambda: _(
        "a field of type {type} has no constraint “{word}”"
    ),
    re.compile(r'constraint "(?P<word>.*)" requires datapackage v2'): lambda: _(
        "“{word}” is of version 2 of Table Schema; name it in “$schema”"
    ),
    re.compile(r'example value .* for field "(?P<word>.*)" is not valid', re.DOTALL): lambda: _(
        "the example of the field “{word}” is no value of it"
    ),
    re.compile(r"names of the fields are not unique"): lambda: _("two fields have one name"),
    re.compile(r"primary key .*", re.DOTALL): lambda: _("primaryKey names a column that is no field"),
    re.compile(r"foreign key .*", re.DOTALL): lambda: _("foreignKeys name a column that is no field"),
    re.compile(r'"(?P<word>.*)" should be set as "constraints\..*"'): lambda: _("“{word}” stands under “constraints”"),
    re.compile(r".* at property '(?P<word>[^']*)'", re.DOTALL): lambda: _("{word}: not of the expected form"),
}


def schema_problem(notes: list[str]) -> str:
    """Each of frictionless' notes once; one that is not known as it is."""
    return listed(dict.fromkeys(map(_in_words, notes)))


def _in_words(note: str) -> str:
    for pattern, words in _NOTES.items():
        if match := pattern.fullmatch(note):
            return words().format(**match.groupdict())
    return note

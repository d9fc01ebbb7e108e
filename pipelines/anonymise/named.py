"""Texts of columns called public that may name somebody, for an officer to look at: none of them stops a run.

« Gymnase Jean-Moulin » is no leak; « Plainte de Mme Berthier » is, and only a person can tell for sure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Keep
from ..privacy_policy import Privacy
from .text import names_model
from .text.free_text import scan, scan_with_names

# Words that announce a name, or two words in capitals: whatever the recognisers could take for a name in a short text.
_SUSPECT = (
    r"\b(?:M\.|MM\.|Mr|Mmes?|Mlles?|Dr|Pr)[\s.]|(?i:\b(?:madame|monsieur|mademoiselle|docteur|ma[îi]tre|famille|époux|"
    r"mon|ma|son|sa|chez|signé|contact|porteu(?:r|se)|par|de)\s)|\p{Lu}[\p{L}'’\-]+\s+\p{Lu}[\p{L}'’\-]+"
)


@dataclass(frozen=True)
class Text:
    """One distinct text of a column, and how many rows say it."""

    column: str
    words: str
    row_count: int


def suspects(table: pa.Table, privacy: Privacy) -> Iterator[Text]:
    """The texts worth looking at, each once. A column that is `reviewed:` was looked at by a person."""
    for name in table.column_names:
        column = privacy.columns.get(name)
        is_public = isinstance(column, Keep) and column.role == "public" and not column.reviewed
        if is_public and pa.types.is_string(table.schema.field(name).type):
            counted = pc.value_counts(table[name])
            is_suspect = pc.fill_null(pc.match_substring_regex(counted.field("values"), _SUSPECT), False)
            for one in counted.filter(is_suspect).to_pylist():
                yield Text(name, one["values"], one["counts"])


def naming(texts: list[Text], privacy: Privacy) -> list[Text]:
    """Those that name somebody, as far as the installed recognisers know."""
    look = scan_with_names if names_model.is_installed() else scan
    found = look([text.words for text in texts], privacy.contacts)
    return [text for text, spans in zip(texts, found, strict=True) if any(span.kind == "person" for span in spans)]

"""What the flow hands over for publication: checked rows, and everything that is said about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from .manifest import Part


@dataclass(frozen=True)
class Candidate:
    """A version that may come to be: the whole table of the dataset, anonymous and checked."""

    siren: str
    organisation: str  # the slug
    organisation_name: str
    dataset: str
    table: pa.Table  # columns = the fields of table_schema, in order
    metadata: Mapping[str, Any]  # title, description (fr, en), license, themes, keywords, update_frequency, contact
    table_schema: Mapping[str, Any]  # of the published rows
    privacy: Mapping[str, Any]  # source column -> role and action
    provenance: Mapping[str, str]  # parvis_version, declaration_sha256, schema_sha256, source_hmac
    parts: tuple[Part, ...]  # the runs of the table's rows, one after the other
    based_on: int | None = None  # the sequence whose other parts the table holds (0: none yet); None: it replaces all

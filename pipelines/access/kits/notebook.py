"""The notebook of a kit: it opens the kit's database where it lies, without a network, and looks at each dataset."""

import json
from collections.abc import Sequence
from typing import Any

from ...messages import _
from ...versions.compare import identifiers
from ...versions.manifest import Manifest
from ..pages.wording import words

Cell = dict[str, Any]


def notebook(name: str, database: str, manifests: Sequence[Manifest]) -> bytes:
    """nbformat 4, in the language of the context. `database` lies beside it."""
    introduction = _("Everything runs without a network, from top to bottom. It needs duckdb and pandas.")
    opening = "\n".join(
        ["import duckdb", "", f"db = duckdb.connect({json.dumps(database)}, read_only=True)", _sql("FROM versions")]
    )
    cells = [
        _text(f"# {name}\n\n{introduction}"),
        _code(opening),
        *(cell for manifest in manifests for cell in _dataset(manifest)),
        _text(_("The same rows also lie beside this notebook as Parquet and as CSV:")),
        _code(_parquet(manifests)),
        _text(_("Rows of the database that are not in the Parquet files, whose digests stand in SHA256SUMS: none.")),
        _code(_sql(" UNION ALL ".join(map(_differing, manifests)))),
    ]
    made = {
        "cells": [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def _dataset(manifest: Manifest) -> list[Cell]:
    title = words(manifest.metadata["title"])
    meaning = f"SELECT name, type, description FROM dictionary WHERE dataset = '{manifest.dataset}'"  # noqa: S608
    return [
        _text(f"## {title}\n\n{words(manifest.metadata['description'])}"),
        _code(_sql(meaning)),
        _code(_sql(f"FROM {manifest.dataset} LIMIT 10")),
        _code(_sql(_grouped(manifest))),
    ]


def _grouped(manifest: Manifest) -> str:
    """The rows counted by a column with few values, if the schema tells one: a start for one's own questions."""
    fields = manifest.table_schema["fields"]
    listed = [each["name"] for each in fields if each.get("constraints", {}).get("enum")]
    column = identifiers((listed or [fields[0]["name"]])[:1])
    return f"SELECT {column}, count(*) AS row_count FROM {manifest.dataset} GROUP BY ALL ORDER BY ALL LIMIT 20"  # noqa: S608


def _differing(manifest: Manifest) -> str:
    """The rows that stand in one of the two places alone."""
    table, file = manifest.dataset, f"'{manifest.dataset}/{manifest.dataset}.parquet'"
    both = f"(FROM {table} EXCEPT ALL FROM {file}) UNION ALL (FROM {file} EXCEPT ALL FROM {table})"
    return f"SELECT '{table}' AS dataset, count(*) AS row_count FROM ({both})"  # noqa: S608


def _sql(statement: str) -> str:
    return f"db.sql({json.dumps(statement, ensure_ascii=False)}).df()"


def _parquet(manifests: Sequence[Manifest]) -> str:
    path = f"{manifests[0].dataset}/{manifests[0].dataset}.parquet"
    return f"import pandas as pd\n\npd.read_parquet({json.dumps(path)}).head()"


def _text(source: str) -> Cell:
    # A description is text: no viewer of notebooks is trusted to clean it.
    return {"cell_type": "markdown", "metadata": {}, "source": source.replace("&", "&amp;").replace("<", "&lt;")}


def _code(source: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}

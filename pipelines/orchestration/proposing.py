"""The best steps of a dataset's ladders, tried on one file of its source; nothing is published or kept."""

from dataclasses import replace
from pathlib import Path

from ..anonymise import refuse_undeclared
from ..anonymise.propose.proposal import Proposed, propose_policies
from ..anonymise.treatments import number_units
from ..declarations import Dataset
from ..extract import References
from ..extract.connectors import extract
from ..validate import validate_table
from .beside import contributors


def propose_for(dataset: Dataset, source: Path, references: References) -> tuple[Proposed, ...]:
    """The best policy first, from the rows of `source` that fit the schema."""
    shaped = replace(references, table_schema=dataset.table_schema, titles=dataset.titles)
    found = extract(source, dataset.source, shaped)
    refuse_undeclared(found.table.column_names, dataset.privacy, found.source)
    fields = [name for name in found.table.column_names if name in dataset.field_names]
    validated = validate_table(replace(found, table=found.table.select(fields)), dataset.table_schema)
    names = contributors([(found, validated)], dataset.privacy)
    units = None if names is None else number_units(names)
    return propose_policies(validated.table, dataset.privacy, dataset.tables, units)

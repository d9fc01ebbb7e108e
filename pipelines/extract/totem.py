"""TOTEM, the XML of local budgets (DocumentBudgetaire, alone or in a CompteFinancierUnique) -> scdl/budget rows.

One LigneBudget is one row; the annexes (grants, staff and pay, signatories) are never
read into rows. `DECISION` is the one column beyond the official ones: it tells apart
two décisions modificatives of one year, which the official schema has no column for.
"""

from pathlib import Path

import pyarrow as pa

from . import Extract, References
from .charts import Chart, find_chart
from .totem_document import read_document
from .totem_findings import heading_findings, label_findings, text_findings
from .totem_heading import read_heading
from .totem_rows import COLUMNS, row_of


def extract_totem(path: Path, references: References) -> Extract:
    """The budget lines of `path`, labelled from the charts of accounts in `references`.

    Raises SourceUnavailable where it is no TOTEM file, InvalidData where its heading cannot be published.
    """
    document = read_document(path)
    heading = read_heading(document.heading, path.name)
    chart = find_chart(references.nomenclatures, heading.year, heading.nomenclature)
    findings = [
        *heading_findings(heading, chart, path.name),
        *text_findings(heading, document.lines, path.name),
    ]
    rows = [row_of(line, heading, chart or Chart(heading.nomenclature, heading.year)) for line in document.lines]
    if chart:
        findings += label_findings(rows, document.lines, chart, path.name)
    return Extract(
        table=pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS}),
        rows=tuple(line.number for line in document.lines),
        source=path.name,
        siren=heading.siren,
        findings=tuple(findings),
    )

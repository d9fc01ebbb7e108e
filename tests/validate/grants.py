"""Grants as a town delivers them at the door, and what was found of a delivery."""

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.validate.door import Opened, open_file

GRANTS: dict[str, Any] = {
    "fields": [
        {"name": "nomBeneficiaire", "title": "Nom du bénéficiaire", "type": "string"},
        {"name": "dateConvention", "title": "Date de convention", "type": "date"},
        {"name": "montant", "title": "Montant", "type": "number"},
        {"name": "idBeneficiaire", "title": "SIRET", "type": "string"},
    ],
    "custom_checks": [{"name": "french-siret-value", "params": {"column": "idBeneficiaire"}}],
}
TEXT = "nomBeneficiaire;dateConvention;montant\nÉcole d'été – Œuvres;2024-01-31;12.50\nThéâtre;2024-02-29;3\n"
TITLES = "nomBeneficiaire;objet;montant"
HEADER = ["nomBeneficiaire", "dateConvention", "montant", "idBeneficiaire"]


def opened(folder: Path, content: str | bytes, name: str = "export.csv", **options: Any) -> Opened:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_file(path, GRANTS, **options)


def rows(opened: Opened) -> list[dict[str, str]]:
    return opened.extract.table.to_pylist()


def repairs(opened: Opened) -> list[tuple[str, int | None, str | None]]:
    return [(repair.rule, repair.row, repair.column) for repair in opened.repairs]


def findings(opened: Opened) -> list[tuple[str, int | None, str | None]]:
    return [(finding.rule, finding.row, finding.column) for finding in opened.extract.findings]


def workbook(*lines: list[Any], formula: bool = False, hidden: bool = False) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    if hidden:
        book.add_worksheet("Notice").write(0, 0, "Lisez-moi")
    sheet = book.add_worksheet("Subventions")
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write(number, place, cell)
    if formula:
        sheet.write_formula(len(lines), 2, "=SUM(C2:C3)", None, 5)
    book.close()
    return target.getvalue()

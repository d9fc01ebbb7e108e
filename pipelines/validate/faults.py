"""A fault: one error of a row exactly as frictionless reports it, kept small until somebody asks for its text."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from frictionless import errors as E

CLASSES: dict[str, Any] = {
    Class.type: Class
    for Class in (
        E.TypeError,
        E.ConstraintError,
        E.ExtraCellError,
        E.MissingCellError,
        E.BlankRowError,
        E.UniqueError,
        E.PrimaryKeyError,
        E.ForeignKeyError,
    )
}


class Fault(NamedTuple):
    """`cells` are the row's cells as text; `cell` is what frictionless quotes."""

    type: str
    rule: str
    row_number: int
    cells: list[str]
    note: str = ""
    cell: str | None = None
    field_name: str | None = None
    field_number: int | None = None
    more: Mapping[str, Any] = {}

    def descriptor(self) -> dict[str, Any]:
        """Equal to `Error.to_descriptor()`, built without frictionless' renderer (15 times its time)."""
        Class = CLASSES[self.type]
        descriptor = {
            "type": Class.type,
            "title": Class.title,
            "description": Class.description,
            "tags": Class.tags,
            "note": self.note,
            "cells": self.cells,
            "rowNumber": self.row_number,
            **self.more,
        }
        if self.field_name is not None:
            descriptor |= {"cell": self.cell, "fieldName": self.field_name, "fieldNumber": self.field_number}
        return descriptor | {"message": Class.template.format_map(descriptor)}

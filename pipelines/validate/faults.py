"""A fault: one error of a row exactly as frictionless reports it, kept small until somebody asks for its text."""

from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Fault:
    """`cells` are the row's cells as text; `cell` is what frictionless quotes."""

    type: str
    rule: str
    row_number: int
    cells: list[str]
    note: str = ""
    cell: str | None = None
    field_name: str | None = None
    field_number: int | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def as_tuple(self) -> tuple[Any, ...]:
        """The fields in order, all of plain values: what a disk can hold."""
        return (
            self.type,
            self.rule,
            self.row_number,
            self.cells,
            self.note,
            self.cell,
            self.field_name,
            self.field_number,
            self.more,
        )

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

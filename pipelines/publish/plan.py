"""What a portal would have to change, in words and as JSON, before anything is touched."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from ..messages import _, ngettext
from .publication import OpenFile, Publication

What = Literal[
    "dataset-created",
    "duplicate-removed",
    "field-changed",
    "file-altered",
    "file-added",
    "file-replaced",
    "resource-changed",
    "resource-removed",
    "table-loaded",
]


@dataclass(frozen=True)
class Change:
    """One difference between the portal and the version; `name` is the field or the file."""

    what: What
    name: str
    before: str = ""
    after: str = ""

    @property
    def is_structural(self) -> bool:
        """True for datasets and files, False for texts."""
        return self.what not in ("field-changed", "resource-changed")

    def words(self) -> str:
        """One line for an officer."""
        sentences = {
            "dataset-created": _("create the dataset {name}"),
            "duplicate-removed": _("remove {name}, made twice by a lost answer"),
            "field-changed": _("{name}: “{before}” becomes “{after}”"),
            "file-altered": _("the copy of {name} is not the version's file, or nobody gets it"),
            "file-added": _("add the file {name} ({after})"),
            "file-replaced": _("replace the file {name} ({before} becomes {after})"),
            "resource-changed": _("{name}: “{before}” becomes “{after}”"),
            "table-loaded": _("load the rows of {name} into the DataStore"),
            "resource-removed": _("remove {name}"),
        }
        return sentences[self.what].format(name=self.name, before=_short(self.before), after=_short(self.after))


@dataclass(frozen=True)
class Plan:
    """What `apply` will do on one portal; no change means that the portal holds the version already."""

    portal: str
    publication: Publication
    changes: tuple[Change, ...]
    held_sequence: int  # of the version that the portal holds whole, 0 where it has none
    copies: Mapping[str, str]  # where anybody downloads the portal's copy of a file
    found: Any  # what the portal's `apply` needs of what its `plan` read

    def words(self) -> str:
        """The plan for an officer, one line per change."""
        where = {"portal": self.portal, "name": self.publication.name, "number": self.publication.manifest.number}
        if not self.changes:
            return _("{portal}: {name} holds version {number}; nothing to change.").format(**where)
        count = len(self.changes)
        head = ngettext(
            "{portal}: {name}, version {number}, {count} change:",
            "{portal}: {name}, version {number}, {count} changes:",
            count,
        ).format(count=count, **where)
        return "\n".join([head, *(f"  - {change.words()}" for change in self.changes)])

    def to_json(self) -> str:
        """The plan for programs."""
        manifest = self.publication.manifest
        content = {
            "portal": self.portal,
            "organisation": manifest.organisation,
            "dataset": manifest.dataset,
            "version": manifest.number,
            "changes": [asdict(change) for change in self.changes],
        }
        return json.dumps(content, ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class Receipt:
    """What a portal holds after a publication."""

    portal: str
    dataset_id: str
    address: str
    version: str
    changes: tuple[Change, ...]  # none where it held the version already
    left: tuple[Change, ...] = ()  # what the portal took, and shows otherwise: its own rules changed it


class Portal(Protocol):
    """What receives datasets. Every call has a timeout; every error is PortalRefused or below it."""

    @property
    def name(self) -> str:
        """As parvis.yaml calls it."""

    def check(self) -> str:
        """The user to whom the token belongs; reads the portal and touches nothing."""

    def plan(self, publication: Publication) -> Plan:
        """Read what the portal holds and compare; touches nothing."""

    def apply(self, plan: Plan, open_file: OpenFile) -> Receipt:
        """Do what the plan says, or raise: Overtaken where the portal changed since, Unanswered where nobody knows."""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"

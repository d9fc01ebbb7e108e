"""What a portal would have to change, in words and as JSON, before anything is touched."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from ..messages import _, ngettext
from .field_names import in_words
from .publication import OpenFile, Publication, Vacancy

Subject = Publication | Vacancy
State = Literal["absent", "behind", "held", "edited"]
What = Literal[
    "dataset-created",
    "dataset-restored",
    "duplicate-removed",
    "field-changed",
    "file-altered",
    "file-added",
    "file-replaced",
    "resource-changed",
    "resource-removed",
    "table-dropped",
    "table-loaded",
]
TABLE_CHANGES = ("table-dropped", "table-loaded")
# What no edit on the portal explains: work that was cut short, or a file that a portal may no longer show.
_DUE = ("duplicate-removed", "resource-removed", "table-loaded")


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
        if not self.is_structural:
            return self._text_words()
        sentences = {
            "dataset-created": _("create the dataset {name}"),
            "dataset-restored": _("bring {name} back, which was deleted there"),
            "duplicate-removed": _("remove {name}, made twice by a lost answer"),
            "file-altered": _("the copy of {name} is not the version's file, or nobody gets it"),
            "file-added": _("add the file {name} ({after})"),
            "file-replaced": _("replace the file {name} ({before} becomes {after})"),
            "table-dropped": _("load the rows of {name} into the DataStore again: somebody dropped them"),
            "table-loaded": _("load the rows of {name} into the DataStore"),
            "resource-removed": _("remove {name}"),
        }
        return sentences[self.what].format(name=self.name, before=_spoken(self.before), after=_spoken(self.after))

    def _text_words(self) -> str:
        if self.name == "order":
            return _("put the files in their order")
        if not self.before:
            told = _("{name}: “{after}”, where nothing is")
        else:
            told = _("{name}: “{before}” becomes “{after}”") if self.after else _("{name}: “{before}” goes")
        return told.format(name=in_words(self.name), before=_spoken(self.before), after=_spoken(self.after))


def is_new(changes: Iterable[Change]) -> bool:
    """Whether the portal has no such dataset, which is more than that it holds no version of it."""
    return any(change.what == "dataset-created" for change in changes)


@dataclass(frozen=True)
class Plan:
    """What `apply` will do on one portal; no change means that the portal holds the version already."""

    portal: str
    subject: Subject
    changes: tuple[Change, ...]
    held_sequence: int  # of the version that the portal holds whole, 0 where it has none
    copies: Mapping[str, str]  # where anybody downloads the portal's copy of a file
    found: Any  # what the portal's `apply` needs of what its `plan` read
    warnings: tuple[str, ...] = ()  # what the portal will not do with it, in words

    @property
    def state(self) -> State:
        """“behind” is no drift: this version, or the rest of it, is on its way. “edited” is."""
        if isinstance(self.subject, Vacancy):
            return "behind" if self.changes else "absent"
        if self.held_sequence == 0:
            return "absent"
        if self.held_sequence != self.subject.manifest.sequence:
            return "behind"
        if any(change.what not in _DUE for change in self.changes):
            return "edited"
        return "behind" if self.changes else "held"

    def words(self) -> str:
        """The plan for an officer, one line per change."""
        return "\n".join([self._head(), *(f"  - {change.words()}" for change in self.changes), *self._told()])

    def to_dict(self) -> dict[str, Any]:
        """The plan for programs, as JSON has it."""
        return {
            "portal": self.portal,
            "organisation": self.subject.slug,
            "dataset": self.subject.dataset,
            "version": None if isinstance(self.subject, Vacancy) else self.subject.number,
            "state": self.state,
            "changes": [{**asdict(change), "words": change.words()} for change in self.changes],
            "warnings": list(self.warnings),
        }

    def _head(self) -> str:
        count = len(self.changes)
        where = {"portal": self.portal, "name": self.subject.name, "number": self.subject.number, "count": count}
        if isinstance(self.subject, Vacancy):
            if not self.changes:
                return _("{portal}: {name} has no version left, and the portal no file.").format(**where)
            return _("{portal}: {name} has no version left; what the portal holds of it goes:").format(**where)
        if not self.changes:
            return _("{portal}: {name} holds version {number}; nothing to change.").format(**where)
        return ngettext(
            "{portal}: {name}, version {number}, {count} change:",
            "{portal}: {name}, version {number}, {count} changes:",
            count,
        ).format(**where)

    def _told(self) -> list[str]:
        edited = [_("somebody changed this there; publishing writes over it")] if self.state == "edited" else []
        return [_("  To know: {warning}").format(warning=warning) for warning in (*edited, *self.warnings)]


@dataclass(frozen=True)
class Receipt:
    """What a portal holds after a publication."""

    portal: str
    dataset_id: str  # "" where it holds nothing, and nothing was to be done
    address: str
    version: str
    changes: tuple[Change, ...]  # none where it held the version already
    left: tuple[Change, ...] = ()  # what the portal took, and shows otherwise: its own rules changed it
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Harvested:
    """What a portal says of a dataset that it took from our catalogue: a version's number, or when it was made."""

    address: str
    number: str = ""
    committed_at: str = ""  # ISO 8601


class Portal(Protocol):
    """What receives datasets. Every call has a timeout; every error is PortalRefused or below it."""

    @property
    def name(self) -> str:
        """As parvis.yaml calls it."""

    def check(self) -> str:
        """The user to whom the token belongs; reads the portal and touches nothing."""

    def plan(self, subject: Subject) -> Plan:
        """Read what the portal holds and compare; touches nothing.

        The plan may be for the vacancy of a publication: files that were taken back go before anything else is said.
        """

    def bring_back(self, publication: Publication) -> bool:
        """Undelete what somebody deleted there; whether there was anything. What was taken back stays away."""

    def harvested(self, place: Vacancy) -> Harvested | None:
        """What the portal took by itself from our catalogue; None where it has nothing. Needs no token."""

    def beyond_reach(self) -> str:
        """Where copies of an erased row may stay that no call can reach, in words."""

    def apply(self, plan: Plan, open_file: OpenFile) -> Receipt:
        """Do what the plan says, or raise: Overtaken where the portal changed since, Unanswered where nobody knows."""


def _spoken(text: str) -> str:
    """A size with its unit in words, a long text cut."""
    if size := re.fullmatch(r"(\d+) B", text):
        return ngettext("{count} byte", "{count} bytes", int(size[1])).format(count=size[1])
    return text if len(text) <= 60 else f"{text[:59]}…"

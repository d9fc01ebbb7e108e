"""What happened last, per organisation and dataset: counts and messages for `status`, never rows.

state.db is a convenience that can be deleted: whether something is published is decided from the store.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .errors import StoreUnavailable
from .messages import _

_TABLES = (
    "CREATE TABLE IF NOT EXISTS outcome "
    "(siren TEXT, dataset TEXT, ended_at TEXT, content TEXT, PRIMARY KEY (siren, dataset))",
    "CREATE TABLE IF NOT EXISTS on_portal "
    "(siren TEXT, dataset TEXT, portal TEXT, content TEXT, PRIMARY KEY (siren, dataset, portal))",
)


@dataclass(frozen=True)
class Refusal:
    """How many cells of a column broke a rule."""

    column: str
    rule: str
    count: int


@dataclass(frozen=True)
class Outcome:
    """How the last run of one dataset of one organisation ended: counts, words and addresses only."""

    siren: str
    organisation: str
    dataset: str
    status: str  # "published" | "unchanged" | "refused"
    ended_at: str
    run: str  # the orchestrator's id of the run, where its events are found
    is_delivery: bool = False  # it read the files that lie where the declaration looks; False: one that a person named
    version: str | None = None  # the version served after the run, new or not
    rows_read: int = 0
    rows_refused: int = 0
    cells_treated: int = 0
    refusals: tuple[Refusal, ...] = ()
    held: str | None = None  # the private file with the refused rows
    review: str | None = None  # the private list of texts that may name somebody, where this run found new ones
    warnings: tuple[str, ...] = ()
    address: str | None = None
    error: str | None = None
    error_kind: str | None = None
    exit_code: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)  # after each stage that was passed
    fingerprint: str | None = None  # of everything that the run met: the same again has the same answer

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class PortalOutcome:
    """How one organisation's dataset stands on one portal after the last look: words and addresses only."""

    siren: str
    organisation: str
    dataset: str
    portal: str
    version: str | None  # None: none is left
    status: str  # published unchanged removed | held edited behind absent | waiting refused: did, saw, could not
    ended_at: str
    waiting_since: str | None = None  # since when a version waits for this portal
    address: str | None = None
    error: str | None = None
    exit_code: int = 0
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()  # what is otherwise there, in words
    is_harvested: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def record(state: Path, outcome: Outcome) -> None:
    """Keep `outcome` as the last of its organisation and dataset."""
    with _connection(state) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?)",
            (outcome.siren, outcome.dataset, outcome.ended_at, json.dumps(outcome.to_dict(), ensure_ascii=False)),
        )


def outcomes(state: Path, dataset: str | None = None) -> tuple[Outcome, ...]:
    """The last outcomes, by organisation and dataset; all datasets, or one."""
    return _select(state, "dataset = ? OR ? IS NULL", (dataset, dataset))


def last_outcome(state: Path, siren: str, dataset: str) -> Outcome | None:
    """The last outcome of one organisation's dataset; None where none was kept."""
    return next(iter(_select(state, "siren = ? AND dataset = ?", (siren, dataset))), None)


def _select(state: Path, where: str, values: tuple[str | None, ...]) -> tuple[Outcome, ...]:
    if not state.exists():
        return ()
    with _connection(state) as connection:
        query = f"SELECT content FROM outcome WHERE {where} ORDER BY siren, dataset"  # noqa: S608 - `where` is ours
        return tuple(_read(json.loads(content)) for (content,) in connection.execute(query, values).fetchall())


def record_on_portal(state: Path, outcome: PortalOutcome) -> PortalOutcome:
    """Keep `outcome` as the last of its kind; returned with since when it waits, and where the portal had the dataset.

    What cannot be kept is a warning: the portal has been served all the same.
    """
    key = (outcome.siren, outcome.dataset, outcome.portal)
    try:
        with _connection(state) as connection:
            only = "SELECT content FROM on_portal WHERE siren = ? AND dataset = ? AND portal = ?"
            before = connection.execute(only, key).fetchone()
            last = json.loads(before[0]) if before else {}
            if outcome.status in ("waiting", "refused", "behind", "absent"):
                outcome = replace(outcome, waiting_since=last.get("waiting_since") or outcome.ended_at)
            outcome = replace(outcome, address=outcome.address or last.get("address"))
            content = json.dumps(outcome.to_dict(), ensure_ascii=False)
            connection.execute("INSERT OR REPLACE INTO on_portal VALUES (?, ?, ?, ?)", (*key, content))
    except StoreUnavailable as error:
        return replace(outcome, warnings=(*outcome.warnings, str(error)))
    return outcome


def portal_outcomes(state: Path, dataset: str | None = None) -> tuple[PortalOutcome, ...]:
    """How datasets stand on portals, by organisation, dataset and portal; all datasets, or one."""
    if not state.exists():
        return ()
    with _connection(state) as connection:
        rows = connection.execute("SELECT content, dataset FROM on_portal ORDER BY siren, dataset, portal").fetchall()
        kept = [json.loads(content) for content, name in rows if dataset in (None, name)]
        lists = ("warnings", "changes")
        return tuple(PortalOutcome(**{**one, **{name: tuple(one[name]) for name in lists}}) for one in kept)


def _read(content: dict[str, Any]) -> Outcome:
    refusals = tuple(Refusal(**refusal) for refusal in content.pop("refusals"))
    return Outcome(**{**content, "refusals": refusals, "warnings": tuple(content["warnings"])})


@contextmanager
def _connection(state: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(state, timeout=30)) as connection, connection:
            for table in _TABLES:
                connection.execute(table)
            yield connection
    except (sqlite3.Error, KeyError, TypeError, ValueError):
        raise StoreUnavailable(
            _("{path}: damaged. Delete it: nothing published depends on it, and the next run writes it anew.").format(
                path=state
            )
        ) from None

"""What to run: one dataset, for whom, from which files, and what a person said beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from .. import __version__
from ..column_policies import Pseudonymise
from ..declarations import Dataset
from ..errors import StoreUnavailable
from ..keys import key_id, read_key, source_digest
from ..settings import Installation, Organisation
from ..state import last_outcome
from ..versions import Store
from ..versions.erased import ErasedRows
from .sources import delivered

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Order:
    """One dataset for one or many organisations."""

    dataset: Dataset
    organisations: tuple[Organisation, ...]
    run: str = ""  # the orchestrator's id of the run; none where nothing is run
    source: Path | None = None
    removed_parts: tuple[str, ...] = ()
    again: bool = False  # publish what was taken back too


@dataclass(frozen=True)
class Request:
    """One run of one dataset for one organisation."""

    dataset: Dataset
    organisation: Organisation
    sources: tuple[Path, ...]
    run: str
    siblings: tuple[Dataset, ...] = ()  # every declared dataset
    is_delivery: bool = True  # the files lie where the declaration looks; False: a person named one
    removed_parts: tuple[str, ...] = ()
    erased: ErasedRows | None = None  # rows that the source may still deliver, and that stay away
    again: bool = False  # publish what was taken back too


def utc_now() -> datetime:
    return datetime.now(UTC)


def requests(order: Order, siblings: tuple[Dataset, ...], installation: Installation) -> tuple[Request, ...]:
    """One for each organisation of the order that has something to read, or should have: that one is refused.

    `siblings` are all declared datasets.
    """
    erased = memory(installation)
    found = {one: _sources(order, one, installation) for one in order.organisations}
    is_nobody = not any(found.values())
    asked = [one for one, sources in found.items() if sources or _is_missed(one, order, installation, is_nobody)]
    return tuple(
        Request(
            dataset=order.dataset,
            organisation=one,
            sources=found[one],
            run=order.run,
            siblings=siblings,
            is_delivery=order.source is None,
            removed_parts=order.removed_parts,
            erased=erased,
            again=order.again,
        )
        for one in asked
    )


def _is_missed(organisation: Organisation, order: Order, installation: Installation, is_nobody: bool) -> bool:
    """Whether an organisation without a file should have one: what it publishes was delivered when it was last run.

    Where nobody delivered, the run fails, and everybody who has published is told.
    """
    place = (organisation.siren, order.dataset.name)
    if Store(installation.store).latest(*place) is None:
        return False
    try:
        last = last_outcome(installation.state, *place)
    except StoreUnavailable:  # told when this run's outcome cannot be kept
        last = None
    return is_nobody or (last is not None and last.is_delivery)


def memory(installation: Installation) -> ErasedRows:
    """What the installation remembers of erasures, in its private area."""
    return ErasedRows(installation.work / "erased", read_key(installation.work))


def provenance(request: Request, installation: Installation) -> dict[str, str]:
    """Where a version comes from, as far as a stranger may know."""
    dataset, key = request.dataset, read_key(installation.work)
    is_keyed = any(isinstance(column, Pseudonymise) for column in dataset.privacy.columns.values())
    named = {"pseudonym_key_id": key_id(key)} if is_keyed else {}
    return named | {
        "parvis_version": __version__,
        "declaration_sha256": sha256(dataset.path.read_bytes()).hexdigest(),
        "schema_sha256": sha256(repr(sorted(dataset.table_schema.items())).encode()).hexdigest(),
        "source_hmac": source_digest(key, list(request.sources)),
    }


def _sources(order: Order, organisation: Organisation, installation: Installation) -> tuple[Path, ...]:
    return (order.source,) if order.source else delivered(order.dataset, organisation, installation.root)

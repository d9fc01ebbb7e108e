"""Whether a run would ask the same question again: everything that its answer depends on, in one keyed digest.

The digest is kept with the last outcome in state.db. Where that is lost, or anything differs, the run is done whole.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import StoreUnavailable
from ..keys import read_key
from ..settings import Installation
from ..state import Outcome, last_outcome
from ..versions import Store
from . import flow

_DECLARED = (
    "datasets",
    "schemas",
    "quality",
    "ladders",
)  # declarations, and all that lies beside them: charts, ladders, lists
_SAID_ONCE = ("parvis.yaml", "organisations.csv")


def fingerprint(request: flow.Request, provenance: Mapping[str, str], installation: Installation, store: Store) -> str:
    """Of the source, the declarations, the published datasets and the private memory that a run would meet."""
    siren = request.organisation.siren
    said = [
        vars(request.organisation),
        request.dataset.name,
        sorted(request.removed_parts),
        dict(provenance),
        {one.name: _newest(store, siren, one.name) for one in request.siblings},
        [*_contents(installation.work / "erased" / siren, request.dataset.name)],
        [*_stamps(installation)],
    ]
    return hmac.digest(read_key(installation.work), json.dumps(said, sort_keys=True).encode(), "sha256").hex()


def answered(request: flow.Request, asked: str, installation: Installation) -> Outcome | None:
    """How the last run ended, where it met all that this one would meet; None where this one must be done whole."""
    try:
        last = last_outcome(installation.state, request.organisation.siren, request.dataset.name)
    except StoreUnavailable:  # told when this run's outcome cannot be kept
        return None
    if last is None or last.status == "refused" or last.fingerprint != asked:
        return None
    return last if last.held is None or Path(last.held).exists() else None


def _newest(store: Store, siren: str, dataset: str) -> str:
    newest = store.latest(siren, dataset)
    return newest.content_digest if newest else ""


def _contents(folder: Path, dataset: str) -> Iterator[str]:
    for path in sorted(folder.glob(f"{dataset}.*")):
        yield path.read_bytes().hex()


def _stamps(installation: Installation) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of change: a chart of accounts is too long to be read for each organisation."""
    for root in installation.declaration_roots:
        found = [root / name for name in _SAID_ONCE]
        found += [path for name in _DECLARED for path in (root / name).rglob("*")]
        for path in sorted(path for path in found if path.is_file()):
            stat = path.stat()
            yield str(path.relative_to(root)), stat.st_size, stat.st_mtime_ns

"""Everything that a run's answer depends on, in one keyed digest, which is kept with the last outcome in state.db."""

import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..keys import read_key
from ..settings import Installation
from ..versions import Store
from .request import Request

_DECLARED = ("datasets", "schemas", "quality", "ladders")  # and all that lies beside them: charts, ladders, lists
_SAID_ONCE = ("parvis.yaml", "organisations.csv")


def fingerprint(request: Request, made_from: Mapping[str, str], installation: Installation, store: Store) -> str:
    """Of the source, the declarations, the published datasets and the private memory that a run would meet."""
    siren = request.organisation.siren
    said = [
        vars(request.organisation),
        request.dataset.name,
        sorted(request.removed_parts),
        dict(made_from),
        {one.name: _newest(store, siren, one.name) for one in request.siblings},
        [*_contents(installation.work / "erased" / siren, request.dataset.name)],
        [*_stamps(installation)],
    ]
    return hmac.digest(read_key(installation.work), json.dumps(said, sort_keys=True).encode(), "sha256").hex()


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

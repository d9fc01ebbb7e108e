"""Erasing a row of one organisation's dataset, with its dataset's privacy policy as the gate."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ..alone import alone
from ..anonymise.groups import group_rule
from ..anonymise.releases import erase as without_groups
from ..declarations import Dataset
from ..errors import PublicationError, StoreUnavailable
from ..quality import check, read_suite
from ..settings import Installation
from ..state import last_outcome, record
from ..versions import Store
from ..versions.companions import Edition
from ..versions.erase import Erasure, Key, erase
from .attestation import Attestation
from .registering import signing_error
from .request import memory
from .review import look_again

_PLACE = "\x00place"


def erase_row(
    installation: Installation, siren: str, dataset: Dataset, key: Key, reason: str, erased_at: datetime
) -> tuple[Erasure, int, PublicationError | None]:
    """Take back every version that holds the row, and publish the rest again as far as its policy allows.

    With it how many files that were held back of the dataset are deleted, and the error, where the register could not
    be signed: the row is gone all the same, and portals are to be told.
    """
    remembered = memory(installation)

    def gate(rows: pa.Table, is_erased: pa.Array) -> pa.Array:
        rule = group_rule(dataset.privacy, rows.column_names)
        if rule is None:
            return pc.invert(is_erased)
        places = rows.append_column(_PLACE, pa.array(range(rows.num_rows)))
        left = without_groups(places, is_erased, rule)
        remembered.withhold(siren, dataset.name, left.withheld)
        return pc.is_in(places[_PLACE], left.table[_PLACE]).combine_chunks()

    def companions(edition: Edition) -> Mapping[str, bytes]:
        verdicts = check(read_suite(dataset.quality, dataset.suite), edition.table, None, siren)
        return Attestation(dataset, installation, store, {}, verdicts).companions(edition)

    store = Store(installation.store)
    with alone(installation.work, siren, dataset.name):
        done = erase(store, siren, dataset.name, key, reason, erased_at, gate, remembered, companions)
        deleted = _delete_held(installation, siren, dataset.name)
        return done, deleted, signing_error(installation, siren, dataset.name, erased_at)


def _delete_held(installation: Installation, siren: str, dataset: str) -> int:
    """Delete every file that is held back of the dataset: no search surely finds a person in rows that are malformed.

    Each is made from the source, and the next run makes them again: what would keep it from that is forgotten first.
    """
    files = [path for path in (installation.held / siren / dataset).rglob("*") if path.is_file()]
    if files:
        look_again(installation, siren, dataset)
        with suppress(StoreUnavailable):  # what cannot be read keeps no run from being done
            if last := last_outcome(installation.state, siren, dataset):
                record(installation.state, replace(last, held=None, review=None, fingerprint=None))
    for path in files:
        path.unlink(missing_ok=True)  # a run of another dataset purges too
    return len(files)

"""Back to an earlier version: a new version with the old content. Nothing is deleted."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ..errors import StoreUnavailable
from ..messages import _
from ..table_schema import primary_key
from .compare import count_changes
from .descriptor import FILE_NAME, read_description, stage_descriptor
from .history import remember
from .manifest import Cause, Manifest
from .numbers import find_causes, raise_number
from .publication import Publication, commit_time
from .store import Head, Store


def roll_back(store: Store, siren: str, dataset: str, wanted: str, committed_at: datetime) -> Publication:
    """Publish again what version `wanted` said. Raises StoreUnavailable where there is no such version."""
    old = store.resolve(siren, dataset, wanted)
    if old is None:
        raise StoreUnavailable(
            _("{dataset} {siren}: no version {wanted}; `parvis versions` lists them.").format(
                dataset=dataset, siren=siren, wanted=wanted
            )
        )
    with store.staging() as folder:
        while True:
            head = store.head(siren, dataset)
            if head.newest and head.newest.content_digest == old.content_digest:
                return Publication(head.newest, is_new=False)
            manifest = _commit_attempt(store, head, old, committed_at, folder)
            if manifest is not None:
                remember(store, siren, dataset, manifest.sequence)
                return Publication(manifest, is_new=True)


def _commit_attempt(store: Store, head: Head, old: Manifest, committed_at: datetime, folder: Path) -> Manifest | None:
    causes = (*_differences(store, head, old, folder), Cause("patch", "rollback", old.number))
    number = raise_number(head.number or old.number, causes[0].level)
    resources = [file for file in old.files if file.name != FILE_NAME]
    with store.open(next(file for file in old.files if file.name == FILE_NAME)) as stream:
        descriptor = stage_descriptor(folder, read_description(stream), number, old.provenance)
    manifest = replace(
        old,
        sequence=head.sequence + 1,
        number=number,
        committed_at=commit_time(committed_at, head.newest),
        causes=causes,
        files=(*resources, descriptor.stored),
    )
    return manifest if store.commit(manifest, [(descriptor.stored, descriptor.path)]) else None


def _differences(store: Store, head: Head, old: Manifest, folder: Path) -> tuple[Cause, ...]:
    if head.newest is None:
        return ()
    key = primary_key(old.table_schema)
    return find_causes(head.newest, old, count_changes(store.parquet(head.newest), store.parquet(old), key, folder))

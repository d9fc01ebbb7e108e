"""Back to an earlier version: a new version with the old content. Nothing is deleted."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ..errors import StoreUnavailable
from ..messages import _
from ..table_schema import primary_key
from .companions import Accompany, Edition, alone, stage_companions
from .compare import count_changes
from .descriptor import read_descriptor, stage_descriptor
from .history import remember
from .manifest import DESCRIPTOR, Cause, Manifest
from .numbers import find_causes, raise_number
from .publication import Publication, commit_time
from .store import Head, Store


def roll_back(
    store: Store, siren: str, dataset: str, wanted: str, committed_at: datetime, accompany: Accompany = alone
) -> Publication:
    """Publish again what version `wanted` said, with new companions. Raises StoreUnavailable where it is not there."""
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
            manifest = _commit_attempt(store, head, old, committed_at, folder, accompany)
            if manifest is not None:
                remember(store, siren, dataset, manifest.sequence)
                return Publication(manifest, is_new=True)


def _commit_attempt(
    store: Store, head: Head, old: Manifest, committed_at: datetime, folder: Path, accompany: Accompany
) -> Manifest | None:
    causes = (*_differences(store, head, old, folder), Cause("patch", "rollback", old.number))
    number = raise_number(head.number or old.number, causes[0].level)
    said = read_descriptor(store, old)
    descriptor = stage_descriptor(folder, said.description, number, said.provenance)
    draft = replace(
        old,
        sequence=head.sequence + 1,
        number=number,
        committed_at=commit_time(committed_at, head.newest),
        causes=causes,
        files=(*old.resources, descriptor.stored),
    )
    paths = {file.name: store.file_path(file) for file in old.resources} | {DESCRIPTOR: descriptor.path}
    companions = stage_companions(Edition(draft, store.read_table(old), paths), accompany, folder)
    manifest = replace(draft, files=(*draft.files, *(file.stored for file in companions)))
    staged = [(file.stored, file.path) for file in (descriptor, *companions)]
    return manifest if store.commit(manifest, staged) else None


def _differences(store: Store, head: Head, old: Manifest, folder: Path) -> tuple[Cause, ...]:
    if head.newest is None:
        return ()
    key = primary_key(old.table_schema)
    return find_causes(head.newest, old, count_changes(store.parquet(head.newest), store.parquet(old), key, folder))

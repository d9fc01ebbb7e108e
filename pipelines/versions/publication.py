"""From a candidate to a version in the store: one atomic step, and nothing at all where nothing is new."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..errors import StoreUnavailable
from ..messages import _
from ..table_schema import primary_key
from .candidate import Candidate
from .companions import Accompany, Edition, alone, stage_companions
from .compare import count_changes
from .derived import derive
from .descriptor import describe, stage_descriptor
from .files import WRITERS, StagedFile, rows_digest, write_resources
from .history import remember
from .manifest import Cause, Manifest
from .numbers import FIRST, find_causes, raise_number
from .store import Head, Store

# Two publishers may read their clocks in one order and commit in the other; more than this is a clock set back.
_CLOCK_TOLERANCE = timedelta(hours=1)


@dataclass(frozen=True)
class Publication:
    """The version that holds the candidate's content, and whether this call made it."""

    manifest: Manifest
    is_new: bool


def publish_version(
    store: Store, candidate: Candidate, committed_at: datetime, accompany: Accompany = alone
) -> Publication:
    """Publish the candidate as the next version, unless the newest one says the same already.

    `accompany` gives what is published beside the rows and about them; it never makes a version by itself.
    Of two publishers at once the second takes the next number, or is refused
    where its table was built upon a version that is no longer the newest.
    Raises StoreUnavailable; whatever happens, a version is there whole or not at all.
    """
    candidate = _as_stored(candidate)
    place, digest = (candidate.siren, candidate.dataset), _content_digest(candidate)
    if newest := _says_the_same(store.head(*place), digest):
        return Publication(newest, is_new=False)
    with store.staging() as folder:
        resources = write_resources(candidate.table, candidate.dataset, folder)
        while True:
            head = store.head(*place)
            if newest := _says_the_same(head, digest):
                return Publication(newest, is_new=False)
            _refuse_stale(candidate, head)
            causes = _causes(store, candidate, head, resources)
            number = raise_number(head.number, causes[0].level) if head.number else FIRST
            files = (*resources, stage_description(candidate, number, resources, folder))
            draft = _manifest(candidate, head, number, causes, digest, files, committed_at)
            edition = Edition(draft, candidate.table, {file.stored.name: file.path for file in files})
            companions = stage_companions(edition, accompany, folder)
            manifest = replace(draft, files=(*draft.files, *(file.stored for file in companions)))
            if store.commit(manifest, [(file.stored, file.path) for file in (*files, *companions)]):
                remember(store, *place, manifest.sequence)
                derive(store, manifest)
                return Publication(manifest, is_new=True)


def stage_description(candidate: Candidate, number: str, resources: tuple[StagedFile, ...], folder: Path) -> StagedFile:
    """The descriptor of the version with this number."""
    description = describe(candidate, [file.stored for file in resources])
    return stage_descriptor(folder, description, number, candidate.provenance)


def _says_the_same(head: Head, digest: str) -> Manifest | None:
    return head.newest if head.newest and head.newest.content_digest == digest else None


def _content_digest(candidate: Candidate) -> str:
    """Of all that a version says: the rows once, since every format is made from them in the same way."""
    types = [str(kind) for kind in candidate.table.schema.types]
    said = [WRITERS, rows_digest(candidate.table), types, describe(candidate, ()), candidate.table_schema]
    said += [candidate.metadata, candidate.privacy, candidate.siren]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _manifest(
    candidate: Candidate,
    head: Head,
    number: str,
    causes: tuple[Cause, ...],
    digest: str,
    files: tuple[StagedFile, ...],
    committed_at: datetime,
) -> Manifest:
    return Manifest(
        siren=candidate.siren,
        organisation=candidate.organisation,
        organisation_name=candidate.organisation_name,
        dataset=candidate.dataset,
        sequence=head.sequence + 1,
        number=number,
        committed_at=commit_time(committed_at, head.newest),
        causes=causes,
        row_count=candidate.table.num_rows,
        files=tuple(file.stored for file in files),
        metadata=candidate.metadata,
        table_schema=candidate.table_schema,
        privacy=candidate.privacy,
        content_digest=digest,
        parts=candidate.parts,
        provenance=candidate.provenance,
    )


def _causes(store: Store, candidate: Candidate, head: Head, resources: tuple[StagedFile, ...]) -> tuple[Cause, ...]:
    previous = head.newest
    if previous is None:
        return (Cause("minor", "reissued") if head.number else Cause("major", "first-version"),)
    main, after = resources[0], next(file.path for file in resources if file.path.suffix == ".parquet")
    rows = count_changes(store.parquet(previous), after, primary_key(candidate.table_schema), after.parent)
    is_same_text = previous.file(main.stored.name) == main.stored
    rewritten = Cause("patch", "files-rewritten" if is_same_text else "rows-reordered")
    return find_causes(previous, candidate, rows) or (rewritten,)


def _refuse_stale(candidate: Candidate, head: Head) -> None:
    newest = head.newest.sequence if head.newest else 0
    if candidate.based_on is not None and candidate.based_on != newest:
        raise StoreUnavailable(
            _(
                "{dataset} {siren}: another run published version {number} meanwhile. Nothing was written; run again."
            ).format(dataset=candidate.dataset, siren=candidate.siren, number=head.number)
        )


def commit_time(committed_at: datetime, previous: Manifest | None) -> str:
    """The moment of the commit, never before `previous`. Raises StoreUnavailable for a clock set back."""
    now = committed_at.astimezone(UTC).replace(microsecond=0)
    before = datetime.fromisoformat(previous.committed_at) if previous else now
    if before - now > _CLOCK_TOLERANCE:
        raise StoreUnavailable(
            _(
                "this machine's clock says {now}, and the last version was published at {before}. "
                "Nothing was published; set the clock, and run again."
            ).format(now=now.isoformat(), before=before.isoformat())
        )
    return max(now, before).isoformat()


def _as_stored(candidate: Candidate) -> Candidate:
    """The candidate's mappings as they will be read back: a tuple is a list in JSON."""
    names = [field["name"] for field in candidate.table_schema["fields"]]
    if candidate.table.column_names != names:
        raise ValueError("the table's columns are not the schema's fields")
    given = [candidate.metadata, candidate.table_schema, candidate.privacy, candidate.provenance]
    metadata, table_schema, privacy, provenance = json.loads(json.dumps(given))
    return replace(candidate, metadata=metadata, table_schema=table_schema, privacy=privacy, provenance=provenance)

"""From a candidate to a version in the store: one atomic step, and nothing at all where nothing is new."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from ..errors import StoreUnavailable
from ..messages import _
from .candidate import Candidate
from .compare import count_changes
from .descriptor import describe, stage_descriptor
from .files import WRITERS, StagedFile, write_resources, write_workbook_if_it_fits
from .history import remember
from .manifest import Cause, Manifest
from .numbers import FIRST, find_causes, primary_key, raise_number
from .store import Head, Store

# Two publishers may read their clocks in one order and commit in the other; more than this is a clock set back.
_CLOCK_TOLERANCE = timedelta(hours=1)


@dataclass(frozen=True)
class Publication:
    """The version that holds the candidate's content, and whether this call made it."""

    manifest: Manifest
    is_new: bool


@dataclass(frozen=True)
class Prepared:
    """A candidate as files, before its number is known."""

    candidate: Candidate
    folder: Path
    resources: tuple[StagedFile, ...]
    content_digest: str

    @cached_property
    def workbook(self) -> tuple[StagedFile, ...]:
        """Not written before the version is known to be new."""
        return write_workbook_if_it_fits(self.candidate.table, self.candidate.dataset, self.folder)

    def complete(self, number: str) -> tuple[StagedFile, ...]:
        """Every file of the version with this number."""
        resources = (*self.resources, *self.workbook)
        description = describe(self.candidate, [file.stored for file in resources])
        return (*resources, stage_descriptor(self.folder, description, number, self.candidate.provenance))


def publish_version(store: Store, candidate: Candidate, committed_at: datetime) -> Publication:
    """Publish the candidate as the next version, unless the newest one says the same already.

    Of two publishers at once the second takes the next number, or is refused
    where its table was built upon a version that is no longer the newest.
    Raises StoreUnavailable; whatever happens, a version is there whole or not at all.
    """
    with store.staging() as folder:
        prepared = prepare(candidate, folder)
        while True:
            head = store.head(candidate.siren, candidate.dataset)
            if head.newest and head.newest.content_digest == prepared.content_digest:
                return Publication(head.newest, is_new=False)
            _refuse_stale(candidate, head)
            manifest = _commit_attempt(store, prepared, head, committed_at)
            if manifest is not None:
                remember(store, candidate.siren, candidate.dataset, manifest.sequence)
                return Publication(manifest, is_new=True)


def prepare(candidate: Candidate, folder: Path) -> Prepared:
    """Write the candidate's resources below `folder`, and digest all that it says."""
    candidate = _as_stored(candidate)
    names = [field["name"] for field in candidate.table_schema["fields"]]
    if candidate.table.column_names != names:
        raise ValueError("the table's columns are not the schema's fields")
    resources = write_resources(candidate.table, candidate.dataset, folder)
    description = describe(candidate, [file.stored for file in resources])
    said = [WRITERS, description, candidate.metadata, candidate.privacy, candidate.siren]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return Prepared(candidate, folder, resources, digest)


def _commit_attempt(store: Store, prepared: Prepared, head: Head, committed_at: datetime) -> Manifest | None:
    causes = _causes(store, prepared, head)
    number = raise_number(head.number, causes[0].level) if head.number else FIRST
    files = prepared.complete(number)
    manifest = Manifest(
        siren=prepared.candidate.siren,
        organisation=prepared.candidate.organisation,
        organisation_name=prepared.candidate.organisation_name,
        dataset=prepared.candidate.dataset,
        sequence=head.sequence + 1,
        number=number,
        committed_at=commit_time(committed_at, head.newest),
        causes=causes,
        row_count=prepared.candidate.table.num_rows,
        files=tuple(file.stored for file in files),
        metadata=prepared.candidate.metadata,
        table_schema=prepared.candidate.table_schema,
        privacy=prepared.candidate.privacy,
        content_digest=prepared.content_digest,
        parts=prepared.candidate.parts,
        provenance=prepared.candidate.provenance,
    )
    return manifest if store.commit(manifest, [(file.stored, file.path) for file in files]) else None


def _causes(store: Store, prepared: Prepared, head: Head) -> tuple[Cause, ...]:
    previous = head.newest
    if previous is None:
        return (Cause("minor", "reissued") if head.number else Cause("major", "first-version"),)
    after = prepared.folder / f"{previous.dataset}.parquet"
    key = primary_key(prepared.candidate.table_schema)
    rows = count_changes(store.parquet(previous), after, key, prepared.folder)
    main = prepared.resources[0].stored
    rewritten = Cause("patch", "files-rewritten" if previous.file(main.name) == main else "rows-reordered")
    return find_causes(previous, prepared.candidate, rows) or (rewritten,)


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
    given = [candidate.metadata, candidate.table_schema, candidate.privacy, candidate.provenance]
    metadata, table_schema, privacy, provenance = json.loads(json.dumps(given))
    return replace(candidate, metadata=metadata, table_schema=table_schema, privacy=privacy, provenance=provenance)

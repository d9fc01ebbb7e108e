"""An auditor's proof: whoever has the source and the key makes a published version again, and compares the bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..declarations import Dataset, read_datasets
from ..errors import StoreUnavailable
from ..keys import read_key
from ..messages import _
from ..settings import Installation, Organisation
from ..versions import Manifest, Store
from ..versions.past import before
from ..versions.remake import differing_files
from . import flow
from .owners import references
from .request import Request, memory, provenance


@dataclass(frozen=True)
class Remake:
    """What became of a version that was made again. Both lists empty: it is proved."""

    number: str
    differing: tuple[str, ...]  # names of files whose bytes are not the published ones
    changed: tuple[str, ...]  # what the version was made with and this was not: words of the provenance

    @property
    def is_the_same(self) -> bool:
        return not self.differing


def remake(
    dataset: Dataset, organisation: Organisation, sources: Sequence[Path], wanted: str, installation: Installation
) -> Remake:
    """Run once more what ran before version `wanted` was there; nothing is written but staged files.

    Rows that were erased since, and earlier versions that were taken back, are missing now as they would be from any
    run. Raises StoreUnavailable where there is no such version, and whatever a run raises.
    """
    store = Store(installation.store)
    manifest = store.resolve(organisation.siren, dataset.name, wanted)
    if manifest is None:
        raise StoreUnavailable(
            _("{dataset}: no version {wanted}; `parvis versions {dataset}` lists them.").format(
                dataset=dataset.name, wanted=wanted
            )
        )
    past = before(store, _origin(store, manifest))
    siblings = read_datasets(installation.declaration_roots)
    request = Request(dataset, organisation, tuple(sources), "", siblings, erased=memory(installation))
    extracts = flow.extract_all(request, references(installation))
    flow.refuse_undeclared_columns(request, extracts)
    valid = flow.validate_all(request, extracts)
    anonymous = flow.anonymise_all(request, valid, past, read_key(installation.work))
    made = flow.candidate(request, anonymous, provenance(request, installation))
    return Remake(manifest.number, differing_files(store, manifest, made), _changed(manifest, made.provenance))


def _origin(store: Store, manifest: Manifest) -> Manifest:
    """The version that a run made, and that this one says again: itself, but after a rollback."""
    said_again = next((cause.detail for cause in manifest.causes if cause.what == "rollback"), "")
    old = store.resolve(manifest.siren, manifest.dataset, said_again)
    return _origin(store, old) if old else manifest


def _changed(manifest: Manifest, provenance: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name, value in provenance.items() if manifest.provenance.get(name) != value))

"""The gates of `anonymise` for every part of one run, beside all that the organisation has published."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import pyarrow as pa

from ..anonymise import Already, Anonymised, Gated, Published, gate, refuse_renamed
from ..anonymise.cadence import finest_cadence, is_finer
from ..anonymise.earlier import brought_up, is_alike
from ..column_policies import Pseudonymise
from ..declarations import Dataset
from ..messages import _
from ..privacy_policy import Privacy
from ..versions import Store
from ..versions.erased import ErasedRows
from .parts import Delivery, Key, cut, name_of


@dataclass(frozen=True)
class Release:
    """One part of one earlier version, as it can be compared with what is published now."""

    key: Key
    table: pa.Table
    is_alike: bool  # made under the present steps, with the present columns


def gate_parts(
    fresh: Sequence[Delivery],
    treated: Anonymised,
    dataset: Dataset,
    siren: str,
    store: Store,
    siblings: Sequence[Dataset],
    erased: ErasedRows | None,
    gone: frozenset[Key] = frozenset(),
    advice: str = "",
) -> list[tuple[Delivery, Gated]]:
    """What of each part may leave. A part that was never published may wait whole, where others are published.

    `gone` are the parts that this run takes away: none of the fresh ones may be one of them under another name.
    """
    releases = list(_releases(treated, dataset, siren, store))
    withheld = erased.withheld(siren, dataset.name) if erased else None
    shared = Already(datasets=_others(siblings, dataset, siren, store), withheld=withheld, advice=advice)
    latest = store.latest(siren, dataset.name)
    living = {part.key for part in latest.parts} - gone if latest else set()
    beside = living - {one.key for one in fresh}
    patient = replace(shared, may_wait=len(fresh) > 1 or bool(beside))
    gated = [(one, _gate(one, treated, dataset, releases, patient)) for one in fresh]
    if gated and not beside and not any(through.table.num_rows for _one, through in gated):
        _gate(gated[0][0], treated, dataset, releases, shared)  # where nothing is published it cannot wait: it says why
    published = {release.key for release in releases}
    for one, through in gated:
        if one.key not in published:
            ended = [release.table for release in releases if release.key not in living | {each.key for each in fresh}]
            refuse_renamed(through.table, ended, dataset.privacy, dataset.part_key, name_of(one.key))
    return gated


def cadence_advice(valid: pa.Table, treated: Anonymised, dataset: Dataset) -> str:
    """What to say where too few people are new each time at the declared frequency; "" where there is nothing."""
    possible = finest_cadence(valid, treated.table, treated.units, dataset.privacy)
    if possible is None or not is_finer(dataset.update_frequency, possible):
        return ""
    return _("The finest frequency at which enough people are new each time: `update_frequency: {frequency}`.").format(
        frequency=possible
    )


def kept_pseudonyms(one: Delivery, before: Mapping[Key, Delivery], privacy: Privacy) -> Delivery:
    """`one` as it was last published, where nothing but its pseudonyms is new: these never make a version."""
    pseudonyms = [(name, each) for name, each in privacy.columns.items() if isinstance(each, Pseudonymise)]
    renewed = {name for name, each in pseudonyms if each.scope == "release"}
    earlier = before.get(one.key)
    if not renewed or earlier is None or earlier.table.schema != one.table.schema:
        return one
    is_same = _without_names(one.table, renewed).equals(_without_names(earlier.table, renewed))
    return replace(one, table=earlier.table) if is_same else one


def _without_names(table: pa.Table, pseudonyms: Set[str]) -> pa.Table:
    """Which rows are one person's, without saying whose."""
    whole = {name: table[name].combine_chunks() for name in table.column_names}
    named = {name: whole[name].dictionary_encode().indices for name in pseudonyms}
    return pa.table(whole | named)


def _gate(one: Delivery, treated: Anonymised, dataset: Dataset, releases: Sequence[Release], shared: Already) -> Gated:
    own = [release for release in releases if release.key == one.key]
    already = replace(
        shared,
        releases=tuple(release.table for release in own if release.is_alike),
        under_other_steps=tuple(release.table for release in own if not release.is_alike),
    )
    source = f"{dataset.name} {name_of(one.key)}" if one.key else dataset.name
    return gate(replace(treated, table=one.table, units=one.units), dataset.privacy, source, already)


def _releases(treated: Anonymised, dataset: Dataset, siren: str, store: Store) -> Iterator[Release]:
    """Every part of every version that is still public, oldest first; none where groups are not judged."""
    if dataset.privacy.preset is None:
        return
    candidate = treated.table.schema
    for version in store.versions(siren, dataset.name):
        whole = store.read_table(version)
        alike = is_alike(version.privacy, dataset.privacy, dataset.tables)
        for part in cut(version.parts, whole):
            if dataset.privacy.aggregate is not None:
                yield Release(part.key, part.table, alike)
            elif alike and part.table.schema == candidate:
                yield Release(part.key, part.table, is_alike=True)
            else:
                table = brought_up(part.table, version.privacy, candidate, dataset.privacy, dataset.tables)
                yield Release(part.key, table, is_alike=False)


def _others(siblings: Sequence[Dataset], this: Dataset, siren: str, store: Store) -> dict[str, Published]:
    """The other datasets of the organisation, in every version that is public, with their policies."""
    found = {}
    for dataset in siblings:
        if dataset.name == this.name or dataset.privacy.basis or this.privacy.basis:
            continue
        versions = store.versions(siren, dataset.name)
        if newest := store.latest(siren, dataset.name):
            earlier = tuple(store.read_table(one) for one in versions if one.sequence != newest.sequence)
            is_of_same_source = dataset.source.path == this.source.path
            found[dataset.name] = Published(
                store.read_table(newest), dataset.privacy, earlier=earlier, is_of_same_source=is_of_same_source
            )
    return found

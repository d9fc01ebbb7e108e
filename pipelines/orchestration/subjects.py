"""What an organisation has to show on a portal: its latest version with some older ones, or that none is left."""

from ..portal_access import PortalAccess
from ..publish.plan import Subject
from ..publish.publication import Publication, Vacancy
from ..settings import Organisation, ParvisYaml
from ..versions import Manifest, Store
from ..versions.extremes import footer_of, period_of


def subject_of(
    organisation: Organisation, dataset: str, config: ParvisYaml, access: PortalAccess, store: Store
) -> Subject | None:
    """None where nothing was ever published."""
    manifest = store.latest(organisation.siren, dataset)
    withdrawn = frozenset(stone.sequence for stone in store.tombstones(organisation.siren, dataset))
    name = access.organisation(organisation.slug)
    if manifest is None:
        return Vacancy(organisation.slug, dataset, name) if withdrawn else None
    return Publication(
        manifest,
        organisation=name,
        public_url=config.public_url,
        language=config.locale,
        code_insee=organisation.code_insee,
        hosting=access.portal.files,
        loads_datastore=access.portal.datastore,
        read_period=lambda: period_of(manifest, footer_of(manifest, store.open_whole)),
        older=older_versions(manifest, store, access.portal.keep_versions),
        withdrawn=withdrawn,
    )


def older_versions(newest: Manifest, store: Store, count: int) -> tuple[Manifest, ...]:
    """At most `count` versions before the newest, the newest first; those that were taken back are not among them."""
    older: list[Manifest] = []
    for sequence in range(newest.sequence - 1, 0, -1):
        if len(older) == count:
            break
        if manifest := store.manifest(newest.siren, newest.dataset, sequence):
            older.append(manifest)
    return tuple(older)

"""Addresses outlive the list of organisations: a slug under which something was published stays its publisher's."""

from .store import Store


def published_slugs(store: Store) -> dict[str, set[str]]:
    """Every slug under which a version was published -> the SIREN of those who did."""
    found: dict[str, set[str]] = {}
    for siren, dataset in store.datasets():
        for manifest in store.versions(siren, dataset):
            found.setdefault(manifest.organisation, set()).add(siren)
    return found

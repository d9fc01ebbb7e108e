"""The ids of datasets and resources: the same in files, on pages and on every portal, and stable across versions."""

from uuid import NAMESPACE_URL, UUID, uuid5

_NAMESPACE = uuid5(NAMESPACE_URL, "parvis")


def flat_name(organisation: str, dataset: str) -> str:
    """The one name where a flat one is needed; it splits at its last dash."""
    return f"{organisation}-{dataset}"


def dataset_id(organisation: str, dataset: str) -> UUID:
    """The id of a dataset."""
    return uuid5(_NAMESPACE, flat_name(organisation, dataset))


def resource_id(organisation: str, dataset: str, file_name: str) -> UUID:
    """The id of one resource, by its file's name."""
    return uuid5(dataset_id(organisation, dataset), file_name)

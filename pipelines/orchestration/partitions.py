"""The partitions of an installation: its shards; None stands for the whole, where no organisation names a shard."""

from collections.abc import Sequence

from ..settings import UNSHARDED, Installation, Organisation


def partitions(installation: Installation) -> Sequence[str | None]:
    """One Dagster run serves one of them."""
    return installation.shards or (None,)


def members(partition: str | None, installation: Installation) -> tuple[Organisation, ...]:
    """Whom a run of the partition serves."""
    return installation.organisations if partition is None else installation.in_shard(partition)


def partition_of(organisation: Organisation, installation: Installation) -> str | None:
    """Where the organisation is served."""
    return (organisation.shard or UNSHARDED) if installation.shards else None

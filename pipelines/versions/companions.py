"""What is published beside a version's rows and about them: verdicts and certificate, as immutable as the version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from .files import StagedFile, staged_file
from .manifest import Manifest


@dataclass(frozen=True)
class Edition:
    """A version that is about to be committed: everything but its companions."""

    manifest: Manifest
    table: pa.Table
    paths: Mapping[str, Path]  # the final bytes of each of the manifest's files, by name


# From a version to its companions' bytes, by file name. Raises UnsafeData where it must not be published.
Accompany = Callable[[Edition], Mapping[str, bytes]]


def alone(_edition: Edition) -> Mapping[str, bytes]:
    """No companion."""
    return {}


def stage_companions(edition: Edition, accompany: Accompany, folder: Path) -> tuple[StagedFile, ...]:
    """The files themselves, below `folder`."""
    staged = []
    for name, content in accompany(edition).items():
        (folder / name).write_bytes(content)
        staged.append(staged_file(folder / name, "application/json"))
    return tuple(staged)

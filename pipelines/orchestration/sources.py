"""Which files a run reads: those of the declaration's path, or the one that a person names."""

from collections.abc import Sequence
from pathlib import Path

from ..declarations import Dataset
from ..errors import SourceUnavailable
from ..messages import _
from ..settings import Organisation


def delivered(dataset: Dataset, organisation: Organisation, root: Path) -> tuple[Path, ...]:
    """The files that lie where the declaration looks for this organisation's, by name; () where none does."""
    found = root.glob(_pattern(dataset, organisation))
    return tuple(sorted(path for path in found if path.is_file() and not path.name.startswith(".")))


def readable(path: Path, max_bytes: int) -> Path:
    """`path`, where it can be read at all. Raises SourceUnavailable for a missing, empty or too large file."""
    if not path.is_file():
        raise SourceUnavailable(_("{path}: no such file. Check the name, or the delivery.").format(path=path))
    size = path.stat().st_size
    if size == 0:
        raise SourceUnavailable(_("{path}: the file is empty. Export it again.").format(path=path))
    if size > max_bytes:
        raise SourceUnavailable(
            _("{path}: {size} bytes, more than PARVIS_SOURCE_MAX_BYTES allows ({allowed}).").format(
                path=path, size=size, allowed=max_bytes
            )
        )
    return path


def nothing_delivered(dataset: Dataset, organisations: Sequence[Organisation]) -> SourceUnavailable:
    """The error where none of these organisations has a file to read."""
    looked_at = [_pattern(dataset, one) for one in organisations]
    return SourceUnavailable(
        _("{dataset}: no file at {places}. Put the export there, or name it with --source.").format(
            dataset=dataset.name, places=", ".join(looked_at[:3]) + (", …" if len(looked_at) > 3 else "")
        )
    )


def _pattern(dataset: Dataset, organisation: Organisation) -> str:
    return dataset.source.path.replace("{organisation}", organisation.slug)

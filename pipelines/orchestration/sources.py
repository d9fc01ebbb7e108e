"""Which files a run reads: those of the declaration's path, or the one that a person names."""

from collections.abc import Sequence
from pathlib import Path

from ..declarations import Dataset
from ..errors import InvalidData, SourceUnavailable
from ..extract import References
from ..extract.connectors import extract
from ..messages import _
from ..settings import NOMENCLATURES, Installation, Organisation


def delivered(dataset: Dataset, organisation: Organisation, root: Path) -> tuple[Path, ...]:
    """The files that lie where the declaration looks for this organisation's, by name; () where none does."""
    pattern = dataset.source.path.replace("{organisation}", organisation.slug)
    return tuple(sorted(path for path in root.glob(pattern) if path.is_file() and not path.name.startswith(".")))


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


def nothing_delivered(dataset: Dataset) -> SourceUnavailable:
    """The error where no organisation has a file to read."""
    return SourceUnavailable(
        _("{dataset}: no file at {pattern}. Put the export there, or name it with --source.").format(
            dataset=dataset.name, pattern=dataset.source.path
        )
    )


def owner(path: Path, dataset: Dataset, organisations: Sequence[Organisation], references: References) -> Organisation:
    """Whose file `path` is: the only organisation there is, or the one that the file names itself.

    Raises InvalidData where the file names none of them, or nobody.
    """
    if len(organisations) == 1:
        return organisations[0]
    siren = extract(path, dataset.source, references).siren
    if siren is None:
        raise InvalidData(_("{path} does not say whose it is: add --organisation SIREN.").format(path=path))
    for organisation in organisations:
        if organisation.siren == siren:
            return organisation
    raise InvalidData(
        _(
            "{path} is of organisation {siren}, which is not in organisations.csv: `parvis organisations add {siren}`."
        ).format(path=path, siren=siren)
    )


def references(installation: Installation) -> References:
    """What connectors look up: charts of accounts, the installation's before the bundled excerpt."""
    return References(nomenclatures=tuple(root / NOMENCLATURES for root in installation.declaration_roots))

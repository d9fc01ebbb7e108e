"""Whose a file is, and what reading one looks up."""

from collections.abc import Sequence
from pathlib import Path

from ..declarations import Dataset
from ..errors import InvalidData
from ..extract import References
from ..extract.connectors import extract
from ..messages import _
from ..settings import NOMENCLATURES, Installation, Organisation


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

"""A delivery whose version somebody took back does not bring it again, whatever the schedule says."""

from collections.abc import Mapping

from ..errors import InvalidData
from ..messages import _
from ..settings import Installation
from ..versions import Store
from ..versions.undone import Undone, is_made_alike
from .request import Request


def refuse_undone(request: Request, made_from: Mapping[str, str], installation: Installation, store: Store) -> None:
    """Raise InvalidData where what this run would publish was taken back, and is not the newest version again.

    Unless somebody asked for it again.
    """
    if request.again:
        return
    siren, dataset = request.organisation.siren, request.dataset.name
    newest = store.latest(siren, dataset)
    if newest and is_made_alike(newest.provenance, made_from):
        return
    if Undone(installation.undone).holds(siren, dataset, made_from):
        raise InvalidData(
            _(
                "{dataset}: this delivery made a version that was taken back. Deliver a mended file or change the "
                "declaration; `parvis run {dataset} --again` publishes it again all the same."
            ).format(dataset=dataset)
        )

"""Signing what is published of a dataset, and the day: after every run, way back, withdrawal and erasure."""

from datetime import datetime

from ..errors import PublicationError
from ..messages import _
from ..settings import Installation
from ..signatures import signed, signer
from ..signing import published_keys, signing_key
from ..versions import Store
from ..versions.register import keep_register, parsed, read_register, register_content
from ..versions.storage import told


def sign_register(installation: Installation, siren: str, dataset: str, now: datetime) -> None:
    """Once a day, and whenever a version came or went; it makes no version, and nothing where none ever was.

    A register that none of our keys signed counts for nothing: the next one is made of the store alone.
    """
    store = Store(installation.store)
    if store.last_sequence(siren, dataset) == 0:
        return
    document = read_register(store, siren, dataset)
    is_ours = document is not None and signer(document, published_keys(installation.root)) is not None
    content = register_content(store, siren, dataset, parsed(document) if is_ours else None, now)
    if content is not None:
        key = signing_key(installation.root, installation.work, now.date())
        keep_register(store, siren, dataset, content["serial"], signed(content, key))


def signing_error(installation: Installation, siren: str, dataset: str, now: datetime) -> PublicationError | None:
    """As `sign_register`, after what is done and stays so: a lost key undoes nothing, and keeps no data public.

    The error is handed over, to be told when all the rest is done too.
    """
    try:
        with told(installation.root):
            sign_register(installation, siren, dataset, now)
    except PublicationError as error:
        said = _("{dataset}: the register of its versions is not signed; the next run tries again. {error}")
        return type(error)(said.format(dataset=dataset, error=error))
    return None

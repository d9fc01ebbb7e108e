"""An auditor's question: do the source, the declaration and the key give the very bytes that were published?"""

from .candidate import Candidate
from .files import write_resources
from .manifest import CERTIFICATE, QUALITY, Manifest
from .publication import stage_description
from .store import Store


def differing_files(store: Store, manifest: Manifest, candidate: Candidate) -> tuple[str, ...]:
    """The files of the version that the candidate, made again, does not give byte for byte; () proves them all.

    Verdicts and certificate are about these files: `parvis verify` compares them.
    """
    with store.staging() as folder:
        resources = write_resources(candidate.table, candidate.dataset, folder)
        descriptor = stage_description(candidate, manifest.number, resources, folder)
        remade = {file.stored for file in (*resources, descriptor)}
        published = {file for file in manifest.files if file.name not in (CERTIFICATE, QUALITY)}
        return tuple(sorted({file.name for file in remade ^ published}))

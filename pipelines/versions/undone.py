"""What was taken back stays back: the same delivery, declared in the same way, does not publish it again by itself.

Rolling a dataset back, or withdrawing a version, mends nothing in the town's
systems: the next scheduled run reads the same export. What is kept is a digest
of the version's provenance, in the installation's private folder.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ..private_files import replaced
from .manifest import Manifest
from .storage import told

_MADE_FROM = ("source_hmac", "declaration_sha256", "schema_sha256")


@dataclass(frozen=True)
class Undone:
    """The memory of versions that somebody took back, by what they were made from."""

    folder: Path  # private, 0700

    def remember(self, versions: Iterable[Manifest]) -> None:
        """From now on what made these versions is known to have been undone; durable on return."""
        for version in versions:
            known = self._digests(version.siren, version.dataset)
            self._write(version.siren, version.dataset, known | {_digest(version.provenance)})

    def forget(self, siren: str, dataset: str, provenance: Mapping[str, str]) -> None:
        """What has this provenance was published again, and may be from now on."""
        if self.holds(siren, dataset, provenance):
            self._write(siren, dataset, self._digests(siren, dataset) - {_digest(provenance)})

    def holds(self, siren: str, dataset: str, provenance: Mapping[str, str]) -> bool:
        """Whether a version made from the same source, declaration and schema was taken back."""
        return _digest(provenance) in self._digests(siren, dataset)

    def _digests(self, siren: str, dataset: str) -> frozenset[str]:
        path = self._path(siren, dataset)
        with told(self.folder):
            return frozenset(json.loads(path.read_text())) if path.exists() else frozenset()

    def _write(self, siren: str, dataset: str, digests: frozenset[str]) -> None:
        with told(self.folder), replaced(self._path(siren, dataset)) as stream:
            stream.write(json.dumps(sorted(digests)).encode())

    def _path(self, siren: str, dataset: str) -> Path:
        return self.folder / siren / f"{dataset}.json"


def is_made_alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two provenances name the same source, declaration and schema."""
    return _digest(one) == _digest(other)


def _digest(provenance: Mapping[str, str]) -> str:
    made_from = [provenance.get(name, "") for name in _MADE_FROM]
    return sha256(json.dumps(["parvis undone", *made_from]).encode()).hexdigest()

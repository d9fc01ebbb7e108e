"""The immutable store, the files of a version, version numbers, and what changed between two."""

from .candidate import Candidate
from .manifest import Cause, Manifest, Part, StoredFile
from .publication import Publication, publish_version
from .store import Store

__all__ = ["Candidate", "Cause", "Manifest", "Part", "Publication", "Store", "StoredFile", "publish_version"]

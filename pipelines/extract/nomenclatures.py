"""Official charts of accounts, from a folder, an archive or an address, into an installation.

They are the ministry's and change every year: none is bundled but the invented
excerpt that the example uses.
"""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import SourceUnavailable, StoreUnavailable
from ..messages import _
from .archives import ArchiveLimits, members
from .charts import FILE_NAME, LIMITS, parse_chart
from .download import download, is_address

ARCHIVE_LIMITS = ArchiveLimits(total_bytes=512 * 1024 * 1024, member_bytes=LIMITS.size_bytes)
# <year>/<family>/<name>/planDeCompte.xml, below whatever folder the source puts it in.
_PLACE = re.compile(rf"(?:^|/)((?:19|20)\d\d)/(M\w*)/(M\w*)/{FILE_NAME}$", re.ASCII)


@dataclass(frozen=True)
class ImportReport:
    """What an import changed."""

    years: tuple[str, ...]
    added: int
    replaced: int
    unchanged: int

    @property
    def charts(self) -> int:
        """How many charts the source held."""
        return self.added + self.replaced + self.unchanged


def import_nomenclatures(source: str, into: Path) -> ImportReport:
    """Every chart that `source` (folder, .tar.xz, .tar.gz, .zip, http(s) address) holds, into the folder `into`.

    All are read before the first is put in its place: a source that holds one
    damaged chart changes nothing. Raises SourceUnavailable, or StoreUnavailable.
    """
    try:
        into.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=into) as temporary:
            incoming = Path(temporary)
            path = download(source, incoming) if is_address(source) else Path(source)
            places = _stage(path, incoming)
            done = Counter(_install(incoming / place, into / place) for place in places)
    except OSError:
        raise StoreUnavailable(
            _("{path}: cannot be written; check its rights and the free space.").format(path=into)
        ) from None
    years = tuple(sorted({place.parts[0] for place in places}))
    return ImportReport(years, done["added"], done["replaced"], done["unchanged"])


def _stage(source: Path, incoming: Path) -> tuple[PurePosixPath, ...]:
    """Each chart of `source`, checked, below `incoming` at its own place; the places."""
    places: dict[PurePosixPath, None] = {}
    for name, content in members(source, lambda name: _PLACE.search(str(name)), ARCHIVE_LIMITS):
        found = _PLACE.search(str(name))
        place = PurePosixPath(*(found.groups() if found else ()), FILE_NAME)
        path = incoming / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        _check(path, place)
        places[place] = None
    if not places:
        raise SourceUnavailable(
            _("{source}: no chart of accounts in it (expected files YEAR/FAMILY/NAME/{file}).").format(
                source=source.name, file=FILE_NAME
            )
        )
    return tuple(places)


def _check(path: Path, place: PurePosixPath) -> None:
    try:
        parse_chart(path)
    except SourceUnavailable as problem:
        raise SourceUnavailable(f"{place.parent}: {problem}") from None


def _install(staged: Path, path: Path) -> str:
    if path.is_file():
        if path.read_bytes() == staged.read_bytes():
            return "unchanged"
        staged.replace(path)
        return "replaced"
    path.parent.mkdir(parents=True, exist_ok=True)
    staged.rename(path)
    return "added"

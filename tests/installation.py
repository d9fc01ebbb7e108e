"""The invented town for tests: its commands in this process, and a search through all that they leave."""

import contextlib
import io
import re
import sys
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.cli import main
from pipelines.installations import create_demo
from pipelines.settings import Settings, bundled, read_installation
from pipelines.versions import Manifest, Store

SIREN = "219900016"
SLUG = "saint-parvis-sur-loire"


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Town:
    """The invented town's installation, with the examples delivered and nothing published yet."""

    root: Path
    slug: str = SLUG

    def run(self, *arguments: str) -> Result:
        """A command line, as `parvis` runs it, in this process."""
        out, err, before = io.StringIO(), io.StringIO(), sys.argv
        sys.argv = ["parvis", *arguments, "--root", str(self.root)]
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
                main()
        finally:
            sys.argv = before
        return Result(int(end.value.code or 0), out.getvalue(), err.getvalue())

    def latest(self, dataset: str) -> Manifest | None:
        return Store(self.root / "store").latest(SIREN, dataset)

    def example(self, dataset: str, suffix: str) -> Path:
        """One delivered file of the dataset."""
        return next(path for path in sorted(self.depot(dataset).iterdir()) if path.suffix == suffix)

    def depot(self, dataset: str) -> Path:
        return self.root / "depot" / self.slug / dataset

    def settings(self) -> Settings:
        return Settings(root=self.root)


def build_town(root: Path) -> Town:
    create_demo(root)
    read_installation(root)
    return Town(root)


def build_namesake(root: Path) -> Town:
    """The same town under a slug of its own: a portal may still hold what a killed run left of another."""
    town = build_town(root)
    slug = f"parvis-{uuid.uuid4().hex[:8]}"
    listed = root / "organisations.csv"
    listed.write_text(listed.read_text("utf-8").replace(f",{SLUG},", f",{slug},"), "utf-8")
    (root / "depot" / SLUG).rename(root / "depot" / slug)
    return replace(town, slug=slug)


def planted(dataset: str | None = None) -> frozenset[str]:
    """The invented personal values that the examples carry, and that must never leave."""
    files = bundled().glob(f"datasets/{dataset or '*'}/example/planted.txt")
    lines = [line.strip() for path in files for line in path.read_text("utf-8").splitlines()]
    return frozenset(line for line in lines if line and not line.startswith("#"))


def bytes_left(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file that a run leaves, unpacked where it is packed, but for the work area and the deliveries."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts[0]
        if path.is_file() and inside not in ("work", "depot"):
            yield path, path.read_bytes()
            yield from ((path, content) for content in _unpacked(path))


def leaks(root: Path, values: frozenset[str]) -> set[str]:
    """Where one of `values` stands in what was left: paths, never the values.

    A number counts where no digit stands before it: "0.652764" is in the time "12:00:20.652764".
    """
    spelt = {value.encode(encoding) for value in values for encoding in ("utf-8", "latin-1", "utf-16-le")}
    return {
        str(path.relative_to(root))
        for path, content in bytes_left(root)
        if any(one in content and re.search(rb"(?<![0-9])" + re.escape(one), content) for one in spelt)
    }


def _unpacked(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        table = pq.read_table(path)
        yield repr(table.to_pydict()).encode("utf-8")
        yield repr(table.schema.metadata).encode("utf-8")
    elif start == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())

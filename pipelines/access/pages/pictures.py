"""What a version looks like: charts, map, budget. A version never changes, so each is made once and kept."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from ...table_schema import counted_by
from ...versions.manifest import Manifest
from ...versions.store import Store
from ..query.engine import Engine
from .assurances import Certificate, Quality, certificate, quality
from .budget import Budget, is_budget, read_budget
from .charts import Chart, charts
from .coarse_map import CoarseMap, coarse_map
from .row_changes import RowChanges, row_changes

KEPT = 256
Made = TypeVar("Made")


@dataclass(frozen=True)
class Pictures:
    """Draws what `engine` answers. Its methods block: call them in a worker."""

    engine: Engine
    _lock: Lock = field(default_factory=Lock)
    _kept: OrderedDict[tuple[str, str], Any] = field(default_factory=OrderedDict)

    def charts(self, manifest: Manifest) -> tuple[Chart, ...]:
        """None of a budget or a table of counts: to count their lines says nothing."""
        is_counted = is_budget(manifest) or counted_by(manifest.table_schema)
        return self._once("charts", manifest, lambda: () if is_counted else charts(self.engine, manifest))

    def map(self, manifest: Manifest) -> CoarseMap | None:
        is_counted = counted_by(manifest.table_schema)
        return self._once("map", manifest, lambda: None if is_counted else coarse_map(self.engine, manifest))

    def budget(self, manifest: Manifest) -> Budget | None:
        """None where a version is no budget."""
        if not is_budget(manifest):
            return None
        return self._once("budget", manifest, lambda: read_budget(self.engine, manifest))

    def quality(self, store: Store, manifest: Manifest) -> Quality | None:
        return self._once("quality", manifest, lambda: quality(store, manifest))

    def certificate(self, store: Store, manifest: Manifest) -> Certificate | None:
        return self._once("certificate", manifest, lambda: certificate(store, manifest))

    def changes(self, store: Store, manifest: Manifest, versions: Sequence[Manifest]) -> RowChanges | None:
        """Against the version before `manifest` among `versions`, newest first; None where there is nothing to show."""
        before = next((each for each in versions if each.sequence < manifest.sequence), None)
        if before is None:
            return None
        return self._once(f"since {before.sequence}", manifest, lambda: row_changes(store, before, manifest))

    def _once(self, what: str, manifest: Manifest, make: Callable[[], Made]) -> Made:
        key = (what, f"{manifest.siren}/{manifest.dataset}/{manifest.sequence}/{manifest.content_digest}")
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Made = self._kept[key]
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

"""A query's answer as bytes, remembered for as long as it fits: a version never changes, so neither does it."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

from ...versions.manifest import Manifest
from ..limits import Limits
from .engine import Engine, Found
from .formats import writer
from .places import place_columns
from .query import Query
from .small_json import FEW_ROWS, small_json
from .spools import IN_MEMORY_BYTES, Spool, Spools


@dataclass(frozen=True)
class Answer:
    """The written rows: in memory, or in a file that vanishes when it is closed."""

    body: bytes
    file: Spool | None
    size_bytes: int
    total: int


class Answers:
    """Asks the engine, and remembers what it said."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        self._engine = engine
        self._spools = Spools(limits.spooled_answers_mb * 1024 * 1024)
        self._most_bytes = limits.cached_answers_mb * 1024 * 1024
        self._held_bytes = 0
        self._known: OrderedDict[str, Answer] = OrderedDict()

    def known(self, key: str) -> Answer | None:
        """An answer given before."""
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def keep(self, key: str, answer: Answer) -> None:
        """Remember a small answer, and forget those that were not asked for the longest time."""
        if answer.file is not None or key in self._known:
            return
        self._known[key] = answer
        self._held_bytes += answer.size_bytes
        while self._held_bytes > self._most_bytes:
            self._held_bytes -= self._known.popitem(last=False)[1].size_bytes

    def at_hand(self, manifest: Manifest, query: Query, suffix: str) -> Answer | None:
        """The answer where it is made in less time than a worker is woken; None where it is not."""
        found = self._engine.answer_at_once(manifest, query) if suffix == ".json" else None
        return self._written(found, manifest, suffix) if found else None

    def make(self, manifest: Manifest, query: Query, suffix: str) -> Answer:
        """The rows that `query` asks, written as `suffix` says. Blocks. Raises Problem."""
        return self._written(self._engine.answer(manifest, query), manifest, suffix)

    def _written(self, found: Found, manifest: Manifest, suffix: str) -> Answer:
        if suffix == ".json" and len(found.rows) <= FEW_ROWS:
            body = small_json(found.rows)
            return Answer(body, None, len(body), found.total)
        # Written whole before the first byte leaves: its length is known, and an error is still an error.
        spool = self._spools.new()
        writer(suffix, place_columns(manifest))(found, spool)
        size_bytes = spool.size_bytes
        spool.rewind()
        if size_bytes > IN_MEMORY_BYTES:
            return Answer(b"", spool, size_bytes, found.total)
        with spool:
            return Answer(spool.read(), None, size_bytes, found.total)


def answer_key(manifest: Manifest, query: Query, suffix: str) -> str:
    """The same for the same bytes: what is asked, of which content, in which format."""
    asked = f"{manifest.siren}/{manifest.dataset}/{manifest.sequence}/{manifest.content_digest}/{suffix}/{query!r}"
    return sha256(asked.encode()).hexdigest()

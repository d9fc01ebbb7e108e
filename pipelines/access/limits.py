"""How much one reader, and all readers together, may ask of the server."""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """The units stand in the names."""

    query_workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    waiting_queries: int = 32
    query_seconds: float = 30.0
    query_memory_mb: int = 256
    open_versions: int = 32
    cached_answers_mb: int = 32
    query_string_bytes: int = 4096
    requests_per_minute: int = 1200  # of one address; 0: no limit

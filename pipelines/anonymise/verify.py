"""A stranger's check of a certificate, from published files alone.

Written apart from the gates on purpose: rows are counted one by one, in plain
Python. Only the readers are shared. Of a table with margins the thresholds and
lonely cells are recomputed; its linear programmes are not.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .certificate import is_signed

Read = Callable[[str], bytes]  # a published file of one version, by name
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """One thing that the certificate says, and whether the published files bear it out."""

    what: str
    holds: bool


@dataclass(frozen=True)
class Verification:
    """The two lists, apart."""

    recomputed: tuple[Claim, ...]
    attested: Mapping[str, Any]  # to be believed or not

    @property
    def holds(self) -> bool:
        return all(claim.holds for claim in self.recomputed)


def verify(read: Read, earlier: Mapping[str, Read], keys: Mapping[str, Ed25519PublicKey]) -> Verification:
    """Recompute all that can be. `earlier`: the files of the versions before, by number."""
    raw = read("certificate.json")
    content = json.loads(raw)
    claims = [Claim("signature", is_signed(raw, keys)), *_files(content["subject"]["files"], read)]
    rows = _rows(read, content)
    promised = content["recomputable"]
    if groups := promised["groups"]:
        claims += _groups(rows, groups)
        claims += _differences(rows, groups, promised["releases"], earlier, content)
    if tables := promised["tables"]:
        claims += _tables(rows, tables)
    return Verification(tuple(claims), content["attested"])


def _files(files: Mapping[str, str], read: Read) -> Iterable[Claim]:
    return [Claim(f"sha256 {name}", sha256(read(name)).hexdigest() == digest) for name, digest in files.items()]


def _rows(read: Read, content: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = pq.read_table(BytesIO(read(f"{content['subject']['dataset']}.parquet"))).to_pylist()
    return rows


def _by(rows: Iterable[Row], names: Sequence[str]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


def _groups(rows: Sequence[Row], promised: Mapping[str, Any]) -> Iterable[Claim]:
    members = list(_by(rows, promised["quasi_identifiers"]).values())
    mixes = [Counter(row[name] for row in group) for group in members for name in promised["sensitive"]]
    smallest = min(map(len, members), default=0)
    fewest = min(map(len, mixes), default=0)
    largest = max((max(mix.values()) / mix.total() for mix in mixes), default=0.0)
    rule = promised["rule"]
    yield Claim("smallest group", smallest == promised["smallest_rows"])
    yield Claim("fewest distinct values", fewest == promised["fewest_distinct"])
    yield Claim("largest share", abs(largest - promised["largest_share"]) < 1e-9)
    yield Claim("groups pass the rule", not members or smallest >= rule["minimum"])
    yield Claim("groups are mixed", not mixes or (fewest >= rule["distinct"] and largest <= rule["max_share"] + 1e-9))


def _differences(
    rows: Sequence[Row],
    promised: Mapping[str, Any],
    releases: Mapping[str, Any] | None,
    earlier: Mapping[str, Read],
    content: Mapping[str, Any],
) -> Iterable[Claim]:
    """Beside each earlier version, every group changes by nobody or by enough rows."""
    if releases is None:
        return
    names = [*promised["quasi_identifiers"], *promised["sensitive"]]
    now = Counter(tuple(row[name] for name in names) for row in rows)
    width = len(promised["quasi_identifiers"])
    for number in releases["compared_with"]:
        if number not in earlier:
            yield Claim(f"difference with {number}", False)
            continue
        then = Counter(tuple(row[name] for name in names) for row in _rows(earlier[number], content))
        moved: Counter[tuple[Any, ...]] = Counter()
        for side, change in (("added", now - then), ("removed", then - now)):
            for cell, count in change.items():
                moved[(side, *cell[:width])] += count
        yield Claim(f"difference with {number}", all(count >= releases["minimum"] for count in moved.values()))


def _tables(rows: Sequence[Row], promised: Mapping[str, Any]) -> Iterable[Claim]:
    """Shown counts reach the threshold, and no line hides a single cell."""
    shown = [row["row_count"] for row in rows if row["row_count"] is not None]
    yield Claim("shown counts reach the threshold", all(count >= promised["minimum"] for count in shown))
    lonely = sum(
        sum(row["row_count"] is None for row in line) == 1
        for name in promised["by"]
        for line in _lines(rows, [other for other in promised["by"] if other != name])
    )
    yield Claim("no line hides a single cell", lonely == 0)


def _lines(rows: Sequence[Row], fixed: Sequence[str]) -> Iterable[Sequence[Row]]:
    """Rows that agree on the fixed columns, a total being no label (labels may be missing too)."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        summed = row["totals"].split()
        found[tuple((row[name], name in summed) for name in fixed)].append(row)
    return found.values()

"""A list for the officer: texts of public columns that may name somebody. Each text is told once.

What was looked at is remembered as keyed digests: enough to know a text again, too little to tell it.
"""

import csv
import hmac
import json
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pyarrow as pa

from ..anonymise.named import Text, naming, suspects
from ..declarations import Dataset
from ..keys import read_key
from ..messages import _
from ..private_files import make_private_folder, private
from ..settings import Installation

MOST_TEXTS = 5_000  # looked at in one run, some seconds of pattern work; the next run goes on


def hold_names(dataset: Dataset, siren: str, table: pa.Table, installation: Installation, now: datetime) -> Path | None:
    """The private list of what is new; None where there is nothing to look at."""
    memory = _memory(installation, siren, dataset.name)
    known, key = _known(memory), read_key(installation.work)
    new = list(islice((one for one in suspects(table, dataset.privacy) if _digest(key, one) not in known), MOST_TEXTS))
    if not new:
        return None
    found = naming(new, dataset.privacy)
    path = installation.held / siren / dataset.name / f"{now:%Y%m%dT%H%M%S}-{_('names')}.csv"
    if found:
        _write(path, found)
    _remember(memory, known | {_digest(key, one) for one in new})
    return path if found else None


def look_again(installation: Installation, siren: str, dataset: str) -> None:
    """The next run tells every text anew: the lists that told them are gone."""
    _memory(installation, siren, dataset).unlink(missing_ok=True)


def _memory(installation: Installation, siren: str, dataset: str) -> Path:
    return installation.work / "looked_at" / siren / f"{dataset}.json"


def _write(path: Path, found: list[Text]) -> None:
    make_private_folder(path.parent)
    with open(path, "w", encoding="utf-8-sig", opener=private) as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow([_("column"), _("rows"), _("text")])
        writer.writerows([one.column, one.row_count, one.words] for one in found)


def _known(memory: Path) -> frozenset[str]:
    return frozenset(json.loads(memory.read_text("ascii"))) if memory.exists() else frozenset()


def _remember(memory: Path, digests: frozenset[str] | set[str]) -> None:
    make_private_folder(memory.parent)
    fresh = memory.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(fresh, "x", encoding="ascii", opener=private) as file:
        json.dump(sorted(digests), file)
    fresh.replace(memory)


def _digest(key: bytes, text: Text) -> str:
    return hmac.new(key, f"parvis looked at\0{text.column}\0{text.words}".encode(), sha256).hexdigest()[:16]

"""The register of a dataset: is it signed, is it of today, does it go back behind what the reader remembers?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import index
from pathlib import Path
from typing import Any

from ..errors import InvalidDeclaration
from ..messages import _
from ..signatures import PublicKey, signer
from .claims import Claim, Statement
from .reading import Bounds, Reader, Unreadable, small
from .sites import Place, triple

REGISTER = "versions.json"
_NUMBER = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Register:
    """What was signed of a dataset: its versions with the digests of their certificates, and what was taken back."""

    siren: str
    dataset: str
    key_id: str
    serial: int
    issued_at: str
    next_by: str | None
    certificates: Mapping[str, str | None]  # by number, the oldest first
    withdrawn: Mapping[str, tuple[str, str]]  # number -> day, reason

    def remembered(self) -> dict[str, Any]:
        """What a reader keeps of it, to know the next one by."""
        gone = dict.fromkeys(self.withdrawn)
        said = {"serial": self.serial, "issued_at": self.issued_at, "key_id": self.key_id}
        return {**said, "certificates": dict(self.certificates), "withdrawn": list(gone)}


Memory = Mapping[str, Mapping[str, Any]]  # "siren/dataset" -> what `remembered` gave


@dataclass
class Reading:
    """A register as it was read, with a claim for everything that was looked at."""

    place: Place
    register: Register | None = None
    claims: list[Claim] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.place.organisation}/{self.place.dataset}/{REGISTER}"

    def claim(self, what: str, holds: bool, detail: str = "") -> bool:
        self.claims.append(Claim(self.name, what, holds, detail))
        return holds


def read_memory(path: Path) -> Memory:
    """What the file remembers; nothing where it is not there yet. Raises InvalidDeclaration where it is no memory."""
    try:
        found = json.loads(path.read_bytes())["registers"]
        for one in found.values():
            int(one["serial"]), one["issued_at"], one["key_id"], dict(one["certificates"]), list(one["withdrawn"])
        return dict(found)
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidDeclaration(
            _("{path}: not written by --remember, or damaged; name another file.").format(path=path)
        ) from None


def write_memory(path: Path, memory: Memory) -> None:
    """As it was or as it shall be, never half. Raises InvalidDeclaration where it cannot be written."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(json.dumps({"format": 1, "registers": memory}, sort_keys=True, indent=1).encode() + b"\n")
        fresh.replace(path)
    except OSError:
        raise InvalidDeclaration(
            _("{path}: what is remembered cannot be written there; name another file.").format(path=path)
        ) from None


def read_register(
    reader: Reader, place: Place, keys: Mapping[str, PublicKey], bounds: Bounds, today: date, memory: Memory
) -> Reading:
    """`register` is None where there is none that one of the keys signed."""
    reading = Reading(place)
    try:
        document = small(reader, reading.name, bounds)
    except Unreadable as error:
        reading.claim("register", False, str(error))
        return reading
    key = signer(document, keys)
    register = _parsed(document, key.id) if key else None
    if not reading.claim("register", register is not None) or register is None or key is None:
        return reading
    reading.register = register
    issued_on = datetime.fromisoformat(register.issued_at).date()
    reading.claim("dataset", register.dataset == place.dataset)
    reading.claim("day", key.is_valid_on(issued_on), f"{key.id}, {issued_on}")
    is_late = register.next_by is not None and today > date.fromisoformat(register.next_by)
    reading.claim("fresh", not is_late and issued_on <= today + _DAY, f"{issued_on} → {register.next_by or '-'}")
    _compare(reading, register, memory.get(f"{register.siren}/{register.dataset}"))
    reading.statements.append(Statement(reading.name, "issued", str(issued_on)))
    reading.statements.append(Statement(reading.name, "next", register.next_by or "no date"))
    return reading


def _compare(reading: Reading, now: Register, before: Mapping[str, Any] | None) -> None:
    """With what the reader remembers: newer or the very same, and no version changed or gone but those taken back."""
    if before is None:
        return
    is_behind = now.serial < before["serial"] or now.issued_at < before["issued_at"]
    is_other = now.serial == before["serial"] and now.remembered() != dict(before)
    reading.claim("remembered", not (is_behind or is_other), f"{before['issued_at']} → {now.issued_at}")
    known = before["certificates"].items()
    changed = [number for number, digest in known if now.certificates.get(number, "") != digest]
    lost = [number for number in changed if number not in now.withdrawn]
    back = [number for number in before["withdrawn"] if number not in now.withdrawn]
    reading.claim("history", not lost and not back, ", ".join(sorted([*lost, *back], key=triple)))
    if now.key_id != before["key_id"]:
        reading.statements.append(Statement(reading.name, "other_key", f"{before['key_id']} → {now.key_id}"))


def _parsed(document: bytes, key_id: str) -> Register | None:
    """None where it has not the form of format 1: a key may be a hostile one."""
    try:
        content = json.loads(document)
        register = Register(
            siren=str(content["siren"]),
            dataset=str(content["dataset"]),
            key_id=key_id,
            serial=index(content["serial"]),
            issued_at=datetime.fromisoformat(content["issued_at"]).isoformat(),
            next_by=None if (day := content["next_by"]) is None else date.fromisoformat(day).isoformat(),
            certificates={one["version"]: one["certificate"] for one in content["versions"]},
            withdrawn={one["version"]: (one["withdrawn_on"], one["reason"]) for one in content["withdrawn"]},
        )
        numbers = [*register.certificates, *register.withdrawn]
        is_sound = (
            content["format"] == 1
            and all(_NUMBER.fullmatch(number) for number in numbers)
            and len(set(numbers)) == len(content["versions"]) + len(content["withdrawn"])
            and all(one is None or _DIGEST.fullmatch(one) for one in register.certificates.values())
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return register if is_sound else None

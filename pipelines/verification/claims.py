"""What a verification says: claims that were recomputed, and statements that can only be believed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ..messages import _


@dataclass(frozen=True)
class Claim:
    """One thing that is said of a place (a version, a file), and whether the published files bear it out."""

    place: str
    what: str  # a word of WORDS
    holds: bool
    detail: str = ""


@dataclass(frozen=True)
class Statement:
    """One thing that only the publisher knows."""

    place: str
    what: str
    said: str


@dataclass(frozen=True)
class Verification:
    """The two lists, apart, and where the keys came from."""

    recomputed: tuple[Claim, ...]
    attested: tuple[Statement, ...]
    keys_from: str
    keys_are_told: bool  # by whoever asks, and not by the place that is verified
    memory: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # of registers, for the next time

    @property
    def holds(self) -> bool:
        return bool(self.recomputed) and all(claim.holds for claim in self.recomputed)

    def to_dict(self) -> dict[str, Any]:
        said = asdict(self)
        del said["memory"]
        return {"holds": self.holds, **said}


def recomputed_words(claims: Sequence[Claim]) -> list[str]:
    """One line for each thing that holds everywhere, and one for each place where something does not."""
    held = Counter(claim.what for claim in claims if claim.holds)
    lines = [f"✓ {WORDS[what]()} ({count})" for what, count in held.items()]
    failed = [claim for claim in claims if not claim.holds]
    return lines + [
        _shown(
            _("✗ {place}: NOT so: {what}").format(
                place=claim.place, what=WORDS[claim.what]() + (f" ({claim.detail})" if claim.detail else "")
            )
        )
        for claim in failed
    ]


def attested_words(statements: Sequence[Statement]) -> list[str]:
    """One line for each thing that is said, with the places where something else is said elsewhere."""
    everywhere: dict[str, set[str]] = {}
    places: dict[tuple[str, str], list[str]] = {}
    for statement in statements:
        everywhere.setdefault(statement.what, set()).add(statement.place)
        places.setdefault((statement.what, statement.said), []).append(statement.place)
    return [
        _shown(
            _("- {what}: {said}").format(what=ATTESTED[what](), said=SAID[said]() if said in SAID else said)
            + ("" if set(where) == everywhere[what] else f" ({', '.join(dict.fromkeys(where))})")
        )
        for (what, said), where in places.items()
    ] or [_("Nothing.")]


_BLANKS = "\u00a0\u202f"  # before a colon and a semicolon, in French


def _shown(text: str) -> str:
    """What a hostile certificate says must not move the reader's cursor or colour the next line."""
    return "".join(character if character.isprintable() or character in _BLANKS else "�" for character in text)


WORDS: Mapping[str, Callable[[], str]] = {
    "keys": lambda: _("the public keys can be read"),
    "list": lambda: _("the list of what is published can be read"),
    "register": lambda: _("the register of versions is signed by one of the keys"),
    "fresh": lambda: _("the register of versions is no older than it promised to become"),
    "remembered": lambda: _("the register is not older than the one that you remember"),
    "history": lambda: _("no version that you remember was changed, or is gone without being taken back"),
    "listed": lambda: _("the versions that are shown are those of the register"),
    "taken_back": lambda: _("the list of what was taken back is that of the register"),
    "gone": lambda: _("what was taken back is there no more"),
    "signed_for": lambda: _("is the certificate that the register names"),
    "readable": lambda: _("can be read"),
    "signature": lambda: _("signed by one of the keys"),
    "day": lambda: _("signed on a day on which the key was in use"),
    "form": lambda: _("the certificate has the form that it should have"),
    "organisation": lambda: _("is of the organisation at whose address it lies"),
    "dataset": lambda: _("is of the dataset at whose address it lies"),
    "version": lambda: _("is of the version at whose address it lies"),
    "newest": lambda: _("is the newest version that it may be"),
    "numbers": lambda: _("every version that a certificate knows of is there, or was withdrawn"),
    "digest": lambda: _("has the digest that the certificate says"),
    "sums": lambda: _("lists the digests of the certificate, and no other file"),
    "descriptor": lambda: _("describes the files of the certificate"),
    "types": lambda: _("says the types of the descriptor"),
    "rows": lambda: _("as many rows as the certificate says, in every table"),
    "columns": lambda: _("the columns of the descriptor, in every table"),
    "figures": lambda: _("rows that look alike: the figures of the certificate"),
    "rule": lambda: _("no group of rows is smaller or more uniform than the rule allows"),
    "difference": lambda: _("beside an earlier version, groups change by nobody or by enough"),
    "threshold": lambda: _("no shown count is below the threshold"),
    "hidden": lambda: _("no hidden count can be computed from the others"),
    "moved": lambda: _("beside an earlier version, no shown count moves by too few"),
    "sums_moved": lambda: _("beside an earlier version, no shown sum moves while too few people come or go"),
    "together": lambda: _("no hidden count, and no move of a few, can be computed from all versions together"),
    "hidden_sums": lambda: _("no hidden sum of a few people can be computed to the cent, from all versions together"),
    "identifiers": lambda: _("no e-mail, phone, NIR or IBAN of a person"),
    "replay": lambda: _("the figures can be recomputed"),
}

ATTESTED: Mapping[str, Callable[[], str]] = {
    "issued": lambda: _("the register of versions was signed on"),
    "next": lambda: _("it is to be signed again by"),
    "other_key": lambda: _("it is signed by another key than the one that you remember; ask for it by another way"),
    "every_column_declared": lambda: _("every column of the source is declared"),
    "contributors_counted_by": lambda: _("contributors are counted by"),
    "groups": lambda: _("whether a person stands out"),
    "linkage_with_other_datasets": lambda: _("joins with the town's other datasets"),
    "quality": lambda: _("expectations met"),
    "cells_blanked": lambda: _("cells blanked"),
    "rows_blanked": lambda: _("rows that lost a cell"),
    "counts_waiting": lambda: _("figures of people that stay as they were"),
    "other_steps": lambda: _("the difference with a version made under other steps"),
    "rows_withdrawn": lambda: _("rows left out"),
    "rows_waiting": lambda: _("rows that wait"),
    "cells_hidden": lambda: _("figures hidden for their own sake"),
    "cells_complementary": lambda: _("figures hidden for the others' sake"),
    "withdrawn": lambda: _("the difference with a version that was withdrawn since"),
    "dominance": lambda: _("no contributor holds most of an amount"),
    "too_many": lambda: _("hidden figures, too many to compute here"),
    "incomparable": lambda: _("the difference with a version of other columns"),
}

SAID: Mapping[str, Callable[[], str]] = {
    "yes": lambda: _("yes"),
    "no": lambda: _("no"),
    "no date": lambda: _("no date is promised"),
    "0": lambda: _("none"),
    "1 or more": lambda: _("some"),
    "<k": lambda: _("some, fewer than the threshold"),
    ">=k": lambda: _("at least as many as the threshold"),
    "rows": lambda: _("rows"),
    "unit": lambda: _("the declared column"),
    "judged": lambda: _("judged"),
    "not judged": lambda: _("not judged"),
    "exempt by law": lambda: _("exempt by law"),
    "no trait of a person": lambda: _("no trait of a person leaves"),
    "none below the threshold": lambda: _("none gives a group below the threshold"),
}

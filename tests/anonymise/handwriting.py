"""In how many hands the same words are written: capitals, accents, haste, phones, scanners."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.anonymise.held_out import unaccented

Write = Callable[[str], str]


@dataclass(frozen=True)
class Hand:
    """How ordinary words are written, and how names are."""

    words: Write
    names: Write


def _same(write: Write) -> Callable[[random.Random], Hand]:
    return lambda _chance: Hand(write, write)


def _as_is(text: str) -> str:
    return text


def _hasty(text: str) -> str:
    return unaccented(text.lower())


def _loud(text: str) -> str:
    return unaccented(text).upper()


def _small_names(_chance: random.Random) -> Hand:
    """Sentences begin with a capital, names do not."""
    return Hand(_as_is, str.lower)


def _small_names_without_accents(_chance: random.Random) -> Hand:
    return Hand(unaccented, _hasty)


_ABBREVIATED = {
    "bonjour": "bjr", "vous": "vs", "nous": "ns", "pour": "pr", "toujours": "tjs", "beaucoup": "bcp", "dans": "ds",
    "quand": "qd", "que": "ke", "qui": "ki", "est": "è", "avec": "avc", "depuis": "dpuis", "merci": "mci", "tous": "ts",
    "rendez-vous": "rdv", "c'est": "c", "j'ai": "g", "salut": "slt", "il faut": "fo",
}  # fmt: skip


def _on_a_phone(_chance: random.Random) -> Hand:
    def words(text: str) -> str:
        small = text.lower().replace("’", "'")
        for said, short in _ABBREVIATED.items():
            small = re.sub(rf"(?<!\w){said}(?!\w)", short, small)
        return unaccented(small.replace("'", ""))

    return Hand(words, _hasty)


def _glued(text: str) -> str:
    return re.sub(r"([,.;:])\s(?=\w)", r"\1", text)


def _without_apostrophes(text: str) -> str:
    return re.sub(r"(?<=\b[cdjlmnstCDJLMNST])['’]", " ", text)


def _spaced(text: str) -> str:
    return re.sub(r"(?<=\w) (?=\w)", "  ", text)


def _typing_fast(chance: random.Random) -> Hand:
    def slip(share: float) -> Write:
        def write(text: str) -> str:
            return re.sub(r"[^\W\d_]{5,}", lambda match: _slipped(chance, match.group(), share), text)

        return write

    return Hand(slip(0.12), slip(0.06))


def _slipped(chance: random.Random, word: str, share: float) -> str:
    if chance.random() >= share:
        return word
    place = chance.randrange(1, len(word) - 2)
    return chance.choice(
        [
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
        ]
    )


_MISREAD = ("rn m", "é e", "l 1", "o 0", "ê é", "cl d", "i í", "u ü", "ss s")


def _scanned(chance: random.Random) -> Hand:
    """A scanner takes a letter for another here and there, and breaks lines where the page does."""

    def words(text: str) -> str:
        said, read = chance.choice(_MISREAD).split()
        return text.replace(said, read, 1)

    def names(text: str) -> str:
        if chance.random() < 0.15:
            return text.replace(" ", "\n", 1)
        return words(text) if chance.random() < 0.25 else text

    return Hand(words, names)


HANDS: tuple[Callable[[random.Random], Hand], ...] = (
    *(_same(_as_is),) * 6,
    *(_same(_hasty),) * 2,
    _same(str.lower),
    _same(str.upper),
    _same(_loud),
    _same(unaccented),
    _same(_glued),
    _same(_without_apostrophes),
    _same(_spaced),
    _small_names,
    _small_names_without_accents,
    _on_a_phone,
    _typing_fast,
    _scanned,
)

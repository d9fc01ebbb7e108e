"""What French knows: given names of many origins and ordinary words, so that the others stand out as names.

A family name, wherever it comes from, is hardly ever a word of French: a list
of names would always forget some people's, a list of ordinary words forgets
nobody.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from . import ordinary_names

WORD = re.compile(r"[^\W\d_][\w’'\-]*")
_ELISION = re.compile(r"(?i)^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w)")
# What letters to a town hall say and dictionaries do not.
_ALSO_ORDINARY_SAID = """
mail mails num réf ref tél tel svp stp slt bjr bsr cdlt cdt ok rdv asap pj cv ds qd qq qqn qqch tjrs bcp pb pbs pr ki
koi kan jai jé cé jsui jsuis javais ya chui appt apt bât bat bd av ave esc ccas caf mdph ehpad pmr rib iban nir siret
siren tva ttc ht hlm cgct plu plui rgpd cnil insee rsa apl cni cmu cpam urssaf sncf ter tgv tram vtt vélo bus
skatepark wifi internet web site facebook instagram twitter tiktok snapchat whatsapp youtube linkedin insta snap post
posts dataset covoiturer végétaliser végétalisation piétonniser piétonnisation nichoirs grainothèque joignable aidant
aidante aidants étaient quelqu aujourd presqu entr lat lon info infos week end weekend arobase at dot point com fr org
net eu http https www lampadaires composteurs ralentisseurs déchetterie déchèterie médiathèque boîte micro mini multi
auto covid mr mrs mme mmes mm mlle dr me msieur xpf cfp ddn nee ne née né
"""
_ALSO_ORDINARY = frozenset(_ALSO_ORDINARY_SAID.split())
# Times in the subtitles that pyspellchecker counted; those that it never saw, and only a grammar knows, are given 50.
_FREQUENT, _NEVER_SEEN = 1000, 50
_PAST = re.compile("(?<!r)a$")  # “il roula”, “perla”: nobody writes so to a town hall, and many names end so
# What French makes new words with: “végétalisation”, “débitumons”.
_FRENCH = re.compile(r"[a-zàâçéèêëîïôùûœæ'’\-]+", re.IGNORECASE)  # the letters of French words
_GLUED = re.compile("[cdjlmnst](?=[aeiouyh])")
_DERIVED = re.compile(
    "(?:ations?|ements?|ages?|ites?|istes?|ismes?|ables?|ibles?|iques?|euses?|trices?|isons|issons|onner|iser|ifier|isee?s?)$"
)
PERSON, PLACE, BODY, THING = "PER", "LOC", "ORG", "MISC"  # what words sound like, in the model's words


def _silent(_word: str) -> str | None:
    return None


@dataclass(frozen=True)
class Lexicon:
    """Words, as `plain` writes them; `frequent` are those that are often misspelt.

    `sound` tells what a word, as it is written, is like: PERSON, PLACE, BODY, THING, or None where nobody knows it.
    """

    given: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()
    frequent: frozenset[str] = frozenset()
    sound: Callable[[str], str | None] = _silent

    @property
    def is_empty(self) -> bool:
        return not self.ordinary

    def is_given(self, word: str) -> bool:
        said = bare(word)
        return len(said) > 1 and (said in self.given or said.partition("-")[0] in self.given)

    def is_ordinary(self, word: str) -> bool:
        """A hyphenated word is ordinary when each of its parts is, unless each is a given name."""
        said = bare(word)
        parts = [part for part in re.split(r"[-'’]", said) if len(part) > 1]
        is_double_name = len(parts) > 1 and all(part in self.given for part in parts)  # “pierre-richard”
        return said in self.ordinary or (not is_double_name and all(part in self.ordinary for part in parts))

    def is_foreign(self, word: str) -> bool:
        """Neither French nor a number: most likely a name."""
        return not self.is_empty and len(bare(word)) > 1 and not self.is_ordinary(word)

    def kind(self, word: str) -> str | None:
        """What it is like with its capital; a word that was only seen in small letters is a thing."""
        said = _ELISION.sub("", word)
        return self.sound(said.title()) or (THING if self.sound(said.lower()) else None)

    def is_listed(self, word: str) -> bool:
        return self.is_given(word) or bare(word) in self.family

    @staticmethod
    def is_short_name(word: str) -> bool:
        """“Vu”, “Fan”, “Son”: also words of French, so that only what stands beside them tells."""
        return plain(word) in ordinary_names.SHORT

    def is_like_a_name(self, word: str) -> bool:
        """Listed as one, or like those that are; an ordinary word (“boucher”, “prune”) only with its capital."""
        is_person = self.kind(word) == PERSON
        return self.is_listed(word) or (is_person and (self.is_foreign(word) or self.sound(word.lower()) != PERSON))

    def is_name(self, word: str) -> bool:
        """No French word, no misspelt one, no place or body that the model knows."""
        if not self.is_foreign(word):
            return False
        return self.is_like_a_name(word) or (self._is_never_small(word) and not self._is_almost_french(word))

    def _is_never_small(self, word: str) -> bool:
        """Unknown to the model, or seen with a capital only."""
        kind = self.kind(word)
        return kind is None or (kind == THING and self.sound(_ELISION.sub("", word).lower()) is None)

    def _is_almost_french(self, word: str) -> bool:
        is_spelt_so = _FRENCH.fullmatch(word) is not None
        return is_spelt_so and (self.is_misspelt(word) or _DERIVED.search(bare(word)) is not None)

    def is_body(self, word: str) -> bool:
        """A brand that the model has seen: “Decathlon”."""
        return self.is_foreign(word) and not self.is_listed(word) and self.kind(word) == BODY

    def is_known_otherwise(self, word: str) -> bool:
        """A town, a brand: what the model has seen as one."""
        return not self.is_listed(word) and self.kind(word) in (PLACE, BODY)

    def is_misspelt(self, word: str) -> bool:
        """A letter too many, too few, changed or exchanged, after the first, in a word that is often written."""
        said = bare(word)
        is_glued = len(said) > 3 and _GLUED.match(said) is not None and said[1:] in self.ordinary  # “lecole”, “jai”
        return is_glued or (len(said) > 3 and any(one in self.frequent for one in _one_slip_away(said)))


NO_LEXICON = Lexicon()


def bare(word: str) -> str:
    """Small letters without accents, without the article or pronoun that is tied to it."""
    return plain(_ELISION.sub("", word)).strip("-'’")


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _one_slip_away(word: str) -> Iterator[str]:
    for place in range(1, len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield before + after[1:2] + after[0] + after[2:]
            yield from (before + letter + after[1:] for letter in _LETTERS)


@cache
def lexicon() -> Lexicon:
    """That of the extra `texte`: names from Faker's lists, ordinary words from pyspellchecker's French one.

    Many an ordinary word is a name in another country; it counts as one where a French-speaking country gives it.
    """
    from spellchecker import SpellChecker

    counts = SpellChecker(language="fr", distance=1).word_frequency
    said = (word for word in counts.words() if counts[word] > _NEVER_SEEN or not _PAST.search(word))
    ordinary = _all_plain({*said, *_ALSO_ORDINARY})
    frequent = _all_plain(word for word in counts.words() if counts[word] >= _FREQUENT)
    given = _names_but(ordinary, GIVEN) | ordinary_names.GIVEN
    family = _names_but(ordinary, FAMILY) | ordinary_names.FAMILY
    return Lexicon(given, ordinary, family, frequent)


GIVEN, FAMILY = "first_names", "last_names"  # Faker's words


def _names_but(ordinary: frozenset[str], listed: str) -> frozenset[str]:
    known = {locale: _all_plain(name for name in names if len(name) > 2) for locale, names in names_of(listed).items()}
    return frozenset(
        name for locale, names in known.items() for name in names if name not in ordinary or locale.startswith("fr")
    )


def names_of(listed: str) -> dict[str, list[str]]:
    """Faker's names of one word in Latin letters, by locale."""
    from faker.config import AVAILABLE_LOCALES
    from faker.factory import Factory

    known: dict[str, list[str]] = {}
    for locale in sorted(AVAILABLE_LOCALES):
        provider: Any = Factory._find_provider_class("faker.providers.person", locale)[0]
        names = getattr(provider, listed, ())
        if isinstance(names, Iterable):
            known[locale] = [name for name in map(str, names) if _LATIN.fullmatch(name)]
    return known


_LATIN = re.compile(r"(?:(?![\d_])[\w\-'](?<![\u0250-\uffff]))+")


def _all_plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(plain, words))


def unaccented(text: str) -> str:
    """Letter for letter, so that places stay the same."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


@cache
def plain(word: str) -> str:
    """In small letters and without accents, which hurry leaves out."""
    small = word.lower().replace("ı", "i").replace("ł", "l").replace("œ", "oe").replace("’", "'")
    return "".join(one for one in unicodedata.normalize("NFD", small) if not unicodedata.combining(one))

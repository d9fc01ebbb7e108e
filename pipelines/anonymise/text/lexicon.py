"""What French knows: given names of many origins and ordinary words, so that the others stand out as names.

A family name, wherever it comes from, is hardly ever a word of French: a list
of names would always forget some people's, a list of ordinary words forgets
nobody.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

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
auto covid mr mrs mme mmes mm mlle dr me msieur ddn nee ne née né
"""
_ALSO_ORDINARY = frozenset(_ALSO_ORDINARY_SAID.split())


@dataclass(frozen=True)
class Lexicon:
    """Words, as `plain` writes them."""

    given: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.ordinary

    def is_given(self, word: str) -> bool:
        said = bare(word)
        return len(said) > 1 and (said in self.given or said.partition("-")[0] in self.given)

    def is_ordinary(self, word: str) -> bool:
        """A hyphenated word is ordinary when each of its parts is."""
        said = bare(word)
        return said in self.ordinary or all(part in self.ordinary for part in re.split(r"[-'’]", said) if part)

    def is_foreign(self, word: str) -> bool:
        """Neither French nor a number: most likely a name."""
        return not self.is_empty and len(bare(word)) > 1 and not self.is_ordinary(word)


NO_LEXICON = Lexicon()


def bare(word: str) -> str:
    """Small letters without accents, without the article or pronoun that is tied to it."""
    return plain(_ELISION.sub("", word)).strip("-'’")


def lexicon() -> Lexicon:
    """That of the extra `texte`: given names from Faker's lists, ordinary words from pyspellchecker's French one."""
    return _lexicon()


@cache
def _lexicon() -> Lexicon:
    from spellchecker import SpellChecker

    words = SpellChecker(language="fr", distance=1).word_frequency.words()
    ordinary = _all_plain({*words, *_ALSO_ORDINARY})
    return Lexicon(_given_names(), ordinary)


def _given_names() -> frozenset[str]:
    from faker.config import AVAILABLE_LOCALES
    from faker.factory import Factory

    known: set[str] = set()
    for locale in sorted(AVAILABLE_LOCALES):
        provider: Any = Factory._find_provider_class("faker.providers.person", locale)[0]
        listed = getattr(provider, "first_names", ())
        known |= {str(name) for name in listed} if isinstance(listed, Iterable) else set()
    return _all_plain(name for name in known if name.isalpha() and len(name) > 2)


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

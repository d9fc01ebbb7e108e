"""A text in the capitals that a careful writer would have given it: same length, names told by their capitals.

Text messages are all small and complaints all capitals. Words that French does
not know get one, and so does any word after “Mme” or “ma fille”.
"""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from .flattening import reread
from .lexicon import WORD, Lexicon

_SPELT = r"[\wÀ-ỿ]"
TITLES = (
    r"(?:[Mm]\.|MM\.|Mrs?\.?|M(?=\s+[A-ZÀ-Þ])|Mmes?\.?|Mlles?\.?|[Mm]ademoiselle|[Mm]adame|[Mm]onsieur|MADAME|"
    r"MONSIEUR|Dr\.?|[Dd]octeur|DOCTEUR|"
    r"Pr\.?|[Pp]rofesseure?|Me(?=\s+[A-ZÀ-Þ])|[Mm]a[îi]tre|[Ff]amilles?|FAMILLE|mr\.?|mme\.?|mlle|mrs?|MR\.?|MME\.?|"
    r"MLLE|MRS?|DR|"
    r"[Ll]es\s+[ée]poux|LES\s+[ÉE]POUX|[Ss]ieur|[Vv]euve)"
)
_PART = re.compile(r"[^,;:.!?()\n\d]+")
_AFTER_TITLE = re.compile(rf"(?<!{_SPELT}){TITLES}\s+(?={_SPELT})")
_SMALL_PARTICLES_SAID = """
de du des la le les el al ben bin bint van von der den ter da do dos das di del della d et ou ait aït ould abou bou
abi ngo née nee né ne épouse epouse ep veuve
"""
_SMALL_PARTICLES = frozenset(_SMALL_PARTICLES_SAID.split())
_NEVER_NAMES_SAID = """
le la les l un une des du de d ce cet cette mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je tu il
elle on nous vous ils elles qui que quoi dont où et ou mais donc or ni car à a au aux en dans par pour sur sous avec
sans chez vers entre est sont était suis ai as avez avons ont être avoir habite m'a m'ont n'a ne pas plus très si y ça
cela se s qu c j n t mme mr monsieur madame qu'il qu'elle maire adjoint adjointe préfet préfète député députée
sénateur sénatrice ministre conseiller conseillère président présidente directeur directrice adjudant gardien
gardienne
"""
_NEVER_NAMES = frozenset(_NEVER_NAMES_SAID.split())


def shaped(text: str, lexicon: Lexicon) -> str:
    """`text`, letter for letter, with capitals on what is likely a name and none on ordinary words."""
    if lexicon.is_empty:
        return text
    text = reread(text)
    words, is_loose = list(WORD.finditer(text)), is_caseless(text)
    after_title = {match.end() for match in _AFTER_TITLE.finditer(text)}
    small = [word for word in words if is_loose or word.group()[0].islower()]
    names = {word.start() for word in small if _has_capital(word, after_title, lexicon)}
    names |= {word.start() for word in small if _AGED.match(text, word.end()) and lexicon.is_like_a_name(word.group())}
    is_told = names if is_loose else names | {word.start() for word in words if _is_in_capitals(word.group(), lexicon)}
    names |= _beside(text, words, is_told, {word.start() for word in small}, lexicon)
    names |= _pairs(text, small, lexicon) | _names_alone(text, names, lexicon)
    return _rewritten(text, words, names, str.lower if is_loose else str)


def is_caseless(text: str) -> bool:
    """Whether capitals say nothing: no word has one before small letters."""
    return not any(word[0].isupper() and word[1:2].islower() for word in WORD.findall(text))


def _has_capital(word: re.Match[str], after_title: Collection[int], lexicon: Lexicon) -> bool:
    """A word that French does not know, of a person, a place or a body, or one that a title announces."""
    said = word.group()
    if word.start() in after_title:
        return lexicon.is_short_name(said) or not is_never_a_name(said)
    is_plural = said[-1:] in "sS" and not lexicon.is_listed(said) and lexicon.is_listed(said[:-1])  # “des marguerites”
    return lexicon.is_foreign(said) and not is_plural and (lexicon.is_name(said) or lexicon.is_known_otherwise(said))


def _is_in_capitals(said: str, lexicon: Lexicon) -> bool:
    return said[0].isupper() and (lexicon.is_given(said) or lexicon.is_name(said))


def _beside(
    text: str, words: Sequence[re.Match[str]], told: Collection[int], small: Collection[int], lexicon: Lexicon
) -> set[int]:
    """Small words beside a name that could be its rest: “rose benali”, “ali da costa”, “r. ruiz”, “aya t.”."""
    found: set[int] = set()
    reached = None  # the end of the name so far, particles included
    for word in words:
        said = word.group()
        between = text[reached : word.start()] if reached is not None else ""
        follows = _BLANK.fullmatch(between) or (
            _COMMA.fullmatch(between) and (lexicon.is_foreign(said) or lexicon.is_given(said))
        )
        if word.start() in told:
            reached = word.end()
        elif follows and word.start() in small and _is_rest(text, word, lexicon):
            found.add(word.start())
            reached = word.end()
        else:
            reached = word.end() if follows and said.lower() in _SMALL_PARTICLES else None
    for one, other in reversed(list(pairwise(words))):
        is_name = other.start() in told or other.start() in found
        if is_name and one.start() in small and _is_start(text, one, other, lexicon):
            found.add(one.start())
    return found


_AGED = re.compile(r"(?i)(?:\s*,|\s+(?:en\s+)?(?:a|aura|avait|va avoir))\s+\d{1,3}\s+(?:ans?|mois)\b|\s+en\s+a\s+\d")
END = re.compile(r"\s*(?:[,;:.!?()/|\n]|$)")
_START = re.compile(r"(?i)(?:^|[,;:.!?()/|\n]|(?<!\w)(?:de|par|avec|chez|et|ou|pour|contre|selon)(?=\s))\s*$")
_BLANK = re.compile(r"[ \t\u00a0\u202f]+")
_COMMA = re.compile(r"[ \t\u00a0]*,[ \t\u00a0]*")
_AFTER_INITIAL = re.compile(r"\.?[ \t\u00a0\u202f]*")


def _is_rest(text: str, word: re.Match[str], lexicon: Lexicon) -> bool:
    said = word.group()
    if len(said) == 1:
        return text[word.end() : word.end() + 1] == "."
    if lexicon.is_short_name(said) and END.match(text, word.end()):
        return True
    return not is_never_a_name(said) and (lexicon.is_foreign(said) or lexicon.is_listed(said))


def _is_start(text: str, one: re.Match[str], other: re.Match[str], lexicon: Lexicon) -> bool:
    said = one.group()
    if len(said) == 1:
        is_cut = text[one.end()] == "." and _AFTER_INITIAL.fullmatch(text, one.end(), other.start()) is not None
        return is_cut and len(other.group()) > 2
    is_short = lexicon.is_short_name(said) and _START.search(text, max(0, one.start() - 12), one.start()) is not None
    is_near = _BLANK.fullmatch(text, one.end(), other.start()) is not None
    is_family = lexicon.is_listed(said) and lexicon.is_given(other.group())
    if _COMMA.fullmatch(text, one.end(), other.start()):  # “roy, ambre”
        is_opening = _START.search(text, max(0, one.start() - 12), one.start()) is not None
        return is_opening and (lexicon.is_listed(said) or lexicon.is_name(said) or lexicon.is_short_name(said))
    is_of_name = is_short or (len(said) > 2 and (lexicon.is_foreign(said) or lexicon.is_given(said) or is_family))
    return is_near and is_of_name and (is_short or not is_never_a_name(said)) and said.lower() not in _SMALL_PARTICLES


def _pairs(text: str, small: Sequence[re.Match[str]], lexicon: Lexicon) -> set[int]:
    """Two ordinary words that are also names: “victoire prieur”, but not “une pierre blanche”."""
    found: set[int] = set()
    for one, other in pairwise(small):
        said = (one.group(), other.group())
        is_initial = len(said[0]) == 1 and _is_start(text, one, other, lexicon)  # “k. roy”
        if (is_initial and lexicon.is_like_a_name(said[1])) or (
            len(said[1]) == 1 and _is_before_initial(text, one, other, lexicon)
        ):
            found |= {one.start(), other.start()}
        if all(map(lexicon.is_short_name, said)) and _stands_alone(text, one, other):  # “mai do”
            found |= {one.start(), other.start()}
        if (
            _BLANK.fullmatch(text, one.end(), other.start())
            and not any(map(is_never_a_name, said))
            and all(map(lexicon.is_like_a_name, said))
            and any(map(lexicon.is_listed, said))
            and not _DETERMINER.search(text, max(0, one.start() - 12), one.start())
        ):
            found |= {one.start(), other.start()}
    return found


def _stands_alone(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    is_near = _BLANK.fullmatch(text, one.end(), other.start()) is not None
    is_opening = _START.search(text, max(0, one.start() - 12), one.start()) is not None
    return is_near and is_opening and END.match(text, other.end()) is not None


def _is_before_initial(text: str, one: re.Match[str], other: re.Match[str], lexicon: Lexicon) -> bool:
    """“rose p.”"""
    is_near = text[other.end() : other.end() + 1] == "." and bool(_BLANK.fullmatch(text, one.end(), other.start()))
    said = one.group()
    return is_near and len(said) > 2 and (lexicon.is_given(said) or lexicon.is_name(said))


_DETERMINER = re.compile(
    r"(?i)(?<!\w)(?:le|la|les|l['’]|une?|des|du|aux?|ces?|cet|cette|[mts](?:on|a|es)|[nv]o(?:tre|s)|leurs?|en|très|plus|si|"
    r"trop|est|sont|\d+)\s*$"
)


def _names_alone(text: str, names: Collection[int], lexicon: Lexicon) -> set[int]:
    """Two or three words between commas, one of them a name: so are the others; and a given name that ends a letter."""
    found: set[int] = set()
    for part in _PART.finditer(text):
        words = list(WORD.finditer(text, *part.span()))
        if any(is_never_a_name(word.group()) for word in words):
            continue
        is_signature = len(words) == 1 and part.end() == len(text) and part.start() > 0
        is_list = 1 < len(words) < 4 and all(
            word.start() in names or _may_be_part(word.group(), lexicon) for word in words
        )
        if (is_list and any(word.start() in names for word in words)) or (
            is_signature and lexicon.is_given(words[0].group())
        ):
            found |= {word.start() for word in words}
    return found


def _may_be_part(said: str, lexicon: Lexicon) -> bool:
    return lexicon.is_foreign(said) or lexicon.is_like_a_name(said) or lexicon.is_short_name(said)


def _rewritten(
    text: str, words: Sequence[re.Match[str]], names: Collection[int], otherwise: Callable[[str], str]
) -> str:
    written = list(text)
    for word in words:
        cased = (_cased if word.start() in names else otherwise)(word.group())
        if len(cased) == len(word.group()):
            written[word.start() : word.end()] = cased
    return "".join(written)


def _cased(word: str) -> str:
    return re.sub(r"(?:^|(?<=[-'’]))[^\W\d_]", lambda match: match.group().upper(), word.lower())


def is_never_a_name(word: str) -> bool:
    return word.lower() in _NEVER_NAMES

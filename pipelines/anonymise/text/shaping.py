"""A text in the capitals that a careful writer would have given it: same length, names told by their capitals.

Text messages are all small and complaints all capitals. Words that French does
not know get one, and so does any word after “Mme” or “ma fille”.
"""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

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
_SMALL_PARTICLES = frozenset(
    (
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "el",
        "al",
        "ben",
        "bin",
        "van",
        "von",
        "der",
        "den",
        "da",
        "dos",
        "di",
        "d",
        "et",
        "ou",
    )
)
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
    after_title = {match.end() for match in _AFTER_TITLE.finditer(text)}
    words = list(WORD.finditer(text))
    if is_caseless(text):
        names = _names_of_caseless(text, words, after_title, lexicon)
        return _rewritten(text, words, names, str.lower)
    return _rewritten(text, words, _names_in_small_letters(words, after_title, lexicon), str)


def is_caseless(text: str) -> bool:
    """Whether capitals say nothing: no word has one before small letters."""
    return not any(word[0].isupper() and word[1:2].islower() for word in WORD.findall(text))


def _names_of_caseless(
    text: str, words: Sequence[re.Match[str]], after_title: Collection[int], lexicon: Lexicon
) -> set[int]:
    """The starts of words that French does not know or a title announces, and given names and initials beside them."""
    is_loud = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    names = {
        word.start()
        for word in words
        if (lexicon.is_foreign(word.group()) and (is_loud or not _is_acronym(word.group())))
        or (word.start() in after_title and not is_never_a_name(word.group()))
    }
    for one, other in pairwise(words):
        between = text[one.end() : other.start()]
        is_initial = len(one.group()) == 1 and between.startswith(".")
        if other.start() in names and (is_initial or (between == " " and lexicon.is_given(one.group()))):
            names.add(one.start())
        if one.start() in names and between == " " and lexicon.is_given(other.group()):
            names.add(other.start())
    return names | _names_alone(text, names, lexicon)


def _names_alone(text: str, names: Collection[int], lexicon: Lexicon) -> set[int]:
    """Two or three words between commas, one of them a name: so are the others; and a given name that ends a letter."""
    found: set[int] = set()
    for part in _PART.finditer(text):
        words = list(WORD.finditer(text, *part.span()))
        if any(is_never_a_name(word.group()) for word in words):
            continue
        is_signature = len(words) == 1 and part.end() == len(text) and part.start() > 0
        if (1 < len(words) < 4 and any(word.start() in names for word in words)) or (
            is_signature and lexicon.is_given(words[0].group())
        ):
            found |= {word.start() for word in words}
    return found


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) < 5


def _names_in_small_letters(words: Sequence[re.Match[str]], after_title: Collection[int], lexicon: Lexicon) -> set[int]:
    """Of a text with capitals, the small words that should have had one."""
    names, follows_name = set(), False
    for word in words:
        said = word.group()
        is_name = said[0].islower() and _is_small_name(said, lexicon, follows_name, word.start() in after_title)
        if is_name:
            names.add(word.start())
        follows_name = is_name or (
            lexicon.is_foreign(said) if not said[0].islower() else follows_name and said in _SMALL_PARTICLES
        )
    return names


def _rewritten(
    text: str, words: Sequence[re.Match[str]], names: Collection[int], otherwise: Callable[[str], str]
) -> str:
    written = list(text)
    for word in words:
        cased = (_cased if word.start() in names else otherwise)(word.group())
        if len(cased) == len(word.group()):
            written[word.start() : word.end()] = cased
    return "".join(written)


def _is_small_name(word: str, lexicon: Lexicon, follows_name: bool, follows_title: bool) -> bool:
    if not lexicon.is_foreign(word):
        return follows_title and word.lower() not in _NEVER_NAMES
    return lexicon.is_given(word) or follows_name or follows_title


def _cased(word: str) -> str:
    return re.sub(r"(?:^|(?<=[-'’]))[^\W\d_]", lambda match: match.group().upper(), word.lower())


def is_never_a_name(word: str) -> bool:
    return word.lower() in _NEVER_NAMES

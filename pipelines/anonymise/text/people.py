"""Names of private people in French text: words that announce one, words that French does not know, and a model's word.

Works on the text as `shaping` wrote it, where capitals can be trusted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from .cues import CUES, FOLLOWED, MORE, NAME, SIGNATURE, SMALL_CUE, SURE, SURE_SMALL
from .kept_names import is_kept
from .lexicon import NO_LEXICON, WORD, Lexicon, unaccented
from .recognisers import Span
from .shaping import TITLES, is_never_a_name

PERSON = "PER"  # the model's word
_RUN = re.compile(NAME)
# Of no French word: “dos Santos”, “van der Meer”, but not “de”, “la”.
_PARTICLE_BEFORE = re.compile(r"(?<!\w)(?P<particle>(?:(?:dos|das|da|van|von|der|den|ben|bin|el|al|ould|lo)\s+){1,2})$")
_INITIAL_AND_NAME = re.compile(r"(?!M\.)[A-Z]\.\s?[A-ZÀ-Þ][\w’'\-]{2,}")
_INITIALS = re.compile(r"(?:[A-Z]\.\s?){1,4}[A-Z]?\.?")
_TITLE_BEFORE = re.compile(rf"(?<!\w){TITLES}\s+(?:et\s+{TITLES}\s+)?$")
_NOT_A_NAME = re.compile(
    "(?i)"
    "bonjour|bonsoir|merci|cordialement|madame|monsieur|je|il|elle|nous|vous|on|un|une|des|du|de|ce|cette|mon|"
    "ma|mes|mairie|ville|métropole|région|france|europe|caf|ccas|mdph|siret|siren|sarl|rue|avenue|place|projet|objet|"
    "dossier|demande|budget|participatif|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|"
    "mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|à|a|et|ou|pour|contre|avec|sans|pas|"
    "très|plus|bien|non|oui|si|que|qui|quoi|comment|pourquoi|quand|tout|tous|toute|toutes|voir|ici|tel|tél|"
    "rib|iban|nir|contact|signalement|mais|car|donc|au|aux|en|dans|son|sa|ses|leur|leurs|notre|nos|votre|vos|"
    "par|sur|est|sont|personne|quelqu'un|noël|pâques|saint|sainte|siret|réponse|délibération|arrêté|article|"
    "fils|cie|frères|m|mme|mmes|mr|mlle|dr"
)
_ADDRESSED = re.compile(r"\S*@\S*|(?i:https?://|www\.)\S+|\S*(?:\d\w*[_/\-.]\w|[_/]\w*\d)\S*|\b[A-Za-z]+\d\w*")
_ARTICLES = frozenset(("le", "la", "les", "de", "du", "des"))  # in capitals they begin a family name
_INITIAL = re.compile(r"(?:^|[.!?\n:;«\"•]\s*|^\W+)$")
_STARTS = re.compile(r"(?:^|[.!?\n«\"•]\s*|^\W+)$")  # after a colon French has no capital
_MONTHS = re.compile(
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre", re.IGNORECASE
)
_LABEL = re.compile(r"\s*:")
_A_THING = re.compile(r"(?i)(?:^|\W)(?:une?|des|ces?|cet(?:te)?|aucune?|chaque|l['’])\s*$")


def people_spans(text: str, entities: Iterable[Span] = (), lexicon: Lexicon = NO_LEXICON) -> list[Span]:
    """Names that words announce, that the model sees, or that French does not know.

    `entities` are the model's, of kind PER, LOC, ORG or MISC. Without lexicon, only capitals after
    an announcing word count.
    """
    seen, hasty = list(entities), unaccented(text)  # those who are in a hurry leave accents out
    found = [span for pattern in CUES for span in _with_following(hasty, pattern, lexicon)]
    found += [span for span in seen if span.kind == PERSON and _is_likely(text, span, lexicon)]
    found += [Span(*match.span("name"), "person") for match in SURE_SMALL.finditer(hasty)]
    if not lexicon.is_empty:
        found += [Span(*match.span("name"), "person") for match in SURE.finditer(hasty)]
        found += _small_names(hasty, lexicon)
        found += [
            Span(*match.span("name"), "person")
            for match in (*FOLLOWED.finditer(hasty), *SIGNATURE.finditer(text))
            if _may_be_name(match["name"], lexicon)
        ]
        found += [run for run in _runs(text, lexicon) if _stands_out(text, run, seen, lexicon)]
    trimmed = (_trim(text, span, lexicon) for span in found)
    addressed = [match.span() for match in _ADDRESSED.finditer(text)]
    return [
        span
        for span in trimmed
        if span.end > span.start
        and not is_kept(text, span, lexicon)
        and not any(a < span.end and span.start < b for a, b in addressed)
    ]


def _with_following(text: str, pattern: re.Pattern[str], lexicon: Lexicon) -> Sequence[Span]:
    """The announced name, and those that a comma or “et” adds to it."""
    spans, reached = [], 0
    for match in pattern.finditer(text):
        if not lexicon.is_empty and pattern is CUES[2] and not _may_be_name(match["name"], lexicon):
            continue
        spans.append(Span(*match.span("name"), "person"))
        end = match.end("name")
        while end > reached and (more := MORE.match(text, end)) and not _is_label(text, more, lexicon):
            spans.append(Span(*more.span("name"), "person"))
            end = more.end("name")
        reached = max(reached, end)
    return spans


def _is_label(text: str, name: re.Match[str], lexicon: Lexicon) -> bool:
    """“Nom : X / Portable : …”, “Dr X, RPPS …”: the next thing that is told, not the next name."""
    words = WORD.findall(name["name"])
    is_told = _LABEL.match(text, name.end("name")) and not any(map(lexicon.is_given, words))
    return bool(is_told) or all(map(_is_code, words))


def _may_be_name(name: str, lexicon: Lexicon) -> bool:
    """An announcing word such as “avec” announces companies and towns too; a name has a word that is one."""
    words = WORD.findall(name)
    return (
        _INITIALS.fullmatch(name) is not None
        or _INITIAL_AND_NAME.match(name) is not None
        or any(lexicon.is_given(word) or lexicon.is_foreign(word) for word in words)
    )


def _is_likely(text: str, span: Span, lexicon: Lexicon) -> bool:
    """The model takes first words of sentences for names: a single word there must not be an ordinary one."""
    word = text[span.start : span.end]
    is_first = bool(_INITIAL.search(text[: span.start]))
    is_known = lexicon.is_empty or not lexicon.is_ordinary(word) or lexicon.is_given(word)
    return word[:1].isupper() and (" " in word or not is_first or is_known)


def _small_names(text: str, lexicon: Lexicon) -> Iterator[Span]:
    """Names in small letters after an announcing word: those that French does not know, and “ma fille rose”."""
    for match in SMALL_CUE.finditer(text):
        words = list(WORD.finditer(text, *match.span("name")))
        if not words or _NOT_A_NAME.fullmatch(words[0].group()):
            continue
        first = words[0].group()
        if lexicon.is_foreign(first) or (match["kin"] and lexicon.is_given(first)):
            end = words[-1].end() if lexicon.is_foreign(words[-1].group()) else words[0].end()
            yield Span(words[0].start(), end, "person")


def _runs(text: str, lexicon: Lexicon) -> Iterator[Span]:
    """Words in capitals that follow each other, cut at words that are never part of a name."""
    for match in _RUN.finditer(text):
        start, end = match.span()
        words = list(WORD.finditer(text, *match.span()))
        for place, word in enumerate(words):
            is_opening = place == 0 and _opens_sentence(text, words, lexicon)
            if is_opening or (_NOT_A_NAME.fullmatch(word.group()) and word.group().istitle() and len(word.group()) > 1):
                yield Span(start, word.start(), "person")
                start = word.end()
        last = text[start:end].rpartition(" ")[2]
        yield Span(start, end - (text[end - 1] == "." and len(last) > 2), "person")


def _opens_sentence(text: str, words: Sequence[re.Match[str]], lexicon: Lexicon) -> bool:
    """Whether the first word has its capital from the sentence, and is no part of the name that follows."""
    said = words[0].group()
    is_first = bool(_INITIAL.search(text[: words[0].start()]))
    is_of_name = len(said) == 1 or lexicon.is_given(said) or _leads(words, lexicon)
    return is_first and lexicon.is_ordinary(said) and not is_of_name


def _stands_out(text: str, run: Span, entities: Sequence[Span], lexicon: Lexicon) -> bool:
    """Whether words in capitals are a name because of what they are, not of what stands before."""
    words = WORD.findall(text, run.start, run.end)
    foreign = [word for word in words if lexicon.is_foreign(word) and not _is_code(word)]
    is_first = bool(_STARTS.search(text[: run.start]))
    if _INITIAL_AND_NAME.match(text, run.start, run.end):
        return True
    seen_as = {entity.kind for entity in entities if _covers(entity, run)}
    is_brand = len(words) == 1 and not foreign and "ORG" in seen_as  # “Orange”
    if not is_brand and any(lexicon.is_given(word) for word in (words if len(words) > 1 or not is_first else foreign)):
        return True
    if len(foreign) > 1:
        return len(words) < 6
    if len(words) == 1 and _A_THING.search(text, 0, run.start):
        return False
    is_seen_otherwise = "ORG" in seen_as or ("LOC" in seen_as and not _belongs(text, run))
    is_doubtful = len(words) == 1 and (is_first or words[0].isupper())
    return bool(foreign) and not is_seen_otherwise and not is_doubtful and len(words) < 5


_OF = re.compile(r"(?i)([^\W\d_][\w’'\-]*)\s+(?:de|d['’])\s*$")
_OF_A_TOWN = re.compile(
    r"(?i)villes?|mairies?|maires?|gares?|routes?|rues?|r[ée]gions?|m[ée]tropoles?|communes?|pays|pr[ée]fectures?|cantons?|"
    r"habitante?s?|nord|sud|est|ouest|centre|direction|march[ée]s?|ports?|quartiers?|agglom[ée]rations?|d[ée]partements?|"
    r"universit[ée]s?|lignes?|bus|trams?|environs|alentours|pr[èe]s|loin|proches?|hors|autour|c[ôo]t[ée]s?|for[êe]ts?|"
    r"bois|pont|parc|bassin|vall[ée]e|plages?|[îi]le|entr[ée]e|sortie|march[ée]s?|tour|lac|canal|cath[ée]drale|stade|"
    r"h[ôo]pital|chu|lyc[ée]e|coll[èe]ge|[ée]cole|foire|salon|festival|f[êe]te|conseil|tribunal|arriv[ée]e|d[ée]part|venue?s?"
)


def _belongs(text: str, run: Span) -> bool:
    """“Le vélo de Koffi”: what the model takes for a town, but no town has."""
    of = _OF.search(text, 0, run.start)
    return of is not None and _OF_A_TOWN.fullmatch(of[1]) is None


def _is_code(word: str) -> bool:
    """“PC”, “MAPA”: capitals too few to be a name, unless it is spelt like one."""
    return word.isupper() and (len(word) < 3 or not re.search("[AEIOUYÀ-Ý]", word))


def _covers(entity: Span, run: Span) -> bool:
    return entity.start <= run.start and run.end <= entity.end


def _trim(text: str, span: Span, lexicon: Lexicon) -> Span:
    """Without words at either end that are never part of a name (“Bonjour”, “Merci”, a month)."""
    start, end = span.start, span.end
    words = list(WORD.finditer(text, start, end))
    while words and _is_no_name(words[0].group()) and not _leads(words, lexicon):
        words.pop(0)
        start = words[0].start() if words else end
    while words and _is_no_name(words[-1].group()) and not (len(words) > 1 and _is_month_name(words[-1].group())):
        words.pop()
        end = words[-1].end() if words else start
    if not words:
        return Span(start, start, "person")
    first = words[0].start()
    if particle := _PARTICLE_BEFORE.search(text, max(0, first - 12), first):
        first = particle.start("particle")
    title = _TITLE_BEFORE.search(text, max(0, first - 40), first)
    return Span(title.start() if title else first, end, "person")


def _leads(words: Sequence[re.Match[str]], lexicon: Lexicon) -> bool:
    """“Le Goff”, “Mai Khanh”: an article in capitals, or a month, before a word that is not French."""
    if len(words) < 2:
        return False
    said, following = words[0].group(), words[1].group()
    is_month = _is_month_name(said) and (lexicon.is_given(following) or lexicon.is_foreign(following))
    return is_month or (said.lower() in _ARTICLES and lexicon.is_foreign(following))


def _is_month_name(word: str) -> bool:
    """Months have no capital in French: after another name, “Mai” is a family's."""
    return word[0].isupper() and _MONTHS.fullmatch(word) is not None


def _is_no_name(word: str) -> bool:
    is_other = _NOT_A_NAME.fullmatch(word) is not None or word in _ARTICLES
    return (is_other and not (len(word) == 1 and word.isupper())) or (is_never_a_name(word) and word.islower())

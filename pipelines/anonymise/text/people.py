"""Names of private people in French text: words that announce one, words that French does not know, and a model's word.

Works on the text as `shaping` wrote it, where capitals can be trusted.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from .cues import ANNOUNCED, CUES, FOLLOWED, MORE, NAME, SIGNATURE, SMALL_CUE, SURE, SURE_SMALL
from .kept_names import is_kept
from .lexicon import NO_LEXICON, PERSON, WORD, Lexicon, unaccented
from .recognisers import Span
from .shaping import END, TITLES, is_never_a_name

_RUN = re.compile(NAME)
# Of no French word: “dos Santos”, “van der Meer”, but not “de”, “la”.
_PARTICLE_BEFORE = re.compile(
    r"(?<!\w)(?P<particle>(?:(?:dos|das|da|di|del|della|van|von|der|den|ben|bin|bint|el|al|"
    r"ould|lo|a[iï]t|abou|bou|abi|ngo)\s+){1,2}|(?:(?!M\.)[A-Z]\.[ \t]?){1,2})$"
)
# Of French words, but nobody begins with them: “Demandeur : de Luca Loredana”, “1. la Rosa”.
_ARTICLE_BEFORE = re.compile(
    r"(?:^|[:;,.!?\n(«/]\s*|\d\s+|(?<!\w)(?:de|d['’]|à|a|par|avec|chez|et|ou|demander|demandez)\s+)"
    r"(?P<particle>(?:de\s+la|de|du|des|la|le|les|d['’])\s+)$",
    re.IGNORECASE,
)
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
    "bravo|divorce|mariage|adresse|prénom|nom|mille|cher|chère|salut|coucou|moi|toi|lui|eux|"
    "fils|cie|frères|m|mme|mmes|mr|mlle|dr"
)
_ADDRESSED = re.compile(
    r"\S*@\S*|(?i:https?://|www\.)\S+|\S*(?:\d\w*[_/\-.]\w|[_/]\w*\d)\S*|\b[A-Za-z]+\d\w*|\b\d{2,}[A-Za-z]\w*"
)
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
    text = _ADDRESSED.sub(lambda match: "0" * len(match.group()), text)  # nobody's name, and no part of one
    seen, hasty = list(entities), unaccented(text)  # those who are in a hurry leave accents out
    found = [span for pattern in CUES for span in _with_following(hasty, pattern, lexicon)]
    found += [span for span in seen if span.kind == PERSON and _is_likely(text, span, lexicon)]
    found += [Span(*match.span("name"), "person") for match in SURE_SMALL.finditer(hasty)]
    if not lexicon.is_empty:
        found += [
            Span(*match.span("name"), "person")
            for match in SURE.finditer(hasty)
            if len(match["name"]) > 1 and not lexicon.is_body(match["name"])
        ]
        found += _small_names(hasty, lexicon)
        found += [
            Span(*match.span("name"), "person")
            for match in (*FOLLOWED.finditer(hasty), *SIGNATURE.finditer(text))
            if _may_be_name(match["name"], lexicon)
        ]
        found += [run for run in _runs(text, lexicon) if _stands_out(text, run, seen, lexicon)]
    trimmed = (_trim(text, piece, lexicon) for span in found for piece in _between_numbers(text, span, lexicon))
    return [
        _with_article(text, span, lexicon)
        for span in trimmed
        if span.end > span.start and not is_kept(text, span, lexicon)
    ]


def _between_numbers(text: str, span: Span, lexicon: Lexicon) -> Iterator[Span]:
    """A model's name may run over a company's number."""
    pieces = [Span(*piece.span(), span.kind) for piece in _NO_NUMBER.finditer(text, span.start, span.end)]
    yield from (
        pieces if len(pieces) < 2 else (one for one in pieces if _may_be_name(text[one.start : one.end], lexicon))
    )


_NO_NUMBER = re.compile(r"(?:(?!\d\d).)+", re.DOTALL)


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
        or any(lexicon.is_given(word) or (lexicon.is_foreign(word) and not lexicon.is_body(word)) for word in words)
    )


def _is_likely(text: str, span: Span, lexicon: Lexicon) -> bool:
    """The model takes first words of sentences for names: a single word there must not be an ordinary one."""
    word = text[span.start : span.end]
    is_first = bool(_INITIAL.search(text, max(0, span.start - 40), span.start))
    is_known = lexicon.is_empty or not lexicon.is_ordinary(word) or lexicon.is_given(word)
    is_town = lexicon.is_known_otherwise(word) and _is_towards(text, span)
    return word[:1].isupper() and not is_town and (" " in word or not is_first or is_known)


def _small_names(text: str, lexicon: Lexicon) -> Iterator[Span]:
    """Names in small letters after an announcing word: those that French does not know, and “ma fille rose”."""
    for match in SMALL_CUE.finditer(text):
        words = list(WORD.finditer(text, *match.span("name")))
        if not words or _NOT_A_NAME.fullmatch(words[0].group()) or lexicon.is_body(words[0].group()):
            continue
        first = words[0].group()
        is_alone = END.match(text, words[0].end()) is not None
        if lexicon.is_foreign(first) or (lexicon.is_given(first) and (match["kin"] or is_alone)):
            end = words[-1].end() if lexicon.is_foreign(words[-1].group()) else words[0].end()
            yield Span(words[0].start(), end, "person")


def _runs(text: str, lexicon: Lexicon) -> Iterator[Span]:
    """Words in capitals that follow each other, cut at words that are never part of a name."""
    for match in _RUN.finditer(text):
        start, end = match.span()
        words = list(WORD.finditer(text, *match.span()))
        for place, word in enumerate(words):
            is_opening = place == 0 and _opens_sentence(text, words, lexicon)
            is_other = _NOT_A_NAME.fullmatch(word.group()) and word.group().istitle() and len(word.group()) > 1
            is_last = place > 0 and _ends(word.group(), lexicon)  # “Nguyen Mai”
            if is_opening or (is_other and not is_last and not _leads(words[place:], lexicon)):
                yield Span(start, word.start(), "person")
                start = word.end()
        last = text[start:end].rpartition(" ")[2]
        yield Span(start, end - (text[end - 1] == "." and len(last) > 2), "person")


def _opens_sentence(text: str, words: Sequence[re.Match[str]], lexicon: Lexicon) -> bool:
    """Whether the first word has its capital from the sentence, and is no part of the name that follows."""
    said = words[0].group()
    is_first = bool(_INITIAL.search(text, max(0, words[0].start() - 40), words[0].start()))
    is_loud = len(words) > 1 and said.isupper() and not words[1].group().isupper()  # “MARQUES Celeste”
    is_of_name = len(said) == 1 or lexicon.is_given(said) or is_loud or _leads(words, lexicon)
    return is_first and lexicon.is_ordinary(said) and not is_of_name


def _stands_out(text: str, run: Span, entities: Sequence[Span], lexicon: Lexicon) -> bool:
    """Whether words in capitals are a name because of what they are, not of what stands before."""
    words = WORD.findall(text, run.start, run.end)
    if _INITIAL_AND_NAME.match(text, run.start, run.end):
        return True
    seen_as = {entity.kind for entity in entities if _covers(entity, run)}
    return (_is_full_name if len(words) > 1 else _is_single_name)(text, run, words, seen_as, lexicon)


def _is_full_name(_text: str, _run: Span, words: Sequence[str], seen_as: Collection[str], lexicon: Lexicon) -> bool:
    if any(map(lexicon.is_given, words)) or all(map(lexicon.is_short_name, words)):
        return True
    foreign = [word for word in words if lexicon.is_foreign(word) and not _is_code(word)]
    names = [word for word in foreign if not lexicon.is_known_otherwise(word)]
    if len(foreign) > 1:
        return len(words) < 6 and bool(names)
    is_body = "ORG" in seen_as and not any(map(lexicon.is_like_a_name, names))
    return bool(names) and not is_body and len(words) < 5


def _is_single_name(text: str, run: Span, words: Sequence[str], seen_as: Collection[str], lexicon: Lexicon) -> bool:
    """One word: what it is like counts more than what the model sees, but at the start of a sentence."""
    (word,) = words or ("",)
    is_first = bool(_STARTS.search(text, max(0, run.start - 40), run.start))
    is_family = word.isupper() and (lexicon.is_listed(word) or lexicon.is_short_name(word))
    if is_family and _GIVEN_AFTER.match(text, run.end):  # “BLANC, Aurore”, “YE, Bo”
        return True
    if not lexicon.is_foreign(word):
        return lexicon.is_given(word) and not is_first and ("ORG" not in seen_as or lexicon.kind(word) == PERSON)
    if _is_code(word) or _A_THING.search(text, 0, run.start):
        return False
    if lexicon.is_known_otherwise(word):
        is_towards = _is_towards(text, run) and not _belongs(text, run)
        return not (lexicon.is_body(word) or "LOC" in seen_as or is_towards)
    if word.isupper() and not lexicon.is_like_a_name(word):
        return _GIVEN_AFTER.match(text, run.end) is not None
    return not is_first or lexicon.is_name(word)


_TOWARDS = re.compile(
    r"(?i)(?<!\w)(?:à|a|au|aux|vers|sur|en|dans|depuis|pour|entre|jusqu['’]à|près de|de|d['’]|et)\s*(?:l[ea]s?\s+)?$"
)


def _is_towards(text: str, span: Span) -> bool:
    return _TOWARDS.search(text, max(0, span.start - 20), span.start) is not None


_GIVEN_AFTER = re.compile(r"(?:,[ \t]*|[ \t]+)[A-ZÀ-Þ][\w’'\-]*[a-zà-ÿ]")  # “BENALI, Karim”


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
    while words and _is_no_name(words[0].group()) and not (_leads(words, lexicon) or _is_told(text, words[0], lexicon)):
        words.pop(0)
        start = words[0].start() if words else end
    while (
        words
        and _is_no_name(words[-1].group())
        and not ((len(words) > 1 and _ends(words[-1].group(), lexicon)) or _is_told(text, words[-1], lexicon))
    ):
        words.pop()
        end = words[-1].end() if words else start
    if not words:
        return Span(start, start, "person")
    first = words[0].start()
    if particle := _PARTICLE_BEFORE.search(text, max(0, first - 12), first):
        first = particle.start("particle")
    title = _TITLE_BEFORE.search(text, max(0, first - 40), first)
    return Span(title.start() if title else first, end, "person")


def _with_article(text: str, span: Span, lexicon: Lexicon) -> Span:
    first = WORD.search(text, span.start, span.end)
    article = _ARTICLE_BEFORE.search(text, max(0, span.start - 12), span.start)
    is_of_name = article and first and first.start() == span.start and lexicon.is_foreign(first.group())
    return Span(article.start("particle"), span.end, span.kind) if article and is_of_name else span


def _leads(words: Sequence[re.Match[str]], lexicon: Lexicon) -> bool:
    """“Le Goff”, “Mai Khanh”: an article in capitals, or a month, before a word that is not French."""
    if len(words) < 2:
        return False
    said, following = words[0].group(), words[1].group()
    is_before_name = lexicon.is_given(following) or lexicon.is_foreign(following)
    is_family = lexicon.is_listed(said) and is_before_name  # “Boucher Rose”
    is_month = _is_month_name(said) and is_before_name
    is_named = lexicon.is_foreign(following) or (following.istitle() and lexicon.is_short_name(following))
    is_short = said.istitle() and lexicon.is_short_name(said) and is_named  # “Son Hoang”
    return is_month or is_family or is_short or (said.lower() in _ARTICLES and lexicon.is_foreign(following))


def _is_told(text: str, word: re.Match[str], lexicon: Lexicon) -> bool:
    """“Mme Ma”, “mon fils Mai”."""
    is_short = word.group().istitle() and lexicon.is_short_name(word.group())
    return is_short and ANNOUNCED.search(text, max(0, word.start() - 40), word.start()) is not None


def _ends(word: str, lexicon: Lexicon) -> bool:
    """“Xuan Mai”, “Lihua Ma”."""
    return _is_month_name(word) or (word[0].isupper() and lexicon.is_short_name(word))


def _is_month_name(word: str) -> bool:
    """Months have no capital in French: after another name, “Mai” is a family's."""
    return word[0].isupper() and _MONTHS.fullmatch(word) is not None


def _is_no_name(word: str) -> bool:
    is_other = _NOT_A_NAME.fullmatch(word) is not None or word in _ARTICLES
    return (is_other and not (len(word) == 1 and word.isupper())) or (is_never_a_name(word) and word.islower())

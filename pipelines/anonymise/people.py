"""Names of private people in French text: the words that announce one, and the words that rule one out.

Streets, schools and companies named after people, and elected people in
office, are kept.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from .recognisers import Span

_CAPITAL = r"(?:[A-ZÀ-ÖØ-ÞĀ-ȳḀ-ỿ](?:[\w’']*(?:-[\w’']+)*\w|\.(?:\s?-?[A-Z]\.)*)?\.?)"
_PARTICLE = r"(?:de|du|des|d['’]|la|le|les|el|al|ben|bin|van|von|der|den|da|dos|di|née?|ép\.?|épouse)"
_NAME = rf"{_CAPITAL}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_CAPITAL}){{0,3}}"
_ANY_WORD = r"[\wÀ-ỿ][\w’'\-]*"

_TITLE = (
    r"(?:M\.|Mr\.?|MM\.|Mmes?\.?|Mlles?\.?|[Mm]ademoiselle|[Mm]adame|[Mm]onsieur|MADAME|MONSIEUR|Dr\.?|[Dd]octeur|Pr\.?|"
    r"[Mm]a[îi]tre|[Ff]amille|[Ff]amilles|[Ll]es\s+époux)"
)
_KIN = (
    r"(?i:mon|ma|mes|son|sa|ses|notre|votre|leur)\s+(?i:(?:petite?[\s\-]|grande?[\s\-]|beau[\s\-]|belle[\s\-]|ex[\s\-]|"
    r"arrière-)*(?:fils|filles?|fil[ls]eule?|mari|femme|époux|épouse|ex|copain|copine|compagne|compagnon|conjointe?|m[èe]re|"
    r"p[èe]re|maman|papa|fr[èe]re|s(?:œ|oe)ur|tante|oncle|cousine?|neveu|nièce|mamie|papi|voisine?s?|amie?s?|coll[èe]gue|nounou|"
    r"propriétaire|locataire|enfants?|bébé|gendre|bru|médecin|assistante|aide|patron(?:ne)?|élève))"
)
_INTRO = (
    r"(?i:je\s+m\s?['’]?\s?appelle|je\s+me\s+nomme|je\s+suis|moi\s+c['’]est|ici|slt\s+c|soussign[ée]e?(?:\(e\))?|signé(?:e)?|"
    r"s['’]appelle|nommée?|prénommée?|appelée?|nom(?:\s+et\s+prénom)?\s*:|prénom\s*:|contact(?:er|ez)?|porteur(?:\s+de\s+projet)?|"
    r"porteuse|responsable(?:\s+légale?)?|locataire|garante?|titulaire|bénéficiaire|demandeu(?:r|se)|enfants?|auteure?|"
    r"cordialement|salutations|bien\s+à\s+vous|sincèrement|merci\s+à|merci|d['’]accord\s+avec|avis\s+de|idée\s+de|proposition\s+de|"
    r"projet\s+de|post\s+de|commentaire\s+de|témoignage\s+de|document\s+de|dossier\s+de|demande\s+de|mariage\s+de|décès\s+de|"
    r"obsèques\s+de|attestation\s+(?:pour|de)|adressée?\s+à|appartient\s+à|appartenant\s+à|chez|avec|aidante?\s+de|"
    r"demandée?\s+par|déposée?\s+par|signalée?\s+par|proposée?\s+par|écrite?\s+par|de\s+la\s+part\s+de|signalement)"
)
_SEPARATOR = r"\s*[:,\-–]?\s*"
_CUES = (
    re.compile(rf"(?<!\w)(?P<name>{_TITLE}\s+(?:et\s+{_TITLE}\s+)?{_NAME})"),
    re.compile(rf"(?<!\w){_KIN}{_SEPARATOR}(?:{_TITLE}\s+)?(?P<name>{_NAME})"),
    re.compile(rf"(?<!\w){_INTRO}{_SEPARATOR}(?:{_TITLE}\s+)?(?P<name>{_NAME})"),
)
_SMALL_CUES = (  # what follows may be a name in small letters, if it is one of the given names
    re.compile(rf"(?<!\w)(?:{_KIN}|{_INTRO}){_SEPARATOR}(?P<name>{_ANY_WORD}(?:\s+(?:{_PARTICLE}\s+)?{_ANY_WORD})?)"),
)
_MORE = re.compile(rf"(?:\s*,\s*|\s+(?:et|&)\s+)(?P<name>{_NAME})")
_WORD = re.compile(_ANY_WORD)

_PLACE_BEFORE = re.compile(
    r"(?i)(?:\b(?:rue|avenue|av\.?|boulevard|bd\.?|place|square|all[ée]e|impasse|chemin|route|quai|cours|pont|passerelle|esplanade|"
    r"rond-point|mail|parc|jardin|stade|gymnase|piscine|salle|école|ecole|coll[èe]ge|lyc[ée]e|cr[èe]che|m[ée]diath[èe]que|"
    r"biblioth[èe]que|mus[ée]e|th[ée][âa]tre|centre|espace|maison|h[ôo]pital|clinique|ehpad|r[ée]sidence|quartier|station|gare|"
    r"m[ée]tro|arr[êe]t|fondation|association|asso|collectif|club|restaurant|caf[ée]|bar|boulangerie|pharmacie|garage|cabinet|"
    r"entreprise|soci[ée]t[ée]|sarl|sas|sasu|eurl|sci|ets|librairie|statue|buste|fresque|hommage\s+[àa]|nom\s+de|livre\s+de|"
    r"œuvre\s+de|bois|for[êe]t|bourg|commune|ville|tour|immeuble|cit[ée]|prix|festival|cinéma|maternelle|primaire|élémentaire|"
    r"baptiser|renommer)\b[\s«\"]*(?:(?:maternelle|primaire|élémentaire|municipale?|sportif|culturel(?:le)?|sociale?)\s+)?"
    r"(?:de\s+la\s+|de\s+|du\s+|des\s+|d['’]|l['’]|le\s+|la\s+|les\s+)?(?:(?:Docteur|Dr|Général|Maréchal|Colonel|Président|Père|"
    r"Abbé|Saint|Sainte|Professeur)\s+)?|\b(?:général|maréchal|abbé|sœur|roi|reine|empereur)\s+)$"
)
_OFFICE_BEFORE = re.compile(
    r"(?i)\b(?:maires?|adjointe?s?|conseill(?:er|ère)s?|préf[eè]te?s?|sous-préf[eè]te?|ministre|sénat(?:eur|rice)|députée?s?|"
    r"élue?s?|président(?:e)?\s+(?:de\s+la|du|de|des)\s+(?:métropole|région|département|agglomération|communauté|république|france|"
    r"conseil))\b(?:M\.|Mr\.|[^.;!?\n]){0,45}$"
)
_OFFICE_AFTER = re.compile(
    r"(?i)^\s*,?\s*(?:le\s+|la\s+|notre\s+|votre\s+|ancien(?:ne)?\s+)*(?:maire|adjointe?|conseill(?:er|ère)|préf[eè]te?|ministre|"
    r"sénat(?:eur|rice)|députée?|élue?)\b"
)
_NOT_A_NAME = re.compile(
    "(?i)"
    "bonjour|bonsoir|merci|cordialement|madame|monsieur|je|il|elle|nous|vous|on|un|une|des|du|de|ce|cette|mon|"
    "ma|mes|mairie|ville|métropole|région|france|caf|ccas|mdph|siret|siren|sarl|rue|avenue|place|projet|"
    "dossier|demande|budget|participatif|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|"
    "mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|à|a|et|ou|pour|contre|avec|sans|pas|"
    "très|plus|bien|non|oui|si|que|qui|quoi|comment|pourquoi|quand|tout|tous|toute|toutes|voir|ici|tel|tél|"
    "rib|iban|nir|contact|signalement|mais|car|donc|au|aux|en|dans|son|sa|ses|leur|leurs|notre|nos|votre|vos|"
    "par|sur|est|sont|personne|quelqu'un|noël|pâques|saint|sainte"
)
_ARTICLES = frozenset(("le", "la", "les"))  # in capitals they begin a family name
_PLACE_INSIDE = re.compile(
    r"(?i)^(?:saint|sainte|st|ste)[\s\-]|\b(?:ehpad|école|collège|lycée|résidence|association|fondation|chez|plan|parc|park|"
    r"stade|préfet|maire|ministre|président)\b"
)


def people_spans(text: str, model_names: Iterable[Span] = (), given_names: Collection[str] = ()) -> list[Span]:
    """Names after words that announce one, those that a model found, and known given names in capitals.

    `given_names` in small letters; a word in small letters counts only after an announcing word.
    """
    found = [span for pattern in _CUES for span in _with_following(text, pattern)]
    found += [span for span in model_names if _is_likely(text, span, given_names)]
    if given_names:
        found += _known_names(text, given_names)
    trimmed = (_trim(text, span) for span in found)
    return [span for span in trimmed if span.end > span.start and not _is_kept(text, span)]


def _is_likely(text: str, span: Span, given_names: Collection[str]) -> bool:
    """The model takes first words of sentences for names: a single word there must be a known one."""
    word = text[span.start : span.end]
    is_first = not re.search(r"[\w,;:]\s*$", text[: span.start])
    return word[:1].isupper() and (" " in word or not is_first or not given_names or _is_given(word, given_names))


def _with_following(text: str, pattern: re.Pattern[str]) -> Sequence[Span]:
    """The announced name, and those that a comma or “et” adds to it."""
    spans = []
    for match in pattern.finditer(text):
        spans.append(Span(*match.span("name"), "person"))
        end = match.end("name")
        while more := _MORE.match(text, end):
            spans.append(Span(*more.span("name"), "person"))
            end = more.end("name")
    return spans


def _known_names(text: str, given_names: Collection[str]) -> list[Span]:
    spans = []
    for run in _runs(text):
        if any(_is_given(word, given_names) for word in _WORD.findall(text, run.start, run.end)):
            spans.append(run)
    for pattern in _SMALL_CUES:
        for match in pattern.finditer(text):
            first = _WORD.match(match["name"])
            if first and not _NOT_A_NAME.fullmatch(first.group()) and _is_given(first.group(), given_names):
                spans.append(Span(*match.span("name"), "person"))
    return spans


def _runs(text: str) -> Iterator[Span]:
    """Words in capitals that follow each other, cut at words that are never part of a name."""
    for match in re.finditer(_NAME, text):
        start, end = match.span()
        for word in _WORD.finditer(text, *match.span()):
            if _NOT_A_NAME.fullmatch(word.group()):
                yield Span(start, word.start(), "person")
                start = word.end()
        yield Span(start, end, "person")


def _is_given(word: str, given_names: Collection[str]) -> bool:
    small = word.lower()
    return len(word) > 2 and (small in given_names or small.partition("-")[0] in given_names)


def _trim(text: str, span: Span) -> Span:
    """Without words at either end that are never part of a name (“Bonjour”, “Merci”, a month)."""
    start, end = span.start, span.end
    words = list(_WORD.finditer(text, start, end))
    while words and _is_no_name(words[0].group()):
        words.pop(0)
        start = words[0].start() if words else end
    while words and _is_no_name(words[-1].group()):
        words.pop()
        end = words[-1].end() if words else start
    return Span(start, end, "person")


def _is_no_name(word: str) -> bool:
    return _NOT_A_NAME.fullmatch(word) is not None or word in _ARTICLES


def _is_kept(text: str, span: Span) -> bool:
    before, after = text[: span.start], text[span.end :]
    if _PLACE_INSIDE.search(text[span.start : span.end]):
        return True
    return bool(_PLACE_BEFORE.search(before) or _OFFICE_BEFORE.search(before) or _OFFICE_AFTER.match(after))

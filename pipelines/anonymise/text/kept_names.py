"""Names that a publication keeps: places and bodies called after people, elected people in office."""

import re

from .lexicon import WORD, Lexicon, plain
from .recognisers import Span

_HONOURED = r"(?:Docteur|Dr|Général|Maréchal|Colonel|Président|Père|Abbé|Saint|Sainte|Professeur|Commandant|Capitaine)"
_PLACE = (
    r"rues?|avenue|av\.?|boulevard|bd\.?|places?|square|all[ée]es?|impasse|chemin|route|quais?|cours|pont|"
    r"passerelle|esplanade|"
    r"rond-point|mail|parc|jardin|stade|gymnase|piscine|patinoire|salle|halle|école|ecole|[ée]coles|coll[èe]ge|"
    r"lyc[ée]e|cr[èe]che|cantine|"
    r"m[ée]diath[èe]que|biblioth[èe]que|ludoth[èe]que|mus[ée]e|th[ée][âa]tre|centre|espace|maison|h[ôo]pital|"
    r"clinique|ehpad|"
    r"r[ée]sidence|foyer|quartier|station|gare|m[ée]tro|arr[êe]t|bois|for[êe]t|bourg|commune|ville|tour|immeuble|"
    r"cit[ée]|cinéma|"
    r"(?<!ante )maternelle|primaire|[ée]l[ée]mentaire|p[ôo]le|complexe|auditorium|conservatoire|cimeti[èe]re|"
    r"[ée]glise|chapelle|port|plage|"
    r"rocade|carrefour|passage|villa|hameau|lotissement|zac|za|ligne|direction|terminus|"
    r"d[ée]ch[èe]t+erie|halte|halles?|parvis|fontaine|kiosque|ferme|moulin|ch[âa]teau|tunnel|viaduc|canal|[ée]tang|"
    r"lac|zone|plaine|domaine|march[ée]|terrain"
)
_BODY = (
    r"fondation|association|asso|amicale|collectif|club|comit[ée]|compagnie|restaurant|caf[ée]|bar|brasserie|"
    r"boulangerie|boucherie|"
    r"pharmacie|garage|cabinet|entreprises?|ets|[ée]tablissements?|soci[ée]t[ée]s?|sarl|sas|sasu|eurl|sci|scop|"
    r"groupe|librairie|[ée]dition|"
    r"éditions|syndicat|union|banque|hypermarché|supermarché|magasin|hôtel|salon|agence|h[ôo]tel"
)
_HOMAGE = (
    r"statue|buste|fresque|portrait|hommage\s+[àa]|(?<!au )(?<!au  )(?<!aux )noms?\s+de|livre\s+de|œuvre\s+de|"
    r"exposition|concert|prix|festival|baptiser|renommer"
)
_OF = r"(?:(?:de\s+la|de|du|des|sur|à)\s+|d['’]|l['’]|le\s+|la\s+|les\s+)"
_PLACE_BEFORE = re.compile(
    rf"(?i)(?:\b(?:{_PLACE}|{_BODY}|{_HOMAGE})\b\.?[\s«\"\u201c]*(?:(?:maternelle|primaire|élémentaire|municipale?|"
    rf"sportif|culturel(?:le)?|"
    rf"sociale?|polyvalente|publique|p[ée]dagogique|de\s+quartier|omnisports)\s+)?{_OF}{{0,2}}(?:{_HONOURED}\s+)?"
    r"|\b(?:sarl|sas|sasu|eurl|ets|soci[ée]t[ée]|entreprise)\s+[\w\-]+\s+"
    r"|\b(?:général|maréchal|abbé|sœur|roi|reine|empereur)\s+)$"
)
_PLACE_FIRST = re.compile(
    rf"(?i)^(?:saint|sainte|st|ste)[\s\-]|^(?:l['’])?(?:{_PLACE}|{_BODY}|chez|plan|park)\b|\b(?:sarl|sas|sasu|eurl|"
    rf"tp|btp|et\s+fils|& fils)$"
)
_BODY_AFTER = re.compile(r"^\s+(?:SARL|SAS|SASU|EURL|SCI|SA|TP|BTP|(?:et|&)\s+[Ff]ils|(?:et|&)\s+[Cc]ie)\b")
# “La maison de Yao Konan” is his; “la maison Garnier”, “le jardin des plantes” are everybody's.
_HOME_BEFORE = re.compile(
    r"(?i)(?<!\w)(?:maison|jardin|garage|terrain|ferme|immeuble|villa|r[ée]sidence|salon|cabinet|restaurant|bar|salle|"
    r"compagnie|entreprise|boutique|magasin)\s+(?:de|d['’]|à)\s*$"
)

_OFFICE = (
    # Not grades of agents (“adjoint technique”), nor those whom their neighbours chose (“ont été élus délégués”).
    r"(?:maires?|adjointe?s?(?:\s+au\s+maire)?(?!\s+(?:technique|administrati|territoria|d['’]animation|du\s+patrimoine|"
    r"responsable|de\s+direction|d['’]enseignement))|conseill(?:er|[èe]re)s?\s+(?:municipa|d[ée]partementa|r[ée]giona|"
    r"communautaire|m[ée]tropolitain|d[ée]l[ée]gu[ée])\w*|"
    r"(?:sous-)?pr[ée]f[eèê]te?s?|ministre|s[ée]nat(?:eur|rice)|d[ée]put[ée]e?s?|(?<!qu[’'])(?<![ée]t[ée]\s)(?<!est\s)(?<!sont\s)[ée]lue?s?|"
    r"vice-pr[ée]sidente?|pr[ée]sidente?\s+(?:de\s+la|du|de|des)"
    r"\s+(?:métropole|r[ée]gion|d[ée]partement|agglomération|communaut[ée]|r[ée]publique|france|conseil))"
)
_DOMAIN = (
    r"(?:\s+(?:d[ée]l[ée]gu[ée]e?|charg[ée]e?|municipale?s?|d[ée]partementale?s?|r[ée]gionale?s?|en\s+charge))?"
    r"(?:\s+(?:à|au|aux|de|du|des|d['’])\s*(?:(?:la|le|les|l['’])\s*)?[\w\-’']+)"
)
_OFFICE_BEFORE = re.compile(
    rf"(?i)\b{_OFFICE}(?:\s+(?:d[ée]l[ée]gu[ée]e?|honoraire|sortante?|municipale?|d[ée]partementale?|r[ée]gionale?|"
    rf"communautaire|m[ée]tropolitaine?))?(?:{_DOMAIN}){{0,3}}[ \t]*,?[ \t]*(?:[\(:][ \t]*)?"
    rf"(?:M\.|Mr\.?|Mme|Monsieur|Madame)?[ \t]*\Z"
)
_OFFICE_AFTER = re.compile(
    rf"(?i)^[ \t]*[,(]?[ \t]*(?:(?:le|la|notre|votre|ancien(?:ne)?|\w+ière?|premi[eè]re?)[ \t]+)*{_OFFICE}\b"
)

# “Monsieur le Maire, Karim Haddad fait du bruit”: whom the letter addresses, then whom it is about.
_ADDRESSED_BEFORE = re.compile(
    rf"(?i)(?:^|[\n.!?]\s*|bonjour,?\s+)(?:monsieur|madame|mr|mme|messieurs|mesdames|chere?s?)\s+(?:(?:le|la|les|l['’])\s*)?"
    rf"{_OFFICE}[^\n.!?,]{{0,40}},[ \t]*\Z"
)

# What a town buys, and who says so: a body's name follows, or a person's whose given name tells it.
_TRADE_BEFORE = re.compile(
    r"(?i)\b(?:factures?|devis|contrats?|march[ée]s?|abonnements?|offres?|prestations?|interventions?|travaux|chantiers?|"
    r"agents|[ée]quipes?|salari[ée]s|techniciens?|engins|camions|compteurs?|prestataires?|fournisseurs?|op[ée]rateurs?|"
    r"sous-traitants?|attributaires?|titulaires?|d[ée]l[ée]gataires?|exploitants?|bus|r[ée]seaux?|bornes?|"
    r"entre(?:prises?|preneurs?)|choisi|plut[ôo]t\s+qu[e’']|confi[ée]e?s?\s+[àa])"
    r"(?:\s+(?:sign[ée]s?|conclue?s?|pass[ée]s?))?\s*(?:(?:de|du|des|d[’']|avec|chez|par|[àa]|que|le|la|les|l[’'])\s*){0,2}$"
)
_TRADE_AFTER = re.compile(
    r"(?i)^\s*[,(]?\s*(?:n[°ºo]\s*)?(?:SIREN|SIRET|RCS)\b|^\s+est\s+immatricul[ée]e\s+au"
    r"|^\s+(?:(?:a|ont|va|doit|n[’']a)\s+(?:pas\s+|mal\s+)?)?"
    r"(?:creus|factur|raccord|terrass|goudronn|install[ée]r?\s+les?\s+compteurs?)"
)

_OFFICE_FIRST = re.compile(rf"(?i)(?:(?:M\.|Mme|Monsieur|Madame)\s+(?:le|la|l['’])\s*)?{_OFFICE}\b")
# After whom French streets and schools are most often named.
_HONOUREES = re.compile(
    "(?:victor )?hugo|(?:jean )?jaures|jules ferry|jean moulin|(?:pierre et )?marie curie|pierre curie|"
    "louis pasteur|pasteur|emile zola|leon gambetta|leon blum|(?:georges )?clemenceau|(?:charles )?de gaulle|"
    "simone veil|simone de beauvoir|louise michel|rosa parks|anne frank|olympe de gouges|george sand|albert camus|"
    "jacques prevert|boris vian|jean de la fontaine|voltaire|moliere|(?:jean-jacques )?rousseau|montesquieu|"
    "denis diderot|honore de balzac|gustave flaubert|guy de maupassant|charles baudelaire|arthur rimbaud|"
    "paul verlaine|paul eluard|louis aragon|guillaume apollinaire|antoine de saint-exupery|jules verne|"
    "alphonse daudet|frederic mistral|marcel pagnol|marcel proust|colette|edith piaf|georges brassens|jacques brel|"
    "barbara|leo ferre|claude debussy|maurice ravel|hector berlioz|mozart|beethoven|claude monet|pablo picasso|"
    "paul cezanne|vincent van gogh|auguste renoir|auguste rodin|camille claudel|henri matisse|aime cesaire|"
    "leopold sedar senghor|frantz fanon|toussaint louverture|nelson mandela|martin luther king|gandhi|che guevara|"
    "jeanne d.arc|napoleon(?: bonaparte)?|louis xiv|henri iv|vercingetorix|charlemagne|robespierre|danton|"
    "la fayette|lafayette|francois mitterrand|jacques chirac|georges pompidou|pierre mendes france|robert schuman|"
    "jean monnet|pierre brossolette|germaine tillion|lucie aubrac|genevieve de gaulle|joseph kessel|"
    "missak manouchian|guy moquet|ambroise croizat|salvador allende|albert einstein|isaac newton|galilee|"
    "leonard de vinci|christophe colomb|jacques cartier|marco polo|youri gagarine|zinedine zidane|kylian mbappe|"
    "michel platini|tony parker|marie-jose perec|alain mimoun|jesse owens|marcel cerdan|josephine baker|"
    "francoise dolto|maria montessori|celestin freinet|abbe pierre|coluche|mere teresa|sœur emmanuelle|"
    "emmanuel macron|nicolas sarkozy|francois hollande|gisele halimi|clara zetkin|charlie chaplin|jean gabin|"
    "fernandel|bourvil"
)


def is_kept(text: str, span: Span, lexicon: Lexicon) -> bool:
    """Whether the words around, or in it, say that it is no private person's."""
    before, inside, after = (
        text[max(0, span.start - 120) : span.start],
        text[span.start : span.end],
        text[span.end : span.end + 80],
    )
    if (
        _HONOUREES.fullmatch(plain(inside))
        or _OFFICE_FIRST.match(inside)
        or (_PLACE_FIRST.search(inside) and not (inside[0].isupper() and _is_full_name(inside, lexicon)))
        or (_PLACE_BEFORE.search(before) and not (_HOME_BEFORE.search(before) and _is_person(inside, lexicon)))
        or _BODY_AFTER.match(after)
    ):
        return True
    if _TRADE_BEFORE.search(before) or _TRADE_AFTER.match(after):
        return not _is_person(inside, lexicon)
    is_in_office = _OFFICE_BEFORE.search(before) and not _ADDRESSED_BEFORE.search(before)
    return bool(is_in_office or _OFFICE_AFTER.match(after))


def _is_person(said: str, lexicon: Lexicon) -> bool:
    return any(map(lexicon.is_given, WORD.findall(said))) or _is_full_name(said, lexicon)


def _is_full_name(said: str, lexicon: Lexicon) -> bool:
    """“Fontaine Graziella”, “Soazig Le Gall”: more than one word, each such as people have."""
    words = [word for word in WORD.findall(said) if len(word) > 2]
    return len(words) > 1 and all(lexicon.is_listed(word) or lexicon.is_name(word) for word in words)

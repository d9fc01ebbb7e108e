"""Words that announce a name, and what a name looks like: capitals, particles, initials.

Cues are held against the text without its accents, which hurry leaves out.
"""

import re

from .lexicon import unaccented
from .shaping import TITLES

CAPITAL = r"(?:[A-Z]\w{1,3}\.(?=\s[A-Z])|[A-ZÀ-ÖØ-ÞĀ-ȳḀ-ỿ](?:[\w’']*(?:-[\w’']+)*\w|\.(?:\s?-?[A-Z]\.)*)?)"
_PARTICLE = r"(?:de|du|des|d['’]|la|le|les|el|al|ben|bin|van|von|der|den|da|dos|di|n[ée]e?|[ée]p\.?|[ée]pouse|dite?)"
_LEADING = r"(?:(?:[Ll]e|[Ll]a|[Dd]e|[Dd]u|[Ee]l|[Bb]en|[Dd]a|[Dd]os|[Vv]an|[Vv]on)\s+){0,2}(?:[Dd]['’])?"
NAME = rf"{CAPITAL}(?:[ \t\u00a0]+(?:{_PARTICLE}\s+){{0,2}}(?:d['’])?{CAPITAL}){{0,4}}"
_ANY_WORD = r"[\wÀ-ỿ][\w’'\-]*"

_KIN = unaccented(
    r"(?i:mon|ma|mes|son|sa|ses|notre|nos|votre|vos|leurs?|le|la|les|l['’]|un|une|d['’]une?|de\s+la|"
    r"du)\s*(?i:(?:petite?s?[\s\-]|grande?s?[\s\-]|beau[\s\-]|"
    r"belle[\s\-]|ex[\s\-]|arrière-|jeunes?\s+|deux\s+)*(?:fils|filles?|fil[ls]eule?|mari|femme|époux|épouse|ex|"
    r"copain|copine|compagne|compagnon|"
    r"conjointe?|m[èe]re|p[èe]re|maman|papa|fr[èe]res?|s(?:œ|oe)urs?|tante|oncle|cousine?|neveu|nièce|mamie|papi|"
    r"voisine?s?|amie?s?|"
    r"coll[èe]gue|nounou|propriétaire|locataires?|enfants?|bébé|gendre|bru|médecin|assistante(?:\s+maternelle)?|"
    r"aide|patron(?:ne)?|"
    r"élève|jumelles|jumeaux|gardien(?:ne)?|usager|agente?|adhérente?|stagiaire|garçon|fillette|dénommée?|petite?|"
    r"jeune|tut(?:eur|rice)|veuve|famille|"
    r"concierge|retraitée?|bénévole|directeur|directrice|nourrice|professeure?|ma[îi]tresse|infirmière?|"
    r"boulang[èe]re?|plaignante?))"
)
_INTRO = unaccented(
    r"(?i:je\s+m\s?['’]?\s?appelle|je\s+me\s+nomme|je\s+suis|moi\s+c['’]est|ici|c['’]est\s+moi|(?:slt|salut|coucou|"
    r"bjr)\s+c(?:['’]est)?|"
    r"soussign[ée]e?(?:\(e\))?|signé(?:e)?|s['’]appelle|nommée?|prénommée?|appelée?|noms?(?:\s+et\s+prénoms?)?\s*:|"
    r"prénoms?\s*:|contact(?:er|ez)?|porteu(?:r|se)(?:\s+de\s+projet)?|responsable(?:\s+légale?)?|garante?|titulaire|"
    r"bénéficiaire|demandeu(?:r|se)|auteure?|cordialement|cdlt|cdt|salutations|bien\s+à\s+vous|sincèrement|"
    r"à\s+bientôt|"
    r"merci\s+à|merci|bonjour|bonsoir|d['’]accord\s+avec|avis\s+de|idée\s+de|proposition\s+de|"
    r"projet\s+de|post\s+de|commentaire\s+de|témoignage\s+de|document\s+de|dossier\s+de|demande\s+de|mariage\s+de|"
    r"décès\s+de|"
    r"naissance\s+de|obsèques\s+de|attestation\s+(?:pour|de)|adressée?\s+à|appartient\s+à|appartenant\s+à|chez|avec|"
    r"aidante?\s+de|"
    r"intervention\s+de|réponse\s+[àa]|courrier\s+(?:reçu\s+)?de|reçu\s+de|entretien\s+(?:annuel\s+)?(?:de|avec)|"
    r"candidature\s+de|"
    r"(?:demandée?|déposée?|signalée?|proposée?|écrite?|transmise?|suivie?|représentée?|reçue?|présentée?|"
    r"remise?)\s+(?:par|à)|"
    r"de\s+la\s+part\s+de|signalement|signataires?\s*:|présente?s?\s*:|excusée?s?\s*:|absente?s?\s*:|témoins?\s*:|"
    r"expéditeur\s*:|"
    r"rappeler\s*:?|secrétaire(?:\s+de\s+séance)?\s*:|pouvoir\s*:?|destinataire\s*:|agente?\s*:|demander|d['’]après|"
    r"selon|soutien\s+[àa]|au\s+nom\s+de|[àa]\s+l['’]ordre\s+de|pr[ée]venir|interroger|feue?|consorts|indivision|"
    r"mariage|pacs|divorce|succession|n[ée]e|votants?\s*:|inscrits?\s*:|procuration|donn[ée]e?\s+(?:[àa]|par)|"
    r"(?:maman|papa|m[èe]re|p[èe]re|fils|fille|fr[èe]re|s(?:œ|oe)ur|femme|mari|copine|copain|ami|amie|voisin|voisine|"
    r"ni[èe]ce|neveu|tante|oncle|cousin|cousine|coll[èe]gue)\s+(?:de|d['’])|"
    r"bravo(?:\s+[àa])?|p\s?/\s?o\.?|prénom|s['’]?appell\w+|inscrire|chercher|garder|accompagner|héberger|remplacer|"
    r"remplac\w+\s+(?:de|par)|remerci\w+|félicit\w+|inviter|rencontr\w+|crois[ée]r?|contre|copie\s+[àa]|vient\s+de|"
    r"intérêts?\s+de|question\s+de|nom\s+de|compte\s+de|paie\s+de|distingu[ée]+e?s?|dévoué[ée]*s?|"
    r"l['’]aide\s+de|moi\s+c)"
)
_SEPARATOR = r"\s*[:,\-–]?\s*"
CUES = (
    re.compile(rf"(?<!\w){TITLES}\s+(?:et\s+{TITLES}\s+)?(?P<name>{_LEADING}{NAME})"),
    re.compile(rf"(?<!\w){_KIN}(?!\w){_SEPARATOR}(?:{TITLES}\s+)?(?P<name>{NAME})"),
    re.compile(rf"(?<!\w){_INTRO}(?!\w){_SEPARATOR}(?:{TITLES}\s+)?(?P<name>{NAME})"),
)
ANNOUNCED = re.compile(rf"(?<!\w)(?:{TITLES}|{_KIN})\s+$")
# What follows these is a name even where it is an ordinary word: “je m'appelle Merveille”.
SURE = re.compile(
    rf"(?<!\w)(?i:je\s+m\s?['’]?\s?appelle|je\s+me\s+nomme|s['’]appelle|soussignee?(?:\(e\))?|"
    rf"(?:pre)?noms?(?:\s+et\s+prenoms?)?\s*:|"
    rf"(?:pre|de|sur)?nommee?|nee|signee?\s*:?|demander|avec|et|chez|dit|par|merci|d['’]apres|"
    rf"selon)\s+(?P<name>{CAPITAL})(?![\w’']|\s+[A-ZÀ-Þ])"
)
SURE_SMALL = re.compile(
    rf"(?i)(?<!\w)(?:je\s+m\s?['’]?\s?appelle|je\s+me\s+nomme|s['’]?appell(?:era|e)\b|"
    rf"(?:slt|salut|coucou|cc|bjr|bsr|bonjour|bonsoir|moi)\s+c(?:['’]?\s?est)?\s|prenom\s*:?|nom\s*:|"
    rf"nom(?=\s+{_ANY_WORD}\s+prenom))\s*(?P<name>{_ANY_WORD})"
)
# Before these stands a name: “X a 4 ans”, “X, la fille de …”.
FOLLOWED = re.compile(
    rf"(?P<name>{NAME})(?=(?:\s*,|\s+(?:en\s+)?(?:a|avait|aura|va\s+avoir))\s+\d{{1,3}}\s+(?:ans?|mois)\b"
    r"|,?\s+(?i:la|le|ma|mon|sa|son|notre|leur)\s+(?i:petite?\s+|grande?\s+|belle[\s\-]|beau[\s\-])?"
    r"(?i:fils|fille|m[èe]re|p[èe]re|fr[èe]re|s(?:œ|oe)ur|maman|papa|mari|femme|voisine?|copine|copain|oncle|tante|cousine?)\b)"
)
SIGNATURE = re.compile(rf"(?:(?:^|\n)[ \t]*|,\s*)(?P<name>{NAME})[ \t.!]*(?=\n|$)")
SMALL_CUE = re.compile(
    rf"(?<!\w)(?:(?P<kin>{_KIN})|"
    rf"{_INTRO})(?!\w)(?={_SEPARATOR}(?P<name>{_ANY_WORD}(?:\s+(?:{_PARTICLE}\s+)?{_ANY_WORD})?))"
)
MORE = re.compile(rf"(?:\s*[,;/]\s*|\s+(?:et|ou|&|[àa]|-)\s+)(?P<name>{NAME})")

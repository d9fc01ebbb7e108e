"""What points to a person in French free text beyond numbers with a key: birth dates, addresses, handles, other ids."""

import re

from .flattening import reread
from .lexicon import unaccented
from .recognisers import Span

_MONTH = "janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre"
_DATE = (
    rf"(?:\d{{1,2}}\s?[/.\-\s]\s?\d{{1,2}}\s?[/.\-\s]\s?(?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|(?:1er|\d{{1,2}})\s+(?:{_MONTH}|(?:janv?|f[ée]vr?|avr|juil|sept?|oct|nov|d[ée]c)[a-z]{{0,2}})\.?\s+(?:19|20)?\d\d"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d(?!\d))"
)
_STREET = (
    r"rue|r\.|avenue|aven\.|ave?\.?|boulevard|boul\.|bo?u?l?e?v?d\.?|place|pl\.?|all[ée]es?|all\.?|impas{1,2}e|"
    r"imp\.?|chemin|"
    r"chem\.?|che\.?|ch\.|route|rte\.?|cours|crs|quai|square|sq\.?|venelle|passage|pass\.|ruelle|sentier|sente|"
    r"faubourg|"
    r"fbg\.?|r[ée]sidence|r[ée]s\.?|lotissement|lot\.?|hameau|villa|cit[ée]|esplanade|promenade|rond-point|mail|"
    r"traverse|"
    r"mont[ée]e|c[ôo]te|clos|domaine|cour|parvis|port|voie|rampe|galerie|rocade|lev[ée]e|dr[èe]ve|chauss[ée]e"
)
_LINK = (
    r"(?:(?:de|du|des|la|le|les|[àa]|aux?|et|en|sur|sous|saint|sainte|st|ste)(?=[\s\-])|[ld]['’]|"
    r"[ld]\s(?=[aeiouhAEIOUH]))"
)
_PROPER = r"(?!\d{5}\b)[A-ZÀ-ÖØ-Þ0-9][\w'’.\-]*"
_STOP = (
    r"(?:où|ou|qui|que|est|a|à|je|j|mon|ma|mes|dans|depuis|devant|pour|avec|tel|tél|et|sont|au|près|il|elle|on|nous|"
    r"car|"
    r"mais|sans|chez|vers|par|appt?|apt|cp|si|pas|non|c|ce|un|une)\b"
)
_PLAIN = rf"(?!{_STOP})[a-zà-ÿ][\w'’\-]*"
_TOWN = (
    rf"\d{{5}}\s+(?:{_PROPER}(?:[\s\-](?:{_LINK}[\s\-])?{_PROPER}){{0,3}}|(?:(?:st|ste|saint|sainte|le|la|les)[\s\-])?{_PLAIN})"
    r"(?:\s+(?i:cedex)(?:\s+\d+)?)?"
)
_FLAT = (
    r"(?<!\w)(?i:appartement|appt?\.?|apt\.?|b[âa]t(?:iment)?\.?|esc(?:alier)?\.?|[ée]tage|porte|logement)"
    r"(?:\s*(?i:n[°ºo]\s*)?\d{1,4}[A-Za-z]?|\s+[A-Za-z]\d{0,3})(?![\w'’])"
)
_FLOOR = (  # only beside a street: a floor on its own is nobody's
    r"(?<!\w)(?i:(?:\d{1,2}\s?(?:er|[èe]re|nde?|[èe]me|[èe])|dernier|premier|deuxi[èe]me|troisi[èe]me)\s+[ée]tage"
    r"|rdc|rez[\s\-]de[\s\-]chauss[ée]e)(?:\s+(?i:gauche|droite|face|sur\s+cour|sur\s+rue))?(?!\w)"
)
_COMMA = r"\s*[,(\-–]?\s*"
_NAMED = (
    rf"(?:(?:(?i:{_LINK})\s*){{0,4}}(?:\d{{1,2}}(?:er)?\s+(?i:{_MONTH})(?:\s+\d{{4}}(?!\d))?|"
    rf"{_PROPER}(?:[\s\-]+(?:(?i:{_LINK})\s*){{0,2}}{_PROPER}){{0,4}}|{_PLAIN}(?:\s+(?:(?:de|du|des|la|le|"
    rf"et)\s+){{0,2}}{_PLAIN})?))"
)

_ADDRESSES = (
    re.compile(
        rf"(?:(?i:r[ée]s(?:idence|\.)|immeuble|lotissement|lot\.|cit[ée]|hameau|lieu[\s\-]dit)\s+{_NAMED}{_COMMA})?"
        rf"(?<![\w/])\d{{1,4}}(?:\s?(?:/|-|–|et|à)\s?\d{{1,4}})?\s{{0,3}}(?:(?i:bis|ter|quater)\b|[A-Da-d]\b)?(?:\s*,\s*|\s+)"
        rf"(?i:{_STREET})\s+"
        rf"{_NAMED}(?:{_COMMA}(?:{_FLAT}|{_FLOOR}))*\)?(?:{_COMMA}{_TOWN})?"
    ),
    re.compile(
        rf"{_FLAT}(?:{_COMMA}(?:{_FLAT}|{_FLOOR}))*(?:{_COMMA}(?i:{_STREET})\s+{_NAMED})?(?:\s*,?\s*(?i:r[ée]s(?:idence|\.)|immeuble|"
        rf"r[ée]sid\.?)\s+(?:(?i:{_LINK})\s*){{0,4}}{_PROPER}"
        rf"(?:\s+{_PROPER})*)?(?:{_COMMA}{_TOWN})?"
    ),
    re.compile(
        rf"(?i:lieu[\s\-]?dit|hameau(?:\s+d[eu])?|r[ée]sidence|"
        rf"ferme)\s+(?:(?i:{_LINK})\s*){{0,4}}(?:{_PROPER}(?:[\s\-]+{_PROPER})*|{_PLAIN}(?:\s+{_PLAIN}){{0,2}})"
        rf"\s*,?\s*{_TOWN}"
    ),
    re.compile(rf"(?i:\bB\.?P\.?|\bC\.?S\.?)\s*\d{{2,6}}\s*,?\s*{_TOWN}"),
)
_BIRTH_MONTH = re.compile(
    rf"(?i)\bn[ée]e?s?(?:\(e?s?\)|\.e)?\s+(?:à\s+\w+\s+)?(?:en|"
    rf"au\s+mois\s+d[e'’])\s*(?P<found>(?:(?:{_MONTH})\s+)?(?:19|20)\d\d)\b"
)
_BIRTH = re.compile(
    rf"(?i)(?<!\w)(?:n[ée]e?s?(?:\W?\(?e?s?\)?)?|(?:date\s+de\s+)?nais{{1,2}}ance|d\.?d\.?n\.?)(?!\w)"
    rf"(?:\W{{1,3}}[^\W\d]{{1,30}}){{0,5}}?\W{{0,4}}(?P<found>{_DATE})"
)
_HANDLES = (
    re.compile(r"(?<![\w@.])(?P<found>[@＠]\w[\w.\-]*\w)"),
    re.compile(
        r"(?i)\b(?:facebook|instagram|twitter|tiktok|linkedin|youtube|x|t|fb|snapchat|threads|mastodon)\.(?:com|fr|"
        r"me|net)/"
        r"(?:in/|@|u/|add/)?(?P<found>[\w.\-]*\w)"
    ),
    re.compile(
        r"(?i)\b(?:insta(?:gram)?|snap(?:chat)?|tiktok|discord|telegram|twitter|facebook|fb|skype|pseudo(?:nyme)?)\s*"
        r"(?::|=|c['’]est|est)\s*(?P<found>@?\w[\w.\-#]*\w)"
    ),
)
_ID = r"(?P<found>(?=[\w.\-]*\d)[A-Za-z0-9][\w.\-]*\w(?:[\s.]\d{1,4}\b)*)"
_OTHER_IDS = (
    re.compile(
        r"(?i)\b(?:allocataire|rpps|adeli|caf|num[ée]ro\s+fiscal|fiscal|spi|carte\s+(?:nationale\s+)?d\s?['’]?\s?identit[ée]|cni|"
        r"pas{1,2}eport|"
        r"permis(?:\s+de\s+conduire)?|titre\s+de\s+s[ée]jour|matricu[l1]e|mdph|carte\s+bancaire|ma\s+carte|adh[ée]rente?|"
        r"abonn[ée]e?|identifiant|login|pass(?:e)?\s+[A-ZÀ-Ý]\w+|usager|[ée]tudiante?|patiente?|foyer|imei|\bine\b|"
        r"\bipp\b|"
        r"num[ée]ro\s+client|client)\b[\s:,]*(?:num[ée]ro|n[°ºo.]|est(?:\s+le)?|:|le)?[\s:]*" + _ID
    ),
    re.compile(  # “Allocataire : X Y, numéro …”
        r"(?i)\b(?:allocataire|assur[ée]e?|adh[ée]rente?|abonn[ée]e?|usag[èe]re?|patiente?|[ée]tudiante?|agente?|client[e]?)\b"
        r"[^\d\n]{1,60}?\b(?:num[ée]ro|matricule|n[°ºo])[\s:]*(?P<found>\d[\d\s.]{4,18}\d(?:[A-Za-z]\b)?)"
    ),
    re.compile(r"(?<![\d.])(?P<found>(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})(?![\d.])"),
    re.compile(r"(?i)(?<![\w:])(?P<found>(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4})(?![\w:])"),
    re.compile(r"(?<!\d)(?P<found>[3-6]\d{3}([ \-]?)\d{4}\2\d{4}\2\d{4})(?!\d)"),
)


def text_spans(text: str) -> list[Span]:
    """Birth dates, addresses, handles and other ids; they may overlap each other."""
    found = [Span(*match.span("found"), "birth_date") for match in _BIRTH.finditer(text)]
    found += [Span(*match.span("found"), "birth_date") for match in _BIRTH_MONTH.finditer(text)]
    hasty = unaccented(reread(text))
    found += [Span(*match.span(), "address") for pattern in _ADDRESSES for match in pattern.finditer(hasty)]
    found += [Span(*match.span("found"), "handle") for pattern in _HANDLES for match in pattern.finditer(text)]
    found += [Span(*match.span("found"), "other_id") for pattern in _OTHER_IDS for match in pattern.finditer(text)]
    return found

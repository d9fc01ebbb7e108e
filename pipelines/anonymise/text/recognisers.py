"""How each structured identifier is known: a pattern, and the key that it must satisfy.

Numbers of companies (SIREN, SIRET) and amounts look like phones and NIR; they are
found first, and nothing that overlaps them is reported.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.fr import nir as nir_number

_GAP = r"[\s.\-/_·]{0,3}"  # between the groups of a number


@dataclass(frozen=True)
class Span:
    """Where an identifier stands in a text, in characters; never what it says."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Recogniser:
    """`pattern` proposes; `confirm` gives the end of what is really one, or None."""

    kind: str
    pattern: re.Pattern[str]
    confirm: Callable[[re.Match[str]], int | None]


def _whole(match: re.Match[str]) -> int:
    return match.end()


def _compact(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _email(match: re.Match[str]) -> int | None:
    """“Contactez @zoe.05”: a word, then a handle; an address does not end in digits."""
    is_handle = re.search(r"\s[@＠]", match.group()) and re.search(r"\d$", match.group())
    return None if is_handle else match.end()


_KEY = r"(?:\W{0,3}cl[ée]\W{0,3})?"  # the word that parts a number from its key


def _nir(match: re.Match[str]) -> int | None:
    """With a right key; a wrong or missing key needs the words that announce one."""
    compact = _compact(re.sub(r"(?i)cl[ée]", "", match["number"]))
    is_sure = len(compact) == 15 and nir_number.is_valid(compact)
    return match.end("number") if is_sure or match["cue"] else None


def _rib(match: re.Match[str]) -> int | None:
    """The account of a French bank, as it was written before IBANs: its key is of all that stands before it.

    https://fr.wikipedia.org/wiki/Clé_RIB: letters of the account count for digits.
    """
    bank, branch, account = match["bank"], match["branch"], match["account"].upper()
    digits = account.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789"))
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(digits)) % 97
    return match.end() if key == int(match["key"]) else None


def _iban(match: re.Match[str]) -> int | None:
    """The longest beginning that is an IBAN of its country: what follows may be the next word."""
    start = match.start("number")
    ends = [start + found.end() for found in re.finditer(r"[A-Za-z0-9]", match["number"])]
    for length in range(min(34, len(ends)), 14, -1):
        if iban_number.is_valid(_compact(match.string[start : ends[length - 1]]), check_country=False):
            return ends[length - 1]
    return None


# Words and units of two or three capitals that stand between two numbers in ordinary text.
_NOT_A_PLATE = re.compile(
    "ALL|APT|AV|AVE|BAT|BD|BIS|BP|CHE|CM|CP|DE|DES|DU|ET|EUR|EXT|HA|HT|IMP|KG|KM|KW|LE|LES|LOT|MM|NO|OU|PL|QU|RES|"
    "RDC|RTE|RUE|SQ|SUR|TER|TTC|VOL|VS"
)


_VEHICLE_BEFORE = re.compile(r"(?i)\b(?:v[ée]hicule|voiture|plaque|immatricul|camion|scooter|moto)[^\d\n]*$")
_REFERENCE_BEFORE = re.compile(
    r"(?i)\b(?:parcelles?|r[ée]f(?:[ée]rence)?s?|devis|facture|march[ée])\W{0,3}(?:n[°ºo]\W*)?$"
)


def _plate(match: re.Match[str]) -> int | None:
    """A land parcel or a quote's reference may be written like a plate; the word before it says so."""
    return None if _REFERENCE_BEFORE.search(match.string, 0, match.start()) else match.end()


def _old_plate(match: re.Match[str]) -> int | None:
    is_told = _VEHICLE_BEFORE.search(match.string, max(0, match.start() - 40), match.start()) is not None
    return None if _NOT_A_PLATE.fullmatch(match["letters"]) and not is_told else _plate(match)


_NO_PHONE_AFTER = re.compile(r"(?i)\s?(?:€|euros?\b|centimes?\b|francs?\b|F\b(?!\w)|k€)")
_NO_PHONE_BEFORE = re.compile(
    r"(?i)(?:[?&]\w+=|\br[ée]f(?:[ée]rence)?s?\b\.?(?:\s+(?:de|du|la|le|dossier|demande)){0,4}\W{0,3})$"
)


def _phone(match: re.Match[str]) -> int | None:
    """An amount, a reference or a part of a web address may be as long as a phone number."""
    is_other = _NO_PHONE_AFTER.match(match.string, match.end()) or _NO_PHONE_BEFORE.search(
        match.string, max(0, match.start() - 40), match.start()
    )
    return None if is_other else match.end()


_PHONE_BEFORE = re.compile(
    r"(?i)\b(?:t[ée]l|portable|mobile|gsm|fixe|num[ée]ro|joindre|joignable|appel|rappel|contact|sms|whatsapp|signal)"
)


def _announced_phone(match: re.Match[str]) -> int | None:
    """Pairs that rise may be a list of codes (01,02,…): somebody must speak of a phone just before."""
    pairs = re.findall(r"\d\d", match.group())
    is_announced = _PHONE_BEFORE.search(match.string, max(0, match.start() - 60), match.start()) is not None
    return match.end() if is_announced or pairs != sorted(set(pairs)) else None


_NIR_CUE = (
    r"(?:(?i:s[ée]curit[ée]\s+sociale|s[ée]cu|\bNIR\b|\bNIRPP\b|num[ée]ro\s+insee|carte\s+vitale)"
    r"(?:\W{1,4}[^\W\d]+){0,4}\W{0,4})?"
)
_PLATE_LETTERS = "[A-HJ-NP-TV-Z]{2}"
_PLATE_GAP = r"[\s.\-–—_/]{0,3}"
_APART = r"[\s.\-–—_·]{0,3}"  # between the letters and digits of an IBAN
_SAID = r"[^\d\n]{0,20}?"  # between the groups of an account: “Guichet”, “Compte n°”, “Clé”
# Lengths have an end (RFC 5321) and hosts give nothing back: a long word must not cost its length squared.
_LOCAL = r"[\w%+'’][\w.%+'’\-]{0,63}(?:\s{1,3}(?:point|tiret|dot)\s{1,3}[\w\-]{1,63}+){0,4}"
_HOST = r"[\w\-]{1,63}+"
_AT = (
    r"\s{0,2}(?:@|＠|[(\[{<]\s*(?:at|a|à|arr?obase?|chez|@)\s*[)\]}>]|\barr?obase?\b)\s{0,2}|[\-_](?:at|arr?obase)[\-_]"
)
_DOT = r"\s{0,2}(?:\.|[(\[{<]\s*(?:dot|point|\.)\s*[)\]}>]|\b(?:point|dot)\b)\s{0,2}|,(?=[a-z]{2,3}\b)"
# “at” and “chez” are words: what follows must end as an address does.
_SPOKEN_AT, _SPOKEN_DOT = r"\s{1,3}(?:at|chez|à)\s{1,3}", r"\s{0,3}\.\s{0,3}|\s{1,3}(?:point|dot)\s{1,3}"
_ENDING = r"\s{1,3}(?:point|dot)\s{1,3}(?:fr|com|net|org|eu|info|io|be|ch|de|uk|re|nc|pf|bzh|corsica|paris)\b"
_DIGIT_WORDS = "z[ée]ro|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
_TENS_WORDS = "vingts?|trente|quarante|cinquante|soixante|et"

RECOGNISERS: tuple[Recogniser, ...] = (
    Recogniser("email", re.compile(rf"(?i){_LOCAL}(?:{_AT}){_HOST}(?:(?:{_DOT}){_HOST}){{1,8}}"), _email),
    Recogniser(
        "email",
        re.compile(rf"(?i){_LOCAL}(?:{_SPOKEN_AT}){_HOST}(?:(?:{_SPOKEN_DOT}){_HOST}){{0,4}}?{_ENDING}"),
        _whole,
    ),
    Recogniser(
        "iban",
        re.compile(
            # Looked at from each place: “le 12 mars FR76 …” begins like one.
            rf"(?i)(?:(?<![A-Z0-9])|(?<=IBAN))"
            rf"(?=(?P<number>[A-Z]{_APART}[A-Z]{_APART}\d{_APART}\d(?:{_APART}[A-Z0-9]){{11,30}}))"
        ),
        _iban,
    ),
    Recogniser(
        "iban",
        re.compile(
            rf"(?i)(?<!\d)(?P<bank>\d{{5}}){_SAID}(?P<branch>\d{{5}}){_SAID}(?P<account>(?-i:[0-9A-Za-z]{{11}})){_SAID}"
            r"(?P<key>\d\d)(?!\d)"
        ),
        _rib,
    ),
    Recogniser(
        "nir",
        re.compile(
            rf"(?P<cue>{_NIR_CUE})(?<!\d)(?P<number>[1-478](?:{_GAP}\d){{2}}{_GAP}(?:0{_GAP}[1-9]|[1-9]{_GAP}\d){_GAP}"
            rf"(?:\d{_GAP}\d|2{_GAP}[ABab])(?:{_GAP}\d){{6}}(?:{_GAP}[(|:]?{_KEY}{_GAP}\d{_GAP}\d\)?)?)(?!\d)"
        ),
        _nir,
    ),
    Recogniser(
        "phone",
        re.compile(
            rf"(?<![\dA-Za-z])(?<!\d-)(?:(?:\(?\+|00|0 0){_GAP}(?:33|262|508|590|594|596|687|689){_GAP}\)?{_GAP}"
            rf"(?:\(0\)|0)?|\(?[0Oo]\)?){_GAP}[1-9]\)?"
            rf"(?:{_GAP}\d\)?){{8}}(?!\d)"
        ),
        _phone,
    ),
    Recogniser("phone", re.compile(r"(?<!\w)0[1-9](?P<gap>[,;:|*+~])\d\d(?:(?P=gap)\d\d){3}(?!\d)"), _announced_phone),
    Recogniser(
        "phone",
        re.compile(
            rf"(?i)\bz[ée]ro[\s,\-]+(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf)\b(?:[\s,\-]+(?:{_DIGIT_WORDS}|"
            rf"{_TENS_WORDS})\b){{4,}}"
        ),
        _whole,
    ),
    Recogniser(
        "plate",
        re.compile(
            rf"(?<![A-Za-z0-9\-]){_PLATE_LETTERS}{_PLATE_GAP}\d{{3}}{_PLATE_GAP}{_PLATE_LETTERS}(?![A-Za-z0-9])"
        ),
        _plate,
    ),
    Recogniser(
        "plate",  # in small letters a space would make plates of ordinary words ("le 123 et")
        re.compile(rf"(?i)(?<![A-Za-z0-9\-]){_PLATE_LETTERS}[.\-–_/]?\d{{3}}[.\-–_/]?{_PLATE_LETTERS}(?![A-Za-z0-9])"),
        _plate,
    ),
    Recogniser(
        "plate",
        re.compile(
            rf"(?i)(?:immatricul\w*|plaques?)\W{{1,3}}(?:[^\W\d]+\W{{1,3}}){{0,2}}"
            rf"(?P<number>{_PLATE_LETTERS}{_PLATE_GAP}\d{{3}}{_PLATE_GAP}{_PLATE_LETTERS})(?!\w)"
        ),
        _whole,
    ),
    Recogniser(
        "plate",
        re.compile(
            r"(?<![A-Za-z0-9])[1-9]\d{1,3}[\s\-]?(?P<letters>[A-HJ-NP-TV-Z]{2,3})[\s\-]?(?:97[1-6]|2[AB]|[0-8]\d|"
            r"9[0-5])(?![A-Za-z0-9])"
        ),
        _old_plate,
    ),
)

# Digits right after two letters are an IBAN's.
_COMPANY = re.compile(r"(?<!\d)(?<!\b[A-Za-z]{2})[1-9]\d\d[ . ]?\d{3}[ . ]?\d{3}(?:[ . ]?\d{5})?(?!\d)")
_PHONE_PREFIX = re.compile(
    r"(?:\+|(?:\+|00)\W{0,3}(?:33|262|508|590|594|596|687|689)\W{0,4}(?:\(?0\)?\W{0,3})?|\(0\)\W{0,3}|(?<!\d)0\W{1,3})$"
)
_ISO_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)")
_MAILBOXES = re.compile(
    r"(?i)^(?:mairie|contact|accueil|info|infos|secretariat|communication|opendata|open-data|urbanisme|etat-civil|"
    r"etatcivil|participation|budget|budgetparticipatif|services?-?techniques?|dpo|standard|webmaster|no-?reply)@"
)


def structured_spans(text: str, contacts: tuple[str, ...] = ()) -> list[Span]:
    """The structured identifiers of `text`, in order, none overlapping another.

    `contacts`: e-mail domains and phone numbers of the institution, which are kept.
    """
    kept = [match.span() for match in _COMPANY.finditer(text) if _is_company(match)]
    kept += [match.span() for match in _ISO_DATE.finditer(text)]
    spans: list[Span] = []
    for span in _candidates(text):
        taken = kept + [(other.start, other.end) for other in spans]
        if any(span.start < end and start < span.end for start, end in taken):
            continue
        if not is_institutional(text[span.start : span.end], contacts):
            spans.append(span)
    return sorted(spans, key=lambda span: span.start)


def _candidates(text: str) -> Iterator[Span]:
    for recogniser in RECOGNISERS:
        for match in recogniser.pattern.finditer(text):
            start = match.start("number") if "number" in match.re.groupindex else match.start()
            if (end := recogniser.confirm(match)) is not None:
                yield Span(start, end, recogniser.kind)


def _is_company(match: re.Match[str]) -> bool:
    """A SIREN or SIRET by its key; nine digits after +33 or (0) are a phone whatever their key says."""
    if _PHONE_PREFIX.search(match.string, max(0, match.start() - 12), match.start()):
        return False
    number = _compact(match.group())
    is_la_poste = number.startswith("356000000")  # its establishments' key is the plain sum of digits
    return bool(luhn.is_valid(number)) or (is_la_poste and sum(map(int, number)) % 5 == 0)


def is_institutional(found: str, contacts: tuple[str, ...]) -> bool:
    if "@" in found:
        domain = found.rpartition("@")[2].strip().lower()
        return bool(_MAILBOXES.match(found)) or any(
            contact.lower() in (domain, f"@{domain}", found.strip().lower()) for contact in contacts
        )
    return any(_national(found) == _national(contact) for contact in contacts if contact[-1:].isdigit())


def _national(phone: str) -> str:
    """The last nine digits: what +33 and 0 have in common."""
    return re.sub(r"\D", "", phone)[-9:]

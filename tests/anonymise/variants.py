"""Identifiers in the many ways in which residents write them; all invented, with right keys."""

import random
from collections.abc import Callable, Mapping

from stdnum import luhn
from stdnum.fr import nir

SPACES = ["", " ", ".", "-", "\u00a0", "\u202f", "\u2009", " - ", "/", "  ", "_", " . ", "\u2011"]
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
SENTENCES = [
    "Bonjour, {} merci.",
    "Voici : {}",
    "{}",
    "Vous pouvez noter {}, je suis disponible le soir",
    "le lampadaire est en panne depuis le 12 mars ({})",
    "Réponse à {}. Cordialement",
    "« {} »",
    "2 lampadaires en panne\n{}\nmerci",
]


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _digit in range(count))


def email(chance: random.Random) -> str:
    name = chance.choice(["zoe", "karim.b", "l-a.martin", "j_dupont", "p.o'brien", "élodie", "a+b", "m42"])
    host = chance.choice(["exemple", "courriel-exemple", "mon.exemple", "EXEMPLE"])
    end = chance.choice(["fr", "com", "org", "bzh", "paris", "co.uk"])
    at = chance.choice(["@", " @ ", "(at)", " [at] ", " arobase ", "＠", "@", "@"])
    dot = chance.choice([".", ".", ".", " point ", " [dot] ", "(point)"])
    written = f"{name}{at}{host}{dot}{end}"
    if chance.random() < 0.15:  # said aloud
        written = (
            f"{chance.choice(['zoe', 'karim point b', 'marie tiret laure'])} arobase exemple point {end.split('.')[0]}"
        )
    return chance.choice([written, written.upper(), f"mailto:\x00{written}\x00"])


SPOKEN = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}


def _said(pair: int) -> str:
    if pair <= 16:
        return SPOKEN.split()[pair]
    ten, unit = divmod(pair, 10)
    if ten == 1:
        return f"dix-{SPOKEN.split()[unit]}"
    if ten in (7, 9):
        return f"{'soixante' if ten == 7 else 'quatre-vingt'}-{_said(10 + unit)}"
    start = "quatre-vingt" if ten == 8 else TENS[ten]
    return start if not unit else f"{start}{' et un' if unit == 1 and ten != 8 else '-' + SPOKEN.split()[unit]}"


def spoken_phone(chance: random.Random) -> str:
    """ "zéro six, trente-neuf …", or digit by digit."""
    pairs = [chance.randint(1, 7), *(chance.randint(0, 99) for _pair in range(4))]
    gap = chance.choice([" ", ", ", " - "])
    if chance.random() < 0.5:
        said = gap.join(SPOKEN.split()[int(one)] for one in "".join(f"{pair:02d}" for pair in pairs))
    else:
        said = "zéro " + gap.join(
            [_said(pairs[0]), *(("zéro " if pair < 10 else "") + _said(pair) for pair in pairs[1:])]
        )
    return chance.choice([said, said, said.replace("é", "e"), said.capitalize()])


def phone(chance: random.Random) -> str:
    first, rest = chance.choice("123456789"), digits(chance, 8)
    gap = chance.choice(SPACES)
    grouping = chance.choice([(2, 2, 2, 2), (8,), (3, 3, 2), (2, 3, 3), (4, 4)])
    groups, place = [], 0
    for size in grouping:
        groups.append(rest[place : place + size])
        place += size
    if chance.random() < 0.1:
        return spoken_phone(chance)
    country = chance.choice(["33", "33", "262", "508", "590", "594", "596", "687", "689"])
    abroad = [f"+{country} ", f"+{country}", f"00{country}", f"00 {country} ", f"+{country} (0)", f"(+{country})"]
    prefix = chance.choice(["0", "0", "0", "(0)", "0 ", "+33.", "+ 33 ", *abroad])
    return prefix + first + gap + gap.join(groups)


def nir_number(chance: random.Random) -> str:
    department = chance.choice(["75", "35", "01", "2A", "2B", "97", "99"])
    month = f"{chance.randint(1, 12):02d}"
    base = (
        chance.choice("12")
        + digits(chance, 2)
        + month
        + department
        + digits(chance, 3)
        + f"{chance.randint(1, 999):03d}"
    )
    key = nir.calc_check_digits(base)
    parts = [base[0], base[1:3], base[3:5], base[5:7], base[7:10], base[10:13], key]
    written = chance.choice(SPACES).join(parts)
    apart = "".join(parts[:6])
    return chance.choice([written, written.lower(), f"{apart} {key}", f"{apart} ({key})", f"{apart} / {key}"])


def _foreign_iban(chance: random.Random) -> str:
    """Right in its check digits; the account's own rules of its country are not kept."""
    country, length = chance.choice(
        [("BE", 12), ("DE", 18), ("ES", 20), ("PT", 21), ("LU", 16), ("IT", 23), ("TN", 20)]
    )
    number = digits(chance, length)
    if country == "IT":
        number = "X" + number[1:]
    as_number = "".join(str(int(one, 36)) for one in number + country) + "00"
    return f"{country}{98 - int(as_number) % 97:02d}{number}"


def iban(chance: random.Random) -> str:
    account = digits(chance, 10) + digits(chance, 11)
    rib = 97 - (89 * int(account[:5]) + 15 * int(account[5:10]) + 3 * int(account[10:])) % 97
    number = account + f"{rib:02d}"
    check = 98 - int(number + "152700") % 97
    whole = f"FR{check:02d}{number}"
    if chance.random() < 0.25:
        whole = _foreign_iban(chance)
    gap = chance.choice(["", " ", "-", "\u00a0", ".", "\u202f"])
    written = gap.join(whole[i : i + 4] for i in range(0, len(whole), 4))
    return chance.choice([written, written.lower()])


# Words that make "75 RUE 35" no plate.
NOT_ON_PLATES = (
    "ALL APT AV AVE BAT BD BP CHE CM CP DE DES ET EUR EXT HA HT KG KM KW LE LES MM PL QU RES RTE SQ TER TTC VS"
)


def plate(chance: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ"

    def some(count: int) -> str:
        return "".join(chance.choice(letters) for _letter in range(count))

    gap = chance.choice(["-", " ", "", "–", "."])
    new = some(2) + gap + f"{chance.randint(1, 999):03d}" + gap + some(2)
    if gap in ("-", ""):
        new = chance.choice([new, new.lower()])
    middle = chance.choice(["W" + some(1), some(2), some(3), "A" + some(1)])
    while middle in NOT_ON_PLATES:
        middle = some(2)
    old = str(chance.randint(10, 9999)) + " " + middle + " " + chance.choice(["35", "75", "2A", "972", "06"])
    return chance.choice([new, new, new, old])


def birth_date(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1930, 2020)
    written = chance.choice(
        [
            f"{day:02d}/{month:02d}/{year}",
            f"{day}/{month}/{year % 100:02d}",
            f"{day:02d}.{month:02d}.{year}",
            f"{day:02d}-{month:02d}-{year}",
            f"{day:02d} {month:02d} {year}",
            f"{day} {MONTHS[month - 1]} {year}",
            f"{year}-{month:02d}-{day:02d}",
        ]
    )
    if chance.random() < 0.15:
        return f"{chance.choice(['née en ', 'né en ', 'née au mois de '])}\x00{MONTHS[month - 1]} {year}\x00"
    cue = chance.choice(
        [
            "né le ",
            "née le ",
            "Né(e) le ",
            "date de naissance : ",
            "naissance le ",
            "DDN : ",
            "nées le ",
            "né à Vannes le ",
            "née, à Saint-Malo, le ",
            "né.e le ",
            "NÉ LE ",
        ]
    )
    return f"{cue}\x00{written}\x00"


def address(chance: random.Random) -> str:
    number = f"{chance.randint(1, 9999)}{chance.choice(['', '', ' bis', ' ter', 'B', ' C', ','])}"
    way = chance.choice(
        ["rue", "avenue", "av.", "bd", "boulevard", "allée", "impasse", "chemin", "place", "quai", "route", "square"]
    )
    named = chance.choice(
        [
            "des Lilas",
            "du Général Leclerc",
            "de l'Église",
            "Victor Hugo",
            "Saint-Michel",
            "du 11 Novembre",
            "de la Paix",
        ]
    )
    town = chance.choice(
        ["35000 Rennes", "97200 Fort-de-France", "20200 Bastia", "93200 Saint-Denis", "29105 Quimper Cedex 9"]
    )
    flat = chance.choice(["", "", " apt 12", ", appartement 4", ", bâtiment B", ", bât. C, esc. 2", " appt 3B"])
    street = f"{number} {way} {named}"
    return chance.choice(
        [
            street,
            f"{street}, {town}",
            f"{street}{flat}, {town}",
            f"{street} {town}",
            f"lieu-dit {chance.choice(['Kermaria', 'Le Bois Joli', 'la Grange'])}, {town}",
            f"BP {chance.randint(10, 99999)}, {town}",
            f"résidence Les Ormes, {town}",
        ]
    )


def handle(chance: random.Random) -> str:
    name = chance.choice(["zoe_35", "karim.off", "la-mouette", "n0lwenn", "jardin_du_12"])
    return chance.choice(
        [f"@{name}", f"instagram : \x00{name}\x00", f"facebook.com/\x00{name}\x00", f"pseudo : \x00{name}\x00"]
    )


def other_id(chance: random.Random) -> str:
    number = chance.choice([digits(chance, 7), digits(chance, 13), f"{digits(chance, 2)}AB{digits(chance, 5)}"])
    cue = chance.choice(
        [
            "allocataire CAF ",
            "n° allocataire ",
            "numéro fiscal : ",
            "passeport n° ",
            "carte d'identité ",
            "titre de séjour ",
        ]
    )
    return f"{cue}\x00{number}\x00"


def disguised(chance: random.Random, written: str) -> str:
    """Full-width digits, or characters without width between them."""
    if chance.random() < 0.5:
        return written.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    return chance.choice("\u200b\u200d\u2060\ufeff\u00ad\u200e").join(written)


STRUCTURED: Mapping[str, Callable[[random.Random], str]] = {
    "email": email,
    "phone": phone,
    "nir": nir_number,
    "iban": iban,
    "plate": plate,
}
IN_TEXT = {
    **STRUCTURED,
    "birth_date": birth_date,
    "address": address,
    "handle": handle,
    "other_id": other_id,
    "disguised": lambda chance: disguised(chance, phone(chance)),
}


def company(chance: random.Random) -> str:
    siren = chance.choice("3456789") + digits(chance, 7)
    siren += luhn.calc_check_digit(siren)
    establishment = siren + "000" + chance.choice("123456789")
    siret = establishment + luhn.calc_check_digit(establishment)
    if chance.random() < 0.5:
        return chance.choice([siren, f"{siren[:3]} {siren[3:6]} {siren[6:]}"])
    return chance.choice([siret, f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}", f"{siret[:9]} {siret[9:]}"])


def in_a_sentence(chance: random.Random, written: str) -> tuple[str, int, int]:
    """The whole text, and where the identifier stands in it (between \\x00 where only a part is)."""
    whole = chance.choice(SENTENCES).format(written)
    if "\x00" in whole:
        before, inner, after = whole.split("\x00")
        return before + inner + after, len(before), len(before) + len(inner)
    start = whole.index(written)
    return whole, start, start + len(written)

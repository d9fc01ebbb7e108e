"""Identifiers in the many ways in which residents write them; all invented, with right keys."""

import random
from collections.abc import Callable, Mapping

from stdnum import luhn
from stdnum.fr import nir

SPACES = ["", " ", ".", "-", "\u00a0", "\u202f", " - ", "/"]
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
    return chance.choice([written, written.upper(), f"mailto:\x00{written}\x00"])


def phone(chance: random.Random) -> str:
    first, rest = chance.choice("123456789"), digits(chance, 8)
    gap = chance.choice(SPACES)
    grouping = chance.choice([(2, 2, 2, 2), (8,), (3, 3, 2), (2, 3, 3), (4, 4)])
    groups, place = [], 0
    for size in grouping:
        groups.append(rest[place : place + size])
        place += size
    prefix = chance.choice(["0", "0", "0", "+33 ", "+33", "0033", "00 33 ", "+33 (0)", "(+33)", "(0)", "0 "])
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
    written = chance.choice(SPACES[:6]).join(parts)
    return chance.choice([written, written.lower(), "".join(parts[:6]) + " " + key])


def iban(chance: random.Random) -> str:
    account = digits(chance, 10) + digits(chance, 11)
    rib = 97 - (89 * int(account[:5]) + 15 * int(account[5:10]) + 3 * int(account[10:])) % 97
    number = account + f"{rib:02d}"
    check = 98 - int(number + "152700") % 97
    whole = f"FR{check:02d}{number}"
    gap = chance.choice(["", " ", "-", "\u00a0", "."])
    written = gap.join(whole[i : i + 4] for i in range(0, len(whole), 4))
    return chance.choice([written, written.lower()])


def plate(chance: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ"

    def some(count: int) -> str:
        return "".join(chance.choice(letters) for _letter in range(count))

    gap = chance.choice(["-", " ", "", "–", "."])
    new = some(2) + gap + f"{chance.randint(1, 999):03d}" + gap + some(2)
    if gap in ("-", ""):
        new = chance.choice([new, new.lower()])
    old = str(chance.randint(100, 9999)) + " W" + some(1) + " " + chance.choice(["35", "75", "2A", "972", "06"])
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
        ]
    )
    return f"{cue}\x00{written}\x00"


STRUCTURED: Mapping[str, Callable[[random.Random], str]] = {
    "email": email,
    "phone": phone,
    "nir": nir_number,
    "iban": iban,
    "plate": plate,
}
IN_TEXT = {**STRUCTURED, "birth_date": birth_date}


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

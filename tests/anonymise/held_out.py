"""A corpus of letters whose personal parts are known: to measure what is found, in kinds and by origin of names."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stdnum import luhn

from tests.anonymise.letters import KEPT
from tests.anonymise.residents import Resident, resident, written
from tests.anonymise.variants import IN_TEXT, MONTHS, digits

KINDS = {
    "P": "person",
    "F": "person",
    "L": "person",
    "E": "email",
    "T": "phone",
    "I": "iban",
    "N": "nir",
    "V": "plate",
} | {
    "B": "birth_date",
    "A": "address",
    "H": "handle",
    "O": "other_id",
}
STREETS = """rue des Glycines|avenue Jean Jaurès|allée du Pré Vert|chemin de la Fontaine|impasse des Lilas|
boulevard de Verdun|rue Saint-Michel|route de Vannes|place du Vieux Puits|quai Barbès|rue de l'Abbé Grégoire|
square Honoré de Balzac|rue du 8 mai 1945|cité Bellevue"""
TOWNS = """35000 Rennes|97200 Fort-de-France|59100 Roubaix|20200 Bastia|13014 Marseille|64100 Bayonne|
97600 Mamoudzou|93200 St Denis"""


@dataclass(frozen=True)
class Personal:
    start: int
    end: int
    kind: str
    origin: str | None = None


@dataclass(frozen=True)
class Letter:
    text: str
    personal: tuple[Personal, ...]
    kept: tuple[tuple[int, int, str], ...]


def letters(templates: Sequence[str], seed: int, count: int) -> Iterator[Letter]:
    """`count` letters, each template in turn, so that no rare kind is missed by chance."""
    chance = random.Random(seed)
    for place in range(count):
        yield _letter(chance, templates[place % len(templates)].replace("\\n", "\n"))


def _letter(chance: random.Random, template: str) -> Letter:
    style, author = chance.choice(STYLES), None
    text, personal, kept = "", [], []
    for part in re.split(r"(\{\w+\})", template):
        tag = part[1:-1]
        if not part.startswith("{"):
            text += style(part)
        elif tag in KEPT or tag in ("siret", "siren"):
            said = style(_kept(chance, tag))
            kept.append((len(text), len(text) + len(said), tag))
            text += said
        else:
            if tag != "L" or not text.endswith(" ") or author is None:
                author = resident(chance)
            before, inner = _personal(chance, tag, author)
            inner = style(inner) if KINDS[tag] in ("person", "address") else inner
            text += style(before)
            origin = author.origin if KINDS[tag] == "person" else None
            personal.append(Personal(len(text), len(text) + len(inner), KINDS[tag], origin))
            text += inner
    return Letter(text, tuple(personal), tuple(kept))


def _personal(chance: random.Random, tag: str, who: Resident) -> tuple[str, str]:
    """Words that come before, and what is personal."""
    match tag:
        case "P":
            return "", written(chance, who)
        case "F":
            return "", who.given
        case "L":
            return "", who.family
        case "A":
            return "", address(chance)
        case "H":
            return "", handle(chance, who)
        case "O":
            return "", chance.choice(
                [digits(chance, 7), digits(chance, 13), f"{digits(chance, 2)}AB{digits(chance, 5)}"]
            )
        case "B":
            return birth(chance)
        case "E" | "T" | "I" | "N" | "V":
            kind = {"E": "email", "T": "phone", "I": "iban", "N": "nir", "V": "plate"}[tag]
            return "", IN_TEXT[kind](chance).replace("mailto:", "").replace("\x00", "")
    raise ValueError(tag)


def _kept(chance: random.Random, tag: str) -> str:
    if tag in KEPT:
        return chance.choice(KEPT[tag].split("|"))
    siren = chance.choice("3456789") + digits(chance, 7)
    siren += luhn.calc_check_digit(siren)
    if tag == "siren":
        return chance.choice([siren, f"{siren[:3]} {siren[3:6]} {siren[6:]}"])

    base = siren + "000" + chance.choice("123456789")
    siret = base + luhn.calc_check_digit(base)
    return chance.choice([siret, f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"])


def _one_of(chance: random.Random, listed: str) -> str:
    return chance.choice(listed.replace("\n", "").split("|"))


def address(chance: random.Random) -> str:
    number = f"{chance.randint(1, 240)}{chance.choice(['', '', '', ' bis', ' ter', 'B', ','])}"
    street, town = _one_of(chance, STREETS), _one_of(chance, TOWNS)
    form = chance.random()
    if form < 0.3:
        return f"{number} {street}"
    if form < 0.6:
        return f"{number} {street}, {town}"
    if form < 0.75:
        return f"{number} {street}, bâtiment {chance.choice('ABC')}, appartement {chance.randint(1, 60)}, {town}"
    if form < 0.85:
        home = chance.choice(["Les Ormes", "Bellerive", "du Parc"])
        return f"appt {chance.randint(1, 60)}, résidence {home}, {number} {street} {town}"
    if form < 0.93:
        return f"lieu-dit {chance.choice(['Kermaria', 'La Grange Neuve', 'Le Bois Joli'])}, {town}"
    return f"BP {chance.randint(100, 40999)}, {town} Cedex {chance.randint(1, 9)}"


def handle(chance: random.Random, who: Resident) -> str:
    plain = unaccented(who.given).lower().replace("-", "")
    return "@" + chance.choice(
        [f"{plain}_{digits(chance, 2)}", f"{plain}.off", f"la_{plain}", f"{plain}{digits(chance, 4)}"]
    )


def birth(chance: random.Random) -> tuple[str, str]:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1931, 2022)
    dated = chance.choice(
        [
            f"{day:02d}/{month:02d}/{year}",
            f"{day} {MONTHS[month - 1]} {year}",
            f"{day:02d}.{month:02d}.{year % 100:02d}",
        ]
    )
    return chance.choice(
        [
            ("né le ", dated),
            ("née le ", dated),
            ("date de naissance ", dated),
            ("né en ", f"{MONTHS[month - 1]} {year}"),
            ("né(e) le ", dated),
        ]
    )


def unaccented(text: str) -> str:
    plain = text.replace("ı", "i").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def _as_is(text: str) -> str:
    return text


def _without_accents(text: str) -> str:
    return unaccented(text)


def _hasty(text: str) -> str:
    return unaccented(text).lower()


def _typos(text: str) -> str:
    return text.replace("quelque", "kelke").replace("qu'", "k").replace("ss", "s").replace("mm", "m").replace("nn", "n")


STYLES: tuple[Callable[[str], str], ...] = (_as_is,) * 6 + (_without_accents, str.lower, _hasty, str.upper, _typos)

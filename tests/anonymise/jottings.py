"""Numbers and addresses as people jot them down, and what a letter names that is nobody's."""

import random
from collections.abc import Callable, Sequence

from stdnum import luhn
from stdnum.fr import nir

from tests.anonymise.held_out import unaccented
from tests.anonymise.newcomers import half
from tests.anonymise.residents import Resident
from tests.anonymise.variants import MONTHS, digits

KEPT = {
    "street": "rue des Marchands|rue Lamartine|avenue Aristide Briand|place du Vieux Marché|rue Rosa Luxemburg|"
    "quai des Carmes|boulevard Chanzy|chemin des Vignes|rue Jean Zay|rue de la Petite Vitesse|place Blanche|"
    "rue Marguerite Duras|avenue Pierre Mauroy|rue du Général Mangin|impasse du Renard|route de Bourges",
    "venue": "le gymnase Yves Klein|la salle Rabelais|l'école Jean Macé|la piscine Laure Manaudou|"
    "le collège Robert Doisneau|la médiathèque Marguerite Yourcenar|le parc Montsouris|le stade René Fenouillère|"
    "la maison des associations|l'EHPAD Les Mimosas|la salle des fêtes|le lycée Sophie Germain|la gare|"
    "le centre Georges Brassens|la crèche Les Petits Lutins|le cimetière Saint-Pierre",
    "elected": "M. Luc Ferrand, maire|Mme Nadia Hamour, adjointe à l'éducation|le maire, Olivier Carré|"
    "la conseillère municipale Inès Da Rocha|M. le maire|Madame Solveig Hertz, première adjointe|"
    "le préfet Cyril Maurin|M. Pablo Esteve, conseiller départemental",
    "amount": "4 200 €|1,3 M€|99,90 €|612 000 euros|07 50 00 euros|250 k€|0,5 %|12 000 000 XPF",
    "date": "8 mai 2024|17/11/2025|mercredi 3 juin|2024-09-02|1er avril|31.12.2024",
    "law": "l'article L. 2224-13 du CGCT|le décret n° 2017-1246|l'article R. 1336-5 du code de la santé publique|"
    "la loi du 29 juillet 1881|l'arrêté préfectoral 2023-412|l'article 1240 du code civil|la loi Alur|la loi SRU",
    "brand": "Leroy Merlin|Vélo'v|Decathlon|Castorama|Amazon|Picard|Nature & Découvertes|Lidl|Waze|Google Maps|"
    "Monoprix|Carrefour",
    "town": "Montargis|Saint-Étienne|Angers|La Rochelle|Clermont-Ferrand|Bourg-en-Bresse|Pau|Nîmes|Épinal|"
    "Charleville-Mézières|Saint-Malo|Colmar",
    "plant": "lilas|érables|marguerites|capucines|tilleuls|jasmins|roses trémières|violettes|oliviers|iris|"
    "platanes|pommiers",
    "month": "janvier|avril|mai|juin|août|octobre",
    "figure": "Marie Curie|Jean Jaurès|Simone Veil|Georges Brassens|Joséphine Baker|Victor Hugo|Rosa Parks|Édith Piaf",
    "ref": "2024-DEL-087|n° 23/451|DP 045 234 24 00318|MP-2025-11|2023.07.06.12|PC 069 382 23 00044|CT24-00987|lot 4B",
    "company": "la société Lambert Bâtiment|Menuiseries Duval SARL|Elior|Sogea Centre|Garage Michel|"
    "l'entreprise Roger Martin|SAS Robert et Fils|Paprec|Plomberie Simon|Véolia Propreté|l'association Aurore|"
    "Transports Girard",
}


def kept(chance: random.Random, tag: str, is_second: bool) -> str:
    if tag in KEPT:
        return chance.choice(half(KEPT[tag].split("|"), is_second))
    siren = chance.choice("3456789") + digits(chance, 7)
    siren += luhn.calc_check_digit(siren)
    siret = siren + "00" + digits(chance, 2)
    siret += luhn.calc_check_digit(siret)
    apart, gap = [siren[:3], siren[3:6], siren[6:]], chance.choice(["", " ", "\u00a0", ".", "\u202f"])
    return gap.join(apart) if tag == "siren" else gap.join([*apart, siret[9:]])


def number(chance: random.Random, tag: str, who: Resident, is_second: bool) -> str:
    makers: dict[str, Callable[[random.Random, Resident], Sequence[str]]] = {
        "T": _phones,
        "E": _emails,
        "I": _accounts,
        "N": _social_numbers,
        "V": _plates,
        "B": _birth_dates,
        "A": _addresses,
        "H": _handles,
        "O": _others,
    }
    return chance.choice(half(makers[tag](chance, who), is_second))


def _phones(chance: random.Random, _who: Resident) -> list[str]:
    first, two = chance.choice("1234567"), [digits(chance, 2) for _pair in range(4)]
    rest = "".join(two)
    return [
        f"0{first} {' '.join(two)}",
        f"0{first}{rest}",
        f"0{first}.{'.'.join(two)}",
        f"0{first}-{'-'.join(two)}",
        f"+33{first}{rest}",
        f"+33 {first} {' '.join(two)}",
        f"0{first}  {'  '.join(two)}",
        f"0{first}{two[0]} {two[1]}{two[2]} {two[3]}",
        f"(0{first}) {' '.join(two)}",
        f"0{first} {rest[:3]} {rest[3:6]} {rest[6:]}",
        f"0033{first}{rest}",
        f"0{first}_{'_'.join(two)}",
        f"0 {first} {' '.join(rest)}",
        f"+33 (0){first}.{'.'.join(two)}",
    ]


def _emails(chance: random.Random, who: Resident) -> list[str]:
    given, family = (unaccented(name).lower().replace(" ", "").replace("'", "") for name in (who.given, who.family))
    host = chance.choice(["messagerie-exemple.fr", "poste.exemple.net", "monfai-exemple.com"])
    name, dotted = host.rpartition(".")[0], host.replace(".", " point ")
    end = host.rpartition(".")[2]
    return [
        f"{given}.{family}@{host}",
        f"{family}{digits(chance, 2)}@{host}",
        f"{given}_{family} @ {host}",
        f"{given}-{family}(at){host}",
        f"{given} arobase {dotted}",
        f"{given}.{family} [a] {name} [.] {end}",
        f"{given[0]}{family}@{host}".upper(),
        f"{given}+mairie@{host}",
        f"{given}.{family}＠{host}",
        f"{family}.{given} at {dotted}",
    ]


def _accounts(chance: random.Random, _who: Resident) -> list[str]:
    account = digits(chance, 10) + digits(chance, 11)
    key = 97 - (89 * int(account[:5]) + 15 * int(account[5:10]) + 3 * int(account[10:])) % 97
    number = f"{account}{key:02d}"
    whole = f"FR{98 - int(number + '152700') % 97:02d}{number}"
    fours = [whole[place : place + 4] for place in range(0, 27, 4)]
    return [whole, " ".join(fours), "-".join(fours), whole.lower(), "  ".join(fours), "\u00a0".join(fours)]


def _social_numbers(chance: random.Random, _who: Resident) -> list[str]:
    base = chance.choice("12") + digits(chance, 2) + f"{chance.randint(1, 12):02d}"
    base += chance.choice(["18", "59", "2A", "2B", "97", "99"]) + digits(chance, 3) + f"{chance.randint(1, 999):03d}"
    key = nir.calc_check_digits(base)
    cut = [base[0], base[1:3], base[3:5], base[5:7], base[7:10], base[10:]]
    return [
        f"{base}{key}",
        f"{' '.join(cut)} {key}",
        f"{'.'.join(cut)}.{key}",
        f"{base} {key}",
        f"{' '.join(cut)}/{key}",
        f"{'_'.join(cut)}_{key}",
    ]


def _plates(chance: random.Random, _who: Resident) -> list[str]:
    one, other = ("".join(chance.choice("ABCDEFGHJKLMNPQRSTVWXYZ") for _two in range(2)) for _pair in range(2))
    three = f"{chance.randint(100, 999)}"
    forms = [f"{one}-{three}-{other}", f"{one}{three}{other}", f"{one} {three} {other}", f"{one}.{three}.{other}"]
    return [*forms, f"{one.lower()}-{three}-{other.lower()}", f"{three} {one}{other[0]} {chance.randint(10, 95)}"]


def _birth_dates(chance: random.Random, _who: Resident) -> list[str]:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1930, 2023)
    return [
        f"{day:02d}/{month:02d}/{year}",
        f"{day} {MONTHS[month - 1]} {year}",
        f"{day:02d} / {month:02d} / {year}",
        f"{day:02d}.{month:02d}.{year}",
        f"{day}/{month}/{year % 100:02d}",
        f"{day:02d}-{month:02d}-{year}",
    ]


_STREETS = (
    "rue des Violettes|avenue Ledru-Rollin|bd Carnot|chemin du Petit Bois|allée Rosa Bonheur|impasse de l'Écluse|"
    "place Saint-Nicolas|rue de la République|route d'Orléans|rue Paul Vaillant-Couturier|square des Tilleuls|"
    "quai de la Marne|rue du 11 Novembre|cité des Fleurs"
)
_TOWNS = (
    "45200 Montargis|42000 Saint-Étienne|49100 Angers|17000 La Rochelle|64000 Pau|88000 Épinal|68000 Colmar|30900 Nîmes"
)


def _addresses(chance: random.Random, _who: Resident) -> list[str]:
    place, street, town = chance.randint(1, 199), chance.choice(_STREETS.split("|")), chance.choice(_TOWNS.split("|"))
    return [
        f"{place} {street}",
        f"{place}, {street}",
        f"{place} {street} {town}",
        f"{place} {street}, {town}",
        f"{place} bis {street} - {town}",
        f"{place}ter, {street}, {town}",
        f"{place} {street}, esc. 2, porte 14, {town}",
        f"{place} {street}, bât {chance.choice('ABC')}, {town}",
        f"{place} {street}, 3ème étage",
        f"résidence Les Cèdres, {place} {street}",
        f"{place} {street.upper()}",
        f"{place}-{place + 2} {street}, {town.upper()}",
    ]


def _handles(chance: random.Random, who: Resident) -> list[str]:
    name = unaccented(who.given).lower().replace("-", "").replace("'", "")
    return [f"@{name}{digits(chance, 3)}", f"@{name}_off", f"@{name}.{digits(chance, 2)}", f"@mlle_{name}"]


def _others(chance: random.Random, _who: Resident) -> list[str]:
    return [
        digits(chance, 7),
        digits(chance, 12),
        f"{digits(chance, 4)} {digits(chance, 3)}",
        f"{digits(chance, 6)}{chance.choice('ABCDEFGH')}",
    ]

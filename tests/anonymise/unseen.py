"""Letters made by a grammar, for people that no rule was written for, with identifiers written in unusual ways."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

from stdnum import luhn
from stdnum.fr import nir

from tests.anonymise import newcomers
from tests.anonymise.held_out import KINDS, Letter, Personal, unaccented
from tests.anonymise.newcomers import half, newcomer
from tests.anonymise.residents import Resident
from tests.anonymise.variants import MONTHS, digits

OPENINGS = (
    "|Bonjour,\n|Madame, Monsieur,\n|Bonsoir à tous, |Objet : réclamation\n|Messieurs les élus,\n|Re: votre message\n"
)
CLOSINGS = (
    "|\nMerci d'avance.|\nBien à vous,\n{P}|\nCordialement.\n{P}|\nSincères salutations,\n{P}, {A}|\n{F}|"
    "\n-- \n{P}\nTél : {T}|\nVeuillez agréer, Madame, mes respectueuses salutations.\n{P}|\n(signé) {P}|"
    "\nRespectueusement\n{F} {L}"
)
SENTENCES = """
{P} est venue trois fois au guichet sans obtenir de réponse.
Le logement de {P} n'a plus de chauffage depuis novembre.
Pouvez-vous transmettre ce message à {P} ?
Hier soir {P} a trouvé des seringues devant {place}.
Je vous mets en copie {P} et {P}, mes voisins de palier.
L'enfant {P} est allergique aux fruits à coque.
Monsieur {L} refuse de tailler sa haie.
On m'a conseillé de voir Madame {L} au deuxième étage.
Mon beau-père {F} ne conduit plus.
Ma colocataire {F} a déposé plainte.
Nous sommes trois : {F}, {F} et moi.
{F} a 4 ans et attend une place en crèche.
Je certifie que {P} vit sous mon toit.
Mariage {L} - {L} : réservation de {place}.
Succession de feu {P}, caveau à rénover.
{P}, {B}, sollicite une aide au permis.
Née {L}, je porte aujourd'hui le nom de mon époux.
Dossier déposé au nom de {L} {F}.
Nom : {L} / Prénom : {F} / Portable : {T}
Demandeuse : {P} ({T})
Rendez-vous fixé avec {P} le {date} à {place}.
Il faudrait interroger {P}, qui a tout vu de son balcon.
La parole est donnée à {P}. Elle déplore le bruit.
{P} : « Rien n'est fait pour les jeunes. »
Votants : {P}, {P}, {P}.
Procuration donnée par {P} à {P}.
Le scooter de {F} a été volé devant {place}.
Tout le monde connaît {P} dans le quartier, il rend service.
Sans l'aide de {P}, la kermesse n'aurait pas lieu.
{P} habite {A}.
Le colis a été livré chez {P}, {A}, par erreur.
Mon adresse n'a pas changé : {A}.
Fuite de gaz signalée, {A}, prévenir {P}.
Domiciliée {A}, je ne reçois plus de courrier.
J'ai emménagé {A} en mars.
Appelez-moi au {T}, de préférence le matin.
Portable de ma fille : {T}.
Mon numéro : {T} ; celui de mon mari : {T}.
Écrivez-moi à {E}.
Adresse électronique : {E}
Mon courriel a changé, c'est désormais {E}, merci d'en tenir compte.
Mon numéro de sécurité sociale : {N}.
Assuré {N}, pension non versée.
Remboursement à faire sur {I}.
Coordonnées bancaires : {I}
La camionnette {V} stationne sur la piste cyclable.
Véhicule en cause : {V}, modèle gris.
Un chauffard (plaque {V}) a grillé le feu.
{B}, j'ai droit au tarif senior.
Mon fils, {B}, entre en sixième.
Me suivre : {H}
Photos visibles chez {H} sur Instagram.
Numéro d'allocataire {O}, dossier en attente.
Mon numéro fiscal est le {O}.
Ordonnance du Dr {L}, RPPS {R}.
Le kiné {P} (n° RPPS : {R}) refuse les déplacements.
{body} a creusé la chaussée sans prévenir.
Les agents de {body} ont oublié leurs cônes devant {place}.
Pourquoi avoir choisi {body} plutôt que {body} ?
Intervention de {body} prévue le {date}.
Le devis de {body} dépasse {amount}.
Contrat signé avec {body} (SIREN {siren}).
Facture de {body}, SIRET {siret}, réglée le {date}.
{body} est immatriculée au RCS sous le numéro {siren}.
TVA intracommunautaire {vat} de {body}.
Le dossier {ref} est toujours à l'étude.
Recours contre {ref} déposé le {date}.
Voir {ref} : aucune suite depuis six mois.
Conformément à {ref}, le trottoir doit être refait.
Réf. {ref}, montant {amount}.
{elected} avait promis des travaux avant l'été.
J'ai écrit à {elected}, sans réponse.
Merci à {elected} d'avoir soutenu ce projet.
Le ramassage à {town} est mieux organisé.
Entre {place} et la gare de {town}, il n'y a pas d'ombre.
Je voudrais une fontaine à eau près de {place}.
Réouverture de {place} le {date}, coût {amount}.
Les Nantais et les Rennais paient moins cher que nous.
Le conseil citoyen propose un marché de Noël solidaire.
Vivement la Fête de la musique et les Journées du patrimoine !
Il y a 350 signatures et 12 associations derrière ce projet.
Le PLUi et le SCoT prévoient 1 200 logements d'ici 2030.
Proposition : végétaliser la cour, installer des nichoirs et un hôtel à insectes.
Attention, les tags et les dépôts sauvages se multiplient autour de {place}.
Un Vélib' ou un Lime traîne toujours devant {place}.
""".strip().split("\n")
MESSAGES = """
bjr c {F} {L} du batiment C l ascenseur marche pa
salut moi c {F} jattend tjr une reponse appel moi {T}
slt {P} a laissé ses sac poubelle dan lescalier
mon voisin {F} {L} met la musique a fond
ya {F} la fille de mme {L} qui a disparu
la maman de {F} veut savoir si y a cantine lundi
vous pouvez m ecrire {E} ou {T}
svp rappeler {P} rapidement cest pour {place}
je mapel {F} {L} jhabite {A}
c pas normal que {body} coupe l eau sans prevenir
""".strip().split("\n")
AMOUNTS = "3 450 €|17,5 M€|89,90 euros|1 200 000 €|6 k€ HT|450 euros par an"
DATES = "9 février 2025|02/07/2024|mardi 18 mars|2025-01-31|15 août|fin octobre 2024"


def unseen_letters(is_second: bool, seed: int, count: int) -> Iterator[Letter]:
    """`count` letters of one half of the sentences, names, bodies and places."""
    chance = random.Random(seed)
    said, messages = half(SENTENCES, is_second), half(MESSAGES, is_second)
    for place in range(count):
        first = said[place % len(said)]
        if place % 7 == 3:
            yield _letter(chance, messages[place // 7 % len(messages)], is_second)
        elif place % 7 == 5:
            yield _letter(chance, first, is_second, str.upper)
        else:
            more = " ".join([first, *chance.sample(said, chance.randrange(3))])
            whole = chance.choice(OPENINGS.split("|")) + more + chance.choice(half(CLOSINGS.split("|"), is_second))
            yield _letter(chance, whole, is_second)


def _letter(chance: random.Random, template: str, is_second: bool, style: Callable[[str], str] = str) -> Letter:
    text, personal, kept, who = "", [], [], None
    for part in re.split(r"(\{\w+\})", template):
        tag = part[1:-1]
        if not part.startswith("{"):
            text += style(part)
        elif tag in KINDS or tag == "R":
            if tag != "L" or who is None or not text.endswith(" "):
                who = newcomer(chance, is_second)
            kind = KINDS.get(tag, "other_id")
            before, inner, after = _around(_personal(chance, tag, who, is_second))
            inner = style(inner) if kind in ("person", "address") else inner
            text += style(before)
            personal.append(Personal(len(text), len(text) + len(inner), kind, who.origin if kind == "person" else None))
            text += inner + style(after)
        else:
            inner = style(_kept(chance, tag, is_second))
            kept.append((len(text), len(text) + len(inner), tag))
            text += inner
    return Letter(text, tuple(personal), tuple(kept))


def _around(written: str) -> tuple[str, str, str]:
    """What stands before, what is personal, and what stands after: `¦` parts them."""
    match written.split("¦"):
        case [inner]:
            return "", inner, ""
        case [before, inner]:
            return before, inner, ""
        case [before, inner, after]:
            return before, inner, after
    raise ValueError(written)


def _personal(chance: random.Random, tag: str, who: Resident, is_second: bool) -> str:
    """As it is written, with `¦` around what is personal where that is not all."""
    if tag == "P":
        return full_name(chance, who)
    if tag == "F":
        return who.given
    if tag == "L":
        return who.family
    makers = {"A": address, "E": email, "T": phone, "N": social_number, "I": bank, "V": plate, "H": handle}
    makers |= {"B": birth, "O": other_number, "R": health_number}
    return makers[tag](chance, who, is_second)


def full_name(chance: random.Random, who: Resident) -> str:
    """As people sign, officials list and neighbours tell."""
    given, family = who.given, who.family
    forms = [f"{given} {family}"] * 6 + [f"{family.upper()} {given}", f"{given} {family.upper()}"]
    forms += [f"{family} {given}", f"{given[0]}. {family}", f"{given}  {family}"]
    return chance.choice(forms)


def _pick(chance: random.Random, forms: Sequence[str], is_second: bool) -> str:
    return chance.choice(half(forms, is_second))


def phone(chance: random.Random, _who: Resident, is_second: bool) -> str:
    first, pairs = chance.choice("12345679"), [digits(chance, 2) for _pair in range(4)]
    spaced = " ".join(pairs)
    forms = [f"+33 (0) {first} {spaced}", f"+33(0){first}{''.join(pairs)}", f"0033 (0){first} {spaced}"]
    forms += [f"0{first},{','.join(pairs)}", f"(+33){first}{''.join(pairs)}", f"0{first} / {' / '.join(pairs)}"]
    forms += [
        f"+33-{first}-{'-'.join(pairs)}",
        f"O{first} {spaced}",
        f"0{first} {pairs[0]}-{pairs[1]}-{pairs[2]}-{pairs[3]}",
    ]
    forms += [f"0{first}.{'.'.join(pairs)}.", f"0{first}|{'|'.join(pairs)}", f"0 {first} {' '.join(''.join(pairs))}"]
    forms += [
        f"0{first}\n{spaced}",
        f"00 33 {first} {spaced}",
        f"0{first}*{'*'.join(pairs)}",
        f"tel:¦+33{first}{''.join(pairs)}",
    ]
    return _pick(chance, forms, is_second).rstrip(".")


def email(chance: random.Random, who: Resident, is_second: bool) -> str:
    name = unaccented(f"{who.given[0]}.{who.family}").lower().replace(" ", "").replace("'", "").replace("đ", "d")
    name, host = name + digits(chance, chance.choice([0, 2])), chance.choice(["boite-exemple", "courrier.exemple"])
    forms = [f"{name} (arobase) {host} (point) fr", f"{name}[@]{host}.net", f"{name} AT {host} DOT com"]
    forms += [f"{name}@ {host}.fr", f"{name} @{host} . fr", f"{name}{{at}}{host}.org", f"{name}(a){host}.fr"]
    forms += [f"{name}@{host},fr", f"{name} chez {host} point fr", f"{name}<at>{host}.fr", f"{name} arrobase {host}.fr"]
    forms += [f"{name}-at-{host}.fr", f"<¦{name}@{host}.eu¦>", f"mailto:¦{name}@{host}.fr", f"{name}@{host}[.]fr"]
    forms += [f"{name}_@_{host}.fr", f"{name.upper()}@{host.upper()}.FR", f"{name}@\n{host}.fr"]
    return _pick(chance, forms, is_second)


def social_number(chance: random.Random, _who: Resident, is_second: bool) -> str:
    base = chance.choice("12") + digits(chance, 2) + chance.choice(["03", "11", "20", "31", "42"])
    base += chance.choice(["44", "2A", "2B", "97", "99", "13"]) + digits(chance, 3) + f"{chance.randint(1, 999):03d}"
    key, cut = nir.calc_check_digits(base), [base[0], base[1:3], base[3:5], base[5:7], base[7:10], base[10:]]
    forms = [" ".join([*cut, key]), f"{'.'.join(cut)}/{key}", f"{' '.join(cut)} clé {key}", f"{base}-{key}"]
    forms += [f"{base[0]} {base[1:7]} {base[7:]} {key}", f"{'-'.join(cut)}-{key}", f"{' '.join(cut)} (clé : {key})"]
    forms += [f"{base}{key}", f"{' '.join(base)} {' '.join(key)}", f"{base[:5]} {base[5:10]} {base[10:]} | {key}"]
    return _pick(chance, forms, is_second)


def bank(chance: random.Random, _who: Resident, is_second: bool) -> str:
    account = digits(chance, 10) + digits(chance, 11)
    key = 97 - (89 * int(account[:5]) + 15 * int(account[5:10]) + 3 * int(account[10:])) % 97
    number = f"{account}{key:02d}"
    whole = f"FR{98 - int(number + '152700') % 97:02d}{number}"
    apart = [account[:5], account[5:10], account[10:], f"{key:02d}"]
    fours = [whole[place : place + 4] for place in range(0, 27, 4)]
    forms = [f"RIB ¦{' '.join(apart)}", f"IBAN:¦{whole}", f"FR {whole[2:4]} {' '.join(fours[1:])}", " . ".join(fours)]
    forms += [
        f"Banque ¦{apart[0]} Guichet {apart[1]} Compte {apart[2]} Clé {apart[3]}",
        f"IBAN¦{whole}",
        "_".join(fours),
    ]
    forms += [" ".join(whole), f"{whole[:4]} {whole[4:9]} {whole[9:14]} {whole[14:25]} {whole[25:]}", " – ".join(fours)]
    return _pick(chance, forms, is_second)


def plate(chance: random.Random, _who: Resident, is_second: bool) -> str:
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ"
    one, other = ("".join(chance.choice(letters) for _letter in range(2)) for _pair in range(2))
    number = f"{chance.randint(101, 999)}"
    forms = [
        f"¦{one}-{number}-{other}¦ (44)",
        f"{one}—{number}—{other}",
        f"{one}_{number}_{other}",
        f"{one} {number}{other}",
    ]
    forms += [
        f"{one}.{number}.{other}",
        f"{one}/{number}/{other}",
        f"{one} - {number} - {other}",
        f"{one}{number} {other}",
    ]
    forms += [
        f"{number}9 {one} 44",
        f"{one.lower()}-{number}-{other.lower()}",
        f"F ¦{one} {number} {other}",
        f"{one}{number}{other}",
    ]
    return _pick(chance, forms, is_second)


def handle(chance: random.Random, who: Resident, is_second: bool) -> str:
    name = unaccented(who.given).lower().replace("-", "").replace("đ", "d")
    forms = [f"@{name}.{digits(chance, 2)}", f"@__{name}__", f"@{name}_du_{digits(chance, 2)}", f"@le.{name}.officiel"]
    return _pick(chance, forms, is_second)


def other_number(chance: random.Random, _who: Resident, is_second: bool) -> str:
    forms = [
        digits(chance, 7),
        f"{digits(chance, 2)} {digits(chance, 2)} {digits(chance, 3)} {digits(chance, 3)} {digits(chance, 3)}",
    ]
    forms += [f"{digits(chance, 7)}{chance.choice('ABCDEFG')}", f"{digits(chance, 3)}.{digits(chance, 4)}"]
    return _pick(chance, forms, is_second)


def health_number(chance: random.Random, _who: Resident, is_second: bool) -> str:
    number = "10" + digits(chance, 9)
    forms = [
        number,
        f"{number[:4]} {number[4:8]} {number[8:]}",
        f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}",
    ]
    return _pick(chance, [*forms, f"{number[:1]}-{number[1:]}"], is_second)


def address(chance: random.Random, _who: Resident, is_second: bool) -> str:
    number = chance.randint(1, 180)
    street = _pick(chance, STREETS.split("|"), is_second)
    town = _pick(chance, [f"{code} {name}" for code, name in POSTAL], is_second)
    forms = [f"{number}, {street}, {town}", f"{number} {street}", f"au ¦{number} {street}", f"n° ¦{number} {street}"]
    forms += [
        f"{number} bis, {street} - {town}",
        f"{number}-{number + 2} {street}",
        f"{number}/{number + 2} {street}, {town}",
    ]
    forms += [
        f"{number} {street} (3e étage) {town}",
        f"{number} {street}\n{town}",
        f"¦bât. B, apt. 31, {number} {street}",
    ]
    forms += [
        f"{number} {street}, 2ème étage gauche",
        f"Apt {number} - {street} - {town}",
        f"numéro ¦{number}, {street}",
    ]
    forms += [f"{number} TER {street.upper()} {town.upper()}", f"{number}A {street}", f"¦{number} {street}¦ à {town}"]
    return _pick(chance, forms, is_second)


STREETS = (
    "rue du Moulin Rouge|venelle des Poissonniers|rue Haxo|avenue du Maréchal Juin|bd des Belges|rue du Bois Hardy|"
    "chemin du Halage|rue Crébillon|impasse Sainte-Catherine|allée Baco|rue de l'Ancienne Poste|quai Malakoff|"
    "r. du Port aux Huîtres|route de Clisson|rue Saint-Fiacre|rue du 19 Mars 1962|passage Pommeraye|sentier du Lavoir|"
    "place Émile Zola|cours des 50 Otages|rue d'Alger|boulevard Jean XXIII"
)
POSTAL = (
    ("44110", "Châteaubriant"),
    ("69100", "Villeurbanne"),
    ("97420", "Le Port"),
    ("29250", "Saint-Pol-de-Léon"),
    ("28400", "Nogent-le-Rotrou"),
    ("01100", "Oyonnax"),
)


def birth(chance: random.Random, _who: Resident, is_second: bool) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1935, 2019)
    forms = [f"{day:02d}/{month:02d}/{year}", f"{day} {MONTHS[month - 1]} {year}", f"{day:02d}-{month:02d}-{year}"]
    forms += [f"{day}.{month}.{year}", f"{day:02d}{month:02d}{year}", f"{day} {MONTHS[month - 1][:4]}. {year}"]
    cues = ["née le ", "Né le ", "date de naissance : ", "né à Sète le ", "née un ", "DDN "]
    return f"{_pick(chance, cues, is_second)}¦{_pick(chance, forms, is_second)}"


def _kept(chance: random.Random, tag: str, is_second: bool) -> str:
    listed = {
        "body": newcomers.BODIES,
        "ref": newcomers.REFERENCES,
        "place": newcomers.PLACES,
        "town": newcomers.TOWNS,
        "elected": newcomers.ELECTED,
        "amount": AMOUNTS,
        "date": DATES,
    }
    if tag in listed:
        return _pick(chance, listed[tag].split("|"), is_second)
    siren = chance.choice("345789") + digits(chance, 7)
    siren += luhn.calc_check_digit(siren)
    siret = siren + "000" + chance.choice("1234567")
    siret += luhn.calc_check_digit(siret)
    apart = [siren[:3], siren[3:6], siren[6:]]
    if tag == "vat":
        key = (12 + 3 * (int(siren) % 97)) % 97
        return _pick(chance, [f"FR{key:02d}{siren}", f"FR {key:02d} {' '.join(apart)}"], is_second)
    if tag == "siren":
        return _pick(
            chance, [".".join(apart), " ".join(apart), "-".join(apart), siren, "\u00a0".join(apart)], is_second
        )
    forms = [f"{siren} {siret[9:]}", f"{'.'.join(apart)}.{siret[9:]}", f"{'-'.join(apart)}-{siret[9:]}", siret]
    return _pick(chance, [*forms, f"{' '.join(apart)} {siret[9:]}", f"{siret[:9]}/{siret[9:]}"], is_second)

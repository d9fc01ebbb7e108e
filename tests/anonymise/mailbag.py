"""What a town hall finds in its mailbag, made by a grammar: `<rule>` is expanded, `{P}` is personal, `{street}` stays.

Each rule's lines are two halves that share none: one to look at while rules are improved, one that only measures.
"""

import random
import re
from collections.abc import Iterator

from tests.anonymise.handwriting import HANDS, Hand
from tests.anonymise.held_out import KINDS, Letter, Personal
from tests.anonymise.jottings import kept, number
from tests.anonymise.neighbours import full_name, neighbour
from tests.anonymise.newcomers import half
from tests.anonymise.residents import Resident

GRAMMAR = {
    "letter": """
<request>
<neighbours>
<hello> <request> <bye>
<hello> <neighbours> <bye>
<minutes>
<minutes> <minutes>
<form>
<form>
<comment>
<comment>
<comment> <comment>
<opinion>
<opinion> <comment>
<opinion> <opinion>
<talk>
<talk>
<hello> <opinion> <request> <bye>
<hello> <comment> <neighbours> <bye>
<family>
<family>
<hello> <family> <request> <bye>
<hello> <family> <bye>
<staff>
<staff>
<number>
<number>
<hello> <number> <bye>
<number> <bye>
<company>
<company>
<council>
<council>
<opinion>
<comment>
""",
    "hello": """
Bonjour,
Madame le Maire,
Bonjour Madame, bonjour Monsieur,
Monsieur le Maire,
À l'attention du service voirie :
Bonsoir à toute l'équipe,
Salut,
Chers élus,
""",
    "bye": """
Cordialement,\\n{P}
Bien à vous. {P}
Merci de votre aide, {P}
Avec mes remerciements,\\n{P}
Sentiments distingués, {F} {L}\\n{A}
Bonne journée, {P} - {T}
{P}
Belle journée à vous, {F}
Une administrée en colère, {P}
Un riverain excédé : {P}
P/O {P}
Signature : {P}
En vous remerciant par avance.
Je compte sur vous.
""",
    "request": """
Je voudrais inscrire {F} à l'étude du soir, comment faire ?
Serait-il possible de changer {F} de groupe au centre aéré ?
Mon dossier de logement traîne depuis deux ans, je suis au nom de {P}.
Je sollicite un rendez-vous avec l'assistante sociale pour {P}.
Quand passera-t-on réparer la chaudière de {P} au {A} ?
J'ai besoin d'un duplicata de l'acte de naissance de {P}.
Pouvez-vous m'envoyer le formulaire à {E} ?
Faut-il une autorisation pour couper l'érable qui penche chez {P} ?
Veuillez noter ma nouvelle adresse : {A}.
Merci d'envoyer le badge de parking au {A}, au nom de {P}.
Mes coordonnées : {P}, {A}, {T}, {E}.
Je demande un composteur pour {P}, {A}, téléphone {T}.
Je vous appelle depuis lundi, rappelez le {T} et demandez {P}.
On peut me laisser un message au {T}, {F} vous répondra.
Ma carte de bus est au nom de {F} {L}, elle ne marche plus.
La concession du caveau {L} arrive à échéance, que dois-je faire ?
""",
    "neighbours": """
Ma voisine Mme {L} du 3e étend son linge au-dessus de la rue.
Mon voisin du dessous, {P}, bricole jusqu'à minuit.
Les chats de {P} envahissent la cour.
Le portail de chez {P} claque toute la nuit.
M. {L} stationne devant mon garage tous les jours.
Mlle {L} nourrit les pigeons à sa fenêtre.
C'est {P} qui a coupé la chaîne du vélo.
{P} et {P} se disputent tous les soirs sous mes fenêtres.
Il paraît que {P} loue sa cave à des touristes.
Le bail est à {P} mais c'est {P} qui occupe les lieux.
Monsieur et Madame {L} ont muré le passage.
Les enfants {L} jouent au ballon contre le mur de {venue}.
J'ai déjà averti {P} deux fois par courrier.
Demandez à {P}, elle a filmé la scène.
{P}, {A}, a installé une caméra qui vise ma terrasse.
Plainte contre {P} demeurant {A} pour tapage.
Le locataire du {A} s'appelle {P}.
Au {A}, chez {P}, on brûle des pneus.
{F}, le gamin du rez-de-chaussée, casse les sonnettes.
Le petit {F} et sa sœur {F} dorment dans la voiture.
""",
    "family": """
{P}, fils de {P}, est né à la maternité de {town}.
{P}, fille de {P} et de {P}, entre au CP.
Mon ex-mari {P} ne doit pas venir chercher {F}.
Ma belle-sœur {P} gardera {F} le mercredi.
Ma tante {P} vient de perdre son mari {F}.
Mon grand-père {P} avait une carte d'ancien combattant.
Nous attendons un bébé qui s'appellera {F}.
Notre fils {F} est né {B}, faut-il l'inscrire ?
{F} a 7 ans, {F} en a 11, ils vont à {venue}.
{F} {L} ({F} pour les intimes) fêtera ses 100 ans en mai.
La veuve {L}, née {L}, demande une aide aux obsèques.
Mme {L} née {L} souhaite reprendre son nom.
Ma nièce {F} cherche un stage à la mairie.
Mon cousin {F} cherche un local pour répéter.
Je suis la maman de {F} et {F} {L}.
Je suis le papa de {F}, en moyenne section.
Divorce {L} c/ {L} : transmettre l'acte.
Mariage de {P} et {P} le samedi {date}.
{P}, née le {B}, a droit à la carte senior.
{P}, de nationalité française, né le {B} à {town}.
""",
    "minutes": """
Présents : {P}, {P}, {P}. Absents : {P}, {P}.
Étaient représentés : {P} (pouvoir à {P}), {P} (pouvoir à {P}).
{P} s'étonne du coût des travaux.
{P} rappelle que le préau fuit.
M. {L} fait remarquer que la salle est trop petite.
Mme {L} répond que le bus ne passe plus.
La séance est levée sur une question de {P}.
Le compte rendu est rédigé par {P}.
Prise de parole de {P} (habitante) : les poubelles débordent.
Question de {P} : à quand les arbres ?
Liste des signataires : 1. {P} 2. {P} 3. {P}
Tirage au sort : {P}, suppléante {P}.
Lot n° 3 attribué à {P}, enfant de CM2.
Ont été élus délégués des locataires : {P} et {P}.
{P} (12 voix), {P} (7 voix), blancs : 2.
Après lecture du courrier de {P}, le comité passe au vote.
""",
    "form": """
Nom {L} Prénom {F} Adresse {A} Tél {T}
NOM : {L}\\nPRÉNOM : {F}\\nNÉ(E) LE : {B}\\nMAIL : {E}
Demandeur : {P} / Adresse : {A} / Courriel : {E}
Représentant légal : {P}. Enfant : {P}, née le {B}.
Allocataire : {P}, numéro {O}
Identité du déclarant : {P}, pièce : carte d'identité n° {O}
Adresse du logement : {A} Locataire : {P}
Lieu de l'incident : {A}. Témoin : {P}, {T}.
Bénéficiaire du virement : {P}, {I}
Titulaire du compte : {P}, IBAN {I}
Assuré : {P}, NIR {N}
N° SS {N}, nom d'usage {L}, nom de naissance {L}
Véhicule : {V}. Propriétaire : {P}.
Immatriculation {V}, carte grise au nom de {P}
Personne à prévenir : {P}, {T}
Médecin traitant : Dr {L}, {T}
""",
    "talk": """
slt c {F} jvoulai savoir si la {venue} est ouverte dimanche
coucou c est {F} {L} du batiment D on a plus d eau
bjr, moi c {F}, on ma dit de voir avec {F} pour le badge
bonsoir ici {P}, ya encore des rats ds la cave
jai vu {F} {L} jeter ces sac devant {venue}
le fils de {P} a cassé la vitre de {venue}
mr {L} du 4eme me menace
mme {L} veut pas rendre les clé
mlle {L} et mr {L} font du bruit tt les soir
mon pote {F} peut pas venir, il habite {A}
appelé ma mere {F} au {T} svp
envoyé moi le papier a {E} merci {F}
jm'appelle {F} et g 15 ans jveux un skatepark
c {P} qui vs ecri, mon tel {T}
cc cest {F} la copine de {F}, on est ok pour samedi
demandez {F} ou {F} a lacceuil ils savent
""",
    "comment": """
Bravo {F}, très bonne idée !
Je rejoins {P}, il faut des bancs.
@{F} et pourquoi pas un potager ?
Entièrement d'accord avec ce que dit {F} {L}.
{P} a tout compris, contrairement aux autres.
{F} exagère, la circulation est fluide.
Quand je lis {P}, je me dis que rien ne change.
Réponse à {P} : la fontaine est prévue pour mai.
Mille mercis à {P} pour les photos anciennes.
Le projet de {P} mérite 20 000 € et pas un sou de plus.
L'idée vient de {F}, 9 ans, élève à {venue}.
Idée de {P} : des ruches sur le toit.
Contactez {H} si vous voulez aider.
Toutes les photos sont chez {H}.
{P}, {F} et les autres ont nettoyé la berge.
Vu avec {P} : on garde les deux tilleuls.
""",
    "staff": """
Fiche de paie de {P}, matricule {O}.
Note de frais : {P}, adjoint technique, {amount}.
{P} est placée en congé maladie du {date} au {date}.
L'agent {P} n'a pas badgé le {date}.
Remplacement de {P} par {P} à la crèche.
Heures supplémentaires de {P} : à payer en avril.
Accident de service : {P}, chute d'échelle.
Notation 2024 - {P} : avis favorable du chef de service.
Cantine : impayé {L} {F}, {amount}.
Le contrat de {P} prend fin le {date}.
Visite médicale de {F} {L} reportée.
Stage de 3e : {P}, collège de {town}.
""",
    "number": """
Mon nouveau mobile : {T}
Joignable toute la semaine : {T} ou {T}
Écrire à {E} (et plus à {E})
Ma boîte mail, c'est {E}
Le camion {V} perd de l'huile devant {venue}
Épave immatriculée {V} au coin de {street}
Sécu : {N}
Ma fille est rattachée au {N}, la mienne a expiré
Compte à créditer {I}
Prélevez sur {I} à partir de juin
Mon numéro fiscal {O} n'est pas reconnu
Je n'ai plus accès avec mon identifiant {O}
J'occupe le {A} depuis 1998
Colis refusé au {A}, gardienne absente
Retrouvez-moi sur insta : {H}
On en parle sur {H} depuis hier
""",
    "company": """
Le lot est confié à {company}, SIRET {siret}, pour {amount}.
Facture {ref} de {company} (SIREN {siren}) : {amount}.
{company} (n° SIRET {siret}) n'a pas nettoyé {street}.
{company} - RCS {siren} - devis du {date} : {amount}.
Le titulaire {company}, {siret}, demande une avance de {amount}.
Subvention {amount} à {company}, SIREN : {siren}.
Pas de nouvelles de {company} depuis le {date}, le chantier de {venue} est à l'arrêt.
Qui contrôle {company} ? Le marché coûte {amount} !
""",
    "council": """
{elected} propose de reporter le vote au {date}.
{elected} présente le rapport : {amount} pour {venue}.
Vu {law}, le conseil approuve à l'unanimité.
En application de {law}, le projet {ref} est soumis à enquête.
La parole est à {elected}.
Réponse de {elected} : le dossier {ref} est clos.
Délibération {ref} : {amount} de travaux {street}.
Le conseil vote {amount} pour {venue}, par 27 voix contre 6.
""",
    "opinion": """
On étouffe {street}, plantez des {plant} !
Des {plant} et des {plant} le long de {street}, ce serait magnifique.
{venue} est trop loin, il faudrait une navette depuis {town}.
Pourquoi fermer {venue} en {month} ?
Le trottoir {street} est impraticable en fauteuil depuis {month}.
Les vélos {brand} encombrent {street}.
J'ai acheté un composteur chez {brand}, la mairie rembourse combien ?
On devrait donner à {street} le nom de {figure}.
Un concert hommage à {figure} devant {venue}, ce serait super.
Éteignez {venue} la nuit, ça coûte {amount} par an.
Encore {amount} pour {venue}, c'est indécent.
Rendez gratuit le bus entre {town} et {town}.
Le TER pour {town} est supprimé un jour sur deux.
Selon {law}, le bruit est interdit après 22 h.
C'est contraire à {law} et vous le savez.
Avant le {date}, il y avait un marché devant {venue}.
Ouvrir {venue} le dimanche en {month}, et un toboggan en plus.
Moins de voitures, plus de {plant}, et des bancs à l'ombre.
Ni {brand} ni {brand} ne livrent {street}.
Une application comme {brand} pour signaler les trous de la chaussée.
""",
}
_PIECE = re.compile(r"(<\w+>|\{\w+\})")


def mailbag(is_second: bool, seed: int, count: int) -> Iterator[Letter]:
    """`count` letters of one half, each in a hand of its own."""
    chance = random.Random(seed)
    for _letter in range(count):
        template = _expanded(chance, "<letter>", is_second).replace("\\n", "\n")
        yield _written(chance, template, is_second, chance.choice(HANDS)(chance))


def _expanded(chance: random.Random, said: str, is_second: bool) -> str:
    def one_line(match: re.Match[str]) -> str:
        lines = half(GRAMMAR[match.group(1)].strip().split("\n"), is_second)
        return _expanded(chance, chance.choice(lines), is_second)

    return re.sub(r"<(\w+)>", one_line, said)


def _personal(chance: random.Random, tag: str, who: Resident, is_second: bool, hand: Hand) -> str:
    match tag:
        case "P":
            return hand.names(full_name(chance, who))
        case "F":
            return hand.names(who.given)
        case "L":
            return hand.names(who.family)
        case "A":
            return hand.words(number(chance, tag, who, is_second))
    return number(chance, tag, who, is_second)


def _written(chance: random.Random, template: str, is_second: bool, hand: Hand) -> Letter:
    text, who = "", neighbour(chance, is_second)
    personal: list[Personal] = []
    others: list[tuple[int, int, str]] = []
    for part in _PIECE.split(template):
        tag = part[1:-1]
        if not part.startswith("{"):
            text += hand.words(part)
            continue
        if tag in "PFL" and not (tag == "L" and text.endswith(" ") and personal and personal[-1].kind == "person"):
            who = neighbour(chance, is_second)
        if tag in KINDS:
            inner = _personal(chance, tag, who, is_second, hand)
            origin = who.origin if KINDS[tag] == "person" else None
            personal.append(Personal(len(text), len(text) + len(inner), KINDS[tag], origin))
        else:
            inner = kept(chance, tag, is_second)
            inner = inner if tag in ("siret", "siren") else hand.words(inner)
            others.append((len(text), len(text) + len(inner), tag))
        text += inner
    return Letter(text, tuple(personal), tuple(others))

"""What residents write to a town hall, invented: complaints, petitions, minutes, notes, text messages.

Two sets that share no sentence: rules may be improved on `FIRST`; `SECOND` only measures.
In a template, `{P}` is a full name, `{F}` a given name, `{L}` a family name, and small words are what must be kept.
"""

FIRST = """
Bonjour, cela fait trois fois que j'écris. La benne de la {street} déborde encore. {P}, tél. {T}
Suite à notre échange à l'accueil, voici mes coordonnées : {P}, {A}, {E}.
Je vous signale que M. {L}, qui habite au-dessus de chez moi, jette ses mégots par la fenêtre.
Mme {P} nous a alertés sur l'état du trottoir devant la {school}.
Pétition pour le maintien de la ligne 12. Signataires : {P} ; {P} ; {P}.
Étaient présents : {P}, {P}, {P} et {P}. Excusée : {P}.
{P} demande la parole et regrette l'absence d'éclairage {street}.
Le conseil remercie {official} pour sa présence.
Mon fils {F} a été renversé sur le passage piéton face à la {school} le {date} vers {time}.
slt c {F} le voisin du 3e g perdu mes clé a la {venue} mon num {T}
bjr ma fille {F} {L} est inscrite a la cantine depuis le {date} et je paye tjrs pas le bon tarif
Bonsoir, ici {F} {L}, j'attends toujours le remboursement, mon IBAN : {I}. Merci d'avance.
Objet : demande de dérogation scolaire. L'enfant {P}, {B}, est domicilié {A}.
Je soussigné {P}, {B}, demeurant {A}, atteste sur l'honneur héberger {P}.
Je soussignée, Madame {P}, autorise {P} à retirer mon dossier.
Agent : {P}, arrêt maladie depuis le {date}. N° de sécurité sociale : {N}.
Entretien annuel de {F} {L}. Objectifs atteints, reconduction demandée.
La voiture de mon voisin ({V}) bloque l'accès pompiers depuis le {date}.
Une camionnette blanche immatriculée {V} dépose des gravats {street}.
Vous pouvez me joindre au {T} ou par courriel {E}, demander {F}.
Merci de rappeler Mme {L} au {T} après {time}.
La famille {L} est relogée provisoirement à l'hôtel depuis l'incendie.
M. et Mme {L} s'opposent au permis de construire {ref}.
Les époux {L} contestent l'alignement.
Contactez-moi sur Instagram {H} pour les photos du nid de frelons.
Mon compte est {H}, j'ai tout publié là.
Dossier CAF n° {O}, je ne comprends pas le refus.
Mon numéro d'allocataire est {O}.
Carte d'identité {O} perdue entre la {venue} et la {street}.
Le devis de {org} s'élève à {amount} (SIRET {siret}).
Délibération n° {ref} du {date} : subvention de {amount} à {org}.
La société {org}, SIREN {siren}, a été retenue pour le lot 2 pour un montant de {amount}.
Pour tout renseignement, écrire à {contact}.
{official} a inauguré le {venue} {date}.
Le {venue} ferme trop tôt, pourquoi pas une ouverture jusqu'à {time} ?
Selon l'article L. 2121-29 du CGCT, le budget de {amount} doit être voté avant le {date}.
Je propose de rebaptiser la {street} en hommage à {figure}.
Une fresque de {figure} sur le mur de la {school} serait magnifique.
Travaux prévus entre le {date} et le {date} sur la {street}, à hauteur du n° 12.
Bravo aux services pour la propreté du marché de {town}.
On pourrait mettre des bancs à l'arrêt {venue}, ligne C3, direction {town}.
Le composteur de la {street} sent mauvais depuis juin, 40 foyers concernés.
2 lampadaires sur 5 éteints depuis 3 semaines, allée centrale du {venue}.
Bien cordialement, {P}
Salutations distinguées.\n{P}\n{A}\n{T}
Dans l'attente de votre réponse, {F}
Signé : {P} (représentant des locataires)
De la part de {P}, transmis par {P}
J'ai rencontré {F} {L} qui partage mon avis sur le projet du {venue}.
Comme le dit {F}, on ne peut plus traverser la {street} sans risque.
D'après {P}, les rats viennent du chantier.
{P} propose un jardin partagé derrière la {venue}.
{P} a voté contre, {P} s'est abstenu.
Réponse à {F} : non, la piste cyclable n'est pas prévue {street}.
Merci à {F} et {F} pour leur aide lors de la fête de quartier.
c est encore le fils {L} qui fait du scooter la nuit
notre gardienne {F} {L} est partie a la retraite le {date}
Ma mère, {P}, 87 ans, ne peut plus monter chez elle.
Mon mari {F} est en fauteuil roulant.
Notre assistante maternelle {P} n'a plus d'agrément.
Je m'appelle {F} et j'ai 9 ans, je voudrais un toboggan.
Prénom : {F}\nNom : {L}\nMail : {E}
Nom du demandeur : {P}. Adresse du demandeur : {A}.
Tapage nocturne au {A}, appelez-moi au {T}.
J'habite {A} et l'eau est marron.
Porteuse du projet : {P}. Coût estimé : {amount}.
L'adjudant du feu a constaté les dégâts chez M. {P}, {A}.
Le chien de Monsieur {L} aboie sans arrêt.
Docteur {L} a certifié mon état de santé.
mail {E} tel {T} merci
{P} <{E}>
Facture adressée par erreur à {P}, {A}.
Le jeune {F} L. a été exclu du centre de loisirs.
""".strip().split("\n")

SECOND = """
Madame, Monsieur, propriétaire au {A}, je subis les nuisances du bar d'en face. Veuillez agréer mes salutations. {P}
Rapport de médiation : le différend oppose {P} à {P} au sujet d'une haie.
L'usager, {P}, s'est présenté au guichet à {time} sans rendez-vous.
Courrier reçu le {date} de {P} ({E}).
À rappeler : {P} - {T} - urgent.
Intervention de {P} : « le carrefour de la {street} est dangereux ».
Secrétaire de séance : {P}. Ont donné pouvoir : {P} à {P}.
Nous, habitants de la {street}, demandons un ralentisseur. {P}, {P}, {P}
coucou c {F} je voulé savoir si la {venue} et ouverte le {date}
jé pas recu mon badge jsui {F} {L} mon tel cé {T}
pouvez vous rappeler ma soeur {F} au {T} svp elle parle pas bien francais
MADAME {L} EST TOMBEE DEVANT LA {school} LE {date}
URGENT FUITE D'EAU AU {A}, VOIR AVEC {P}
Note interne : {P} sollicite un temps partiel à compter du {date}.
{F} {L} a été reçue en entretien, avis favorable du service.
Candidature de {P}, {B}, poste d'agent d'entretien.
NIR : {N} - ayant droit : {P}
Virement à effectuer sur le compte {I} au nom de {P}.
RIB ci-joint {I} titulaire {P}
Le véhicule {V} de M. {L} est ventouse depuis des mois.
Fourrière : plaque {V}, enlevée {street} à {time}.
On m'a dit d'écrire à {contact} mais personne ne répond.
{P}, président de l'association des parents, approuve.
Ce quartier a bien changé depuis que {F} tient la bibliothèque de rue.
Tout à fait d'accord avec {P}, le {venue} mérite mieux.
@{F} tu as raison pour la {street}
Bonne idée {F}, mais qui paiera les {amount} ?
Je soutiens {F} {L} dans sa démarche.
Mes voisins, les {L}, font des barbecues tous les soirs.
Chez {F} {L} l'électricité a sauté trois fois.
La petite {F} a peur du chien du gardien.
Notre fille {F}, élève en CM1 à la {school}, a été harcelée.
J'accompagne mon père {P} dans ses démarches, allocataire {O}.
Mon identifiant fiscal est {O}, et je suis exonéré.
Passeport n° {O} délivré le {date}.
Mon pseudo sur le site : {H}
Voir ma vidéo sur tiktok {H}
Titulaire du bail : {P}, {B}. Co-titulaire : {P}.
Décès de Mme {P}, {B}, concession à renouveler.
Naissance de {F}, fils de {P} et de {P}.
Expéditeur : {P}, {A}
Remis en main propre à {P} le {date}.
{P} a appelé, elle rappellera.
Affaire suivie par {P}
Cdlt, {F} {L}
A bientôt, {F}
Merci beaucoup !\n{F}
{P}\nConseillère de quartier bénévole\n{T}
P.S. : mon adresse exacte est {A}
Je vis {A} avec mes trois enfants.
Livraison à refaire : {A}, sonnette {L}.
Le maître d'œuvre {org} (SIRET {siret}) a facturé {amount}.
Avenant n° 2 au marché {ref}, titulaire {org}, {siren}, montant {amount}.
Par arrêté {ref} du {date}, la circulation est interdite {street} de {time} à {time}.
Le stationnement devant la {school} est payant depuis le {date}, c'est scandaleux.
Est-ce que {official} peut venir au {venue} ?
{official}, ne répond pas à nos courriers.
Pourquoi pas une statue de {figure} place de la mairie ?
Exposition {figure} au {venue} du {date} au {date}.
L'arrêt de bus {venue} n'est pas accessible aux fauteuils.
Aucun banc entre {town} et la {street}.
J'aimerais plus d'arbres {street}, il y fait 42 degrés l'été.
Coût total : {amount} TTC, dont {amount} de subvention de la Région.
Les horaires de la {venue} ({time} - {time}) ne conviennent pas aux familles.
Budget participatif : 350 voix pour le projet du {venue}.
Écrire à {contact} pour réserver la {venue}.
Les élèves de la {school} ont planté 120 arbres avec {org}.
Cordialement\nM. {P}
Je vous prie de croire, Madame, à mes sentiments dévoués. {F} {L}, {A}
Pour {P}, sa tutrice {P}
l appartement de mr {L} est insalubre
mme {L} du 2eme etage ma insultée
on a vu {F} {L} taguer le mur de la {venue}
Le garçon s'appelle {F}, il a 6 ans, allergique aux arachides.
Mes jumelles {F} et {F} n'ont pas de place en crèche.
Témoins : {P} ({T}), {P} ({T}).
""".strip().split("\n")

KEPT = {
    "street": "rue des Tanneurs|avenue Simone Veil|boulevard Gambetta|place Louise Michel|rue Pierre Brossolette|"
    "impasse du Four|"
    "rue Rose Dieng|quai Claude Bernard|allée Marine|chemin de Saint-Clément|rue du Docteur Roux|place Rosa Parks|"
    "rue Olivier Messiaen",
    "school": "école Paul Bert|crèche Les P'tits Loups|école maternelle Jacques Prévert|maternelle Louise de "
    "Bettignies|"
    "cantine Ambroise Croizat|école élémentaire Marie Laurencin",
    "venue": "piscine Jean Bouin|médiathèque Assia Djebar|salle Pierre Mendès France|bibliothèque Colette|maison de "
    "quartier Villejean|"
    "ferme pédagogique|gare routière|halle Martenot|patinoire|salle polyvalente",
    "official": "Mme Hélène Vasseur, adjointe au maire chargée de la voirie|M. le maire, Bruno Castaing|le "
    "conseiller départemental "
    "Yann Prigent|Madame la maire Sylvie Arnoux|la députée Karima Delorme|le préfet Alain Thévenot",
    "org": "Colas Ouest|SARL Toitures Martin|l'association Les Amis du Canal|Veolia Eau|Boulangerie Morel et Fils|"
    "l'AS Portugais|"
    "Bouygues Énergies|Bâti-Sud SAS|le Secours populaire|La Poste",
    "contact": "mairie@saint-parvis.example.fr|accueil@mairie-saintparvis.fr|urbanisme@ville-saintparvis.fr|"
    "contact@saintparvis.fr",
    "amount": "12 500 €|1 234 567,89 euros|45 k€|350€ TTC|8 000 000 francs CFP|0,85 €|120 000 €",
    "figure": "Victor Hugo|Simone de Beauvoir|Zinédine Zidane|Marie Curie|Aimé Césaire|Édith Piaf|Nelson Mandela",
    "town": "Rennes|Saint-Denis|Fort-de-France|Lyon|Bayonne|Ajaccio|Vitry-sur-Seine|Le Havre|Brest",
    "ref": "2024-117|DEL2023_045|PC 035 238 24 A0012|n°24/0087|2025.03.14-07|MAPA-2024-19",
    "date": "12 mars 2024|03/09/2025|lundi 4 novembre|14 juillet|1er septembre 2024|2024-05-17",
    "time": "18h30|8 h|22 heures|14:15|7h45",
}

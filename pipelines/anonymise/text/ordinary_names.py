"""Ordinary words of French that are also names of people: virtues, flowers, saints; trades, animals, places, traits.

Civil registers are full of them, dictionaries of names short of them; each is written as `lexicon.plain` writes.
"""

_GIVEN = """
aime aimee amour ange archange aube aurore avril azur beni benie benit bienvenu bienvenue blanche bonheur bonte
celeste charite cherubin christ clair claire clemence clement colombe constance constant content corail
cerise desire desiree destin destinee divin divine dorothee douce elu esperance espoir etoile eve exauce exaucee
fidele felicite felin flore fortune fortunee foi franc frere genereux gloire glorieux grace heritier heureux
heureuse honnete honore humble immaculee innocent innocente islande israel joie jolie joyeux juste
louange loyal lumiere merite merveille merveilleux miracle modeste nieves noel noelle
olive oceane palme parfait parfaite pascal pascale patience patient perle perla pieux precieux precieuse
prince princesse prospere providence prudence prudent pure rejoui rime sage
sincere splendeur tresor triomphe toussaint vaillant victoire victorieux vivant ambre
agate amande amarante anemone angelique anis armoise azalee bergere bruyere camelia cannelle capucine clementine
coquelicot dahlia eglantine fleur framboise garance genet hortensia iris jacinthe jasmin jade lavande lilas lys
magnolia mandarine marguerite marine melisse menthe mimosa muguet muscade myrtille myrte opale orchidee pensee
perce-neige pervenche pivoine prune romarin rose rubis safran saphir sauge tulipe turquoise valeriane vanille
verveine violette dimanche vendredi aristide
maxime auguste benjamin benoit christophe colin denis dominique donat gabin germain gilles hermine jean lie
lourdes marie martial maurice merlin micheline modestie olivier oscar pierre prosper regis rene richard romain
romaine roman serge tristan ulysse urbain venus veronique vincent violaine
"""
_FAMILY = """
abbe agneau allard ami archer armand bailli barbe barbier baron barre bas baudet beau belin berger bergere bernard
blanc blanche blond bois boisseau bon bonhomme bonnet bosse bossu boucher bouchez boulanger bourdon bourgeois
bouvier brasseur breton brun brunet buis buisson caille camus canard canon carpentier carre cerf
champagne champion chapon charbonnier charpentier charron chasseur chat chaton chauvin
chevalier cheval chevre chretien clair clement clerc clercq clos coche cochet colin collet colombe comte constant coq
corbeau cordier cordonnier cornet costa cote couvreur courtin courtois cousin couture couturier cadet caron chien
danger dauphin dieu doyen doux drapier duc durant durand ecuyer epine espagnol etang etienne faucheur faucon fauvel
faure ferrier fevrier fer fermier fleur fleury foin fontaine forest foret forgeron fort foulon fournier
franc franche francois frere fresne friand gaillard galand galland gallet garcon gardien garnier gascon gendre
genet gentil germain gilles glaive gobert godet gorge grand grandjean gras grenier grille gris gros grondin
guerrier hardi hardy hautbois havard herbe hermite heron heureux hiver honore hotte huissier jacob
jardinier jolly joly joyeux juge juin jourdain labbe laborde labbe laine lait lance landais lange lapin lard
large laurier lavigne leblanc leger legrand lion long loup lombard louis louvet macon magnin maillard maillet maillot
maitre malin marchand marechal marie marin marquis marteau martel martial martin masse masson
maure mauvais menuisier mercier merle meslier messager metayer meunier michel mignon millet minet moine monier
monnier montagne moreau morin mortier motte mouchet mouette moulin mouton mule muller munier navarre neveu noble noel
noir normand noyer olive olivier oiseau paille pain paix paon papillon paquet paradis parent paris parmentier
pascal pasteur patron paul payen peintre pelletier penot perche perdrix perron perrot petit picard
pichon pie pierre pigeon pilon pin pinson piquet plaisance plante platre plessis poirier pois poisson
poitevin pommier porcher portier potier poulain poulet poussin pre prevost prieur prince prudent prunier
racine rameau raisin raymond regent regnier renard renaud rey riche richard ricard rivet riviere robert robin
roche rocher roger roi romain rond rosier rossignol rouge roussel rousseau roux roy royer sabatier sabot sac
sage saint samson sapin saule saunier sauvage savoie sauveur savary seigneur sergent serin serpe serre
serrurier simon soldat soleil sorel souris suisse tailleur tanneur tardif taupin taureau tavernier teinturier tellier
teste tisserand tissier tison tonnelier tournier tourneur tuilier vacher vaillant valet vallee
vallet vallier vannier vasseur vaux veau verdier verger verrier viard vidal vieux vignal vigne vigneron vigneau vilain
villain villard villier villiers vincent vinet violet violette vivier voisin volant voyer
prieur moine evesque chanoine vicaire cure diacre
"""
# Of Vietnam, China, Cambodia, West Africa: a name only beside another, or with a capital where French has none.
_SHORT = """
ai an bai ban bang bile brou bu chai chien chou ci cou dan do du duc duo fa fan fou gai gang gnon gong gui ha hai hue
hui kan lac le lie lien lin long lu ma mai man manga men mi min mou mu nam ni nie nu pan pene pin pu sa sali sang sao
so son su ta tan the thi thon tien ton touch tri tu van viet vu ya
"""
GIVEN = frozenset(_GIVEN.split())
FAMILY = frozenset(_FAMILY.split())
SHORT = frozenset(_SHORT.split())

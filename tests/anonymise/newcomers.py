"""People and bodies that no rule was written for: names by origin, each list in two halves that share none.

Rules may be improved while looking at letters of the first half (`LOOKED_AT`); those of the second only measure.
"""

import random
from collections.abc import Mapping, Sequence

from tests.anonymise.residents import Resident

GIVEN = {
    "french": "Élodie Thierry Maryse Quentin Josiane Bastien Odile Renaud Colette Sylvain Ginette Mathis Régine Fabien "
    "Solange Corentin Monique Tanguy Paulette Armand",
    "alsace": "Ottilie Gottfried Liesel Hansi Marlise Ehrard Yolande Sepp Gretel Alphonse",
    "catalan": "Montserrat Jordi Mercè Oriol Núria Ferran Remei Pau Eulàlia Miquel",
    "flanders": "Godelieve Joost Mieke Wannes Liesbeth Pieter Annelies Jeroen Griet Bavo",
    "italy": "Gennaro Donatella Pasquale Ornella Calogero Graziella Salvatore Assunta Vincenzo Rosalba",
    "spain": "Encarnación Anselmo Pilar Leandro Amparo Ignacio Rocío Gonzalo Consuelo Eusebio",
    "algeria": "Messaoud Fettouma Lakhdar Yamina Nacer Houria Slimane Zohra Mokrane Tassadit",
    "morocco": "Driss Naïma Lahcen Touria Brahim Itto Hamid Bouchra Mustapha Rkia",
    "tunisia": "Moncef Raoudha Hédi Saloua Béchir Emna Ridha Mongia Lotfi Hayet",
    "levant": "Ghassan Rima Nizar Hanane Tony Joumana Bassel Sawsan Fadi Maysoun",
    "iran_afghan": "Behrouz Shirin Farhad Nasrin Zabihullah Parwana Kourosh Mahnaz Esmatullah Fereshteh",
    "horn_of_africa": "Tesfaye Selam Abdirahman Hodan Yohannes Mekdes Warsame Ifrah Girmay Senait",
    "senegal_mali": "Mbaye Astou Lamine Dieynaba Sékou Oumou Pape Khady Moussa Penda",
    "gulf_of_guinea": "Koffi Akouvi Séverin Afi Emeka Ngozi Kodjo Abla Chukwudi Folake",
    "congo": "Guylain Nsona Fiston Mwadi Papy Bibiche Dieumerci Ngalula Chancel Mamie-Louise",
    "rwanda": "Eustache Immaculée Innocent Uwase Jean-Damascène Ingabire Emmanuel Mukamana Vianney Umutoni",
    "cape_verde": "Adilson Ivanilda Nilton Zenaida Djeison Edna Elísio Nélida Osvaldo Vanusa",
    "haiti": "Wilner Guerda Fritznel Rose-Carline Jocelyn Mirlande Wesner Yolette Dieuseul Nadège",
    "reunion": "Expédit Marie-Josée Giovani Sabine Johny Jessica Roméo Pierrette Gaston Lyna",
    "pacific": "Teva Moeata Heimata Vaitiare Wassissi Hnalep Tamatoa Poerava Kaloï Malia",
    "guiana": "Baudouin Sephora Ya Mee-Lee Tchia Sandrine Asaiki Linia Tou Pa-Houa",
    "vietnam": "Khanh Trang Dung Hanh Long Nhung Hieu Yen Quang Loan",
    "cambodia_laos": "Sophea Chanthou Vuthy Bopha Khamphet Phonsavanh Rithy Sreymom Bounmy Vilayvanh",
    "china": "Xinyi Dapeng Qiang Yulan Zhenhua Aiping Shuang Guihua Bowen Lanfang",
    "japan_korea": "Haruto Noriko Kenji Sakura Min-jun Seo-yeon Takeshi Yumiko Ji-woo Hye-jin",
    "russia_ukraine": "Oleksandr Svitlana Dmytro Lyudmila Volodymyr Nadiya Yevhen Oksana Bohdan Halyna",
    "balkans": "Besnik Mirjeta Slobodan Jasmina Agron Snežana Dragan Vjosa Arben Milica",
    "turkey_kurds": "Mehmet Nurcan Ramazan Songül Baran Berfin Azad Zeynep Veysel Döndü",
    "tamil": "Kandiah Yogeswary Suthakaran Ranjani Nagalingam Thushanthini Prabakaran Selvi Kugan Nirojini",
    "pakistan_bengal": "Zulfiqar Rukhsana Shahid Nargis Delwar Shirina Aftab Sajida Anwarul Fahmida",
    "jewish": "Moïse Rivka Shmouel Esther Mordehaï Yaël Haïm Dvora Nissim Ruth",
    "travellers": "Django Tchavolo Sonia-Rose Kévina Mickaël Priscillia Steeve Samantha Brandon Dolorès",
}
FAMILY = {
    "french": "Vasseur Hardy Pelletier Brunet Cordonnier Gaillard Vaillant Maréchal Jolivet Bonnefoy Tisserand Carlier "
    "Lesage Marchal Bouchard Lhermitte Duhamel Sauvage Chauvin Prévost",
    "alsace": "Schweitzer Oberlin Zimmermann Muckensturm Kuntz Haberstroh Wurtz Schneckenburger Fritsch Dietsch",
    "catalan": "Puigdemont Fabregas Soler Llobet Casals Vilanova Bonet Escudier Rovira Xirau",
    "flanders": "Vandenbroucke Deconinck Vanhoutte De-Smet Verhaeghe Ghesquière Declercq Vansteenkiste Baert Dewulf",
    "italy": "Esposito Bertolucci Lo-Presti Tagliabue Scognamiglio Pellegrini D'Angelo Zuccarelli Fumagalli Iacono",
    "spain": "Echevarría Zapatero Del-Río Villalobos Hinojosa Cifuentes Izquierdo Calatayud Peñalver Bustamante",
    "algeria": "Boukhalfa Yahiaoui Ferhat Mahiout Chibane Aït-Hamouda Ould-Ali Guendouz Zitouni Hadj-Moussa",
    "morocco": "Bennani El-Fassi Ouazzani Tazi Lamrabet Aït-Benhaddou Boujemaa Chraïbi El-Ouafi Zniber",
    "tunisia": "Trabelsi Gharbi Ben-Youssef Jlassi Mansouri Khelifi Ayari Bouazizi Chebbi Hammami",
    "levant": "Haddadin Khoury Al-Masri Nassar Abou-Jaoudé Zein Sayegh El-Hachem Mrad Tabet",
    "iran_afghan": "Tehrani Karimi Ahmadzaï Hosseini Noorzai Rezaei Stanekzai Moradi Wardak Ghasemi",
    "horn_of_africa": "Gebremariam Haile Mohamud Abdi Woldemichael Tekle Farah Guelleh Kidane Asfaw",
    "senegal_mali": "Diop Gueye Sissoko Diallo Mbodj Niang Keïta Thiam Sow Sangaré",
    "gulf_of_guinea": "Adjovi Mensah Okonkwo Gbedji Houngbédji Amoussou Adeyemi Koffigoh Eze Tossou",
    "congo": "Lumbala Kasongo Mulumba Bakandeja Nsengi Tshilombo Ndombasi Massamba Loemba Kabasele",
    "rwanda": "Habimana Ndayisaba Nkurunziza Uwimana Bizimungu Mugabo Niyonsaba Rwigema Hakizimana Kayitesi",
    "cape_verde": "Tavares Semedo Monteiro Évora Andrade Varela Cabral Lopes Moreno Mendes-Furtado",
    "haiti": "Toussaint Pierre-Louis Dorvil Jean-Baptiste Estimé Saint-Fleur Louissaint Desrosiers Théodat Cadet",
    "reunion": "Hoarau Payet Grondin Vitry Dijoux Técher Boyer Ramassamy Virapoullé Nativel",
    "pacific": "Teriitahi Wamytan Temaru Poadja Tetuanui Uregei Faatau Lavelua Maihota Kaemo",
    "guiana": "Abienso Ringuet Vang Yang-Ly Siong Amaïkon Cognat Heu Apatou Xiong",
    "vietnam": "Luong Dinh Truong Ly Cao Quach Mai Lam Doan Trinh",
    "cambodia_laos": "Sok Chhim Phommachanh Prak Keomany Souvannavong Heng Thongphanh Oum Inthavong",
    "china": "Zhao Sun Guo Qian Luo Deng Feng Peng Xie Shen",
    "japan_korea": "Watanabe Kobayashi Kim Park Fujiwara Ishikawa Choi Jeong Nakagawa Hwang",
    "russia_ukraine": "Shevchenko Kuznetsova Bondarenko Ivanov Tkachuk Melnyk Petrenko Sokolova Hrytsenko Romaniuk",
    "balkans": "Krasniqi Jovanović Hoxha Milošević Gashi Berisha Đorđević Shala Kovačević Begović",
    "turkey_kurds": "Arslan Gündoğdu Kaplan Çakmak Erdem Bozkurt Taş Akgül Demirtaş Uçar",
    "tamil": "Sivanathan Kanagaratnam Arulanantham Rasiah Vigneswaran Ponnambalam Jeyakumar "
    "Sinnathurai Kumarasamy Nithi",
    "pakistan_bengal": "Qureshi Malik Sheikh Bhuiyan Miah Butt Sarkar Iqbal Talukder Chaudhry",
    "jewish": "Benchetrit Zerbib Rosenblum Elkaïm Lévy-Toledano Azoulay Birnbaum Sebbag Kaminski Cohen-Solal",
    "travellers": "Reinhardt Winterstein Ziegler Helfrich Duville Lagrené Adolphe Falk Debarre Sauser",
}
ORIGINS = tuple(GIVEN)
BODIES = (
    "Enedis|Suez Environnement|Transdev Atlantique|Eiffage Route|Groupe Hervé|Les Jardins de Cérès|Boucherie Lambert|"
    "Spie Batignolles|Dalkia|Garage Peltier|Emmaüs|Les Restos du Cœur|Orange|Idverde|Keolis Littoral|Maçonnerie Picard|"
    "Pôle emploi|Saur|Menuiserie Charron & Fils|Cycles Bertin|le Crédit Agricole|ATD Quart Monde|Engie Solutions|"
    "SCI du Moulin|Auchan Drive|l'ONF|Habitat 44|Léo Lagrange Ouest|Ateliers Rougier SARL|Citéos"
)
REFERENCES = (
    "PC 044 109 25 X0031|DP 035 288 24 00127|PA 2024-03|AT 059 350 24 N 0088|n° 2023/DGS/114|CU 013 055 25 P0456|"
    "2024DAEJ0012|arrêté 24-AT-1187|lot n° 07|marché 23S0045|parcelle AB 412|section ZK n° 18|parcelle 000 BX 77|"
    "LOT-2025-018|bon de commande BC24-00981|facture F2024-1187|ticket #48213|ISO 14001|NF P98-351|article R. 417-10"
)
PLACES = (
    "le gymnase Cosec|la salle des Tilleuls|le square Lucie Aubrac|le collège Évariste Galois|la tour Perret|"
    "le parc de la Chesnaie|la halte fluviale|le pont Anne de Bretagne|le lycée Guist'hau|la Maison des Syndicats|"
    "le stade Marcel Saupin|l'EHPAD Les Hortensias|le centre social Bellevue|la crèche Pomme de Reinette|"
    "la place Graslin|le théâtre Onyx|la déchèterie de la Janais|l'école Aristide Briand|le parvis Neptune"
)
TOWNS = "Châteaubriant|Villeurbanne|Le Port|Saint-Pol-de-Léon|Nogent-le-Rotrou|Oyonnax|Maubeuge|Cayenne|Sète|Vesoul"
ELECTED = (
    "M. Gilles Retière, adjoint à la voirie|la maire, Anne-Sophie Kermorgant|le sénateur Ludovic Haye|"
    "Mme Rachel Bocher, conseillère municipale déléguée au handicap|le président du conseil départemental, Hugues Sory|"
    "Fatiha Benahmed, première adjointe|le député Yoann Gillet"
)


def half(listed: Sequence[str], is_second: bool) -> list[str]:
    """Every other one: the first, third, ... or the second, fourth, ..."""
    return list(listed[int(is_second) :: 2])


def newcomer(chance: random.Random, is_second: bool, names: Mapping[str, str] = GIVEN) -> Resident:
    """One of any origin, with equal chances."""
    origin = chance.choice(tuple(names))
    given = chance.choice(half(GIVEN[origin].split(), is_second))
    family = chance.choice(half(FAMILY[origin].split(), is_second))
    for joined in ("De-", "Lo-", "Del-", "El-", "Al-", "Ben-", "Ould-"):
        if family.startswith(joined):
            family = family.replace("-", chance.choice(" -"), 1)
    return Resident(origin, given, family)

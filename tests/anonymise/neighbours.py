"""Names of neighbours by origin, not those of the other letters; `french words` are names that a dictionary knows."""

import random
from collections.abc import Callable

from tests.anonymise.newcomers import half
from tests.anonymise.residents import Resident

GIVEN = {
    "french": "Hélène Jérôme Bernadette Florian Séverine Ghislain Véronique Arnaud Nathalie Benoît Laëtitia Fabrice",
    "french words": "Rose Clément Marguerite Ange Prune Pascal Capucine Prosper Ambre Juste Victoire Constant",
    "brittany": "Soazig Gwendal Maïwenn Erwan Katell Malo Annaïg Perig Nolwenn Ewen Bleuenn Tugdual",
    "basque": "Ainhoa Battitt Miren Ximun Maite Gorka Elorri Bixente Argitxu Patxi Leire Jokin",
    "alsace": "Marthe Jean-Georges Lieselotte Fritz Salomé Aloyse Suzel Théobald Gertrude Materne Odile Xaver",
    "corsica": "Ghjulia Andria Serena Ghjacumu Laetizia Battì Marie-Dévote Anton-Paul Lesia Pasquale Rumana Filippu",
    "north": "Godeliève Achille Marie-Thérèse Cyriel Zulma Gaston Maggy Omer Léonie Rémi Nelly Firmin",
    "antilles": "Man-Titine Thierry-Luc Gersende Rodrigue Évelyne Max-Henri Mirella Guylaine Alex Lucien Nadiège Félix",
    "reunion": "Marie-Annick Jimmy Séraphine Ludovic Anaïs Expédit Graziella Yannis Lise-May Dimitri Marilyne Augustin",
    "kabyle": "Tassadit Idir Ouiza Amokrane Dyhia Aksil Taos Ferhat Ghania Hocine Lynda Massinissa",
    "algeria": "Nacéra Abdelhafid Zoubida Réda Malika Belgacem Hayat Kamel Warda Mokhtar Cherifa Toufik",
    "morocco": "Fadwa Abdellatif Hanane Redouane Malak Noureddine Ihssane Jaouad Meriem Zakaria Ibtissam Othmane",
    "tunisia": "Olfa Anouar Wafa Chedly Mouna Fethi Rim Slaheddine Ahlem Taïeb Najet Zied",
    "senegal": "Adja Serigne Khoudia Babacar Ramatoulaye Abdou Mame-Diarra Malick Sokhna Ibra Yacine Assane",
    "mali_guinea": "Hawa Fodé Djeneba Mahamadou Tenin Sory Kankou Daouda Hadja Tiémoko Nantenin Almamy",
    "ivory_coast": "Akissi Konan Amenan Brou Ahou Seydou Mawa N'Guessan Aya Kouadio Masséni Gnamien",
    "cameroon": "Ngono Achille-Blaise Solange-Aimée Tchuente Bih Ekambi Nadine-Flore Foka Manyi Célestin Ebenyi Armel",
    "congo": "Béni Mamie Gloire Ntumba Patience Héritier Espérance Kalonji Divine Rigobert Nana Christ-Vie",
    "comoros": "Moina Ibrahima-Ali Faouzia Nassur Zaïnaba Mmadi Chamsia Toiha Sitti Abdérémane Rahamata Nassuf",
    "madagascar": "Fenosoa Hery Nirina Andry Miora Toky Zo Lova Faratiana Tahina Noro Mamy",
    "ethiopia": "Almaz Bereket Tsehay Dawit Hiwot Mulugeta Letebrhan Kibrom Sara Biniam Meron Yemane",
    "vietnam": "Hong Kim Tien Mai Xuan Son My Hoa Dao Trung Bich Lan",
    "china": "Jing Yong Xiaoyan Bo Meifang Jie Lihua Peng Shufen Hao Qiuyue Tao",
    "cambodia": "Sokha Dara Chanty Veasna Srey Samnang Kunthea Borey Maly Phirun Thida Ratha",
    "tamil": "Thanuja Sivakumaran Yalini Ramesh Kavitha Murugan Abirami Jeyanthan Malar Sutharsan Vasuki Theepan",
    "pakistan": "Bushra Tahir Sumaira Waqas Nasreen Asif Saima Naveed Uzma Bilal Zubaida Kashif",
    "india": "Manpreet Sukhwinder Jaswinder Anand Lakshmi Vijay Kamaljit Suresh Deepika Balwinder Asha Ashok",
    "turkey": "Sevgi Hakan Nuriye Ömer Zehra Volkan Melahat İsmail Derya Orhan Fadime Tolga",
    "kurdish": "Rojda Serhat Dilan Welat Gulistan Ciwan Zilan Rêzan Nûjîn Baran Hêvî Mazlum",
    "iran": "Mahsa Dariush Fatemeh Siavash Azadeh Bahram Leila Javad Zahra Omid Golnaz Reza",
    "armenia": "Anoush Hayk Varduhi Aram Shushan Garnik Nairi Vahan Siranoush Artak Mariné Suren",
    "lebanon": "Roula Élie Carla Georges Nayla Charbel Samira Wadih Rana Toufic Joumana Walid",
    "sephardic": "Perla Gilbert Fortunée Elie Simha Prosper Mazaltov Raphaël Sultana Meyer Esther Yohann",
    "portugal": "Lurdes Domingos Deolinda Filipe Preciosa Amílcar Odete Tiago Rosalina Vasco Celeste Abílio",
    "spain": "Remedios Fermín Inmaculada Julián Milagros Nicanor Soledad Álvaro Purificación Jacinto Nieves Íñigo",
    "italy": "Filomena Carmine Concetta Rocco Loredana Nunzio Rosaria Gaetano Ivana Beniamino Patrizia Dario",
    "poland": "Irena Mieczysław Stanisława Zdzisław Urszula Bogusław Teresa Lech Wanda Ryszard Genowefa Piotr",
    "romania": "Doina Ilie Luminița Marius Florica Petrică Sorina Ionuț Aurelia Vasilică Camelia Cristi",
    "ukraine": "Iryna Andriy Lesya Mykola Tetiana Serhiy Zoya Taras Ruslana Ihor Olha Vadym",
    "balkans": "Senada Dušan Valbona Mirza Ljubica Edin Shpresa Nenad Fatmire Goran Zorica Ilir",
    "haiti": "Islande Wilfrid Marie-Lourdes Evens Roseline Jean-Robert Gertha Ricardo Loveline Ernst "
    "Ginette Pierre-Richard",
    "britain": "Heather Gareth Fiona Nigel Siobhan Clive Moira Trevor Deborah Alistair Joyce Ian",
}
FAMILY = {
    "french": "Bouvier Lecomte Guérin Renaudin Perrot Aubry Coulon Besnard Poncet Gauthier Maillard Thibaudeau",
    "french words": "Boucher Marchand Roy Poisson Legrand Mouton Prieur Lebon Blanc Renard Petit Charbonnier",
    "brittany": "Le Gall Kermarrec Le Floc'h Riou Tanguy Le Corre Guéguen Jaouen Le Berre Pennec Kerleau Cozic",
    "basque": "Etchegaray Lafourcade Iriart Urruty Hiriart Bordagaray Oxoby Sallaberry Arrambide Uhalde "
    "Mendiboure Errecart",
    "alsace": "Klein Schmitt Oberle Kauffmann Heitz Zimmer Burger Wendling Roesch Ehrhart Stoeckel Bauer",
    "corsica": "Albertini Luciani Pietri Poggi Susini Bartoli Franceschi Simeoni Battesti Marcaggi Peretti Ottavi",
    "north": "Vandamme Leclercq Desmedt Carpentier Dhondt Delattre Lecocq Vercruysse Wattelier Debruyne "
    "Hennebelle Caudron",
    "antilles": "Agathine Cyrille Jean-Marie Dorville Lubin Mirval Rosamont Sainte-Luce Ozier Nestor Gélie Bolivar",
    "reunion": "Fontaine Maillot Lebreton Robert Sinimalé Turpin Sautron Cadet Barret Hoareau Rivière Mardaye",
    "kabyle": "Aït Ahmed Ouyahia Bellil Amrouche Haddouche Iguer Oussedik Mammeri Aït Menguellet Djaout Kaci Saadi",
    "algeria": "Benali Mebarki Khelifa Boudiaf Saïdi Bensalem Rahmani Taleb Belhadj Djebbar Meziane Cherif",
    "morocco": "El Khattabi Berrada Benjelloun Alaoui El Amrani Filali Skalli El Hassani Bouzoubaa Naciri "
    "Idrissi Rachidi",
    "tunisia": "Ben Romdhane Bouzid Chaabane Mejri Ben Slimane Dridi Sassi Gharsallah Ben Achour Zouari "
    "Karoui Baccouche",
    "senegal": "Fall Ndao Mbaye Seck Diouf Ndour Sène Cissé Gaye Wade Tine Faty",
    "mali_guinea": "Coulibaly Sidibé Barry Condé Bah Sylla Kanté Soumah Fofana Dramé Camara Tounkara",
    "ivory_coast": "Koné Kouakou Gbagbo Yapi Assi Zadi Aka Soro Dago Kacou Tanoh N'Dri",
    "cameroon": "Mbarga Fotso Nkoulou Ndjock Kamga Atangana Essomba Eto'o Ngo Bayiha Tchoupo Manga Owona",
    "congo": "Kabeya Mutombo Ngalamulume Mabiala Tshisekedi Bemba Kimbembe Nzuzi Mpoyi Samba Loubaki Milandou",
    "comoros": "Mroivili Said Mohamed Boina Madi Ali Mlaili Soulé Chanfi M'Madi Moussa Daoud Hamada",
    "madagascar": "Rakotoarisoa Andrianina Rabe Ramanantsoa Raharison Razanakolona Rasolofo "
    "Andriamampianina Ravelo Ratsiraka "
    "Randria Zafy",
    "ethiopia": "Bekele Tesfay Gebre Woldu Alemu Habte Mengistu Berhe Desta Ghebremeskel Tadesse Weldeab",
    "vietnam": "Vu Hoang Lam Ton Nghiem Phan Diep Luu Ha Thai Mac Chau",
    "china": "Zheng Yang Tang Song Jiang Pan Cai Hu Ye Dong Fan Ma",
    "cambodia": "Chea Keo Nhem Sar Ung Chhay Touch Meas Yim Kong Ros Sam",
    "tamil": "Kandasamy Balasingam Nallathamby Murugesu Thiruchelvam Paramsothy Velupillai Somasundaram "
    "Rajaratnam Elango "
    "Sinnappu Mylvaganam",
    "pakistan": "Khan Mirza Ansari Bhatti Akhtar Siddiqui Raja Gondal Javed Awan Mahmood Cheema",
    "india": "Sandhu Sharma Pillai Reddy Dhillon Nair Gill Gupta Mann Iyer Sidhu Desai",
    "turkey": "Yıldız Aksoy Güneş Koç Şimşek Uysal Kurt Ünal Özdemir Acar Bulut Tekin",
    "kurdish": "Demirkan Aslan Baysal Bingöl Xelîl Botan Sincar Dağ Zana Amedî Karayılan Barzan",
    "iran": "Shirazi Ghorbani Jafari Mohammadi Nouri Pahlavan Rostami Sadeghi Tavakoli Zand Yazdani Farrokhzad",
    "armenia": "Sarkissian Hovhannisyan Terzian Kasparian Balian Markarian Nazarian Avetisyan Bedrossian "
    "Keshishian Manoukian "
    "Harutyunyan",
    "lebanon": "Gemayel Karam Abi Nader Chamoun Hayek Maalouf Bou Saab Rizk Saad Tannous Helou Frem",
    "sephardic": "Attias Benhamou Sitbon Taïeb Bensoussan Amsellem Guedj Touitou Chouraqui Uzan Nahon Assouline",
    "portugal": "Rodrigues de Sousa Marques da Costa Moreira dos Reis Pires Fonseca Coelho Vaz Neves Antunes",
    "spain": "Ruiz Hernández de la Cruz Navarro Ortega Muñoz Castillo Vargas del Valle Romero Prieto Gil",
    "italy": "Ferrari Ricci Di Stefano Marino De Luca Conti Barbieri Gallo Lombardi Moretti La Rosa Caruso",
    "poland": "Kowalski Zieliński Dąbrowska Nowak Lewandowski Kamińska Piotrowski Grabowska Wróbel Sikora Bąk Pająk",
    "romania": "Popa Radu Constantinescu Mihai Gheorghiu Stan Ursu Barbu Tănase Rotaru Dinu Cojocaru",
    "ukraine": "Kovalenko Boyko Moroz Lysenko Kravchenko Savchuk Rudenko Polishchuk Marchenko Hnatiuk Klymenko Bilyk",
    "balkans": "Hadžić Nikolić Thaçi Marković Osmani Petrović Kelmendi Stojanović Rama Babić Bajrami Ilić",
    "haiti": "Charles Desir Belizaire Jean-Louis Philistin Augustin Casséus Joseph Exantus Noël Fils-Aimé Laguerre",
    "britain": "Murphy Thompson Hughes Walker O'Brien McKenzie Bennett Clarke Fletcher Hopkins Marsh Whitaker",
}
ORIGINS = tuple(GIVEN)
_TIED = ("Le", "Aït", "El", "Ben", "Ngo", "Said", "Abi", "Bou", "de", "da", "dos", "del", "Di", "De", "La")


def family_names(origin: str) -> list[str]:
    """“Le Gall”, “de la Cruz” are one name."""
    names: list[str] = []
    tied = ""
    for word in FAMILY[origin].split():
        tied += word
        if word in _TIED or (word == "la" and tied.startswith("de ")):
            tied += " "
        else:
            names.append(tied)
            tied = ""
    return names


def neighbour(chance: random.Random, is_second: bool) -> Resident:
    """One of any origin, with equal chances."""
    origin = chance.choice(ORIGINS)
    given, family = half(GIVEN[origin].split(), is_second), half(family_names(origin), is_second)
    return Resident(origin, chance.choice(given), chance.choice(family))


def full_name(chance: random.Random, one: Resident) -> str:
    """As forms, signatures, minutes and messages write it."""
    given, family = one.given, one.family
    forms: list[tuple[int, Callable[[], str]]] = [
        (10, lambda: f"{given} {family}"),
        (2, lambda: f"{family.upper()} {given}"),
        (2, lambda: f"{given} {family.upper()}"),
        (2, lambda: f"{family} {given}"),
        (1, lambda: f"{given[0]}. {family}"),
        (1, lambda: f"{family.upper()}, {given}"),
        (1, lambda: f"{given} {family}-{chance.choice(('Morin', 'Sow', 'Costa'))}"),
        (1, lambda: f"{given}-{chance.choice(('Marie', 'Anne', 'Paul'))} {family}"),
        (1, lambda: f"{given} {family[0]}."),
    ]
    return chance.choices([form for _weight, form in forms], [weight for weight, _form in forms])[0]()

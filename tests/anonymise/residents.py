"""Invented residents of many origins: given names, family names, and the ways in which people write them."""

import random
from dataclasses import dataclass

GIVEN = {
    "french": "Rose Pierre Olive Marine Clément Aurore Violette Blanche Prudence Constance Guillaume Solène Thibault "
    "Bérengère Gaëtan Ludivine Cédric Maxence Hortense Anne-Lise Jean-Baptiste Marie-Laure Pascal Désiré Lucette Yvon",
    "maghreb": "Abdelkrim Lamia Soufiane Khadidja Mounir Nawel Rachida Hichem Zineb Boualem Ghizlane Tarik Assia "
    "Nassim "
    "Djamila Mohand Farida Ilyes Hafsa Abderrahmane Wassila Kheira Younès Ouarda",
    "west_africa": "Mamadou Aminata Ousmane Kadiatou Cheikh Ndeye Souleymane Fatoumata Bakary Coumba Alpha Mariama "
    "Issa "
    "Rokhaya Modibo Adjoa Kouassi Affoué Tidiane Sira Boubacar Awa Yao Djénéba",
    "central_africa": "Dieudonné Exaucée Merveille Glodie Trésor Plamedi Jospin Nsimba Célestine Godefroid "
    "Bénédicte Prisca",
    "vietnam": "Thi Lan Minh Huong Van Tuan Ngoc Thanh Quoc Bao Thuy Linh Duc Phuong Hoang",
    "china": "Wei Xiaoming Lili Jianguo Meiling Yifan Zhihao Xiuying Haoran Yuting Guoqiang Ruoxi",
    "turkey": "Emine Hüseyin Ayşe Yusuf Elif Serkan Gülsüm Hatice Cemal Özlem Burak Şükran",
    "portugal": "Joaquim Conceição Fernanda Armindo Graça Nélson Ilda Adelino Fátima Rui Manuela Albertina",
    "poland": "Zbigniew Halina Kazimierz Bożena Wojciech Grażyna Tadeusz Danuta Jerzy Małgorzata Henryk Jolanta",
    "brittany": "Nolwenn Gwenaël Maël Enora Ronan Tifenn Goulven Rozenn Yannig Morgane Loïc Azenor",
    "basque": "Xabi Maialen Peio Amaia Beñat Nahia Iñaki Garazi Eñaut Oihana Mixel Kattalin",
    "corsica": "Ghjuvan Lisandru Maria-Catalina Antone Dumè Saveriu Letizia Petru Santa Anghjula Orsu Vannina",
    "antilles": "Marie-Josèphe Ulrick Rosélia Harry Gladys Fortuné Éliette Judes Murielle Ferdinand Christelle Ruddy",
    "madagascar": "Hanitra Rivo Voahangy Lalao Haja Mialy Solofo Ny-Aina Fanja Tojo Vololona Njaka",
    "comoros": "Anli Echati Soilihi Zalihata Moinaécha Combo Hadidja Mouhidine Nourdine Assani Mariata Salim",
    "caucasus": "Gevorg Anahit Aslan Zarema Magomed Lusine Nino Giorgi Hasmik Ruslan Khava Tigran",
    "south_asia": "Balakrishnan Sivaranjani Rajesh Parvathi Mohammad Nusrat Harpreet Gurdeep Priyanka Thevan "
    "Shabnam Imran",
    "romania": "Gheorghe Ionela Florin Mihaela Costel Rodica Viorel Lăcrămioara Nicoleta Vasile Crina Dragoș",
}
FAMILY = {
    "french": "Leroy Boulanger Petit Tessier Charpentier Rousselot Lemoine Fontaine Delaunay Mercier Chevallier "
    "Blanc Roux Garnier "
    "Meunier d'Aubigny Berger Loiseau Poulain Lenoir Dupont-Rivière Rivière Masson de la Tour Lefèvre Grosjean "
    "Vidal Pons",
    "maghreb": "Belkacem Bouzid Haddad Ouali Benyoucef Cherkaoui El-Idrissi Mezouar Slimani Tlemçani Aït-Ouarab "
    "Zerrouki "
    "Ben-Salah Hamidouche Bouteldja Lahlou Kaddour Amrani",
    "west_africa": "Traoré Diarra Cissokho Ndiaye Sarr Kouyaté Bamba Touré Konaté Kouamé Sy Ba Camara Doumbia "
    "Dembélé Faye "
    "Agbodjan Ouattara",
    "central_africa": "Mbemba Ilunga Tshibanda Nganga Mukendi Ngoma Makosso Kabongo Moukoko Lukusa",
    "vietnam": "Nguyen Tran Pham Huynh Vo Dang Bui Do Ngo Duong",
    "china": "Zhang Wang Li Chen Liu Huang Zhou Wu Xu Lin",
    "turkey": "Yılmaz Öztürk Kılıç Demirci Aydın Çelik Şahin Karaca Doğan Polat",
    "portugal": "Gonçalves da-Silva Ferreira Pinto Teixeira Lourenço Magalhães Carvalho Barbosa dos-Santos",
    "poland": "Kowalczyk Wiśniewski Zając Nowakowska Szymański Wójcik Pawlak Jabłoński Krawczyk Mazurek",
    "brittany": "Le-Goff Kervella Guivarc'h Quéméner Le-Bihan Trividic Kerbrat Cloarec Le-Dantec Abgrall",
    "basque": "Etcheverry Irigoyen Elissalde Goyhenetche Aguerre Harispe Bidegain Ospital Etxeberria Larralde",
    "corsica": "Casanova Mattei Santoni Colonna Paoli Leca Giudicelli Acquaviva Filippi Orsoni",
    "antilles": "Jean-Louis Marie-Sainte Célestin Hildevert Pélage Louisy Boudhau Zobda Bellance Coridon",
    "madagascar": "Rakotomalala Andriamanana Razafindrakoto Rasoanaivo Ravelojaona Randriamihaja Rabemananjara "
    "Ratsimba",
    "comoros": "Mohamed-Abdou Ahamada Bacar Saïd-Ali Mzé Attoumani Houmadi Abdallah Djoumoi Youssouf-M'Changama",
    "caucasus": "Petrosyan Grigoryan Dzhabrailov Kvaratskhelia Musaev Sargsyan Beridze Khachatryan",
    "south_asia": "Sivakumar Selvarajah Singh Kaur Hossain Chowdhury Ahmed-Khan Thambirajah Patel Nadarajah",
    "romania": "Popescu Ionescu Dumitru Ciobanu Munteanu Văcărescu Stoica Lupu",
}
ORIGINS = tuple(GIVEN)


@dataclass(frozen=True)
class Resident:
    origin: str
    given: str
    family: str


def resident(chance: random.Random) -> Resident:
    """One of any origin, with equal chances: what is rare in France must be hidden as well as what is common."""
    origin = chance.choice(ORIGINS)
    given = chance.choice(GIVEN[origin].split())
    family = chance.choice(FAMILY[origin].replace("de la Tour", "de·la·Tour").split()).replace("·", " ")
    for joined in ("El-", "da-", "dos-", "Le-", "Ben-", "Ahmed-"):
        if family.startswith(joined):
            family = family.replace("-", chance.choice([" ", " ", "-"]), 1)
    return Resident(origin, given, family)


def written(chance: random.Random, one: Resident) -> str:
    """A full name as people sign it."""
    form = chance.random()
    if form < 0.62:
        return f"{one.given} {one.family}"
    if form < 0.74:
        return f"{one.given} {one.family.upper()}"
    if form < 0.86:
        return f"{one.family.upper()} {one.given}"
    if form < 0.93:
        return f"{one.given[0]}. {one.family}" if one.given[0] != "M" else f"{one.given} {one.family}"
    return f"{one.family} {one.given}"

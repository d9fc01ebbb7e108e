META
key;value
description;Budget participatif de Saint-Parvis-sur-Loire
country;France
unit;Saint-Parvis-sur-Loire
instance;2022
num_projects;18
num_votes;72
budget;120000
vote_type;approval
rule;greedy
date_begin;12.09.2022
date_end;09.10.2022
min_length;1
max_length;3
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;name;category;selected;district;proposer;latitude;longitude
1;12800;3;Des agrès pour les seniors au Mail;Sport et loisirs;0;Les Varennes;Lubin Vernazobre;47.342189;0.645172
2;2700;9;Des cendriers de vote aux arrêts de bus;Cadre de vie;1;Le Mail;Séraphine Grandjouant;47.359605;0.640476
3;5900;7;Un poulailler collectif aux Varennes;Nature en ville;0;Le Mail;Philomène Brissontel;47.351586;0.649299
4;9100;3;Une signalétique piétonne en minutes;Mobilités;0;Bas-Coteau;Anselme Roussenard;47.358962;0.627994
5;47000;10;Une maison des associations plus accessible;Solidarité;0;Le Mail;Philomène Courtepaille-Lys;47.367643;0.647967
6;8300;11;Des visites théâtrales du vieux bourg;Patrimoine;1;Les Varennes;Balthazar Courtepaille-Lys;47.367901;0.643996
7;39500;13;Un studio de répétition pour les jeunes;Culture;1;Le Mail;Léandre Grandjouant;47.360693;0.665951
8;44000;12;Des vestiaires pour le club d'aviron;Sport et loisirs;1;La Gare;Théophile Fauvarquet;47.334082;0.650578
9;7900;4;Ombrager l'arrêt de bus de la mairie;Cadre de vie;0;Le Mail;Corentin Valcourbe;47.352016;0.659633
10;4100;3;Un potager aux abords du collège;Nature en ville;0;La Gare;Sidonie Garancher;47.337846;0.635449
11;2200;6;Des boîtes à dons alimentaires;Solidarité;1;Les Varennes;Philomène Vernazobre;47.368497;0.627589
12;3300;18;Un distributeur de sacs pour chiens;Cadre de vie;1;Le Mail;Barnabé Grandjouant;47.336152;0.660709
13;12000;2;Des arbres fruitiers sur la place du Mail;Nature en ville;0;La Gare;Barnabé Péricaudet;47.362677;0.631343
14;18500;9;Un abri à vélos fermé devant la gare;Mobilités;1;La Gare;Titouan Brissontel;47.362793;0.627875
15;2400;3;Des nichoirs à mésanges dans les parcs;Nature en ville;0;Les Varennes;Apolline Roussenard;47.342617;0.637961
16;9800;9;Rénover le terrain de pétanque des Varennes;Sport et loisirs;0;Les Varennes;Hippolyte Grandjouant;47.361184;0.665082
17;4200;6;Une boîte à livres par quartier;Culture;0;Centre-Loire;Aurélien Chabrevigne;47.352038;0.652764
18;32000;7;Sécuriser la traversée devant l'école Jules-Verne;Mobilités;0;Centre-Loire;Apolline Fauvarquet;47.353156;0.673282
VOTES
voter_id;vote;age;sex;voting_method
SPLV-D80CD8;6,4;70;F;paper
SPLV-F6AF5E;5,7,14;27;M;internet
SPLV-B53705;14;36;M;internet
SPLV-60EBD5;12;70;M;internet
SPLV-BAFF08;17,12,6;66;M;paper
SPLV-46A10D;8,6,7;29;M;internet
SPLV-18B246;8,12;87;F;paper
SPLV-3255DE;2,9,11;51;F;internet
SPLV-23F7D8;12;83;F;internet
SPLV-F50F12;15,18;85;M;internet
SPLV-828893;3,11;18;M;internet
SPLV-AB79C6;10,14,16;35;F;paper
SPLV-EFF548;7;47;F;internet
SPLV-7F99F1;16,7,2;39;F;internet
SPLV-C3638D;12;77;M;paper
SPLV-116DEE;8;83;F;internet
SPLV-88DC91;6,10;71;M;paper
SPLV-BCAA51;16,5,11;43;M;internet
SPLV-3618D7;8,3;69;F;internet
SPLV-867DC3;5;37;F;paper
SPLV-129BC0;6;43;M;paper
SPLV-EF179A;12,7,16;81;M;internet
SPLV-5630E5;12,9,6;24;F;internet
SPLV-16535D;6;76;F;internet
SPLV-79D9A2;14,5,12;79;M;paper
SPLV-ED9473;11;27;M;internet
SPLV-2DC268;8;72;M;internet
SPLV-6612F4;4;80;F;paper
SPLV-EFAC0B;18,12;27;M;paper
SPLV-42B58C;14;82;M;paper
SPLV-3B11CC;4,15,5;33;M;paper
SPLV-FEFC53;18;69;F;paper
SPLV-0AC22C;14;48;M;internet
SPLV-5BF9BD;16,18;55;M;internet
SPLV-EA9705;17,5;28;M;paper
SPLV-F4CBC9;12;30;M;internet
SPLV-9F467C;12;34;F;paper
SPLV-974A6B;8;35;F;internet
SPLV-A6470E;12,3;72;M;paper
SPLV-984493;8,18;48;F;paper
SPLV-561808;6,7;29;M;internet
SPLV-96C44E;18;67;M;paper
SPLV-75AE87;15;65;M;paper
SPLV-C18E00;11,5,17;49;F;paper
SPLV-9AA2F8;5;20;M;paper
SPLV-4004B3;16;72;F;paper
SPLV-ACC4E7;2,7,12;87;F;paper
SPLV-923621;18;80;F;paper
SPLV-DBC84B;11,1;65;F;internet
SPLV-0EEB1B;12,7,14;29;M;internet
SPLV-C9859C;9;76;M;paper
SPLV-6F4826;5,2,3;66;M;paper
SPLV-326A00;7,10,16;69;M;paper
SPLV-21F4B7;17,3;59;M;paper
SPLV-61A081;8,12,16;86;F;paper
SPLV-E30026;5,2,6;75;M;paper
SPLV-ED7363;3;70;M;paper
SPLV-32743A;2,9;22;F;internet
SPLV-7F037B;12,6;70;M;paper
SPLV-4885BE;1;55;F;paper
SPLV-BAD37F;13;25;F;internet
SPLV-9F1DED;14,6,8;45;M;paper
SPLV-EB9109;2,12;53;F;paper
SPLV-E22FC1;14;36;F;paper
SPLV-7E5BBD;7,16;16;M;paper
SPLV-AC41D0;7,17,12;67;F;paper
SPLV-DC75A2;8,3,7;73;F;paper
SPLV-B390C1;1,7;48;F;internet
SPLV-0BD8FB;8,2;53;M;internet
SPLV-83C545;8,17;16;M;internet
SPLV-5A6417;2;22;F;paper
SPLV-1BD526;13;53;M;internet

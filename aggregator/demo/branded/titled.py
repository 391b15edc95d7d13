"""Articles that only their brand and title tell: neither barcode nor model number. And what differs in one word."""

from __future__ import annotations

from .article import Article, Sold

_SOAP = "Il nettoie les sols, le four et les outils, et se rince à l’eau froide."
_WAX = "Deux couches minces au chiffon, une nuit de repos, un coup de brosse."
_YARN = "Mérinos filé et teint en petites quantités, aiguilles 3,5 à 4."
_AGENDA = "Une semaine sur deux pages, de janvier à décembre, avec les vacances des trois zones."
_TEDDY = "Tout doux, il passe à la machine à 30 °C."

ARTICLES = (
    Article("Oliméa", "bottle", "caramel", _SOAP, sold=(
        Sold("household", "Savon noir Oliméa Bugadière à l’huile de lin, 1 litre",
             ("Entretien", "Savons et lessives"), "9.90", 15),
        Sold("hardware", "SAVON NOIR OLIMEA BUGADIERE HUILE DE LIN 1L", ("Peinture", "Nettoyage"), "8.75", 30),
        Sold("soap", "Savon noir Bugadière à l’huile de lin, Oliméa 1 L", ("Savons", "Savons liquides"), "10.50", 0),
    )),
    Article("Oliméa", "bottle", "caramel", _SOAP, sold=(
        Sold("household", "Savon noir Oliméa Bugadière à l’huile de lin, 5 litres",
             ("Entretien", "Savons et lessives"), "34.90", 6),
    )),
    Article("Cérébois", "tin", "chocolat", _WAX, sold=(
        Sold("household", "Encaustique Cérébois teinte noyer 500 ml", ("Entretien", "Cires et cirages"), "18.50", 5),
        Sold("woodwork", "Encaustique Cérébois, teinte noyer, 500 ml", ("Entretien", "Cires"), "19.90"),
        Sold("hardware", "ENCAUSTIQUE CEREBOIS TEINTE NOYER 500ML", ("Peinture", "Bois et extérieur"), "16.95", 12),
    )),
    Article("Cérébois", "tin", "caramel", _WAX, sold=(
        Sold("household", "Encaustique Cérébois teinte chêne 500 ml", ("Entretien", "Cires et cirages"), "18.50", 4),
    )),
    Article("Lainoré", "yarn", "bleu ciel", _YARN, sold=(
        Sold("wool", "Pelote Lainoré Merinette bleu ciel 50 g", ("Laines et fils", "Laines à tricoter"), "7.90", 40),
        Sold("weaving", "Pelote de laine Merinette 50 g bleu ciel – Lainoré", ("Laines", "Pelotes"), "8.20"),
    )),
    Article("Lainoré", "yarn", "moutarde", _YARN, sold=(
        Sold("wool", "Pelote Lainoré Merinette moutarde 50 g", ("Laines et fils", "Laines à tricoter"), "7.90", 28),
    )),
    Article("Lainoré", "blanket", "gris perle", "Laine du plateau, lisière cousue, franges nouées.", sold=(
        Sold("weaving", "Plaid Lainoré Buissière 130 × 170 cm", ("Maison", "Plaids et couvertures"), "98.00"),
        Sold("home", "Plaid Buissière 130 x 170 cm, Lainoré", ("Linge de maison", "Plaids"), "89.00", 3, was="105.00"),
    )),
    Article("Lainoré", "blanket", "gris perle", "Le même, pour le pied d’un grand lit.", sold=(
        Sold("home", "Plaid Buissière 180 x 220 cm, Lainoré", ("Linge de maison", "Plaids"), "149.00", 2),
    )),
    Article("Plumeval", "inkbottle", "bleu canard", "Une encre à base d’eau, qui ne bouche pas la plume.", sold=(
        Sold("stationery", "Encre Plumeval Lagon, flacon de 50 ml", ("Écriture", "Encres"), "11.90", 14),
        Sold("books", "Flacon d’encre Plumeval Lagon 50 ml", ("Vie pratique", "Papeterie"), "12.50", 6),
    )),
    Article("Plumeval", "inkbottle", "bleu canard", "La petite bouteille, pour essayer.", sold=(
        Sold("stationery", "Encre Plumeval Lagon, flacon de 15 ml", ("Écriture", "Encres"), "5.90", 20),
    )),
    Article("Ventalou", "kite", "rouge cerise", "Voile de nylon, il vole dès la première brise.", sold=(
        Sold("toys", "Cerf-volant Ventalou Milan royal 160 cm", ("Plein air", "Jeux de vent"), "36.90", 5),
        Sold("games", "Cerf-volant Milan royal Ventalou, envergure 160 cm", ("Plein air", "Adresse"), "34.00", 0),
    )),
    Article("Ventalou", "kite", "rouge cerise", "Plus petit et plus vif, pour les mains sûres.", sold=(
        Sold("toys", "Cerf-volant Ventalou Milan royal 120 cm", ("Plein air", "Jeux de vent"), "29.90", 3),
    )),
    Article("Doudimousse", "teddy", "caramel", _TEDDY, sold=(
        Sold("toys", "Peluche Doudimousse Barnabé le hérisson, 25 cm", ("Peluches et doudous", "Peluches"), "22.90", 9),
        Sold("books", "Peluche Barnabé le hérisson 25 cm – Doudimousse", ("Jeunesse", "Peluches"), "23.90", 2),
    )),
    Article("Doudimousse", "teddy", "caramel", _TEDDY, sold=(
        Sold("toys", "Peluche Doudimousse Barnabé le hérisson, 40 cm", ("Peluches et doudous", "Peluches"), "34.90", 4),
    )),
    Article("Reflandre", "mirror", "moutarde", "Rayons de métal doré, attache cachée au dos.", sold=(
        Sold("home", "Miroir Reflandre Solstice 60 cm", ("Décoration", "Miroirs"), "75.00", 4),
        Sold("lighting", "Miroir Solstice, Reflandre, diamètre 60 cm", ("Maison", "Miroirs"), "79.00"),
    )),
    Article("Tressandre", "basket", "jaune paille", "Osier écorcé, poignées prises dans le tressage.", sold=(
        Sold("wicker", "Corbeille Tressandre Galoche ovale 30 cm", ("Paniers", "Corbeilles et plateaux"), "24.00", 4),
        Sold("home", "Corbeille ovale Galoche 30 cm, Tressandre", ("Rangement", "Paniers"), "27.50", 6),
        Sold("household", "Corbeille ovale Tressandre Galoche, 30 cm", ("Seaux et paniers", "Paniers"), "25.90", 0),
    )),
    Article("Tressandre", "basket", "jaune paille", "La plus grande des trois.", sold=(
        Sold("wicker", "Corbeille Tressandre Galoche ovale 45 cm", ("Paniers", "Corbeilles et plateaux"), "34.00", 3),
    )),
    Article("Calendrelle", "notebook", "rouge brique", _AGENDA, sold=(
        Sold("stationery", "Agenda Calendrelle Semainier 2027", ("Papier", "Agendas"), "21.90", 30),
        Sold("books", "Agenda semainier 2027 Calendrelle", ("Vie pratique", "Papeterie"), "22.50", 12),
    )),
    Article("Calendrelle", "notebook", "vert sapin", _AGENDA, sold=(
        Sold("stationery", "Agenda Calendrelle Semainier 2026", ("Papier", "Agendas"), "4.90", 3, was="21.90"),
    )),
)  # fmt: skip

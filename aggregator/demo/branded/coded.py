"""Articles whose sellers typed the barcode in, and what looks like them."""

from __future__ import annotations

from .article import Article, Sold

_LANTERN = "Sa flamme tient au vent, et son anneau se pend à une branche."
_PRUNER = "Ses lames croisantes coupent net le bois vert, jusqu’à 21 mm."
_GAME = "De deux à cinq joueurs, dès 8 ans, une partie dure trois quarts d’heure."
_CAN = "Galvanisé à chaud, il verse une pluie fine par sa pomme de laiton."
_GLOVES = "La paume enduite arrête les épines, le dos laisse respirer la main."

ARTICLES = (
    Article("Valfoyer", "lantern", "gris anthracite", _LANTERN, number=101, sold=(
        Sold("household", "Lanterne tempête Valfoyer Brisefeu 400, noire", ("Lumière", "Lanternes"), "34.90", 6),
        Sold("hardware", "LANTERNE TEMPETE BRISEFEU 400 NOIR", ("Électricité", "Éclairage d’atelier"), "32.50", 14),
        Sold("lighting", "Lanterne Brisefeu 400 noire – Valfoyer", ("Extérieur", "Lanternes"), "39.00", 0),
    )),
    Article("Valfoyer", "lantern", "rouge brique", _LANTERN, number=102, sold=(
        Sold("household", "Lanterne tempête Valfoyer Brisefeu 400, rouge", ("Lumière", "Lanternes"), "34.90", 2),
        Sold("hardware", "LANTERNE TEMPETE BRISEFEU 400 ROUGE", ("Électricité", "Éclairage d’atelier"), "32.50", 9),
    )),
    Article("Valfoyer", "lantern", "bleu ciel", "Il s’emboîte sans outil sur le brûleur.", sold=(
        Sold("hardware", "Verre de rechange pour lanterne Valfoyer Brisefeu 400",
             ("Électricité", "Éclairage d’atelier"), "8.90", 20),
    )),
    Article("Orvalec", "pruner", "rouge brique", _PRUNER, number=111, sold=(
        Sold("garden", "Sécateur Orvalec SX-2100 à lames croisantes", ("Outils", "Taille"), "42.90", 8),
        Sold("hardware", "ORVALEC - Sécateur SX2100", ("Outillage à main", "Frapper et serrer"), "39.95", 5),
    )),
    Article("Orvalec", "pruner", "rouge brique", "Le grand modèle : il coupe jusqu’à 26 mm.", number=112, sold=(
        Sold("garden", "Sécateur Orvalec SX-2600 à lames croisantes", ("Outils", "Taille"), "48.90", 4),
    )),
    Article("Orvalec", "pruner", "gris perle", "Livrée avec sa vis et son écrou.", sold=(
        Sold("garden", "Lame de rechange pour sécateur Orvalec SX-2100", ("Outils", "Taille"), "14.50", 11),
    )),
    Article("Pion Volant", "boardgame", "jaune paille", f"Fouillez les capitelles avant l’orage. {_GAME}", number=121,
            sold=(
        Sold("toys", "Le Trésor des Garrigues", ("Jeux", "Jeux de société"), "29.90", 7),
        Sold("games", "Le trésor des garrigues (Pion Volant)", ("Jeux", "Jeux de plateau"), "27.00", 3),
        Sold("books", "Jeu Le Trésor des Garrigues – Pion Volant", ("Jeunesse", "Jeux"), "29.90", 0),
    )),
    Article("Pion Volant", "card", "vert olive", "Trente cartes de plus, et un sixième joueur.", number=122, sold=(
        Sold("games", "Le Trésor des Garrigues – extension Les Cigales", ("Jeux", "Jeux de plateau"), "14.90", 5),
        Sold("toys", "Extension Les Cigales pour Le Trésor des Garrigues", ("Jeux", "Jeux de société"), "15.50", 4),
    )),
    Article("Morcelune", "puzzle", "bleu canard", "Des pièces épaisses, et l’image grandeur nature.", number=131, sold=(
        Sold("toys", "Puzzle Morcelune Étang au matin, 1 000 pièces", ("Jeux", "Puzzles"), "17.90", 6),
        Sold("games", "Puzzle 1000 pièces – Étang au matin – Morcelune", ("Puzzles", "Puzzles en carton"), "16.50", 2),
    )),
    Article("Morcelune", "puzzle", "bleu canard", "Le même étang, pour une seule soirée.", number=132, sold=(
        Sold("toys", "Puzzle Morcelune Étang au matin, 500 pièces", ("Jeux", "Puzzles"), "12.90", 9),
    )),
    Article("Plumeval", "pen", "bleu nuit", "Plume d’acier moyenne, corps laqué, livré en étui.", number=141, sold=(
        Sold("stationery", "Stylo plume Plumeval Corvette bleu nuit", ("Écriture", "Stylos plume"), "38.00", 5),
        Sold("leather", "Plumeval Corvette, stylo-plume bleu nuit", ("Bureau", "Stylos"), "42.00"),
    )),
    Article("Plumeval", "inkbottle", "bleu nuit", "Encre bleue effaçable.", number=142, sold=(
        Sold("stationery", "Cartouches d’encre pour stylo Plumeval Corvette, boîte de 6", ("Écriture", "Encres"),
             "4.50", 40),
    )),
    Article("Papyrelle", "notebook", "vert sauge", "Papier ivoire de 90 g, dos cousu, 192 pages.", number=151, sold=(
        Sold("stationery", "Carnet Papyrelle Garrigue A5 ligné", ("Papier", "Carnets"), "14.90", 22),
        Sold("leather", "Carnet ligné A5 Garrigue, Papyrelle", ("Bureau", "Carnets et sous-main"), "16.00"),
    )),
    Article("Papyrelle", "notebook", "vert sauge", "Un pour la ville, un pour le jardin.", number=151, sold=(
        Sold("books", "Lot de 2 carnets Papyrelle Garrigue A5 lignés", ("Vie pratique", "Papeterie"), "27.00", 6),
    )),
    Article("Fontval", "wateringcan", "gris perle", _CAN, number=161, sold=(
        Sold("garden", "Arrosoir Fontval Oule en zinc, 9 litres", ("Arrosage", "Arrosoirs"), "39.90", 5, was="46.90"),
        Sold("household", "Arrosoir zinc Fontval Oule 9 L", ("Seaux et paniers", "Seaux"), "44.50", 3),
        Sold("hardware", "ARROSOIR OULE 9L ZINC FONTVAL", ("Jardin", "Arrosage"), "43.00", 0),
    )),
    Article("Fontval", "wateringcan", "gris perle", _CAN, number=162, sold=(
        Sold("garden", "Arrosoir Fontval Oule en zinc, 5 litres", ("Arrosage", "Arrosoirs"), "36.90", 7),
        Sold("household", "Arrosoir zinc Fontval Oule 5 L", ("Seaux et paniers", "Seaux"), "35.00", 2),
    )),
    Article("Cirabelle", "candle", "vert sauge", "Cire de colza, mèche de coton, quarante heures.", number=171, sold=(
        Sold("home", "Bougie parfumée Cirabelle Figuier 180 g", ("Décoration", "Bougies"), "24.00", 12),
        Sold("lighting", "Bougie Figuier 180 g – Cirabelle", ("Maison", "Bougies et photophores"), "23.00"),
        Sold("soap", "Bougie parfumée figuier Cirabelle, 180 g", ("Accessoires", "Salle de bains"), "25.00", 4,
             tells_gtin=False),
    )),
    Article("Cirabelle", "candle", "vert sauge", "Elle se pose dans le verre de la précédente.", number=172, sold=(
        Sold("home", "Recharge de bougie parfumée Cirabelle Figuier 180 g", ("Décoration", "Bougies"), "17.00", 8),
    )),
    Article("Gardamain", "gloves", "vert sapin", _GLOVES, number=181, sold=(
        Sold("household", "Gants de jardin Gardamain Épine, taille 9", ("Entretien", "Gants"), "19.90", 6),
        Sold("hardware", "GANTS GARDAMAIN EPINE T.9", ("Protection", "Mains et yeux"), "17.50", 18),
    )),
    Article("Gardamain", "gloves", "vert sapin", _GLOVES, number=182, sold=(
        Sold("household", "Gants de jardin Gardamain Épine, taille 7", ("Entretien", "Gants"), "19.90", 3),
    )),
)  # fmt: skip

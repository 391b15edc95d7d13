"""Articles known by their maker's model number: no barcode was typed in. And their neighbours in the maker's list."""

from __future__ import annotations

from .article import Article, Sold

ARTICLES = (
    Article("Verrouval", "padlock", "moutarde", "Corps de laiton, anse d’acier trempé, deux clés.", sold=(
        Sold("hardware", "Cadenas Verrouval CX-4050 laiton 50 mm", ("Serrurerie", "Cadenas et antivols"), "18.90", 25),
        Sold("household", "Verrouval CX4050, cadenas à clé", ("Quincaillerie", "Cadenas"), "19.90", 4),
        Sold("bikes", "Cadenas de vélo Verrouval CX-4050", ("Équipement", "Sécurité"), "17.42", 3),
    )),
    Article("Verrouval", "padlock", "moutarde", "Corps de laiton, anse d’acier trempé, trois clés.", sold=(
        Sold("hardware", "Cadenas Verrouval CX-4060 laiton 60 mm", ("Serrurerie", "Cadenas et antivols"), "23.90", 16),
    )),
    Article("Nidelle", "birdhouse", "caramel", "Trou d’envol de 28 mm, toit qui s’ouvre pour le nettoyage.", sold=(
        Sold("garden", "Nichoir à mésanges Nidelle NB-1280", ("Vie du jardin", "Oiseaux et insectes"), "24.90", 9),
        Sold("woodwork", "Nichoir NB1280 pour mésanges, Nidelle", ("Jardin", "Nichoirs et mangeoires"), "26.00"),
        Sold("toys", "NIDELLE nichoir mésange NB-1280", ("Plein air", "Nature"), "27.50", 2, branded=False),
    )),
    Article("Nidelle", "birdhouse", "caramel", "Trou d’envol de 32 mm, pour les moineaux et les sittelles.", sold=(
        Sold("garden", "Nichoir à moineaux Nidelle NB-1320", ("Vie du jardin", "Oiseaux et insectes"), "25.90", 6),
    )),
    Article("Tranchefil", "scissors", "rouge cerise", "Lames forgées de 21 cm, vis réglable.", sold=(
        Sold("wool", "Ciseaux de couture Tranchefil TC-2100", ("Outils", "Ciseaux"), "31.00", 7),
        Sold("stationery", "Ciseaux Tranchefil TC2100, 21 cm", ("Rangement", "Petites fournitures"), "33.50", 3),
    )),
    Article("Tranchefil", "scissors", "bleu canard", "Les anneaux et les lames sont inversés.", sold=(
        Sold("wool", "Ciseaux de couture Tranchefil TC-2150 pour gaucher", ("Outils", "Ciseaux"), "34.00", 2),
    )),
    Article("Lumigraphe", "lamp", "moutarde", "Rechargeable, un crochet et un aimant, six heures de lumière.", sold=(
        Sold("hardware", "Baladeuse Lumigraphe LB-3200", ("Électricité", "Éclairage d’atelier"), "44.90", 11),
        Sold("lighting", "Lampe baladeuse rechargeable Lumigraphe LB3200", ("Lampes", "Lampes à poser"), "49.00"),
    )),
    Article("Lumigraphe", "lamp", "moutarde", "Deux fois plus de lumière, pour le garage et le grenier.", sold=(
        Sold("hardware", "Baladeuse Lumigraphe LB-5200", ("Électricité", "Éclairage d’atelier"), "59.90", 6),
    )),
    Article("Ritournelle", "musicbox", "prune", "Dix-huit lames, une manivelle, et l’air d’une berceuse.", sold=(
        Sold("toys", "Boîte à musique Ritournelle RM-1803 Berceuse", ("Jouets en bois", "Musique"), "16.90", 8),
        Sold("books", "Boîte à musique RM1803 Berceuse (Ritournelle)", ("Jeunesse", "Jeux"), "17.50", 5),
    )),
    Article("Ritournelle", "musicbox", "lilas", "Dix-huit lames, une manivelle, et l’air d’une valse.", sold=(
        Sold("toys", "Boîte à musique Ritournelle RM-1807 Valse", ("Jouets en bois", "Musique"), "16.90", 3),
    )),
    Article("Aquarelline", "palette", "bleu ciel", "Des couleurs très pigmentées, un pinceau à réservoir.", sold=(
        Sold("stationery", "Coffret d’aquarelle Aquarelline AQ-2412, 12 godets", ("Dessin", "Peinture"), "28.90", 6),
        Sold("toys", "Coffret aquarelle 12 godets Aquarelline AQ2412", ("Jeux", "Loisirs créatifs"), "26.90", 4),
    )),
    Article("Aquarelline", "palette", "bleu ciel", "La grande boîte, avec son nuancier.", sold=(
        Sold("stationery", "Coffret d’aquarelle Aquarelline AQ-2424, 24 godets", ("Dessin", "Peinture"), "46.90", 2),
    )),
    Article("Forgeclair", "screwdriver", "rouge cerise", "Trois positions, six embouts dans le manche.", sold=(
        Sold("hardware", "Tournevis à cliquet Forgeclair TR-6108", ("Outillage à main", "Visser"), "21.90", 13,
             sku="FC6108"),
        Sold("household", "Forgeclair TR6108 tournevis à cliquet + 6 embouts", ("Quincaillerie", "Outils"), "23.50", 3),
    )),
    Article("Horlane", "watch", "ivoire", "Mouvement à quartz, bracelet de cuir, étanche à la pluie.", sold=(
        Sold("jewellery", "Montre Horlane HL-3604 cadran ivoire", ("Accessoires", "Montres"), "119.00", 4),
        Sold("clothes", "Montre HL-3604 Horlane", ("Accessoires", "Montres"), "125.00", 1),
    )),
    Article("Horlane", "watch", "bleu nuit", "Mouvement à quartz, bracelet de cuir, étanche à la pluie.", sold=(
        Sold("jewellery", "Montre Horlane HL-3605 cadran bleu nuit", ("Accessoires", "Montres"), "119.00", 2),
    )),
)  # fmt: skip

"""What the invented shop of this kind sells: board games, puzzles and cards."""

from __future__ import annotations

from ..goods import Range, good

RANGE = Range(
    kind="games",
    name="La Règle du Jeu",
    tagline="Jeux de société, puzzles et cartes, essayés avant d’être vendus",
    legal_name="La Règle du Jeu EURL",
    street="31, rue des Halles",
    accent=(92, 58, 132),
    products=120,
    brands=("Plateau Rouge", "Dé à coudre", "Les Joueurs réunis", "Pion & Tour"),
    models=("Citadelle", "Archipel", "Caravane", "Corsaires", "Potager", "Phalène", "Sonar"),
    colours=("rouge cerise", "bleu canard", "vert sapin", "moutarde", "prune", "gris perle"),
    tags=("nouveauté", "dès 6 ans", "coup de cœur", "idée cadeau"),
    variable=0.05,
    goods=(
        good(
            "jeu de plateau",
            "m",
            ("Jeux", "Jeux de plateau"),
            "boardgame",
            (18, 65),
            ("coopératif", "de stratégie", "d’ambiance", "familial", "pour deux"),
            ("de trente minutes", "à quatre joueurs", "pour experts", "de poche", "en coffret"),
            (
                "{N} s’explique en cinq minutes et se rejoue longtemps.",
                "Édité en France, {n} se passe de chance ou presque.",
            ),
            coloured=False,
        ),
        good(
            "jeu de cartes",
            "m",
            ("Jeux", "Jeux de cartes"),
            "card",
            (7, 24),
            ("à plis", "de bluff", "de rapidité", "de mémoire", "de collection"),
            ("en étui", "illustré à l’aquarelle", "pour toute la famille", "de voyage", "en boîte de métal"),
            (
                "{N} tient dans une poche et occupe une soirée.",
                "Imprimé sur un carton épais, {n} résiste aux goûters.",
            ),
            coloured=False,
        ),
        good(
            "puzzle",
            "m",
            ("Puzzles", "Puzzles en carton"),
            "puzzle",
            (12, 39),
            ("de 500 pièces", "de 1000 pièces", "de 1500 pièces", "panoramique", "rond"),
            ("aux oiseaux", "aux vieux métiers", "à la carte ancienne", "au marché couvert", "aux champignons"),
            (
                "{N} demande trois soirées et un grand plateau.",
                "Découpé avec soin, {n} ne laisse pas de poussière.",
            ),
            named=False,
            coloured=False,
        ),
        good(
            "casse-tête",
            "m",
            ("Puzzles", "Casse-tête"),
            "blocks",
            (8, 28),
            ("à ficelle", "à six pièces", "chinois", "en cube", "à tiroirs secrets"),
            ("en hêtre", "en noyer", "en métal", "pour débutants", "pour experts"),
            (
                "{N} se démonte vite et se remonte moins vite.",
                "Taillé au dixième de millimètre, {n} glisse sans jeu.",
            ),
            named=False,
            coloured=False,
        ),
        good(
            "toupie",
            "f",
            ("Plein air", "Adresse"),
            "top",
            (4, 18),
            ("à fouet", "à ficelle", "volante", "lumineuse", "ronfleuse"),
            ("en buis", "en métal", "en hêtre teint", "à pointe d’acier", "pour débutants"),
            (
                "{N} tourne plus de deux minutes sur un sol plat.",
                "Équilibrée une à une, {n} siffle en prenant de la vitesse.",
            ),
            named=False,
        ),
    ),
    more=(
        "La règle se lit en français, sur une seule page.",
        "Une partie d’essai vous attend à la boutique.",
        "{Il} {plaît|plaisent} autant aux parents qu’aux enfants.",
    ),
    ends=(
        "Pièces de rechange chez nous.",
        "Soirée de jeux le premier vendredi du mois.",
        "Papier cadeau offert en décembre.",
    ),
)

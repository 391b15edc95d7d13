"""What the invented shop of this kind sells: turned and planed wood, from the cutting board to the stool."""

from __future__ import annotations

from ..goods import Range, good

RANGE = Range(
    kind="woodwork",
    name="Tournerie Boisjoli",
    tagline="Objets et petits meubles en bois du pays",
    legal_name="Tournerie Boisjoli EI",
    street="Lieu-dit les Essarts",
    accent=(134, 92, 52),
    products=90,
    brands=("Tournerie Boisjoli", "Copeaux", "Les Essarts"),
    models=(),
    colours=("sable", "caramel", "chocolat", "ivoire", "vert olive"),
    tags=("bois local", "fait main", "idée cadeau", "nouveauté"),
    variable=0.0,
    goods=(
        good(
            "planche à découper",
            "f",
            ("Cuisine", "Planches"),
            "board",
            (18, 75),
            ("ronde", "à rigole", "de boucher", "à poignée", "réversible"),
            ("en hêtre", "en noyer", "en frêne", "en bois debout", "en charme"),
            (
                "{N} ménage le fil des couteaux.",
                "Huilée trois fois, {n} ne fend pas.",
            ),
            named=False,
            coloured=False,
        ),
        good(
            "tabouret",
            "m",
            ("Meubles", "Tabourets"),
            "stool",
            (48, 135),
            ("bas", "haut", "de traite", "d’atelier", "pliant"),
            ("en frêne", "en chêne", "en hêtre", "à assise creusée", "en châtaignier"),
            (
                "{N} tient sur trois pieds, même sur un sol en pente.",
                "Assemblé sans vis, {n} ne prend pas de jeu.",
            ),
            named=False,
            coloured=False,
        ),
        good(
            "étagère",
            "f",
            ("Meubles", "Étagères"),
            "shelf",
            (29, 140),
            ("murale", "d’angle", "à épices", "à livres", "suspendue"),
            ("en chêne", "en frêne", "en merisier", "en bois de grange", "en châtaignier"),
            (
                "{N} se pose en dix minutes avec deux chevilles.",
                "Rabotée et cirée, {n} porte trente kilos.",
            ),
            named=False,
            coloured=False,
        ),
        good(
            "nichoir",
            "m",
            ("Jardin", "Nichoirs et mangeoires"),
            "birdhouse",
            (16, 45),
            ("à mésanges", "à rouges-gorges", "à chouettes", "à martinets", "à sittelles"),
            ("en mélèze", "en douglas", "en châtaignier", "à toit de zinc", "à trappe"),
            (
                "{N} s’ouvre par le côté pour le nettoyage d’hiver.",
                "Monté sans colle ni vernis, {n} garde la couvée au sec.",
            ),
            named=False,
            coloured=False,
        ),
        good(
            "petit train",
            "m",
            ("Jouets", "Jouets à tirer"),
            "train",
            (19, 58),
            ("à trois wagons", "à ficelle", "de marchandises", "de voyageurs", "à vapeur"),
            ("en hêtre", "en érable", "en tilleul", "peint à l’eau", "en bois brut"),
            (
                "{N} roule droit et ne pince pas les doigts.",
                "Poncé à la main, {n} n’a pas une écharde.",
            ),
            named=False,
            coloured=False,
        ),
    ),
    more=(
        "Le bois a séché quatre ans sous notre hangar.",
        "{Il} {se nourrit|se nourrissent} d’un peu d’huile de lin.",
        "Chaque pièce est signée au fer.",
    ),
    ends=(
        "Vente à l’atelier le samedi matin.",
        "Sur mesure, par téléphone.",
        "Retrait aux Essarts ou au marché.",
    ),
)

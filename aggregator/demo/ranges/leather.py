"""What the invented shop of this kind sells: bags, belts and small leather goods."""

from __future__ import annotations

from ..goods import Range, good

RANGE = Range(
    kind="leather",
    name="Sellerie Arnoux",
    tagline="Maroquinerie cousue main, du cartable à la ceinture",
    legal_name="Sellerie Arnoux SASU",
    street="2, place du Champ-de-Foire",
    accent=(120, 66, 38),
    products=100,
    brands=("Sellerie Arnoux", "Tannerie du Vieux Pont", "Fil & Alène"),
    models=("Écolier", "Facteur", "Cavalier", "Cartographe", "Berger"),
    colours=("caramel", "chocolat", "bleu nuit", "vert sapin", "prune", "sable"),
    tags=("fait main", "idée cadeau", "nouveauté", "réparable"),
    variable=0.12,
    goods=(
        good(
            "sac à dos",
            "m",
            ("Sacs", "Sacs à dos"),
            "backpack",
            (120, 420),
            ("de ville", "de randonnée", "d’écolier", "de voyage"),
            ("en cuir gras", "en toile et cuir", "à boucles de laiton", "à soufflets", "doublé de coton"),
            (
                "{N} porte quinze kilos sans se déformer.",
                "Cousu au point sellier, {n} se répare au lieu de se jeter.",
            ),
        ),
        good(
            "ceinture",
            "f",
            ("Accessoires", "Ceintures"),
            "belt",
            (35, 95),
            ("de ville", "large", "tressée", "réversible", "de travail"),
            ("en cuir pleine fleur", "à boucle de laiton", "à boucle d’acier", "surpiquée", "teintée à la main"),
            (
                "{N} prend la forme de qui la porte.",
                "Coupée dans le dos de la peau, {n} ne s’étire pas.",
            ),
        ),
        good(
            "portefeuille",
            "m",
            ("Accessoires", "Petite maroquinerie"),
            "pouch",
            (38, 110),
            ("compact", "à soufflet", "long", "de voyage", "à monnaie"),
            ("en cuir pleine fleur", "en cuir d’agneau", "cousu main", "à pression", "à fermeture éclair"),
            (
                "{N} range huit cartes et tient dans une poche de chemise.",
                "Souple dès le premier jour, {n} se patine vite.",
            ),
        ),
        good(
            "gants",
            "m",
            ("Accessoires", "Gants"),
            "gloves",
            (45, 120),
            ("de conduite", "d’hiver", "de travail", "courts"),
            ("en cuir d’agneau", "doublés de soie", "doublés de laine", "ajourés", "surpiqués"),
            (
                "{N} épousent la main sans serrer.",
                "Taillés dans une seule peau, {n} ne tirent nulle part.",
            ),
            plural=True,
            named=False,
        ),
        good(
            "carnet",
            "m",
            ("Bureau", "Carnets et sous-main"),
            "notebook",
            (22, 68),
            ("de voyage", "de croquis", "de bord", "rechargeable"),
            ("relié en cuir", "à lacet", "à rabat", "à coins de laiton", "à papier de chiffon"),
            (
                "{N} s’ouvre à plat et reçoit la plume sans boire.",
                "Relié à la main, {n} accepte des recharges du commerce.",
            ),
        ),
    ),
    more=(
        "Le cuir vient d’une tannerie de la région.",
        "{Il} {se nourrit|se nourrissent} une fois par an avec un baume incolore.",
        "Vos initiales se frappent à chaud, sans supplément.",
    ),
    ends=(
        "Réparations à l’atelier, à vie.",
        "Retrait place du Champ-de-Foire.",
        "Délai de trois semaines sur mesure.",
    ),
)

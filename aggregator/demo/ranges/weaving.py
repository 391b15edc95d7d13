"""What the invented shop of this kind sells: blankets, scarves and linen, woven on the spot."""

from __future__ import annotations

from ..goods import Range, good

RANGE = Range(
    kind="weaving",
    name="Filature des Trois Ponts",
    tagline="Laine et lin tissés sur de vieux métiers",
    legal_name="Filature des Trois Ponts SCOP",
    street="Chemin du Bief",
    accent=(58, 98, 110),
    products=100,
    brands=("Filature des Trois Ponts", "Lin du Plateau", "Toison d’ici"),
    models=("Aubépine", "Brume", "Garrigue", "Estive", "Rivière"),
    colours=("ivoire", "gris perle", "bleu canard", "moutarde", "rouge brique", "vert sauge", "lilas"),
    tags=("fait ici", "laine locale", "nouveauté", "idée cadeau"),
    variable=0.12,
    goods=(
        good(
            "plaid",
            "m",
            ("Maison", "Plaids et couvertures"),
            "blanket",
            (58, 190),
            ("à franges", "à chevrons", "de canapé", "de voyage", "de berger"),
            ("en laine vierge", "en laine peignée", "en mohair", "en laine et lin", "en alpaga"),
            (
                "{N} tient chaud sans peser.",
                "Tissé puis foulé, {n} ne peluche pas.",
            ),
        ),
        good(
            "coussin",
            "m",
            ("Maison", "Coussins"),
            "cushion",
            (28, 75),
            ("carré", "long", "de sol", "à passepoil", "à chevrons"),
            ("en laine vierge", "en lin lavé", "déhoussable", "brodé", "garni de laine"),
            (
                "{N} garde son gonflant des années.",
                "Garni de laine cardée, {n} se déhousse et se lave.",
            ),
            sizes="dimensions",
        ),
        good(
            "écharpe",
            "f",
            ("Vêtements", "Écharpes"),
            "scarf",
            (32, 110),
            ("longue", "étroite", "à franges", "à carreaux", "tubulaire"),
            ("en laine mérinos", "en laine et soie", "en mohair", "en lin", "en alpaga"),
            (
                "{N} ne gratte pas, même à même la peau.",
                "Tissée en lisière vraie, {n} ne s’effiloche pas.",
            ),
        ),
        good(
            "torchon",
            "m",
            ("Maison", "Linge de cuisine"),
            "towel",
            (9, 24),
            ("rayé", "à carreaux", "damassé", "épais", "nid d’abeille"),
            ("en lin", "en métis", "en lin lavé", "à liteau", "à bouclette"),
            (
                "{N} essuie sans laisser de fibres.",
                "Plus doux à chaque lavage, {n} sèche en une heure.",
            ),
        ),
        good(
            "pull",
            "m",
            ("Vêtements", "Pulls"),
            "sweater",
            (75, 180),
            ("marin", "à col montant", "ras du cou", "à torsades", "sans manches"),
            ("en laine vierge", "en laine mérinos", "en laine locale", "à côtes", "sans couture"),
            (
                "{N} se porte du matin au soir, dehors comme dedans.",
                "Tricoté d’un seul tenant, {n} ne se déforme pas.",
            ),
            sizes="taille",
        ),
    ),
    more=(
        "La laine est lavée sans chlore, à l’eau du bief.",
        "{Il} {se lave|se lavent} à trente degrés, à plat pour le séchage.",
        "Chaque pièce porte le nom de qui l’a tissée.",
    ),
    ends=(
        "Visite de la filature le mercredi.",
        "Coupons et fins de série au comptoir.",
        "Retrait au moulin, sur rendez-vous.",
    ),
)

"""What the invented shop of this kind sells: lamps, lanterns and mirrors, made to measure or not."""

from __future__ import annotations

from ..goods import Range, good

RANGE = Range(
    kind="lighting",
    name="L’Atelier Lumen",
    tagline="Luminaires montés et câblés à Lodève",
    legal_name="Atelier Lumen SARL",
    street="6, impasse des Tisserands",
    accent=(196, 128, 40),
    products=110,
    brands=("Atelier Lumen", "Verrerie du Lac", "Filament & Cie", "Maison Cuivre"),
    models=("Orion", "Vega", "Luciole", "Phare", "Comète"),
    colours=("ivoire", "moutarde", "bleu nuit", "gris anthracite", "vert sapin", "terracotta", "sable"),
    tags=("nouveauté", "fabrication française", "coup de cœur"),
    goods=(
        good(
            "lampe",
            "f",
            ("Lampes", "Lampes à poser"),
            "lamp",
            (39, 180),
            ("de bureau", "de chevet", "de salon", "d’architecte", "champignon"),
            ("en laiton", "en céramique émaillée", "en métal laqué", "à pied de noyer", "à variateur"),
            (
                "{N} donne une lumière chaude qui ne fatigue pas les yeux.",
                "Montée à la main, {n} reçoit une ampoule à vis ordinaire.",
            ),
        ),
        good(
            "suspension",
            "f",
            ("Lampes", "Suspensions"),
            "pendant",
            (55, 290),
            ("cloche", "boule", "d’atelier", "à trois bras", "coupole"),
            ("en verre soufflé", "en laiton brossé", "en métal laqué", "en opaline", "en lin tendu"),
            (
                "{N} éclaire une table de six couverts sans éblouir.",
                "Livrée avec deux mètres de câble tressé, {n} se règle en hauteur.",
            ),
        ),
        good(
            "lanterne",
            "f",
            ("Extérieur", "Lanternes"),
            "lantern",
            (25, 120),
            ("de jardin", "de terrasse", "d’entrée", "tempête", "de balcon"),
            ("en zinc", "en laiton vieilli", "à verre martelé", "à bougie", "en fer forgé"),
            (
                "{N} passe l’hiver dehors sans rouiller.",
                "Étanche et légère, {n} se pose ou se suspend.",
            ),
            coloured=False,
        ),
        good(
            "photophore",
            "m",
            ("Maison", "Bougies et photophores"),
            "candle",
            (9, 32),
            ("ajouré", "haut", "de table", "rond", "à pied"),
            ("en verre soufflé", "en porcelaine", "en terre cuite", "en laiton", "en étain"),
            (
                "{N} fait danser la flamme sur les murs.",
                "Tourné à la main, {n} accueille une bougie chauffe-plat.",
            ),
        ),
        good(
            "miroir",
            "m",
            ("Maison", "Miroirs"),
            "mirror",
            (49, 230),
            ("rond", "ovale", "de barbier", "d’entrée", "à poser"),
            ("cerclé de laiton", "à cadre de noyer", "biseauté", "éclairant", "à cadre d’acier"),
            (
                "{N} agrandit un couloir et renvoie la lumière du jour.",
                "Léger et bien plan, {n} se fixe en deux points.",
            ),
            coloured=False,
        ),
    ),
    more=(
        "Le câblage suit la norme et se refait à l’atelier.",
        "{Il} {est garanti{e}|sont garanti{e}s} cinq ans.",
        "Les pièces détachées restent disponibles au comptoir.",
    ),
    ends=(
        "Ampoule non fournie.",
        "Retrait à l’atelier sous deux jours.",
        "D’autres teintes sur commande.",
    ),
)

"""What the invented shop of this kind sells: bicycles and what goes with them."""

from __future__ import annotations

from ..goods import Range, good

RANGE = Range(
    kind="bikes",
    name="Cycles Ravel",
    tagline="Vélos, accessoires et réparation depuis 1962",
    legal_name="Cycles Ravel SARL",
    street="30, avenue de la Gare",
    accent=(160, 68, 48),
    products=160,
    brands=("Ravel", "Bréal Cycles", "Pignon Doux", "Échappée", "Vent d’Ouest"),
    models=("Flânerie", "Corniche", "Randonneur", "Faubourg", "Galibier", "Estuaire", "Canal", "Escapade"),
    variable=0.15,
    goods=(
        good(
            "vélo",
            "m",
            ("Vélos", "Ville et campagne"),
            "bicycle",
            (349, 1290),
            ("de ville", "de randonnée", "hollandais", "à assistance électrique", "cargo"),
            ("à cadre acier", "à sept vitesses", "à freins à disque"),
            (
                "{N} est monté et réglé à l’atelier, puis essayé dans la côte du château.",
                "Stable et confortable, {n} remplace la voiture quatre jours sur cinq.",
            ),
            sizes="cadre",
        ),
        good(
            "vélo enfant",
            "m",
            ("Vélos", "Enfants"),
            "bicycle",
            (129, 320),
            ("16 pouces", "20 pouces", "24 pouces"),
            ("à cadre léger", "à roue libre"),
            (
                "{N} pèse deux fois moins qu’un vélo de grande surface.",
                "Avec ses freins adaptés aux petites mains, {n} donne confiance.",
            ),
        ),
        good(
            "draisienne",
            "f",
            ("Vélos", "Enfants"),
            "balancebike",
            (59, 149),
            ("classique", "évolutive"),
            ("en bois", "en aluminium"),
            ("{N} apprend l’équilibre dès deux ans.", "Légère et basse, {n} se porte d’une main au retour."),
        ),
        good(
            "casque",
            "m",
            ("Équipement", "Sécurité"),
            "helmet",
            (35, 95),
            ("de ville", "enfant", "à visière"),
            ("à molette", "à lumière arrière"),
            ("{N} se règle d’un doigt et s’oublie.", "Aéré et léger, {n} répond à la norme EN 1078."),
        ),
        good(
            "sacoche",
            "f",
            ("Équipement", "Bagages"),
            "pannier",
            (29, 119),
            ("double", "de guidon", "étanche"),
            ("en toile cirée", "en toile recyclée"),
            (
                "{N} se fixe au porte-bagages en deux secondes.",
                "Résistante à la pluie, {n} avale les courses du marché.",
            ),
        ),
        good(
            "éclairage",
            "m",
            ("Équipement", "Sécurité"),
            "bikelight",
            (15, 65),
            ("avant", "arrière", "à dynamo"),
            ("rechargeable", "à fixation rapide"),
            ("{N} se voit à cinq cents mètres.", "Rechargé en deux heures, {n} tient une semaine de trajets."),
            named=False,
            coloured=False,
        ),
        good(
            "sonnette",
            "f",
            ("Équipement", "Accessoires"),
            "bell",
            (7, 25),
            ("deux tons", "grelot", "à marteau"),
            ("en laiton", "en acier laqué"),
            ("{N} prévient sans agresser.", "Petite mais franche, {n} s’entend de loin."),
            named=False,
        ),
        good(
            "antivol",
            "m",
            ("Équipement", "Sécurité"),
            "lock",
            (25, 99),
            ("en U", "pliant", "à chaîne"),
            ("en acier cémenté", "à deux clés"),
            ("{N} décourage les curieux et la pince.", "Compact, {n} se range sur le cadre."),
            named=False,
        ),
    ),
    more=(
        "{Il} {est garanti{e}|sont garanti{e}} deux ans, pièces et main-d’œuvre.",
        "La première révision est offerte au bout de trois mois.",
        "Nous {l’avons choisi{e}|les avons choisi{e}} après une saison d’essais.",
    ),
    ends=(
        "Essai possible le samedi matin.",
        "Réparation et pièces d’origine à l’atelier.",
        "Livraison à domicile, montage compris.",
    ),
    aside={
        "Équipement": (
            (
                "{Il} {est garanti{e}|sont garanti{e}} deux ans.",
                "Nous {l’avons choisi{e}|les avons choisi{e}} après une saison d’essais.",
                "Le montage est offert à l’atelier.",
            ),
            ("Retrait à l’atelier sous 24 heures.", "Conseils et réglages au comptoir."),
        )
    },
)

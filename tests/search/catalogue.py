"""French listings of our own making, seeded: enough words, brands, towns and prices to count and to rank."""

from __future__ import annotations

import random
from collections.abc import Iterator

from aggregator.search import text
from aggregator.search.document import IndexDocument

KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Vêtements": (
        ("robe", "chemise", "pantalon", "manteau", "écharpe", "pull", "gilet", "jupe", "chaussette", "bonnet"),
        ("en laine", "en coton biologique", "à rayures", "brodée", "imperméable", "en lin lavé", "à capuche"),
    ),
    "Jouets": (
        ("puzzle", "peluche", "toupie", "dînette", "poupée", "cerf-volant", "hochet", "jeu de société", "cheval"),
        ("en bois", "à bascule", "pour bébé", "musical", "géant", "d'éveil", "de collection"),
    ),
    "Livres": (
        ("roman", "bande dessinée", "carnet", "agenda", "guide de randonnée", "recueil de poèmes", "atlas"),
        ("illustré", "relié", "de poche", "jeunesse", "régional", "d'occasion", "numéroté"),
    ),
    "Maison": (
        ("théière", "cafetière", "vase", "œuf décoratif", "bougie", "coussin", "assiette", "couteau", "lampe", "tapis"),
        ("en céramique", "émaillée", "parfumée", "en grès", "artisanale", "d'appoint", "à l'ancienne", "italienne"),
    ),
    "Artisanat": (
        ("collier", "bracelet", "savon", "panier", "ceinture", "sac à main", "aquarelle", "boîte à bijoux"),
        ("en cuir", "tressé", "au lait d'ânesse", "en argent", "peint à la main", "en osier", "gravé"),
    ),
}
COLOURS = ("rouge", "bleu", "vert", "noir", "blanc", "jaune", "gris", "écru", "violet", "ocre", "turquoise", "marron")
BRANDS = ("Élan d'Or", "Atelier Morvan", "Les Œuvres de Léa", "Fil & Cie", "Bois-Joli", "Ty Breizh", "Maison Cœur", "")
TOWNS = ("Quimper", "Saint-Malo", "Château-Thierry", "L'Haÿ-les-Roses", "Besançon", "Évreux", "")
SENTENCES = (
    "Fabriqué dans notre atelier avec des matières choisies près de chez nous.",
    "Chaque pièce est unique : de légères différences de couleur sont possibles.",
    "Lavage à la main à l'eau froide, séchage à l'air libre.",
    "Livraison en trois jours ou retrait gratuit à la boutique.",
    "Idéal pour offrir, il est présenté dans une boîte en carton recyclé.",
    "Les finitions sont cousues, poncées ou vernies par un seul artisan.",
    "Convient aux enfants à partir de trois ans, sous la surveillance d'un adulte.",
)
_SYLLABLES = ("ba", "cor", "dé", "fil", "gan", "lor", "mi", "nou", "pra", "ri", "sé", "tau", "vel", "zon", "qui", "chê")


def made_up_word(rng: random.Random, syllables: int = 3) -> str:
    """A word that looks French and that no dictionary has: names of models and makers are such."""
    return "".join(rng.choice(_SYLLABLES) for _ in range(syllables))


def document(listing_id: int, rng: random.Random) -> IndexDocument:
    """One listing; the same `rng` state makes the same one."""
    kind = rng.choice(list(KINDS))
    nouns, traits = KINDS[kind]
    noun, trait, colour = rng.choice(nouns), rng.choice(traits), rng.choice(COLOURS)
    model = made_up_word(rng)
    shop = rng.randrange(40)
    sizes = rng.sample(("36", "38", "40", "42", "S", "M", "XL"), rng.randrange(4))
    level = rng.randrange(3)
    return IndexDocument(
        listing_id=listing_id,
        shop_id=shop + 1,
        shop_name=f"Boutique {shop + 1}",
        town=TOWNS[shop % len(TOWNS)],
        title=f"{noun.capitalize()} {trait} {colour} {model.capitalize()}",
        brand=rng.choice(BRANDS),
        category_path=(kind, noun.capitalize(), trait.capitalize())[: rng.randrange(4)],
        description=" ".join([f"{noun.capitalize()} {trait}.", *rng.sample(SENTENCES, 5), made_up_word(rng, 4)]),
        variants=" ".join([colour.capitalize(), *sizes]) if sizes else "",
        category="/".join((text.fold(kind), text.fold(noun).replace(" ", "-"))[:level]),
        codes=(f"370{listing_id:010d}", f"REF-{listing_id}/A"),
        price_minor=rng.choice((None, 0, 999, 1000, 2499, 2500, 5000, 9999, 10000, rng.randrange(100, 40_000))),
        availability=rng.choice(("InStock", "InStock", "InStock", "OutOfStock", "BackOrder", "")),
        first_seen=1_700_000_000 + rng.randrange(10_000_000),
        condition=rng.choice(("new", "used", "refurbished", "", "")),
        product_id=rng.choice((None, None, 10_000 + rng.randrange(50))),
        doubtful=rng.random() < 0.05,
    )


def documents(count: int, seed: int = 7, start: int = 1) -> Iterator[IndexDocument]:
    """`count` listings with the ids `start`, `start` + 1, ..."""
    rng = random.Random(seed)
    for listing_id in range(start, start + count):
        yield document(listing_id, rng)

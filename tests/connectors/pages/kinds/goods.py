"""What the made-up shops sell: drawn by a seeded generator, so that a page is the same in every run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from unicodedata import combining, normalize

THINGS = (
    ("Bol en grès", "poterie"),
    ("Théière émaillée", "poterie"),
    ("Vase soliflore", "poterie"),
    ("Assiette creuse", "poterie"),
    ("Pichet à eau", "poterie"),
    ("Derbies en cuir grainé", "chaussures"),
    ("Bottines à lacets", "chaussures"),
    ("Sandales plates", "chaussures"),
    ("Baskets montantes", "chaussures"),
    ("Chaussons en laine bouillie", "chaussures"),
    ("Perceuse à percussion", "outillage"),
    ("Rabot de menuisier", "outillage"),
    ("Jeu de clés plates", "outillage"),
    ("Scie égoïne", "outillage"),
    ("Établi pliant", "outillage"),
    ("Le Vent du plateau", "livres"),
    ("Histoires de la vallée", "livres"),
    ("Carnet de sentiers", "livres"),
    ("L'Atelier du relieur", "livres"),
    ("Petit traité de vannerie", "livres"),
)
TRAITS = (
    "bleu nuit",
    "Ardoise",
    "n° 4",
    "20 cm",
    "grand modèle",
    "édition 2024",
    "Louve",
    "à l'ancienne",
    "noir",
    "Méridien",
)
BRANDS = (
    "Atelier Corbin",
    "Maison Lestrade",
    "Forges de l'Aubier",
    "Éditions du Causse",
    "Kermadec",
    "Poterie des Ormes",
)
SENTENCES = (
    "Façonné à la main dans notre atelier, il traverse les années sans perdre son éclat.",
    "Chaque pièce est contrôlée avant son départ et emballée dans du papier recyclé.",
    "La matière première vient de moins de cent kilomètres, et nous connaissons chaque fournisseur.",
    "Un entretien simple suffit : de l'eau tiède, un chiffon doux, et un peu de patience.",
    "Les dimensions peuvent varier de quelques millimètres, c'est le charme du fait main.",
    "Nos clients l'offrent volontiers pour une pendaison de crémaillère ou un départ en retraite.",
    "Le modèle existe depuis 1987 et n'a presque pas changé depuis sa première fournée.",
    "Garantie deux ans, pièces détachées disponibles pendant dix ans à l'atelier.",
    "Depuis trois générations, la maison travaille les mêmes gestes et les mêmes outils.",
    "La finition mate laisse apparaître le grain et prend une belle patine avec le temps.",
)
PEOPLE = ("Camille Besson", "Yann Le Floch", "Inès Marchetti", "Paul Girodet", "Nadia Ferhat")


def slug(text: str) -> str:
    plain = "".join(c for c in normalize("NFKD", text.lower()) if not combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@dataclass(frozen=True)
class Thing:
    """One product of a made-up shop."""

    number: int
    name: str
    category: str
    brand: str
    cents: int
    old_cents: int | None
    description: str

    @property
    def slug(self) -> str:
        return slug(self.name)

    @property
    def decimal(self) -> str:
        return f"{self.cents / 100:.2f}"


class Goods:
    """Draws products and texts from one seed."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self._number = self.random.randrange(11, 900)

    def thing(self, category: str | None = None) -> Thing:
        name, own = self.random.choice([one for one in THINGS if category in (None, one[1])])
        self._number += self.random.randrange(1, 9)
        cents = self.random.randrange(3, 320) * 100 + self.random.choice((0, 50, 90, 95, 99))
        old = cents + self.random.randrange(2, 40) * 100 if self.random.random() < 0.25 else None
        trait = self.random.choice(TRAITS)
        return Thing(
            self._number,
            f"{name} {trait}",
            own,
            self.random.choice(BRANDS),
            cents,
            old,
            self.text(self.random.randrange(2, 5)),
        )

    def things(self, count: int, category: str | None = None) -> list[Thing]:
        drawn: dict[str, Thing] = {}
        while len(drawn) < count:
            thing = self.thing(category if len(drawn) < 20 else None)
            if thing.name in drawn:
                thing = Thing(
                    thing.number,
                    f"{thing.name} {len(drawn)}",
                    thing.category,
                    thing.brand,
                    thing.cents,
                    None,
                    thing.description,
                )
            drawn[thing.name] = thing
        return list(drawn.values())

    def text(self, sentences: int) -> str:
        return " ".join(self.random.choice(SENTENCES) for _ in range(sentences))

    def paragraphs(self, count: int) -> str:
        return "".join(f"<p>{self.text(4)}</p>" for _ in range(count))

    def person(self) -> str:
        return self.random.choice(PEOPLE)

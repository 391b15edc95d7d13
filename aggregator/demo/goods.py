"""What the invented shops' ranges are described by. The ranges themselves are in `range_*.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

from .french import Noun
from .model import Colour


@dataclass(frozen=True, slots=True)
class Good:
    """One kind of article: its words (already agreed with the noun), its prices in euros, its picture.

    `kinds` follow the noun ("portefeuille"), `makings` follow those ("en lin lavé"); `says` open the description, with
    `{N}` for "Cette robe portefeuille en lin lavé". `sizes` names the size attribute ("" = none).
    """

    noun: Noun
    category: tuple[str, str]
    shape: str
    price: tuple[int, int]
    kinds: tuple[str, ...]
    makings: tuple[str, ...]
    says: tuple[str, ...]
    sizes: str = ""
    named: bool = True
    coloured: bool = True


@dataclass(frozen=True, slots=True)
class Range:
    """One shop: its names, its goods, and the sentences that go with any of them.

    `more` and `ends` are templates for `french.agree`. `variable` is the share of products with variations,
    `unpriced` that of the others whose price is only told on request.
    """

    kind: str
    name: str
    tagline: str
    legal_name: str
    street: str
    accent: Colour
    products: int
    brands: tuple[str, ...]
    models: tuple[str, ...]
    goods: tuple[Good, ...]
    more: tuple[str, ...]
    ends: tuple[str, ...]
    tags: tuple[str, ...] = ("nouveauté", "idée cadeau", "fabrication française", "coup de cœur")
    variable: float = 0.09
    unpriced: float = 0.0
    colours: tuple[str, ...] = ()
    # Goods of these top categories take other sentences: {category: (more, ends)}
    aside: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


# Sizes that attributes offer, in order: (attribute name, values)
SIZES: dict[str, tuple[str, tuple[str, ...]]] = {
    "taille": ("Taille", ("XS", "S", "M", "L", "XL", "XXL")),
    "âge": ("Âge", ("2 ans", "4 ans", "6 ans", "8 ans", "10 ans", "12 ans")),
    "pointure": ("Pointure", ("36", "37", "38", "39", "40", "41", "42", "43", "44")),
    "pointure enfant": ("Pointure", ("24", "26", "28", "30", "32", "34")),
    "tour de doigt": ("Tour de doigt", ("48", "50", "52", "54", "56", "58")),
    "cadre": ("Taille de cadre", ("S", "M", "L", "XL")),
    "format": ("Format", ("A6", "A5", "A4")),
    "contenance": ("Contenance", ("50 ml", "100 ml", "250 ml", "500 ml")),
    "diamètre": ("Diamètre", ("14 cm", "18 cm", "24 cm", "30 cm")),
    "poids": ("Poids", ("500 g", "1 kg", "2 kg", "5 kg")),
    "diamètre bassine": ("Diamètre", ("28 cm", "34 cm", "40 cm", "46 cm")),
    "diamètre corbeille": ("Diamètre", ("22 cm", "28 cm", "34 cm", "40 cm")),
    "numéro": ("Numéro", ("3", "3,5", "4", "4,5", "5", "6", "8")),
    "diamètre bouton": ("Diamètre", ("11 mm", "15 mm", "18 mm", "22 mm")),
    "bidon": ("Contenance", ("0,5 l", "1 l", "2,5 l", "5 l")),
    "dimensions panier": ("Dimensions", ("30 × 20 cm", "40 × 28 cm", "50 × 35 cm", "60 × 40 cm")),
    "dimensions": ("Dimensions", ("40 × 40 cm", "50 × 50 cm", "60 × 60 cm")),
}


def good(
    noun: str,
    gender: str,
    category: tuple[str, str],
    shape: str,
    price: tuple[int, int],
    kinds: tuple[str, ...],
    makings: tuple[str, ...],
    says: tuple[str, ...],
    *,
    plural: bool = False,
    sizes: str = "",
    named: bool = True,
    coloured: bool = True,
) -> Good:
    """A `Good`, its noun in plain words."""
    return Good(Noun(noun, gender, plural), category, shape, price, kinds, makings, says, sizes, named, coloured)

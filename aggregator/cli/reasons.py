"""Why a page is of its kind, and why a value was chosen, in French: the readers give their reasons in English.

What is not in the table is shown as it is; a test holds the table to the readers' own sentences.
"""

from __future__ import annotations

import re
from typing import Final

from aggregator.cli.wording import SOURCE_TEXTS

_KINDS: Final = {
    "product": "produit",
    "listing": "liste",
    "home": "accueil",
    "article": "article",
    "account": "compte",
    "blocked": "fermée",
    "shell": "vide",
    "other": "autre",
}
_SOURCES: Final = "|".join(SOURCE_TEXTS)
_WEIGHED: Final = re.compile(r"(?P<reason>.*) \((?P<kind>\w+) (?P<weight>[+-][\d.]+)\)\Z", re.S)

_KIND_REASONS: Final = (
    # addresses
    (r"its canonical address is the site's root", "son adresse de référence est la racine du site"),
    (r"its address names a product in the query", "les paramètres de son adresse désignent un produit"),
    (r"the site's root", "la racine du site"),
    (r"an address of carts and accounts", "une adresse de panier ou de compte"),
    (r"an address of searches", "une adresse de recherche"),
    (r"an address of pages of a list", "l'adresse d'une suite de liste"),
    (r"its address names a category, an order or a filter", "son adresse désigne un rayon, un tri ou un filtre"),
    (r"an address of products", "une adresse de produit"),
    (r"an address of categories", "une adresse de rayon"),
    (r"an address of articles", "une adresse d'article"),
    (r"an address of a shop's services", "une adresse de services de la boutique"),
    (r"an address as products have", "une adresse comme en ont les produits"),
    (r"an address as categories have", "une adresse comme en ont les rayons"),
    (r"a long name at its address's end", "un nom long au bout de son adresse"),
    # layout
    (r"its heading is (?P<x>.+)", "elle est intitulée {x}"),
    (r"its title is (?P<x>['\"].+)", "la fenêtre est intitulée {x}"),
    (r"its heading is named as a product's", "son intitulé porte un nom technique de produit"),
    (r"a cart button outside of cards", "un bouton d'achat hors des vignettes"),
    (r"one quantity to fill in", "une quantité à remplir"),
    (r"a price outside of cards, far below the title", "un prix hors des vignettes, loin sous le titre"),
    (r"a price outside of cards", "un prix hors des vignettes"),
    (r"some prices outside of cards", "quelques prix hors des vignettes"),
    (r"a price to be asked for", "un prix sur demande"),
    (r"it says that it is sold out", "elle dit que c'est épuisé"),
    (
        r"beside its price it says whether it can be had",
        "à côté de son prix, elle dit si le produit est disponible",
    ),
    (r"no price and no cart button outside of cards", "ni prix ni bouton d'achat hors des vignettes"),
    (r"it leads on from a cart", "elle mène du panier à la commande"),
    (r"a cart's lines, each with its quantity", "les lignes d'un panier, avec leurs quantités"),
    (
        r"(?P<x>\d+) cart buttons, and no price outside of cards",
        "{x} boutons d'achat, et aucun prix hors des vignettes",
    ),
    (r"the first price below the title is in no card", "le premier prix sous le titre est hors des vignettes"),
    (r"the first price below the title is in a card", "le premier prix sous le titre est dans une vignette"),
    (r"(?P<x>\d+) prices outside of cards, and no cart button", "{x} prix hors des vignettes, et aucun bouton d'achat"),
    (r"(?P<x>\d+) cards with pictures, and nothing to buy", "{x} vignettes avec photo, et rien à acheter"),
    (r"every price is in one of (?P<x>\d+) cards", "tous les prix sont dans {x} vignettes"),
    (
        r"most prices are in (?P<x>\d+) cards, and no cart button is outside",
        "la plupart des prix sont dans {x} vignettes, et aucun bouton d'achat n'est ailleurs",
    ),
    (r"(?P<x>\d+) cart buttons, all in cards", "{x} boutons d'achat, tous dans des vignettes"),
    (r"cards above the title", "des vignettes au-dessus du titre"),
    (r"controls that sort or filter", "de quoi trier ou filtrer"),
    (r"the page says that it has a next one", "la page dit qu'elle a une suite"),
    (r"(?P<x>\d+) characters of text with an author or a date", "{x} caractères de texte, avec un auteur ou une date"),
    (r"(?P<x>\d+) characters of text", "{x} caractères de texte"),
    (r"it reads as the article that og:type calls it", "elle se lit comme l'article que dit og:type"),
    (r"a password to fill in, and nothing to buy", "un mot de passe à remplir, et rien à acheter"),
    # markup
    (r"marked up as the product (?P<x>.+) without an offer", "balisée comme le produit {x}, sans offre"),
    (
        r"marked up as the product (?P<x>.+) with a range of prices, and every price is in a card",
        "balisée comme le produit {x} avec une fourchette de prix, et tous les prix sont dans des vignettes",
    ),
    (r"marked up as the product of this page", "balisée comme le produit de cette page"),
    (r"marked up as the product (?P<x>.+)", "balisée comme le produit {x}"),
    (r"marked up as (?P<x>.+)", "balisée comme {x}"),
    (
        r"its markup is whole, of this address and of this title \(certain\)",
        "son balisage est entier, à cette adresse et à ce titre (certain)",
    ),
    (r"a product within an article, and nothing to buy", "un produit dans un article, et rien à acheter"),
    (r"a product's price in <meta>", "un prix de produit dans <meta>"),
    (r"one product in its scripts", "un seul produit dans ses scripts"),
    (r"its title is the marked up product's name", "son titre est le nom du produit balisé"),
    (r"(?P<x>\d+) products marked up beside one another", "{x} produits balisés côte à côte"),
    (
        r"(?P<x>\d+) products marked up, all with addresses of their own",
        "{x} produits balisés, tous avec une adresse à eux",
    ),
    (r"the product marked up has an address of its own", "le produit balisé a une adresse à lui"),
    # platforms
    (r"an element of a (?P<x>\w+) page of its platform", "un élément de page « {x} » de sa plateforme"),
    (r"Squarespace's classes of <body>", "les classes de <body> de Squarespace"),
    (r"<body> is named (?P<x>.+)", "<body> s'appelle {x}"),
    (r"its scripts call the page (?P<x>.+)", "ses scripts appellent la page {x}"),
    # gates
    (r"a firewall's challenge \((?P<x>.+)\)", "l'épreuve d'un pare-feu ({x})"),
    (
        r"it says (?P<x>.+) \(status (?P<y>\d+)\), and little else",
        "elle dit {x} (réponse {y}), et presque rien d'autre",
    ),
    (r"it says (?P<x>.+), and little else", "elle dit {x}, et presque rien d'autre"),
    (r"its platform's page for a closed shop", "la page de sa plateforme pour une boutique fermée"),
    (r"next to no text without JavaScript", "presque aucun texte sans JavaScript"),
    (r"next to no text, and long scripts", "presque aucun texte, et de longs scripts"),
)
_FIELD_REASONS: Final = (
    (
        rf"the name that the others resemble most, from (?P<s>{_SOURCES})",
        "le nom auquel les autres ressemblent le plus",
    ),
    (rf"given by (?P<s>(?:{_SOURCES})(?:, (?:{_SOURCES}))*)", "donné par : {s}"),
    (r"others: (?P<n>.+)", "autres réponses : {n}"),
    (rf"said by (?P<s>{_SOURCES})", "dit par : {s}"),
    (r"others differ", "d'autres le contredisent"),
    (r"nothing is said of it", "rien n'en est dit"),
    (r"too uncertain to publish", "trop incertain pour être publié"),
    (r"no source gives a name", "aucune source ne donne de nom"),
    (r"no source gives a brand", "aucune source ne donne de marque"),
    (r"no source gives a price", "aucune source ne donne de prix"),
    (r"no source gives one", "aucune source n'en donne"),
    (r"only the shop's own name is given", "seul le nom de la boutique est donné"),
    (r"no valid code", "aucun code valable"),
    (r"one a variant", "un par déclinaison"),
    (r"sources differ: the most trusted", "les sources se contredisent : la plus sûre"),
    (r"its check digit is right", "sa clé de contrôle est juste"),
    (r"the currency is unknown", "la devise est inconnue"),
    (r"shown as free", "affiché comme gratuit"),
    (r"0 without the word free is no price", "0 sans le mot « gratuit » n'est pas un prix"),
    (r"beside the price", "à côté du prix"),
    (r"its sign is shown beside the price", "son signe est à côté du prix"),
    (r"(?P<x>'.+') is shown beside the price", "{x} est à côté du prix"),
    (r"named elsewhere in the page", "nommée ailleurs dans la page"),
    (r"the sign of other prices", "le signe des autres prix"),
    (r"the shop's currency", "la devise de la boutique"),
    (r"the currency of the site's country", "la devise du pays du site"),
)
_PLACES: Final = (
    (r"text (?P<x>\d+), score (?P<n>-?[\d.]+)(?P<z> \(.+\))?", "texte n° {x}, note {n}{z}"),
    (r"an active cart button", "un bouton d'achat actif"),
    (r"a cart button that cannot be pressed", "un bouton d'achat inactif"),
    (r"an element called title", "un élément nommé « title »"),
    (r"the window's title", "le titre de la fenêtre"),
    (r"label", "une étiquette"),
    (r"orphans", "des propriétés sans élément"),
)

_AGAINST: Final = {
    "shipping": "livraison",
    "saving": "économie",
    "from a quantity on": "à partir d'une quantité",
    "surcharge": "supplément",
    "instalment": "paiement en plusieurs fois",
    "deposit": "caution, consigne ou acompte",
    "per unit": "à l'unité de mesure",
    "zero": "zéro",
    "without tax": "hors taxes",
}
"""What stands beside an amount and speaks against it (`connectors.pages.prices`)."""
_QUOTED: Final = re.compile(r"(?P<quote>['\"])(?P<text>.*)(?P=quote)", re.S)
"""As Python writes a text."""


def kind_reason(reason: str) -> str:
    """One of `Verdict.reasons`, with its weight."""
    weighed = _WEIGHED.match(reason)
    if weighed is None:
        return _said(reason, _KIND_REASONS) or reason
    said = _said(weighed["reason"], _KIND_REASONS) or weighed["reason"]
    kind = _KINDS.get(weighed["kind"], weighed["kind"])
    return f"{said} ({kind} {weighed['weight'].replace('.', ',').replace('-', '−')})"


def field_reason(why: str) -> str:
    """`Field.why`: several of them, one after the other."""
    return " ; ".join(_said(one, _FIELD_REASONS) or one for one in why.split("; ")) if why else ""


def place(where: str) -> str:
    """`Answer.where`."""
    return _said(where, _PLACES) or where


def _said(text: str, table: tuple[tuple[str, str], ...]) -> str | None:
    for pattern, french in table:
        if (found := re.fullmatch(pattern, text, re.S)) is not None:
            parts = {name: _put(name, value or "") for name, value in found.groupdict().items()}
            if "s" in parts:
                parts["s"] = ", ".join(SOURCE_TEXTS[source] for source in parts["s"].split(", "))
            return french.format(**parts)
    return None


def _put(name: str, value: str) -> str:
    """A quoted text, a number or what speaks against an amount, as French writes it."""
    if name == "n":
        return value.replace(".", ",").replace("-", "−")
    if name == "z" and value:
        return f" ({', '.join(_AGAINST.get(one, one) for one in value[2:-1].split(', '))})"
    quoted = _QUOTED.fullmatch(value)
    return f"«\N{NO-BREAK SPACE}{quoted['text']}\N{NO-BREAK SPACE}»" if quoted else value

"""What a visitor sees (titles, cart buttons, prices, cards, long texts), and what it says of a page's kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from selectolax.lexbor import LexborNode

from connectors.pages.flow import brief
from connectors.pages.look import Look, waits
from connectors.pages.page import Page
from connectors.pages.signs import PageKind, Sign
from connectors.pages.tiles import Tiles
from connectors.pages.titles import is_logo

_CONTROLS: Final = (
    "select,[class*=sort i],[class*=orderby i],[class*=result-count i],[class*=facets i],[data-hook=sort-by]"
)
_SORTS: Final = re.compile(
    r"sort(?:by|er|ing|-|_|\b|select|form|pagibar|product)|order-?_?by|orderlist|result-count|facets"
    r"|products-sort|selectproductsort",
    re.I,
)
_AUTHORS: Final = (
    "[rel=author],[class*=author i],[itemprop=author],[itemprop=datePublished],article time,[class*=byline "
    "i],meta[property='article:published_time'],[class*=post-meta i],[class*=entry-meta i]"
)

_TITLES: Final = (
    (
        PageKind.ACCOUNT,
        4.0,
        re.compile(
            r"(?:(?:mon|votre|le|mes|vos|my|your|shopping|ma|voir)? ?(?:panier|caddie|cart|basket|bag"
            r"|warenkorb)(?: d.achats?| \(\d+\)| vide)?|r[ée]capitulatif.{0,20}commande|(?:mon |votre |my "
            r"|your )?(?:espace )?(?:compte|account|client)"
            r"|(?:passer |finaliser |valider )?(?:ma |la |votre |mes |vos )?commandes?(?: re[çc]ue)?|caisse"
            r"|checkout|paiement|(?:se )?connect(?:er|ez-vous)\b.{0,30}|connexion(?: / inscription)?"
            r"|identification|authentification|identifiant client"
            r"|log ?in|sign ?in|register|inscription|cr[ée]er (?:un|votre|mon) compte|mot de passe (?:oubli[ée]"
            r"|perdu)|d[ée]j[àa] client.{0,5}|(?:ma |mes |my |vos |liste d[e'’] ?)?(?:liste (?:de"
            r"|d['’]) ?)?(?:favoris|souhaits|envies|wish ?list)"
            r"|merci pour votre (?:commande|achat).{0,20}|order (?:received|confirmation)|commande (?:confirm"
            r"|re[çc]ue).{0,20}|(?:historique (?:de )?(?:mes |vos )?)?commandes|mes (?:commandes|adresses"
            r"|informations)|nouveau client.{0,5}|my orders)\W*\Z",
            re.I,
        ),
    ),
    (
        PageKind.LISTING,
        3.0,
        re.compile(
            r"(?:(?:\d+ )?r[ée]sultats?\b.*|aucun r[ée]sultat.*|(?:votre )?recherche\b.*"
            r"|search(?: results?)?\b.*|suchergebnis.*|.* - page \d+|promotions?|promos|nouveaut[ée]s?"
            r"|nouveaux produits|soldes.*|meilleures ventes|boutique|shop|catalogue|(?:tous )?(?:nos "
            r"|les )?produits"
            r"|all products|products|bonnes affaires|nos marques|tous? (?:les|nos) .*|toutes (?:les|nos) .*"
            r"|comparer.*|comparatif.*|id[ée]es[- ]cadeaux?.*|nos (?:produits|articles|cr[ée]ations|collections"
            r"|.{3,20}s))\W*\Z",
            re.I,
        ),
    ),
    (
        PageKind.OTHER,
        3.0,
        re.compile(
            r"(?:(?:erreur|error) ?\d*.*|404.*|page (?:introuvable|non trouv[ée]e|not found).*|not found.*|(?:ce"
            r"|le) produit n.(?:existe|est) (?:plus|pas).*|oups.*|livraisons?(?: et retours?)?"
            r"|conditions (?:g[ée]n[ée]rales|of|de).*|c\.?g\.?[vu]\.?|mentions l[ée]gales|contact(?:ez-nous)?"
            r"|qui sommes[- ]nous.*|[àa] propos.*|about(?: us)?|faq|avis (?:de nos )?clients|ils parlent de nous"
            r"|(?:nos |les )?tarifs|politique de .*|terms.*|privacy.*|plan du site|sitemap|nos magasins"
            r"|horaires.*|t[ée]moignages|bienvenue.*|accueil)\W*\Z",
            re.I,
        ),
    ),
)
_PLAIN_TITLES: Final = (
    (
        PageKind.ACCOUNT,
        7.0,
        re.compile(
            r"(?:(?:(?:ma|mes|votre|vos|my|la) )?(?:listes? (?:de |d['’] ?)(?:souhaits?|envies?|favoris)|wish ?lists?)"
            r"|(?:mes|vos) (?:favoris|envies|souhaits|coups de c(?:œ|oe)ur)"
            r"|(?:mon|votre) espace(?: (?:personnel|perso|clients?|membre|adh[ée]rent|pro))?)\W*\Z",
            re.I,
        ),
    ),
    (
        PageKind.LISTING,
        7.0,
        re.compile(
            r"(?:compar(?:er|aison|atif|ateur)(?: (?:de|des|les|ces|mes|vos|nos))? (?:produits|articles|mod[èe]les)"
            r"|(?:compare|product comparison|compare products|produktvergleich))\W*\Z",
            re.I,
        ),
    ),
)
"""What no product is called, whatever can be bought there."""
_PRODUCT_TITLE: Final = re.compile(
    r"(?:product|produit|item|article|fiche)[-_ ]?(?:page)?[-_ ]*(?:title|titre|name|nom)|pdp[-_]"
    r"|productdetails?|product-info|product_title|(?:name|title)[-_]?product\b",
    re.I,
)
_SPLIT: Final = re.compile(r"\s+[-|–—·•»]\s+|\s*\|\s*")


def signs(page: Page, tiles: Tiles, look: Look) -> Iterable[Sign]:
    """What the page looks like."""
    yield from _titles(page, tiles)
    yield from _buying(tiles, look)
    yield from _cards(tiles, look)
    yield from _controls(page, tiles)
    yield from _text(page, tiles, look)


def _titles(page: Page, tiles: Tiles) -> Iterable[Sign]:
    heading = " ".join(tiles.title.text()[:400].split())[:150] if tiles.title is not None else ""
    head = _SPLIT.split((page.title or "")[:200].strip())[0]
    said = heading
    if (tiles.title is None or is_logo(page, tiles.title)) and (below := page.tree.css_first("h2")) is not None:
        said = brief(below, 150)
    for kind, weight, pattern in _PLAIN_TITLES:
        if pattern.match(said or head):
            yield Sign(kind, weight, f"its {'heading' if said else 'title'} is {(said or head)[:60]!r}")
            return
    for kind, weight, pattern in _TITLES:
        for where, text in (("heading", heading), ("title", head)):
            if text and pattern.match(text):
                yield Sign(kind, weight, f"its {where} is {text[:60]!r}")
                break
    node, named = tiles.title, ""
    for _ in range(3):
        if node is None or node.tag == "body" or not node.is_element_node:
            break
        attributes = node.attributes
        named += " ".join(attributes.get(name) or "" for name in ("class", "id", "data-hook")) + " "
        node = node.parent
    if tiles.title is not None and (below := tiles.title.css_first("[id],[class]")) is not None:
        named += f" {below.attributes.get('class') or ''} {below.attributes.get('id') or ''}"
    if _PRODUCT_TITLE.search(named):
        yield Sign(PageKind.PRODUCT, 1.5, "its heading is named as a product's")


def _buying(tiles: Tiles, look: Look) -> Iterable[Sign]:
    if look.own_buttons:
        yield Sign(PageKind.PRODUCT, 2.5 if look.own_buttons <= 4 else 1.5, "a cart button outside of cards")
    if 1 <= look.quantities <= 2:
        yield Sign(PageKind.PRODUCT, 1.0, "one quantity to fill in")
    if tiles.first == "far" and not look.own_buttons:
        yield Sign(PageKind.PRODUCT, 0.5, "a price outside of cards, far below the title", weak=True)
    elif 1 <= look.shown <= 3:
        yield Sign(PageKind.PRODUCT, 1.5, "a price outside of cards", weak=True)
    elif 4 <= look.shown <= 12:
        yield Sign(PageKind.PRODUCT, 0.7, "some prices outside of cards", weak=True)
    if look.request or look.absent:
        yield Sign(
            PageKind.PRODUCT,
            2.5 if look.asked else 2.0,
            "a price to be asked for" if look.request else "it says that it is sold out",
        )
    elif look.stocked:
        yield Sign(PageKind.PRODUCT, 2.0, "beside its price it says whether it can be had")
    elif not look.sells:
        yield Sign(PageKind.PRODUCT, -1.5, "no price and no cart button outside of cards")
    if look.checkouts and not look.own_buttons:
        yield Sign(PageKind.ACCOUNT, 2.5, "it leads on from a cart")
    if look.lines and not look.own_buttons:
        yield Sign(PageKind.ACCOUNT, 2.5, "a cart's lines, each with its quantity")
    if look.own_buttons >= 5 and not look.shown:
        yield Sign(PageKind.LISTING, 2.0, f"{look.own_buttons} cart buttons, and no price outside of cards")
    if tiles.first == "free":
        many = look.shown >= 4 and not look.own_buttons
        yield Sign(PageKind.PRODUCT, 1.0 if many else 1.5, "the first price below the title is in no card", weak=True)
    elif tiles.first == "card" and not look.asked:
        yield Sign(PageKind.LISTING, 1.0, "the first price below the title is in a card")
    if look.shown >= 5 and not look.own_buttons and tiles.first != "free":
        yield Sign(PageKind.LISTING, 1.5, f"{look.shown} prices outside of cards, and no cart button")


def _cards(tiles: Tiles, look: Look) -> Iterable[Sign]:
    groups = tiles.product_groups
    if look.asked:  # the cards below are its neighbours
        return
    if not groups:
        pictured = max((len(group.cards) for group in tiles.groups), default=0)
        if pictured >= 4 and not look.sells:
            yield Sign(PageKind.LISTING, 1.0, f"{pictured} cards with pictures, and nothing to buy")
        return
    count = sum(len(group.cards) for group in groups)
    main = sum(len(group.cards) for group in groups if not group.related)
    if not look.own_buttons:
        weight = 3.0 if main >= 3 else 2.0 if main else 1.5
        share = tiles.prices_in / (tiles.prices_in + tiles.prices_out)
        if tiles.prices_out == 0:
            yield Sign(PageKind.LISTING, weight, f"every price is in one of {count} cards")
        elif share >= 0.6:
            yield Sign(
                PageKind.LISTING, weight * 0.6, f"most prices are in {count} cards, and no cart button is outside"
            )
    if look.card_buttons >= 3 and not look.own_buttons:
        yield Sign(PageKind.LISTING, 1.5, f"{look.card_buttons} cart buttons, all in cards")
    if any(group.place == "before" and len(group.cards) >= 4 for group in groups if not group.related):
        yield Sign(PageKind.LISTING, 0.5, "cards above the title")


def _controls(page: Page, tiles: Tiles) -> Iterable[Sign]:
    if any(_sorts(node) and not tiles.holds(node) for node in page.tree.css(_CONTROLS)[:60]):
        yield Sign(PageKind.LISTING, 1.0, "controls that sort or filter")
    head = page.tree.head
    if head is not None and head.css_first("link[rel=next],link[rel=prev]") is not None:
        yield Sign(PageKind.LISTING, 1.5, "the page says that it has a next one")


def _sorts(node: LexborNode) -> bool:
    attributes = node.attrs
    names = " ".join(attributes.get(name) or "" for name in ("class", "id", "name", "data-hook"))[:300]
    return _SORTS.search(names) is not None


def _text(page: Page, tiles: Tiles, look: Look) -> Iterable[Sign]:
    if tiles.prose >= 1200 and not look.own_buttons:
        signed = page.tree.css_first(_AUTHORS) is not None
        told = " with an author or a date" if signed else ""
        yield Sign(PageKind.ARTICLE, 2.0 if signed else 1.0, f"{tiles.prose} characters of text{told}")
        if signed and any(key == "og:type" and value.strip().lower() == "article" for key, value in page.metas):
            yield Sign(PageKind.ARTICLE, 2.0, "it reads as the article that og:type calls it")
    if (
        not look.sells
        and not tiles.groups
        and any(not waits(node) for node in page.tree.css("input[type=password i]")[:5])
    ):
        yield Sign(PageKind.ACCOUNT, 1.5, "a password to fill in, and nothing to buy")

"""What a page's address says of its kind. Whole segments count: /panier is a cart, /produit/panier-en-osier none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from connectors.pages.page import Page
from connectors.pages.signs import PageKind, Sign

ROOT: Final = 20.0
"""The weight of an address that is the site's root."""
_NOWHERE: Final = ".invalid"
"""A host that cannot be (RFC 2606): who reads a page of unknown origin gives it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HOME: Final = _words("index accueil home homepage default main welcome start")
_HARMLESS: Final = re.compile(
    r"utm_|gclid|fbclid|msclkid|mc_|_ga|lang\Z|language\Z|id_lang|locale|hl\Z|currency|id_currency|osc?sid"
    r"|phpsessid|sid\Z|source\Z|v\Z"
)
"""What the home page's address may carry. Hand-made shops tell their pages apart by other words: ?art=12."""
_LANGUAGE: Final = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?\Z", re.I)
_ACCOUNT: Final = _words(
    "panier mon-panier votre-panier cart shopping-cart basket bag caddie caisse checkout onepage-checkout "
    "commande commander ma-commande commande-rapide passer-commande "
    "compte mon-compte account my-account customer client espace-client login connexion se-connecter "
    "signin sign-in identification authentification inscription register signup sign-up "
    "creer-un-compte wishlist wish-list my-wishlist liste-de-souhaits liste-envies liste-d-envies "
    "mes-envies mes-favoris favoris favourites password mot-de-passe mot-de-passe-oublie order-received "
    "order-confirmation confirmation-commande commande-recue mes-commandes orders order "
    "historique-des-commandes order-history adresse adresses logout deconnexion warenkorb kasse anmelden "
    "anmeldung "
    "konto merkzettel carrito cesta carrello winkelwagen mini-cart cart-page thank-you-page merci "
    "paiement-accepte paiement"
)
_SEARCH: Final = _words(
    "search recherche rechercher catalogsearch searchresults search-results resultats resultats-recherche "
    "suche find buscar ricerca advanced_search_result results"
)
_SEARCH_KEYS: Final = _words(
    "s q search search_query query keyword keywords mot mots recherche searchstring txt term terms"
)
_LISTS: Final = _words(
    "categorie categories category product-category categorie-produit collections collection rayon rayons "
    "c cat marque marques brand brands nos-marques manufacturer manufacturers fabricant fabricants "
    "vendor vendors tag tags product-tag etiquette etiquette-produit etiquettes-produits kategorie "
    "kategorien hersteller product_cat product-categories produits-categorie gamme gammes univers selection"
)
"""With what follows: a category; alone: the list of all."""
_ALL: Final = _words(
    "boutique shop store magasin catalogue catalog produits products nos-produits all-products "
    "tous-les-produits promotions promos promo soldes bonnes-affaires nouveautes nouveaux-produits new "
    "new-arrivals meilleures-ventes best-sellers bestsellers prices-drop best-sales destockage outlet sale "
    "specials ventes-flash idees-cadeaux liste list"
)
"""Alone, at the end."""
_PRODUCTS: Final = _words(
    "product products produit produits p dp gp item items prod product-page fiche fiche-produit fiches "
    "artikel producto productos prodotto produkt produkte tuote pd ip itm listing detail details"
)
"""With something behind."""
_POSTS: Final = _words(
    "blog blogs actualites actualite actus news magazine journal recette recettes recipe "
    "recipes conseils conseil guide guides post posts le-blog dossiers dossier tutoriel tutos "
    "category-blog presse"
)
_SERVICES: Final = _words(
    "cgv cgu contact contactez-nous livraison livraisons mentions-legales a-propos about about-us "
    "qui-sommes-nous faq aide help conditions-generales-de-vente conditions politique-de-confidentialite "
    "privacy privacy-policy terms plan-du-site sitemap magasins stores store-locator horaires avis "
    "avis-clients temoignages paiement-securise retours garanties faire-un-don partenaires equipe pages "
    "content cms "
    "comparateur compare comparaison tarifs"
)
_PAGE: Final = re.compile(r"/(?:page|p|results?|resultats)[/,-]\d+(?:-\d+)?/?\Z")
_PAGE_KEYS: Final = _words("page p paged pg pagenumber start limitstart offset product-page")
_LIST_KEYS: Final = _words(
    "cat category categoryid category_id id_category cpath cat_id rayon catid manufacturers_id "
    "id_manufacturer orderby sort tri order dir filter"
)
_PRODUCT_KEYS: Final = _words(
    "id_product product_id products_id productid idproduct idproduit produit product itemid item_id sku "
    "ref pid article_id prod prodid"
)
_PRODUCT_FILE: Final = re.compile(
    r"[-_/,](?:p|pr|prod|art|product|produit)[-_]?\d{1,9}(?:\.html?|\.php|\.aspx?)?\Z|[-_](?:detail|product"
    r"|produit)(?:\.html?)?\Z|,p?\d+\.html?\Z",
    re.I,
)
_LIST_FILE: Final = re.compile(r"[-_/,](?:c|cat|r|rayon|category|m|b)[-_]?\d{1,7}(?:\.html?|\.php|\.aspx?)?\Z", re.I)
_PRESTASHOP_PRODUCT: Final = re.compile(r"/\d+(?:-\d+)?-[^/]{3,}\.html\Z")
_PRESTASHOP_LIST: Final = re.compile(r"\A(?:/[a-z]{2})?/\d{1,5}-[^/.]{2,}\Z")
_DATED: Final = re.compile(r"/(?:19|20)\d\d/(?:0?\d|1[0-2])(?:/|\Z)")
_EXTENSION: Final = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|cfm|do)\Z")


def own_address(page: Page) -> str:
    """The address that the page was found at; without one, what it says of itself."""
    if page.url and not page.url.partition("?")[0].rstrip("/").endswith(_NOWHERE):
        return page.url
    node = page.tree.css_first("link[rel=canonical][href]")
    if node is not None:
        return node.attributes.get("href") or ""
    node = page.tree.css_first("meta[property='og:url'][content]")
    return (node.attributes.get("content") or "") if node is not None else ""


def signs(page: Page) -> Iterable[Sign]:
    """What the address says."""
    address = own_address(page)
    if not address:
        return
    try:
        parts = urlsplit(address)
        query = {key.lower(): value for key, value in parse_qsl(parts.query, max_num_fields=50)}
    except ValueError:
        return
    path = parts.path.lower()
    segments = [_EXTENSION.sub("", segment) for segment in path.split("/") if segment][:12]
    yield from _of(path, segments, query)
    if (
        page.url
        and segments
        and page.declared
        and urlsplit(page.declared).path in ("", "/")
        and not urlsplit(page.declared).query
    ):
        yield Sign(PageKind.HOME, 1.0, "its canonical address is the site's root")


def _of(path: str, segments: list[str], query: dict[str, str]) -> Iterable[Sign]:
    keys = set(query)
    route = " ".join(
        query.get(key, "") for key in ("route", "controller", "option", "view", "page", "action", "post_type")
    ).lower()
    if keys & _PRODUCT_KEYS or "product/product" in route or "productdetails" in route:
        yield Sign(PageKind.PRODUCT, 2.0, "its address names a product in the query")
        return
    if _is_home(segments) and all(_HARMLESS.match(key) is not None for key in keys):
        yield Sign(PageKind.HOME, ROOT, "the site's root")
        return
    if (
        set(segments[-2:]) & _ACCOUNT
        or set(segments[:2]) & _ACCOUNT - {"client", "customer", "order", "orders"}
        or re.search(r"\b(?:cart|checkout|account|order)\b", route)
    ):
        yield Sign(PageKind.ACCOUNT, 4.0, "an address of carts and accounts")
    elif set(segments[-2:]) & _SEARCH or (keys & _SEARCH_KEYS) or "search" in route:
        yield Sign(PageKind.LISTING, 3.0, "an address of searches")
    elif keys & _PAGE_KEYS or (_PAGE.search(path) and not set(segments) & _PRODUCTS):
        yield Sign(PageKind.LISTING, 1.5, "an address of pages of a list")
    yield from _by_words(path, segments, keys)


def _by_words(path: str, segments: list[str], keys: set[str]) -> Iterable[Sign]:
    before, last = segments[:-1], segments[-1] if segments else ""
    if keys & _LIST_KEYS:
        yield Sign(PageKind.LISTING, 1.5, "its address names a category, an order or a filter")
    if set(before) & _PRODUCTS:
        yield Sign(PageKind.PRODUCT, 2.0, "an address of products")
    elif last in _LISTS or last in _ALL or (before and before[-1] in _LISTS) or (before and before[0] in _LISTS):
        yield Sign(PageKind.LISTING, 2.0, "an address of categories")
    elif set(segments) & _POSTS or _DATED.search(path):
        yield Sign(PageKind.ARTICLE, 1.5, "an address of articles")
    elif last in _SERVICES or (before and before[0] in _SERVICES):
        yield Sign(PageKind.OTHER, 2.0, "an address of a shop's services")
    elif _PRODUCT_FILE.search(path) or _PRESTASHOP_PRODUCT.search(path):
        yield Sign(PageKind.PRODUCT, 1.5, "an address as products have")
    elif _LIST_FILE.search(path) or _PRESTASHOP_LIST.search(path):
        yield Sign(PageKind.LISTING, 1.5, "an address as categories have")
    elif last.count("-") >= 3:
        yield Sign(PageKind.PRODUCT, 0.5, "a long name at its address's end", weak=True)


def _is_home(segments: list[str]) -> bool:
    return all(segment in _HOME or _LANGUAGE.match(segment) for segment in segments) and len(segments) <= 2

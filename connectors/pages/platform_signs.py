"""What shop systems say of a page's kind in the classes and ids of <body>, in data attributes and in their scripts.

From the systems' own themes. A theme of one's own may have none of it; what is there is seldom wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from selectolax.lexbor import LexborNode

from connectors.pages.page import Page
from connectors.pages.signs import PageKind, Sign

_STRONG: Final = 6.0
_FAIR: Final = 2.5

_PRODUCT, _LISTING, _HOME = PageKind.PRODUCT, PageKind.LISTING, PageKind.HOME
_ARTICLE, _ACCOUNT, _OTHER = PageKind.ARTICLE, PageKind.ACCOUNT, PageKind.OTHER

_CLASSES: Final = {
    # WooCommerce, WordPress
    _PRODUCT: "single-product|template-product|catalog-product-view|is--ctl-detail|is-ctl-product|page-productdetails|"
    "pagetype-productpage|view-productdetails|product-template-default|page-product|template-product-.*|"
    "product-product(-[\\d_]+)?|hikashop-menu-for-product|page-productdetail|path-product|node-type-product",
    _LISTING: "tax-product_cat|tax-product_tag|tax-product_brand|tax-pa_.*|post-type-archive-product|woocommerce-shop|"
    "template-collection|template-search|template-list-collections|template-collection-.*|"
    "catalog-category-view|catalogsearch-.*-(index|result)|page-products|is--ctl-listing|is--ctl-search|is-ctl-search|"
    "pagetype-categorypage|page-searchlist|page-productlist|page-productgrid|product-category(-[\\d_]+)?"
    "|product-search|"
    "product-special|product-manufacturer(-info)?(-\\d+)?|search-results|search-no-results|page-category|page-search|"
    "page-new-products|page-manufacturer|page-best-sales|page-prices-drop|path-category",
    _HOME: "home|template-index|cms-index-index|cms-home|is--ctl-index|is-act-home|common-home|page-homepage"
    "|page-index|homepage|"
    "path-frontpage",
    _ARTICLE: "single-post|template-article|template-blog|blog-post-view|is--ctl-blog|blog|page-blog",
    _ACCOUNT: "woocommerce-cart|woocommerce-checkout|woocommerce-account|woocommerce-order-received|template-cart|"
    "template-customers-.*|checkout-.*-(index|success)|checkout-cart|checkout-checkout|customer-account-.*|wishlist-.*|"
    "is--ctl-checkout|is--ctl-account|is--ctl-register|is-ctl-checkout|is-ctl-auth|is-ctl-accountprofile"
    "|is-ctl-register|"
    "page-cartpage|page-login|page-cart|page-order|page-authentication|page-customer-account|page-order-confirmation|"
    "account-(login|register|account|order|wishlist)|view-cart|customer-account",
    _OTHER: "error404|template-404|template-page|page-cms|cms-page-view|cms-no-route|cms-noroute-index|information-.*|"
    "template-page-.*|is--ctl-custom|page-contact|template-contact",
}
_IDS: Final = {
    _PRODUCT: "product|page-product|productpage",
    _LISTING: "category|search|new-products|best-sales|prices-drop|manufacturer|supplier|page-category|collection",
    _HOME: "index|home|homepage|page-index",
    _ACCOUNT: "cart|order|order-opc|checkout|authentication|my-account|identity|history|addresses?|order-confirmation|"
    "order-slip|discount|password|module-blockwishlist-.*|guest-tracking",
    _ARTICLE: "module-\\w*blog\\w*-(details|post|article|view)",
    _OTHER: "cms|contact|sitemap|stores|pagenotfound",
}
_BY_CLASS: Final = {kind: re.compile(f"(?:{names})\\Z") for kind, names in _CLASSES.items()}
_BY_ID: Final = {kind: re.compile(f"(?:{names})\\Z") for kind, names in _IDS.items()}
_NOT_THIS_PAGE: Final = frozenset({"blog", "home", "search-results"})
"""Classes that also stand for less: fair signs only, as all that call a page a page."""

_GENERIC: Final = (
    (
        _PRODUCT,
        re.compile(
            r"(?:page|template|view|type|pagetype)?[-_]*(?:product|produit|fiche)[-_]?(?:page|details?|view"
            r"|show|fiche|produit|single)?\Z"
        ),
    ),
    (
        _LISTING,
        re.compile(
            r"(?:page|template|view|type)?[-_]*(?:category|categorie|collection|listing|productlist"
            r"|catalogue?|search|recherche|rayon|marque|brand)[-_]?(?:page|list|view)?\Z"
        ),
    ),
    (_HOME, re.compile(r"(?:page|template)?[-_]*(?:home|homepage|accueil|frontpage)[-_]?(?:page)?\Z")),
    (
        _ACCOUNT,
        re.compile(
            r"(?:page|template|view)?[-_]*(?:cart|panier|basket|checkout|login|connexion|account|compte"
            r"|commande|wishlist)[-_]?(?:page)?\Z"
        ),
    ),
)

_ELEMENTS: Final = (
    (
        _PRODUCT,
        3.0,
        "[data-hook=product-page],#product_detail.oe_website_sale,[data-action^=Product-Show],.pt_product-details,"
        "#vmMainPage "
        ".productdetails",
    ),
    (_LISTING, 3.0, "[data-action^=Search-Show],.pt_product-search-result,#products_grid"),
    (_HOME, 3.0, "[data-action^=Home-Show]"),
    (_ACCOUNT, 3.0, "[data-action^=Cart-Show],[data-action^=Login-Show],.pt_cart,[data-hook='CartAppDataHook.root']"),
)

_ANY_ELEMENT: Final = ",".join(query for _, _, query in _ELEMENTS)
_MAX_ELEMENTS: Final = 8

_PAGE_TYPE: Final = re.compile(
    rb"""age_?(?:[tT]ype|[cC]ategory|[tT]emplate)["']?\s*[:=,]\s*\[?["']([\w /-]{1,40})["']"""
)
_TYPES: Final = (
    (
        _PRODUCT,
        re.compile(
            r"(?:product|produit|product[ _-]?(?:page|details?|detail page|view)|pdp|item|items?page"
            r"|offerdetail|article ?detail)\Z",
            re.I,
        ),
    ),
    (
        _LISTING,
        re.compile(
            r"(?:category|categorie|categories|collection|product[ _-]?list(?:ing)?(?: page)?|plp|search"
            r"|search ?results?(?: ?page)?|listing|list|brand|catalog(?:search)?|rayon)\Z",
            re.I,
        ),
    ),
    (_HOME, re.compile(r"(?:home|homepage|home[ _-]page|index|accueil)\Z", re.I)),
    (_ACCOUNT, re.compile(r"(?:cart|basket|panier|checkout|login|account|purchase|order|wishlist)\Z", re.I)),
    (_ARTICLE, re.compile(r"(?:blog|article|blogpost|post|news|recipe)\Z", re.I)),
    (_OTHER, re.compile(r"(?:content|page|static|cms|error|404)\Z", re.I)),
)


def signs(page: Page) -> Iterable[Sign]:
    """What the page's platform says; elements and scripts are asked only where <body> says nothing."""
    body = page.tree.body
    told = list(_body(body)) if body is not None else []
    yield from told
    if any(sign.weight >= _STRONG for sign in told):
        return
    yield from _elements(page)
    yield from _scripts(page)


def _elements(page: Page) -> Iterable[Sign]:
    """The first kind that an element of the page speaks for: all are looked for at once."""
    found = page.tree.css(_ANY_ELEMENT)[:_MAX_ELEMENTS]
    for kind, weight, query in _ELEMENTS if found else ():
        if any(node.css_matches(query) for node in found):
            yield Sign(kind, weight, f"an element of a {kind} page of its platform")
            return


def _body(body: LexborNode) -> Iterable[Sign]:
    """Each kind once, by its strongest name."""
    attributes = body.attributes
    names = (attributes.get("class") or "").lower().split()[:60]
    identity = (attributes.get("id") or "").lower().strip()
    best: dict[PageKind, Sign] = {}
    for name in names:
        for kind, pattern in _BY_CLASS.items():
            if pattern.match(name):
                weak = kind is _OTHER or name in _NOT_THIS_PAGE
                _keep(best, Sign(kind, _FAIR if weak else _STRONG, f"<body class={name!r}>"))
    for kind, pattern in _BY_ID.items():
        if pattern.match(identity):
            weak = kind is _OTHER or not names
            _keep(best, Sign(kind, _FAIR if weak else _STRONG, f"<body id={identity!r}>"))
    if {"collection-type-products"} & set(names):
        kind = _PRODUCT if "view-item" in names else _LISTING
        _keep(best, Sign(kind, _STRONG, "Squarespace's classes of <body>"))
    if not best:
        for name in [*names, identity]:
            for kind, pattern in _GENERIC:
                if name and pattern.match(name):
                    _keep(best, Sign(kind, _FAIR, f"<body> is named {name!r}"))
    yield from best.values()


def _keep(best: dict[PageKind, Sign], sign: Sign) -> None:
    if sign.kind not in best or best[sign.kind].weight < sign.weight:
        best[sign.kind] = sign


def _scripts(page: Page) -> Iterable[Sign]:
    """`pageType: "product"` in the page's scripts; the first that is known counts."""
    for count, match in enumerate(_PAGE_TYPE.finditer(page.source)):
        if count >= 8:
            return
        named = match[1].decode()
        for kind, pattern in _TYPES:
            if pattern.match(named):
                weight = 1.0 if kind is _OTHER else _FAIR
                yield Sign(kind, weight, f"its scripts call the page {named!r}")
                return

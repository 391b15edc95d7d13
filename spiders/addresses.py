"""Pure: the address of a page as it is visited and as it is compared, and the addresses that a good guest leaves alone.

A query's parameters are of five kinds: those that track (dropped), those that arrange or narrow a list or switch its
language or currency (dropped: the plain list holds the same products), those that turn its pages and those that name
what is shown (kept), and those that act (the address is refused). Unknown ones are kept: caps elsewhere end their
explosions. Names are those of the shop systems met most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_plus, urlsplit

from connectors.values import http_url

FILE: Final = "a file, no page"
ACCOUNT: Final = "cart or account"
ACTS: Final = "would act"
SEARCH: Final = "search"
TWIN: Final = "print or feed"
NO_ADDRESS: Final = "no address"


@dataclass(frozen=True, slots=True)
class Address:
    """One address, read once."""

    url: str
    """For visiting: tracking and view parameters removed, the rest as the site wrote it (slash, case, order)."""
    key: str
    """For comparing: two addresses with one key are one page. Without scheme, `www.`, trailing slash and index file,
    parameters in order."""
    refused: str = ""
    """Why it is not to be visited (one of this module's reasons), or empty."""
    narrowed: bool = False
    """Parameters that arrange or narrow a list were removed: a facet."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@lru_cache(maxsize=8192)
def clean(raw: str) -> Address:
    """Read `raw`, an absolute address. Never raises; whose site it is on is not judged here."""
    url, _ = http_url(raw)
    if url is None:
        return Address(raw[:200], "", NO_ADDRESS)
    parts = urlsplit(url)
    path = _path(parts.path)
    kept, reason, narrowed = _query(parts.query, path) if parts.query else ((), "", False)
    query = "&".join(kept)
    visited = f"{parts.scheme}://{parts.netloc}{path}" + ("?" + query if query else "")
    reason = reason if reason == ACTS else _refused_path(path) or reason
    return Address(visited, _key(parts.netloc, path, kept), reason, narrowed)


def _key(netloc: str, path: str, kept: tuple[str, ...]) -> str:
    plain = unquote_plus(path.replace("+", "%2B")) if "%" in path else path
    if not kept:
        plain = _INDEX.sub("/", plain)
    query = "?" + unquote_plus("&".join(sorted(kept))) if kept else ""
    return netloc.removeprefix("www.") + plain.rstrip("/") + query


_INDEX: Final = re.compile(r"/(?:index|default|accueil|home)\.(?:php|html?|aspx?|jsp|cfm)\Z", re.I)
_SLASHES: Final = re.compile(r"/{2,}")
_SESSION_IN_PATH: Final = re.compile(r";(?:jsessionid|phpsessid|sid|cfid)=[^/;]*", re.I)


def _path(path: str) -> str:
    if ";" in path:
        path = _SESSION_IN_PATH.sub("", path)
    return _SLASHES.sub("/", path) if "//" in path else path


# --- parameters

_TRACKS_BEGIN: Final = (
    "utm_",
    "mc_",
    "pk_",
    "piwik_",
    "mtm_",
    "matomo_",
    "hsa_",
    "_hs",
    "at_",
    "_ga",
    "itm_",
    "aspsession",
)
_TRACKS: Final = _words(
    "gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid ttclid twclid igshid igsh _gl gad gad_source "
    "gad_campaignid ref_ referrer referer source src origin campaign campaignid cmp cmpid affid aff affiliate "
    "affiliate_id partner awc mkt_tok xtor ef_id s_kwcid epik trk srsltid sscid sca_ref rfsn spm scm _branch_match_id "
    "vero_id wickedid irclickid _pos _psq _ss _fid _kx pr_prod_strat pr_rec_id pr_rec_pid pr_ref_pid pr_seq cm_mmc "
    "cm_sp ncid icid hsctatracking listtype list_from _ ts timestamp rand random cachebuster nocache tag_assistant "
    "gtm_debug zanpid tduid kwd kw adgroupid adid creative matchtype network placement device devicemodel keyword_id "
    "target targetid"
)
_SESSIONS: Final = _words(
    "phpsessid oscsid zenid session sessionid session_id jsessionid cfid cftoken xtcsid modsid ___sid force_sid "
    "from_store ___from_store"
)
_VIEWS_BEGIN: Final = (
    "filter",
    "f[",
    "facet",
    "attribute_",
    "pa_",
    "dwvar_",
    "query_type_",
    "product_list_",
    "price[",
    "refine",
    "prefn",
    "prefv",
    "orderby",
    "sort",
    "tri[",
    "bf[",
    "af[",
)
_VIEWS: Final = _words(
    "order orderway order_by order-by orderdir tri tri_par trier classement dir direction limit per_page perpage "
    "per-page products_per_page posts_per_page pagesize page_size items_per_page nb_items nbparpage itemsperpage "
    "display layout grid gridlist grille shop_view min_price max_price price_min price_max pricemin pricemax prix_min "
    "prix_max rating_filter rating on_sale in_stock instock stock_status availability disponibilite selected_filters "
    "from-xhr ajax content_only quick_view quickview lightbox tab amp noamp variant id_product_attribute swatch "
    "currency curr devise id_currency submitcurrency setcurrency currency_code lang language locale hl id_lang "
    "isolang setlang ___store cgid psz srule fbrand v-list columns per_row product_order product_count "
    "product_orderby product_view stock discount promo_only"
)
_AMBIGUOUS: Final = _words("ref n q v size color colour taille couleur price prix list limitstart_ sid cid filter")
"""Kept where a script would have nothing else that names what it shows ("article.php?ref=12")."""
_WAYS: Final = frozenset({"view", "mode", "show", "affichage"})
"""A list's look where the value says so ("view=grid"), else the way to a page ("view=productdetails")."""
_LOOKS: Final = re.compile(r"\d*|grid|list|all|liste?|grille|table|compact|gallery|full|tout|large|small", re.I)
_PAGES: Final = _words(
    "page p paged pg pageno page_no pagenum pagenumber currentpage seite pagina start offset limitstart startindex "
    "begin product-page resultsperpage"
)
_ACTS: Final = _words(
    "add-to-cart add_to_cart addtocart add_cart add add_item additem buy buy_now remove_item removed_item undo_item "
    "remove delete del delete_product supprimer ajouter add_wishlist add_to_wishlist add-to-wishlist add_to_compare "
    "remove_from_wishlist remove_from_compare wc-ajax wc-api replytocom share like vote unsubscribe logout mylogout "
    "customer-logout signout _wpnonce nonce form_key csrf csrf_token token back returnurl return_url return_to "
    "redirect redirect_to redirecturl back_url uenc destination"
)
_VERBED: Final = frozenset({"action", "act", "do", "cmd", "task", "op", "func", "fct", "method", "event"})
_VERB: Final = re.compile(
    r"(?:\A|[_\-./])(?:add|del|delete|remove|buy|cart|compare|wish|login|logout|register|update|edit|vote|rate|send|"
    r"print|notify|subscribe|unsubscribe|order|checkout|empty|clear|save|post|report|tell|email|quick|ajout|supprim|"
    r"vider|command|panier|envoy|connexion|deconnexion|yith|tinv)",
    re.I,
)
_SEARCHES: Final = _words(
    "search search_query searchterm search_term searchword keyword keywords recherche motcle mot_cle motcles "
    "searchstring rech"
)
_SCRIPT: Final = re.compile(r"(?:\A|/|\.(?:php\d?|aspx?|jsp|cfm|cgi|pl|do|dll|exe))\Z", re.I)
_TWINS: Final = frozenset({"print", "imprimer", "pdf", "printable", "rss", "feed", "replytocom"})
_FORMATS: Final = re.compile(r"pdf|print|feed|rss|atom|raw|xml|json(?:-pretty)?|csv", re.I)
_ROUTES: Final = frozenset({"controller", "route", "option", "view", "page", "fc", "main_page", "r", "mod", "rub"})


def _query(query: str, path: str) -> tuple[tuple[str, ...], str, bool]:
    """What is kept of a query, why the address is refused (or ""), and whether a facet was dropped."""
    kept: list[str] = []
    unsure: list[str] = []
    names, narrowed, reason = False, False, ""
    for pair in query.replace(";", "&").split("&")[:60]:
        raw, _, value = pair.partition("=")
        name = unquote_plus(raw).lower() if "%" in raw or "+" in raw else raw.lower()
        if not name:
            continue
        kind = _kind(name, value, path)
        if kind == "narrows":
            narrowed = True
        elif kind == "unsure":
            unsure.append(pair)
        elif kind in ("pages", "names"):
            kept.append(pair)
            names = names or kind == "names"
        elif kind != "tracks":
            reason = reason or kind
    if unsure and not names and _SCRIPT.search(path):
        kept += unsure
    else:
        narrowed = narrowed or bool(unsure)
    return tuple(kept), reason, narrowed


def _kind(name: str, value: str, path: str) -> str:
    """tracks, narrows, pages, names, unsure, or the reason to refuse the address."""
    if name in _TRACKS or name in _SESSIONS or name.startswith(_TRACKS_BEGIN):
        return "tracks"
    if name in _PAGES:
        return _paging(name, value, path)
    if name in _ACTS or (name in _VERBED and _VERB.search(value)):
        return ACTS
    if name in _VIEWS or name.startswith(_VIEWS_BEGIN):
        return "narrows"
    if name in _SEARCHES or (name == "s" and value and not value.isdigit()):
        return SEARCH
    if name in _TWINS or (name == "tmpl" and value == "component") or (name == "format" and _FORMATS.fullmatch(value)):
        return TWIN
    if name in _WAYS and _LOOKS.fullmatch(value):
        return "narrows"
    if name in _ROUTES and value and (reason := _refused_route(value)):
        return reason
    return "unsure" if name in _AMBIGUOUS else "names"


def _paging(name: str, value: str, path: str) -> str:
    if not value.isdigit():
        return _refused_route(value) or "names" if value else "tracks"  # "index.php?page=produit"
    if name in ("page", "paged", "pageno", "pagenum") and value in ("0", "1"):
        return "tracks"
    if name in ("start", "offset", "limitstart", "startindex", "begin") and value == "0":
        return "tracks"
    if name == "p":
        if path == "/":
            return "names"  # WordPress without permalinks: "/?p=12"
        return "tracks" if value == "1" else "pages"
    return "pages"


# --- paths

_EXTENSION: Final = re.compile(r"\.([a-z0-9]{2,5})\Z", re.I)
_FILES: Final = _words(
    "jpg jpeg png gif webp avif svg ico bmp tif tiff heic pdf zip rar 7z gz tar tgz exe dmg apk doc docx xls xlsx ppt "
    "pptx odt ods odp csv tsv txt xml json rss atom js mjs css map woff woff2 ttf otf eot mp3 mp4 m4a m4v avi mov mkv "
    "webm wav ogg ogv flac swf ics vcf eps ai psd stl epub mobi step dwg bz2 iso webmanifest"
)
_ACCOUNT_ANYWHERE: Final = _words(
    "login log-in logout log-out signin sign-in signup sign-up connexion deconnexion authentification authentication "
    "my-account myaccount mon-compte moncompte checkout order-history historique-commandes identity order-slip "
    "credit-slip avoirs password-recovery recuperation-mot-de-passe mot-de-passe-oublie lost-password forgot-password "
    "forgotpassword wishlist wish-list liste-de-souhaits liste-d-envies compare comparer comparateur product-compare "
    "products-comparison comparaison-produits guest-tracking suivi-commande-invite wp-admin wp-login wp-json xmlrpc "
    "cdn-cgi administrator sendfriend shopping-cart view-cart votre-panier mon-panier voir-panier passer-commande "
    "customer-account order-confirmation order-detail order-follow creer-un-compte create-account"
)
_ACCOUNT_ALONE: Final = _words(
    "panier cart basket bag commande commander order orders compte account konto warenkorb kasse carrito carrello "
    "cesta caisse paiement payment payer adresses adresse addresses address history register inscription favoris "
    "favorites favourites note customer client user admin membre member members panier-achat caddie"
)
"""Ordinary words too (a basket maker sells "panier"): only as the site's own page, or as the head of its account's."""
_GOODS: Final = frozenset({"panier", "basket", "bag", "note"})
_ACCOUNT_HEADS: Final = frozenset({"account", "compte", "customer", "user", "cart", "checkout", "membre", "member"})
_ACTING: Final = _words(
    "add-to-cart addtocart add-cart add ajouter-au-panier ajout-panier ajouterpanier ajouter delete remove supprimer "
    "unsubscribe desabonnement add-to-wishlist add-to-compare trackback"
)
_SEARCH_PAGES: Final = frozenset({"search", "recherche", "suche", "buscar", "rechercher", "catalogsearch", "find"})
_TWIN_PAGES: Final = frozenset({"feed", "rss", "print", "imprimer", "amp", "atom", "pdf", "embed"})
_SHELVES: Final = frozenset({"shop", "boutique", "store", "index.php", "catalog", "web", "magasin"})
LANGUAGES: Final = _words(
    "fr en de es it nl pt pl cs sk da sv no nb fi et lv lt hu ro bg el hr sl sr ru uk tr ar he ja zh ko ca eu gl br "
    "oc co lb ga is mt vi th id"
)
_LOCALE: Final = re.compile(r"([a-z]{2})(?:[-_][a-z]{2})?\Z", re.I)


def language_of(segment: str) -> str | None:
    """ "fr" for a path's first segment "fr", "fr-fr" or "fr_FR"; None where it names no language."""
    found = _LOCALE.match(segment)
    return found[1].lower() if found and found[1].lower() in LANGUAGES else None


def _refused_path(path: str) -> str:
    segments = [part for part in path.lower().split("/") if part]
    if not segments:
        return ""
    last = segments[-1]
    if (extension := _EXTENSION.search(last)) and extension[1] in _FILES:
        return FILE
    if language_of(segments[0]):
        segments = segments[1:]
    return _refused_segments(segments)


def _refused_route(value: str) -> str:
    return _refused_segments([part for part in unquote_plus(value).lower().split("/") if part])


def _refused_segments(segments: list[str]) -> str:
    words = [segment.partition(".")[0].replace("_", "-") for segment in segments]
    if not words:
        return ""
    if words[-1] in _TWIN_PAGES and (len(words) > 1 or words[-1] in ("feed", "rss", "atom")):
        return TWIN
    while segments[0] in _SHELVES and len(words) > 1:
        words, segments = words[1:], segments[1:]
        if words[0] in _GOODS:
            return ""
    if not _ACCOUNT_ANYWHERE.isdisjoint(words) or (words[0] in _ACCOUNT_HEADS and len(words) > 1):
        return ACTS if not _ACTING.isdisjoint(words) else ACCOUNT
    if not _ACTING.isdisjoint(words):
        return ACTS
    if len(words) == 1 and words[0] in _ACCOUNT_ALONE:
        return ACCOUNT
    return SEARCH if words[0] in _SEARCH_PAGES else ""

"""The REST routes of a fake shop: wc/v3, wc-analytics, the Store API and wp/v2, as WooCommerce 9.9.5 answers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote

from .answer import JSON, NO_CACHE, Answer, Request, error
from .auth import Authenticator
from .listing import Lister, Page
from .model import Product
from .options import Key
from .parameters import is_true, refusal, words
from .render import Site, View
from .render_public import store_product, wp_product
from .render_rest import rest_product, rest_variation
from .terms import settings, term_list
from .webhooks import Webhooks

Renderer = Callable[[View], dict[str, Any]]
SHAPES: dict[str, Renderer] = {
    "v3": rest_product,
    "v3var": rest_variation,
    "analytics": lambda view: rest_variation(view, analytics=True),
    "store": store_product,
    "wp": wp_product,
}
NAMESPACES = [
    "oembed/1.0",
    "wc/v3",
    "wc/v1",
    "wc-admin",
    "wc-analytics",
    "wc/store",
    "wc/store/v1",
    "wc/private",
    "wc/v2",
    "wc-telemetry",
    "wccom-site/v3",
    "wp/v2",
]
NO_ROUTE = "No route was found matching the URL and request method."
_ONE_VERBS = {"Allow": "GET, POST, PUT, PATCH, DELETE"}
_KEYED = re.compile(
    r"/wc/v3/products(?:/(?P<product>\d+)(?P<variations>/variations(?:/(?P<variation>\d+))?)?)?"
    r"|/wc/v3/products/(?P<terms>(?:categories|tags|brands|attributes(?:/\d+/terms)?)(?:/\d+)?)"
    r"|/(?P<all>wc-analytics/variations|wc/v3/variations)"
    r"|/wc/v3/(?P<other>settings/\w+|data/currencies/current|orders|customers|coupons|system_status"
    r"|webhooks(?:/(?P<webhook>\d+))?)"
)


class RestApi:
    """Routes one REST request to its answer. Hold the state's lock while it works."""

    def __init__(self, site: Site, authenticator: Authenticator) -> None:
        self.site, self.auth, self.options = site, authenticator, site.options
        self.state = site.state
        self.lister = Lister(site.state)
        self.webhooks = Webhooks(site)

    def answer(self, request: Request, route: str) -> Answer:
        """The answer for a REST route ("/wc/v3/products"), with the headers that WordPress sends along."""
        route = "/" + route.strip("/")
        store, key = route.startswith("/wc/store/"), None
        try:
            key = self._key(request, route, store)
            answer = self._dispatch(request, route, key)
        except Answer as raised:
            answer = raised
        extra = ", Cart-Token" if store else ""
        headers = {
            "Content-Type": JSON,
            "X-Robots-Tag": "noindex",
            "Link": f'<{self.site.api_root}>; rel="https://api.w.org/"',
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Expose-Headers": f"X-WP-Total, X-WP-TotalPages, Link{extra}",
            "Access-Control-Allow-Headers": "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type"
            + (", Cart-Token, Nonce" if store else ""),
        }
        headers |= NO_CACHE if key else {}
        headers |= {"Vary": "Origin"} if store or not key else {}
        answer.headers = headers | answer.headers
        return answer

    def _key(self, request: Request, route: str, store: bool) -> Key | None:
        """The key that counts for this request. 9.9.5 looks only where the address itself says wp-json/wc."""
        by_route = self.options.authenticated_by_route() and re.match(r"/wc[/-]", route)
        if not by_route and not re.search(r"wp-json/wc[/-]", request.uri):
            return None
        try:
            key = self.auth.key_of(request)
            if key and not store:
                self.auth.permitted(key, request.method)
        except Answer:
            if not store:
                raise
            return None
        return key

    def _dispatch(self, request: Request, route: str, key: Key | None) -> Answer:
        if route == "/":
            return self._index(request)
        if found := _KEYED.fullmatch(route):
            return self._keyed(request, route, found.groupdict(), key)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return error(404, "rest_no_route", NO_ROUTE)
        if route.startswith("/wc/store/v1/products") and self.options.store_api:
            return self._store(request, route)
        if route.startswith("/wp/v2/product") and self.options.wp_v2:
            return self._wp(request, route)
        return error(404, "rest_no_route", NO_ROUTE)

    def _index(self, request: Request) -> Answer:
        base, state = self.site.base_url, self.state
        refused = {ns for ns, on in (("wc-analytics", self.options.analytics), ("wp/v2", self.options.wp_v2)) if not on}
        refused |= {"wc/store", "wc/store/v1"} if not self.options.store_api else set()
        names = [n for n in NAMESPACES if n not in refused]
        value = {
            "name": state.catalogue.name,
            "description": state.catalogue.tagline,
            "url": base,
            "home": base,
            "gmt_offset": 1,
            "timezone_string": "Europe/Paris",
            "namespaces": names,
            "authentication": [],
            "routes": {f"/{n}": {"namespace": n, "methods": ["GET"], "endpoints": []} for n in names},
        }
        return Answer.json(_picked(value, request.params, "wp"), headers={"Allow": "GET"})

    # -- with a key --------------------------------------------------------------------------------------------------
    def _keyed(self, request: Request, route: str, found: Mapping[str, str | None], key: Key | None) -> Answer:
        """wc/v3 and wc-analytics. Parameters are refused before permissions are looked at, as in WordPress."""
        listed = not (found["product"] and (not found["variations"] or found["variation"]))
        api = "analytics" if route.startswith("/wc-analytics") else "v3"
        if api == "v3" and (found["variations"] or found["all"]):
            api = "v3var"
        if found["all"] and not (self.options.analytics if api == "analytics" else self.options.at_least(10, 3)):
            return error(404, "rest_no_route", NO_ROUTE)
        rules = "terms" if found["terms"] or found["other"] else api
        if listed and (bad := refusal(request.params, rules)):
            return Answer.json(bad, 400)
        owner_only = bool(found["terms"] or found["other"])
        if key is None or key.role == "nobody" or (owner_only and key.role != "owner"):
            status = 403 if key else 401
            message = "Sorry, you cannot list resources." if listed else "Sorry, you cannot view this resource."
            return error(status, "woocommerce_rest_cannot_view", message)
        if (found["other"] or "").startswith("webhooks"):
            return self.webhooks.answer(request, int(found["webhook"]) if found["webhook"] else None)
        if request.method not in ("GET", "HEAD"):
            return error(501, "demo_reads_only", "The sample shop changes from inside only.")
        if found["terms"]:
            return term_list(self.site, "v3", found["terms"], request.params)
        if found["other"]:
            return settings(self.options, found["other"])
        if not listed:
            return self._one(request, found, api)
        parent = int(found["product"]) if found["product"] else None
        allow = {"Allow": "GET" if api == "analytics" else "GET, POST"}
        return self._list(request, route, api, allow, parent)

    def _one(self, request: Request, found: Mapping[str, str | None], api: str) -> Answer:
        number = int(found["variation"] or found["product"] or 0)
        product = self.state.entries.get(number)
        if product is None or (found["variation"] and product.parent != int(found["product"] or 0)):
            kind = "product_variation" if found["variation"] else "product"
            return error(404, f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", _ONE_VERBS)
        item = SHAPES[api](self.site.view(product))
        picked = _picked(item, request.params, api)
        if isinstance(picked, dict):  # a single item keeps its links whatever _fields says
            picked["_links"] = item["_links"]
        return Answer.json(picked, headers=_ONE_VERBS)

    # -- without one -------------------------------------------------------------------------------------------------
    def _store(self, request: Request, route: str) -> Answer:
        rest = route.removeprefix("/wc/store/v1/products").lstrip("/")
        headers = {
            "Allow": "GET",
            "Access-Control-Allow-Methods": "OPTIONS, GET, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Credentials": "true",
        }
        if not rest:  # Last-Modified is a bare Unix number, on the list only (measured)
            return self._list(request, route, "store", {**headers, "Last-Modified": str(self.state.last_change)})
        if re.fullmatch(r"categories|tags|brands|attributes(/\d+/terms)?", rest):
            return term_list(self.site, "store", rest, request.params)
        return self._store_one(request, unquote(rest), headers)

    def _store_one(self, request: Request, which: str, headers: dict[str, str]) -> Answer:
        if which.isdigit():
            kind, product = "id", self.state.entries.get(int(which))
        else:
            kind, product = "slug", next((p for p in self.state.entries.values() if unquote(p.slug) == which), None)
        hidden = product is not None and product.status != "publish" and not self.options.store_leaks_by_id
        if product is None or hidden:
            return error(404, f"woocommerce_rest_product_invalid_{kind}", f"Invalid product {kind.upper()}.", headers)
        item = store_product(self.site.view(product))
        return Answer.json(_picked(item, request.params, "store"), headers=headers)

    def _wp(self, request: Request, route: str) -> Answer:
        allow = {"Allow": "GET"}
        if route in ("/wp/v2/product_cat", "/wp/v2/product_tag", "/wp/v2/product_brand"):
            kind = {"cat": "categories", "tag": "tags", "brand": "brands"}[route.rpartition("_")[2]]
            return term_list(self.site, "wp", kind, request.params)
        if route == "/wp/v2/product":
            return self._list(request, route, "wp", allow)
        number = route.rpartition("/")[2]
        product = self.state.entries.get(int(number)) if number.isdigit() else None
        if product is None or product.type == "variation":
            return error(404, "rest_post_invalid_id", "Identifiant de publication non valide.")
        if product.status != "publish":
            return error(401, "rest_forbidden", "Sorry, you are not allowed to do that.")
        item = wp_product(self.site.view(product))
        return Answer.json(_picked(item, request.params, "wp"), headers=allow)

    # -- lists -------------------------------------------------------------------------------------------------------
    def _list(
        self, request: Request, route: str, api: str, headers: dict[str, str], parent: int | None = None
    ) -> Answer:
        params = request.params
        if bad := refusal(params, api):
            return Answer.json(bad, 400, {k: v for k, v in headers.items() if k != "Last-Modified"})
        page = self.lister.page(api, params, parent)
        if api == "wp" and page.total and page.page > page.pages:
            message = "The page number requested is larger than the number of pages available."
            return error(400, "rest_post_invalid_page_number", message, headers)
        items = [self._item(p, api, params) for p in page.products]
        headers |= {"X-WP-Total": str(page.total), "X-WP-TotalPages": str(page.pages)}
        if link := self._link(request, route, api, page):
            headers["Link"] = link
        return Answer.json(items, headers=headers, items=len(items))

    def _item(self, product: Product, api: str, params: dict[str, str]) -> Any:
        return _picked(SHAPES[api](self.site.view(product)), params, api)

    def _link(self, request: Request, route: str, api: str, page: Page) -> str:
        """The Link header with the shop's own mistakes: it repeats secrets, and two APIs' are malformed (measured)."""
        steps = [(min(page.page - 1, page.pages), "prev")] if page.page > 1 else []
        steps += [(page.page + 1, "next")] if page.page < page.pages else []
        return ", ".join(f'<{self._page_url(request, route, api, n)}>; rel="{rel}"' for n, rel in steps)

    def _page_url(self, request: Request, route: str, api: str, number: int) -> str:
        pairs = [(k, "1" if k == "dates_are_gmt" and is_true(v) else v) for k, v in request.params.items()]
        pairs = [(k, v) for k, v in pairs if k not in ("page", "rest_route")]
        base = f"{self.site.base_url}/wp-json{route}"
        if self.site.plain:
            base, pairs = f"{self.site.base_url}/index.php", [("rest_route", route), *pairs]
        encoded = [f"{quote_plus(k)}={quote_plus(v)}" for k, v in pairs]
        if api == "analytics":  # the route's own pattern comes out
            base = rf"{self.site.base_url}/wp-json/wc-analytics/products/(?P<product_id>%5B\d%5D&"
            return base + "&".join([*encoded, f"page={number}"])
        if api == "store" and encoded:  # escaped for HTML first: the rest turns into a fragment
            tail = f"#038;{'&#038;'.join(encoded[1:])}" if encoded[1:] else ""
            return f"{base}?{encoded[0]}&page={number}{tail}"
        return f"{base}?{'&'.join([*encoded, f'page={number}'])}"


def _picked(item: dict[str, Any], params: Mapping[str, str], api: str) -> Any:
    """`_fields`. wc/v3 knows top-level names only ("images.src" drops images); the Store API keeps the whole parent
    of a dotted name; wp/v2 takes one.two. Nothing left becomes `[]`, as PHP encodes an empty array."""
    if not params.get("_fields"):
        return item
    asked = words(params["_fields"])
    whole, dotted = {f for f in asked if "." not in f}, [f.split(".", 1) for f in asked if "." in f]
    parts: dict[str, set[str]] = {}
    for name, part in dotted:
        parts.setdefault(name, set()).add(part)
    out: dict[str, Any] = {}
    for name, value in item.items():
        if name in whole or (name in parts and api == "store"):
            out[name] = value
        elif name in parts and api == "wp" and isinstance(value, dict):
            out[name] = {k: v for k, v in value.items() if k in parts[name]}
    return out or []

"""Runs the PrestaShop player with what its tests need on top: `python prestashop_stage.py PLAYER [--keep N] OPTIONS`.

- `--keep N`: the first N products only (by id), with their families.
- `--aged`: every product was last changed a month ago, so that a change after a cursor comes alone. Discounts are
  judged at the captured date all the same.
- Faults 401 (PrestaShop refuses the key) and 403 (a firewall's page).
- The fault `truncated` cuts the text, not the transfer: what PHP does when it dies while writing (`reset` cuts that).
- `--strip-header`: the host loses the Authorization header, as PHP behind CGI does.
- Pages that the player makes up (all but 33 products') get the `data-product` that real ones have, and listing rows of
  changed products the basket address or none: the fields that a connector reads, made from the player's own tables.
"""

from __future__ import annotations

import copy
import html
import importlib.util
import json
import sys
from datetime import datetime, timedelta
from typing import Any

STAMP = "%Y-%m-%d %H:%M:%S"
CHILDREN = ("combinations", "stock_availables", "specific_prices", "product_suppliers")


def load(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("play_prestashop", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def stage(play: Any, keep: int, aged: bool, strip_header: bool) -> None:
    _cut(play, keep, aged)
    _refuse(play)
    _present(play)
    if strip_header:
        answered = play.Webservice.answer

        def deaf(self: Any, method: str, path: str, query: str, headers: Any) -> Any:
            headers = copy.copy(headers)  # the player's log tells what was sent
            del headers["Authorization"]
            return answered(self, method, path, query, headers)

        play.Webservice.answer = deaf


def _cut(play: Any, keep: int, aged: bool) -> None:
    loaded = play.Shop.load

    def fewer(shop: Any) -> None:
        loaded(shop)
        if keep:
            kept = set(sorted(shop.products.by_id)[:keep])
            for name, key in [("products", "id"), *((child, "id_product") for child in CHILDREN)]:
                table = shop.tables[name]
                table.rows[:] = [row for row in table.rows if row[key] in kept]
                table.by_id = {row["id"]: row for row in table.rows}
            shop.variants = {product: rows for product, rows in shop.variants.items() if product in kept}
            for category in shop.categories.rows:
                links = category.get("associations", {})
                links["products"] = [p for p in links.get("products", []) if p["id"] in kept]
            shop.touched.add(0)  # the captured listings are those of the whole shop
        for row in shop.products.rows if aged else ():
            row["date_upd"] = (datetime.strptime(row["date_upd"], STAMP) - timedelta(days=30)).strftime(STAMP)

    play.Shop.load = fewer


def _refuse(play: Any) -> None:
    errors = {"errors": [{"code": 20, "message": "not active"}, {"code": 21, "message": "No permission"}]}
    refused = json.dumps(errors)
    challenge = [("WWW-Authenticate", play.REALM), ("PSWS-Version", "0")]
    wall = "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>"
    play.FAULTS["401"] = lambda _: play.Answer(401, refused, "application/json", challenge)
    play.FAULTS["403"] = lambda _: play.Answer(403, wall, "text/html", php=False)
    sent = play.Handler.send

    def whole(handler: Any, answer: Any, cut: bool = False) -> None:
        if cut:
            answer.body = answer.body[: len(answer.body) // 2]
        sent(handler, answer)

    play.Handler.send = whole


def _present(play: Any) -> None:
    shown, listed = play.Front.product, play.Front.category

    def product(front: Any, number: int, path: str | None, variant: int, page: Any) -> Any:
        answer = shown(front, number, path, variant, page)
        if answer.status == 200 and ("X-Player", "generated, not captured") in answer.headers:
            told = html.escape(json.dumps(data_product(front, front.shop.products.by_id[number])))
            answer.body = answer.body.replace(b"</body>", f'<div data-product="{told}"></div></body>'.encode())
        return answer

    def category(front: Any, row: Any, path: str, asked: Any, as_json: bool) -> Any:
        answer = listed(front, row, path, asked, as_json)
        if as_json:
            value = json.loads(answer.body)
            for one in value["products"]:
                if one["id_product"] in front.shop.touched:
                    item = front.shop.products.by_id[one["id_product"]]
                    one["add_to_cart_url"] = f"{front.shop.base}panier?add=1" if buyable(front.shop, item) else None
                    one.setdefault("cover", cover(front.shop, item))
            answer.body = play.php_json(value).encode()
        return answer

    play.Front.product, play.Front.category = product, category


def stock_of(shop: Any, product: int, variant: int) -> Any:
    return next(s for s in shop.stock.rows if s["id_product"] == product and s["id_product_attribute"] == variant)


def buyable(shop: Any, item: Any) -> bool:
    """What the theme's own basket button asks, of the default combination."""
    row = stock_of(shop, item["id"], item["cache_default_attribute"] if item["id"] in shop.variants else 0)
    return bool(item["available_for_order"] and (row["quantity"] > 0 or row["out_of_stock"] == 1))


def cover(shop: Any, item: Any) -> Any:
    image = item["id_default_image"]
    sizes = {
        name: {"url": f"{shop.base}{image}-{name}/{item['link_rewrite']}.jpg", "width": width, "height": width}
        for name, width in (("home_default", 250), ("large_default", 800))
    }
    return {"bySize": sizes, "large": sizes["large_default"], "id_image": image} if image else None


def data_product(front: Any, item: Any) -> dict[str, Any]:
    """The fields of a real page's `data-product` that say what the list says, and the stock of all combinations."""
    shop, listed = front.shop, front.listed.get(item["id"], {})
    price, regular = (float(shop.price(item, 0, {"use_reduction": r})) for r in ("1", "0"))
    default = item["cache_default_attribute"] if item["id"] in shop.variants else 0
    category = shop.categories.by_id.get(item["id_category_default"])
    total, own = stock_of(shop, item["id"], 0), stock_of(shop, item["id"], default)
    return {
        "id": item["id"],
        "id_product": item["id"],
        "id_product_attribute": default,
        "name": item["name"],
        "description_short": item["description_short"],
        "link_rewrite": item["link_rewrite"],
        "link": shop.base + shop.path_of(item)[1:],
        "manufacturer_name": item["manufacturer_name"] or None,
        "reference": item["reference"],
        "category_name": category["name"] if category else None,
        "visibility": item["visibility"],
        "price_amount": price,
        "price_without_reduction": regular,
        "available_for_order": item["available_for_order"],
        "customization_required": bool(item["customizable"]),
        "quantity": own["quantity"],
        "quantity_all_versions": total["quantity"],
        "allow_oosp": int(total["out_of_stock"] == 1),
        "cover": listed.get("cover", cover(shop, item)),
    }


def main() -> None:
    _, path, *rest = sys.argv
    keep = int(rest.pop(rest.index("--keep") + 1)) if "--keep" in rest else 0
    flags = {name: name in rest for name in ("--aged", "--strip-header")}
    play = load(path)
    stage(play, keep, flags["--aged"], flags["--strip-header"])
    sys.argv = [path, *(option for option in rest if option not in (*flags, "--keep"))]
    play.main()


if __name__ == "__main__":
    main()

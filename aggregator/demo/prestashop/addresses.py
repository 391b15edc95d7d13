"""The shop's public addresses: products by the merchant's own route, categories, photos; made and understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .options import Options
from .state import PrestaState
from .tables import Row

_TOKENS = {
    "{category}": r"[^/]*",
    "{id}": r"(?P<id>\d+)",
    "{variant}": r"(?:-(?P<variant>\d+))?",
    "{rewrite}": r"[^/]*?",
    "{ean}": r"(?:-\d{0,13})?",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The product, and the combination (0: none), that a path means."""

    product: int
    combination: int


class Addresses:
    """Makes and reads the paths of one shop. `base_url` is what the shop believes its address to be."""

    def __init__(self, state: PrestaState, options: Options) -> None:
        self.state, self.options = state, options
        self.base_url = "http://127.0.0.1"
        parts = re.split(r"(\{\w+\})", options.route)
        self._route = re.compile("/" + "".join(_TOKENS.get(part) or re.escape(part) for part in parts))

    @property
    def host(self) -> str:
        """host[:port] that the shop answers to; any other is sent home."""
        return self.base_url.split("/")[2]

    @property
    def root(self) -> str:
        """What paths of pages stand below: with two languages, /fr."""
        return f"{self.base_url}/fr" if self.options.languages > 1 else self.base_url

    def product(self, row: Row, combination: int = 0) -> str:
        """The canonical address of a product; the EAN is in it where there is one, the combination's for one."""
        state = self.state
        category = state.tables["categories"].rows.get(row["id_category_default"])
        ean = row["ean13"]
        if combination and not ean:
            ean = state.tables["combinations"].rows[combination]["ean13"]
        values = {
            "{category}": category["link_rewrite"] if category else "accueil",
            "{id}": str(row["id"]),
            "{variant}": f"-{combination}" if combination else "",
            "{rewrite}": row["link_rewrite"],
            "{ean}": f"-{ean}" if ean else "",
        }
        path = self.options.route
        for token, value in values.items():
            path = path.replace(token, value)
        return f"{self.root}/{path}"

    def chosen(self, row: Row, combination: int) -> str:
        """The address of a combination as listings link it: with its choice behind the #."""
        values = self.state.tables["combinations"].rows[combination]["associations"]["product_option_values"]
        rows, groups = self.state.tables["product_option_values"].rows, self.state.tables["product_options"].rows
        parts = []
        for value in values:
            found = rows[value["id"]]
            group = groups[found["id_attribute_group"]]["name"]
            parts.append(f"/{found['id']}-{_slug(group)}-{_slug(found['name'])}")
        return f"{self.product(row, combination)}#{''.join(parts)}"

    def category(self, row: Row) -> str:
        """A category's page."""
        return f"{self.root}/{row['id']}-{row['link_rewrite']}"

    def photo(self, image: int, kind: str, slug: str) -> str:
        """A photo in one of the shop's sizes; the slug is free."""
        return f"{self.base_url}/{image}-{kind}/{slug}.jpg"

    def read_product(self, path: str) -> Wanted | None:
        """The product of a path that has the form of the route (or of the default one, which PrestaShop keeps
        answering by number), whatever words are in it."""
        found = self._route.fullmatch(path) or re.fullmatch(
            r"(?:/[\w-]+)?/(?P<id>\d+)(?:-(?P<variant>\d+))?-.*\.html", path
        )
        if not found:
            return None
        number, combination = int(found["id"]), int(found.groupdict().get("variant") or 0)
        rows = self.state.tables["combinations"].rows
        own = combination in rows and rows[combination]["id_product"] == number
        return Wanted(number, combination if own else 0)

    def within(self, path: str) -> str:
        """The path without its language."""
        found = re.fullmatch(r"/(?:fr|en)(/.*)", path) if self.options.languages > 1 else None
        return found[1] if found else path


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "_", text.lower())

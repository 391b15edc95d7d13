# ruff: noqa: E501  lines of HTML
"""A theme renders cards, product blocks, carts and whole pages in the manner of one shop system.

Templates are `string.Template`s. `marked=False` renders without the classes and ids of <body> that give the page's kind
away: many shops have themes of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Template

from tests.connectors.pages.kinds.goods import Goods, Thing, slug

HOST = "https://boutique.example"
SHOP = "Aux Quatre Vents"
MENU = (("Poterie", "poterie"), ("Chaussures", "chaussures"), ("Outillage", "outillage"), ("Livres", "livres"))


def fill(template: str, **values: object) -> str:
    return Template(template).substitute({name: str(value) for name, value in values.items()})


@dataclass(frozen=True)
class Theme:
    name: str
    paths: Mapping[str, str]
    """Kind of page -> its path; $slug, $id and $category are filled in."""
    bodies: Mapping[str, str]
    """Kind of page -> attributes of <body>."""
    price: str
    old: str
    shell: str
    """$top is the shop's header, $main the page's own part."""
    card: str
    grid: str
    product: str
    cart_line: str
    cart: str
    login: str
    sort: str = ""
    pager: str = ""
    related: str = '<section class="related"><h2>$heading</h2>$grid</section>'
    post: str = (
        '<article><header><h1>$title</h1><p class="meta">Publié le $date par $author</p></header>$text</article>'
    )
    head: str = ""
    rows: int = 0
    """Cards of one row, where the grid has rows."""
    row: str = "$cards"
    generator: Mapping[str, str] = field(default_factory=dict)

    def url(self, kind: str, thing: Thing | None = None, category: str = "poterie") -> str:
        values = {"slug": thing.slug, "id": thing.number} if thing else {"slug": "page", "id": 1}
        return HOST + fill(self.paths[kind], category=thing.category if thing else category, **values)

    def money(self, cents: int) -> str:
        amount = f"{cents / 100:,.2f}".replace(",", "\u202f").replace(".", ",")
        return fill(self.price, amount=amount, decimal=f"{cents / 100:.2f}")

    def shown_price(self, thing: Thing) -> str:
        now = self.money(thing.cents)
        return now if thing.old_cents is None else fill(self.old, old=self.money(thing.old_cents), now=now)

    def tile(self, thing: Thing, template: str | None = None) -> str:
        return fill(
            template or self.card,
            url=self.url("product", thing).removeprefix(HOST),
            name=thing.name,
            price=self.shown_price(thing),
            image=f"/img/{thing.number}-{thing.slug}.jpg",
            id=thing.number,
            brand=thing.brand,
            brand_url="/marque/" + slug(thing.brand),
            category=thing.category,
        )

    def tiles(self, things: Sequence[Thing], template: str | None = None) -> str:
        cards = [self.tile(thing, template) for thing in things]
        if self.rows:
            cards = [fill(self.row, cards="".join(cards[n : n + self.rows])) for n in range(0, len(cards), self.rows)]
        return fill(self.grid, cards="".join(cards))

    def beside(self, things: Sequence[Thing], heading: str = "Vous aimerez aussi") -> str:
        return fill(self.related, heading=heading, grid=self.tiles(things))

    def block(
        self,
        thing: Thing,
        *,
        price: str | None = None,
        buy: bool = True,
        options: str = "",
        below: str = "",
        stock: str = "En stock",
    ) -> str:
        """The product's own block; `buy=False` leaves out what adds to the cart."""
        block = fill(
            self.product,
            name=thing.name,
            price=self.shown_price(thing) if price is None else price,
            image=f"/img/{thing.number}-{thing.slug}-grand.jpg",
            id=thing.number,
            description=thing.description,
            sku=f"REF-{thing.number}",
            brand=thing.brand,
            options=options,
            stock=stock,
            begin="" if buy else "<!--",
            end="" if buy else "-->",
            below=below,
        )
        while "<!--" in block:
            start = block.index("<!--")
            block = block[:start] + block[block.index("-->", start) + 3 :]
        return block

    def basket(self, things: Sequence[Thing]) -> str:
        lines = "".join(self.tile(thing, self.cart_line) for thing in things)
        return fill(self.cart, lines=lines, total=self.money(sum(thing.cents for thing in things)))

    def article(self, goods: Goods, title: str, text: str) -> str:
        day = f"{goods.random.randrange(1, 29)} mars 2024"
        return fill(self.post, title=title, date=day, author=goods.person(), text=text)

    def page(self, kind: str, title: str, main: str, *, head: str = "", marked: bool = True, slot: str = "") -> bytes:
        """A whole page. `slot` stands before the main part: a left column, a little cart."""
        menu = "".join(
            f'<li class="menu-item"><a href="{self.url("category", category=path).removeprefix(HOST)}">{name}</a></li>'
            for name, path in MENU
        )
        attributes = self.bodies.get(kind, self.bodies.get("page", "")) if marked else 'class="site"'
        whole = fill(self.shell, menu=menu, shop=SHOP, main=slot + main, account=self.url("login").removeprefix(HOST))
        return (
            f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title} - {SHOP}</title>{self.head if marked else ""}'
            f"{head}</head><body {attributes}>{whole}</body></html>"
        ).encode()

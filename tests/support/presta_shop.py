"""A fake PrestaShop as the connector contract wants a shop: the same promises, without the recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.model import Catalogue
from aggregator.demo.prestashop.fake import PrestaShop
from aggregator.demo.prestashop.options import READ_KEY
from aggregator.demo.synthetic import synthetic
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import Connector, Credentials, ShopConnection
from tests.contracts.connector import Asked

USER_AGENT = "EmplettesBot/1.0 (+https://portail.example/robot)"


def stocked(products: int) -> Catalogue:
    """A shop of wool and cloth without a merchant's mess."""
    return generate_shop("wool", seed=4, products=products, tidy=True)


class FakedPresta:
    """`tests.contracts.connector.ShopUnderTest` over a running fake. `keyed`: read by its webservice."""

    secrets = (READ_KEY,)

    def __init__(self, shop: PrestaShop, connector: Connector) -> None:
        self.connector, self.shop, self.url = connector, shop, shop.url + "/"
        self.keyed = connector.capabilities.needs_credentials
        self.catalogue_requests = r"/api/products\?" if self.keyed else r"resultsPerPage="

    @contextmanager
    def connect(self, **session_options: Any) -> Iterator[ShopConnection]:
        policy = AddressPolicy(frozenset({f"{self.shop.host}:{self.shop.port}"}))
        with HttpSession(policy, **{"user_agent": USER_AGENT, "deadline": 60.0, **session_options}) as session:
            key = Credentials(READ_KEY, "") if self.keyed else None
            yield ShopConnection(url=self.url, session=session, credentials=key)

    def public_ids(self) -> set[str]:
        if self.keyed:
            return {str(number) for number in self.shop.fake.visible_ids()}
        return {str(row["id"]) for row in self.shop.fake.state.public()}

    def shown_prices(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        state = self.shop.fake.state
        for number in map(int, self.public_ids()):
            family = [c["id"] for c in state.combinations(number)] if self.keyed else []
            for combination in family or [0]:
                price = state.prices.shown(state[number], combination, state.clock).now
                found[f"{number}-{combination}" if combination else str(number)] = int(price * 100)
        return found

    def asked(self) -> list[Asked]:
        return [Asked(s.method, f"{s.path}?{s.query}", s.started, s.status) for s in self.shop.fake.requests]

    def forget_requests(self) -> None:
        self.shop.fake.faults.clear()

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        """The contract names the second page by `page=2`; pages by key have no number: all but the first are meant."""
        if self.keyed and match.endswith(r".*\bpage=2\b"):
            match = r"/api/products\?(?!.*filter%5Bid%5D=%3E%5B0%5D.*limit=250)"
        known = {"429": ("retry_after",), "hang": ("seconds",)}
        kept = {name: value for name, value in options.items() if name in known.get(kind, ())}
        self.shop.fake.fault(kind, times, match, **kept)  # type: ignore[arg-type]

    def spoil(self, product_id: str) -> None:
        self.shop.fake.sql_set(int(product_id), {"name": 12})

    def unpublish(self, product_id: str) -> None:
        self.shop.fake.deactivate(int(product_id))

    def hide(self, product_id: str) -> None:
        self.shop.fake.set(int(product_id), {"visibility": "none"})

    def delete(self, product_id: str) -> None:
        self.shop.fake.delete(int(product_id))

    def rename(self, product_id: str) -> None:
        self.shop.fake.set(int(product_id), {"name": "Tout neuf"})

    @contextmanager
    def grown(self, products: int) -> Iterator[FakedPresta]:
        """With a key, families only and at least 800: a reader holds pages of a thousand combinations and stock rows
        beside its page of products, and a smaller shop would not fill them."""
        catalogue = synthetic(max(products, 800), variable_every=1) if self.keyed else stocked(products)
        with PrestaShop(catalogue) as shop:
            yield FakedPresta(shop, self.connector)

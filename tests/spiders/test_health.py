"""What a site's pages as a whole mean for its merchant."""

from __future__ import annotations

import pytest

from connectors.errors import ShopThrottled, ShopUnreachable
from connectors.pages.kind import PageKind, Verdict
from spiders.failures import Failed, Why
from spiders.health import Health


def health(**pages: int) -> Health:
    """So many pages of each kind; `refused` for status 403."""
    made = Health()
    for kind, count in pages.items():
        for _ in range(count):
            if kind == "refused":
                made.refused(403)
            elif kind == "closed":
                made.read(Verdict(PageKind.BLOCKED, -1.0, ("the shop is in maintenance",)))
            else:
                made.read(Verdict(PageKind(kind), -1.0))
    return made


@pytest.mark.parametrize(
    ("pages", "products", "code"),
    [
        ({"product": 5}, 5, None),
        ({"listing": 5}, 0, None),
        ({"refused": 3}, 0, "access_forbidden"),
        ({"refused": 3, "product": 2}, 2, "access_forbidden"),
        ({"refused": 2, "product": 3}, 3, None),
        ({"blocked": 3}, 0, "access_forbidden"),
        ({"closed": 1}, 0, "shop_in_maintenance"),
        ({"shell": 1}, 0, "platform_not_recognised"),
        ({"shell": 3, "other": 3}, 0, "platform_not_recognised"),
        ({"shell": 1, "listing": 9}, 0, None),
        ({"shell": 5, "product": 1}, 1, None),
        ({}, 0, None),
    ],
)
def test_what_most_pages_are_like_decides(pages: dict[str, int], products: int, code: str | None) -> None:
    error = health(**pages).error(None, products, forbidden=False)
    assert (error.code if error is not None else None) == code


def test_a_site_that_is_useless_from_the_first_page_on_is_left_early() -> None:
    assert health(refused=7).hopeless() is None
    for kind, code in (
        ("refused", "access_forbidden"),
        ("shell", "platform_not_recognised"),
        ("closed", "shop_in_maintenance"),
    ):
        error = health(**{kind: 8}).hopeless()
        assert error is not None
        assert error.code == code
    assert health(product=1, shell=20).hopeless() is None


def test_a_firewall_that_shuts_midway_ends_the_visit() -> None:
    assert health(product=50, refused=11).hopeless() is None
    assert health(product=50, refused=12).hopeless() is not None


def test_a_throttled_shop_says_so_whatever_was_read() -> None:
    throttled = ShopThrottled("429", retry_after=60)
    assert health(product=50).error(throttled, 50, forbidden=False) is throttled
    assert health(product=50).error(ShopUnreachable("gone"), 50, forbidden=False) is None


@pytest.mark.parametrize(
    ("failed", "code", "told"),
    [
        (Failed("http://a.example/", Why.UNKNOWN_NAME), "shop_unreachable", "orthographe"),
        (Failed("http://a.example/", Why.CERTIFICATE), "shop_unreachable", "certificat"),
        (Failed("http://a.example/", Why.ADDRESS), "address_blocked", "publique"),
        (Failed("http://a.example/", Why.REFUSED, 503, maintenance=True), "shop_in_maintenance", "maintenance"),
        (Failed("http://a.example/", Why.REFUSED, 429), "shop_throttled", "ralentir"),
        (Failed("http://a.example/", Why.ROBOTS), "access_forbidden", "robots.txt"),
        (
            Failed("http://a.example/", Why.OTHER_SITE, location="https://b.example/x"),
            "platform_not_recognised",
            "b.example",
        ),
    ],
)
def test_a_home_page_that_cannot_be_read_tells_why(failed: Failed, code: str, told: str) -> None:
    made = Health()
    made.failed(failed, first=True)
    error = made.error(None, 0, forbidden=False)
    assert error is not None
    assert error.code == code
    assert told in error.message


def test_a_robots_txt_that_forbids_the_shop_itself_is_said() -> None:
    error = Health().error(None, 0, forbidden=True)
    assert error is not None
    assert error.code == "access_forbidden"
    assert "EmplettesBot" in error.message

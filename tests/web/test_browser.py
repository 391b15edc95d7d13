"""The portal in Debian's own Chromium: journeys without JavaScript, accessibility, and pictures to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.server import FakeShop
from aggregator.store import shops
from tests.support.stores import settings_for
from tests.web.conftest import Portal, open_portal
from tests.web.pictures import pictures

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium (/usr/bin/chromium) is not installed"),
]
SHOW_ALL = """Promise.all([...document.images].map(image => {
  image.loading = 'eager';
  return image.decode().catch(() => null);
}))"""
PULL = "/offre/1001-pull-marin-torsade"
PAGES = {
    "home": "/",
    "results": "/recherche",
    "filtered": "/recherche?q=ecru&category=vetements&town=Dinan",
    "nothing": "/recherche?q=zzz&town=Dinan",
    "offer": PULL,
    "suspect": "/offre/1002-lampe-a-poser",
    "shop": "/boutique/1-la-petite-fabrique",
    "connect": "/connecter",
    "ranking": "/classement",
    "freshness": "/fraicheur",
    "robot": "/robot",
    "legal": "/mentions-legales",
    "accessibility": "/accessibilite",
    "gone": "/offre/1003-vase-epuise",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Portal]:
    """The seeded portal, with photos that load and leave to call loopback shops."""
    data = tmp_path_factory.mktemp("browser")
    shutil.copyfile(sqlite_template, data / "emplettes.db")
    settings = settings_for(data, allow_hosts="127.0.0.1").model_copy(update={"region": "Bretagne"})
    with pictures() as photos, open_portal(settings, photos) as portal:
        yield portal


@contextmanager
def opened(
    browser: Browser, portal: Portal, *, width: int = 1280, script: bool = False, dark: bool = False
) -> Iterator[Page]:
    """A page of its own; fails on any complaint in the console: a policy that blocks something says so there."""
    context = browser.new_context(
        base_url=portal.url,
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def test_from_a_word_to_the_merchants_own_page(browser: Browser, town: Portal) -> None:
    with opened(browser, town) as page:
        page.goto("/")
        page.get_by_role("searchbox", name="Rechercher un produit").fill("ecru")
        page.get_by_role("button", name="Rechercher").click()
        before = page.locator(".total").inner_text()
        page.get_by_role("navigation", name="Filtres").get_by_role("link", name="Vêtements").click()
        assert page.locator(".total").inner_text() != before
        page.get_by_role("link", name="Moins cher").click()
        page.get_by_role("navigation", name="Filtres").get_by_role("link", name="Dinan").click()
        assert "sort=price_asc" in page.url
        assert page.get_by_role("searchbox").input_value() == "ecru"
        title = page.locator(".card-title").first.inner_text()
        page.locator(".card").first.click(position={"x": 60, "y": 60})
        assert page.locator("h1").inner_text() == title
        leaving = page.get_by_role("link", name="Voir dans la boutique")
        assert (leaving.get_attribute("href") or "").startswith("https://boutique.example/produit/")


def test_filters_open_and_come_off_on_a_phone(browser: Browser, town: Portal) -> None:
    with opened(browser, town, width=360) as page:
        page.goto("/recherche?q=ecru")
        dinan = page.get_by_role("navigation", name="Filtres").get_by_role("link", name="Dinan")
        assert not dinan.is_visible()
        page.get_by_text("Filtrer").click()
        dinan.click()
        page.get_by_role("link", name="Retirer le filtre Dinan").click()
        assert page.url.endswith("/recherche?q=ecru")


def test_a_shop_page_is_paged(browser: Browser, town: Portal) -> None:
    with opened(browser, town) as page:
        page.goto(PULL)
        page.get_by_role("link", name="La Petite Fabrique", exact=True).click()
        page.get_by_role("link", name="Suivante").click()
        assert page.url.endswith("?page=2")
        assert page.locator(".card").count() == 4


def test_a_merchant_connects_a_shop(browser: Browser, town: Portal, shots: Path) -> None:
    with FakeShop(generate_shop("toys")) as shop, opened(browser, town) as page:
        page.goto("/")
        page.get_by_role("navigation", name="Principale").get_by_role("link", name="Connecter ma boutique").click()
        page.get_by_label("Adresse de votre boutique").fill(shop.url)
        page.get_by_role("button", name="Vérifier").click()
        assert page.locator(".card").count() == 20
        page.wait_for_load_state("networkidle")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_load_state("networkidle")
            page.screenshot(path=shots / f"connect-result-{width}.png", full_page=True)
        page.get_by_label("Nom de la boutique").fill("Jouets")
        page.get_by_label("Commerçant").fill("Jouets SARL")
        page.get_by_label("SIRET").fill("123")
        page.get_by_label("Commune").fill("Cancale")
        page.get_by_label("E-mail").fill("a@b.fr")
        page.get_by_role("button", name="Demander à paraître").click()
        assert page.get_by_label("Nom de la boutique").input_value() == "Jouets"
        page.screenshot(path=shots / "connect-form-1280.png", full_page=True)
        page.get_by_label("SIRET").fill("732 829 320 00074")
        page.get_by_label("Je suis habilité(e)").check()
        page.get_by_role("button", name="Demander à paraître").click()
        assert page.url.endswith("/connecter/merci")
    with town.store.read() as connection:
        assert "Jouets" in [shop.name for shop in shops.list_all(connection, "proposed")]


def test_the_keyboard_alone_suffices(browser: Browser, town: Portal) -> None:
    with opened(browser, town, script=True) as page:
        page.goto(PULL)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", "focus must be seen"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, town: Portal, dark: bool) -> None:
    found = {}
    with opened(browser, town, script=True, dark=dark) as page:
        for name, path in PAGES.items():
            page.goto(path)
            results = Axe().run(page)
            assert len(results.response["passes"]) > 10, "axe looked at the page"
            if results.violations_count:
                found[name] = results.generate_report()
    assert found == {}


def test_axe_finds_nothing_after_a_check(browser: Browser, town: Portal) -> None:
    with FakeShop(generate_shop("toys", products=25)) as shop, opened(browser, town, script=True, width=360) as page:
        for url in (shop.url, "http://127.0.0.1:9/", "rien"):
            page.goto("/connecter")
            page.get_by_label("Adresse de votre boutique").fill(url)
            page.get_by_role("button", name="Vérifier").click()
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_scrolls_sideways(browser: Browser, town: Portal, width: int) -> None:
    """320 px, and 640 px: what a desk of 1280 px has at 200 %."""
    with opened(browser, town, script=True, width=width) as page:
        for path in PAGES.values():
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("width", [360, 1280])
def test_pictures_to_look_at(browser: Browser, town: Portal, shots: Path, width: int) -> None:
    """Every photo of the merchants is shown: the policy lets them through, and they take their place."""
    with opened(browser, town, script=True, width=width) as page:
        for name, path in PAGES.items():
            page.goto(path)
            page.evaluate(SHOW_ALL)
            broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
            assert broken == [], name
            page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)

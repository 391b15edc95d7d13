"""The portal in Debian's own Chromium: journeys with and without JavaScript, by keyboard, accessibility, weight."""

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
from aggregator.store import products, shops
from tests.support.stores import settings_for
from tests.web.conftest import Portal, open_portal
from tests.web.pictures import pictures

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium (/usr/bin/chromium) is not installed"),
]
SHOW_ALL = """Promise.all([...document.images].map(image => {
  image.loading = 'eager';
  return image.decode().catch(() => null);
}))"""
SEEN = """getComputedStyle(document.activeElement).outlineStyle !== 'none'
  || getComputedStyle(document.activeElement, '::after').outlineStyle !== 'none'"""
PULL = "/offre/1001-pull-marin-torsade"
POT = "/produit/501-cafetiere-a-piston-ouessant-1-l"
PAGES = {
    "home": "/", "results": "/recherche",
    "filtered": "/recherche?q=ecru&category=mode&town=Dinan",
    "near": "/recherche?q=bol&lieu=dinan-22050&km=50&sort=distance",
    "nowhere": "/recherche?q=bol&lieu=Dinnan&km=20",
    "corrected": "/recherche?q=teiere",
    "no price": "/recherche?q=ecru&price_min=cher&price_max=30",
    "narrowing": "/recherche/filtrer?par=town&q=ecru&town=Dinan",
    "nothing": "/recherche?q=zzz&town=Dinan",
    "why": "/pourquoi?offre=1001&q=pull&lieu=dinan-22050",
    "category": "/categorie/livres", "categories": "/categories",
    "offer": PULL, "suspect": "/offre/1002-lampe-a-poser",
    "product": f"{POT}?lieu=dinan-22050",
    "shop": "/boutique/1-la-petite-fabrique?page=2", "shops": "/boutiques",
    "town": "/commune/22050-dinan", "towns": "/communes",
    "wishes": "/envies?offre=1&offre=1001&offre=2&offre=1003",
    "connect": "/connecter",
    "about": "/a-propos", "ranking": "/classement",
    "freshness": "/fraicheur", "robot": "/robot",
    "legal": "/mentions-legales", "developers": "/developpeurs",
    "english": "/en/recherche?q=pull",
    "accessibility": "/accessibilite",
    "gone": "/offre/1003-vase-epuise", "missing": "/offre/999-bol-bleu-nuit",
}  # fmt: skip


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
    browser: Browser,
    portal: Portal,
    *,
    width: int = 1280,
    script: bool = False,
    position: tuple[float, float] | None = None,
) -> Iterator[Page]:
    """A page of its own; fails on any complaint in the console: a policy that blocks something says so there.
    `position`: where the visitor is, and lets us know."""
    context = browser.new_context(
        base_url=portal.url,
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        color_scheme="light",
        reduced_motion="reduce",
        geolocation={"latitude": position[0], "longitude": position[1]} if position else None,
        permissions=["geolocation"] if position else [],
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def test_from_a_word_to_the_merchants_own_page(browser: Browser, town: Portal) -> None:
    with opened(browser, town) as page:
        page.goto("/")
        page.get_by_role("searchbox", name="Rechercher un produit").fill("ecru")
        page.get_by_role("button", name="Rechercher").click()
        before = page.locator(".total").inner_text()
        page.get_by_role("navigation", name="Filtres").get_by_role("link", name="Mode").click()
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
        page.get_by_text("Filtrer", exact=True).click()
        dinan.click()
        page.get_by_role("link", name="Retirer le filtre Dinan").click()
        assert page.url.endswith("/recherche?q=ecru")


def test_prices_and_several_towns_are_chosen_without_a_script(browser: Browser, town: Portal) -> None:
    with opened(browser, town, width=360) as page:
        page.goto("/recherche?q=ecru&sort=price_asc")
        page.get_by_text("Filtrer", exact=True).click()
        page.get_by_role("textbox", name="De (prix le plus bas, en euros)").fill("12,50")
        page.get_by_role("textbox", name="à (prix le plus haut, en euros)").fill("cher")
        page.get_by_role("button", name="OK").click()
        assert "« cher » n’est pas un prix" in page.locator("main").inner_text().replace("\u00a0", " ")
        wrong = page.get_by_role("textbox", name="à (prix le plus haut, en euros)")
        assert (wrong.input_value(), wrong.get_attribute("aria-invalid")) == ("cher", "true")
        wrong.fill("30")
        page.get_by_role("button", name="OK").click()
        assert "De 12,50" in page.locator(".chips.active").inner_text()
        page.goto("/recherche/filtrer?par=town&q=ecru&price_max=30")
        page.get_by_role("checkbox", name="Dinan").check()
        page.get_by_role("checkbox", name="Fougères").check()
        page.get_by_role("button", name="Voir les offres").click()
        assert page.url.endswith("/recherche?q=ecru&price_max=30&town=Dinan&town=Foug%C3%A8res")


def test_a_shop_page_is_paged(browser: Browser, town: Portal) -> None:
    with opened(browser, town) as page:
        page.goto(PULL)
        page.get_by_role("link", name="La Petite Fabrique", exact=True).click()
        page.get_by_role("link", name="Suivante").click()
        assert page.url.endswith("?page=2")
        assert page.locator(".card").count() == 5


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


def test_a_place_is_chosen_without_a_script(browser: Browser, town: Portal) -> None:
    with opened(browser, town, width=360) as page:
        page.goto("/recherche?q=ecru")
        page.locator(".near > summary").click()
        assert not page.get_by_role("button", name="Autour de moi").is_visible()
        page.get_by_label("Commune ou code postal").fill("22100")
        page.get_by_label("Jusqu’à").select_option("50")
        page.get_by_role("button", name="Chercher ici").click()
        assert page.url.endswith("/recherche?q=ecru&lieu=dinan-22050&km=50")
        page.get_by_role("link", name="Plus près").click()
        assert "à moins d’1\u00a0km" in page.locator(".card").first.inner_text()
        page.get_by_role("link", name="Retirer le lieu").click()
        assert page.url.endswith("/recherche?q=ecru")


def test_offers_of_a_product_are_compared_and_a_wrong_one_is_reported(browser: Browser, town: Portal) -> None:
    with opened(browser, town, width=360) as page:
        page.goto("/recherche?q=cafetiere")
        page.locator(".card a").first.click()
        assert page.locator("h1").inner_text() == "Cafetière à piston Ouessant 1 L"
        shops = page.locator(".compared h3").all_inner_texts()
        assert shops == ["Au Comptoir des Marées", "La Petite Fabrique", "Librairie du Vieux Pont"]
        first = page.locator(".compared > li").first
        first.get_by_text("Ce n’est pas le même produit").click()
        first.get_by_role("button", name="Signaler cette offre").click()
        assert "Merci" in page.get_by_role("status").first.inner_text()
        assert page.locator("#offre-1009").get_by_text("Ce n’est pas le même produit").count() == 0
    with town.store.read() as connection:
        assert products.open_reports(connection) == 1


def test_the_position_is_asked_on_a_click_and_rounded(browser: Browser, town: Portal) -> None:
    with opened(browser, town, script=True, position=(48.45383, -2.04712)) as page:
        page.goto("/recherche")
        page.locator(".near > summary").click()
        page.get_by_role("button", name="Autour de moi").click()
        page.wait_for_url("**/recherche?lieu=48.45%2C-2.05&km=20")
        assert "29 offres à moins de 20\u00a0km de votre position" in page.locator(".total").inner_text()
        assert page.evaluate("Object.keys({...localStorage, ...sessionStorage})") == []
    with opened(browser, town, script=True) as page:
        page.goto("/recherche")
        page.locator(".near > summary").click()
        page.get_by_role("button", name="Autour de moi").click()
        page.get_by_text("Votre position n’est pas disponible").wait_for()


def test_completion_is_a_combobox_for_the_keyboard(browser: Browser, town: Portal) -> None:
    with opened(browser, town, script=True) as page:
        page.goto("/")
        field = page.get_by_role("combobox", name="Rechercher un produit")
        field.press_sequentially("caf")
        page.get_by_role("listbox", name="Suggestions").wait_for()
        assert field.get_attribute("aria-expanded") == "true"
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        field.press("ArrowDown")
        option = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
        assert option.get_attribute("aria-selected") == "true"
        field.press("ArrowUp")
        assert field.get_attribute("aria-activedescendant") is None, "the field itself is one of the stops"
        field.press("Escape")
        assert field.get_attribute("aria-expanded") == "false"
        assert field.input_value() == "caf"
        field.press("ArrowDown")
        page.get_by_role("option").first.wait_for()
        field.press("ArrowDown")
        field.press("Enter")
        page.wait_for_url("**/recherche?q=*")
        assert page.locator("h1").inner_text().startswith("«")
        page.goto("/recherche")
        page.locator(".near > summary").click()
        field = page.get_by_role("combobox", name="Commune ou code postal")
        field.press_sequentially("foug")
        page.get_by_role("option", name="Fougères (35300)").click()
        assert field.input_value() == "Fougères (35300)"


def test_wishes_stay_in_the_browser_and_know_todays_price(browser: Browser, town: Portal) -> None:
    with opened(browser, town, script=True) as page:
        page.goto("/recherche?q=pull")
        heart = page.get_by_role("button", name="Garder dans mes envies : Pull marin torsadé")
        assert heart.get_attribute("aria-pressed") == "false"
        heart.click()
        assert heart.get_attribute("aria-pressed") == "true"
        page.goto(POT)
        page.get_by_role("button", name="Garder dans mes envies").first.click()
        assert page.locator("[data-wish-count]").inner_text() == "2"
        page.evaluate("""localStorage.envies = localStorage.envies.replace('"price":4990', '"price":5990')""")
        page.get_by_role("link", name="Mes envies 2").click()
        page.get_by_role("heading", name="Au Comptoir des Marées").wait_for()
        assert page.get_by_role("button", name="Imprimer").is_visible()
        row = page.locator('[data-wished="1001"]')
        assert "moins cher qu’à l’ajout (59,90" in row.inner_text()
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        row.get_by_role("button", name="Retirer").click()
        row.wait_for(state="detached")
        assert page.locator("[data-wish-count]").inner_text() == "1"
        assert page.locator("[data-wish-status]").inner_text() == "1 envie"
        assert "OUESSANT" in page.evaluate("document.activeElement.closest('li').innerText"), "the focus is not lost"
    with opened(browser, town) as page:
        page.goto("/envies")
        assert "demande JavaScript" in page.locator("noscript").inner_text()
        page.goto("/recherche?q=pull")
        assert not page.locator(".wish").first.is_visible()


def test_the_keyboard_alone_suffices(browser: Browser, town: Portal) -> None:
    """From the skip link to the merchant: search, narrow, sort, open, with Tab, Enter and letters."""

    def tab_to(page: Page, name: str) -> None:
        for _ in range(120):
            page.keyboard.press("Tab")
            focused = page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")
            if name in focused:
                assert page.evaluate(SEEN), f"focus on {name} must be seen"
                return
        raise AssertionError(f"{name} cannot be reached")

    with opened(browser, town) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        page.keyboard.type("ecru")
        page.keyboard.press("Enter")
        page.wait_for_url("**/recherche?q=ecru")
        tab_to(page, "Mode")
        page.keyboard.press("Enter")
        page.wait_for_url("**category=mode")
        tab_to(page, "Moins cher")
        page.keyboard.press("Enter")
        page.wait_for_url("**sort=price_asc")
        title = page.locator(".card-title").first.inner_text().replace("\n", " ")
        tab_to(page, title[:12])
        page.keyboard.press("Enter")
        page.wait_for_url("**/offre/**")
        tab_to(page, "Voir dans la boutique")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing(browser: Browser, town: Portal, path: str) -> None:
    """Every kind of page, whole, and its contrast in the dark as well. A test a page, so that workers share them."""
    with opened(browser, town, script=True) as page:
        page.goto(path)
        page.evaluate("for (const panel of document.querySelectorAll('details')) panel.open = true")
        results = Axe().run(page)
        assert len(results.response["passes"]) > 10, "axe looked at the page"
        assert results.violations_count == 0, results.generate_report()
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("axe.run({runOnly: ['color-contrast']}).then(told => told.violations)") == []


def test_axe_finds_nothing_after_a_check(browser: Browser, town: Portal) -> None:
    with FakeShop(generate_shop("toys", products=25)) as shop, opened(browser, town, script=True, width=360) as page:
        for url in (shop.url, "http://127.0.0.1:9/", "rien"):
            page.goto("/connecter")
            page.get_by_label("Adresse de votre boutique").fill(url)
            page.get_by_role("button", name="Vérifier").click()
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


def test_nothing_scrolls_sideways(browser: Browser, town: Portal) -> None:
    """320 px; 640 px, which a desk of 1280 px has at 200 %; and a phone whose letters are twice as large."""
    with opened(browser, town, script=True) as page:
        for path in PAGES.values():
            page.goto(path)
            page.evaluate("for (const panel of document.querySelectorAll('details')) panel.open = true")
            page.evaluate("document.querySelectorAll('h3 a').forEach(name => name.append(' et maroquineries'))")
            for width, letters in ((320, "100%"), (640, "100%"), (640, "200%")):
                page.set_viewport_size({"width": width, "height": 800})
                page.evaluate("size => document.documentElement.style.fontSize = size", letters)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width, letters)


@pytest.mark.parametrize("path", ["/", "/recherche", POT])
def test_the_first_view_is_light(browser: Browser, town: Portal, path: str) -> None:
    """Under 100 KB without photos, nothing compressed; nothing from anybody else but the shops' photos."""
    sizes: dict[str, int] = {}
    with opened(browser, town, script=True) as page:
        page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
        page.goto(path)
        page.wait_for_load_state("networkidle")
    ours = {url: size for url, size in sizes.items() if url.startswith(town.url)}
    assert sum(ours.values()) < 100_000, ours
    assert all("/pot-" in url or ".svg" in url for url in sizes.keys() - ours.keys())


def test_pictures_to_look_at(browser: Browser, town: Portal, shots: Path) -> None:
    """Every photo of the merchants is shown: the policy lets them through, and they take their place."""
    with opened(browser, town, script=True) as page:
        for name in ("home", "results", "near", "offer", "product", "shop", "town", "category", "wishes"):
            page.goto(PAGES[name])
            page.evaluate(SHOW_ALL)
            broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
            assert broken == [], name
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 800})
                page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)

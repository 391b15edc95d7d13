"""What only a whole process shows: lazy imports, prompts, signals, nothing left running."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from sqlalchemy import select

from aggregator.demo.branded import ARTICLES
from aggregator.demo.catalogue import generate_shop
from aggregator.demo.french import typeset
from aggregator.demo.options import Key
from aggregator.demo.ranges import RANGES
from aggregator.demo.server import FakeShop
from aggregator.store import open_store
from aggregator.store.tables import LISTING, SHOP
from connectors import registry
from tests.cli.conftest import KEY, SECRET, Done, Emplettes
from tests.support.stores import settings_for

HEAVY = ("fastapi", "uvicorn", "starlette", "scrapy", "PIL", "jinja2", "alembic", "psycopg", "babel")


def test_a_sync_imports_neither_the_web_nor_the_spiders_nor_what_it_does_not_use(
    emplettes: Emplettes, here: Callable[..., Done], shop: FakeShop
) -> None:
    assert here("shops", "add", shop.url).code == 0
    script = (
        "import sys\nfrom aggregator.cli import main\n"
        "code = main(['sync', '1', '--json'])\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)\nsys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=emplettes.folder,
        env=emplettes.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["outcome"] == "complete"
    allowed = {"babel"}  # the currency's number of digits, by connectors.values
    assert set(json.loads(done.stderr.splitlines()[-1].replace("'", '"'))) <= allowed


def test_a_key_is_asked_for_and_not_echoed(emplettes: Emplettes, here: Callable[..., Done]) -> None:
    with FakeShop(generate_shop("clothes", products=5), keys=(Key(KEY, SECRET),), store_api=False) as shop:
        refused = emplettes("shops", "add", shop.url, "--json")  # with nobody at a terminal
        assert refused.code == 1
        assert "--credentials-file" in refused.json()["error"]["message"]

        leader, follower = pty.openpty()
        process = subprocess.Popen(
            emplettes.command("shops", "add", shop.url),
            cwd=emplettes.folder,
            env=emplettes.environment(),
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
        )
        os.close(follower)
        shown = ""
        for answer in (KEY, SECRET):
            shown += _read_until(leader, "(rien ne s'affiche): ")
            time.sleep(0.1)  # the terminal's echo is switched off just after the question
            os.write(leader, f"{answer}\n".encode())
        shown += _read_until(leader, None)
        assert process.wait(30) == 0, shown
        os.close(leader)
    assert KEY not in shown
    assert SECRET not in shown
    assert here("shops", "show", "1", "--json").json()["connector"] == "woocommerce-rest"


def _read_until(terminal: int, text: str | None) -> str:
    """What the terminal shows until `text`, or until its other side closes."""
    shown = ""
    with contextlib.suppress(OSError):  # Linux: the other side is closed
        while text is None or text not in shown:
            piece = os.read(terminal, 4096).decode()
            if not piece:
                break
            shown += piece
    return shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_ends_cleanly(
    emplettes: Emplettes, here: Callable[..., Done], shop: FakeShop, number: signal.Signals
) -> None:
    here("shops", "add", shop.url)
    here("sync", "1")
    process = emplettes.start("serve", "--port", "0", "--json")
    assert process.stdout is not None
    try:
        address = json.loads("".join(process.stdout.readline() for _ in range(3)))["address"]
        with urllib.request.urlopen(f"{address}/api/v1/search?q=") as answer:
            served = json.load(answer)
        offline = here("search", "", "--json").json()
        assert served.pop("links")
        assert served == offline
        assert served["total"] == len(shop.fake.visible_ids())
    finally:
        process.send_signal(number)
        _, said = process.communicate(timeout=40)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "Arrêté." in said


def test_a_taken_port_is_one_sentence(emplettes: Emplettes, shop: FakeShop) -> None:
    told = emplettes("serve", "--port", shop.port, "--json")
    assert told.code == 1
    assert told.json()["error"]["code"] == "refused"
    assert str(shop.port) in told.err


def test_the_demo_opens_a_town_and_leaves_nothing_running(emplettes: Emplettes) -> None:
    emplettes.settings["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"  # the demo has settings of its own
    began = time.monotonic()
    process = emplettes.start("demo", "--port", "0")
    assert process.stderr is not None
    said = [process.stderr.readline()]
    first = time.monotonic() - began
    family: list[psutil.Process] = []
    try:
        while process.poll() is None and "http://" not in said[-1]:
            said.append(process.stderr.readline())
        address = next(word for word in said[-1].split() if word.startswith("http://"))
        with urllib.request.urlopen(f"{address}/api/v1/search") as answer:
            found = json.load(answer)
        total = found["total"]
        family = psutil.Process(process.pid).children(recursive=True)
        data = emplettes.folder / "build/demo"
        operator = Emplettes(emplettes.folder, {"SETTINGS": str(data / "emplettes.env")})
        shops = operator("shops", "list", "--json").json()
        products = _products(data / "data")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=40)
    assert process.returncode == 0, said
    assert first < 10  # 0.3 s on a machine that does nothing else
    assert found["links"]["self"].startswith(f"{address}/")  # whatever port it was, the portal's own links lead to it
    assert sorted(shop["status"] for shop in shops) == ["approved"] * (len(shops) - 1) + ["proposed"]
    assert len(shops) >= 8
    assert total == sum(shop["products"] for shop in shops) > 2000
    assert all(shop["products"] for shop in shops if shop["status"] == "approved")
    read_by = Counter(shop["connector"] for shop in shops)
    doors = {"shopify", "magento", "squarespace", "big-cartel"}
    assert read_by.keys() == set(registry.names()) - doors  # each other way of reading has its shop
    assert read_by["website"] == 5
    keyed = [shop["connector"] for shop in shops if shop["has_credentials"]]
    assert Counter(keyed) == {"woocommerce-rest": 2, "prestashop-webservice": 2}
    assert all(shop["merchant_id"] for shop in shops)
    assert len({shop["merchant_id"] for shop in shops}) == len(shops)
    proposed = {shop["name"] for shop in shops if shop["status"] == "proposed"}
    assert len(products) >= 15
    assert products == _sold_by_several(proposed)  # and nothing is taken for its look-alike
    assert family
    assert _all_gone(family)
    assert _no_key_in(data / "data")


def _sold_by_several(but: set[str]) -> set[frozenset[tuple[str, str]]]:
    """Of each branded article that several shops sell, leaving those named out: (shop, title) of each."""
    told = ({(RANGES[one.kind].name, typeset(one.title)) for one in article.sold} for article in ARTICLES)
    read = (frozenset((shop, title) for shop, title in some if shop not in but) for some in told)
    return {some for some in read if len(some) > 1}


def _products(data: Path) -> set[frozenset[tuple[str, str]]]:
    """(shop, title) of the listings of each product."""
    found: dict[int, set[tuple[str, str]]] = {}
    with open_store(settings_for(data)) as store, store.read() as connection:
        for product, shop, title in connection.execute(
            select(LISTING.c.product_id, SHOP.c.name, LISTING.c.title)
            .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
            .where(LISTING.c.product_id.is_not(None))
        ):
            found.setdefault(product, set()).add((shop, title))
    return set(map(frozenset, found.values()))


def test_a_demo_that_is_killed_takes_its_town_with_it(emplettes: Emplettes) -> None:
    process = emplettes.start("demo", "--port", "0")
    assert process.stderr is not None
    while process.poll() is None and "produits" not in process.stderr.readline():
        pass
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=10)
    assert family
    assert _all_gone(family)


def _all_gone(family: list[psutil.Process]) -> bool:
    return _soon(lambda: not any(member.is_running() and member.status() != "zombie" for member in family))


def _soon(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(psutil.NoSuchProcess):
            if condition():
                return True
        time.sleep(0.05)
    return False


def _no_key_in(folder: Path) -> bool:
    keys = (b"cs_test", b"VAUCLAIRCHAUSSURES", b"PASSAGEDROGUERIE")
    return not any(key in path.read_bytes() for path in folder.rglob("*.db*") for key in keys)

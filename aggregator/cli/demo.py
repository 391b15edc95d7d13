"""`emplettes demo`: a sample town on this machine, read by the very code that reads real shops."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

import typer

from aggregator.cli import context
from aggregator.cli.lifeline import die_with_parent
from aggregator.cli.options import Json, command
from aggregator.cli.output import expected_errors, print_json, say
from aggregator.cli.serve import Port, can_listen, open_portal, stoppable
from aggregator.errors import Refused

if TYPE_CHECKING:
    from aggregator.settings import Settings
    from aggregator.store.engine import Store
    from aggregator.store.shops import ShopRow

FOLDER = Path("build/demo")
_PORTS_TRIED = 50
_STOP_SECONDS = 5.0


def register(app: typer.Typer) -> None:
    command(
        app,
        "demo",
        "Démarre une ville d'exemple sur cette machine : ses boutiques sont connectées et lues pour de vrai, "
        "puis le portail s'ouvre. Ctrl-C arrête tout.",
        "emplettes demo",
        "emplettes demo --port 8080 --keep",
    )(demo)


def demo(
    port: Port = 8000,
    keep: Annotated[bool, typer.Option("--keep", help="Garde les données de la fois précédente.")] = False,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="S'arrête après la lecture, sans ouvrir le portail.")
    ] = False,
    as_json: Json = False,
) -> None:
    say("La ville d'exemple s'installe...")
    with expected_errors(as_json=as_json), stoppable(), _alone():
        if not keep:
            shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        port = _free_port(port)
        with _town() as town:
            loaded = _settings(town, port)
            with context.open_store(loaded) as store:
                reports = _read(loaded, store, _connect(loaded, store, town), town)
                if as_json:
                    print_json(reports)
                _say_where(store, reports)
                if not no_serve:
                    from scheduler.photos import Photographer

                    with Photographer(store, loaded):
                        open_portal(loaded, store, "127.0.0.1", port, as_json=False)
        if any(report["outcome"] != "complete" or report["error"] for report in reports):
            raise typer.Exit(1)


@contextmanager
def _alone() -> Iterator[None]:
    """Refuse a second demo in this folder: it would take the data of the first from under it."""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with FOLDER.with_suffix(".lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("Une démonstration tourne déjà dans ce dossier : arrêtez-la d'abord (Ctrl-C).") from None
        yield


def _free_port(wanted: int) -> int:
    """The port that was asked for, or the next free one; for 0 one of the system's choice.

    It is chosen before the portal opens: the portal's own address is one of the settings."""
    if wanted == 0:
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            chosen: int = probe.getsockname()[1]
        return chosen
    for port in range(wanted, wanted + _PORTS_TRIED):
        if can_listen("127.0.0.1", port):
            return port
    raise Refused(f"Aucun port libre entre {wanted} et {wanted + _PORTS_TRIED - 1}. Choisissez-en un par --port.")


@contextmanager
def _town() -> Iterator[list[dict[str, Any]]]:
    """The town in a process of its own, with its shops as it announces them; gone at the end, whatever happens."""
    log = (FOLDER / "ville.log").open("wb")
    ports = FOLDER / "ports"  # the shops that were kept are found at the same addresses
    files = FOLDER / "tableurs"
    files.mkdir(exist_ok=True)
    kept = ["--ports", ports.read_text()] if ports.exists() else []
    process = subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", "aggregator.demo", "--files", str(files), *kept],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,  # Ctrl-C is for us: we stop the town once the portal is closed
        preexec_fn=die_with_parent,
    )
    try:
        assert process.stdout is not None
        town = _announced(process.stdout)
        ports.write_text(",".join(str(urlsplit(shop["url"]).port) for shop in town if shop["url"]))
        yield town
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _announced(stream: IO[bytes]) -> list[dict[str, Any]]:
    try:
        shops = json.loads(stream.readline())
    except ValueError:
        raise Refused(f"La ville d'exemple n'a pas démarré. Ce qu'elle en dit : {FOLDER / 'ville.log'}") from None
    assert isinstance(shops, list)
    return shops


def _settings(town: list[dict[str, Any]], port: int) -> Settings:
    """Settings of the demo alone, whatever the environment says; also left in a file, for other commands."""
    from aggregator.settings import Settings

    values = {
        "data": str(FOLDER.absolute() / "data"),
        "secret_key_file": str(FOLDER.absolute() / "secret.key"),
        "allow_hosts": ",".join(urlsplit(shop["url"]).netloc for shop in town if shop["url"]),
        "public_url": f"http://127.0.0.1:{port}",
        "region": town[0]["region"],
        "crawl_delay": "0",  # our own shops need no sparing
    }
    lines = [f"EMPLETTES_{name.upper()}={value}\n" for name, value in values.items()]
    (FOLDER / "emplettes.env").write_text("".join(lines), encoding="utf-8")
    return Settings(_env_file=None, database_url=None, secret_key=None, **values)


def _connect(loaded: Settings, store: Store, town: list[dict[str, Any]]) -> list[str]:
    """Add the merchants and their sites, as an operator would; the ids to read come back.

    One shop stays a proposal, so that there is something to approve: the last of those that need no key."""
    sites = [told for told in town if told["url"]]
    proposed = [told for told in sites if told["platform"] == "WooCommerce" and not told["key"]][-1:]
    added = []
    for told in [*(told for told in sites if told not in proposed), *proposed]:
        row = _site(loaded, store, told, "proposed" if told in proposed else "approved")
        if row.status == "approved":
            added.append(str(row.id))
    return added


def _site(loaded: Settings, store: Store, told: dict[str, Any], status: Literal["proposed", "approved"]) -> ShopRow:
    """The shop at this address, looked at and stored unless an earlier demo has left it."""
    from aggregator.cli.check import examine
    from aggregator.cli.shops import store_shop
    from aggregator.store import shops
    from connectors.credentials import Credentials

    with store.read() as connection:
        known = shops.by_host(connection, shops.host_of(told["url"]))
    if known:
        return known[0]
    pair = Credentials(told["key"], told["secret"]) if told["key"] else None
    look = examine(loaded, told["feed"] or told["url"], pair)
    if look.report.error is not None:
        raise look.report.error
    say(f"  {told['name']} : {_count(look.report.products)}{look.evidence.platform}")
    row = store_shop(
        loaded,
        store,
        look,
        name=told["name"],
        merchant_id=_merchant(store, told["merchant"]),
        pair=pair if look.needs_credentials else None,
        status=status,
    )
    _describe(store, row.id, told)
    return row


def _describe(store: Store, shop_id: int, told: dict[str, Any]) -> None:
    """What the shop says of itself, as its operator would enter it."""
    from aggregator.store import shops

    with store.write() as connection:
        shops.describe(connection, shop_id, about=told["about"], delivery=told["delivery"], pickup=told["pickup"])


def _count(products: int | None) -> str:
    """A feed does not say how many products it has before it is read."""
    return "" if products is None else f"{products} produits, "


def _merchant(store: Store, told: dict[str, str]) -> int:
    from aggregator.store import merchants

    with store.write() as connection:
        known = merchants.find_by_siret(connection, told["siret"])
        if known is not None:
            return known.id
        return merchants.add(
            connection,
            name=told["name"],
            siret=told["siret"],
            commune=told["commune"],
            address=told["street"],
            postal_code=told["postal_code"],
            email=told["email"],
            opening_hours=told["opening_hours"],
            now=context.utc_now(),
        )


def _read(loaded: Settings, store: Store, added: list[str], town: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Read the sites' catalogues, then import the spreadsheets of the shops that have no site."""
    from aggregator.cli import imports
    from aggregator.cli.sync import progress_bars, sync_one

    files = [told for told in town if told["file"]]
    for told in files:
        say(f"  {told['name']} : {told['items']} lignes, tableau {Path(told['file']).name}")
    owners = [_merchant(store, told["merchant"]) for told in files]
    with progress_bars() as bars:
        reports = [sync_one(store, loaded, shop, full=False, bars=bars) for shop in added]
        for told, owner in zip(files, owners, strict=True):
            path = Path(told["file"])
            row, report = imports.publish(loaded, store, path, merchant_id=owner, name=told["name"], bars=bars)
            _describe(store, row.id, told)
            reports.append(report)
    return reports


def _say_where(store: Store, reports: list[dict[str, Any]]) -> None:
    """What was read, and how the operator's commands reach this town."""
    from aggregator.store import shops

    seconds = sum(report["seconds"] for report in reports)
    products = sum(report["products_seen"] for report in reports)
    say(f"{len(reports)} boutiques lues, {products} produits, en {seconds:.0f} s.")
    with store.read() as connection:
        waiting = shops.list_all(connection, "proposed")
    for shop in waiting:
        say(f"« {shop.name} » attend votre accord. Dans un autre terminal :")
        for what in ("shops approve", "sync"):
            say(f"  EMPLETTES_SETTINGS={FOLDER / 'emplettes.env'} {_command()} {what} {shop.id}")


def _command() -> str:
    """How this very command was called, so that its neighbours can be copied from the screen."""
    return sys.argv[0] if Path(sys.argv[0]).name == "emplettes" else "emplettes"

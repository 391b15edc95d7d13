"""One mail for each matter: decided purely, sent over real SMTP, remembered on both databases."""

from __future__ import annotations

import smtplib
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.settings import Settings
from aggregator.store import Store, freshness, merchants, pace, runs, shops
from aggregator.store.freshness import ShopFreshness
from aggregator.store.notices import Address, Failing, Told
from aggregator.store.pace import PaceRow
from aggregator.store.runs import Counts
from scheduler.mail import Mail, send
from scheduler.metrics import served
from scheduler.notices import AGAIN, DAILY, FIRST, REGION, REPAIRED, decide, digest, digest_day, tell
from scheduler.pacing import PARIS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def failing(shop: int, hours: float, who: str = "merchant") -> Failing:
    return Failing(shop, f"Boutique {shop}", "m@example.fr", NOW - hours * HOUR, "La boutique ne répond pas.", who)


def kinds(fails: list[Failing], told: list[Told]) -> list[tuple[int, str]]:
    addresses = {number: Address(f"Boutique {number}", "m@example.fr") for number in range(10)}
    return [(due.told.shop_id, due.told.kind) for due in decide(fails, told, addresses, NOW)]


def test_a_merchant_is_told_after_a_day_after_three_and_when_it_is_over() -> None:
    assert kinds([failing(1, 23)], []) == []
    day, again = failing(1, 25), failing(1, 73)
    assert kinds([day], []) == [(1, FIRST)]
    assert kinds([day], [Told(1, FIRST, day.since)]) == []
    assert kinds([again], [Told(1, FIRST, again.since)]) == [(1, AGAIN)]
    told = [Told(1, FIRST, again.since), Told(1, AGAIN, again.since)]
    assert kinds([again], told) == []
    assert kinds([], told) == [(1, REPAIRED)]
    assert kinds([], [*told, Told(1, REPAIRED, again.since)]) == []


def test_a_short_failure_is_nobody_s_business() -> None:
    assert kinds([failing(1, 5)], []) == []
    assert kinds([], []) == []


def test_after_a_night_off_one_mail_says_it_all() -> None:
    assert kinds([failing(1, 100)], []) == [(1, AGAIN)]


def test_what_we_must_mend_is_not_the_merchant_s() -> None:
    assert kinds([failing(1, 100, who="us")], []) == []


def test_the_next_failure_is_another_matter() -> None:
    before = NOW - 400 * HOUR
    told = [Told(1, FIRST, before), Told(1, REPAIRED, before)]
    assert kinds([failing(1, 30)], told) == [(1, FIRST)]


hours = st.floats(0, 500)


@given(st.lists(st.tuples(st.integers(1, 5), hours), max_size=5, unique_by=lambda one: one[0]))
def test_nothing_is_told_twice(fails: list[tuple[int, float]]) -> None:
    rows = [failing(*one) for one in fails]
    addresses = {number: Address("x", "m@example.fr") for number in range(10)}
    first = decide(rows, [], addresses, NOW)
    assert decide(rows, [due.told for due in first], addresses, NOW) == []
    assert len({due.told for due in first}) == len(first) <= len(rows)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_the_digest_is_of_a_day_and_comes_after_seven(now: datetime) -> None:
    day = digest_day([], now)
    assert (day is None) == (now.astimezone(PARIS).hour < 7)
    if day is not None:
        assert digest_day([Told(REGION, DAILY, day)], now) is None
        assert day <= now


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


class Smtp:
    """A mail server of one connection at a time, without TLS."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.mails: list[EmailMessage] = []
        self.refuses: dict[bytes, bytes] = {}
        """What it answers to a recipient's address that holds this."""
        self.said: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(cast("BinaryIO", stream))

    def _talk(self, stream: BinaryIO) -> None:
        def answer(text: bytes) -> None:
            stream.write(text + b"\r\n")
            stream.flush()

        answer(b"220 here")
        while line := stream.readline():
            self.said.append(line.decode().strip())
            verb = line[:4].upper()
            if verb == b"DATA":
                answer(b"354 go on")
                body = b""
                while (more := stream.readline()) != b".\r\n":
                    body += more
                self.mails.append(parsed(body))
            if verb == b"QUIT":
                answer(b"221 bye")
                return
            if verb == b"RCPT" and (no := [why for who, why in self.refuses.items() if who in line]):
                answer(no[0])
                continue
            answer(b"250-hello\r\n250 AUTH PLAIN LOGIN" if verb == b"EHLO" else b"250 well")

    def close(self) -> None:
        self._socket.close()


@contextmanager
def smtp() -> Iterator[Smtp]:
    server = Smtp()
    try:
        yield server
    finally:
        server.close()


def test_mails_go_over_smtp_and_no_name_adds_a_header(sqlite_settings: Settings) -> None:
    with smtp() as server:
        settings = sqlite_settings.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_from": "portail@example.fr"}
        )
        send(settings, Mail("m@example.fr", "Boutique\r\nBcc: tous@example.fr", "Épuisé, à vérifier.\n"), NOW)
    (mail,) = server.mails
    assert (mail["To"], mail["From"]) == ("m@example.fr", "portail@example.fr")
    assert mail["Bcc"] is None
    assert mail.get_content().replace("\r\n", "\n") == "Épuisé, à vérifier.\n"


def test_a_password_is_never_sent_in_clear(sqlite_settings: Settings) -> None:
    with smtp() as server:
        settings = sqlite_settings.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_user": "u"}
        )
        with pytest.raises(smtplib.SMTPException, match="TLS"):
            send(settings, Mail("m@example.fr", "x", "y"), NOW)
    assert not any(line.startswith("AUTH") for line in server.said)


def row(since: datetime | None) -> PaceRow:
    return PaceRow(NOW, NOW, 900.0, None, None, 3 if since else 0, since, 1.0)


def shop_failing_since(
    store: Store, since: datetime, email: str = "goff@example.fr", url: str = "https://laines.example/"
) -> int:
    with store.write() as connection:
        merchant = merchants.add(connection, name="Le Goff", siret=None, commune="Dinan", email=email, now=NOW)
        shop = shops.add(
            connection, url=url, name="Laines", connector="woocommerce-store",
            platform="WooCommerce", status="approved", merchant_id=merchant, memory={}, now=since,
        )  # fmt: skip
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=since)
        error = ("shop_unreachable", "La boutique ne répond pas.", "timeout", "merchant")
        runs.close(connection, run, Counts(), state="failed", now=since, error=error)
        pace.save(connection, shop, row(since), NOW)
    return shop


def subjects(folder: Path) -> dict[str, EmailMessage]:
    found = [parsed(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]
    return {str(mail["Subject"]): mail for mail in found}


def test_who_fails_is_told_once_and_again_when_it_works(store: Store, store_settings: Settings) -> None:
    shop = shop_failing_since(store, NOW - 30 * HOUR)
    assert tell(store, store_settings, NOW) == 2
    assert tell(store, store_settings, NOW + HOUR) == 0
    folder = store_settings.data / "mails"
    told = subjects(folder)
    assert set(told) == {"« Laines » n'est plus lue depuis 24 heures", "Emplettes, ma région : 1 en panne"}
    merchant = told["« Laines » n'est plus lue depuis 24 heures"]
    assert merchant["To"] == "goff@example.fr"
    assert "La boutique ne répond pas." in merchant.get_content()
    assert "Laines (n° " in told["Emplettes, ma région : 1 en panne"].get_content()
    with store.write() as connection:
        pace.save(connection, shop, row(None), NOW)
    assert tell(store, store_settings, NOW + 2 * HOUR) == 1
    assert "« Laines » est de nouveau à jour" in subjects(folder)
    assert tell(store, store_settings, NOW + 3 * HOUR) == 0


def test_what_cannot_be_sent_is_tried_again(store: Store, store_settings: Settings) -> None:
    shop_failing_since(store, NOW - 30 * HOUR)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    lost = store_settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": port, "operator_email": "o@x.fr"})
    with pytest.raises(OSError, match="refused"):
        tell(store, lost, NOW)
    assert tell(store, store_settings, NOW) == 2


def test_an_address_that_takes_no_mail_keeps_nobody_waiting(store: Store, store_settings: Settings) -> None:
    bad = ("partie@example.fr", "pleine@example.fr", "a@example.fr, b@example.fr", "x@example.fr\nBcc: tous@example.fr")
    for number, email in enumerate((*bad, "goff@example.fr")):
        shop_failing_since(store, NOW - 30 * HOUR, email, f"https://b{number}.example/")
    with smtp() as server:
        server.refuses = {b"partie@": b"550 nobody here", b"pleine@": b"452 full"}
        settings = store_settings.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": server.port, "operator_email": "o@example.fr"}
        )
        assert tell(store, settings, NOW) == 2
        assert [mail["To"] for mail in server.mails] == ["goff@example.fr", "o@example.fr"]
        del server.refuses[b"pleine@"]
        assert tell(store, settings, NOW + HOUR) == 1, "the full one is tried again, the others are not"
        assert server.mails[-1]["To"] == "pleine@example.fr"
        assert all(mail["Bcc"] is None for mail in server.mails)


def test_the_digest_is_french(store: Store, store_settings: Settings) -> None:
    shop_failing_since(store, NOW - HOUR)
    tell(store, store_settings, NOW)
    (digest,) = subjects(store_settings.data / "mails").values()
    assert "Lectures du jour : 1 en échec\n" in digest.get_content()


def test_the_digest_says_in_its_subject_what_waits_for_an_answer(store: Store) -> None:
    with store.read() as connection:
        nothing = freshness.measure(connection, NOW)
    shop = ShopFreshness(1, "Laines", "WooCommerce", 20, 20, 20, NOW, NOW, False, None, 12, None)
    found = replace(nothing, shops=(shop,), runs={"complete": 1, "held": 2})
    subject, text = digest(found, [], "Auray", "https://x.example")
    assert subject == "Emplettes, Auray : 12 offres retenues"
    assert "Lectures du jour : 1 complète, 2 avec des changements retenus\n" in text
    assert "Boutiques en retard : 0\n" in text


def test_machines_read_the_same_on_a_private_port(store: Store) -> None:
    shop = shop_failing_since(store, NOW - 30 * HOUR)
    with store.write() as connection:
        pace.save(connection, shop, replace(row(NOW - 30 * HOUR), next_sync_at=NOW - 365 * 24 * HOUR), NOW)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with served(store, lambda: 3, port):
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values["emplettes_shops_failing"] == "1.0"
    assert values["emplettes_runs_running"] == "3.0"
    assert values["emplettes_queue_overdue_shops"] == "1.0"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics")

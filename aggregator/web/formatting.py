"""What is read on screen, in the language spoken: prices, times, counts, slugs. `now` is always an argument.

French spaces follow its typography: a narrow no-break space (U+202F) groups digits and stands before ! ? ; a no-break
space (U+00A0) before : and units. Babel's CLDR data does the same for money.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_decimal_symbol

from aggregator.publish.addresses import path as path
from aggregator.publish.addresses import slug as slug
from aggregator.store.portal import Card, OfferView
from aggregator.web.texts import formats, language, ngettext
from aggregator.web.texts import gettext as _
from connectors.records import Availability

PARIS = ZoneInfo("Europe/Paris")


def money(amount_minor: int, currency: str) -> str:
    """Minor units as a shopper reads them: (1290, "EUR") -> "12,90 €"."""
    return _money(amount_minor, currency, formats())


@lru_cache(maxsize=20_000)  # a page has dozens, and Babel takes a tenth of a millisecond for each
def _money(amount_minor: int, currency: str, locale: str) -> str:
    exponent = get_currency_precision(currency)
    return str(format_currency(Decimal(amount_minor).scaleb(-exponent), currency, locale=locale))


def price(amount_minor: int | None, currency: str | None) -> str:
    """A price in words: no price is not free."""
    if amount_minor is None or currency is None:
        return _("Prix sur demande")
    return _("Gratuit") if amount_minor == 0 else money(amount_minor, currency)


def card_price(card: Card) -> str:
    """The price of a card; "à partir de" where other variants cost more.

    No crossed-out price: it may only stand beside the lowest price of 30 days, which the offer's own page has room
    for (`store.prices`)."""
    if card.price_varies and card.price_minor is not None and card.currency is not None:
        return _("à partir de %(price)s") % {"price": money(card.price_minor, card.currency)}
    return price(card.price_minor, card.currency)


def of_town(town: str) -> str:
    """ "de Lodève", "d’Aniane", "du Havre", "des Sables-d'Olonne". Texts in which it stands get the plain name as well,
    for languages that say "from"."""
    if language() == "fr":
        if town.startswith("Le "):
            return f"du {town[3:]}"
        if town.startswith("Les "):
            return f"des {town[4:]}"
        if unicodedata.normalize("NFD", town)[:1] in tuple("AEIOUY"):
            return f"d’{town}"
    return _("de %(town)s") % {"town": town}


def availability(value: Availability | None) -> str:
    """Stock in words."""
    if value is Availability.IN_STOCK:
        return _("En stock")
    if value is Availability.BACK_ORDER:
        return _("Sur commande")
    return _("Épuisé") if value is Availability.OUT_OF_STOCK else _("Disponibilité non précisée")


_STOCK_CLASSES = {Availability.IN_STOCK: "yes", Availability.BACK_ORDER: "later", Availability.OUT_OF_STOCK: "no"}


def stock_class(value: Availability | None) -> str:
    """The style in which stock is written."""
    return _STOCK_CLASSES.get(value, "unknown") if value else "unknown"


def stock(offer: OfferView) -> str:
    """Stock of one variant, with the quantity where the shop gives it."""
    if offer.availability is Availability.IN_STOCK and offer.quantity:
        return _("En stock\u00a0: %(count)s") % {"count": number(offer.quantity)}
    return availability(offer.availability)


def number(value: int) -> str:
    """12345 -> "12 345"."""
    return _number(value, formats())


@lru_cache(maxsize=20_000)
def _number(value: int, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


def decimal_mark() -> str:
    """What stands before decimals: "," in French."""
    return str(get_decimal_symbol(formats()))


def ago(instant: datetime, now: datetime) -> str:
    """How long ago, in words. An instant in the future (a clock that is off) is "à l'instant"."""
    passed = now - instant
    if passed < timedelta(minutes=1):
        return _("à l’instant")
    if passed < timedelta(hours=1):
        count = int(passed.total_seconds() // 60)
        return ngettext("il y a %(count)s minute", "il y a %(count)s minutes", count) % {"count": count}
    if passed < timedelta(days=1):
        count = int(passed.total_seconds() // 3600)
        return ngettext("il y a %(count)s heure", "il y a %(count)s heures", count) % {"count": count}
    days = (now.astimezone(PARIS).date() - instant.astimezone(PARIS).date()).days
    if days <= 1:
        return _("hier")
    if days < 31:
        return ngettext("il y a %(count)s jour", "il y a %(count)s jours", days) % {"count": days}
    if days < 365:
        return _("il y a %(count)s mois") % {"count": days // 31 or 1}
    return _("il y a plus d’un an")


def full_date(instant: datetime) -> str:
    """For a tooltip: "24 novembre 2026 à 14:05", in France's time."""
    # What one run has checked shares its minute, and Babel takes a tenth of a millisecond for each.
    return _full_date(instant.replace(second=0, microsecond=0), _("d MMMM y 'à' HH:mm"), formats())


@lru_cache(maxsize=20_000)
def _full_date(instant: datetime, pattern: str, locale: str) -> str:
    """`pattern` is one of Unicode's: letters stand for parts of the date, words are in quotes."""
    return str(format_datetime(instant.astimezone(PARIS), pattern, locale=locale))


def day(date_: date) -> str:
    """ "23 novembre 2026"."""
    return str(format_date(date_, "long", locale=formats()))


def iso(instant: datetime) -> str:
    """For machines: UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def siret(digits: str) -> str:
    """Fourteen digits as they are written: "123 456 789 00012"."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}"


def points(score: float) -> str:
    """Points of a ranking, to the tenth, with their sign where they are a malus."""
    return str(format_decimal(round(score, 1), locale=formats()))


def kilometres(distance: float) -> str:
    """A distance as the crow flies, no finer than it is known: "à 3 km"."""
    return _("à moins d’1\u00a0km") if distance < 1 else _("à %(km)s\u00a0km") % {"km": number(round(distance))}


def share(part: int, whole: int) -> str:
    """A part in percent, rounded down: "99,9 %" is not all. A dash where there is nothing."""
    if not whole:
        return "–"
    digits = str(format_decimal(Decimal(1000 * part // whole) / 10, locale=formats()))
    return _("%(number)s\u00a0%%") % {"number": digits}

"""What every page needs: settings, store, index, templates, clock. Pages hold no state of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from aggregator.geo import communes
from aggregator.geo.communes import Commune
from aggregator.search.port import SearchIndex, SearchQuery, SearchResults
from aggregator.settings import HANDED_OVER, Settings
from aggregator.store import Store, directory
from aggregator.store import places as store_places
from aggregator.store.freshness import Freshness, measure
from aggregator.store.portal import Card
from aggregator.web import formatting, language, places, texts, views
from aggregator.web.face import Face, read_face
from aggregator.web.kept import Kept
from aggregator.web.photos import Photos
from aggregator.web.query import SearchRequest

HERE = Path(__file__).parent
STATIC = HERE / "static"
_MEASURED_FOR = timedelta(minutes=5)
_OVERVIEW_FOR = timedelta(minutes=1)
_NEWEST = 60
_NAMED = 100
"""Communes that a field proposes without a script."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Town:
    """A commune of the region as lists show it."""

    commune: Commune
    shops: int
    url: str
    km: float | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Handed to every page through `app.state`."""

    settings: Settings
    store: Store
    index: SearchIndex
    now: Callable[[], datetime] = utc_now
    templates: Environment = field(init=False)
    face: Face = field(init=False)
    """What the region shows of itself."""
    photos: Photos = field(init=False)
    _kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "templates", _environment())
        object.__setattr__(self, "face", read_face(self.settings))
        object.__setattr__(self, "_kept", Kept(self.now))
        object.__setattr__(self, "photos", self._photos())

    def _photos(self) -> Photos:
        return Photos(self.store, self.settings.photo_folder, self.now, fetched=self.settings.photos_mb > 0)

    def freshness(self) -> Freshness:
        """The region's freshness, some minutes old: measuring it reads every offer, seconds in a big region."""

        def measured() -> Freshness:
            with self.store.read() as connection:
                return measure(connection, self.now())

        return self._kept.get("freshness", _MEASURED_FOR, measured)

    def overview(self) -> SearchResults:
        """Everything there is, as it was a minute ago at most, in the order of browsing: what is in stock and new,
        shops in turn. What pages begin with."""
        return self._kept.get("overview", _OVERVIEW_FOR, lambda: self.index.search(SearchQuery(per_page=_NEWEST)))

    def starting_points(self) -> list[views.FacetGroup]:
        """Categories, towns and shops, each a link to its results."""
        return views.facet_groups(SearchRequest(), self.overview(), ("category", "shop", "town"))

    def shelves(self, above: str | None = None) -> list[views.Shelf]:
        """The categories that have something, in the tree's order: the top ones, or those directly below a node."""
        counted = self.overview().facets.get("category", ())
        return views.shelves({value.value: value.count for value in counted}, above)

    def towns(self) -> list[Town]:
        """The communes that have shops, most shops first."""

        def read() -> list[Town]:
            with self.store.read() as connection:
                lines = directory.towns(connection)
            known = ((communes.by_insee(line.insee), line.shops) for line in lines)
            return [Town(commune, shops, places.town_path(commune)) for commune, shops in known if commune]

        return self._kept.get("towns", _OVERVIEW_FOR, read)

    def town_names(self) -> list[str]:
        """For fields that ask for a commune: those that have shops."""
        return [places.label(town.commune) for town in self.towns()[:_NAMED]]

    def departments(self) -> frozenset[str]:
        """Codes of the departments where shops are: of two communes of one name, the one there is meant."""

        def read() -> frozenset[str]:
            with self.store.read() as connection:
                return store_places.departments(connection)

        return self._kept.get("departments", _OVERVIEW_FOR, read)

    def place(self, text: str) -> places.Place | None:
        """What the address or a visitor means by a place; None for nothing and for what we do not know."""
        return places.find(text, self.departments()) if text else None

    @property
    def base_url(self) -> str:
        """The portal's public address in the language spoken, without a slash at its end."""
        return self.public_url + language.prefix()

    @property
    def public_url(self) -> str:
        """The same in French: of what has no language."""
        return self.settings.public_url.rstrip("/")

    def is_old(self, card: Card) -> bool:
        """True where the shop was not checked for longer than the operator allows: the offer says so."""
        limit = timedelta(hours=self.settings.max_age_hours * (HANDED_OVER if card.handed_over else 1))
        return self.now() - card.checked_at > limit

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        """A whole HTML page. Everything in `context` is escaped, unless it is Markup."""
        body = self.templates.get_template(template).render(
            site=self, region=self.settings.region, now=self.now(), **context
        )
        return HTMLResponse(language.localised(body), status_code=status, headers=dict(headers or {}))


def site_of(request: Request) -> Site:
    """The `Site` of the app that serves this request, as a FastAPI dependency."""
    site: Site = request.app.state.site
    return site


def json_ld(value: Mapping[str, Any]) -> Markup:
    """A JSON-LD block's text: no character in it can end the script element or open a comment."""
    text = orjson.dumps(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  nothing of HTML is left in it


def cleaned_html(description: str) -> Markup:
    """A shop's description as HTML: the one text that is not escaped, since `values.clean_html` made it."""
    return Markup(description)  # noqa: S704


def external(url: str | None) -> str:
    """A link to a merchant's site: http(s) or nowhere. Connectors promise it; a page does not rely on it."""
    return url if url is not None and url.startswith(("https://", "http://")) else ""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        auto_reload=False,  # an upgrade of the files must not be mixed into a running server
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        texts.gettext, texts.ngettext, newstyle=True
    )
    environment.globals.update({"_": _said, "gettext": _said, "ngettext": _counted})
    environment.filters.update(
        ago=formatting.ago,
        availability=formatting.availability,
        card_price=formatting.card_price,
        full_date=formatting.full_date,
        external=external,
        iso=formatting.iso,
        kilometres=formatting.kilometres,
        json_ld=json_ld,
        number=formatting.number,
        of_town=formatting.of_town,
        points=formatting.points,
        siret=formatting.siret,
        stock=formatting.stock,
        stock_class=formatting.stock_class,
        cleaned_html=cleaned_html,
    )
    environment.globals.update(
        alternates=language.alternates,
        languages=language.others,
        money=formatting.money,
        path=formatting.path,
        price=formatting.price,
        alike=places.alike,
        value_label=views.value_label,
        spoken=texts.language,
        static=static_url,
    )
    return environment


def _said(message: str, /, **variables: object) -> Markup:
    """What Jinja's own gettext does, at a tenth of its cost where nothing is put in: a page has sixty such texts."""
    return Markup(texts.gettext(message)) % variables if variables else _constant(message, texts.language())  # noqa: S704


@lru_cache(maxsize=2_000)
def _constant(message: str, language: str) -> Markup:
    """`language`: the one spoken, which alone makes the difference."""
    return Markup(texts.gettext(message)) % {}  # noqa: S704  a text of ours


def _counted(one: str, many: str, num: int, /, **variables: object) -> Markup:
    return Markup(texts.ngettext(one, many, num)) % {"num": num, **variables}  # noqa: S704


def _static_versions() -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in STATIC.iterdir()}


_VERSIONS = _static_versions()


def static_url(name: str) -> str:
    """The address of a static file; it changes with the file's content, so browsers may keep it for a year."""
    return f"/static/{name}?v={_VERSIONS[name]}"

"""From what the index says to what templates show: facets, shelves, paging, reasons. Pure."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aggregator.errors import SettingsInvalid
from aggregator.ingest import categories
from aggregator.ingest.categories import Tree
from aggregator.publish import addresses
from aggregator.search.document import CATEGORY_SEPARATOR
from aggregator.search.port import ANY_PRICE, FACETS, PRICE_BANDS, Explanation, FacetValue, SearchResults, Sort
from aggregator.search.traits import size_order
from aggregator.web import formatting, price_range
from aggregator.web.query import SearchRequest, Toggles, within
from aggregator.web.texts import gettext as _
from connectors.records import Availability

log = logging.getLogger("emplettes.web")
_last_good: list[Tree] = []

FACET_SHOWN = 7
"""Values of a facet before "voir plus"."""
FACET_LISTED = 20
"""Values of a facet on the page of results: a hundred of each would be most of its weight. Where there are more, a page
has them all."""
WHOLE = "/recherche/filtrer"
"""That page: takes what `/recherche` takes, and the facet as `par`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: a link that adds or removes it."""

    value: str
    label: str
    count: int | None
    url: str
    chosen: bool
    level: int = 0
    """How deep a category lies below a root."""


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One facet. `first` are shown at once, `more` on demand; chosen ones are always among the first."""

    name: str
    title: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]
    whole: str | None = None
    """The address of the page with all values, where these are not all."""
    count: int = 0
    """How many values there are."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category as lists show it."""

    name: str
    url: str
    count: int
    below: tuple[Shelf, ...] = ()

    @property
    def most(self) -> list[Shelf]:
        """What lies below, the best stocked first."""
        return sorted(self.below, key=lambda shelf: -shelf.count)


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to other pages; `None` where there is none."""

    page: int
    last: int | None
    """None where it is not known."""
    previous: str | None
    next: str | None


def facet_title(name: str) -> str:
    return {
        "category": _("Catégorie"),
        "brand": _("Marque"),
        "shop": _("Boutique"),
        "town": _("Commune"),
        "availability": _("Disponibilité"),
        "price": _("Prix"),
        "condition": _("État"),
        "colour": _("Couleur"),
        "size": _("Taille"),
    }[name]


def sort_title(sort: Sort) -> str:
    return {
        Sort.RELEVANCE: _("Pertinence"),
        Sort.PRICE_ASC: _("Moins cher"),
        Sort.PRICE_DESC: _("Plus cher"),
        Sort.NEWEST: _("Nouveautés"),
        Sort.DISTANCE: _("Plus près"),
    }[sort]


def tree() -> Tree:
    """The portal's own categories; while somebody's edit of their file does not hold, as they were before it."""
    try:
        _last_good[:] = [categories.tree()]
    except SettingsInvalid as error:
        if not _last_good:
            raise
        log.error("categories as before: %s", error)
    return _last_good[0]


def category_label(value: str) -> str:
    """What a node of the portal's tree is called on screen; what is no node (any more) is read from its slug."""
    node = tree().get(value)
    return _(node.name) if node else value.rpartition(CATEGORY_SEPARATOR)[2].replace("-", " ").capitalize()


def shelves(counts: Mapping[str, int], above: str | None) -> list[Shelf]:
    """The nodes directly below one (the roots, for None) that have something, each with what lies below it."""
    found = []
    for node in tree().children(above):
        if counts.get(node.path):
            below = shelves(counts, node.path) if above is None else []
            found.append(Shelf(_(node.name), addresses.category(node.path), counts[node.path], tuple(below)))
    return found


def value_label(name: str, value: str, label: str = "") -> str:
    """What a facet's value is called on screen."""
    if name == "availability" and value in set(Availability):
        return formatting.availability(Availability(value))
    if name == "category":
        return category_label(value)
    if name == "colour":
        return _(value.capitalize())
    if name == "condition":
        return {"new": _("Neuf"), "refurbished": _("Reconditionné"), "used": _("D’occasion")}.get(value, value)
    if name == "price" and value in PRICE_BANDS:
        low, high = (None if bound is None else bound // 100 for bound in PRICE_BANDS[value])
        if not low:
            return _("Moins de %(high)s\u00a0€") % {"high": high}
        if high is None:
            return _("%(low)s\u00a0€ et plus") % {"low": low}
        return _("De %(low)s à %(high)s\u00a0€") % {"low": low, "high": high}
    return label or value


def facet_groups(request: SearchRequest, results: SearchResults, names: Sequence[str] = FACETS) -> list[FacetGroup]:
    """The facets worth showing: those with a choice to make, or a choice made. Of prices a range can always be set."""
    groups = []
    for name in names:
        values = facet_values(request, results, name)
        if name == "category":
            choices = choices_of(request, name, _branch("", 0, values, request))
        else:
            choices = choices_of(request, name, [(value, 0) for value in _listed(request, name, values)])
        ranged = name == "price" and (values or request.prices != ANY_PRICE)
        if len(choices) > 1 or any(choice.chosen for choice in choices) or ranged:
            groups.append(_group(request, name, choices, len(values)))
    return groups


def facet_values(request: SearchRequest, results: SearchResults, name: str) -> list[FacetValue]:
    """A facet's values that find something or are chosen, commonest first."""
    chosen = {value for facet, value in request.filters if facet == name}
    return [v for v in results.facets.get(name, ()) if v.value and (v.count or v.value in chosen)]


def _listed(request: SearchRequest, name: str, values: Sequence[FacetValue]) -> Sequence[FacetValue]:
    """The commonest and those that are chosen, in the facet's order."""
    few = [value for at, value in enumerate(values) if at < FACET_LISTED or request.has(name, value.value)]
    return in_order(name, few)


def _group(request: SearchRequest, name: str, choices: Sequence[Choice], count: int) -> FacetGroup:
    """The first few roots and whatever belongs to a chosen value at once, the rest on demand."""
    first: list[Choice] = []
    more: list[Choice] = []
    roots = 0
    for choice in choices:
        roots += choice.level == 0
        shown = roots <= FACET_SHOWN or choice.chosen or choice.level > 0
        (first if shown else more).append(choice)
    if len(more) == 1:  # its own line takes no more room than what would hide it
        first, more = [*first, *more], []
    whole = None
    if name != "category" and count > len(choices):
        whole = f"{WHOLE}?{urlencode([('par', name), *request.kept()])}"
    return FacetGroup(name, facet_title(name), tuple(first), tuple(more), whole, count)


def choices_of(request: SearchRequest, name: str, rows: Sequence[tuple[FacetValue, int]]) -> list[Choice]:
    """Links for values of a facet, each with its level."""
    toggles = Toggles(request, name)
    chosen = {value for facet, value in request.filters if facet == name}
    return [
        Choice(
            value=value.value,
            label=value_label(name, value.value, value.label),
            count=value.count,
            url=toggles.url(value.value),
            chosen=value.value in chosen,
            level=level,
        )
        for value, level in rows
    ]


def _branch(
    above: str, level: int, values: Sequence[FacetValue], request: SearchRequest
) -> list[tuple[FacetValue, int]]:
    """Categories directly below `above`, commonest first; those that hold a chosen one are opened."""
    chosen = [value for name, value in request.filters if name == "category"]
    prefix = f"{above}{CATEGORY_SEPARATOR}" if above else ""
    rows: list[tuple[FacetValue, int]] = []
    for value in values:
        if value.value.startswith(prefix) and CATEGORY_SEPARATOR not in value.value[len(prefix) :]:
            rows.append((value, level))
            if any(within(one, value.value) for one in chosen):
                rows += _branch(value.value, level + 1, values, request)
    return rows


def in_order(name: str, values: Sequence[FacetValue]) -> Sequence[FacetValue]:
    """Prices and sizes grow; all else comes as the index counts it, commonest first. Unknown bands are left out."""
    if name == "price":
        bands = list(PRICE_BANDS)
        return sorted((v for v in values if v.value in bands), key=lambda v: bands.index(v.value))
    if name == "size":
        return sorted(values, key=lambda v: size_order(v.value))
    return values


def active_filters(request: SearchRequest, results: SearchResults, shop_names: Mapping[str, str]) -> list[Choice]:
    """The filters that are set, each with the address without it. `shop_names`: where the index counts none."""
    labels = {(name, v.value): v.label for name, values in results.facets.items() for v in values}
    labels |= {("shop", value): label for value, label in shop_names.items()}
    choices = [
        Choice(
            value=value,
            label=value_label(name, value, labels.get((name, value), value)),
            count=None,
            url=request.toggled(name, value),
            chosen=True,
        )
        for name, value in request.filters
    ]
    if request.prices != ANY_PRICE:
        open_ = replace(request, prices=ANY_PRICE, page=1).url()
        choices.append(Choice("", price_range.label(request.prices), None, open_, chosen=True))
    return choices


def pager(request: SearchRequest, last: int, *, exact: bool = True) -> Pager:
    """`exact`: False where `last` is only the most that it can be."""
    return Pager(
        page=request.page,
        last=last if exact else None,
        previous=request.on_page(request.page - 1) if request.page > 1 else None,
        next=request.on_page(request.page + 1) if request.page < last else None,
    )


def plain_pager(address: str, page: int, last: int) -> Pager:
    """The pager of a page with no other parameter than `page`."""

    def url(number: int) -> str:
        return address if number == 1 else f"{address}?page={number}"

    return Pager(
        page=page, last=last, previous=url(page - 1) if page > 1 else None, next=url(page + 1) if page < last else None
    )


@dataclass(frozen=True, slots=True)
class WordReason:
    """One word of a query, and in plain words where an offer has it."""

    word: str
    instead: str | None
    where: tuple[str, ...]


def word_reasons(explanation: Explanation) -> list[WordReason]:
    """Where an offer has the words that were typed."""
    names = {
        "title": _("dans le nom du produit"),
        "brand": _("dans la marque"),
        "category": _("dans la catégorie"),
        "variants": _("dans les déclinaisons ou les caractéristiques"),
        "description": _("dans la description"),
        "code": _("dans la référence ou le code-barres"),
    }
    return [
        WordReason(word.word, word.instead, tuple(names.get(field, field) for field in word.fields))
        for word in explanation.words
    ]

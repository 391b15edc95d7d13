"""`emplettes search`: what a visitor of the portal would find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command
from aggregator.cli.output import console, expected_errors, print_json, print_table

if TYPE_CHECKING:
    from aggregator.search.port import SearchResults
    from aggregator.store.portal import Card

_PER_PAGE = 24


def register(app: typer.Typer) -> None:
    command(
        app,
        "search",
        "Cherche dans le catalogue, comme un visiteur du portail.",
        'emplettes search "théière en grès"',
        'emplettes search "jeu de société" --sort price_asc --page 2',
    )(search)


def search(
    query: Annotated[
        str, typer.Argument(metavar="TEXTE", help='Les mots cherchés ; "" pour tout.', show_default=False)
    ],
    page: Annotated[int, typer.Option("--page", metavar="N", min=1, max=400, help="Page de résultats.")] = 1,
    sort: Annotated[
        str,
        typer.Option("--sort", metavar="ORDRE", help="relevance, price_asc, price_desc ou newest."),
    ] = "relevance",
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.errors import Refused
        from aggregator.search.port import SearchQuery, Sort
        from aggregator.search.reader import open_reader
        from aggregator.store import portal, products

        orders = [order.value for order in Sort if order is not Sort.DISTANCE]  # that one needs a place
        if sort not in orders:
            raise Refused(f"--sort : « {sort} » n'est pas un ordre connu ({', '.join(orders)}).")
        loaded = context.settings()
        with context.open_store(loaded) as store:
            asked = SearchQuery(text=query, sort=Sort(sort), page=page, per_page=_PER_PAGE)
            results = open_reader(loaded).search(asked)
            with store.read() as connection:
                cards = portal.cards(connection, results.listing_ids)
                summaries = products.summaries(
                    connection, [hit.product_id for hit in results.hits if hit.product_id is not None]
                )
    if as_json:
        from aggregator.web import payload

        found = payload.found(asked, results, cards, summaries, loaded.public_url.rstrip("/"))
        print_json(found.model_dump(mode="json"))
    else:
        _show(results, cards)


def _show(results: SearchResults, cards: list[Card]) -> None:
    from aggregator.web import formatting

    if results.corrected:
        console().print(f"Résultats pour « {results.corrected} »", markup=False)
    now = context.utc_now()
    print_table(
        ["Produit", "Prix", "Disponibilité", "Boutique", "Vérifié"],
        [
            (
                card.title,
                formatting.card_price(card),
                formatting.availability(card.availability),
                card.shop_name,
                formatting.ago(card.checked_at, now),
            )
            for card in cards
        ],
        empty="Aucun résultat.",
    )
    if results.total:
        plural = "s" if results.total > 1 else ""
        console().print(f"{formatting.number(results.total)} résultat{plural}", markup=False)

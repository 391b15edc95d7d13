"""`emplettes explain`: one page, field by field: what each of its sources says, what was chosen, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, PageUrl, command
from aggregator.cli.output import console, expected_errors, print_facts, print_json, print_table
from aggregator.cli.reasons import field_reason, kind_reason, place
from aggregator.cli.wording import KIND_TEXTS, field_name, percent, shortened, source_name

if TYPE_CHECKING:
    from aggregator.settings import Settings
    from connectors.http import Response
    from connectors.pages.answers import Answer, Field
    from connectors.pages.reader import Reading

_NOTHING: dict[str, Any] = {"url": None, "status": None, "kind": None, "fields": [], "record": None, "issues": []}


def register(app: typer.Typer) -> None:
    command(
        app,
        "explain",
        "Explique la lecture d'une page : de quelle sorte elle est, ce que chacune de ses sources dit de chaque champ, "
        "ce qui a été retenu et pourquoi. Rien n'est enregistré.",
        "emplettes explain https://ma-boutique.fr/produits/vase-bleu",
        "emplettes explain https://ma-boutique.fr/produits/vase-bleu --json",
    )(explain)


def explain(url: PageUrl, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json, base=_NOTHING):
        from connectors.pages.page import Page
        from connectors.pages.reader import read

        answer = _fetched(context.settings(), url)
        page = Page.parse(answer.url, answer.body, headers=answer.headers, status=answer.status)
        reading = read(page, shop_url=answer.url)
    if as_json:
        print_json(_json(answer, page.canonical, reading))
    else:
        _show(answer, page.canonical, reading)


def _fetched(loaded: Settings, typed: str) -> Response:
    """The page, through the guarded session, if robots.txt lets us. Raises the ConnectorError that says why not."""
    from connectors.detect import addresses
    from connectors.errors import ShopUnreachable
    from connectors.gate import Gate
    from connectors.http import HttpSession

    with HttpSession(
        context.address_policy(loaded),
        user_agent=loaded.user_agent,
        request_seconds=20.0,
        deadline=30.0,
        retry_wait_cap=5.0,
        tries=2,
        max_bytes=8 * 1024 * 1024,
    ) as session:
        *others, last = addresses(typed)
        for url in others:
            try:
                return _asked(session, Gate(session, FORBIDDEN), url)
            except ShopUnreachable:
                continue
        return _asked(session, Gate(session, FORBIDDEN), last)


def _asked(session: Any, gate: Any, url: str) -> Response:
    gate.permit(url)
    answer: Response = session.get(url)
    return answer


FORBIDDEN = "Le fichier robots.txt du site interdit cette page à notre robot : elle n'est pas lue."


def _json(answer: Response, canonical: str | None, reading: Reading) -> dict[str, Any]:
    return {
        "url": answer.url,
        "canonical": canonical,
        "status": answer.status,
        "bytes": len(answer.body),
        "kind": reading.verdict.kind.value,
        "score": round(reading.verdict.score, 3),
        "reasons": list(reading.verdict.reasons),
        "fields": [_field_json(field) for field in reading.fields],
        "record": None if reading.record is None else reading.record.model_dump(mode="json"),
        "issues": [issue.model_dump(mode="json") for issue in reading.issues],
        "error": None,
    }


def _field_json(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "value": field.value,
        "source": field.source,
        "confidence": round(field.confidence, 3),
        "why": field.why,
        "answers": [
            {"source": a.source, "where": a.where, "value": a.value, "confidence": round(a.confidence, 3)}
            for a in field.answers
        ],
    }


def _show(answer: Response, canonical: str | None, reading: Reading) -> None:
    from connectors.records import ISSUE_TEXTS

    verdict = reading.verdict
    print_facts(
        [
            ("Adresse", answer.url),
            ("Adresse de référence", canonical if canonical != answer.url else None),
            ("Réponse", f"{answer.status}, {max(1, round(len(answer.body) / 1024))} Kio"),
            ("Sorte de page", KIND_TEXTS.get(verdict.kind.value, verdict.kind.value)),
            ("Parce que", " ; ".join(map(kind_reason, verdict.reasons))),
        ]
    )
    if reading.fields:
        console().print()
        print_table(["Champ", "", "Source", "Valeur", "Confiance", "Où, et pourquoi"], _rows(reading.fields), empty="")
    if reading.record is not None and len(reading.record.offers) > 1:
        console().print(f"\nDéclinaisons : {len(reading.record.offers)}")
    if reading.record is None:
        console().print("\nCette page ne donne aucun produit.")
    for issue in reading.issues:
        console().print(f"Attention : {ISSUE_TEXTS[issue.code]}", markup=False)


def _rows(fields: tuple[Field, ...]) -> list[tuple[str, str, str, str, str, str]]:
    """For each field what is published and why, then every answer."""
    rows: list[tuple[str, str, str, str, str, str]] = []
    for field in fields:
        chosen = shortened(field.value, field.name) or "rien"
        name, source = field_name(field.name), source_name(field.source)
        rows.append((name, "→", source, chosen, percent(field.confidence), field_reason(field.why)))
        rows += [_answer(answer, field.name) for answer in field.answers]
    return rows


def _answer(answer: Answer, field: str) -> tuple[str, str, str, str, str, str]:
    value = shortened(answer.value, field)
    return "", "", source_name(answer.source), value, percent(answer.confidence), place(answer.where)

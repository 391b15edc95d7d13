"""« Connecter ma boutique »: an address, what we see there, then a request that the operator decides on.

Nothing is kept between the steps but a signed, expiring token that the visitor's form carries: the answers of the
check that the request needs, so that a stranger can propose only what we have seen ourselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from itsdangerous import BadData

from aggregator.errors import Refused
from aggregator.store import merchants, shops
from aggregator.store.portal import preview_card
from aggregator.web.checking import Checked, Checker, HostBusy, VisitorLimit, problems, read_address
from aggregator.web.proposal import FIELDS, Proposal, read_form, validate
from aggregator.web.query import clean
from aggregator.web.security import visitor
from aggregator.web.site import Site, site_of
from aggregator.web.texts import gettext as _

router = APIRouter(prefix="/connecter", include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

TOKEN_SECONDS = 2 * 3600
"""Time enough to look for one's SIRET."""
_PRIVATE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the token carries: the shop as the check found it."""

    url: str
    connector: str
    platform: str
    products: int | None
    memory: dict[str, str]


@router.get("")
def ask(site: CurrentSite) -> HTMLResponse:
    return site.page("connect.html", typed="", problem=None)


@router.post("")
async def check(request: Request, site: CurrentSite) -> HTMLResponse:
    """Look at the shop and show it as it would be published."""
    form = await request.form()
    raw = form.get("url")
    typed = clean(raw, 2000) if isinstance(raw, str) else ""
    if not typed or read_address(typed) is None:
        return site.page("connect.html", status=422, typed=typed, problem=_no_address(typed), headers=_PRIVATE)
    checker: Checker = request.app.state.checker
    try:
        checked = await checker.check(typed, visitor(request, behind_proxy=site.settings.behind_proxy))
    except (VisitorLimit, HostBusy) as error:
        headers = {"retry-after": str(error.seconds), **_PRIVATE}
        limit = isinstance(error, VisitorLimit)
        minutes = -(-error.seconds // 60)
        return site.page("connect_wait.html", status=429, typed=typed, limit=limit, minutes=minutes, headers=headers)
    return await anyio.to_thread.run_sync(_show, request, site, typed, checked)


def _no_address(typed: str) -> str:
    if not typed:
        return _("Collez l’adresse de votre boutique, telle qu’elle apparaît dans la barre de votre navigateur.")
    return _("Ce n’est pas une adresse de site. Elle ressemble à «\u00a0https://www.ma-boutique.fr\u00a0».")


def _show(request: Request, site: Site, typed: str, checked: Checked) -> HTMLResponse:
    report, evidence = checked.report, checked.evidence
    if checked.error is not None or report is None or evidence is None:
        return site.page("connect_error.html", typed=typed, error=checked.error, headers=_PRIVATE)
    seen = Seen(report.shop_url, report.connector, report.platform, report.products, dict(checked.memory))
    cards = [preview_card(record, shop_name=_("Votre boutique"), town="", now=site.now()) for record in report.sample]
    return site.page(
        "connect_result.html",
        seen=seen,
        report=report,
        evidence=evidence,
        cards=cards,
        problems=problems(report),
        known=_known(site, seen.url),
        token=request.app.state.signer.dumps(asdict(seen)),
        typed=dict.fromkeys(FIELDS, ""),
        errors={},
        headers=_PRIVATE,
    )


@router.post("/demande")
async def propose(request: Request, site: CurrentSite) -> Response:
    """Keep the request: the shop becomes *proposed*, and nothing is public before the operator approves it."""
    form = await request.form()
    seen = _open_token(request, form.get("token"))
    if seen is None:
        expired = _(
            "La vérification de votre boutique date de plus de deux heures. Recommencez-la\u00a0: c’est rapide."
        )
        return site.page("connect.html", status=422, typed="", problem=expired, headers=_PRIVATE)
    typed = read_form(form)
    checked = validate(typed)
    if isinstance(checked, Proposal):
        refusal = await anyio.to_thread.run_sync(_keep, site, seen, checked)
        if refusal is None:
            return RedirectResponse("/connecter/merci", 303)
        return site.page("connect_known.html", status=409, seen=seen, refusal=refusal, headers=_PRIVATE)
    return site.page(
        "connect_form.html",
        status=422,
        seen=seen,
        token=form.get("token"),
        typed=typed,
        errors=checked,
        headers=_PRIVATE,
    )


@router.get("/merci")
def thanks(site: CurrentSite) -> HTMLResponse:
    return site.page("connect_thanks.html")


def _open_token(request: Request, token: object) -> Seen | None:
    if not isinstance(token, str):
        return None
    try:
        values: dict[str, Any] = request.app.state.signer.loads(token, max_age=TOKEN_SECONDS)
        return Seen(**values)
    except (BadData, TypeError):  # TypeError: signed by another version of this page
        return None


def _keep(site: Site, seen: Seen, proposal: Proposal) -> str | None:
    """Store merchant and shop in one transaction; what to say instead where the shop is known already."""
    now = site.now()
    if (known := _known(site, seen.url)) is not None:
        return known
    try:
        with site.store.write() as connection:
            merchant = merchants.find_by_siret(connection, proposal.siret)
            merchant_id = merchant.id if merchant else merchants.add(
                connection,
                name=proposal.merchant_name,
                siret=proposal.siret,
                commune=proposal.commune,
                email=proposal.email,
                now=now,
            )  # fmt: skip
            shops.add(
                connection,
                url=seen.url,
                name=proposal.shop_name,
                connector=seen.connector,
                platform=seen.platform,
                status="proposed",
                merchant_id=merchant_id,
                memory=seen.memory,
                now=now,
            )
    except Refused:  # its words are for the operator; between our look and the write somebody else was faster
        return _known(site, seen.url) or _("Cette boutique vient d’être enregistrée.")
    return None


def _known(site: Site, url: str) -> str | None:
    """What to say of a shop that cannot be proposed again; nothing of why it was refused."""
    with site.store.read() as connection:
        same = shops.by_host(connection, shops.host_of(url))
    statuses = {shop.status for shop in same}
    if statuses & shops.GONE:
        return _(
            "Cette boutique a déjà été examinée et ne figure plus au catalogue. "
            "Écrivez à l’équipe du portail si vous souhaitez qu’elle y revienne."
        )
    if any(shop.url == url for shop in same):
        return (
            _("Une demande est déjà en cours pour cette boutique.")
            if statuses == {"proposed"}
            else _("Cette boutique est déjà connectée.")
        )
    return None

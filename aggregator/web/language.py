"""The language of a page is the beginning of its address: none for French, `/en/...` for English.

Routes, templates and everything that makes an address know the French one only. Here the prefix is taken off before a
request is routed, and put before every address of ours in what goes out: links, forms, redirections. So none forgets
it, and an address means the same page for everybody, with no cookie and whatever the browser's own language is.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.web import texts

_WITHOUT = ("api", "healthz", "photo", "region", "robots.txt", "signaux", "sitemap.xml", "sitemaps", "static")
"""First steps of addresses that are the same in every language."""
_PREFIXED = re.compile(rf"/({'|'.join(texts.LANGUAGES)})(/.*)?\Z", re.DOTALL)
_OURS = rf"/(?!/|(?:{'|'.join(re.escape(name) for name in (*_WITHOUT, *texts.LANGUAGES))})(?:[/?#\"]|\Z))"
_LINK = re.compile(rf'(\s(?:href|action|formaction|data-address)=")(?={_OURS})')
_LOCATION = re.compile(_OURS)

_asked: ContextVar[str] = ContextVar("asked", default="/")


def prefix() -> str:
    """What stands before an address in the language spoken: "" or "/en"."""
    code = texts.language()
    return "" if code == texts.SOURCE else f"/{code}"


def localised(html: str) -> str:
    """A page of ours with its links in the language spoken. Attributes stand in double quotes, as templates and nh3
    write them."""
    return html if texts.language() == texts.SOURCE else _LINK.sub(rf"\g<1>{prefix()}", html)


def others() -> list[tuple[str, str, str]]:
    """(code, name, address) of this very page in the other languages. French has a prefix here, which sends on to the
    address without: else it would be taken for a link to be kept in the language spoken."""
    spoken = texts.language()
    return [(code, name, f"/{code}{_asked.get()}") for code, name in texts.LANGUAGES.items() if code != spoken]


def alternates(public_url: str, canonical: str) -> list[tuple[str, str]]:
    """(hreflang, address) of a page in every language, itself among them, from its address in the one spoken."""
    rest = canonical.removeprefix(public_url).removeprefix(prefix()) or "/"
    found = [(code, f"{public_url}{'' if code == texts.SOURCE else f'/{code}'}{rest}") for code in texts.LANGUAGES]
    return [*found, ("x-default", public_url + rest)]


class Language:
    """Takes the language off the address, and puts it back before the addresses that are redirected to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        match = _PREFIXED.match(scope["path"])
        query = scope["query_string"].decode("latin-1")
        code, path = (match[1], match[2] or "") if match else (texts.SOURCE, scope["path"])
        if match and (code == texts.SOURCE or not path or not _LOCATION.match(path)):
            # never to `//host`, which is another site
            target = "/" + path.lstrip("/") if code == texts.SOURCE or path else f"/{code}/"
            where = RedirectResponse(target + (f"?{query}" if query else ""), 302 if code == texts.SOURCE else 308)
            await where(scope, receive, send)
            return
        token = _asked.set(quote(path) + (f"?{query}" if query else ""))
        try:
            with texts.speaking(code):
                await self.app(_at(scope, path) if match else scope, receive, _said(send, code))
        finally:
            _asked.reset(token)


def _at(scope: Scope, path: str) -> Scope:
    raw = scope.get("raw_path")
    return {**scope, "path": path, "raw_path": None if raw is None else raw[raw.index(b"/", 1) :]}


def _said(send: Send, code: str) -> Send:
    async def send_in_language(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers["content-language"] = code
            location = headers.get("location", "")
            if code != texts.SOURCE and _LOCATION.match(location):
                headers["location"] = f"/{code}{location}"
        await send(message)

    return send_in_language

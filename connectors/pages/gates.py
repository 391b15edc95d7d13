"""What stands in a page's place: a firewall's challenge, a closed shop, or nothing without JavaScript."""

from __future__ import annotations

import re
from typing import Final

from connectors.pages.page import Page
from connectors.pages.signs import PageKind, Sign
from connectors.pages.tiles import Tiles

_CHALLENGES: Final = re.compile(
    r"_cf_chl_opt|cf-browser-verification|challenges\.cloudflare\.com/turnstile/v0/.{0,20}onload"
    r"|captcha-delivery\.com|_Incapsula_Resource|px-captcha|perimeterx\.net/.{0,40}captcha|distil_r_captcha"
    r"|/_sec/cp_challenge"
    r"|awsWafCookieDomainList|sucuri_cloudproxy|kpsdk-message|bm-verify|datadome.{0,30}captcha"
)
_TITLES: Final = re.compile(
    r"just a moment|un instant|attention required|access denied|acc[èe]s (?:refus[ée]|interdit|bloqu[ée])"
    r"|403|forbidden|are you (?:a )?(?:human|robot)|robot check|pardon our interruption|security check"
    r"|v[ée]rification|"
    r"checking your browser|please wait|ddos|bot (?:check|verification)|captcha|human verification|blocked"
    r"|request (?:rejected|unsuccessful)|service unavailable|503|too many requests|429|maintenance",
    re.I,
)
_WORDS: Final = re.compile(
    r"checking your browser|enable javascript and cookies to continue|n.(?:[êe]tes|es) pas un robot"
    r"|not a robot|unusual traffic|trafic inhabituel|you have been blocked|(?:a [ée]t[ée]|avez [ée]t[ée]"
    r"|est) bloqu[ée]e?|don.t have permission|"
    r"access (?:to this page )?(?:has been )?denied|acc[èe]s refus[ée]|pare-?feu|web application firewall"
    r"|disable any ad blocker|security (?:check|service)|prove you are human|(?:boutique"
    r"|site) (?:est )?(?:actuellement )?(?:en maintenance|ferm[ée]e?|en construction|"
    r"temporairement)|en (?:cours de )?maintenance|under (?:maintenance|construction)"
    r"|nous serons bient[ôo]t de retour|be back soon|bient[ôo]t de retour|ouverture prochaine|opening soon"
    r"|coming soon|bient[ôo]t disponible en ligne|prot[ée]g[ée]e? par (?:un )?mot de "
    r"passe|password protected|mot de passe de la boutique|store password|cong[ée]s|v[ée]rifi(?:ons"
    r"|cation de) votre navigateur|too many requests|trop de requ[êe]tes",
    re.I,
)
_JAVASCRIPT: Final = re.compile(
    r"(?:enable|activ\w+|requires?|n[ée]cessite|need\w*|sans|without|turn on) (?:le )?java ?script"
    r"|java ?script (?:est|is|must|doit|d[ée]sactiv|to run)",
    re.I,
)
_ROOTS: Final = (
    "#root,#app,#__next,#__nuxt,app-root,#main-app,#react-root,[ng-app],[data-reactroot],#application,#svelte"
)
_SHORT: Final = 900
"""Characters that a visitor reads: a gate says little more."""
_NOTHING: Final = 250


def gate(page: Page, tiles: Tiles) -> Sign | None:
    """BLOCKED or SHELL where the page is nothing else; a page with something to sell is none."""
    if tiles.text > _SHORT or tiles.groups:
        return None
    title = page.title or ""
    body = page.tree.body
    said = body.text()[:20_000] if body is not None else ""
    if tiles.text <= _NOTHING * 2 and (found := _CHALLENGES.search(page.text[:200_000])):
        return Sign(PageKind.BLOCKED, 9.0, f"a firewall's challenge ({found[0][:40]!r})")
    if tiles.free_prices:
        return None
    if _TITLES.match(title.strip()) or page.status in (401, 403, 429, 503):
        return Sign(PageKind.BLOCKED, 8.0, f"it says {title.strip()[:60]!r} (status {page.status}), and little else")
    if (found := _WORDS.search(said)) or (
        page.tree.css_first("body.template-password,body#maintenance,.maintenance-mode") is not None
    ):
        return Sign(
            PageKind.BLOCKED,
            7.0,
            f"it says {found[0][:60]!r}, and little else" if found else "its platform's page for a closed shop",
        )
    if tiles.text <= _NOTHING:
        script = page.tree.css_first("script") is not None
        if script and (page.tree.css_first(_ROOTS) is not None or _JAVASCRIPT.search(page.text)):
            return Sign(PageKind.SHELL, 7.0, "next to no text without JavaScript")
        if sum(len(one.text) for one in page.scripts) > 20_000:
            return Sign(PageKind.SHELL, 5.0, "next to no text, and long scripts")
    return None

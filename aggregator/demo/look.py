"""How the invented shops look to visitors, whatever platform they stand for: one style sheet, one footer."""

from __future__ import annotations

import html

from .model import Colour, Merchant

_CSS = """
:root{--accent:#ACCENT;--ink:#26222b;--soft:#f6f3ee}*{box-sizing:border-box}
body{margin:0;font:17px/1.6 Georgia,'Times New Roman',serif;color:var(--ink);background:#fff}
a{color:inherit}header{background:var(--accent);color:#fff;padding:1.6rem 1rem}header a{color:#fff;text-decoration:none}
header strong{font-size:1.7rem;display:block}nav{background:var(--soft);padding:.7rem 1rem}
nav a{margin-right:1.2rem;display:inline-block}.w{max-width:62rem;margin:0 auto}main.w{max-width:64rem}
main{padding:1.6rem 1rem 3rem}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1.4rem;list-style:none;padding:0}
.grid img{width:100%;height:auto;border-radius:.6rem;background:var(--soft);display:block}.grid a{text-decoration:none}
.price{font-weight:bold}.price del{font-weight:normal;color:#6b6570}.price ins{text-decoration:none}
.screen-reader-text{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.product{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:2rem}
.product img{width:100%;height:auto;border-radius:.8rem}.product .price{font-size:1.4rem}.crumbs{font-size:.9rem}
button{font:inherit;background:var(--accent);color:#fff;border:0;border-radius:.4rem;padding:.7rem 1.4rem}
footer{background:var(--soft);padding:1.4rem 1rem;font-size:.95rem}
"""


def style(accent: Colour) -> str:
    """The style sheet in the shop's own colour."""
    return _CSS.replace("#ACCENT", "#{:02x}{:02x}{:02x}".format(*accent))


def footer(merchant: Merchant) -> str:
    """Who sells, and where from: a page's last element."""
    return (
        f'<footer><div class="w">{html.escape(merchant.name)} · {html.escape(merchant.street)}, '
        f"{merchant.postal_code} {html.escape(merchant.commune)} · SIRET {merchant.siret} · {merchant.email}"
        "</div></footer>"
    )

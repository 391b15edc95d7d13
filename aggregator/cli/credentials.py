"""A shop's key, from a file, from options or from a prompt; never shown, never repeated in an error.

WooCommerce's keys (`ck_...`) come with a secret; other platforms' keys are all there is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

from aggregator.errors import Refused
from connectors.credentials import Credentials

_MAX_BYTES = 10_000


def given(file: str | None, key: str | None, secret: str | None) -> Credentials | None:
    """What the options name, `None` where they name none. A secret that the key needs and that is missing is asked for.

    Raises Refused for an unreadable file, for both ways at once, and where nobody is there to ask."""
    if file is not None:
        if key is not None or secret is not None:
            raise Refused("Donnez la clé par --credentials-file, ou par --key et --secret, pas des deux façons.")
        return _from_file(Path(file))
    if key is None and secret is None:
        return None
    key = key or ask("Clé")
    return _pair(key, secret or _secret_of(key), "--key et --secret")


def asked(platform: str) -> Credentials:
    """Ask for a key that this shop cannot be read without. Raises Refused where nobody is there to ask."""
    key = ask(f"Clé {platform}")
    return _pair(key, _secret_of(key), "La réponse")


def _secret_of(key: str) -> str:
    return ask("Secret") if _needs_secret(key) else ""


def _needs_secret(key: str) -> bool:
    return key.strip().startswith("ck_")


def ask(label: str) -> str:
    if not sys.stdin.isatty():
        raise Refused(
            "Il faut la clé de cette boutique : --credentials-file FICHIER, ou --key et --secret "
            "(ou une fenêtre de terminal, où elle sera demandée)."
        )
    return str(typer.prompt(f"{label} (rien ne s'affiche)", hide_input=True, err=True))


def _from_file(path: Path) -> Credentials:
    try:
        with path.open("rb") as opened:
            text = opened.read(_MAX_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"{path} : fichier illisible ({getattr(error, 'strerror', None) or 'ce n’est pas du texte'})."
        ) from None
    if text.lstrip().startswith("{"):
        try:
            values = json.loads(text)
            key, secret = values["key"], values.get("secret", "")
        except (ValueError, KeyError, AttributeError):
            raise Refused(f'{path} : il faut {{"key": "...", "secret": "..."}}.') from None
    else:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) not in (1, 2):
            raise Refused(f"{path} : il faut deux lignes, la clé puis le secret (une seule si la clé n'en a pas).")
        key, secret = lines[0], "".join(lines[1:])
    return _pair(key, secret, str(path))


def _pair(key: object, secret: object, source: str) -> Credentials:
    if not (isinstance(key, str) and isinstance(secret, str) and key.strip()):
        raise Refused(f"{source} : la clé et le secret doivent être deux textes, et la clé n'est pas vide.")
    if _needs_secret(key) and not secret.strip():
        raise Refused(f"{source} : le secret (cs_...) de cette clé manque.")
    return Credentials(key.strip(), secret.strip())

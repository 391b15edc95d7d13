"""The message catalogue: French is the source, other languages are translations of it (gettext).

Which language is spoken is a matter of the request (`language.py` sets it from the address) and known wherever that
request is answered, in its worker thread too. `make texts` brings the catalogues up to date with the code; what has no
translation yet is shown in French.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALES = Path(__file__).parent / "locale"
SOURCE = "fr"
LANGUAGES = {"fr": "Français", "en": "English"}
"""Code -> the language's own name."""
_FORMATS = {"fr": "fr_FR", "en": "en_GB"}

_spoken: ContextVar[str] = ContextVar("language", default=SOURCE)


def language() -> str:
    """The code of the language in which this request is answered."""
    return _spoken.get()


def formats() -> str:
    """The locale by which numbers, prices and dates are written in that language."""
    return _FORMATS[language()]


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Answer in this language until the end of the `with`."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def catalogue(code: str) -> NullTranslations:
    """The texts of a language, from its `.po` file; of French, which is the source, nothing needs to be read."""
    if code == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str) -> str:
    return str(catalogue(language()).gettext(message))


def ngettext(one: str, many: str, count: int) -> str:
    """French counts 0 and 1 as singular, which gettext's own default (English) does not."""
    known = catalogue(language())
    if isinstance(known, Translations):
        translated = str(known.ngettext(one, many, count))
        if translated not in (one, many):
            return translated
    return one if abs(count) < 2 else many

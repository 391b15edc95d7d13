"""The message catalogue: French is the source, other languages are translations of it (gettext).

Extract with `pybabel extract -F aggregator/web/babel.cfg -o build/emplettes.pot aggregator`; a compiled
`locales/<language>/LC_MESSAGES/emplettes.mo` beside this module is picked up by `load`.
"""

from __future__ import annotations

from pathlib import Path

from babel.support import NullTranslations, Translations

LOCALES = Path(__file__).parent / "locales"


def load(language: str = "fr") -> NullTranslations:
    """The catalogue of a language; the French source itself where there is none."""
    return Translations.load(LOCALES, [language], domain="emplettes")


_catalogue = load()


def gettext(message: str) -> str:
    return str(_catalogue.gettext(message))


def ngettext(one: str, many: str, count: int) -> str:
    """French counts 0 and 1 as singular, which gettext's own default (English) does not."""
    if isinstance(_catalogue, Translations):
        return str(_catalogue.ngettext(one, many, count))
    return one if abs(count) < 2 else many

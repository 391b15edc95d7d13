"""A little French: agreement of templates, colours, and the shape of the words that shops are made of."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .model import Colour

# Compound or noun colours only: they never agree ("une robe vert sauge"), so a title can end with any of them.
COLOURS: dict[str, Colour] = {
    "bleu nuit": (42, 58, 99),
    "bleu canard": (24, 106, 118),
    "bleu ciel": (126, 175, 214),
    "vert sauge": (143, 167, 139),
    "vert sapin": (44, 92, 72),
    "vert olive": (118, 124, 66),
    "terracotta": (192, 101, 72),
    "moutarde": (211, 160, 52),
    "jaune paille": (228, 196, 98),
    "rouge brique": (170, 74, 60),
    "rouge cerise": (178, 42, 66),
    "rose poudré": (222, 168, 166),
    "prune": (106, 58, 94),
    "lilas": (172, 150, 200),
    "gris perle": (176, 178, 184),
    "gris anthracite": (74, 78, 88),
    "ivoire": (226, 214, 188),
    "sable": (208, 182, 146),
    "caramel": (172, 116, 66),
    "chocolat": (96, 66, 52),
}
_ASPIRATED = ("hamac", "haut", "housse", "hochet", "hache", "hotte", "harnais")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with its gender ("m" or "f") and number."""

    text: str
    gender: str
    plural: bool = False

    @property
    def this(self) -> str:
        """The noun with its demonstrative, at a sentence's start: `Cet arrosoir`, `Cette robe`, `Ces ciseaux`."""
        if self.plural:
            return f"Ces {self.text}"
        if self.gender == "f":
            return f"Cette {self.text}"
        first = unicodedata.normalize("NFD", self.text)[0].lower()
        mute = first in "aeiouy" or (first == "h" and not self.text.startswith(_ASPIRATED))
        return f"{'Cet' if mute else 'Ce'} {self.text}"

    @property
    def pronoun(self) -> str:
        """Il, Elle, Ils or Elles."""
        return ("Elle" if self.gender == "f" else "Il") + ("s" if self.plural else "")

    @property
    def ending(self) -> str:
        """What agreement adds to a regular participle or adjective."""
        return ("e" if self.gender == "f" else "") + ("s" if self.plural else "")


def agree(template: str, noun: Noun, **words: str) -> str:
    """Fill a template: `{N}` the noun with its demonstrative (or the fuller one given), `{Il}` `{il}` its pronoun,
    `{e}` its ending, `{singular|plural}` by number, and any other `{word}` given."""
    article = "les" if noun.plural else "la" if noun.gender == "f" else "le"
    fixed = {"N": noun.this, "Il": noun.pronoun, "il": noun.pronoun.lower(), "e": noun.ending, "le": article, **words}

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if "|" in name:
            singular, plural = name.split("|")
            return plural if noun.plural else singular
        return fixed[name]

    text, before = template, ""
    while text != before:  # choices may hold endings: the innermost braces first
        before, text = text, re.sub(r"\{([^{}]+)\}", fill, text)
    return text


def typeset(text: str) -> str:
    """French spaces: a no-break space before `: ; ! ? » % °C €` and after `«`."""
    text = re.sub(r" (?=[:;!?»%€]|°C)", "\u00a0", text)
    return text.replace("« ", "«\u00a0")


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]

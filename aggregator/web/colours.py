"""Colours that can be read: contrast as WCAG 2.1 counts it, and the shades of a region's own colour. Pure."""

from __future__ import annotations

from typing import Final

Colour = tuple[int, int, int]

READABLE: Final = 4.5
"""WCAG 2.1, 1.4.3 (AA): text against what it stands on."""
LIGHT_GROUNDS: Final = ("#fbf6ec", "#fffdf8", "#f3eadb")
"""Paper, cards and sunk parts of the style sheet, by day."""
DARK_GROUNDS: Final = ("#1c1713", "#27201a", "#322921")
ON_BRAND_LIGHT: Final = "#fff9f0"
ON_BRAND_DARK: Final = "#2a120a"
_WHITE: Final = (255, 255, 255)
_BLACK: Final = (0, 0, 0)
_STEPS: Final = 40


def parse(text: str) -> Colour:
    """ "#a63d1c" -> (166, 61, 28)."""
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def write(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (the same) to 21 (black on white)."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def worst(colour: Colour, grounds: tuple[str, ...]) -> float:
    """The least contrast with any of these."""
    return min(contrast(colour, parse(ground)) for ground in grounds)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """With so much of the other in it, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return (red, green, blue)


def by_night(colour: Colour) -> Colour:
    """The colour, lightened just so far that it is read on dark ground and dark text on it."""
    grounds = (*DARK_GROUNDS, ON_BRAND_DARK)
    return next(
        shade
        for step in range(_STEPS + 1)
        if worst(shade := mixed(colour, _WHITE, step / _STEPS), grounds) >= READABLE + 0.5
    )


def style_sheet(accent: Colour) -> str:
    """The variables of the style sheet that a region's colour replaces, by day and by night."""
    night = by_night(accent)
    day_rules = _rules(accent, mixed(accent, _BLACK, 0.2), ON_BRAND_LIGHT, mixed(accent, _WHITE, 0.7))
    night_rules = _rules(night, mixed(night, _WHITE, 0.3), ON_BRAND_DARK, mixed(night, _BLACK, 0.6))
    return f":root {{ {day_rules} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {night_rules} }} }}\n"


def _rules(brand: Colour, deep: Colour, on_brand: str, awning: Colour) -> str:
    return f"--brand: {write(brand)}; --brand-deep: {write(deep)}; --on-brand: {on_brand}; --awning: {write(awning)};"

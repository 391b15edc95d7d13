"""Numbers with check digits: EAN-13 and SIRET, for things that do not exist."""

from __future__ import annotations


def ean13(stem: str) -> str:
    """Twelve digits and their check digit (GS1 General Specifications, 7.9). Stems that begin with 2 are for use inside
    a shop, so no real article is ever meant."""
    if len(stem) != 12 or not (stem.isascii() and stem.isdigit()):
        raise ValueError(f"twelve digits wanted: {stem!r}")
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(stem))
    return f"{stem}{-total % 10}"


def trade_ean13(number: int) -> str:
    """An EAN-13 that means the same article in every shop: GS1 has set prefix 952 apart for demonstrations."""
    return ean13(f"952{number:09}")


def luhn_digit(stem: str) -> str:
    """The digit that makes `stem` + digit pass Luhn (ISO/IEC 7812-1)."""
    total = 0
    for i, digit in enumerate(reversed(stem)):
        value = int(digit) * (2 if i % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def siret(number: int) -> str:
    """A SIRET whose SIREN and whole both pass Luhn, and which INSEE has given to nobody: SIREN numbers that begin with
    000 are not assigned."""
    siren = f"000{number:05}"
    siren += luhn_digit(siren)
    stem = f"{siren}0001"
    return stem + luhn_digit(stem)

"""A blank spreadsheet to start from: the headings that `headings` recognises, and one line as an example."""

from __future__ import annotations

from connectors.files.headings import BY_NAME

_EXAMPLE = {
    "reference": "BOL-01",
    "nom": "Bol en grès bleu",
    "prix": "24,90",
    "stock": "6",
    "categorie": "Maison > Vaisselle",
    "marque": "Atelier du Pont",
    "code_barres": "",
    "description": "Tourné et émaillé à la main. 14 cm.",
    "photo": "https://exemple.fr/photos/bol-bleu.jpg",
    "couleur": "Bleu",
}
"""The columns, in order, with an example."""

HEADINGS: tuple[str, ...] = tuple(BY_NAME[name].label for name in _EXAMPLE)


def template() -> bytes:
    """CSV as Excel and LibreOffice open it in France: semicolons, and the mark that says UTF-8."""
    return "".join(";".join(line) + "\r\n" for line in (HEADINGS, _EXAMPLE.values())).encode("utf-8-sig")

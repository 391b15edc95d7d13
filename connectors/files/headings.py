"""Pure: which column holds what. French and English headings are recognised; a person can correct them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from connectors.spellings import fold


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column can hold. `name` is what `--map` calls it, beside `english`."""

    name: str
    english: str
    label: str


FIELDS: Final = (
    Field("nom", "title", "Nom du produit"),
    Field("reference", "id", "Référence"),
    Field("prix", "price", "Prix TTC"),
    Field("prix_promo", "sale_price", "Prix en promotion"),
    Field("stock", "quantity", "Quantité en stock"),
    Field("disponibilite", "availability", "Disponibilité"),
    Field("code_barres", "gtin", "Code-barres"),
    Field("marque", "brand", "Marque"),
    Field("categorie", "category", "Catégorie"),
    Field("sous_categorie", "subcategory", "Sous-catégorie"),
    Field("description", "description", "Description"),
    Field("photo", "image", "Photos (adresses)"),
    Field("lien", "link", "Page du produit"),
    Field("groupe", "group", "Groupe de déclinaisons"),
    Field("couleur", "color", "Couleur"),
    Field("taille", "size", "Taille"),
    Field("matiere", "material", "Matière"),
)
_OTHERS: Final = {
    "nom": """
        name | produit | product | nom du produit | nom produit | nom de l article | article | titre | titre
        du produit | product name | designation | libelle | intitule | item | nom commercial
    """,
    "reference": """
        ref | reference produit | reference article | sku | ugs | code | code article | code produit |
        identifiant | product id | item id | numero | n | no | num
    """,
    "prix": """
        prix ttc | prix de vente | prix de vente ttc | prix vente | prix vente ttc | pv ttc | pvttc | pv |
        prix public | prix public ttc | prix unitaire | prix unitaire ttc | tarif | tarif ttc | prix euros |
        prix eur | prix en euros | prix en | regular price | selling price | unit price | prix de vente
        conseille | prix ttc eur | prix ttc euros | prix normal
    """,
    "prix_promo": """
        prix promo | prix en promo | prix promotionnel | prix solde | prix remise | promo | sale price |
        prix promo ttc | prix en promotion | discount price
    """,
    "stock": """
        quantite | qte | quantite en stock | quantites | stock actuel | stock disponible | en stock | qty |
        inventory | stock quantity | nombre | nb | quantite disponible | stock reel
    """,
    "disponibilite": "dispo | disponible | statut du stock | etat du stock | stock status | en vente | availability",
    "code_barres": """
        code barres | code barre | codes barres | ean | ean13 | ean 13 | gtin | gtin13 | gtin 13 | upc |
        isbn | barcode | code ean | gencod | gencode | isbn13 | isbn 13
    """,
    "marque": "fabricant | editeur | createur | manufacturer | marques | maison | vendor",
    "categorie": """
        categories | rayon | famille | type | product type | type de produit | category | univers | rubrique
        | categorie produit
    """,
    "sous_categorie": "sous categorie | sous famille | sous rayon | sub category | sousfamille | subcategory",
    "description": """
        descriptif | details | detail | texte | description longue | presentation | description courte |
        short description | body html | descriptions | commentaire public
    """,
    "photo": """
        image | images | photos | image link | url image | url photo | lien photo | lien image | image url |
        photo 1 | image 1 | visuel | adresse photo | image src | adresse des photos | photos adresses
    """,
    "lien": """
        url | link | adresse | page | site | url produit | lien produit | product url | page produit | page
        du produit | lien du produit
    """,
    "groupe": "item group id | produit parent | reference parent | ref parent | groupe",
    "couleur": "color | colour | coloris | couleurs | teinte",
    "taille": "size | tailles | pointure | dimension | dimensions | format | contenance",
    "matiere": "material | matieres | materiau | composition | tissu",
}
"""Other headings of a field, as `spellings.fold` writes them."""
BY_NAME: Final = {name: field for field in FIELDS for name in (field.name, field.english)}
_SPELLED: Final = {
    " ".join(spelled.split()): field
    for field in FIELDS
    for spelled in (fold(field.name), fold(field.english), fold(field.label), *_OTHERS[field.name].split("|"))
}
_NEVER: Final = re.compile(r"\b(?:ht|hors taxes?|achat|revient|cost|wholesale|fournisseur|marge|net)\b")
"""Prices that are not the shopper's."""
_UNTAXED: Final = re.compile(r"\b(?:prix|tarif|pv)\b.*\bht\b|\bht\b.*\b(?:prix|tarif)\b")
LOOKED_AT: Final = 15
"""Lines among which the headings are looked for: titles and dates may stand above them."""


class MapRefused(Exception):
    """A correction that means nothing here. Its text is French."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of one table hold."""

    line: int
    headings: tuple[str, ...]
    fields: tuple[Field | None, ...]
    """One for each heading; None where the column is not read."""

    def where(self, name: str) -> int | None:
        """The column of a field, by its French name."""
        return next((n for n, field in enumerate(self.fields) if field is not None and field.name == name), None)

    def heading(self, name: str) -> str:
        at = self.where(name)
        return "" if at is None else self.headings[at]

    @property
    def ignored(self) -> list[str]:
        return [heading for heading, field in zip(self.headings, self.fields, strict=True) if field is None and heading]

    @property
    def untaxed(self) -> list[str]:
        """Headings that look like a price without tax."""
        return [
            h for h in self.ignored if re.search(r"\b(?:prix|tarif|pv)\b", fold(h)) and re.search(r"\bht\b", fold(h))
        ]


def recognise(lines: Sequence[tuple[int, Sequence[object]]], corrections: Sequence[str] = ()) -> Columns:
    """The line of headings among the first lines of a table, and what they mean. Raises MapRefused."""
    best: Columns | None = None
    for line, cells in lines[:LOOKED_AT]:
        headings = tuple(str(cell).strip() for cell in cells)
        found = Columns(line, headings, _fields(headings))
        if best is None or _score(found) > _score(best):
            best = found
    if best is None:
        return Columns(0, (), ())
    if corrections and not _score(best):  # nobody could recognise them: they are the first line
        line, cells = lines[0]
        headings = tuple(str(cell).strip() for cell in cells)
        best = Columns(line, headings, _fields(headings))
    return _corrected(best, corrections)


def _score(columns: Columns) -> tuple[bool, int]:
    return columns.where("nom") is not None, sum(field is not None for field in columns.fields)


def _fields(headings: Sequence[str]) -> tuple[Field | None, ...]:
    """Each field once, for the first heading that spells it; photos may take several columns."""
    taken: set[str] = set()
    found: list[Field | None] = []
    for heading in headings:
        spelled = re.sub(r"\b(?:euros?|eur|en|obligatoire|facultatif)\b", " ", fold(heading.split("(")[0]))
        field = _SPELLED.get(fold(heading)) or _SPELLED.get(" ".join(spelled.split()))
        if field is None and re.fullmatch(r"(?:photo|image|visuel) ?\d{1,2}", fold(heading)):
            field = BY_NAME["photo"]
        if field is not None and (_NEVER.search(fold(heading)) or (field.name in taken and field.name != "photo")):
            field = None
        if field is not None:
            taken.add(field.name)
        found.append(field)
    return tuple(found)


def _corrected(columns: Columns, corrections: Sequence[str]) -> Columns:
    fields = list(columns.fields)
    spelled = [fold(heading) for heading in columns.headings]
    for correction in corrections:
        left, mark, right = (part.strip() for part in correction.partition("="))
        if not mark or not left:
            raise MapRefused(f"--map « {correction} » : il faut CHAMP=COLONNE, par exemple --map prix=Tarif.")
        field, heading = _sides(left, right, spelled)
        if heading is None:
            shown = ", ".join(f"« {h} »" for h in columns.headings if h)
            raise MapRefused(f"--map « {correction} » : aucune colonne ne s'appelle ainsi. Les colonnes : {shown}.")
        if field is None and not _means_nothing(left, right):
            known = ", ".join(f.name for f in FIELDS)
            raise MapRefused(
                f"--map « {correction} » : champ inconnu. Les champs : {known} (ou rien, pour ne pas lire)."
            )
        fields = [None if f is field and f is not None else f for f in fields]
        fields[heading] = field
    return Columns(columns.line, columns.headings, tuple(fields))


def _sides(left: str, right: str, spelled: list[str]) -> tuple[Field | None, int | None]:
    """(field, column) of FIELD=COLUMN or COLUMN=FIELD, whichever the table allows."""
    for name, heading in ((left, right), (right, left)):
        if _field(name) is not None and fold(heading) in spelled and heading:
            return _field(name), spelled.index(fold(heading))
    for heading, name in ((left, right), (right, left)):
        if heading and fold(heading) in spelled:
            return _field(name), spelled.index(fold(heading))
    return _field(left) or _field(right), None


def _field(name: str) -> Field | None:
    return BY_NAME.get(fold(name).replace(" ", "_"))


def _means_nothing(left: str, right: str) -> bool:
    return any(fold(side) in ("", "rien", "ignorer", "non lu") for side in (left, right))

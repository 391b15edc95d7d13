"""What a shop says, once its values are normalised: the messages that every connector yields.

Money is an integer in the currency's minor unit beside an ISO 4217 code; `None` is "no price shown" and 0 is
"the platform says that it is free". Ids are the shop's own, as strings. Texts are NFC; `description` is HTML
cleaned by the allow-list of `values.clean_html`, everything else is plain text.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Availability(StrEnum):
    """schema.org's ItemAvailability, the words that connectors use."""

    IN_STOCK = "InStock"
    OUT_OF_STOCK = "OutOfStock"
    BACK_ORDER = "BackOrder"


class Condition(StrEnum):
    """Google Merchant Center's words for the state of a thing."""

    NEW = "new"
    REFURBISHED = "refurbished"
    USED = "used"


Attribute = tuple[str, str]
"""(name, value) as shown to the shopper: ("Taille", "38")."""


class OfferStock(_Message):
    """Price and stock of one variant: what a sweep proves. The product's own id where it has no variants."""

    source_id: str = Field(min_length=1, max_length=200)
    price_minor: int | None = Field(ge=0)
    list_price_minor: int | None = Field(default=None, ge=0)
    """The crossed-out price, only while it is above `price_minor`."""
    currency: str | None = Field(pattern=r"^[A-Z]{3}$")
    """ISO 4217; `None` only where there is no price."""
    availability: Availability | None
    """`None` where the shop does not say."""
    quantity: int | None = Field(default=None, ge=0)
    """Exact stock where the shop gives it."""


class OfferRecord(OfferStock):
    """One variant as the shop sells it."""

    variant: tuple[Attribute, ...] = ()
    gtin: str | None = Field(default=None, pattern=r"^\d{14}$")
    """GTIN-14 with a right check digit."""
    sku: str | None = Field(default=None, max_length=200)
    url: str | None = None
    """The variant's own page where it differs from the product's."""
    images: tuple[str, ...] = ()
    """The variant's own pictures; the product's apply where there are none."""


class ProductRecord(_Message):
    """One product page of the shop with all its offers, one per variant: the whole truth about that product.

    A variant that was known and is not among `offers` is no longer sold."""

    source_id: str = Field(min_length=1, max_length=200)
    title: str = Field(min_length=1, max_length=1000)
    description: str = ""
    url: str | None
    """The product's own page; None only where the shop has no site."""
    brand: str | None = None
    category_path: tuple[str, ...] = ()
    """From the root to the deepest category that the shop gives."""
    google_category: str | None = Field(default=None, max_length=750)
    """Google's product category where the shop names it: its number, or its path with " > "."""
    condition: Condition | None = None
    """`None` where the shop does not say."""
    images: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    offers: tuple[OfferRecord, ...] = Field(min_length=1)


class StockRecord(_Message):
    """Presence, prices and stock of one product with all its variants, from a lane cheaper than the catalogue."""

    source_id: str
    offers: tuple[OfferStock, ...] = Field(min_length=1)


class Withdrawn(_Message):
    """The shop itself says that this product is no longer sold to the public."""

    source_id: str
    reason: Literal["gone", "hidden"]
    """`gone`: deleted, trashed or unpublished; `hidden`: still there, but taken out of the public catalogue."""


class IssueCode(StrEnum):
    """What can be wrong with one record. French texts for the merchant are in `ISSUE_TEXTS`."""

    RECORD_MALFORMED = "record_malformed"
    PRICE_MISSING = "price_missing"
    PRICE_UNREADABLE = "price_unreadable"
    AVAILABILITY_UNKNOWN = "availability_unknown"
    GTIN_INVALID = "gtin_invalid"
    TITLE_MISSING = "title_missing"
    IMAGE_MISSING = "image_missing"
    URL_INVALID = "url_invalid"
    URL_FOREIGN = "url_foreign"
    TEXT_TRUNCATED = "text_truncated"
    VARIANTS_MISSING = "variants_missing"
    PASSWORD_PROTECTED = "password_protected"  # noqa: S105  a code, no password
    DUPLICATE_ID = "duplicate_id"
    FORMULA_ERROR = "formula_error"
    PAGE_UNREADABLE = "page_unreadable"


ISSUE_TEXTS: dict[IssueCode, str] = {
    IssueCode.RECORD_MALFORMED: "Ce produit n'a pas pu être lu : ses données sont incomplètes ou abîmées.",
    IssueCode.PRICE_MISSING: "Aucun prix n'est indiqué : le produit est affiché « prix sur demande ».",
    IssueCode.PRICE_UNREADABLE: "Le prix n'a pas pu être lu : il n'est pas publié.",
    IssueCode.AVAILABILITY_UNKNOWN: "La disponibilité ou la quantité n'a pas été comprise : elle n'est pas affichée.",
    IssueCode.GTIN_INVALID: "Le code-barres (EAN/GTIN) est faux : sa clé de contrôle ne correspond pas.",
    IssueCode.TITLE_MISSING: "Le produit n'a pas de nom : il n'est pas publié.",
    IssueCode.IMAGE_MISSING: "Le produit n'a pas de photo.",
    IssueCode.URL_INVALID: "L'adresse de la page ou d'une photo est incorrecte.",
    IssueCode.URL_FOREIGN: "La page du produit est sur un autre site que la boutique.",
    IssueCode.TEXT_TRUNCATED: "Un texte est trop long : il a été coupé.",
    IssueCode.VARIANTS_MISSING: "Aucune déclinaison de ce produit n'est en vente : il n'est pas publié.",
    IssueCode.PASSWORD_PROTECTED: "Le produit est protégé par un mot de passe : il n'est pas publié.",
    IssueCode.DUPLICATE_ID: "La boutique donne deux fois le même identifiant : seul le premier produit est gardé.",
    IssueCode.FORMULA_ERROR: "Cette cellule contient une formule en erreur : sa valeur n'est pas publiée. Corrigez la "
    "formule, ou remplacez-la par sa valeur.",
    IssueCode.PAGE_UNREADABLE: "Cette page a fait échouer notre lecteur deux fois : elle n'est plus visitée pendant un "
    "mois. Ce que nous en savions reste affiché, avec sa date ; l'équipe d'Emplettes doit corriger.",
}


class Issue(_Message):
    """Something in one record that a human should see. It never stops a catalogue."""

    code: IssueCode
    source_id: str | None
    """The product's id, where it could be read."""
    rejected: bool = False
    """True where the product is left out because of it: what is stored of it stays as it was."""
    field: str | None = None
    detail: str = ""
    """English, for the log; never holds a secret, at most 300 characters."""


class Checkpoint(_Message):
    """Where *this* run resumes: everything before it has been yielded. `position` is the connector's own text."""

    position: str


class EndOfCatalog(_Message):
    """The last message of every read that was not cut short by an error."""

    complete: bool
    """True only when everything in scope was seen: a whole catalogue, or all that changed since the cursor."""
    scope: Literal["full", "changes"]
    """`full`: what was not seen is absent. `changes`: nothing can be said of what was not seen."""
    announced: int | None = None
    """How many products the shop itself said there are."""
    seen: int = 0
    cursor: str | None = None
    """Where the *next* incremental read starts; `None` where the connector has none."""
    unchanged: bool = False
    """The shop proved that its whole catalogue is the one of the last complete run (a 304): nothing was yielded."""
    resumes: bool = False
    """Incomplete only because the session's time is over: the run is to go on from its last Checkpoint, not anew."""
    detail: str = ""
    """English; says why an incomplete read is incomplete."""


CatalogMessage = ProductRecord | Withdrawn | Issue | Checkpoint | EndOfCatalog
StockMessage = StockRecord | Issue | Checkpoint | EndOfCatalog
ConfirmMessage = ProductRecord | Withdrawn | Issue

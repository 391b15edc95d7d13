"""The form that proposes a shop: what it asks, what is wrong with an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.web.query import clean
from aggregator.web.texts import gettext as _
from connectors.values import siret as check_siret

_EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[^@\s.<>\"(),:;\\]+(\.[^@\s.<>\"(),:;\\]+)+\Z")
FIELDS = ("shop_name", "merchant_name", "siret", "commune", "email", "entitled")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A merchant's request to be listed, every field checked. `siret` is 14 digits."""

    shop_name: str
    merchant_name: str
    siret: str
    commune: str
    email: str


def read_form(form: Mapping[str, object]) -> dict[str, str]:
    """The fields as typed, cleaned, "" where one is missing or no text: what is shown again beside an error."""
    return {name: clean(value) if isinstance(value := form.get(name), str) else "" for name in FIELDS}


def validate(typed: Mapping[str, str]) -> Proposal | dict[str, str]:
    """The proposal, or what is wrong: field -> a sentence that says how to put it right."""
    errors: dict[str, str] = {}
    if not typed["shop_name"]:
        errors["shop_name"] = _("Indiquez le nom de la boutique, comme vos clients le connaissent.")
    if not typed["merchant_name"]:
        errors["merchant_name"] = _("Indiquez votre nom ou celui de votre entreprise.")
    digits, complaint = check_siret(typed["siret"])
    if digits is None or complaint:
        errors["siret"] = (
            _("Ce numéro n’est pas un SIRET\u00a0: vérifiez ses 14 chiffres.")
            if typed["siret"]
            else _("Indiquez votre SIRET\u00a0: 14 chiffres, sur vos factures ou votre avis de situation.")
        )
    if not typed["commune"] or not any(character.isalpha() for character in typed["commune"]):
        errors["commune"] = _("Indiquez la commune de la boutique, par exemple «\u00a0Dinan\u00a0».")
    if not _EMAIL.match(typed["email"]):
        errors["email"] = _("Indiquez une adresse e-mail complète, par exemple nom@exemple.fr.")
    if not typed["entitled"]:
        errors["entitled"] = _("Cochez cette case si vous pouvez engager cette boutique.")
    if errors or digits is None:
        return errors
    return Proposal(typed["shop_name"], typed["merchant_name"], digits, typed["commune"], typed["email"])

"""What the public is told of reads: how many ended how, and why a shop is not read, without its merchant's affairs."""

from __future__ import annotations

from aggregator.store.freshness import Failure, Freshness
from aggregator.web.formatting import number
from aggregator.web.texts import gettext as _


def why(failure: Failure) -> str:
    """A shop's failure in a few words. What its merchant must do about it is told to them alone."""
    if failure.who_acts == "us" and failure.code != "shop_throttled":
        return _("pas lue, par notre faute")
    return {
        "shop_unreachable": _("ne répond plus à nos lectures"),
        "shop_throttled": _("nous demande de ralentir"),
        "shop_in_maintenance": _("en maintenance"),
        "credentials_rejected": _("ne nous laisse plus entrer"),
        "access_forbidden": _("ne nous laisse plus entrer"),
        "platform_not_recognised": _("plus reconnue à son adresse"),
        "address_blocked": _("plus reconnue à son adresse"),
        "catalogue_malformed": _("ne montre plus un catalogue lisible"),
    }.get(failure.code, _("n’a pas pu être lue"))


def runs(found: Freshness) -> list[str]:
    """The reads of the last day by outcome, without those that there were none of."""
    names = {
        "complete": _("complètes\u00a0: %(count)s"),
        "held": _("complètes, avec des changements à confirmer\u00a0: %(count)s"),
        "incomplete": _("incomplètes\u00a0: %(count)s"),
        "failed": _("en échec\u00a0: %(count)s"),
        "open": _("en cours\u00a0: %(count)s"),
        "stuck": _("interrompues\u00a0: %(count)s"),
    }
    return [text % {"count": number(found.runs[state])} for state, text in names.items() if found.runs.get(state)]

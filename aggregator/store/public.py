"""What the public may see: the one definition that every query of pages, index, sitemaps and exports goes by.

A listing is public that its shop still shows (or whose absence is only suspected), of an approved shop, with at least
one visible offer, unless its category is one that the region excludes.
"""

from __future__ import annotations

import sqlalchemy as sa

from aggregator.store.tables import LISTING, OFFER, SHOP

PUBLIC_SHOP = ("approved",)
"""Shops whose offers are shown."""
PUBLIC_LISTING = ("visible", "suspect")
"""In results and lists."""
PUBLIC_PAGE = (*PUBLIC_LISTING, "stale")
"""With a page: what was not checked for too long has left the results, and says so."""

SHOP_IS_PUBLIC = SHOP.c.status.in_(PUBLIC_SHOP)
LISTED = sa.and_(LISTING.c.status.in_(PUBLIC_LISTING), LISTING.c.excluded.is_(False))
"""The listing may stand in results and lists, where its shop is public and it has an offer."""
HAS_PAGE = sa.and_(LISTING.c.status.in_(PUBLIC_PAGE), LISTING.c.excluded.is_(False))
HAS_OFFER = sa.exists().where(OFFER.c.listing_id == LISTING.c.id, OFFER.c.status == "visible")

"""Which listings of different shops are one product: pure, and documented in docs/grouping.md.

`features` reads a listing, `match` compares two, `keys` says which are worth comparing, `cluster` makes groups.
"""

from aggregator.ingest.matching.features import Features, Item, features
from aggregator.ingest.matching.verdict import Match, match

__all__ = ["Features", "Item", "Match", "features", "match"]

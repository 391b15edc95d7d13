"""Pure: pages that overlap, of a list that takes `limit` and `page`, told by the end of what was read before.

With ever the same limit, a product that leaves the list between two requests moves the next one out of sight. With a
limit of one less each time, page n begins where page n - 1 showed its last product: met again, nothing moved.
"""

from __future__ import annotations


def window(end: int, most: int) -> tuple[int, int]:
    """(limit, page) of the request that begins before `end` and reaches farthest beyond it."""
    if end <= 0:
        return most, 1
    limit = max(range(most, most // 2, -1), key=lambda size: size - (end - 1) % size)
    return limit, (end - 1) // limit + 1

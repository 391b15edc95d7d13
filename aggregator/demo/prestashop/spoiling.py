"""Answers as faults leave them, where PrestaShop's differ from WooCommerce's; and the closed shop."""

from __future__ import annotations

import json

from ..answer import Answer
from ..faults import Fault
from ..faults import spoilt as spoilt_anywhere
from .page import VISIT
from .writing import php_json

_CLOSED = (
    '<!doctype html>\n<html lang="fr"><head><meta charset="utf-8"><title>Maintenance</title></head>'
    "<body><h1>La boutique ferme un instant pour entretien.</h1></body></html>\n"
)
_WARNING = b"<br />\n<b>Warning</b>:  Undefined array key 1 in <b>/modules/prix/prix.php</b> on line <b>42</b><br />\n"


def closed(retry_after: int | str = 3600) -> Answer:
    """What visitors get during maintenance."""
    return Answer(503, _CLOSED.encode(), {**VISIT, "Retry-After": str(retry_after)})


def spoilt(fault: Fault, answer: Answer) -> Answer:
    """The answer as this fault leaves it; what is not PrestaShop's own is the same as in any shop."""
    match fault.kind:
        case "500":  # PHP died: nothing at all (measured)
            return Answer(500, b"", {"Content-Type": VISIT["Content-Type"], "X-Powered-By": VISIT["X-Powered-By"]})
        case "maintenance":
            return closed(3600 if fault.retry_after is None else fault.retry_after)
        case "warning":
            return Answer(answer.status, _WARNING + answer.body, answer.headers, answer.items)
        case "empty":
            return Answer(200, b"[]", answer.headers | {"Content-Type": "application/json"})
        case "malformed_item":
            return _malformed(fault, answer)
        case _:
            return spoilt_anywhere(fault, answer)


def _malformed(fault: Fault, answer: Answer) -> Answer:
    """One item of the list whose fields are what no PrestaShop sends."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return answer
    lists = [v for v in found.values() if isinstance(v, list)] if isinstance(found, dict) else []
    if lists and len(lists[0]) > fault.index and isinstance(lists[0][fault.index], dict):
        item = lists[0][fault.index]
        item.update({k: v for k, v in fault.fields.items() if k in item})
    return Answer(answer.status, php_json(found).encode(), answer.headers, answer.items)

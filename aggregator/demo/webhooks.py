"""The shop's webhooks: made and changed by a key that may write, then pinged and delivered as measured on 9.9.5.

Measured: a ping without signature at each save while none was answered; the body built at delivery; an id of the
webhook and the second, which deliveries of one second share; no retry; disabled, silently, at the 7th failure in a row.
Real shops deliver when their cron runs; here `deliver` says when.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .answer import JSON, Answer, Request, error
from .clock import gmt, local
from .render import Site
from .render_rest import ALL_VERBS, rest_product
from .text import php_json

_AGENT = "WooCommerce/9.9.5 Hookshot (WordPress/7.1)"
_RESOURCES = ("product", "order", "coupon", "customer")
_EVENTS = ("created", "updated", "deleted", "restored")
_SAVED = ("woocommerce_process_product_meta",)
_HOOKS = {
    "created": (*_SAVED, "woocommerce_new_product", "woocommerce_new_product_variation"),
    "updated": (*_SAVED, "woocommerce_update_product", "woocommerce_update_product_variation"),
    "deleted": ("wp_trash_post",),
    "restored": ("untrashed_post",),
}
MOST_FAILURES = 5


@dataclass
class Webhook:
    """One of them. `pending`: no ping was answered yet."""

    id: int
    name: str
    topic: str
    delivery_url: str
    secret: str
    status: str
    created: int
    failures: int = 0
    pending: bool = True


class Webhooks:
    """All of one shop's. Hold the state's lock while it answers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.all: dict[int, Webhook] = {}

    def answer(self, request: Request, number: int | None) -> Answer:
        """`/wc/v3/webhooks`, or one of them, for a key that may do what it asks."""
        hook = None if number is None else self.all.get(number)
        if number is not None and hook is None:
            return error(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
        if request.method in ("GET", "HEAD"):
            if hook is not None:
                return Answer.json(self._row(hook))
            shown = [hook for hook in self.all.values() if request.params.get("status", "all") in ("all", hook.status)]
            page, size = int(request.params.get("page", 1)), int(request.params.get("per_page", 10))
            rows = [self._row(hook) for hook in reversed(shown)][(page - 1) * size : page * size]
            return Answer.json(rows, headers={"X-WP-Total": str(len(shown))}, items=len(rows))
        try:
            given = json.loads(request.body or b"{}")
        except ValueError:
            return error(400, "rest_invalid_json", "Invalid JSON body passed.")
        return self._save(hook, given)

    def _save(self, hook: Webhook | None, given: Mapping[str, Any]) -> Answer:
        topic = given.get("topic", hook.topic if hook else "")
        resource, _, event = topic.partition(".")
        if resource not in _RESOURCES or event not in _EVENTS:
            message = "Webhook topic is required and must be valid."
            return error(400, "woocommerce_rest_webhook_invalid_topic", message)
        url = given.get("delivery_url", hook.delivery_url if hook else "")
        if not url.startswith(("http://", "https://")):
            message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
            return error(400, "woocommerce_rest_webhook_invalid_delivery_url", message)
        made = hook is None
        if hook is None:
            number = max(self.all, default=0) + 1
            hook = Webhook(number, "", topic, url, "", "active", int(self._site.state.now()))
            self.all[number] = hook
        hook.topic, hook.delivery_url = topic, url
        hook.name, hook.secret = given.get("name", hook.name), given.get("secret", hook.secret)
        if given.get("status", hook.status) == "active" and hook.status != "active":
            hook.failures = 0
        hook.status = given.get("status", hook.status)
        if hook.pending:
            body = f"webhook_id={hook.id}".encode()
            hook.pending = (
                self._post(hook.delivery_url, body, {"Content-Type": "application/x-www-form-urlencoded"}) != 200
            )
        return Answer.json(self._row(hook), 201 if made else 200)

    def _row(self, hook: Webhook) -> dict[str, Any]:
        resource, _, event = hook.topic.partition(".")
        return {
            "id": hook.id,
            "name": hook.name,
            "status": hook.status,
            "topic": hook.topic,
            "resource": resource,
            "event": event,
            "hooks": list(_HOOKS[event]),
            "delivery_url": hook.delivery_url,
            "date_created": local(hook.created),
            "date_created_gmt": gmt(hook.created),
            "date_modified": None,
            "date_modified_gmt": None,
            "_links": {
                "self": [{"href": self._href(hook.id), "targetHints": ALL_VERBS}],
                "collection": [{"href": self._href()}],
            },
        }

    def _href(self, number: int | None = None) -> str:
        return f"{self._site.base_url}/wp-json/wc/v3/webhooks" + ("" if number is None else f"/{number}")

    def deliver(self, topic: str, number: int) -> list[int]:
        """Send this product to every active webhook of the topic; the statuses that came back (0: no answer)."""
        with self._site.state.lock:
            hooks = [hook for hook in self.all.values() if hook.topic == topic and hook.status == "active"]
            deleted = topic.endswith(".deleted")
            product = {"id": number} if deleted else rest_product(self._site.view(self._site.state[number]))
        body = php_json(product).encode()
        statuses = []
        for hook in hooks:
            status = self._post(hook.delivery_url, body, self._headers(hook, body))
            if 200 <= status <= 302:
                hook.failures = 0
            elif hook.failures > MOST_FAILURES:
                hook.status = "disabled"
            else:
                hook.failures += 1
            statuses.append(status)
        return statuses

    def _headers(self, hook: Webhook, body: bytes) -> dict[str, str]:
        resource, _, event = hook.topic.partition(".")
        second = f"{hook.id}{int(self._site.state.now())}"
        return {
            "Content-Type": JSON.partition(";")[0],
            "X-WC-Webhook-Source": f"{self._site.base_url}/",
            "X-WC-Webhook-Topic": hook.topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64.b64encode(
                hmac.new(hook.secret.encode(), body, hashlib.sha256).digest()
            ).decode(),
            "X-WC-Webhook-ID": str(hook.id),
            "X-WC-Webhook-Delivery-ID": hashlib.md5(second.encode(), usedforsecurity=False).hexdigest(),
        }

    @staticmethod
    def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        ask = urllib.request.Request(  # noqa: S310  the scheme was checked when the webhook was made
            url, body, {"User-Agent": _AGENT, "Accept": "*/*", **headers}, method="POST"
        )
        try:
            with urllib.request.urlopen(ask, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

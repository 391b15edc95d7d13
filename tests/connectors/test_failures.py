"""What a refusal means, whatever its headers hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ShopInMaintenance, ShopThrottled, ShopUnreachable
from connectors.failures import refused
from connectors.refusals import is_refusal, retry_after


@given(
    st.none()
    | st.text(max_size=40)
    | st.lists(
        st.sampled_from(["Wed", ",", " ", "21", "Oct", "2026", "99999", "07:28:00", "25:61:61", "GMT", "+9999"]),
        max_size=9,
    ).map(" ".join)
)
def test_retry_after_never_raises(value: str | None) -> None:
    seconds = retry_after(value)
    assert seconds is None or seconds >= 0


def test_retry_after_reads_seconds_and_dates() -> None:
    assert retry_after(" 120 ") == 120
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    assert retry_after(format_datetime(in_an_hour, usegmt=True)) == pytest.approx(3600, abs=5)
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after(None) is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (429, {}, b"", ShopThrottled),
        (503, {"Retry-After": "600"}, b"", ShopInMaintenance),
        (503, {}, b"Boutique en MAINTENANCE", ShopInMaintenance),
        (503, {}, b"no backend", ShopUnreachable),
        (500, {"Retry-After": "5"}, b"maintenance", ShopUnreachable),
    ],
)
def test_each_refusal_has_its_error(status: int, headers: dict[str, str], body: bytes, kind: type) -> None:
    assert is_refusal(status)
    assert isinstance(refused(status, headers, body, "https://a.example/").error, kind)


@pytest.mark.parametrize("status", [200, 301, 401, 403, 404, 501])
def test_other_statuses_are_no_refusals(status: int) -> None:
    assert not is_refusal(status)

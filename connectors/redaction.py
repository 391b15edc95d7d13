"""Pure: URLs that may be logged or shown."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

_USER_INFO = re.compile(r"(//)[^/?#\\]*@")
_PARAMETER = re.compile(r"(?<=[?&;#])([^=&;?#]*)=([^&;#]*)")
_SECRET = re.compile(
    r"key|secret|token|signature|oauth|passw|passwd|pwd|auth|credential|session|nonce|\bsig\b|\bsid\b|\bpass\b"
    r"|\bclef?\b|jeton|\bmdp\b|mot_?de_?passe",
    re.I,
)
HIDDEN = "***"
LONG = 60
"""Characters of a value: our lists of fields and ids would push what went wrong out of a log line."""


def redact_url(url: str) -> str:
    """The URL without credentials: user info, keys, secrets and signatures in the query become `***`.

    Rather too much than too little: any parameter is hidden whose name, or whose value (a whole URL, say), speaks of a
    key or a secret. Long values are cut. Takes whatever text stands where a URL should, and never raises."""
    return _PARAMETER.sub(_hidden, _USER_INFO.sub(rf"\1{HIDDEN}@", url))


def _hidden(match: re.Match[str]) -> str:
    name, value = match.groups()
    told = unquote_plus(unquote_plus(f"{name}={value}"))
    secret = _SECRET.search(told.partition("=")[0]) or ("=" in told.partition("=")[2] and _SECRET.search(told))
    shown = value if len(value) <= LONG else f"{value[: LONG - 1]}…"
    return f"{name}={HIDDEN if secret else shown}"

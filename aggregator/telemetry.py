"""Logs: structlog over the standard library's logging, to standard error, without secrets.

Everything that logs (ours, urllib3, alembic, uvicorn) goes through one handler, so that one redaction covers all.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "***"

_SECRET_NAME = re.compile(r"secret|passw|token|authori[sz]ation|cookie|credential|signature|(^|_)(api_?)?key$", re.I)
_IN_TEXT = (
    (re.compile(r"\b(c[ks])_\w+"), rf"\1_{HIDDEN}"),  # a WooCommerce key pair
    (re.compile(r"(://)[^/?#\s\"'@]*@"), rf"\1{HIDDEN}@"),  # user info of a URL
    (
        re.compile(
            r"((?:consumer_key|consumer_secret|oauth_\w+|ws_key|[\w-]*(?:secret|token|passw\w*|signature)|api_?key)"
            r"\"?'?\s*[=:]\s*[\"']?)[^\s&\"',;)}]+",
            re.I,
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\b(Basic|Bearer|OAuth)\s+[\w+/=.~\"'%,-]{6,}", re.I), rf"\1 {HIDDEN}"),
)


def redact_text(text: str) -> str:
    """The text with everything in it that looks like a key, a secret or a password replaced by `***`."""
    for pattern, replacement in _IN_TEXT:
        text = pattern.sub(replacement, text)
    return text


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: hide values by the name of their field, and whatever looks like a secret in texts."""
    for name, value in event.items():
        event[name] = HIDDEN if value and _SECRET_NAME.search(name) else _redact_value(value)
    return event


def _redact_value(value: Any) -> Any:
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, MutableMapping):
        return redact(None, "", {str(name): item for name, item in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_value(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else redact_text(str(value))


_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class StandardError(logging.Handler):
    """Writes to what standard error is at that moment: a progress bar may have put itself in front of it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def set_up(level: str) -> None:
    """Send every log line of `level` and above to standard error: JSON lines, or colours on a terminal.

    Called once a process; a second call changes the level."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, StandardError) for handler in root.handlers):
        handler = StandardError()
        handler.setFormatter(_formatter(coloured=sys.stderr.isatty()))
        root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)


def _formatter(*, coloured: bool) -> logging.Formatter:
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_SHARED],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            structlog.dev.ConsoleRenderer() if coloured else renderer,
        ],
    )

"""Mails: by SMTP, or into files where no server is set."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from hashlib import blake2b

from aggregator.settings import Settings

TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain text to one person. `to` is empty where nobody is set: it can only be written to a file."""

    to: str
    subject: str
    text: str


def send(settings: Settings, mail: Mail, now: datetime) -> None:
    """Send it, or write it into `mails` of the data folder. Raises OSError or smtplib.SMTPException; ValueError where
    `to` is not one address."""
    if mail.to:
        _check(mail.to)
    message = EmailMessage()
    message["Subject"] = " ".join(mail.subject.split())  # a shop's name must not begin a header of its own
    message["From"] = settings.smtp_from or settings.operator_email or "emplettes@localhost"
    message["To"] = mail.to or settings.operator_email or "operateur@localhost"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="emplettes")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if settings.smtp_host:
        _by_smtp(settings, message)
    else:
        _into_a_file(settings, message, now)


def _check(address: str) -> None:
    try:
        Address(addr_spec=address)
    except (ValueError, MessageError):
        raise ValueError("this is not one address") from None


def _by_smtp(settings: Settings, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    if settings.smtp_port == 465:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        secure = settings.smtp_port == 465
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            secure = True
        if settings.smtp_user and not secure:
            raise smtplib.SMTPException("the server offers no TLS: the password is not sent in clear")
        if settings.smtp_user and settings.smtp_password is not None:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


def _into_a_file(settings: Settings, message: EmailMessage, now: datetime) -> None:
    folder = settings.data / "mails"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = blake2b(bytes(message), digest_size=4).hexdigest()
    (folder / f"{now:%Y%m%dT%H%M%S}-{digest}.eml").write_bytes(bytes(message))

"""The ways to a person: web address, e-mail, a program. Each sends one message, within a time, or says why not."""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from loa.equipment import AlertSettings, MailSecurity, MailSettings
from loa.language import translate as _
from loa.programs import run_program

TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person is told.

    Attributes
    ----------
    station
        The station's name.
    text
        Lines for a person.
    alarms
        The same as plain values.
    """

    station: str
    text: str
    alarms: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to a person: its name, and what sends, returning what went wrong or empty."""

    name: str
    send: Callable[[Message], str]


def channels(settings: AlertSettings, folder: Path) -> Iterator[Channel]:
    """Yield the ways that the station has; files and programs are looked for in `folder`."""
    if settings.webhook:
        yield Channel(name="webhook", send=lambda message: _post(settings.webhook, message))
    if settings.mail is not None:
        mail = settings.mail
        yield Channel(name="mail", send=lambda message: _mail(mail, folder, message))
    if settings.command:
        command = settings.command
        yield Channel(
            name="command",
            send=lambda message: run_program(command, folder=folder, timeout_s=TIMEOUT_S, given=message.text),
        )


def _post(address: str, message: Message) -> str:
    content = {"station": message.station, "text": message.text, "alarms": list(message.alarms)}
    request = urllib.request.Request(  # noqa: S310 - http and https alone, by the settings
        address,
        data=json.dumps(content, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310 - http and https alone
            return ""
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__


def _mail(settings: MailSettings, folder: Path, message: Message) -> str:
    mail = EmailMessage()
    mail["From"] = settings.sender
    mail["To"] = ", ".join(settings.to)
    mail["Subject"] = _("{station}: alarm").format(station=message.station)
    mail.set_content(message.text)
    try:
        password = (folder / settings.password_file).read_text(encoding="utf-8").strip() if settings.user else ""
        with _connected(settings) as server:
            if settings.user:
                server.login(settings.user, password)
            server.send_message(mail)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return str(error) or type(error).__name__
    return ""


def _connected(settings: MailSettings) -> smtplib.SMTP:
    if settings.security is MailSecurity.TLS:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
    if settings.security is MailSecurity.STARTTLS:
        server.starttls(context=ssl.create_default_context())
    return server

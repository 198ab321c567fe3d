"""What ``station.yaml`` says of the things around the station: attention tone, amplifier, and whom to alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from loa.checked_yaml import Fields
from loa.language import translate as _

OWN_TONE = "default"
NO_TONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencySettings:
    """How emergencies begin.

    Attributes
    ----------
    tone
        The attention tone before the words: ``default`` for the station's own two tones, ``none``, or a sound file.
    """

    tone: str = OWN_TONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AmplifierSettings:
    """Programs that switch the amplifier.

    Attributes
    ----------
    on, off
        Program and arguments.
    lead_s
        How long before the first sound it is switched on: the time it takes to warm up.
    tail_s
        How long after the last sound it is switched off. Broadcasts closer than that share one session.
    timeout_s
        Longest wait for the program.
    """

    on: tuple[str, ...]
    off: tuple[str, ...]
    lead_s: float = 10.0
    tail_s: float = 60.0
    timeout_s: float = 10.0


class MailSecurity(StrEnum):
    """How the connection to the mail server is kept secret."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


DEFAULT_PORTS: Mapping[MailSecurity, int] = {
    MailSecurity.STARTTLS: 587,
    MailSecurity.TLS: 465,
    MailSecurity.NONE: 25,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """E-mail over SMTP.

    Attributes
    ----------
    to, sender
        Addresses.
    host, port, security
        The mail server.
    user, password_file
        Who logs in there, and the file of the station that holds the password; both empty: nobody.
    """

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    password_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """Whom an alarm reaches, besides the screen and the ledger.

    Attributes
    ----------
    webhook
        Web address that gets a POST with JSON, or empty.
    mail
        E-mail, or None.
    command
        Program and arguments that find the message on standard input, or empty.
    hold_s
        How long trouble must last before anybody is told.
    remind_hours
        How often they are reminded while it lasts; 0: never.
    """

    webhook: str = ""
    mail: MailSettings | None = None
    command: tuple[str, ...] = ()
    hold_s: float = 30.0
    remind_hours: float = 12.0

    @property
    def reaches_anybody(self) -> bool:
        """Whether anybody is told at all."""
        return bool(self.webhook or self.mail or self.command)


def emergency_settings(fields: Fields | None) -> EmergencySettings:
    """Return what the group ``emergency`` says."""
    if fields is None:
        return EmergencySettings()
    settings = EmergencySettings(tone=fields.text("tone", OWN_TONE))
    fields.refuse_unknown()
    return settings


def amplifier_settings(fields: Fields | None) -> AmplifierSettings | None:
    """Return what the group ``amplifier`` says, None where it is left out."""
    if fields is None:
        return None
    settings = AmplifierSettings(
        on=_command(fields, "on", required=True),
        off=_command(fields, "off", required=True),
        lead_s=fields.number("lead_s", 10.0, low=0, high=300),
        tail_s=fields.number("tail_s", 60.0, low=0, high=3600),
        timeout_s=fields.number("timeout_s", 10.0, low=1, high=60),
    )
    fields.refuse_unknown()
    return settings


def alert_settings(fields: Fields | None) -> AlertSettings:
    """Return what the group ``alerts`` says."""
    if fields is None:
        return AlertSettings()
    settings = AlertSettings(
        webhook=fields.value("webhook", _web_address, advice=_("Write a web address that begins with https://.")) or "",
        mail=_mail(fields.fields("mail")),
        command=_command(fields, "command"),
        hold_s=fields.number("hold_s", 30.0, low=0, high=3600),
        remind_hours=fields.number("remind_hours", 12.0, low=0, high=168),
    )
    fields.refuse_unknown()
    return settings


def _command(fields: Fields, key: str, *, required: bool = False) -> tuple[str, ...]:
    return tuple(text for text, _line in fields.texts(key, required=required))


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")) or any(letter.isspace() for letter in text):
        raise ValueError(text)
    return text


def _mail(fields: Fields | None) -> MailSettings | None:
    if fields is None:
        return None
    security = MailSecurity(fields.choice("security", list(MailSecurity), MailSecurity.STARTTLS))
    recipients = tuple(text for text, _line in fields.texts("to", required=True))
    settings = MailSettings(
        to=recipients,
        sender=fields.value("from", _address, required=True, advice=_("Write an e-mail address.")) or "",
        host=fields.text("host", required=True),
        port=int(fields.number("port", DEFAULT_PORTS[security], low=1, high=65535, whole=True)),
        security=security,
        user=fields.text("user"),
        password_file=fields.text("password_file"),
    )
    for recipient in recipients:
        try:
            _address(recipient)
        except ValueError:
            message = _("“{text}” is no e-mail address.").format(text=recipient)
            fields.refuse("to", message, _("Write an e-mail address."))
    fields.refuse_unknown()
    return settings


def _address(text: str) -> str:
    if text.count("@") != 1 or text.strip() != text or any(letter.isspace() or letter in "<>," for letter in text):
        raise ValueError(text)
    return text

"""What ``station.yaml`` says of the pages in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from loa.checked_yaml import Fields
from loa.language import translate as _


class ConsoleTls(StrEnum):
    """How the console's pages travel: NO in the open, OWN encrypted with a certificate that the station makes itself."""

    NO = "no"
    OWN = "own"


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """The pages in the browser.

    Attributes
    ----------
    enabled
        Whether `loa run` serves them.
    listen
        Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for the office's network.
    port
        TCP port.
    tls
        How the pages travel.
    """

    enabled: bool = True
    listen: str = "127.0.0.1"
    port: int = 8765
    tls: ConsoleTls = ConsoleTls.NO

    @property
    def open_to_network(self) -> bool:
        """Whether other machines reach it."""
        return self.listen not in LOOPBACK


def console_settings(fields: Fields | None) -> ConsoleSettings:
    """Return the group ``console`` of ``station.yaml``."""
    if fields is None:
        return ConsoleSettings()
    default = ConsoleSettings()
    console = ConsoleSettings(
        enabled=fields.choice("enabled", ("yes", "no"), "yes") == "yes",
        listen=fields.value(
            "listen", _address, advice=_("Write 127.0.0.1 for this machine alone, 0.0.0.0 for the office.")
        )
        or default.listen,
        port=round(fields.number("port", default.port, low=1024, high=65535, whole=True)),
        tls=ConsoleTls(fields.choice("tls", list(ConsoleTls), ConsoleTls.NO)),
    )
    fields.refuse_unknown()
    return console


def _address(text: str) -> str:
    return text if text == "localhost" else str(ip_address(text))

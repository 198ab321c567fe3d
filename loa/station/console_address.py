"""Where a browser finds the console."""

from __future__ import annotations

import socket

from loa.console_settings import ConsoleSettings, ConsoleTls


def own_addresses() -> list[str]:
    """Return this machine's address on the network, or nothing where it is on none. No packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of documentation: the system only looks up the way
        except OSError:
            return []
        return [str(probe.getsockname()[0])]


def console_url(settings: ConsoleSettings) -> str:
    """Return the console's address, without a slash at its end."""
    host = settings.listen
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - asked for in station.yaml
        host = next(iter(own_addresses()), "127.0.0.1")
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.tls is ConsoleTls.OWN else 'http'}://{host}:{settings.port}"

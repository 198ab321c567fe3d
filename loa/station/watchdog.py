"""What the running station tells systemd: that it is ready, that its playout moves on, that it ends.

The protocol is sd_notify(3): lines in a datagram to the socket named by ``$NOTIFY_SOCKET``. Without that variable
nothing is sent; a socket that fails never disturbs the station.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable

from loa.clock import Clock

FEED_S = 10.0  # a third of the unit's WatchdogSec
STUCK_S = 15.0
SEND_TIMEOUT_S = 1.0


class Watchdog:
    """Feeds the service manager's watchdog for as long as playout makes progress.

    Parameters
    ----------
    clock
        Its monotonic time counts.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        self._fed_s = float("-inf")
        self._frames: int | None = None
        self._moved_s = clock.monotonic()

    def ready(self, status: str) -> None:
        """Tell that the station is on the air."""
        self._send("READY=1", f"STATUS={status}")

    def look(self, frames: int, *, due: bool, status: Callable[[], str]) -> bool:
        """Feed the watchdog if it is time and playout is not stuck; call it from every turn of the station's loop.

        Parameters
        ----------
        frames
            Counts what the output has played: any other number than before is progress.
        due
            Something must play now; otherwise nothing is expected to move.
        status
            One line for ``systemctl status``.

        Returns
        -------
        bool
            False where the frames have stood still for `STUCK_S` though they should not: nothing is fed then, and the
            service manager kills and restarts the station.
        """
        now_s = self._clock.monotonic()
        if not due or frames != self._frames:
            self._frames, self._moved_s = frames, now_s
        if now_s - self._moved_s > STUCK_S:
            return False
        if now_s - self._fed_s >= FEED_S:
            self._fed_s = now_s
            self._send("WATCHDOG=1", f"STATUS={status()}")
        return True

    def stopping(self) -> None:
        """Tell that the station is going off the air."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        message = "\n".join(line.replace("\n", " ") for line in lines).encode()
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
            sending.settimeout(SEND_TIMEOUT_S)
            sending.sendto(message, address)

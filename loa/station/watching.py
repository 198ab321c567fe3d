"""Watching over the station while it runs: what is found becomes alarms, rows, lines on the screen, and messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from loa.clock import Clock
from loa.language import translate as _
from loa.ledger import Ledger, RowKind
from loa.settings import StationSettings
from loa.station.alarms import Alarms
from loa.station.alert_channels import channels
from loa.station.alerts import Alerting, AlertThread, message_of
from loa.station.folder import StationFolder
from loa.station.watchers import DiskWatch, Seen, Watchers

EVERY_S = 1.0
REMEMBERED = timedelta(days=60)


class Watch:
    """The watch over one running station.

    Parameters
    ----------
    folder, ledger, clock, settings
        The station's.
    say
        Shows the operator one line.
    last_row_at
        When the newest row before this start was written, or None.
    """

    def __init__(
        self,
        folder: StationFolder,
        ledger: Ledger,
        clock: Clock,
        settings: StationSettings,
        say: Callable[[str], None],
        *,
        last_row_at: datetime | None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._settings = settings
        now, mono_s = clock.now(), clock.monotonic()
        disk = DiskWatch([folder.log, folder.rendered], clock)
        self._watchers = Watchers(clock, last_row_at, disk)
        rows = ledger.rows(kinds=[RowKind.ALARM, RowKind.ALARM_OVER], since=now - REMEMBERED)
        self._alarms = Alarms(rows, now, mono_s)
        self._alerting = Alerting(settings.alerts, self._alarms.raised, mono_s)
        self._thread = AlertThread(list(channels(settings.alerts, folder.root)), clock, say)
        self._looked_s = float("-inf")

    def look(self, seen: Callable[[], Seen]) -> None:
        """Look once a second: write the rows of what begins and ends, tell a person where that is due. Never waits."""
        mono_s = self._clock.monotonic()
        if mono_s - self._looked_s < EVERY_S:
            return
        self._looked_s = mono_s
        changes = self._alarms.look(self._watchers.look(seen()), self._clock.now(), mono_s)
        self._ledger.append_all([change.entry for change in changes])
        if not self._settings.alerts.reaches_anybody:
            return
        told = self._alerting.look(self._alarms.raised, changes, mono_s)
        if told:
            self._thread.send(message_of(told, self._settings.name, self._settings.time_zone))

    def as_json(self) -> list[dict[str, Any]]:
        """Return the alarms as plain values for `loa status`."""
        return [alarm.as_json() for alarm in self._alarms.raised]

    def close(self) -> None:
        """End the thread."""
        self._thread.close()


def no_loudspeaker(trouble: str, *, heard: bool, wanted: bool) -> str:
    """Return why nobody hears the station, or empty: its device is lost, or it was not there at the start."""
    return trouble or ("" if heard or not wanted else _("it was not there when the station started"))

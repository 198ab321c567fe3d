"""What becomes of a broadcast that is due: it begins, waits for another or cuts into it, or is missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from loa.ledger import Outcome, Reason
from loa.playout.clock_watch import ClockWatch
from loa.playout.coming import Coming
from loa.playout.material import Material
from loa.playout.output_watch import OutputWatch
from loa.playout.recovery import latest_start
from loa.playout.run import closed_entry
from loa.playout.runs import Runs
from loa.timetable import AfterOutage, Broadcast, WhenBusy

NORMAL_RUNS = 2


class Due:
    """Decides on the broadcasts that are due.

    Parameters
    ----------
    runs, coming
        What is on the air, and what is to come.
    clock_watch, output_watch
        Whether the time may be believed, and whether anything would be heard.

    Attributes
    ----------
    awake_since
        When the station came up: what was due before was met by an outage.
    material
        What the broadcaster works from, for the quiet hours; None before there is any.
    """

    def __init__(
        self, runs: Runs, coming: Coming, *, clock_watch: ClockWatch, output_watch: OutputWatch, awake_since: datetime
    ) -> None:
        self._runs = runs
        self._coming = coming
        self._clock_watch = clock_watch
        self._output_watch = output_watch
        self.awake_since = awake_since
        self.material: Material | None = None

    def meet(self, broadcast: Broadcast, now: datetime) -> None:
        """Begin `broadcast`, let it wait, or close it as missed. Raises LedgerFailed."""
        outage = broadcast.planned_at < self.awake_since
        begins_at = max(now, broadcast.planned_at)
        if self._runs.running:
            begins_at = max(begins_at, now + timedelta(seconds=self._runs.left_s()))
        doubted_since = self._clock_watch.doubted_since
        if now > max(broadcast.planned_at, latest_start(broadcast, outage=outage)):
            if doubted_since is None or broadcast.planned_at < doubted_since:
                self._miss(broadcast, outage=outage)
        elif self.quiet(max(now, broadcast.planned_at)):
            self._runs.close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, Reason.QUIET_HOURS))
        elif self._runs.running and broadcast.when_busy is not WhenBusy.WAIT:
            self._meet_another(broadcast, now)
        elif (
            not self._output_watch.trouble
            and len(self._runs.running) < NORMAL_RUNS
            and not self._runs.said_over
            and not any(run.cut for run in self._runs.running)
            and not self.quiet(begins_at)
            and begins_at <= max(broadcast.planned_at, latest_start(broadcast, outage=outage))
        ):
            self._coming.begun(broadcast)
            self._runs.start(broadcast, now, join=outage and broadcast.after_outage is AfterOutage.JOIN)

    def _meet_another(self, broadcast: Broadcast, now: datetime) -> None:
        """Do what the slot says where another broadcast is on the air at its time."""
        if now < broadcast.planned_at:
            return
        if broadcast.when_busy is WhenBusy.DROP:
            self._runs.close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, Reason.OVERLAP))
        elif (
            now >= broadcast.planned_at + timedelta(seconds=broadcast.wait_s)
            and not self._output_watch.trouble
            and all(run.broadcast.rank <= broadcast.rank for run in self._runs.running)
        ):
            self._coming.begun(broadcast)
            self._coming.add(self._runs.start_at_once(broadcast, now))

    def _miss(self, broadcast: Broadcast, *, outage: bool) -> None:
        reason = Reason.STATION_OFF if outage else Reason.TOO_LATE
        if self._output_watch.trouble:
            reason = Reason.OUTPUT_LOST
        elif self._runs.running:
            reason = Reason.OVERLAP
        elif self._clock_watch.stepped_over(broadcast.planned_at):
            reason = Reason.CLOCK_STEP
        self._runs.close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, reason))

    def quiet(self, now: datetime) -> bool:
        """Return whether these are quiet hours: nothing begins in them but an emergency, whatever the timetable says."""
        material = self.material
        return material is not None and material.rules.quiet_at(now.astimezone(material.zone).time())

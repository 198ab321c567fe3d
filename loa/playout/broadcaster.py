"""The broadcaster: turns the plan into sound at the right instant, and what happened into rows of the ledger.

It is driven by `tick`, which may be called at any time and any number of times: it looks at the clock, the plan, the
output and the timeline's events, and does what is due. Nothing is remembered outside the ledger but what can be
rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loa.clock import Clock
from loa.errors import SoundRefused
from loa.language import translate as _
from loa.ledger import (
    AsRun,
    Entry,
    Ledger,
    Outcome,
    Reason,
    RowKind,
    aired_queue_ids,
)
from loa.playout.material import Material
from loa.playout.output import Output, wall_minus_mono
from loa.playout.progress import ProgressFile
from loa.playout.recovery import (
    broken_entry,
    dark_entries,
    last_seen_alive,
    latest_start,
    still_due,
    unfinished,
)
from loa.playout.run import closed_entry, planned_entry
from loa.playout.runs import Runs
from loa.playout.source import RATE
from loa.sound import FinishedAudio
from loa.timetable import AfterOutage, Broadcast, WhenBusy

LEAD_S = 5.0
STEP_S = 1.0
OUTPUT_GONE_S = 120.0
LONGEST_SLEEP = timedelta(days=400)
DOUBT_S = 300.0  # a clock set ahead is believed when it has held still so long: time to mend it
NORMAL_RUNS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFacts:
    """What the STATION_UP row tells about this process: program version and the machine's boot id."""

    version: str
    boot_id: str
    process_id: int


class Broadcaster:
    """Airs broadcasts on one output and writes the ledger.

    Parameters
    ----------
    ledger, output, clock, progress
        Where rows, sound and progress go, and the time.
    facts
        For the STATION_UP row.
    """

    def __init__(
        self, *, ledger: Ledger, output: Output, clock: Clock, progress: ProgressFile, facts: StationFacts
    ) -> None:
        self._ledger = ledger
        self._output = output
        self._clock = clock
        self._progress = progress
        self._facts = facts
        self._material: Material | None = None
        self._open: dict[str, Broadcast] = {}
        self._runs = Runs(ledger=ledger, output=output, clock=clock, progress=progress, closed=self._closed)
        self._planned_day: Any = None
        self._offset_s = wall_minus_mono(clock)
        self._step: tuple[datetime, datetime] | None = None
        self._doubt: tuple[datetime, float] | None = None  # what the clock said before it jumped ahead; until when
        self._last_alive: datetime | None = None  # before this start
        self._awake_since = clock.now()
        self._trouble = ""
        self._trouble_since_s = 0.0

    # ------------------------------------------------------------------ start and end

    def start(self, material: Material) -> list[AsRun]:
        """Close what was broken, mark what passed in the dark, and plan on.

        Returns
        -------
        list of AsRun
            The broadcasts that had been left without an outcome.

        Raises
        ------
        LedgerFailed
            The ledger cannot be written; nothing airs without it.
        """
        now = self._awake_since = self._clock.now()
        since = self._last_alive = last_seen_alive(self._ledger)
        last_up = self._ledger.last(RowKind.STATION_UP)
        same_boot = last_up is not None and last_up.data["boot_id"] == self._facts.boot_id
        left = unfinished(self._ledger)
        entries: list[Entry] = []
        progress = self._progress.last()
        for record in left:
            if record.on_air:
                entries += broken_entry(record, progress, same_boot=same_boot)
        if since is not None:
            zone = material.zone
            dark = material.plan(since.astimezone(zone).date(), now.astimezone(zone).date(), queue_from=since)
            known = self._ledger.having(RowKind.PLANNED, [broadcast.key for broadcast in dark])
            entries += dark_entries(dark, known, since=since, now=now)
            for broadcast in still_due(dark, known, since=since, now=now):
                entries.append(planned_entry(broadcast))
                self._open[broadcast.key] = broadcast
        entries += self._passed_in_the_dark([record for record in left if not record.on_air], material, now)
        up = {
            "version": self._facts.version,
            "boot_id": self._facts.boot_id,
            "process_id": self._facts.process_id,
            "output": self._output.name,
            "heard": self._output.heard,
        }
        self._ledger.append_all([*entries, Entry(kind=RowKind.STATION_UP, data=up)])
        self.use(material)
        return left

    def _passed_in_the_dark(self, left: list[AsRun], material: Material, now: datetime) -> list[Entry]:
        """Return closing rows for planned broadcasts whose latest start has passed; keep the others open."""
        entries: list[Entry] = []
        if not left:
            return entries
        zone = material.zone
        days = [record.planned_at.astimezone(zone).date() for record in left]
        still = {
            broadcast.key: broadcast
            for broadcast in material.plan(min(days), max(days), queue_from=min(r.planned_at for r in left))
        }
        for record in left:
            broadcast = still.get(record.key)
            latest = latest_start(broadcast, outage=True) if broadcast else record.planned_at
            if latest < now:
                entries.append(closed_entry(record.key, Outcome.MISSED, Reason.STATION_OFF))
            elif broadcast is None:
                entries.append(closed_entry(record.key, Outcome.CANCELLED, Reason.TIMETABLE_CHANGED))
            else:
                self._open[record.key] = broadcast
        return entries

    def shut_down(self, note: str) -> None:
        """End what is on the air as partial and write the STATION_DOWN row."""
        self._runs.cut_all(Reason.STATION_STOPPED, note)
        self._ledger.append(RowKind.STATION_DOWN, {"note": note})

    def use_output(self, output: Output) -> None:
        """Play on `output` from now on; nothing may be on the air. Writes the OUTPUT_BACK row."""
        if self._runs.running:
            raise ValueError("an output is changed between broadcasts only")
        self._output = self._runs.output = output
        self._trouble = ""
        self._ledger.append(RowKind.OUTPUT_BACK, {"output": output.name, "heard": output.heard})

    # ------------------------------------------------------------------ the plan

    def use(self, material: Material) -> None:
        """Plan on from `material`: new broadcasts get a PLANNED row, dropped ones are cancelled."""
        self._material = material
        self._runs.audio = material.audio
        now = self._clock.now()
        local = now.astimezone(material.zone)
        self._planned_day = local.date()
        waiting = material.without_queue_entries(self._served(material))
        plan = waiting.plan(local.date(), local.date() + timedelta(days=1), queue_from=self._queue_from(now))
        past = self._ledger.having(RowKind.CLOSED, [broadcast.key for broadcast in plan])
        past |= {run.key for run in self._runs.running}
        entries: list[Entry] = []
        coming: dict[str, Broadcast] = {}
        for broadcast in plan:
            if broadcast.key in past:
                continue
            known = self._open.get(broadcast.key)
            if known is None and broadcast.planned_at < now:
                continue
            coming[broadcast.key] = broadcast
            if known is None or known.as_json() != broadcast.as_json():
                entries.append(planned_entry(broadcast))
        last_day = local.date() + timedelta(days=1)
        for key, broadcast in self._open.items():
            planned_here = broadcast.planned_at.astimezone(material.zone).date() <= last_day
            if key not in coming and broadcast.planned_at > now and planned_here:
                entries.append(closed_entry(key, Outcome.CANCELLED, Reason.TIMETABLE_CHANGED))
            elif key not in coming:
                coming[key] = broadcast
        self._ledger.append_all(entries)
        self._open = coming

    def _served(self, material: Material) -> set[str]:
        """Return the queue entries that have aired or are on the air."""
        queue = material.timetable.queue
        if not queue:
            return set()
        since = min(entry.added_at for entry in queue)
        served = aired_queue_ids(self._ledger.rows(kinds=[RowKind.ITEM], since=since))
        return served | {item.queue_id for run in self._runs.running for item in run.broadcast.items if item.queue_id}

    def _queue_from(self, now: datetime) -> datetime:
        """Return from when the queue is served: from the earliest broadcast that is due and has not begun, or now."""
        return min([now, *(broadcast.planned_at for broadcast in self._open.values())])

    @property
    def busy(self) -> bool:
        """Whether anything is on the air or about to be."""
        return bool(self._runs.running)

    def next_wake(self) -> datetime | None:
        """Return when the next broadcast must be prepared, or None where none is planned."""
        starts = [broadcast.planned_at for broadcast in self._open.values()]
        return min(starts) - timedelta(seconds=LEAD_S) if starts else None

    def coming(self, count: int) -> list[Broadcast]:
        """Return the next `count` broadcasts."""
        return sorted(self._open.values(), key=lambda broadcast: broadcast.planned_at)[:count]

    # ------------------------------------------------------------------ what is due

    def tick(self) -> None:
        """Do what is due now. Raises LedgerFailed."""
        now = self._clock.now()
        self._look_at_clock(now)
        self._account_for_jump(now)
        self._look_at_output()
        self._runs.take_events()
        if not self._trouble:
            self._runs.close_finished(now)
            self._runs.resume_paused(now, quiet=self._quiet(now))
        if self._material is not None and now.astimezone(self._material.zone).date() != self._planned_day:
            self.use(self._material)
        for broadcast in self.coming(len(self._open)):
            if broadcast.planned_at > now + timedelta(seconds=LEAD_S):
                break
            self._start_or_miss(broadcast, now)
        self._runs.note_progress()

    def _look_at_clock(self, now: datetime) -> None:
        offset_s = wall_minus_mono(self._clock)
        step_s = offset_s - self._offset_s
        if abs(step_s) > STEP_S:
            self._ledger.append(RowKind.CLOCK_STEP, {"step_s": round(step_s, 3)})
            self._step = (now - timedelta(seconds=step_s), now)
            if step_s > 0:
                since = self._doubt[0] if self._doubt else self._step[0]
                self._doubt = (since, self._clock.monotonic() + DOUBT_S)
        self._offset_s = offset_s

    def _account_for_jump(self, now: datetime) -> None:
        """Write down what a clock set ahead, or a machine that slept, has passed over, once the clock has held still.

        Until then nothing is called missed: a clock that was set wrongly may be set back, and an outcome is for ever.
        """
        if self._doubt is None or self._clock.monotonic() < self._doubt[1] or self._material is None:
            return
        since, self._doubt = self._doubt[0], None
        if self._last_alive is not None:
            since = max(since, self._last_alive)
        if since >= now or now - since > LONGEST_SLEEP:  # a clock that was never right has passed over nothing
            return
        zone = self._material.zone
        passed = self._material.plan(since.astimezone(zone).date(), now.astimezone(zone).date(), queue_from=since)
        known = self._ledger.having(RowKind.PLANNED, [broadcast.key for broadcast in passed])
        entries = dark_entries(passed, known, since=since, now=now, reason=Reason.CLOCK_STEP)
        for broadcast in still_due(passed, known, since=since, now=now):
            entries.append(planned_entry(broadcast))
            self._open[broadcast.key] = broadcast
        self._ledger.append_all(entries)

    def _look_at_output(self) -> None:
        trouble = self._output.trouble
        if trouble and not self._trouble:
            self._ledger.append(RowKind.OUTPUT_LOST, {"output": self._output.name, "error": trouble})
            self._trouble_since_s = self._clock.monotonic()
        elif self._trouble and not trouble:
            self._ledger.append(RowKind.OUTPUT_BACK, {"output": self._output.name, "heard": self._output.heard})
        self._trouble = trouble
        if trouble and self.busy and self._clock.monotonic() - self._trouble_since_s > OUTPUT_GONE_S:
            self._runs.cut_all(Reason.OUTPUT_LOST, trouble)

    def _start_or_miss(self, broadcast: Broadcast, now: datetime) -> None:
        outage = broadcast.planned_at < self._awake_since
        if now > max(broadcast.planned_at, latest_start(broadcast, outage=outage)):
            if self._doubt is None or broadcast.planned_at < self._doubt[0]:
                self._miss(broadcast, outage=outage)
        elif self._quiet(max(now, broadcast.planned_at)):
            self._runs.close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, Reason.QUIET_HOURS))
        elif self.busy and broadcast.when_busy is not WhenBusy.WAIT:
            self._meet(broadcast, now)
        elif (
            not self._trouble
            and len(self._runs.running) < NORMAL_RUNS
            and not any(run.cut for run in self._runs.running)
        ):
            self._open.pop(broadcast.key, None)
            self._runs.start(broadcast, now, join=outage and broadcast.after_outage is AfterOutage.JOIN)

    def _meet(self, broadcast: Broadcast, now: datetime) -> None:
        """Do what the slot says where another broadcast is on the air at its time."""
        if now < broadcast.planned_at:
            return
        if broadcast.when_busy is WhenBusy.DROP:
            self._runs.close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, Reason.OVERLAP))
        elif (
            now >= broadcast.planned_at + timedelta(seconds=broadcast.wait_s)
            and not self._trouble
            and all(run.broadcast.rank <= broadcast.rank for run in self._runs.running)
        ):
            self._open.pop(broadcast.key, None)
            self._begin_afterwards(self._runs.start_at_once(broadcast, now))

    def _quiet(self, now: datetime) -> bool:
        """Return whether these are quiet hours: nothing begins in them but an emergency, whatever the timetable says."""
        material = self._material
        return material is not None and material.rules.quiet_at(now.astimezone(material.zone).time())

    def _miss(self, broadcast: Broadcast, *, outage: bool) -> None:
        reason = Reason.STATION_OFF if outage else Reason.TOO_LATE
        if self._trouble:
            reason = Reason.OUTPUT_LOST
        elif self.busy:
            reason = Reason.OVERLAP
        elif self._step and self._step[0] <= broadcast.planned_at <= self._step[1]:
            reason = Reason.CLOCK_STEP
        self._runs.close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, reason))

    def _begin_afterwards(self, broadcasts: list[Broadcast]) -> None:
        self._open |= {broadcast.key: broadcast for broadcast in broadcasts}

    def _closed(self, broadcast: Broadcast) -> None:
        self._open.pop(broadcast.key, None)
        if any(item.queue_id for item in broadcast.items):
            self._planned_day = None  # an entry that did not air goes to the next programme: plan anew

    # ------------------------------------------------------------------ a person steps in

    def stop_current(self, person: str, why: str) -> int:
        """Stop what is on the air at once; it is closed as partial. Return how many broadcasts that were."""
        return self._runs.cut_all(Reason.STOPPED_BY_OPERATOR, f"{person}: {why}" if why else person)

    def air_now(self, broadcast: Broadcast) -> None:
        """Air `broadcast` after what is on the air, as soon as may be."""
        self._ledger.append_all([planned_entry(broadcast)])
        self._open[broadcast.key] = broadcast

    def interrupt(
        self, emergency: Broadcast, *, audio: Mapping[str, FinishedAudio], authoriser: str, text: str
    ) -> None:
        """Air `emergency` at once; what is on the air is cut and closed as partial.

        Its files are opened before anything is cut: an emergency that cannot be read does not end a good broadcast.

        Parameters
        ----------
        audio
            Finished audio of its items.
        authoriser
            Who ordered it: it airs without another approval, in quiet hours too.
        text
            The words, for the ledger.

        Raises
        ------
        SoundRefused
            Nothing of it can be played; nothing was cut.
        """
        now = self._clock.now()
        run = self._runs.opened_at_once(emergency, audio, now)
        if run is None:
            raise SoundRefused(_("The emergency bulletin has no finished audio. Type: loa render"))
        row = Entry(kind=RowKind.EMERGENCY, broadcast=emergency.key, data={"authoriser": authoriser, "text": text})
        self._begin_afterwards(self._runs.take_over(run, now, rows=[planned_entry(emergency), row]))

    # ------------------------------------------------------------------ what is to be seen

    def state(self) -> dict[str, Any]:
        """Return what is on the air and what comes next, as plain values for `loa status`."""
        health = self._output.health()
        return {
            "on_air": self._runs.on_air(),
            "next": [
                {"key": coming.key, "title": coming.title, "planned_at": coming.planned_at.isoformat()}
                for coming in self.coming(3)
            ],
            "output": self._output.name,
            "heard": self._output.heard,
            "trouble": self._output.trouble,
            "underflows": health.underflows,
            "starved_s": round(health.starved_frames / RATE, 3),
        }

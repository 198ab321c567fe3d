"""The broadcaster: turns the plan into sound at the right instant, and what happened into rows of the ledger.

It is driven by `tick`, which may be called at any time and any number of times: it looks at the clock, the plan, the
output and the timeline's events, and does what is due. Nothing is remembered outside the ledger but what can be
rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loa.clock import Clock
from loa.errors import Conflict
from loa.language import translate as _
from loa.ledger import AsRun, Entry, Ledger, Reason, RowKind
from loa.playout.amplifier import Amplifier
from loa.playout.clock_watch import ClockWatch
from loa.playout.coming import Coming
from loa.playout.due import Due
from loa.playout.emergencies import Emergencies
from loa.playout.emergency_air import EmergencyAir
from loa.playout.material import Material
from loa.playout.output import Output
from loa.playout.output_watch import OutputWatch
from loa.playout.part import RATE, Part, Sound
from loa.playout.progress import ProgressFile
from loa.playout.recovery import dark_entries, just_jumped_from, last_seen_alive, look_back, still_due
from loa.playout.run import planned_entry
from loa.playout.runs import Runs
from loa.playout.standing import Repeats
from loa.sound import FinishedAudio
from loa.timetable import Broadcast

LEAD_S = 5.0
TEST_FREE_S = 60.0
LONGEST_SLEEP = timedelta(days=400)


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
    stored
        Gives finished audio by its key: an emergency is said again from there, whatever the folder holds now.
    amplifier
        Switched around the broadcasts, where there is one.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        output: Output,
        clock: Clock,
        progress: ProgressFile,
        facts: StationFacts,
        stored: Callable[[str], FinishedAudio | None],
        amplifier: Amplifier | None = None,
    ) -> None:
        self._ledger = ledger
        self._output = output
        self._clock = clock
        self._progress = progress
        self._facts = facts
        self._material: Material | None = None
        self._amplifier = amplifier
        self._runs = Runs(
            ledger=ledger,
            output=output,
            clock=clock,
            progress=progress,
            closed=self._closed,
            warm_up_s=amplifier.warm_up_s if amplifier else lambda: 0.0,
        )
        self._coming = Coming(ledger, lambda: [run.broadcast for run in self._runs.running])
        self._emergencies = Emergencies(ledger, clock.monotonic)
        self._emergency_air = EmergencyAir(
            self._emergencies, self._runs, self._coming, ledger=ledger, clock=clock, stored=stored
        )
        self._clock_watch = ClockWatch(clock)
        self._last_alive: datetime | None = None  # before this start
        self._output_watch = OutputWatch(ledger, clock)
        self._due = Due(
            self._runs,
            self._coming,
            clock_watch=self._clock_watch,
            output_watch=self._output_watch,
            awake_since=clock.now(),
        )

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
        now = self._clock.now()
        since = last_seen_alive(self._ledger)
        last_up = self._ledger.last(RowKind.STATION_UP)
        same_boot = last_up is not None and last_up.data["boot_id"] == self._facts.boot_id
        before_jump = just_jumped_from(self._ledger, now) if same_boot else None
        if before_jump is not None and since is not None:  # what it passed over is accounted for when it is believed
            self._clock_watch.doubt(before_jump)
            now, since = before_jump, min(since, before_jump)
        self._due.awake_since, self._last_alive = now, since
        found = look_back(self._ledger, self._progress.last(), material, now=now, since=since, same_boot=same_boot)
        self._coming.add(found.still_open)
        up = {
            "version": self._facts.version,
            "boot_id": self._facts.boot_id,
            "process_id": self._facts.process_id,
            "output": self._output.name,
            "heard": self._output.heard,
        }
        self._ledger.append_all([*found.entries, Entry(kind=RowKind.STATION_UP, data=up)])
        self._ledger.append_all(self._emergencies.recover(now))
        self.use(material)
        return found.left

    def shut_down(self, note: str) -> None:
        """End what is on the air as partial and write the STATION_DOWN row."""
        self._runs.cut_all(Reason.STATION_STOPPED, note)
        if self._amplifier is not None:
            self._ledger.append_all(self._amplifier.end())
        self._ledger.append(RowKind.STATION_DOWN, {"note": note})

    def use_output(self, output: Output) -> None:
        """Play on `output` from now on; nothing may be on the air. Writes the OUTPUT_BACK row."""
        if self._runs.running:
            raise ValueError("an output is changed between broadcasts only")
        self._output = self._runs.output = output
        self._output_watch.changed(output)

    # ------------------------------------------------------------------ the plan

    def use(self, material: Material) -> None:
        """Plan on from `material`: new broadcasts get a PLANNED row, dropped ones are cancelled."""
        self._material = self._due.material = material
        self._runs.audio = material.audio
        self._coming.use(material, self._clock.now())

    @property
    def busy(self) -> bool:
        """Whether anything is on the air or about to be."""
        return bool(self._runs.running)

    def next_wake(self) -> datetime | None:
        """Return when the next broadcast must be prepared, or None where none is planned."""
        starts = [broadcast.planned_at - timedelta(seconds=LEAD_S) for broadcast in self._coming.first(1)]
        starts += [one.next_at for one in self._emergencies.standing.values() if not one.airing]
        return min(starts, default=None)

    def coming(self, count: int) -> list[Broadcast]:
        """Return the next `count` broadcasts."""
        return self._coming.first(count)

    # ------------------------------------------------------------------ what is due

    def tick(self) -> None:
        """Do what is due now. Raises LedgerFailed."""
        now = self._clock.now()
        step_s = self._clock_watch.look(now)
        if step_s is not None:
            self._ledger.append(RowKind.CLOCK_STEP, {"step_s": round(step_s, 3)})
        self._account_for_jump(now)
        self._output_watch.look(self._output)
        if self._output_watch.gone and self.busy:
            self._runs.cut_all(Reason.OUTPUT_LOST, self._output_watch.trouble)
        self._runs.take_events()
        if not self._output_watch.trouble:
            self._runs.close_finished(now)
            doubt, lost = self._clock_watch.doubted_since is not None, self._output_watch.lost_of_late
            self._emergency_air.say_due(now, doubt=doubt, lost=lost)
            self._runs.resume_paused(now, quiet=self._due.quiet(now))
        if self._material is not None and not self._coming.planned_for(now.astimezone(self._material.zone).date()):
            self.use(self._material)
        for broadcast in self._coming.first():
            if broadcast.planned_at > now + timedelta(seconds=LEAD_S):
                break
            self._due.meet(broadcast, now)
        self._runs.note_progress()
        self._look_at_amplifier(now)

    def _look_at_amplifier(self, now: datetime) -> None:
        if self._amplifier is None:
            return
        starts = [broadcast.planned_at for broadcast in self._coming.first(1)]
        starts += [one.next_at for one in self._emergencies.standing.values() if not one.airing and not one.over(now)]
        starts_in_s = min(((start - now).total_seconds() for start in starts), default=None)
        self._ledger.append_all(self._amplifier.look(busy=self.busy, starts_in_s=starts_in_s))

    def _account_for_jump(self, now: datetime) -> None:
        """Write down what a clock set ahead, or a machine that slept, has passed over, once the clock has held still.

        Until then nothing is called missed: a clock that was set wrongly may be set back, and an outcome is for ever.
        """
        since = self._clock_watch.believed_at_last() if self._material is not None else None
        if since is None or self._material is None:
            return
        if self._last_alive is not None:
            since = max(since, self._last_alive)
        if since >= now or now - since > LONGEST_SLEEP:  # a clock that was never right has passed over nothing
            return
        zone = self._material.zone
        passed = self._material.plan(since.astimezone(zone).date(), now.astimezone(zone).date(), queue_from=since)
        known = self._ledger.having(RowKind.PLANNED, [broadcast.key for broadcast in passed])
        entries = dark_entries(passed, known, since=since, now=now, reason=Reason.CLOCK_STEP)
        due = still_due(passed, known, since=since, now=now)
        entries += [planned_entry(broadcast) for broadcast in due]
        self._ledger.append_all([*entries, *self._emergencies.believe(since, now)])
        self._coming.add(due)

    def _closed(self, broadcast: Broadcast, data: Mapping[str, Any]) -> None:
        self._coming.closed(broadcast)
        self._emergencies.closed(broadcast.key, data, self._clock.now())

    # ------------------------------------------------------------------ a person steps in

    def stop_current(self, person: str, why: str) -> int:
        """Stop what is on the air at once; it is closed as partial. Return how many broadcasts that were.

        An emergency that is repeated goes on at its next time: only the all-clear ends it.
        """
        return self._runs.cut_all(Reason.STOPPED_BY_OPERATOR, f"{person}: {why}" if why else person)

    def air_now(self, broadcast: Broadcast) -> None:
        """Air `broadcast` after what is on the air, as soon as may be."""
        self._ledger.append_all([planned_entry(broadcast)])
        self._coming.add([broadcast])

    def interrupt(
        self,
        emergency: Broadcast,
        *,
        audio: Mapping[str, FinishedAudio],
        authoriser: str,
        text: str,
        repeats: Repeats | None = None,
    ) -> float:
        """Air `emergency` at once, and again as ordered; see `loa.playout.emergency_air.EmergencyAir.order`."""
        return self._emergency_air.order(emergency, audio=audio, authoriser=authoriser, text=text, repeats=repeats)

    def all_clear(
        self, authoriser: str, text: str, *, words: Broadcast | None, audio: Mapping[str, FinishedAudio]
    ) -> int:
        """End every emergency; see `loa.playout.emergency_air.EmergencyAir.all_clear`."""
        return self._emergency_air.all_clear(authoriser, text, words=words, audio=audio)

    def test_output(self, audio: FinishedAudio) -> None:
        """Play a few seconds of sound that is no broadcast and has no row, to hear whether the loudspeakers sound.

        Raises
        ------
        Conflict
            Something is on the air or due within a minute, or these are quiet hours.
        """
        now = self._clock.now()
        due = any(one.planned_at < now + timedelta(seconds=TEST_FREE_S) for one in self.coming(1))
        if self.busy or due or self._due.quiet(now):
            raise Conflict(_("Something is on the air or due within a minute, or these are quiet hours. Test later."))
        sound = Sound(path=audio.path, frames=audio.cue_sheet.frames)
        self._output.add([Part(part_id=f"test-{now.timestamp()}", sound=sound)])

    # ------------------------------------------------------------------ what is to be seen

    def state(self) -> dict[str, Any]:
        """Return what is on the air and what comes next, as plain values for `loa status`."""
        now = self._clock.now()
        health = self._output.health()
        return {
            "on_air": self._runs.on_air(),
            "next": [
                {"key": coming.key, "title": coming.title, "planned_at": coming.planned_at.isoformat()}
                for coming in self.coming(3)
            ],
            "emergencies": [one.as_json(now) for one in self._emergencies.standing.values()],
            "output": self._output.name,
            "heard": self._output.heard,
            "trouble": self._output.trouble,
            "underflows": health.underflows,
            "starved_s": round(health.starved_frames / RATE, 3),
            "level": {"peak_dbfs": round(health.peak_dbfs, 1), "rms_dbfs": round(health.rms_dbfs, 1)},
        }

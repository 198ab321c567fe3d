"""The broadcaster: turns the plan into sound at the right instant, and what happened into rows of the ledger.

It is driven by `tick`, which may be called at any time and any number of times: it looks at the clock, the plan, the
output and the timeline's events, and does what is due. Nothing is remembered outside the ledger but what can be
rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
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
    instant_text,
)
from loa.playout.material import Material
from loa.playout.output import Output, wall_minus_mono
from loa.playout.progress import Progress, ProgressFile
from loa.playout.recovery import (
    broken_entry,
    dark_entries,
    last_seen_alive,
    latest_start,
    still_due,
    unfinished,
)
from loa.playout.run import (
    BEGINNING,
    Opening,
    Place,
    Run,
    RunPart,
    closed_entry,
    open_parts,
    place_at,
    planned_entry,
    says_something,
    sentence_frame,
)
from loa.playout.source import RATE
from loa.playout.timeline import Began, Ended
from loa.sound import FinishedAudio
from loa.timetable import AfterOutage, Broadcast, IfInterrupted, WhenBusy

LEAD_S = 5.0
STEP_S = 1.0
TAIL_S = 0.1
PROGRESS_EVERY_S = 1.0
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
        self._runs: list[Run] = []
        self._planned_day: Any = None
        self._offset_s = wall_minus_mono(clock)
        self._step: tuple[datetime, datetime] | None = None
        self._doubt: tuple[datetime, float] | None = None  # what the clock said before it jumped ahead; until when
        self._last_alive: datetime | None = None  # before this start
        self._awake_since = clock.now()
        self._trouble = ""
        self._trouble_since_s = 0.0
        self._noted_s = float("-inf")
        self._part_ids = count()

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
        self._cut_runs(self._runs, Reason.STATION_STOPPED, note)
        self._ledger.append(RowKind.STATION_DOWN, {"note": note})

    def use_output(self, output: Output) -> None:
        """Play on `output` from now on; nothing may be on the air. Writes the OUTPUT_BACK row."""
        if self._runs:
            raise ValueError("an output is changed between broadcasts only")
        self._output = output
        self._trouble = ""
        self._ledger.append(RowKind.OUTPUT_BACK, {"output": output.name, "heard": output.heard})

    # ------------------------------------------------------------------ the plan

    def use(self, material: Material) -> None:
        """Plan on from `material`: new broadcasts get a PLANNED row, dropped ones are cancelled."""
        self._material = material
        now = self._clock.now()
        local = now.astimezone(material.zone)
        self._planned_day = local.date()
        waiting = material.without_queue_entries(self._served(material))
        plan = waiting.plan(local.date(), local.date() + timedelta(days=1), queue_from=self._queue_from(now))
        past = self._ledger.having(RowKind.CLOSED, [broadcast.key for broadcast in plan])
        past |= {run.key for run in self._runs}
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
        return served | {item.queue_id for run in self._runs for item in run.broadcast.items if item.queue_id}

    def _queue_from(self, now: datetime) -> datetime:
        """Return from when the queue is served: from the earliest broadcast that is due and has not begun, or now."""
        return min([now, *(broadcast.planned_at for broadcast in self._open.values())])

    @property
    def busy(self) -> bool:
        """Whether anything is on the air or about to be."""
        return bool(self._runs)

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
        self._take_events()
        self._close_finished(now)
        self._resume_paused(now)
        if self._material is not None and now.astimezone(self._material.zone).date() != self._planned_day:
            self.use(self._material)
        for broadcast in self.coming(len(self._open)):
            if broadcast.planned_at > now + timedelta(seconds=LEAD_S):
                break
            self._start_or_miss(broadcast, now)
        self._note_progress()

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
        if trouble and self._runs and self._clock.monotonic() - self._trouble_since_s > OUTPUT_GONE_S:
            self._cut_runs(self._runs, Reason.OUTPUT_LOST, trouble)

    def _start_or_miss(self, broadcast: Broadcast, now: datetime) -> None:
        outage = broadcast.planned_at < self._awake_since
        if now > max(broadcast.planned_at, latest_start(broadcast, outage=outage)):
            if self._doubt is None or broadcast.planned_at < self._doubt[0]:
                self._miss(broadcast, outage=outage)
        elif self._quiet(max(now, broadcast.planned_at)):
            self._close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, Reason.QUIET_HOURS))
        elif self._runs and broadcast.when_busy is not WhenBusy.WAIT:
            self._meet(broadcast, now)
        elif not self._trouble and len(self._runs) < NORMAL_RUNS and not any(run.cut for run in self._runs):
            self._start(broadcast, now, join=outage and broadcast.after_outage is AfterOutage.JOIN)

    def _meet(self, broadcast: Broadcast, now: datetime) -> None:
        """Do what the slot says where another broadcast is on the air at its time."""
        if now < broadcast.planned_at:
            return
        if broadcast.when_busy is WhenBusy.DROP:
            self._close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, Reason.OVERLAP))
        elif (
            now >= broadcast.planned_at + timedelta(seconds=broadcast.wait_s)
            and not self._trouble
            and all(run.broadcast.rank <= broadcast.rank for run in self._runs)
        ):
            self._cut_in(broadcast, now)

    def _quiet(self, now: datetime) -> bool:
        """Return whether these are quiet hours: nothing begins in them but an emergency, whatever the timetable says."""
        material = self._material
        return material is not None and material.rules.quiet_at(now.astimezone(material.zone).time())

    def _miss(self, broadcast: Broadcast, *, outage: bool) -> None:
        reason = Reason.STATION_OFF if outage else Reason.TOO_LATE
        if self._trouble:
            reason = Reason.OUTPUT_LOST
        elif self._runs:
            reason = Reason.OVERLAP
        elif self._step and self._step[0] <= broadcast.planned_at <= self._step[1]:
            reason = Reason.CLOCK_STEP
        self._close(broadcast, closed_entry(broadcast.key, Outcome.MISSED, reason))

    def _close(self, broadcast: Broadcast, entry: Entry) -> None:
        self._ledger.append_all([entry])
        self._open.pop(broadcast.key, None)
        if any(item.queue_id for item in broadcast.items):
            self._planned_day = None  # an entry that did not air goes to the next programme: plan anew

    def _start(self, broadcast: Broadcast, now: datetime, *, join: bool) -> None:
        run = self._open_run(broadcast, now, join=join)
        self._open.pop(broadcast.key, None)
        self._ledger.append_all(run.intent_entries(now))
        if not says_something(run):
            _let_go(run)
            self._close(run.broadcast, run.closed_entry(now))
            return
        self._runs.append(run)
        for part in self._place(run, now):
            self._output.timeline.add(part)

    def _open_run(self, broadcast: Broadcast, now: datetime, *, join: bool = False) -> Run:
        opening = self._opening(max(broadcast.planned_at, now + timedelta(seconds=self._left_s())))
        late_s = (opening.begins_at - broadcast.planned_at).total_seconds()
        place = place_at(broadcast, opening.finished, late_s) if join else BEGINNING
        return Run(
            broadcast=broadcast,
            parts=open_parts(broadcast, opening, place=place),
            heard=self._output.heard,
            output=self._output.name,
            joined=place != BEGINNING,
        )

    def _opening(self, begins_at: datetime, audio: Mapping[str, FinishedAudio] | None = None) -> Opening:
        if audio is None:
            audio = self._material.audio if self._material else {}
        return Opening(finished=audio.get, prepare=self._output.source, begins_at=begins_at, ids=self._part_ids)

    def _left_s(self) -> float:
        """Return how long what is on the air still takes."""
        self._note_heard()
        unfinished = [part for run in self._runs for part in run.parts if part.part is not None and part.ended is None]
        return sum(
            (part.part.source.frames - part.from_frames) / RATE - part.played_s
            for part in unfinished
            if part.part is not None
        )

    @staticmethod
    def _place(run: Run, now: datetime) -> list[Any]:
        parts = [part.part for part in run.parts if part.part is not None]
        if run.broadcast.planned_at > now:
            parts[0].wall_start_s = run.broadcast.planned_at.timestamp()
        return parts

    # ------------------------------------------------------------------ what happened

    def _take_events(self) -> None:
        events = self._output.timeline.events
        while events:
            event = events.popleft()
            for run in self._runs:
                part = next((part for part in run.parts if part.part_id == event.part_id), None)
                if part is not None:
                    self._take(run, part, event)

    def _take(self, run: Run, part: RunPart, event: Began | Ended) -> None:
        if isinstance(event, Began):
            part.began = event
            if run.began is None:
                run.began = event
                self._ledger.append_all([run.started_entry(event)])
            return
        if part.ended is not None:
            return
        part.ended = event
        if not event.cut:
            part.heard_frames = event.sent_frames
        if part.item.name and part.began is not None and not (event.cut and run.paused_by):
            self._ledger.append_all([run.item_entry(part)])

    def _close_finished(self, now: datetime) -> None:
        mono_s = self._clock.monotonic()
        for run in list(self._runs):
            over_s = run.over_mono_s
            if over_s is not None and mono_s >= over_s + TAIL_S and not self._trouble and not run.paused_by:
                self._runs.remove(run)
                self._ledger.append_all(run.unreported())
                self._close(run.broadcast, run.closed_entry(now - timedelta(seconds=mono_s - over_s)))

    def _resume_paused(self, now: datetime) -> None:
        """Let what was cut go on, once what cut in is over; give it up where it would be too late."""
        on_air = {run.key for run in self._runs}
        for run in self._runs:
            if not run.paused_by or run.paused_by in on_air or self._trouble:
                continue
            run.paused_by = ""
            latest = run.broadcast.planned_end + timedelta(seconds=run.broadcast.late_s)
            if now > latest or self._quiet(now):
                run.cut = run.cut or (Reason.INTERRUPTED, "")
                continue
            self._go_on(run, now)

    def _go_on(self, run: Run, now: datetime) -> None:
        place = BEGINNING
        if run.broadcast.if_interrupted is IfInterrupted.RESUME:
            part = next(part for part in run.parts if part.ended is not None and part.ended.cut)
            place = Place(number=part.number, frame=sentence_frame(part.audio, part.from_frames + part.heard_frames))
        parts = open_parts(run.broadcast, self._opening(now), place=place)
        run.parts += parts
        run.cut, run.resumed = None, True
        data = {"item": parts[0].item.name, "from_s": round(place.frame / RATE, 3)}
        self._ledger.append_all([Entry(kind=RowKind.RESUMED, broadcast=run.key, data=data)])
        for part in parts:
            if part.part is not None:
                self._output.timeline.add(part.part)

    def _note_heard(self) -> RunPart | None:
        """Bring the playing part's heard frames up to now; return that part."""
        heard = self._output.timeline.heard_frames(self._clock.monotonic())
        if heard is None:
            return None
        for run in self._runs:
            for part in run.parts:
                if part.part_id == heard[0] and part.ended is None:
                    part.heard_frames = heard[1]
                    return part
        return None

    def _note_progress(self) -> None:
        mono_s = self._clock.monotonic()
        if mono_s - self._noted_s < PROGRESS_EVERY_S:
            return
        playing = self._note_heard()
        if playing is None:
            return
        self._noted_s = mono_s
        run = next(run for run in self._runs if playing in run.parts)
        sheet = playing.audio.cue_sheet if playing.audio else None
        self._progress.note(
            Progress(
                key=run.key,
                item=playing.number,
                item_played_s=round(playing.played_s, 3),
                played_s=round(run.played_s, 3),
                voice=sheet.voice if sheet else "",
                audio_sha256=sheet.audio_sha256 if sheet else "",
                at=instant_text(self._clock.now()),
            )
        )

    # ------------------------------------------------------------------ a person steps in

    def stop_current(self, person: str, why: str) -> int:
        """Stop what is on the air at once; it is closed as partial. Return how many broadcasts that were."""
        stopped = list(self._runs)
        self._cut_runs(stopped, Reason.STOPPED_BY_OPERATOR, f"{person}: {why}" if why else person)
        return len(stopped)

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
        run = Run(
            broadcast=emergency,
            parts=open_parts(emergency, self._opening(now, audio)),
            heard=self._output.heard,
            output=self._output.name,
        )
        if not says_something(run):
            raise SoundRefused(_("The emergency bulletin has no finished audio. Type: loa render"))
        data = {"authoriser": authoriser, "text": text}
        emergency_row = Entry(kind=RowKind.EMERGENCY, broadcast=emergency.key, data=data)
        self._ledger.append_all([planned_entry(emergency), emergency_row, *run.intent_entries(now)])
        self._take_over(run, Reason.EMERGENCY)

    def _cut_in(self, broadcast: Broadcast, now: datetime) -> None:
        """Air `broadcast` over what is on the air, as its slot says."""
        run = self._open_run(broadcast, now)
        if not says_something(run):
            _let_go(run)
            self._start(broadcast, now, join=False)
            return
        self._open.pop(broadcast.key, None)
        self._ledger.append_all(run.intent_entries(now))
        self._take_over(run, Reason.INTERRUPTED)

    def _take_over(self, run: Run, reason: Reason) -> None:
        """Put `run` on the air at once. What it cuts goes on afterwards, begins afterwards, or ends, as its slot says."""
        self._note_heard()
        waiting = [other for other in self._runs if other.began is None]
        cut = [other for other in self._runs if other.began is not None and not other.paused_by and other.cut is None]
        self._output.interrupt(lambda: self._replace([*waiting, *cut], run))
        for other in waiting:
            self._runs.remove(other)
            self._open[other.key] = other.broadcast
        rows = []
        for other in cut:
            other.cut = (reason, run.broadcast.title)
            if other.broadcast.if_interrupted is not IfInterrupted.END:
                other.paused_by = run.key
                data = {"by": run.key, "played_s": round(other.played_s, 3)}
                rows.append(Entry(kind=RowKind.INTERRUPTED, broadcast=other.key, data=data))
        for other in self._runs:
            if other.paused_by and other not in cut and other is not run:
                other.paused_by = run.key  # an emergency after an emergency: what waits, waits for the last one
        self._ledger.append_all(rows)
        self._take_events()

    def _replace(self, cut: list[Run], run: Run) -> None:
        self._note_heard()
        for running in cut:
            self._output.timeline.cut(running.part_ids)
        self._runs.append(run)
        for part in run.parts:
            if part.part is not None:
                self._output.timeline.add(part.part)

    def _cut_runs(self, runs: list[Run], reason: Reason, note: str) -> None:
        """Cut `runs` now: the timeline ramps them out, their rows are written at once."""
        self._note_heard()
        self._take_events()
        now = self._clock.now()
        for run in list(runs):
            run.cut = (reason, note)
            self._output.timeline.cut(run.part_ids)
            self._runs.remove(run)
            self._ledger.append_all(run.unreported())
            self._close(run.broadcast, run.closed_entry(now))

    # ------------------------------------------------------------------ what is to be seen

    def state(self) -> dict[str, Any]:
        """Return what is on the air and what comes next, as plain values for `loa status`."""
        playing = self._note_heard()
        on_air = None
        for run in self._runs:
            if run.began is None or run.paused_by:
                continue
            on_air = {
                "key": run.key,
                "title": run.broadcast.title,
                "item": playing.item.title or playing.item.name if playing else "",
                "played_s": round(run.played_s, 1),
                "planned_s": round(run.broadcast.planned_s, 1),
            }
        timeline = self._output.timeline
        return {
            "on_air": on_air,
            "next": [
                {"key": coming.key, "title": coming.title, "planned_at": coming.planned_at.isoformat()}
                for coming in self.coming(3)
            ],
            "output": self._output.name,
            "heard": self._output.heard,
            "trouble": self._output.trouble,
            "underflows": timeline.underflows,
            "starved_s": round(timeline.starved_frames / RATE, 3),
        }


def _let_go(run: Run) -> None:
    for part in run.parts:
        if part.part is not None:
            part.part.source.close()

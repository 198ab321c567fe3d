"""The broadcasts on the air: begun, cut, resumed and closed, each step with its row in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from loa.clock import Clock
from loa.ledger import Entry, Ledger, Reason, RowKind
from loa.playout.opening import BEGINNING, Opening, Place, open_parts, place_at, says_something, sentence_frame
from loa.playout.output import Output
from loa.playout.part import RATE, Began, Ended, Part, Sound
from loa.playout.progress import ProgressFile
from loa.playout.progress_notes import ProgressNotes, on_air_json
from loa.playout.run import Run, RunPart
from loa.sound import FinishedAudio
from loa.timetable import Broadcast, IfInterrupted

TAIL_S = 0.1


class Runs:
    """What is on the air, what is about to be, and what waits until another is over.

    Parameters
    ----------
    ledger, output, clock, progress
        Where rows, sound and progress go, and the time.
    closed
        Called with each broadcast that has got its outcome, and the data of its CLOSED row.
    warm_up_s
        Switches the amplifier on and says in how many seconds it is ready.

    Attributes
    ----------
    output
        Where the sound goes; changed only while nothing is on the air.
    running
        The runs, in the order they began.
    audio
        Finished audio by item name.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        output: Output,
        clock: Clock,
        progress: ProgressFile,
        closed: Callable[[Broadcast, Mapping[str, Any]], None],
        warm_up_s: Callable[[], float],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._notes = ProgressNotes(progress, clock)
        self._closed = closed
        self._warm_up_s = warm_up_s
        self._part_ids = count()
        self.output = output
        self.running: list[Run] = []
        self.audio: Mapping[str, FinishedAudio] = {}

    def close(self, broadcast: Broadcast, entry: Entry) -> None:
        """Write the one CLOSED row of `broadcast`."""
        (row,) = self._ledger.append_all([entry])
        self._closed(broadcast, row.data)

    def start(self, broadcast: Broadcast, now: datetime, *, join: bool = False) -> None:
        """Open the files of `broadcast` and put it on the line: at its time, or after what is on the air.

        Parameters
        ----------
        join
            Go on where it would be now, if it had begun on time.
        """
        warm_up_s = self._warm_up_s()
        run = self._open_run(broadcast, now, join=join, warm_up_s=warm_up_s)
        self._ledger.append_all(run.intent_entries(now))
        if not says_something(run):
            self.close(run.broadcast, run.closed_entry(now))
            return
        self.running.append(run)
        if broadcast.planned_at > now:  # on the second, however warm the amplifier is
            first, *others = _parts(run.parts)
            self.output.add([replace(first, wall_start_s=broadcast.planned_at.timestamp()), *others])
        else:
            self.output.add(_parts_after(warm_up_s, run))

    def _open_run(self, broadcast: Broadcast, now: datetime, *, join: bool = False, warm_up_s: float = 0.0) -> Run:
        opening = self._opening(max(broadcast.planned_at, now + timedelta(seconds=self.left_s() + warm_up_s)))
        late_s = (opening.begins_at - broadcast.planned_at).total_seconds()
        place = place_at(broadcast, opening.finished, late_s) if join else BEGINNING
        run = self._run(broadcast, open_parts(broadcast, opening, place=place))
        run.joined = place != BEGINNING
        return run

    def _run(self, broadcast: Broadcast, parts: list[RunPart]) -> Run:
        return Run(broadcast=broadcast, parts=parts, heard=self.output.heard, output=self.output.name)

    def _opening(self, begins_at: datetime, audio: Mapping[str, FinishedAudio] | None = None) -> Opening:
        found = self.audio if audio is None else audio
        return Opening(finished=found.get, begins_at=begins_at, ids=self._part_ids)

    def left_s(self) -> float:
        """Return how long what is on the air still takes."""
        self.note_heard()
        unfinished = [
            part for run in self.running for part in run.parts if part.part is not None and part.ended is None
        ]
        return sum(part.part.sound.frames / RATE - part.played_s for part in unfinished if part.part is not None)

    def take_events(self) -> None:
        """Take up what the output tells: items that began and ended."""
        events = self.output.events
        while events:
            event = events.popleft()
            for run in self.running:
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
        part.heard_frames = event.sent_frames
        if part.item.name and (part.began is not None or event.lost_frames) and not (event.cut and run.paused_by):
            self._ledger.append_all([run.item_entry(part)])

    def close_finished(self, now: datetime) -> None:
        """Close what has been heard to its end."""
        mono_s = self._clock.monotonic()
        for run in list(self.running):
            over_s = run.over_mono_s
            if over_s is not None and mono_s >= over_s + TAIL_S and not run.paused_by:
                self.running.remove(run)
                self._ledger.append_all(run.unreported())
                self.close(run.broadcast, run.closed_entry(now - timedelta(seconds=mono_s - over_s)))

    def resume_paused(self, now: datetime, *, quiet: bool) -> None:
        """Let what was cut go on, once what cut in is over; give it up where it would be too late, or quiet hours."""
        on_air = {run.key for run in self.running}
        for run in self.running:
            if not run.paused_by or run.paused_by in on_air:
                continue
            run.paused_by = ""
            latest = run.broadcast.planned_end + timedelta(seconds=run.broadcast.late_s)
            if now > latest or quiet:
                run.cut = run.cut or (Reason.INTERRUPTED, "")
                continue
            self._go_on(run, now)

    def _go_on(self, run: Run, now: datetime) -> None:
        run.cut = None
        part = run.cut_part()
        if part is None:  # its last sample left just before the other cut in: there is nothing to go on with
            return
        place = BEGINNING
        if run.broadcast.if_interrupted is IfInterrupted.RESUME:
            place = Place(number=part.number, frame=sentence_frame(part.audio, part.from_frames + part.heard_frames))
        parts = open_parts(run.broadcast, self._opening(now), place=place)
        run.go_on_with(parts)
        data = {"item": parts[0].item.name, "from_s": round(place.frame / RATE, 3)}
        self._ledger.append_all([Entry(kind=RowKind.RESUMED, broadcast=run.key, data=data)])
        self.output.add(_parts(parts))

    def note_heard(self) -> RunPart | None:
        """Bring the playing parts' heard frames up to now; return the one that is heard above the others, if any."""
        heard = self.output.heard_frames(self._clock.monotonic())
        playing = None
        for run in self.running if heard else []:
            for part in run.parts:
                if part.part_id in heard and part.ended is None:
                    part.heard_frames = heard[part.part_id]
                    if playing is None or (part.part is not None and part.part.over):
                        playing = part
        return playing

    def note_progress(self) -> None:
        """Note once a second how far what is on the air has come: a killed process is accounted for from that."""
        self._notes.note(self.running, self.note_heard)

    def start_at_once(self, broadcast: Broadcast, now: datetime) -> list[Broadcast]:
        """Air `broadcast` over what is on the air, as its slot says; return those that were about to begin."""
        run = self._open_run(broadcast, now)
        if not says_something(run):
            self.start(broadcast, now)
            return []
        self._ledger.append_all(run.intent_entries(now))
        return self._take_over(run, Reason.INTERRUPTED)

    def opened_at_once(self, emergency: Broadcast, audio: Mapping[str, FinishedAudio], now: datetime) -> Run | None:
        """Return `emergency` with its files open, None where nothing of it can be played; nothing is cut yet."""
        run = self._run(emergency, open_parts(emergency, self._opening(now, audio)))
        return run if says_something(run) else None

    def take_over(self, run: Run, now: datetime, *, rows: list[Entry]) -> list[Broadcast]:
        """Write `rows` and the intent, put `run` on the air at once; return those that were about to begin."""
        self._ledger.append_all([*rows, *run.intent_entries(now)])
        return self._take_over(run, Reason.EMERGENCY)

    def _take_over(self, run: Run, reason: Reason) -> list[Broadcast]:
        """Put `run` on the air at once. What it cuts goes on afterwards, begins afterwards, or ends, as its slot says.

        An emergency is said over music, which goes on softer below it: nothing of that is lost, and nothing is cut.
        """
        self.take_events()
        self.note_heard()
        waiting = [other for other in self.running if other.began is None and not other.is_emergency]
        sounding = [
            other
            for other in self.running
            if other not in waiting and other.over_mono_s is None and not other.paused_by and other.cut is None
        ]
        below = [other for other in sounding if run.is_emergency and other.is_music]
        cut = [other for other in sounding if other not in below]
        named = frozenset(part_id for other in [*waiting, *cut] for part_id in other.part_ids)
        if below:
            run.say_over()
        self.output.interrupt(named, _parts_after(self._warm_up_s(), run))
        self.running.append(run)
        for other in waiting:
            self.running.remove(other)
        self._ledger.append_all(self._pause(cut, run, reason))
        self.take_events()
        return [other.broadcast for other in waiting]

    def _pause(self, cut: list[Run], run: Run, reason: Reason) -> list[Entry]:
        """Let those that `run` has cut wait for its end, or end; return their rows."""
        rows = []
        for other in cut:
            other.cut = (reason, run.broadcast.title)
            if other.broadcast.if_interrupted is not IfInterrupted.END:
                other.paused_by = run.key
                data = {"by": run.key, "played_s": round(other.played_s, 3)}
                rows.append(Entry(kind=RowKind.INTERRUPTED, broadcast=other.key, data=data))
        for other in self.running:
            if other.paused_by and other not in cut and other is not run:
                other.paused_by = run.key  # an emergency after an emergency: what waits, waits for the last one
        return rows

    def cut_all(self, reason: Reason, note: str) -> int:
        """Cut everything now: the output ramps it out, the rows are written at once. Return how many those were."""
        return self._cut(list(self.running), reason, note)

    def cut_emergencies(self, reason: Reason, note: str) -> int:
        """Cut the emergency on the air now, as `cut_all` does; what waits for its end goes on then."""
        return self._cut([run for run in self.running if run.is_emergency], reason, note)

    @property
    def in_emergency(self) -> bool:
        """Whether an emergency is on the air."""
        return any(run.is_emergency for run in self.running)

    @property
    def said_over(self) -> bool:
        """Whether an emergency is said over music: nothing else may begin below it."""
        return any(part.over for run in self.running for part in _parts(run.parts) if run.over_mono_s is None)

    def _cut(self, runs: list[Run], reason: Reason, note: str) -> int:
        self.note_heard()
        self.take_events()
        now = self._clock.now()
        for run in runs:
            run.cut = (reason, note)
            self.output.cut(run.part_ids)
            self.running.remove(run)
            self._ledger.append_all(run.unreported())
            self.close(run.broadcast, run.closed_entry(now))
        return len(runs)

    def on_air(self) -> dict[str, Any] | None:
        """Return what is heard now, as plain values for `loa status`, or None."""
        return on_air_json(self.running, self.note_heard())


def _parts(run_parts: list[RunPart]) -> list[Part]:
    """Return what goes on the output."""
    return [part.part for part in run_parts if part.part is not None]


def _parts_after(silence_s: float, run: Run) -> list[Part]:
    """Return what goes on the output, after as much silence as the amplifier takes."""
    parts = _parts(run.parts)
    if silence_s > 0:
        silence = Sound(path=None, frames=round(silence_s * RATE))
        run.lead_in = Part(part_id=f"{parts[0].part_id}-warm-up", sound=silence, over=parts[0].over)
        parts.insert(0, run.lead_in)
    return parts

"""One broadcast on the air: its parts on the timeline, and the ledger rows that they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from loa.errors import SoundRefused
from loa.ledger import Entry, Outcome, Reason, RowKind, instant_text
from loa.playout.source import RATE, FileSource, Silence, Source
from loa.playout.timeline import Began, Ended, Part
from loa.sound import FinishedAudio
from loa.timetable import Broadcast, ItemKind, PlannedItem, Problem
from loa.timetable.time_signal import heard_at, said, says_hour

LATE_FROM_S = 1.0
AUDIBLE_LOSS_S = 0.02


@dataclass(slots=True, kw_only=True)
class RunPart:
    """One item of a run.

    Attributes
    ----------
    part
        On the timeline; None where the item cannot air.
    began, ended
        What the timeline told of it.
    """

    part_id: str
    item: PlannedItem
    problem: Problem
    audio: FinishedAudio | None = None
    part: Part | None = None
    began: Began | None = None
    ended: Ended | None = None
    heard_frames: int = 0

    @property
    def played_s(self) -> float:
        """Seconds that the device played."""
        return self.heard_frames / RATE


@dataclass(slots=True, kw_only=True)
class Run:
    """A broadcast from its intent to its closing row.

    Attributes
    ----------
    cut
        Why it was cut short, with a note, or None.
    """

    broadcast: Broadcast
    parts: list[RunPart]
    heard: bool
    output: str
    cut: tuple[Reason, str] | None = None
    began: Began | None = field(default=None)

    @property
    def key(self) -> str:
        """The broadcast's key."""
        return self.broadcast.key

    @property
    def part_ids(self) -> frozenset[str]:
        """Ids of the parts on the timeline."""
        return frozenset(part.part_id for part in self.parts if part.part is not None)

    @property
    def over_mono_s(self) -> float | None:
        """Monotonic time at which the last part ends or ended, or None while one is still to end."""
        ends = [part.ended for part in self.parts if part.part is not None]
        if any(ended is None for ended in ends):
            return None
        return max((ended.mono_s for ended in ends if ended is not None), default=0.0)

    def intent_entries(self, now: datetime) -> list[Entry]:
        """Return the INTENT row, and an ITEM row for each item that cannot air."""
        data = {"heard": self.heard, "output": self.output, "at": instant_text(now)}
        entries = [Entry(kind=RowKind.INTENT, broadcast=self.key, data=data)]
        return entries + [self.item_entry(part) for part in self.parts if part.problem is not Problem.NONE]

    def started_entry(self, began: Began) -> Entry:
        """Return the STARTED row: when the first sample reached the device, and how late that was."""
        lateness_s = began.wall_s - self.broadcast.planned_at.timestamp()
        data = {"started_at": _wall(began.wall_s), "lateness_s": round(lateness_s, 4)}
        return Entry(kind=RowKind.STARTED, broadcast=self.key, data=data)

    def item_entry(self, part: RunPart) -> Entry:
        """Return the ITEM row of `part`: what of it left the device."""
        item, sheet = part.item, part.audio.cue_sheet if part.audio else None
        lost_s = part.ended.lost_frames / RATE if part.ended else 0.0
        data: dict[str, Any] = {
            "item": item.name,
            "kind": item.kind.value,
            "title": item.title,
            "topic": item.topic,
            "genre": item.genre,
            "language": item.language,
            "author": item.author,
            "text_hash": item.text_hash,
            "approved_by": item.approved_by,
            "queue_id": item.queue_id,
            "problem": part.problem.value,
            "voice": sheet.voice if sheet else "",
            "audio_sha256": sheet.audio_sha256 if sheet else "",
            "started_at": _wall(part.began.wall_s) if part.began else None,
            "planned_s": round(item.length_s, 3),
            "played_s": round(part.played_s, 3),
            "lost_s": round(lost_s, 3),
        }
        return Entry(kind=RowKind.ITEM, broadcast=self.key, data=data)

    def closed_entry(self, ended_at: datetime) -> Entry:
        """Return the CLOSED row."""
        outcome, reason, note = self._verdict()
        played_s = sum(part.played_s for part in self.parts)
        return closed_entry(
            self.key, outcome, reason, note=note, played_s=played_s, ended_at=ended_at if self.began else None
        )

    def _verdict(self) -> tuple[Outcome, Reason, str]:
        missing = ", ".join(part.item.name for part in self.parts if part.problem is not Problem.NONE)
        if self.began is None:
            reason, note = self.cut or (Reason.NOTHING_TO_AIR, missing)
            return Outcome.MISSED, reason, note
        if self.cut is not None:
            return Outcome.PARTIAL, *self.cut
        if any(part.ended and part.ended.lost_frames > AUDIBLE_LOSS_S * RATE for part in self.parts):
            return Outcome.PARTIAL, Reason.OUTPUT_LOST, ""
        if missing:
            return Outcome.PARTIAL, Reason.ITEM_MISSING, missing
        if self.began.wall_s - self.broadcast.planned_at.timestamp() > LATE_FROM_S:
            return Outcome.AIRED, Reason.STARTED_LATE, ""
        return Outcome.AIRED, Reason.AS_PLANNED, ""


def closed_entry(
    key: str,
    outcome: Outcome,
    reason: Reason,
    *,
    note: str = "",
    played_s: float = 0.0,
    ended_at: datetime | None = None,
) -> Entry:
    """Return the one CLOSED row of broadcast `key`."""
    data = {
        "outcome": outcome.value,
        "reason": reason.value,
        "note": note,
        "played_s": round(played_s, 3),
        "ended_at": None if ended_at is None else instant_text(ended_at),
    }
    return Entry(kind=RowKind.CLOSED, broadcast=key, data=data)


def planned_entry(broadcast: Broadcast) -> Entry:
    """Return the PLANNED row of `broadcast`."""
    return Entry(kind=RowKind.PLANNED, broadcast=broadcast.key, data=broadcast.as_json())


def open_run(
    broadcast: Broadcast,
    finished: Callable[[str], FinishedAudio | None],
    prepare: Callable[[Source], Source],
    *,
    now: datetime,
    heard: bool,
    output: str,
) -> Run:
    """Open every file of `broadcast`; an item that cannot be opened gets a problem and the rest goes on.

    Parameters
    ----------
    finished
        Gives the finished audio of an item name.
    prepare
        The output's way of reading a source.
    now
        Aware; where it is past the planned time, a time signal says a later time than planned.
    """
    parts: list[RunPart] = []
    begins_at = max(broadcast.planned_at, now.astimezone(broadcast.planned_at.tzinfo))
    said_at = begins_at
    for number, planned in enumerate(broadcast.items):
        item = planned
        if planned.kind is ItemKind.TIME:
            if says_hour(planned.name):  # the minute is that of the moment at which the hour begins
                said_at = begins_at + timedelta(seconds=_length_s(parts))
            name = heard_at(planned.name, said_at)
            item = replace(planned, name=name, title=said(name))
        part_id = f"{broadcast.key}#{number}"
        if item.kind is ItemKind.PAUSE:
            frames = round(item.length_s * RATE)
            part = Part(part_id=part_id, source=Silence(frames))
            parts.append(RunPart(part_id=part_id, item=item, problem=Problem.NONE, part=part))
            continue
        audio, problem = finished(item.name), item.problem
        if item.kind is ItemKind.TIME and audio is not None:
            item, problem = replace(item, length_s=audio.cue_sheet.length_s), Problem.NONE
        if problem is Problem.NONE and audio is None:
            problem = Problem.MISSING
        run_part = RunPart(part_id=part_id, item=item, problem=problem, audio=audio)
        if problem is Problem.NONE and audio is not None:
            try:
                run_part.part = Part(part_id=part_id, source=prepare(FileSource(audio.path)))
            except SoundRefused:
                run_part.problem = Problem.MISSING
        parts.append(run_part)
    return Run(broadcast=broadcast, parts=parts, heard=heard, output=output)


def _length_s(parts: list[RunPart]) -> float:
    return sum(part.part.source.frames for part in parts if part.part is not None) / RATE


def says_something(run: Run) -> bool:
    """Return whether anything worth airing is left: a bulletin, or a programme that never had one."""
    bulletins = [part for part in run.parts if part.item.kind is ItemKind.BULLETIN]
    if not bulletins:
        return any(part.part is not None for part in run.parts)
    return any(part.part is not None for part in bulletins)


def _wall(posix_s: float) -> str:
    return instant_text(datetime.fromtimestamp(posix_s, UTC))

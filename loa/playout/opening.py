"""Opening the files of a broadcast, all of it or from a place on: what cannot be opened gets a problem, the rest airs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from loa.errors import SoundRefused
from loa.playout.checked_file import frames_of
from loa.playout.part import RATE, Part, Sound
from loa.playout.run import Run, RunPart
from loa.sound import FinishedAudio
from loa.timetable import Broadcast, ItemKind, Problem
from loa.timetable.time_signal import heard_at, said, says_hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How the files of a broadcast are opened.

    Attributes
    ----------
    finished
        Gives the finished audio of an item name.
    begins_at
        Aware time at which its first sample will be heard: a time signal says the time it is heard at.
    ids
        Numbers for part ids, each given once: what was cut is never taken for what begins later.
    """

    finished: Callable[[str], FinishedAudio | None]
    begins_at: datetime
    ids: Iterator[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a broadcast: the number of the item, and the frame within it."""

    number: int = 0
    frame: int = 0


BEGINNING = Place()


def open_parts(broadcast: Broadcast, opening: Opening, *, place: Place = BEGINNING) -> list[RunPart]:
    """Check every file of `broadcast` from `place` on; an item that cannot be opened gets a problem, the rest goes on."""
    parts: list[RunPart] = []
    begins_at = opening.begins_at.astimezone(broadcast.planned_at.tzinfo)
    said_at = begins_at
    for number, planned in list(enumerate(broadcast.items))[place.number :]:
        item = planned
        if planned.kind is ItemKind.TIME:
            if says_hour(planned.name):  # the minute is that of the moment at which the hour begins
                said_at = begins_at + timedelta(seconds=_length_s(parts))
            name = heard_at(planned.name, said_at)
            item = replace(planned, name=name, title=said(name))
        skipped = place.frame if number == place.number else 0
        part_id = f"{broadcast.key}#{next(opening.ids)}"
        parts.append(
            _open_part(RunPart(part_id=part_id, number=number, item=item, problem=item.problem), opening, skipped)
        )
    return parts


def _open_part(run_part: RunPart, opening: Opening, skipped: int) -> RunPart:
    item = run_part.item
    if item.kind is ItemKind.PAUSE:
        pause = Sound(path=None, frames=max(round(item.length_s * RATE) - skipped, 1))
        run_part.part = Part(part_id=run_part.part_id, sound=pause)
        return run_part
    audio = run_part.audio = opening.finished(item.name)
    if item.kind is ItemKind.TIME and audio is not None:
        run_part.item, run_part.problem = replace(item, length_s=audio.cue_sheet.length_s), Problem.NONE
    if run_part.problem is Problem.NONE:
        run_part.problem = Problem.MISSING
        with contextlib.suppress(SoundRefused):
            if audio is not None:
                frames = max(frames_of(audio.path) - skipped, 0)
                run_part.from_frames = skipped
                sound = Sound(path=audio.path, frames=frames, from_frame=skipped)
                run_part.part = Part(part_id=run_part.part_id, sound=sound)
                run_part.problem = Problem.NONE
    return run_part


def place_at(broadcast: Broadcast, finished: Callable[[str], FinishedAudio | None], seconds: float) -> Place:
    """Return the beginning of the sentence that is heard `seconds` after the beginning of `broadcast`."""
    for number, item in enumerate(broadcast.items):
        length_s = item.length_s if item.problem is Problem.NONE else 0.0
        if seconds < length_s:
            audio = finished(item.name) if item.name else None
            return Place(number=number, frame=sentence_frame(audio, round(seconds * RATE)))
        seconds -= length_s
    return Place(number=len(broadcast.items))


def sentence_frame(audio: FinishedAudio | None, frame: int) -> int:
    """Return the frame at which the sentence begins that is heard at `frame`; `frame` itself where there are none."""
    if audio is None or not audio.cue_sheet.cues:
        return frame
    starts = [round(cue.start_s * RATE) for cue in audio.cue_sheet.cues]
    return max((start for start in starts if start <= frame), default=0)


def line_at(audio: FinishedAudio | None, frame: int) -> str:
    """Return the words that are heard at `frame` of an item, by its cue sheet; empty where it has none."""
    said = ""
    for cue in audio.cue_sheet.cues if audio is not None else ():
        if round(cue.start_s * RATE) > frame:
            break
        said = cue.text
    return said


def _length_s(parts: list[RunPart]) -> float:
    return sum(part.part.sound.frames for part in parts if part.part is not None) / RATE


def says_something(run: Run) -> bool:
    """Return whether anything worth airing is left: a bulletin, or a programme that never had one."""
    bulletins = [part for part in run.parts if part.item.kind is ItemKind.BULLETIN]
    if not bulletins:
        return any(part.part is not None for part in run.parts)
    return any(part.part is not None for part in bulletins)

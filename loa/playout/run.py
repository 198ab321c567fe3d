"""One broadcast on the air: its parts on the timeline, and the ledger rows that they make."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from loa.ledger import Entry, Outcome, Reason, RowKind, instant_text
from loa.playout.part import RATE, Began, Ended, Part
from loa.sound import FinishedAudio
from loa.timetable import Broadcast, ItemKind, PlannedItem, Priority, Problem

LATE_FROM_S = 1.0
AUDIBLE_LOSS_S = 0.02
SPEECH = {ItemKind.BULLETIN, ItemKind.TIME}


@dataclass(slots=True, kw_only=True)
class RunPart:
    """One item of a run, or the rest of one that was cut.

    Attributes
    ----------
    number
        Place of the item in the broadcast, from 0.
    from_frames
        Where in the item it begins.
    part
        On the timeline; None where the item cannot air.
    began, ended
        What the timeline told of it.
    """

    part_id: str
    number: int
    item: PlannedItem
    problem: Problem
    from_frames: int = 0
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
    joined
        Whether it began in the middle, after the station was off.
    paused_by
        Key of the broadcast that cut in and after which this one goes on, or empty.
    resumed
        Whether it went on after that.
    cut
        Why it was cut short, with a note, or None.
    reported
        Numbers of the items that have their ITEM row.
    latest_from
        Place in `parts` of the first one since it last went on.
    lead_in
        Silence before them, while the amplifier warms up, or None.
    """

    broadcast: Broadcast
    parts: list[RunPart]
    heard: bool
    output: str
    joined: bool = False
    paused_by: str = ""
    resumed: bool = False
    cut: tuple[Reason, str] | None = None
    began: Began | None = field(default=None)
    reported: set[int] = field(default_factory=set)
    latest_from: int = 0
    lead_in: Part | None = None

    @property
    def key(self) -> str:
        """The broadcast's key."""
        return self.broadcast.key

    @property
    def is_emergency(self) -> bool:
        """Whether it counts more than everything else."""
        return self.broadcast.priority is Priority.EMERGENCY

    @property
    def is_music(self) -> bool:
        """Whether nobody speaks in it."""
        return not any(item.kind in SPEECH for item in self.broadcast.items)

    def say_over(self) -> None:
        """Let its parts be heard over what runs, instead of after it."""
        for part in self.parts:
            if part.part is not None:
                part.part = replace(part.part, over=True)

    @property
    def part_ids(self) -> frozenset[str]:
        """Ids of the parts on the timeline."""
        lead_in = {self.lead_in.part_id} if self.lead_in else set()
        return frozenset(part.part_id for part in self.parts if part.part is not None) | lead_in

    @property
    def lead_in_s(self) -> float:
        """Seconds of silence before its first item, while the amplifier warms up."""
        return self.lead_in.sound.frames / RATE if self.lead_in else 0.0

    @property
    def over_mono_s(self) -> float | None:
        """Monotonic time at which the last part ends or ended, or None while one is still to end."""
        ends = [part.ended for part in self.parts if part.part is not None]
        if any(ended is None for ended in ends):
            return None
        return max((ended.mono_s for ended in ends if ended is not None), default=0.0)

    @property
    def played_s(self) -> float:
        """Seconds that the device played of it."""
        return sum(part.played_s for part in self.parts)

    def cut_part(self) -> RunPart | None:
        """Return the part at which it was last cut, None where its last sample left before."""
        latest = self.parts[self.latest_from :]
        return next((part for part in latest if part.ended is not None and part.ended.cut), None)

    def go_on_with(self, parts: list[RunPart]) -> None:
        """Take up the parts with which it goes on."""
        self.latest_from = len(self.parts)
        self.parts += parts
        self.resumed = True

    def pieces(self, number: int) -> list[RunPart]:
        """Return the parts of one item: several where it was cut and went on."""
        return [part for part in self.parts if part.number == number]

    def unreported(self) -> list[Entry]:
        """Return an ITEM row for each item that was heard and has none yet; they count as reported from now on."""
        heard = {part.number: part for part in self.parts if part.began is not None and part.item.name}
        return [self.item_entry(part) for number, part in heard.items() if number not in self.reported]

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
        """Return the ITEM row of the item that `part` belongs to: what of it left the device, in all its pieces."""
        item, sheet = part.item, part.audio.cue_sheet if part.audio else None
        pieces = self.pieces(part.number)
        lost_s = sum(piece.ended.lost_frames for piece in pieces if piece.ended) / RATE
        began = next((piece.began for piece in pieces if piece.began), None)
        self.reported.add(part.number)
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
            "started_at": _wall(began.wall_s) if began else None,
            "planned_s": round(item.length_s, 3),
            "played_s": round(sum(piece.played_s for piece in pieces), 3),
            "lost_s": round(lost_s, 3),
        }
        return Entry(kind=RowKind.ITEM, broadcast=self.key, data=data)

    def closed_entry(self, ended_at: datetime) -> Entry:
        """Return the CLOSED row."""
        outcome, reason, note = self._verdict()
        ended = ended_at if self.began else None
        return closed_entry(self.key, outcome, reason, note=note, played_s=self.played_s, ended_at=ended)

    def _verdict(self) -> tuple[Outcome, Reason, str]:  # noqa: PLR0911 - one for each way to end
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
        if self.joined:
            return Outcome.PARTIAL, Reason.JOINED, ""
        if self.resumed:
            return Outcome.AIRED, Reason.RESUMED, ""
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


def _wall(posix_s: float) -> str:
    return instant_text(datetime.fromtimestamp(posix_s, UTC))

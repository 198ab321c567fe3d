"""What the station has put on a player's line and not heard the end of: enough to go on with another player."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from loa.playout.part import RATE, Began, Ended, Event, Part
from loa.playout.wire import Progress


@dataclass(slots=True)
class _Waiting:
    part: Part
    began: bool = False
    cut: bool = False
    progress: Progress | None = None


class Line:
    """The parts in order, how far the player says they are, and the events for whoever aired them.

    Attributes
    ----------
    events
        What began and ended.
    """

    def __init__(self) -> None:
        self.events: deque[Event] = deque()
        self._parts: dict[str, _Waiting] = {}

    @property
    def busy(self) -> bool:
        """Whether anything plays or waits."""
        return bool(self._parts)

    def add(self, parts: Sequence[Part]) -> None:
        """Take up `parts`."""
        self._parts |= {part.part_id: _Waiting(part) for part in parts}

    def cut(self, part_ids: frozenset[str]) -> None:
        """Note that these end; the player says when."""
        for part_id in part_ids & self._parts.keys():
            self._parts[part_id].cut = True

    def take(self, event: Event) -> None:
        """Take up what the player tells of a part; a part that is not on the line any more is nobody's."""
        waiting = self._parts.get(event.part_id)
        if waiting is None:
            return
        if isinstance(event, Began):
            waiting.began = True
        else:
            del self._parts[event.part_id]
        self.events.append(event)

    def note(self, playing: dict[str, Progress]) -> None:
        """Take up how far the player says that parts are."""
        for part_id, progress in playing.items():
            if part_id in self._parts:
                self._parts[part_id].progress = progress

    def heard_frames(self, now_mono_s: float) -> dict[str, int]:
        """Return how many frames of each playing part have been heard by now: never more than the player has sent."""
        return {
            part_id: _heard(waiting.progress, now_mono_s)
            for part_id, waiting in list(self._parts.items())
            if waiting.began and not waiting.cut and waiting.progress is not None
        }

    def left_behind(self, died_mono_s: float) -> list[tuple[Part, Progress | None]]:
        """Return what another player is to play, once this one has died: each part, and where it is to go on.

        What was being cut has ended.
        """
        for part_id, waiting in list(self._parts.items()):
            if waiting.cut:
                self.take(_ended(part_id, waiting, died_mono_s))
        return [(waiting.part, _place(waiting, died_mono_s)) for waiting in self._parts.values()]


def _heard(progress: Progress, now_mono_s: float) -> int:
    return max(0, min(progress.sent_frames, progress.heard_frames + round((now_mono_s - progress.at_s) * RATE)))


def _place(waiting: _Waiting, died_mono_s: float) -> Progress | None:
    if not waiting.began or waiting.progress is None:
        return None
    progress = waiting.progress
    heard = _heard(progress, died_mono_s)
    due_s = progress.at_s + (heard - progress.heard_frames) / RATE
    return Progress(sent_frames=heard, lost_frames=progress.lost_frames, heard_frames=heard, at_s=due_s)


def _ended(part_id: str, waiting: _Waiting, died_mono_s: float) -> Ended:
    place = _place(waiting, died_mono_s)
    sent, lost = (0, 0) if place is None else (place.sent_frames, place.lost_frames)
    return Ended(part_id=part_id, sent_frames=sent, lost_frames=lost, mono_s=died_mono_s, cut=True)

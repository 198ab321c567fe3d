"""What is on the air, told once a second to the progress file, and at any time to whoever asks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from loa.clock import Clock
from loa.ledger import instant_text
from loa.playout.opening import line_at
from loa.playout.progress import Progress, ProgressFile
from loa.playout.run import Run, RunPart

EVERY_S = 1.0


class ProgressNotes:
    """Notes how far the broadcast on the air has come; while one waits for its time, that it has not begun.

    Parameters
    ----------
    progress
        Where it is noted.
    clock
        Its monotonic time sets the pace.
    """

    def __init__(self, progress: ProgressFile, clock: Clock) -> None:
        self._progress = progress
        self._clock = clock
        self._noted_s = float("-inf")

    def note(self, running: Sequence[Run], playing: Callable[[], RunPart | None]) -> None:
        """Note it, if a second has passed since the last note. A disk that takes no note stops no broadcast."""
        mono_s = self._clock.monotonic()
        if not running or mono_s - self._noted_s < EVERY_S:
            return
        self._noted_s = mono_s
        part = playing()
        run = next((run for run in running if (part in run.parts if part else run.began is None)), None)
        if run is not None:
            with contextlib.suppress(OSError):
                self._write(run, part)

    def _write(self, run: Run, part: RunPart | None) -> None:
        sheet = part.audio.cue_sheet if part and part.audio else None
        self._progress.note(
            Progress(
                key=run.key,
                item=part.number if part else 0,
                item_played_s=round(part.played_s, 3) if part else 0.0,
                played_s=round(run.played_s, 3),
                voice=sheet.voice if sheet else "",
                audio_sha256=sheet.audio_sha256 if sheet else "",
                at=instant_text(self._clock.now()),
            )
        )


def on_air_json(running: Sequence[Run], playing: RunPart | None) -> dict[str, Any] | None:
    """Return what is heard now as plain values, or None."""
    for run in reversed(running):
        if run.began is None or run.paused_by:
            continue
        return {
            "key": run.key,
            "title": run.broadcast.title,
            "item": playing.item.title or playing.item.name if playing else "",
            "line": line_at(playing.audio, playing.from_frames + playing.heard_frames) if playing else "",
            "priority": run.broadcast.priority.value,
            "played_s": round(run.played_s, 1),
            "planned_s": round(run.broadcast.planned_s, 1),
        }
    return None

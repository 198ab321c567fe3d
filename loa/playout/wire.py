"""What the station and its player say to each other: one JSON object a line, over the player's standard pipes.

To the player: ``{"do": "add" | "cut" | "interrupt" | "close", ...}``; from it: ``{"tell": "opening" | "began" | "ended" |
"state", ...}``. Times are seconds of the system's monotonic clock, which all processes of a machine share (Linux:
CLOCK_MONOTONIC; macOS: mach_absolute_time; Windows: the performance counter).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from loa.playout.health import OutputHealth
from loa.playout.part import Began, Ended, Event, Part, Sound

LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a part has come.

    Attributes
    ----------
    sent_frames, lost_frames
        Rendered; passed over because the device was away.
    heard_frames
        Played by the device at `at_s`.
    at_s
        Monotonic time; where a part is to go on, that at which its next frame is due.
    """

    sent_frames: int
    lost_frames: int
    heard_frames: int
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the player tells of itself several times a second.

    Attributes
    ----------
    device
        Full name of the device that is open, or was last.
    trouble
        Why nothing plays, or empty.
    open
        Whether the device is open and keeps time.
    playing
        Parts being rendered.
    """

    device: str
    trouble: str
    open: bool
    health: OutputHealth
    playing: dict[str, Progress]


def line(message: dict[str, Any]) -> bytes:
    """Return `message` as it goes over the pipe."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def message_from(content: bytes) -> dict[str, Any]:
    """Return the message of one line. Raises ValueError or TypeError where it is none."""
    if len(content) >= LONGEST_LINE or not content.endswith(b"\n"):
        raise ValueError("not a whole line")
    message: dict[str, Any] = json.loads(content)
    if "do" not in message and "tell" not in message:
        raise ValueError("neither an order nor news")
    return message


def part_values(part: Part, progress: Progress | None = None) -> dict[str, Any]:
    """Return `part` as plain values, with where it is to go on."""
    return {
        "id": part.part_id,
        "path": None if part.sound.path is None else str(part.sound.path),
        "frames": part.sound.frames,
        "from": part.sound.from_frame,
        "wall": part.wall_start_s,
        "over": part.over,
        "progress": None if progress is None else asdict(progress),
    }


def part_from(values: dict[str, Any]) -> tuple[Part, Progress | None]:
    """Return the part that `part_values` wrote. Raises KeyError or TypeError where it did not."""
    path = values["path"]
    sound = Sound(path=None if path is None else Path(path), frames=values["frames"], from_frame=values["from"])
    part = Part(part_id=values["id"], sound=sound, wall_start_s=values["wall"], over=values["over"])
    progress = values["progress"]
    return part, None if progress is None else Progress(**progress)


def event_values(event: Event) -> dict[str, Any]:
    """Return `event` as a message."""
    return {"tell": "began" if isinstance(event, Began) else "ended"} | asdict(event)


def event_from(message: dict[str, Any]) -> Event:
    """Return the event of a message. Raises TypeError where it is none."""
    values = {name: value for name, value in message.items() if name != "tell"}
    return Began(**values) if message["tell"] == "began" else Ended(**values)


def state_values(state: State) -> dict[str, Any]:
    """Return `state` as a message."""
    return {"tell": "state"} | asdict(state)


def state_from(message: dict[str, Any]) -> State:
    """Return the state of a message. Raises KeyError, TypeError or AttributeError where it is none."""
    return State(
        device=message["device"],
        trouble=message["trouble"],
        open=message["open"],
        health=OutputHealth(**message["health"]),
        playing={part_id: Progress(**values) for part_id, values in message["playing"].items()},
    )

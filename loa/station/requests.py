"""How a command line speaks to the running station: small files in ``log/requests``, answered beside them.

Files need no port, no rights and no network, work the same on every system, and still work when the ledger or the
timetable is broken.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loa.clock import Clock
from loa.errors import Conflict, LedgerFailed, LoaError, NotFound, OutputFailed, SoundRefused, StationNotRunning
from loa.files import write_text
from loa.language import translate as _
from loa.station.shared_places import is_ours, make_ours, temporary_place

ANSWER_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05
STALE_S = 60.0
NEEDED = {
    "stop": frozenset({"person", "why"}),
    "emergency": frozenset({"item", "title", "topic", "genre", "text", "text_hash", "audio_key", "authoriser"}),
    "all-clear": frozenset({"text", "audio_key", "authoriser"}),
    "test-output": frozenset({"audio_key"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: a name, plain values, and the file it stands in."""

    name: str
    values: dict[str, Any]
    path: Path

    def answer(self, values: dict[str, Any]) -> None:
        """Answer it; a request is answered once. Where nothing can be written, nobody hears it."""
        with contextlib.suppress(OSError):
            _write(self.path.with_suffix(".answer"), values)
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def _write(path: Path, values: dict[str, Any]) -> Path:
    """Write `values` to `path`, or else under the same name to the temporary place; return where. Raises OSError."""
    text = json.dumps(values, ensure_ascii=False)
    try:
        write_text(path, text)
    except OSError:
        place = temporary_place(path.parent)
        if place == path.parent:
            raise
        make_ours(place)
        path = place / path.name
        write_text(path, text)
    return path


def ask(folder: Path, name: str, values: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """Ask the running station and return its answer.

    Raises
    ------
    StationNotRunning
        Nobody answered within ten seconds; the request was taken back.
    """
    asked_at = clock.now().timestamp()
    wanted = folder / f"{uuid.uuid4().hex}.request"
    path = _write(wanted, {"name": name, "values": values, "asked_at": asked_at})
    name_of_answer = path.with_suffix(".answer").name
    waited_s = 0.0
    while waited_s < ANSWER_WITHIN_S:
        for answer in (place / name_of_answer for place in _places(folder)):
            if answer.exists():
                answered: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
                with contextlib.suppress(OSError):
                    answer.unlink(missing_ok=True)
                return answered
        clock.sleep(LOOK_EVERY_S)
        waited_s += LOOK_EVERY_S
    path.unlink(missing_ok=True)
    raise not_running()


def _places(folder: Path) -> list[Path]:
    other = temporary_place(folder)
    return [folder, other] if is_ours(other) else [folder]


def error_of(told: dict[str, str]) -> LoaError:
    """Return the error that the running station answered with, of the class that its code names."""
    known = {kind.code: kind for kind in (NotFound, Conflict, SoundRefused, OutputFailed, LedgerFailed)}
    return known.get(told["code"], LoaError)(told["message"])


def not_running() -> StationNotRunning:
    """Return the error for a station that nobody runs, or that does not answer."""
    return StationNotRunning(_("The station does not answer. Start it with: loa run"))


def waiting(folder: Path, clock: Clock) -> Iterator[Request]:
    """Yield what is asked, oldest first; a request older than a minute, or one that cannot be read, is dropped."""
    try:
        found = [path for place in _places(folder) for path in place.glob("*.request")]
        paths = sorted(found, key=lambda path: path.stat().st_mtime)
    except OSError:
        return
    now = clock.now().timestamp()
    for path in paths:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            request = _request(content, path)
            fresh = abs(now - content["asked_at"]) < STALE_S
        except (OSError, ValueError, KeyError, TypeError):
            _drop(path)
            continue
        if fresh:
            yield request
        else:
            _drop(path)


def _drop(path: Path) -> None:
    with contextlib.suppress(OSError):  # a disk that has become read-only
        path.unlink(missing_ok=True)


def _request(content: Any, path: Path) -> Request:
    """Return a request that can be served; KeyError or TypeError where it lacks what the station would look for."""
    name, values = content["name"], content["values"]
    if not isinstance(name, str) or not isinstance(values, dict):
        raise TypeError
    if not NEEDED.get(name, frozenset()) <= values.keys():
        raise KeyError(name)
    return Request(name=name, values=values, path=path)


def forget_all(folder: Path) -> None:
    """Drop what was asked of, or answered by, an earlier run."""
    for place in _places(folder):
        for pattern in ("*.request", "*.answer"):
            for path in place.glob(pattern):
                _drop(path)

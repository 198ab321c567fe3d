"""The sound device as the station sees it: a player process that is watched, and replaced when it hangs or dies.

What is on the line is remembered here, so that the next player goes on in the same item at its right place; what nobody
heard in between is counted as lost.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

from loa.clock import Clock
from loa.errors import OutputFailed
from loa.language import translate as _
from loa.playout.child import PlayerProcess
from loa.playout.health import OutputHealth
from loa.playout.line import Line
from loa.playout.part import Event, Part
from loa.playout.wire import State, event_from, part_values, state_from

WATCH_S = 0.1
SILENT_S = 1.0  # a player says something at least every half second
OPENING_S = 10.0  # PortAudio asks every card what it can do
STANDING_S = 3.0
TROUBLE_SHOWN_S = 1.0  # whoever looks every quarter of a second sees it, however short it was
CLOSE_S = 3.0
PAUSES_S = (0.0, 0.2, 1.0, 5.0)
GOOD_S = 3.0


class SoundDeviceOutput:
    """Plays on a sound device, through a process of its own.

    Parameters
    ----------
    device
        ``default`` or a device's name, as in `find_device`.
    latency_s
        Buffer asked of the device, in seconds.
    clock
        The machine's clock.
    """

    heard = True

    def __init__(self, device: str, latency_s: float, clock: Clock) -> None:
        self.name = device
        self._device = device
        self._latency_s = latency_s
        self._clock = clock
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._known = threading.Event()  # the device is open, or why not
        self._line = Line()
        self._state: State | None = None
        self._opening = True
        self._player: PlayerProcess | None = None
        self._watcher = threading.Thread(target=self._watch, name="loa-player-watcher", daemon=True)
        self._trouble = ""
        self._trouble_until_s = 0.0
        self._before = OutputHealth()  # what the players that were replaced had counted
        self._moved: tuple[int, float] = (-1, 0.0)
        self._started_s = self._died_s = clock.monotonic()
        self._failures = 0
        self._closing = False

    # ------------------------------------------------------------------ the port

    def begin(self) -> None:
        """Start the player without waiting for it: `trouble` is empty once the device plays."""
        self._trouble = _("The sound device is being opened.")
        self._watcher.start()

    def open(self) -> None:
        """Start the player and wait until the device is open. Raises OutputFailed where it cannot be opened."""
        self.begin()
        known = self._clock.wait(self._known, OPENING_S)
        state = self._state
        if self.playing:
            self._trouble = ""
            return
        why = state.trouble if state is not None else self._trouble
        self.close()
        if not known:
            why = _(
                "The sound device “{name}” does not answer. Unplug it, plug it in again, and start loa anew."
            ).format(name=self._device)
        raise OutputFailed(why)

    @property
    def player_id(self) -> int | None:
        """Process id of the player, None between two of them."""
        player = self._player
        return None if player is None else player.process.pid

    @property
    def playing(self) -> bool:
        """Whether the device is open and keeps time."""
        state = self._state
        return state is not None and state.open and not state.trouble

    def abandon(self) -> None:
        """End the player at once, without waiting for it: nobody has heard anything of it."""
        self._closing = True
        self._stop.set()

    def close(self) -> None:
        """Let what was cut ramp out, and end the player."""
        self._closing = True
        self._send({"do": "close"})
        player = self._player
        if player is not None and self._state is not None:
            player.wait(CLOSE_S)
        self._stop.set()
        if self._watcher.ident is not None:
            self._watcher.join(CLOSE_S)

    @property
    def trouble(self) -> str:
        """Why nothing plays at the moment, or empty; shown for a second at least."""
        return self._trouble

    @property
    def events(self) -> deque[Event]:
        """What began and ended."""
        return self._line.events

    def add(self, parts: Sequence[Part]) -> None:
        """Place `parts` at the end of the line."""
        with self._turn:
            self._line.add(parts)
            self._send({"do": "add", "parts": [part_values(part) for part in parts]})

    def cut(self, part_ids: frozenset[str]) -> None:
        """End the parts named."""
        with self._turn:
            self._line.cut(part_ids)
            self._send({"do": "cut", "cut": sorted(part_ids)})

    def interrupt(self, cut: frozenset[str], parts: Sequence[Part]) -> None:
        """Throw away the device's buffer (up to `latency_s`), cut, and play `parts` at once: a few milliseconds."""
        with self._turn:
            self._line.cut(cut)
            self._line.add(parts)
            self._send({"do": "interrupt", "cut": sorted(cut), "parts": [part_values(part) for part in parts]})

    def heard_frames(self, now_mono_s: float) -> dict[str, int]:
        """Return how many frames of each playing part have been heard by now."""
        with self._turn:
            return self._line.heard_frames(now_mono_s)

    def health(self) -> OutputHealth:
        """Return how the sound that leaves is doing, all players together."""
        with self._turn:
            return self._before if self._state is None else self._before.followed_by(self._state.health)

    def _send(self, message: dict[str, Any]) -> None:
        if self._player is not None:
            self._player.send(message)

    # ------------------------------------------------------------------ what the player says

    def _take(self, message: dict[str, Any]) -> None:
        with self._turn:
            if message["tell"] in {"began", "ended"}:
                self._line.take(event_from(message))
            elif message["tell"] == "opening":
                self._opening = True
            else:
                self._state = state = state_from(message)
                self._opening = False
                self.name = state.device
                self._line.note(state.playing)
        if message["tell"] == "state" and (state.open or state.trouble):
            self._known.set()

    # ------------------------------------------------------------------ the watcher

    def _watch(self) -> None:
        looked_s = self._clock.monotonic()
        while not self._stop.is_set():
            now_s = self._clock.monotonic()
            player = self._player
            if self._closing:
                pass
            elif player is None:
                self._start()
            else:
                if now_s - looked_s > SILENT_S / 2:  # this process was stopped itself: the player gets its time
                    player.said_s = now_s
                self._look_at(player, now_s)
            looked_s = self._clock.monotonic()
            self._clock.wait(self._stop, WATCH_S)
        if self._player is not None:  # Linux kills it with the thread that started it: that is this one, at its end
            self._player.kill()

    def _look_at(self, player: PlayerProcess, now_s: float) -> None:
        why = self._why_replace(player, now_s)
        state = self._state
        if why:
            self._remove(player, why)
        elif state is not None and (state.trouble or state.open):
            self._show(state.trouble)

    def _why_replace(self, player: PlayerProcess, now_s: float) -> str:
        if player.garbled:
            return _("The sound player broke down and is being replaced. If this happens often, type: loa doctor")
        code = player.process.poll()
        if player.over or code is not None:
            return _(
                "The sound player ended ({why}) and is being replaced. If this happens often, type: loa doctor"
            ).format(why=player.last_words or ("-" if code is None else code))
        longest_s = OPENING_S if self._opening else SILENT_S
        if player.choked or now_s - player.said_s > longest_s or self._stands_still(now_s):
            return _("The sound player does not answer and is being replaced. If this happens often, type: loa doctor")
        return ""

    def _stands_still(self, now_s: float) -> bool:
        """Return whether the device has taken nothing for long, though the player says that it is open."""
        state = self._state
        if state is None or not state.open or state.trouble or state.health.frames != self._moved[0]:
            self._moved = (-1 if state is None else state.health.frames, now_s)
        return now_s - self._moved[1] > STANDING_S

    def _remove(self, player: PlayerProcess, why: str) -> None:
        """Kill `player`; the next look starts another."""
        self._show(why)
        player.kill()  # what it said until its end is taken up by then
        with self._turn:
            now_s = self._clock.monotonic()
            self._died_s = player.said_s if player.over and not player.garbled else now_s
            if self._state is not None:
                self._before = self._before.followed_by(self._state.health)
            self._player, self._state, self._opening = None, None, True
            self._failures = self._failures + 1 if now_s - self._started_s < GOOD_S else 0
        self._known.set()
        self._clock.wait(self._stop, PAUSES_S[min(self._failures, len(PAUSES_S) - 1)])

    def _start(self) -> None:
        self._started_s = self._clock.monotonic()
        try:
            player = PlayerProcess(self._device, self._latency_s, self._clock, self._take)
        except OSError as error:
            self._show(_("The sound player cannot be started ({error}). Start the machine anew.").format(error=error))
            self._known.set()
            self._clock.wait(self._stop, PAUSES_S[-1])
            return
        with self._turn:
            self._moved = (-1, self._started_s)
            left = self._line.left_behind(self._died_s)
            if left:
                player.send({"do": "add", "parts": [part_values(part, place) for part, place in left]})
            self._player = player

    def _show(self, trouble: str) -> None:
        now_s = self._clock.monotonic()
        if trouble:
            self._trouble_until_s = now_s + TROUBLE_SHOWN_S
            self._trouble = trouble
        elif now_s >= self._trouble_until_s:
            self._trouble = ""

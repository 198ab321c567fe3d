"""The player: a process of its own that holds the sound device, so that neither can harm the other.

Rendering, web pages and the ledger of the station cannot make it late; a sound library that hangs or crashes takes this
process with it and not the station, which starts another. It ends with the station, however that ends: the end of its
standard input means that nobody listens any more, and on Linux the kernel kills it besides.

``python -m loa.playout.engine DEVICE LATENCY_S``, started by `loa.playout.player` alone.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import IO, Any

from loa.clock import Clock, SystemClock
from loa.playout.part import RATE, Part
from loa.playout.source import PrefetchedSource, Silence, Source
from loa.playout.stream import DeviceStream
from loa.playout.timeline import Timeline
from loa.playout.wire import Progress, State, event_values, line, message_from, part_from, state_values

BUSY_BEAT_S = 0.2
IDLE_BEAT_S = 0.5
SOURCES_AHEAD = 3
FILLS = 1.5  # times its latency is more than a device takes at once when it starts (PulseAudio through ALSA: 1.25)
CUTS_IN_S = 0.3  # longest wait for the samples of what cuts in
GOES_ON_S = 2.0  # and of what another player has left
NICER = -11  # as a sound server asks for; allowed to root, and to whom LimitNICE= of the service allows it
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
KILLED = 9

Message = dict[str, Any]


class Engine:
    """Obeys the station, looks after the device, and tells what is heard.

    Parameters
    ----------
    device, latency_s
        As in `DeviceStream`.
    clock
        The machine's clock.
    tell
        Sends one message to the station.
    """

    def __init__(self, device: str, latency_s: float, clock: Clock, tell: Callable[[Message], None]) -> None:
        self.commands: SimpleQueue[Message | None] = SimpleQueue()
        self._clock = clock
        self._tell = tell
        self._latency_s = latency_s
        self._fill_frames = round(FILLS * latency_s * RATE)
        self._timeline = Timeline()
        self._stream = DeviceStream(device, latency_s, self._timeline, clock, lambda: self.commands.put(None))

    def run(self) -> None:
        """Play until told to close."""
        beat_s = self._clock.monotonic()
        while True:
            try:
                command = self.commands.get(timeout=max(0.0, beat_s - self._clock.monotonic()))
            except Empty:
                command = None
            if command is not None and command["do"] == "close":
                self._close()
                return
            if command is not None:
                self._obey(command)
            if self.commands.empty():
                self._beat()
                beat_s = self._clock.monotonic() + (BUSY_BEAT_S if self._attentive else IDLE_BEAT_S)

    @property
    def _attentive(self) -> bool:
        return self._timeline.busy or not self._stream.open

    def _obey(self, command: Message) -> None:
        match command["do"]:
            case "add":
                self._add(command["parts"])
            case "cut":
                self._timeline.cut(frozenset(command["cut"]))
            case "interrupt":
                self._interrupt(frozenset(command["cut"]), command["parts"])

    def _add(self, messages: list[Message]) -> None:
        placed = []
        for part, progress in map(part_from, messages):
            gone = 0 if progress is None else progress.sent_frames + progress.lost_frames
            placed.append((part, progress, source_of(part, gone), part.sound.frames - gone))
        if not self._timeline.busy:
            # What goes on is silent meanwhile: what is not there when the device asks would be heard too late.
            longest_s = GOES_ON_S if any(progress for _part, progress, _source, _left in placed) else CUTS_IN_S
            read_ahead([(source, left) for *_rest, source, left in placed], self._fill_frames, longest_s, self._clock)
        for part, progress, source, _left in placed:
            if progress is None:
                self._timeline.add(part, source)
                continue
            self._timeline.go_on(
                part,
                source,
                sent_frames=progress.sent_frames,
                lost_frames=progress.lost_frames,
                due_s=progress.at_s,
            )
        self._read_ahead()

    def _interrupt(self, cut: frozenset[str], values: list[Message]) -> None:
        parts = [part_from(one)[0] for one in values]
        placed = [(part, source_of(part)) for part in parts]
        sources = [(source, part.sound.frames) for part, source in placed]
        read_ahead(sources, self._fill_frames, CUTS_IN_S, self._clock)

        def place() -> None:
            self._timeline.cut(cut)
            for part, source in placed:
                self._timeline.add(part, source)

        self._stream.restart(place)

    def _read_ahead(self) -> None:
        for source in self._timeline.next_sources(SOURCES_AHEAD):
            if isinstance(source, PrefetchedSource):
                source.begin()

    def _beat(self) -> None:
        if self._stream.to_open:
            self._tell({"tell": "opening"})
        self._stream.look()
        self._read_ahead()
        now_s = self._clock.monotonic()
        self._timeline.settle(now_s)
        while self._timeline.events:
            self._tell(event_values(self._timeline.events.popleft()))
        heard = self._timeline.heard_frames(now_s)
        playing = {
            placed.part.part_id: Progress(
                sent_frames=placed.sent_frames,
                lost_frames=placed.lost_frames,
                heard_frames=heard.get(placed.part.part_id, 0),
                at_s=now_s,
            )
            for placed in self._timeline.playing()
        }
        state = State(
            device=self._stream.name,
            trouble=self._stream.trouble,
            open=self._stream.open,
            health=self._timeline.health(),
            playing=playing,
        )
        self._tell(state_values(state))

    def _close(self) -> None:
        """Let what was just cut ramp out (PortAudio drops what it holds when a stream closes), then close."""
        if self._stream.open and not self._stream.trouble:
            self._clock.sleep(self._latency_s + BUSY_BEAT_S / 4)
        self._stream.close()


def source_of(part: Part, skipped_frames: int = 0) -> Source:
    """Return the samples of `part` from a frame on, read ahead by a thread of their own."""
    sound = part.sound
    if sound.path is None:
        return Silence(max(0, sound.frames - skipped_frames))
    return PrefetchedSource(sound.skipped(skipped_frames))


def read_ahead(sources: Sequence[tuple[Source, int]], frames: int, longest_s: float, clock: Clock) -> None:
    """Read the next `frames` samples and wait until they are there: the device is about to take so many at once.

    Parameters
    ----------
    sources
        What is to be heard one after another, each with its length in frames.
    longest_s
        Longest wait, all together: a disk that hangs must not keep the player from playing.
    """
    end_s = clock.monotonic() + longest_s
    begun = []
    for source, length in sources:
        if frames <= 0:
            break
        if isinstance(source, PrefetchedSource):
            source.begin(frames)
            begun.append(source)
        frames -= length
    for source in begun:
        source.wait_ready(max(0.0, end_s - clock.monotonic()))


def _read_commands(pipe: IO[bytes], engine: Engine) -> None:
    """Pass on what the station says. Where its end of the pipe is gone, so is the station: end at once."""
    try:
        for content in pipe:
            engine.commands.put(message_from(content))
    finally:
        os._exit(0)


def _die_with(parent: int) -> None:
    """Let Linux kill this process when the station is gone, even where it hangs or is stopped."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, KILLED, 0, 0, 0)
    if os.getppid() != parent:  # it went before this was set up
        os._exit(0)


def _come_first() -> None:
    """Let this process, and the threads it will start, have the processor before renders and web pages, where allowed."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(NICER)


def main() -> None:
    """Run the player on its standard pipes."""
    device, latency_s, parent = sys.argv[1:4]
    _die_with(int(parent))
    _come_first()
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a C library prints is no message
    engine = Engine(device, float(latency_s), SystemClock(), lambda message: _write(out, line(message)))
    reader = threading.Thread(target=_read_commands, args=(sys.stdin.buffer, engine), name="loa-commands", daemon=True)
    reader.start()
    gc.freeze()
    engine.run()
    os._exit(0)


def _write(out: IO[bytes], content: bytes) -> None:
    try:
        out.write(content)
    except OSError:  # the station is gone
        os._exit(0)


if __name__ == "__main__":
    main()

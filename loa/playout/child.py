"""One player process as the station holds it: started, written to, read from and killed without ever waiting for it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import loa
from loa.clock import Clock
from loa.playout.wire import LONGEST_LINE, line, message_from

LONGEST_QUEUE = 1000
LAST_WORDS = 20
KILL_S = 2.0

Message = dict[str, Any]


class PlayerProcess:
    """A running `loa.playout.engine`.

    Parameters
    ----------
    device, latency_s
        What it plays on.
    clock
        Times what it says.
    heard
        Called with each message, by a thread of this object. It raises ValueError, TypeError, KeyError or AttributeError
        for one that makes no sense: the process is taken for broken then.

    Attributes
    ----------
    said_s
        Monotonic time of its last message, or of its start.
    over
        Nothing more will come from it.
    garbled
        It said something that is no message.
    """

    def __init__(self, device: str, latency_s: float, clock: Clock, heard: Callable[[Message], None]) -> None:
        self._clock = clock
        self._heard = heard
        self._orders: SimpleQueue[bytes | None] = SimpleQueue()
        self._words: deque[str] = deque(maxlen=LAST_WORDS)
        self.said_s = clock.monotonic()
        self.over = False
        self.garbled = False
        self.process = _started(device, latency_s)
        self._threads = [
            threading.Thread(target=work, args=(pipe,), name=name, daemon=True)
            for work, pipe, name in (
                (self._write, self.process.stdin, "loa-player-orders"),
                (self._read, self.process.stdout, "loa-player-news"),
                (self._overhear, self.process.stderr, "loa-player-words"),
            )
        ]
        for thread in self._threads:
            thread.start()

    def send(self, message: Message) -> None:
        """Hand over a message; never waits."""
        self._orders.put(line(message))

    @property
    def choked(self) -> bool:
        """Whether it has long not taken what it was told."""
        return self._orders.qsize() > LONGEST_QUEUE

    @property
    def last_words(self) -> str:
        """What it printed last, for the diagnosis of a crash."""
        return next((word for word in reversed(self._words) if word.strip()), "")

    def _write(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), pipe:
            while (order := self._orders.get()) is not None:
                pipe.write(order)

    def _read(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError), pipe:
            while content := pipe.readline(LONGEST_LINE):
                try:
                    self._heard(message_from(content))
                except (ValueError, TypeError, KeyError, AttributeError):
                    self.garbled = True
                    break
                self.said_s = self._clock.monotonic()
        self.said_s = self._clock.monotonic()
        self.over = True

    def _overhear(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError), pipe:
            while content := pipe.readline(LONGEST_LINE):
                self._words.append(content.decode(errors="replace").strip())

    def wait(self, timeout_s: float) -> bool:
        """Wait until it has ended; return whether it has."""
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End it at once, and let go of its pipes."""
        with contextlib.suppress(OSError):
            self.process.kill()
        self._orders.put(None)
        self.wait(KILL_S)
        for thread in self._threads:
            thread.join(KILL_S)


def _started(device: str, latency_s: float) -> subprocess.Popen[bytes]:
    """Start the player in a process group of its own, so that Ctrl+C does not end it before the station."""
    house = str(Path(loa.__file__).parents[1])
    paths = [house, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
    }
    command = [sys.executable, "-P", "-m", "loa.playout.engine", device, str(latency_s), str(os.getpid())]
    apart: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment,
        **apart,
    )

"""The console beside the station: a process of its own, told the station's state, begun anew when it dies or hangs.

Nothing here ever waits for it: a browser that is stuck, or a console without memory, costs the broadcast nothing.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from loa.clock import Clock
from loa.console_settings import ConsoleSettings
from loa.language import translate as _

HANGS_AFTER_S = 30.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 300.0
CALM_AFTER_S = 120.0
END_WITHIN_S = 3.0
IDLE_EVERY_S = 1.0
LONGEST_LINE = 10_000


class ConsoleProcess:
    """Starts the console, feeds it, watches it.

    Parameters
    ----------
    folder
        The station's folder.
    settings
        How it listens.
    clock
        The time.
    say
        Shows the operator one line; called from a thread.
    """

    def __init__(self, folder: Path, settings: ConsoleSettings, clock: Clock, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._settings = settings
        self._clock = clock
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._states: queue.Queue[bytes | None] = queue.Queue(maxsize=1)
        self._alive_s = 0.0
        self._started_s = 0.0
        self._pause_s = FIRST_PAUSE_S
        self._start_at_s = clock.monotonic()
        self._ready = False
        self._pushed_s = 0.0

    @property
    def process_id(self) -> int | None:
        """The process, where it runs."""
        return None if self._process is None else self._process.pid

    def look(self) -> None:
        """Start it where it does not run and a pause is over; end it where it hangs. Never waits."""
        now_s = self._clock.monotonic()
        process = self._process
        if process is not None and process.poll() is None:
            if now_s - self._alive_s > HANGS_AFTER_S:
                self._say(_("The console does not answer any more; it is started anew. The broadcasts go on."))
                process.kill()
            return
        if process is not None:
            self._note_end(process, now_s)
        if now_s >= self._start_at_s:
            self._start(now_s)

    def _note_end(self, process: subprocess.Popen[bytes], now_s: float) -> None:
        self._process = None
        if now_s - self._started_s > CALM_AFTER_S:
            self._pause_s = FIRST_PAUSE_S
        if self._ready or self._pause_s == FIRST_PAUSE_S:
            words = _("The console ended ({code}); it is started anew in {seconds:.0f} seconds. The broadcasts go on.")
            self._say(words.format(code=process.returncode, seconds=self._pause_s))
        self._start_at_s = now_s + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        self._let_go_of(process)

    def _start(self, now_s: float) -> None:
        settings = self._settings
        command = [sys.executable, "-m", "loa.console", str(self._folder.resolve())]
        command += [settings.listen, str(settings.port), settings.tls.value]
        self._alive_s = self._started_s = now_s
        self._ready = False
        self._states = queue.Queue(maxsize=1)
        try:
            process = subprocess.Popen(  # noqa: S603 - a program of our own
                command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            self._say(_("The console cannot be started: {error}").format(error=error))
            self._start_at_s = now_s + LONGEST_PAUSE_S
            return
        self._process = process
        threading.Thread(
            target=self._feed, args=(process.stdin, self._states), name="loa-console-feed", daemon=True
        ).start()
        threading.Thread(target=self._hear, args=(process.stdout,), name="loa-console-ear", daemon=True).start()

    def push(self, state: Callable[[], dict[str, Any]], *, often: bool) -> None:
        """Tell it the newest state, each second or at every call; one that it has not taken yet is dropped."""
        now_s = self._clock.monotonic()
        if self._process is None or (not often and now_s - self._pushed_s < IDLE_EVERY_S):
            return
        self._pushed_s = now_s
        line = json.dumps(state(), ensure_ascii=False).encode() + b"\n"
        with contextlib.suppress(queue.Empty):
            self._states.get_nowait()
        with contextlib.suppress(queue.Full):
            self._states.put_nowait(line)

    def _feed(self, pipe: IO[bytes], states: queue.Queue[bytes | None]) -> None:
        while (line := states.get()) is not None:
            try:
                pipe.write(line)
                pipe.flush()
            except (OSError, ValueError):
                return

    def _hear(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LONGEST_LINE):
                try:
                    told = json.loads(line)
                    self._take(told)
                except (ValueError, AttributeError):
                    continue

    def _take(self, told: dict[str, Any]) -> None:
        self._alive_s = self._clock.monotonic()
        if "ready" in told:
            self._ready = True
            self._say(_("Console: {address}").format(address=told["ready"]))
            if self._settings.open_to_network and self._settings.tls.value == "no":
                self._say(_("The console is open to the office's network, and its pages travel in the open (tls: no)."))
        if "say" in told:
            self._say(str(told["say"]))

    def close(self) -> None:
        """End it: its standard input ends, and it with it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(END_WITHIN_S)
        self._let_go_of(process)

    def _let_go_of(self, process: subprocess.Popen[bytes]) -> None:
        """End the thread that feeds a process which has ended, and close its pipe."""
        with contextlib.suppress(queue.Empty):
            self._states.get_nowait()
        self._states.put(None)
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

"""Other programs that the station starts: in a thread, with an end to every wait, so that nobody waits for them."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loa.clock import Clock
from loa.language import translate as _

LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a program ended: what went wrong, or empty, and how many seconds it took."""

    command: tuple[str, ...]
    error: str
    took_s: float


def run_program(command: Sequence[str], *, folder: Path, timeout_s: float, given: str = "") -> str:
    """Run a program to its end and return what went wrong, or empty.

    Parameters
    ----------
    command
        Program and arguments; no shell reads them.
    folder
        Where it runs.
    timeout_s
        After so long it is killed, with everything that it has started (not on Windows).
    given
        Put on its standard input as UTF-8.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as asked:
        asked.write(given.encode())
        asked.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the station's own settings name it
                list(command), cwd=folder, stdin=asked, stdout=said, stderr=said, start_new_session=os.name == "posix"
            )
        except (OSError, ValueError) as error:
            return str(error)[:LONGEST_ERROR]
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            _kill(process)
            return _("It did not end within {seconds:.0f} seconds.").format(seconds=timeout_s)
        if not code:
            return ""
        said.seek(0)
        words = said.read().decode("utf-8", "replace").strip()[-LONGEST_ERROR:]
    return words or _("It ended with code {code}.").format(code=code)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(1)


class ProgramThread:
    """Runs one program at a time beside the station.

    Parameters
    ----------
    folder, timeout_s
        As in `run_program`.
    clock
        Measures how long a program takes.
    """

    def __init__(self, folder: Path, timeout_s: float, clock: Clock) -> None:
        self._folder = folder
        self._timeout_s = timeout_s
        self._clock = clock
        self._results: queue.SimpleQueue[Finished] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self, command: Sequence[str]) -> None:
        """Start a program; the one before must have finished. Never waits."""
        self._thread = threading.Thread(target=self._run, args=(tuple(command),), name="loa-program", daemon=True)
        self._thread.start()

    def _run(self, command: tuple[str, ...]) -> None:
        began_s = self._clock.monotonic()
        error = run_program(command, folder=self._folder, timeout_s=self._timeout_s)
        self._results.put(Finished(command=command, error=error, took_s=self._clock.monotonic() - began_s))

    def finished(self) -> Finished | None:
        """Return, once, how the program ended; None while it runs. Never waits."""
        with contextlib.suppress(queue.Empty):
            return self._results.get_nowait()
        return None

    def wait(self) -> None:
        """Wait for its end, which its timeout sets."""
        if self._thread is not None:
            self._thread.join(self._timeout_s + 2)

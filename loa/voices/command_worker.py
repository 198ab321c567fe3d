"""The program that runs a command voice's program, once for each phrase, and sees that nothing of it stays behind.

Run as a file by `loa.voices.command`, never imported by it; how it is asked and answers is told in `loa.voices.apart`:
``C`` carries the WAV of one phrase as the program gave it. When nobody listens any longer, the program, whatever it has
started and its temporary folder go at once, also where loa itself was killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any, BinaryIO

BLOCK_BYTES = 65_536
LOOK_S = 0.2  # how often the size of a file that is being written is looked at
TAIL_BYTES = 2000
END_S = 5.0
OUT = "{out}"


class Refused(Exception):
    """The program did not speak. Arguments: the reason and a detail."""


class Runner:
    """Runs the program on one phrase after the other.

    Parameters
    ----------
    run
        Program and arguments.
    most_bytes
        How much it may write.
    """

    def __init__(self, run: list[str], most_bytes: int) -> None:
        self._run = run
        self._most_bytes = most_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: str | None = None
        self._changing = threading.Lock()  # held while process and folder appear and go
        self._too_big = threading.Event()
        self._tail = bytearray()

    def speak(self, phrase: str) -> bytes:
        """Return the WAV of `phrase`. Raises Refused."""
        self._tail.clear()
        in_file = any(OUT in argument for argument in self._run)
        with self._changing:
            self._folder = tempfile.mkdtemp(prefix="loa-") if in_file else None
        wav = Path(self._folder or "") / "speech.wav"
        try:
            heard = self._heard(phrase, wav if in_file else None)
            return self._written(wav) if in_file else heard
        finally:
            with self._changing:
                self._remove_folder()

    def _heard(self, phrase: str, wav: Path | None) -> bytes:
        """Run the program to its end and return its standard output."""
        command = [argument.replace(OUT, str(wav)) for argument in self._run]
        with self._changing:
            try:
                process = self._process = _started(command)
            except OSError as error:
                raise Refused("not-installed", str(error)) from error
        heard = bytearray()
        threads = [
            threading.Thread(target=_feed, args=(process.stdin, phrase), daemon=True),
            threading.Thread(target=self._listen, args=(process.stdout, heard), daemon=True),
            threading.Thread(target=self._follow, args=(process.stderr,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        self._wait(process, wav)
        with self._changing:
            self._kill()  # what it started may still run and hold its output open
            self._process = None
        for thread in threads:
            thread.join(END_S)
        if self._too_big.is_set():
            raise Refused("too-big", f"> {self._most_bytes} B")
        if process.returncode != 0:
            raise Refused("crashed", self._last_line() or f"exit {process.returncode}")
        return bytes(heard)

    def _wait(self, process: subprocess.Popen[bytes], wav: Path | None) -> None:
        while True:
            try:
                process.wait(LOOK_S if wav else None)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(OSError):
                    if wav and wav.stat().st_size > self._most_bytes:
                        self._stop_writing()
            else:
                return

    def _listen(self, pipe: IO[bytes], heard: bytearray) -> None:
        while block := os.read(pipe.fileno(), BLOCK_BYTES):
            if len(heard) + len(block) > self._most_bytes:
                self._stop_writing()
                return
            heard += block

    def _stop_writing(self) -> None:
        self._too_big.set()
        with self._changing:
            self._kill()

    def _follow(self, pipe: IO[bytes]) -> None:
        while block := os.read(pipe.fileno(), BLOCK_BYTES):
            self._tail[:] = (self._tail + block)[-TAIL_BYTES:]

    def _last_line(self) -> str:
        lines = self._tail.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _written(self, wav: Path) -> bytes:
        try:
            if wav.stat().st_size > self._most_bytes:
                raise Refused("too-big", f"> {self._most_bytes} B")
            return wav.read_bytes()
        except OSError as error:
            raise Refused("not-wav", self._last_line() or str(error)) from error

    def _kill(self) -> None:
        if self._process is None:
            return
        if sys.platform == "win32":
            self._process.kill()  # the rest goes with the job, see `die_together`
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _remove_folder(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def abandon(self) -> None:
        """End the program, remove its folder and end this process."""
        with self._changing:
            self._kill()
            if self._process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):  # else it could write into the folder again
                    self._process.wait(END_S)
            self._remove_folder()
            os._exit(1)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    if sys.platform == "win32":
        return subprocess.Popen(  # noqa: S603 - the operator's own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=subprocess.CREATE_NO_WINDOW,
        )
    return subprocess.Popen(  # noqa: S603 - the operator's own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0
    )


def _feed(pipe: IO[bytes], phrase: str) -> None:
    with contextlib.suppress(OSError, ValueError), pipe:  # a program may do without its input
        pipe.write(phrase.encode())


def die_together() -> None:
    """On Windows, let every process started from here end with this one; elsewhere process groups do that."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        # JOBOBJECT_EXTENDED_LIMIT_INFORMATION, its LimitFlags at 16; the job ends with its last handle: with this process
        limits = ctypes.create_string_buffer(144 if ctypes.sizeof(ctypes.c_void_p) == 8 else 112)  # noqa: PLR2004
        limits[16:20] = (0x2000).to_bytes(4, "little")  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        kernel.SetInformationJobObject(job, 9, limits, len(limits))  # 9: JobObjectExtendedLimitInformation
        kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess()))


def send(output: BinaryIO, kind: bytes, content: bytes) -> None:
    """Write one frame."""
    output.write((len(content) + 1).to_bytes(4, "little") + kind + content)
    output.flush()


def leave_with_parent(runner: Runner) -> None:
    """Wait for the end of standard input: nobody listens any longer."""
    while os.read(0, BLOCK_BYTES):
        pass
    runner.abandon()


def main() -> int:
    """Do the job on standard input; return the exit code."""
    die_together()
    job: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    runner = Runner(job["run"], job["most_bytes"])
    threading.Thread(target=leave_with_parent, args=(runner,), daemon=True).start()
    output = sys.stdout.buffer
    try:
        for phrase in job["phrases"]:
            send(output, b"C", runner.speak(phrase))
    except Refused as refused:
        reason, detail = refused.args
        send(output, b"F", json.dumps({"reason": reason, "detail": detail}).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())

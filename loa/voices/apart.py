"""A worker process of a voice: it gets one job, answers in frames, and never outlives whoever asked.

The job is one line of JSON on its standard input, which then stays open: a worker that reads the end of it knows that
nobody waits any longer, also where this process was killed, and ends. A frame on its standard output is a length (4 bytes,
little-endian), a letter for its kind and the content.
"""

from __future__ import annotations

import contextlib
import json
import math
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from loa.errors import VoiceFailed
from loa.language import translate as _

FAILURE = b"F"  # content: {"reason": ..., "detail": ...} as JSON
LENGTH_BYTES = 4
LARGEST_FRAME = 1 << 28
LISTEN_S = 0.2  # Windows tells of Ctrl+C only between two waits
END_S = 5.0
LONGEST_DETAIL = 200


class Answers:
    """What a worker says, frame by frame.

    Parameters
    ----------
    process
        The worker, with pipes on both ends.
    complaints
        The file that takes its standard error.
    voice
        The voice's name, for messages.
    """

    def __init__(self, process: subprocess.Popen[bytes], complaints: IO[bytes], voice: str) -> None:
        self._process = process
        self._complaints = complaints
        self._voice = voice
        self._frames: queue.Queue[bytes | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def next(self, timeout_s: float) -> tuple[bytes, bytes]:
        """Return kind and content of the next frame that is no failure.

        Raises
        ------
        VoiceFailed
            Reasons: ``timeout``, ``crashed`` (it broke down), ``incomplete`` (it ended early as if all was well), or
            the one the worker gives.
        """
        for _turn in range(max(1, math.ceil(timeout_s / LISTEN_S))):
            with contextlib.suppress(queue.Empty):
                frame = self._frames.get(timeout=min(timeout_s, LISTEN_S))
                if frame is None:
                    raise self._ended()
                if frame[:1] == FAILURE:
                    told = json.loads(frame[1:])
                    raise failure(self._voice, told["reason"], told["detail"])
                return frame[:1], frame[1:]
        raise failure(self._voice, "timeout", f"{timeout_s:g} s")

    def _read(self) -> None:
        """Hand on each whole frame, then None."""
        output = self._process.stdout
        assert output is not None  # noqa: S101 - opened as a pipe below
        with contextlib.suppress(OSError, ValueError):
            while len(head := output.read(LENGTH_BYTES)) == LENGTH_BYTES:
                length = int.from_bytes(head, "little")
                if length > LARGEST_FRAME or len(frame := output.read(length)) != length:
                    break
                self._frames.put(frame)
        self._frames.put(None)

    def _ended(self) -> VoiceFailed:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        self._complaints.seek(0)
        said = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        code = self._process.returncode
        return failure(self._voice, "incomplete" if code == 0 else "crashed", said[-1] if said else f"exit {code}")

    def end(self, grace_s: float) -> None:
        """End the worker: by closing its input where it has `grace_s` to clear up, in any case by force."""
        if grace_s > 0:
            self._close(self._process.stdin)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_s)
        self._process.kill()
        self._process.wait()
        self._reader.join(END_S)
        self._close(self._process.stdin)
        self._close(self._process.stdout)

    @staticmethod
    def _close(pipe: IO[bytes] | None) -> None:
        if pipe is not None:
            with contextlib.suppress(OSError):  # what could not be sent any more
                pipe.close()


@contextlib.contextmanager
def worker(
    program: Path, job: Mapping[str, Any], voice: str, *, flags: tuple[str, ...] = (), grace_s: float = 0.0
) -> Iterator[Answers]:
    """Run `program` with this Python on `job`; it is gone when the block is left, however that happens.

    Parameters
    ----------
    program
        A Python file.
    job
        What JSON can hold.
    voice
        The voice's name, for messages.
    flags
        Of the interpreter.
    grace_s
        How long it may take to clear up after its input was closed; 0 kills it at once.

    Yields
    ------
    Answers
        What it says.

    Raises
    ------
    VoiceFailed
        It could not be started (reason ``crashed``).
    """
    with tempfile.TemporaryFile() as complaints:
        try:
            process = _started([sys.executable, *flags, str(program)], complaints)
        except OSError as error:
            raise failure(voice, "crashed", str(error)) from error
        answers = Answers(process, complaints, voice)
        # in a thread: a worker that hangs before it reads would hold up a long job for ever
        sender = threading.Thread(target=_send, args=(process, job), daemon=True)
        try:
            sender.start()
            yield answers
        finally:
            answers.end(0 if sender.is_alive() else grace_s)


def _started(command: list[str], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the worker in a process group of its own, so that Ctrl+C does not look like a crash of the voice."""
    if sys.platform == "win32":
        apart = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, creationflags=apart
        )
    return subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, process_group=0
    )


def _send(process: subprocess.Popen[bytes], job: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError, ValueError):
        assert process.stdin is not None  # noqa: S101 - opened as a pipe above
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()


def sentences() -> dict[str, str]:
    """Return the sentence for each reason, in the operator's language, with places for the voice and the detail."""
    return {
        "empty": _("There is a phrase without words ({detail}). Correct the text and render it again."),
        "timeout": _("The voice {voice} did not finish in time ({detail}). Try again, or use another voice."),
        "crashed": _("The voice {voice} broke down ({detail}). Try again; if it happens again, run loa doctor."),
        "incomplete": _(
            "The voice {voice} stopped half-way ({detail}). Try again; if it happens again, run loa doctor."
        ),
        "not-installed": _("The voice {voice} is not installed completely ({detail}). Install it, then render again."),
        "broken-model": _("The model of the voice {voice} cannot be used ({detail}). Install it anew."),
        "silent": _("The program of the voice {voice} gave a WAV without sound ({detail}). Try again."),
        "not-wav": _("The program of the voice {voice} gave no WAV ({detail}). Correct its command in station.yaml."),
        "truncated": _("The program of the voice {voice} gave a WAV that is cut off ({detail}). Try again."),
        "wrong-form": _(
            "The program of the voice {voice} gave a WAV that cannot be used ({detail}). "
            "Set it to 16 bits or more and 16000 to 96000 Hz, mono or stereo."
        ),
        "too-big": _("The program of the voice {voice} does not stop writing ({detail}). Correct its command."),
    }


def failure(voice: str, reason: str, detail: str) -> VoiceFailed:
    """Return the failure for `reason`, with a technical detail for whoever looks into it."""
    return VoiceFailed(sentences()[reason].format(voice=voice, detail=detail[:LONGEST_DETAIL]), reason=reason)

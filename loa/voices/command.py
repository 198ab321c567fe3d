"""The command voice: any program that takes words on its standard input and gives a WAV.

For engines that have no place in loa itself: a vendor's tool, a neural voice with its own environment. The program is run
once for each phrase, so the same phrase is the same work whatever stands beside it; what it gives is checked.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loa.speech_settings import CommandOptions
from loa.voices import apart
from loa.voices.apart import failure
from loa.voices.plausibility import refuse_implausible
from loa.voices.port import Clip

if TYPE_CHECKING:
    from loa.voices.apart import Answers

WORKER = Path(__file__).with_name("command_worker.py")
MOST_BYTES = 64_000_000  # three minutes of 32-bit samples at 96 kHz; a phrase takes seconds
CLEAR_UP_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandVoice:
    """A program that speaks.

    Attributes
    ----------
    command
        Its name in ``station.yaml``, without ``command:``.
    options
        What to run, and the longest wait for one phrase.
    """

    command: str
    options: CommandOptions

    @property
    def name(self) -> str:
        """The name in ``station.yaml``."""
        return f"command:{self.command}"

    @property
    def identity(self) -> str:
        """Name, program, arguments, and size and time of the program's file and of every file among the arguments.

        So an updated program or model speaks everything anew. Sizes and times stand for the content because a model
        among the arguments may have gigabytes.

        Raises
        ------
        VoiceFailed
            The program cannot be found (reason ``not-installed``).
        """
        files = [[size, modified_ns] for size, modified_ns in _states([self._program(), *self.options.run[1:]])]
        return f"{self.name} {json.dumps([list(self.options.run), files], ensure_ascii=False)}"

    def speak(self, phrases: Sequence[str]) -> Iterator[Clip]:
        """Yield each phrase as soon as it is spoken.

        Raises
        ------
        VoiceFailed
            Reasons: ``not-installed``, ``crashed`` (an exit code other than 0), ``timeout``, ``not-wav``,
            ``truncated``, ``wrong-form``, ``too-big``, ``empty``,
            and those of `loa.voices.plausibility.refuse_implausible`.
        """
        texts = [" ".join(phrase.replace("\0", " ").split()) for phrase in phrases]
        for text, phrase in zip(texts, phrases, strict=True):
            if not any(letter.isalnum() for letter in text):
                raise failure(self.name, "empty", repr(phrase))
        if not texts:
            return
        job = {"run": [self._program(), *self.options.run[1:]], "most_bytes": MOST_BYTES, "phrases": texts}
        with apart.worker(WORKER, job, self.name, flags=("-I", "-S", "-B"), grace_s=CLEAR_UP_S) as answers:
            rate = None
            for text in texts:
                clip = self._clip(answers, text)
                if rate not in {None, clip.rate}:
                    raise failure(self.name, "wrong-form", f"{rate} Hz, {clip.rate} Hz")
                rate = clip.rate
                yield clip

    def _clip(self, answers: Answers, text: str) -> Clip:
        from loa.voices.wave_answer import WaveRefused, clip_of

        _kind, wav = answers.next(self.options.timeout_s)
        try:
            clip = clip_of(wav)
        except WaveRefused as refused:
            raise failure(self.name, refused.reason, str(refused)) from refused
        refuse_implausible(clip, text, self.name)
        return clip

    def _program(self) -> str:
        found = shutil.which(self.options.run[0]) if self.options.run else None
        if found is None:
            raise failure(self.name, "not-installed", " ".join(self.options.run[:1]))
        return found


def _states(arguments: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield size in bytes and time of change in ns of each argument that is a file."""
    for argument in arguments:
        try:
            state = Path(argument).stat()
        except (OSError, ValueError):  # most arguments are no path at all
            continue
        if Path(argument).is_file():
            yield state.st_size, state.st_mtime_ns

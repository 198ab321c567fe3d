"""Voices that need no library: a tone for each syllable, and failures on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from loa.errors import VoiceFailed
from loa.voices import Clip

SYLLABLE_S = 0.25
TONE_HZ = 220.0
FULL_SCALE = 32767

# A program for a command voice: hums a quarter of a second for each word, to standard output or to --to=PATH
HUMMING_PROGRAM = r"""
import array, io, math, sys, wave
words = len(sys.stdin.buffer.read().decode("utf-8").split())
swell = lambda n: 12000 * math.sin(math.pi * n / 4000) ** 2
once = array.array("h", (int(swell(n) * math.sin(2 * math.pi * 220 * n / 16000)) for n in range(4000)))
out = io.BytesIO()
with wave.open(out, "wb") as written:
    written.setparams((1, 2, 16000, 0, "NONE", ""))
    written.writeframes(once.tobytes() * words)
if sys.argv[1:]:
    open(sys.argv[1].removeprefix("--to="), "wb").write(out.getvalue())
else:
    sys.stdout.buffer.write(out.getvalue())
"""
# One that has begun to write and never ends, with a child that does not either
SLEEPING_PROGRAM = r"""
import subprocess, sys, threading
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import threading; threading.Event().wait(100)"])
if sys.argv[1:]:
    open(sys.argv[1].removeprefix("--to="), "wb").write(b"RIFF")
else:
    sys.stdout.buffer.write(b"RIFF")
    sys.stdout.flush()
threading.Event().wait(100)
"""
# A worker that reads its job and never answers
HANGING_WORKER = "import sys, threading; sys.stdin.readline(); threading.Event().wait(100)"


@dataclass(kw_only=True)
class FakeVoice:
    """Hums each syllable for a quarter of a second, its loudness rising and falling as speech does.

    Attributes
    ----------
    name
        What it is called in the record.
    rate
        Samples per second (Hz).
    level
        Highest sample, as a part of full scale; 0 is a voice that stays silent.
    failure
        Raised instead of speaking, where set.
    asked
        The phrases of each call so far, for the test to look at.
    """

    name: str = "fake"
    rate: int = 22_050
    level: float = 0.5
    failure: VoiceFailed | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def identity(self) -> str:
        """All that decides how it hums."""
        return f"{self.name} {self.rate} {self.level}"

    def speak(self, phrases: Sequence[str]) -> list[Clip]:
        """Hum each phrase, or raise `failure`."""
        self.asked.append(tuple(phrases))
        if self.failure is not None:
            raise self.failure
        if not all(phrase.strip() for phrase in phrases):
            raise VoiceFailed("There is a phrase without words.", reason="empty")
        return [self._hum(phrase) for phrase in phrases]

    def _hum(self, phrase: str) -> Clip:
        seconds = np.arange(int(len(phrase.split()) * SYLLABLE_S * self.rate)) / self.rate
        swell = np.sin(np.pi * seconds / SYLLABLE_S) ** 2
        wave = self.level * FULL_SCALE * swell * np.sin(2 * np.pi * TONE_HZ * seconds)
        return Clip(samples=np.round(wave).astype(np.int16), rate=self.rate)

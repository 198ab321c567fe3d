"""The embedded voice: eSpeak NG in a process of its own for each text, needing neither network nor system package.

The same phrase gives the same bytes every time, whatever is spoken before it.

Measured with ``espeakng-loader`` 0.2.4 on the 24 bulletins of the example station, pauses counted in, at 146 "words" per
minute: 186 syllables per minute southern, 192 northern (single bulletins 165 to 206). Newsreaders speak 180 to 220.
"""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from loa.errors import VoiceFailed
from loa.language import translate as _
from loa.voices.espeak_data import installed, not_installed, short_data_folder
from loa.voices.port import Clip, VoiceOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIBRARY_VOICES = {"north": "vi", "south": "vi-vn-x-south"}  # central does not keep the six tones apart (23 % by F0)
WORKER = Path(__file__).with_name("espeak_worker.py")
COUNT_BYTES = 4
SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EspeakVoice:
    """eSpeak NG with a northern or southern Vietnamese accent.

    Attributes
    ----------
    accent
        ``north`` or ``south``.
    options
        Speed and longest wait.
    worker
        The program that holds the library; tests put a failing one in its place.
    """

    accent: str
    options: VoiceOptions = field(default_factory=VoiceOptions)
    worker: Path = WORKER

    @property
    def name(self) -> str:
        """The name in ``station.yaml``."""
        return f"espeak:{self.accent}"

    @property
    def identity(self) -> str:
        """Accent, speed, and the version of the library."""
        return f"{self.name} {self.options.espeak_words_per_minute} wpm, espeakng-loader {_library_version()}"

    def speak(self, phrases: Sequence[str]) -> list[Clip]:
        """Speak each phrase; the same phrases give the same bytes every time.

        Raises
        ------
        VoiceFailed
            Reasons: ``not-installed``, ``data-path``, ``crashed``, ``timeout``, ``incomplete``, ``empty``.
        """
        lines = [_one_line(phrase) for phrase in phrases]
        if not all(lines):
            message = _("There is a phrase without words. Correct the text and render it again.")
            raise VoiceFailed(message, reason="empty")
        if not lines:
            return []
        return _clips(self._run("\n".join(lines).encode()), len(lines), self.name)

    def _run(self, text: bytes) -> bytes:
        """Return what the worker wrote for `text`."""
        found = installed()
        with short_data_folder(found.data_folder) as data_folder:
            command = [
                *(sys.executable, "-I", "-S", "-B", str(self.worker)),
                *(str(found.library), str(data_folder)),
                *(LIBRARY_VOICES[self.accent], str(self.options.espeak_words_per_minute)),
            ]
            try:
                ended = _run_apart(command, text, self.options.espeak_timeout_s)
            except subprocess.TimeoutExpired as error:
                message = _("The voice {voice} did not finish in {seconds:.0f} seconds. Try again.")
                message = message.format(voice=self.name, seconds=self.options.espeak_timeout_s)
                raise VoiceFailed(message, reason="timeout") from error
            except OSError as error:
                raise self._crashed(str(error)) from error
        if ended.returncode != 0:
            said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
            raise self._crashed(said[-1] if said else f"exit {ended.returncode}")
        return ended.stdout

    def _crashed(self, why: str) -> VoiceFailed:
        message = _("The voice {voice} broke down ({why}). Try again; if it happens again, run loa doctor.")
        return VoiceFailed(message.format(voice=self.name, why=why), reason="crashed")


@cache
def _library_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("espeakng-loader")
    except PackageNotFoundError as error:
        raise not_installed() from error


def _run_apart(command: list[str], text: bytes, timeout_s: float) -> subprocess.CompletedProcess[bytes]:
    """Run the worker in a process group of its own, so that Ctrl+C does not look like a crash of the voice."""
    if sys.platform == "win32":
        apart = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.run(  # noqa: S603 - our own program
            command, input=text, capture_output=True, timeout=timeout_s, check=False, creationflags=apart
        )
    return subprocess.run(  # noqa: S603 - our own program
        command, input=text, capture_output=True, timeout=timeout_s, check=False, process_group=0, cwd=os.sep
    )


def _one_line(phrase: str) -> str:
    """Return `phrase` as the library takes it: composed letters, lower case, single spaces, nothing unprintable."""
    spaced = " ".join(unicodedata.normalize("NFC", phrase).lower().split())
    return "".join(letter for letter in spaced if letter.isprintable())


def _clips(output: bytes, expected: int, voice: str) -> list[Clip]:
    """Take the worker's output apart."""
    import numpy as np

    rate = int.from_bytes(output[:COUNT_BYTES], "little")
    place = COUNT_BYTES
    clips: list[Clip] = []
    while place + COUNT_BYTES <= len(output):
        end = place + COUNT_BYTES + SAMPLE_BYTES * int.from_bytes(output[place : place + COUNT_BYTES], "little")
        samples: NDArray[np.int16] = np.frombuffer(output[place + COUNT_BYTES : end], dtype="<i2").astype(np.int16)
        clips.append(Clip(samples=samples, rate=rate))
        place = end
    if place != len(output) or len(clips) != expected:
        message = _("The voice {voice} stopped half-way. Try again; if it happens again, run loa doctor.")
        raise VoiceFailed(message.format(voice=voice), reason="incomplete")
    return clips

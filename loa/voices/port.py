"""What a voice is: words in, one clip of speech for each phrase out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from loa.speech_settings import CommandOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clip:
    """The speech of one phrase.

    Attributes
    ----------
    samples
        Mono, 16-bit; one-dimensional.
    rate
        Samples per second (Hz).
    """

    samples: NDArray[np.int16]
    rate: int

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceOptions:
    """What a station can set about its voices.

    Attributes
    ----------
    espeak_words_per_minute
        eSpeak NG's own measure of speed; see `loa.voices.espeak` for what it comes to in Vietnamese syllables.
    espeak_timeout_s
        Longest wait for one text, in seconds.
    gtts_timeout_s
        Longest wait for one request of one short sentence, in seconds.
    gtts_attempts
        How often one request is sent before the voice gives up.
    gtts_base_url
        Scheme and host to ask instead of Google's (a mirror, a test server), or None.
    gtts_ca_file
        Certificates to trust for that host, as a path to a PEM file, or None for the usual ones.
    piper_folder
        Where installed Piper voices lie (the station's ``voices``), or None where there are none.
    piper_timeout_s
        Longest wait for one phrase of a Piper voice, in seconds; the loading of the model is allowed as much again.
    commands
        The station's command voices by name, the name without ``command:``.
    """

    espeak_words_per_minute: int = 146
    espeak_timeout_s: float = 60.0
    gtts_timeout_s: float = 10.0
    gtts_attempts: int = 2
    gtts_base_url: str | None = None
    gtts_ca_file: str | None = None
    piper_folder: Path | None = None
    piper_timeout_s: float = 60.0
    commands: Mapping[str, CommandOptions] = field(default_factory=dict)


class Voice(Protocol):
    """Anything that can speak. Implementations pass ``tests/contract/test_voices.py``."""

    @property
    def name(self) -> str:
        """The name in ``station.yaml`` and in the audio's record, for instance ``espeak:south``."""

    @property
    def identity(self) -> str:
        """All that decides how this voice says given words: its name, settings, version, hash of its model.

        What was spoken under one identity is never spoken again. Cheap to ask; speaks nothing.

        Raises
        ------
        VoiceFailed
            The voice is not installed, or its files cannot be read.
        """

    def speak(self, phrases: Sequence[str]) -> Iterable[Clip]:
        """Speak each phrase; a slow voice yields each clip as soon as it is spoken.

        Parameters
        ----------
        phrases
            Lower-case words already read out: no digits, no abbreviations; none empty.

        Returns
        -------
        iterable of Clip
            One for each phrase, in order, all at one rate, none of them silent. Closing a generator half-way ends its
            worker.

        Raises
        ------
        VoiceFailed
            With a stable `reason`; nothing is left behind.
        """

"""What a voice is: words in, one clip of speech for each phrase out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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
    """

    espeak_words_per_minute: int = 146
    espeak_timeout_s: float = 60.0
    gtts_timeout_s: float = 10.0
    gtts_attempts: int = 2
    gtts_base_url: str | None = None
    gtts_ca_file: str | None = None

    def deciding_sound(self) -> dict[str, object]:
        """Return the options that change what is heard; waits and addresses do not."""
        return {"espeak_words_per_minute": self.espeak_words_per_minute}


class Voice(Protocol):
    """Anything that can speak. Implementations pass ``tests/contract/test_voices.py``."""

    @property
    def name(self) -> str:
        """The name in ``station.yaml`` and in the audio's record, for instance ``espeak:south``."""

    def speak(self, phrases: Sequence[str]) -> list[Clip]:
        """Speak each phrase.

        Parameters
        ----------
        phrases
            Lower-case words already read out: no digits, no abbreviations; none empty.

        Returns
        -------
        list of Clip
            One for each phrase, in order, all at one rate, none of them silent.

        Raises
        ------
        VoiceFailed
            With a stable `reason`; nothing is left behind.
        """

"""Whether a clip can be the words that were asked for: silence, half a sentence or a hum never counts as speech.

The limits are wide: eSpeak NG and newsreaders need 0.2 to 0.4 s for a syllable, the slowest letter by letter. What
passes them may still be badly spoken; what does not was not spoken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loa.errors import VoiceFailed
from loa.language import translate as _
from loa.voices.port import Clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST_S = 0.06  # a syllable
SHORTEST_HEARD_S = 0.03  # of it, above the level below
LONGEST_S = 1.2
LONGEST_PAUSES_S = 4.0
LETTERS_A_SYLLABLE = 3  # of what may be spelled: `bhyt` is one word and four syllables
HEARD_RMS = 0.006  # of full scale, in one frame: -44 dB
FRAME_S = 0.02
FLAT_TOP = 4  # samples in a row at full scale are distortion, singly they are a peak
MOST_FLAT = 0.002  # of all samples
LOWEST_RATE, HIGHEST_RATE = 8_000, 96_000  # Hz


def refuse_implausible(clip: Clip, phrase: str, voice: str) -> None:
    """Check what `voice` gave for `phrase`.

    Raises
    ------
    VoiceFailed
        Reasons: ``silent``, ``too-short``, ``too-long``, ``clipped``, ``rate``.
    """
    import numpy as np

    def failed(message: str, reason: str) -> VoiceFailed:
        return VoiceFailed(message.format(voice=voice, words=phrase[:40], seconds=clip.length_s), reason=reason)

    if not LOWEST_RATE <= clip.rate <= HIGHEST_RATE:
        message = _("The voice {voice} has a sample rate that no speech has. Choose another voice.")
        raise failed(message, "rate")
    words = len(phrase.split())
    height = np.abs(clip.samples.astype(np.int32))
    heard_s = _heard_frames(height, clip.rate) * FRAME_S
    if heard_s <= 0:
        message = _("The voice {voice} gave silence for “{words}”. Try again, or choose another voice.")
        raise failed(message, "silent")
    if clip.length_s < words * SHORTEST_S or heard_s < words * SHORTEST_HEARD_S:
        message = _("The voice {voice} spoke only {seconds:.1f} s of “{words}…”. Try again, or choose another voice.")
        raise failed(message, "too-short")
    if clip.length_s > LONGEST_PAUSES_S + max(words, len(phrase) / LETTERS_A_SYLLABLE) * LONGEST_S:
        message = _("The voice {voice} spoke {seconds:.0f} s for “{words}…”. Try again, or choose another voice.")
        raise failed(message, "too-long")
    if _flat_samples(height) > MOST_FLAT * len(height):
        message = _("The voice {voice} is overdriven. Lower its volume, or choose another voice.")
        raise failed(message, "clipped")


def _heard_frames(height: NDArray[np.int32], rate: int) -> int:
    """Return the number of frames of 20 ms that are louder than silence."""
    import numpy as np

    frame = round(rate * FRAME_S)
    whole = height[: len(height) // frame * frame].reshape(-1, frame).astype(np.float32)
    return int((np.sqrt((whole**2).mean(axis=1)) > HEARD_RMS * 32768).sum()) if len(whole) else 0


def _flat_samples(height: NDArray[np.int32]) -> int:
    """Return the number of samples in rows of at least four at full scale."""
    import numpy as np

    at_the_top = np.concatenate([[False], height >= 32767, [False]])  # noqa: PLR2004 - 16-bit full scale
    edges = np.flatnonzero(np.diff(at_the_top.astype(np.int8)))
    rows = edges[1::2] - edges[::2]
    return int(rows[rows >= FLAT_TOP].sum())

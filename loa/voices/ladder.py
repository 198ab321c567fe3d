"""The ladder: the first voice that works speaks, and the record says why a better one did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loa.errors import NoVoice, VoiceFailed
from loa.language import translate as _
from loa.voices.port import Clip, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a voice of the ladder did not speak.

    Attributes
    ----------
    voice
        Its name.
    reason
        Stable short code, for instance ``timeout``.
    message
        The sentence for the operator.
    """

    voice: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spoken:
    """A text that was spoken whole by one voice.

    Attributes
    ----------
    voice
        Name of the voice that spoke.
    clips
        One for each phrase, in order.
    refusals
        The better voices that did not, best first.
    """

    voice: str
    clips: tuple[Clip, ...]
    refusals: tuple[Refusal, ...]


class Ladder:
    """Voices from best to last resort.

    Parameters
    ----------
    voices
        At least one, best first.
    """

    def __init__(self, voices: Sequence[Voice]) -> None:
        if not voices:
            raise NoVoice(_("No voice is set. Name at least one under voices in station.yaml."))
        self._voices = tuple(voices)

    def speak(self, phrases: Sequence[str]) -> Spoken:
        """Let the first voice that works speak all phrases: a text never changes its voice half-way.

        Raises
        ------
        NoVoice
            Every voice failed; the message names each and its reason.
        """
        refusals: list[Refusal] = []
        for voice in self._voices:
            try:
                clips = _checked(voice.speak(phrases), len(phrases), voice.name)
            except VoiceFailed as failure:
                refusals.append(Refusal(voice=voice.name, reason=failure.reason, message=failure.message))
            else:
                return Spoken(voice=voice.name, clips=clips, refusals=tuple(refusals))
        named = "\n".join(f"- {refusal.voice}: {refusal.message}" for refusal in refusals)
        raise NoVoice(
            _("No voice could speak this text:\n{refusals}\nAdd espeak:south under voices in station.yaml.").format(
                refusals=named
            )
        )


def _checked(clips: Sequence[Clip], expected: int, voice: str) -> tuple[Clip, ...]:
    """Hold a voice to its promise: silence never counts as speech."""
    if len(clips) != expected:
        message = _("The voice {voice} spoke {spoken} of {expected} phrases. Report this as a fault of loa.")
        raise VoiceFailed(message.format(voice=voice, spoken=len(clips), expected=expected), reason="incomplete")
    if any(not clip.samples.any() for clip in clips):
        message = _("The voice {voice} gave silence. Try again, or choose another voice.")
        raise VoiceFailed(message.format(voice=voice), reason="silent")
    return tuple(clips)

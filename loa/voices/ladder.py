"""The ladder: the first voice that works speaks, and the record says why a better one did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loa.errors import NoVoice, VoiceFailed
from loa.language import translate as _
from loa.voices.phrase_store import PhraseStore
from loa.voices.plausibility import refuse_implausible
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
    voice, identity
        Name of the voice that spoke, and all that decides how it speaks.
    clips
        One for each phrase, in order.
    refusals
        The better voices that did not, best first.
    """

    voice: str
    identity: str
    clips: tuple[Clip, ...]
    refusals: tuple[Refusal, ...]


class Ladder:
    """Voices from best to last resort.

    Parameters
    ----------
    voices
        At least one, best first.
    store
        What was spoken before, or None: then every phrase is spoken.
    """

    def __init__(self, voices: Sequence[Voice], store: PhraseStore | None = None) -> None:
        if not voices:
            raise NoVoice(_("No voice is set. Name at least one under voices in station.yaml."))
        self._voices = tuple(voices)
        self._store = store

    def speak(self, phrases: Sequence[str], on_spoken: Callable[[str], None] | None = None) -> Spoken:
        """Let the first voice that works speak all phrases: a text never changes its voice half-way.

        A phrase that this voice has said before is taken from the store. What a voice said before it failed is kept.

        Parameters
        ----------
        on_spoken
            Called with each phrase as soon as it is spoken.

        Raises
        ------
        NoVoice
            Every voice failed; the message names each and its reason.
        """
        refusals: list[Refusal] = []
        for voice in self._voices:
            try:
                identity = voice.identity
                clips = self._spoken(voice, identity, phrases, on_spoken)
            except VoiceFailed as failure:
                refusals.append(Refusal(voice=voice.name, reason=failure.reason, message=failure.message))
            else:
                return Spoken(voice=voice.name, identity=identity, clips=clips, refusals=tuple(refusals))
        named = "\n".join(f"- {refusal.voice}: {refusal.message}" for refusal in refusals)
        raise NoVoice(
            _("No voice could speak this text:\n{refusals}\nAdd espeak:south under voices in station.yaml.").format(
                refusals=named
            )
        )

    def _spoken(
        self, voice: Voice, identity: str, phrases: Sequence[str], on_spoken: Callable[[str], None] | None
    ) -> tuple[Clip, ...]:
        """Return a clip for each phrase, from the store or newly spoken. Raises VoiceFailed."""
        store = self._store
        known: dict[str, Clip] = {}
        for phrase in dict.fromkeys(phrases) if store else ():
            clip = store.find(identity, phrase) if store else None
            if clip is not None:
                known[phrase] = clip
        wanted = [phrase for phrase in dict.fromkeys(phrases) if phrase not in known]
        spoken = 0
        for spoken, clip in enumerate(voice.speak(wanted), 1):
            if spoken > len(wanted):
                break
            phrase = wanted[spoken - 1]
            refuse_implausible(clip, phrase, voice.name)
            known[phrase] = clip
            if store is not None:
                store.keep(identity, phrase, clip)
            if on_spoken is not None:
                on_spoken(phrase)
        if spoken != len(wanted):
            message = _("The voice {voice} spoke {spoken} of {expected} phrases. Report this as a fault of loa.")
            message = message.format(voice=voice.name, spoken=spoken, expected=len(wanted))
            raise VoiceFailed(message, reason="incomplete")
        clips = tuple(known[phrase] for phrase in phrases)
        if len({clip.rate for clip in clips}) > 1:
            message = _("The voice {voice} changed its sample rate half-way. Report this as a fault of loa.")
            raise VoiceFailed(message.format(voice=voice.name), reason="rate")
        return clips

"""Voices by the names that stand in ``station.yaml``."""

from __future__ import annotations

from loa.errors import NotFound
from loa.language import translate as _
from loa.voices.port import Voice, VoiceOptions

KNOWN_VOICES: tuple[str, ...] = ("espeak:south", "espeak:north", "gtts")


def voice_named(spec: str, options: VoiceOptions) -> Voice:
    """Return the voice called `spec`; its libraries are loaded when it first speaks.

    Raises
    ------
    NotFound
        No voice has this name.
    """
    if spec in {"espeak:south", "espeak:north"}:
        from loa.voices.espeak import EspeakVoice

        return EspeakVoice(accent=spec.partition(":")[2], options=options)
    if spec == "gtts":
        from loa.voices.google import GoogleVoice

        return GoogleVoice(options=options)
    raise NotFound(
        _("No voice is named {name}. Write one of these under voices: {known}.").format(
            name=spec, known=", ".join(KNOWN_VOICES)
        )
    )

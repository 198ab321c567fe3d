"""Voices by the names that stand in ``station.yaml``."""

from __future__ import annotations

from loa.errors import NotFound
from loa.language import translate as _
from loa.voices.port import Voice, VoiceOptions

KNOWN_VOICES: tuple[str, ...] = ("espeak:south", "espeak:north", "gtts")  # those that every station has


def known_voices(options: VoiceOptions) -> tuple[str, ...]:
    """Return the names of all voices of a station: those always there, its Piper voices, its command voices."""
    from loa.voices.piper_files import installed

    models = installed(options.piper_folder) if options.piper_folder is not None else []
    return (
        *KNOWN_VOICES,
        *(f"piper:{model.name}" for model in models),
        *(f"command:{name}" for name in sorted(options.commands)),
    )


def voice_named(spec: str, options: VoiceOptions) -> Voice:
    """Return the voice called `spec`; its libraries are loaded when it first speaks.

    A Piper voice that is not installed is a voice all the same: it fails when it is to speak, and the next one of the
    ladder is asked.

    Raises
    ------
    NotFound
        No voice has this name.
    """
    kind, _colon, name = spec.partition(":")
    if spec in {"espeak:south", "espeak:north"}:
        from loa.voices.espeak import EspeakVoice

        return EspeakVoice(accent=name, options=options)
    if spec == "gtts":
        from loa.voices.google import GoogleVoice

        return GoogleVoice(options=options)
    if kind == "piper" and name:
        from loa.voices.piper import PiperVoice

        return PiperVoice(model=name, options=options)
    if kind == "command" and name in options.commands:
        from loa.voices.command import CommandVoice

        return CommandVoice(command=name, options=options.commands[name])
    raise NotFound(
        _("No voice is named {name}. Write one of these under voices: {known}.").format(
            name=spec, known=", ".join(known_voices(options))
        )
    )

"""The sound room: speech, recordings and music in; one finished, loudness-matched file and its cue sheet out."""

from loa.sound.cues import Cue, CueSheet, SoundKind
from loa.sound.store import AudioStore, FinishedAudio
from loa.sound.target import SoundTarget

__all__ = ["AudioStore", "Cue", "CueSheet", "FinishedAudio", "SoundKind", "SoundTarget"]

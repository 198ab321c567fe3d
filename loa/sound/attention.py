"""The attention tone before an emergency: two tones in turn, low enough for a horn loudspeaker, high above speech's bass."""

from __future__ import annotations

import hashlib
import json

from loa.sound.cues import SoundKind
from loa.sound.store import AudioStore, FinishedAudio
from loa.sound.target import SoundTarget

ITEM = "attention-tone"
FORMAT = 1  # raise it when the tone would sound different
TONES_HZ = (740.0, 988.0)  # a fourth apart, both where horn loudspeakers carry farthest
TONE_S = 0.3
TURNS = 4
RAMP_S = 0.01


def attention_tone(store: AudioStore, target: SoundTarget) -> FinishedAudio:
    """Return the station's own attention tone of 2.4 s, finished to `target`: from the store, or made now.

    Raises
    ------
    SoundRefused
        It cannot be finished.
    OSError
        It cannot be stored.
    """
    decides = json.dumps({"tone": ITEM, "format": FORMAT, "target": target.as_json()}, sort_keys=True)
    key = hashlib.sha256(decides.encode()).hexdigest()
    found = store.find(key)
    if found is not None:
        return found
    import numpy as np

    from loa.sound.finishing import Speech
    from loa.voices import Clip

    rate = target.sample_rate
    seconds = np.arange(round(TONE_S * rate)) / rate
    envelope = np.clip(np.minimum(seconds, TONE_S - seconds) / RAMP_S, 0, 1)
    tones = [envelope * np.sin(2 * np.pi * hertz * seconds) for hertz in TONES_HZ]
    samples = np.round(np.concatenate(tones * TURNS) * 16_000).astype(np.int16)
    speech = Speech(clips=[Clip(samples=samples, rate=rate)], phrases=[("♪", "phrase")])
    return store.save([speech], target=target, key=key, item=ITEM, kind=SoundKind.SOUND, text_hash="")

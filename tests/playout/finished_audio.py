"""Finished audio for playout tests, written straight into a store: the player does not care how it was made."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import soundfile

from loa.sound import AudioStore, CueSheet, FinishedAudio, SoundKind

RATE = 48_000


def finished(folder: Path, name: str, seconds: float, *, hertz: float = 440.0) -> FinishedAudio:
    """Write a tone with noise of `seconds` and return it as finished audio called `name`."""
    key = hashlib.sha256(f"{name} {seconds} {hertz}".encode()).hexdigest()
    path = AudioStore(folder).path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = round(seconds * RATE)
    noise = np.random.default_rng(int(key[:8], 16)).normal(0, 0.05, frames)
    samples = 0.2 * np.sin(2 * np.pi * hertz * np.arange(frames) / RATE) + noise
    soundfile.write(path, samples, RATE, subtype="PCM_16")
    content = path.read_bytes()
    sheet = CueSheet(
        item=name,
        kind=SoundKind.SPEECH,
        key=key,
        text_hash="",
        voice="tone",
        audio_sha256=hashlib.sha256(content).hexdigest(),
        audio_bytes=len(content),
        sample_rate=RATE,
        frames=frames,
        loudness_lufs=-18.0,
        peak_dbtp=-6.0,
    )
    path.with_suffix(".json").write_text(sheet.to_json(), encoding="utf-8")
    return FinishedAudio(path=path, cue_sheet=sheet)

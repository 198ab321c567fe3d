"""Joining: every phrase is where the cue sheet says, with the pause that belongs after it, and no clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from loa.sound import Cue, SoundTarget
from loa.sound.joining import FADE_MS, KEPT_MS, trim
from loa.sound.joining import join as join_phrases
from loa.voices import Clip
from tests.sound.signals import sine

RATE = 22_050
TARGET = SoundTarget(phrase_gap_ms=100, sentence_gap_ms=300, paragraph_gap_ms=700)


@dataclass
class Joined:
    samples: NDArray[np.int16]
    cues: list[Cue]


def join(clips: list[Clip], phrases: list[tuple[str, str]], target: SoundTarget) -> Joined:
    """Return the phrases in one piece."""
    joined = list(join_phrases(clips, phrases, target))
    return Joined(np.concatenate([phrase.samples for phrase in joined]), [phrase.cue for phrase in joined])


def clip(seconds: float, *, before_s: float = 0.0, after_s: float = 0.0) -> Clip:
    samples = np.round(sine(-12, seconds, hz=500, rate=RATE) * 32767).astype(np.int16)
    return Clip(samples=np.pad(samples, (round(before_s * RATE), round(after_s * RATE))), rate=RATE)


def test_pauses_follow_what_they_belong_to() -> None:
    """A phrase, a sentence and a paragraph are followed by their own pause; the last by none."""
    phrases = [("một", "phrase"), ("hai", "sentence"), ("ba", "paragraph"), ("bốn", "sentence")]
    joined = join([clip(0.5)] * 4, phrases, TARGET)
    starts = [cue.start_s for cue in joined.cues]
    ends = [cue.start_s + cue.length_s for cue in joined.cues]
    gaps = [later - earlier for earlier, later in zip(ends, starts[1:], strict=False)]
    assert gaps == pytest.approx([0.1, 0.3, 0.7], abs=0.001)
    assert [cue.text for cue in joined.cues] == ["một", "hai", "ba", "bốn"]
    assert len(joined.samples) / RATE == pytest.approx(ends[-1], abs=0.001)


def test_cues_are_where_the_sound_is() -> None:
    """Measured on the samples: sound within each cue, silence between them."""
    joined = join([clip(0.4, before_s=0.2, after_s=0.3), clip(0.6)], [("a", "sentence"), ("b", "sentence")], TARGET)
    heard = np.flatnonzero(np.abs(joined.samples) > 500) / RATE
    for cue in joined.cues:
        inside = heard[(heard >= cue.start_s) & (heard <= cue.start_s + cue.length_s)]
        assert inside[0] - cue.start_s < 0.03
        assert cue.start_s + cue.length_s - inside[-1] < 0.03
    assert len(heard) == sum(
        ((heard >= cue.start_s) & (heard <= cue.start_s + cue.length_s)).sum() for cue in joined.cues
    )


def test_the_voices_own_silence_is_cut() -> None:
    """Pauses are the station's choice, whatever silence a voice puts around its words."""
    assert trim(clip(0.4, before_s=0.5, after_s=0.5)).length_s == pytest.approx(0.4 + 2 * KEPT_MS / 1000, abs=0.005)


def test_a_silent_clip_is_left_alone() -> None:
    """Nothing to go by: it is the ladder that refuses silence."""
    silent = Clip(samples=np.zeros(100, dtype=np.int16), rate=RATE)
    assert trim(silent) is silent


def test_edges_are_faded() -> None:
    """A phrase that starts or ends in the middle of a wave makes no click."""
    loud = Clip(samples=np.full(RATE, 20_000, dtype=np.int16), rate=RATE)
    joined = join([loud, loud], [("a", "sentence"), ("b", "sentence")], TARGET)
    steps = np.abs(np.diff(joined.samples.astype(int)))
    assert steps.max() <= 20_000 / FADE_MS * 1.3  # pydub fades in steps of a millisecond
    assert abs(int(joined.samples[0])) < 4500
    assert joined.samples.max() == 20_000


def test_a_clip_shorter_than_its_fades_survives() -> None:
    """One millisecond of sound is still sound."""
    tiny = Clip(samples=np.full(30, 1000, dtype=np.int16), rate=RATE)
    assert len(join([tiny], [("a", "phrase")], TARGET).samples) == 30


def test_as_many_phrases_as_clips() -> None:
    """A cue sheet that is off by one is worse than none."""
    with pytest.raises(ValueError, match="zip"):
        join([clip(0.1)], [("a", "phrase"), ("b", "phrase")], TARGET)


def test_an_unknown_pause_is_refused() -> None:
    """A misspelt pause is a fault in the program, found by its first test."""
    with pytest.raises(ValueError, match="paragraph"):
        join([clip(0.1)], [("a", "pause")], TARGET)


def test_clips_of_two_rates_are_refused() -> None:
    """One of them would sound too high: a fault in the program."""
    other = Clip(samples=clip(0.1).samples, rate=24_000)
    with pytest.raises(ValueError, match="24000"):
        join([clip(0.1), other], [("a", "phrase"), ("b", "phrase")], TARGET)

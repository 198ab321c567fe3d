"""What every voice promises, whatever it is made of: the same tests over each adapter and over the fake."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from loa.errors import NotFound, VoiceFailed
from loa.voices import KNOWN_VOICES, Clip, Voice, VoiceOptions, voice_named
from tests.fakes.voices import FakeVoice
from tests.voices.google_stand_in import google_stand_in

PHRASES = (
    "kính thưa bà con và các bạn!",
    "ủy ban nhân dân xã minh đức thông báo về việc tiếp nhận hồ sơ tại bộ phận một cửa,",
    "kể từ ngày mùng một tháng mười hai năm hai nghìn không trăm hai mươi sáu.",
    "điện thoại không hai bảy một, ba không không không, một hai ba.",
    "ừ",
)
SHORTEST_SYLLABLE_S, LONGEST_SYLLABLE_S = 0.12, 0.60
PAUSES_S = 1.0  # what a voice may add around a phrase
QUIETEST_RMS = 300  # of 32768: -41 dBFS over a whole phrase


@pytest.fixture(params=["espeak:north", "espeak:south", "gtts", "fake"])
def voice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Voice]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    if request.param == "fake":
        yield FakeVoice()
        return
    with google_stand_in() as server:
        yield voice_named(request.param, VoiceOptions(gtts_base_url=server.url))


def syllables(phrase: str) -> int:
    return len(phrase.split())


def test_it_is_called_what_it_was_asked_for_by(voice: Voice) -> None:
    """The name in the record is the name in station.yaml."""
    assert voice.name in (*KNOWN_VOICES, "fake")


def test_one_clip_for_each_phrase_in_order(voice: Voice) -> None:
    """Cue sheets rest on this: the third clip is the third phrase."""
    clips = voice.speak(PHRASES)
    assert len(clips) == len(PHRASES)
    lengths = [clip.length_s for clip in clips]
    assert lengths.index(max(lengths)) == 1
    assert lengths.index(min(lengths)) == 4


def test_samples_are_sixteen_bit_mono_at_one_speech_rate(voice: Voice) -> None:
    """What comes after needs no second look at the form of the samples."""
    clips = voice.speak(PHRASES)
    assert {(clip.samples.dtype, clip.samples.ndim) for clip in clips} == {(np.dtype(np.int16), 1)}
    (rate,) = {clip.rate for clip in clips}
    assert 16_000 <= rate <= 48_000


def test_the_length_is_plausible_for_the_words(voice: Voice) -> None:
    """Half a sentence, or noise without end, never counts as speech."""
    for phrase, clip in zip(PHRASES, voice.speak(PHRASES), strict=True):
        shortest = syllables(phrase) * SHORTEST_SYLLABLE_S
        assert shortest <= clip.length_s <= syllables(phrase) * LONGEST_SYLLABLE_S + PAUSES_S, phrase


def test_it_is_heard(voice: Voice) -> None:
    """Silence never counts as speech."""
    for phrase, clip in zip(PHRASES, voice.speak(PHRASES), strict=True):
        assert np.sqrt(np.mean(clip.samples.astype(np.float64) ** 2)) > QUIETEST_RMS, phrase


def test_it_does_not_clip(voice: Voice) -> None:
    """Samples at full scale come singly at most: a row of them is distortion no later step can mend."""
    for phrase, clip in zip(PHRASES, voice.speak(PHRASES), strict=True):
        assert longest_flat_top(clip) <= 2, phrase


def longest_flat_top(clip: Clip) -> int:
    """Return the length of the longest row of samples that stand at full scale."""
    at_the_top = np.abs(clip.samples.astype(np.int32)) >= 32_767
    edges = np.flatnonzero(np.diff(np.concatenate([[False], at_the_top, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def test_the_same_words_give_the_same_samples(voice: Voice) -> None:
    """Content hashes of finished audio rest on this."""
    first, second = voice.speak(PHRASES), voice.speak(PHRASES)
    assert all(np.array_equal(one.samples, two.samples) for one, two in zip(first, second, strict=True))


def test_nothing_to_say_is_no_clip(voice: Voice) -> None:
    """No phrases, no clips, no failure."""
    assert voice.speak([]) == []


@pytest.mark.parametrize("phrase", ["", "  ", "\n"])
def test_a_phrase_without_words_is_a_voice_failure(voice: Voice, phrase: str) -> None:
    """Bad text ends in our own error with a stable reason, in every voice."""
    with pytest.raises(VoiceFailed) as failure:
        voice.speak([PHRASES[0], phrase])
    assert failure.value.reason == "empty"


@pytest.mark.parametrize(
    "phrase",
    [
        "a" * 400,
        "bà con\nvà các bạn",
        "bà con\x00và các bạn",
        "<speak>bà con</speak>",
        "bà con \U0001f33e và các bạn",
        "u\u0309y ban nha\u0302n da\u0302n",  # NFD
        "'\"; rm -rf /",
    ],
)
def test_strange_text_is_spoken_or_refused(voice: Voice, phrase: str) -> None:
    """One strange phrase neither breaks the voice nor shifts the phrases around it."""
    try:
        clips = voice.speak([PHRASES[0], phrase, PHRASES[1]])
    except VoiceFailed:
        return
    assert len(clips) == 3
    before, after = voice.speak([PHRASES[0], PHRASES[1]])
    assert clips[0].length_s == pytest.approx(before.length_s, rel=0.1)
    assert clips[2].length_s == pytest.approx(after.length_s, rel=0.1)


def test_two_renders_at_once_do_not_mix(voice: Voice) -> None:
    """Two bulletins rendered at the same time come out as if alone."""
    alone = {text: voice.speak([text] * 3) for text in PHRASES[:2]}
    together: dict[str, list[Clip]] = {}

    def speak(text: str) -> None:
        together[text] = voice.speak([text] * 3)

    threads = [threading.Thread(target=speak, args=(text,)) for text in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for text, clips in alone.items():
        assert [clip.samples.tolist() for clip in together[text]] == [clip.samples.tolist() for clip in clips]


def test_an_unknown_voice_is_not_found() -> None:
    """A typing mistake in station.yaml names the voices there are."""
    with pytest.raises(NotFound, match="espeak:south"):
        voice_named("espeak:centre", VoiceOptions())

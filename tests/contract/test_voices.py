"""What every voice promises, whatever it is made of: the same tests over each adapter and over the fake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
import pytest

from loa.errors import NotFound, VoiceFailed
from loa.speech_settings import CommandOptions
from loa.voices import Clip, Voice, VoiceOptions, voice_named
from loa.voices.espeak import EspeakVoice
from loa.voices.named import known_voices
from loa.voices.piper import PiperVoice
from tests.fakes.voices import HANGING_WORKER, HUMMING_PROGRAM, SLEEPING_PROGRAM, FakeVoice
from tests.voices.google_stand_in import Answer, GoogleStandIn, google_stand_in
from tests.voices.piper_model import install

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


VOICES = ("espeak:north", "espeak:south", "gtts", "piper:tiny", "command:pipe", "command:file", "fake")
PROCESSES = {"espeak": 2, "gtts": 1, "piper": 2, "command": 4}  # of someone who speaks: with the worker and its own
SOON_S = 30  # for what takes a second on a machine at rest

SPEAKER = """
import json, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests themselves run in the background
from pathlib import Path
from loa.settings import CommandOptions
from loa.voices import VoiceOptions, voice_named
voice, folder, url, commands = json.loads(sys.argv[1])
options = VoiceOptions(
    piper_folder=Path(folder),
    gtts_base_url=url,
    gtts_timeout_s=60,
    commands={name: CommandOptions(run=tuple(run)) for name, run in commands.items()},
)
list(voice_named(voice, options).speak(["kính thưa bà con và các bạn"] * 5000))
"""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the Piper voice ``tiny``."""
    return install(tmp_path_factory.mktemp("voices")).parent


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleStandIn]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with google_stand_in() as server:
        yield server


def commands(program: Path) -> dict[str, tuple[str, ...]]:
    run = (sys.executable, "-I", "-S", str(program))
    return {"pipe": run, "file": (*run, "--to={out}")}


@pytest.fixture
def options(google: GoogleStandIn, models: Path, tmp_path: Path) -> VoiceOptions:
    program = tmp_path / "hum.py"
    program.write_text(HUMMING_PROGRAM, encoding="utf-8")
    return VoiceOptions(
        gtts_base_url=google.url,
        piper_folder=models,
        commands={name: CommandOptions(run=run) for name, run in commands(program).items()},
    )


@pytest.fixture(params=VOICES)
def spec(request: pytest.FixtureRequest) -> str:
    asked: str = request.param
    return asked


@pytest.fixture
def voice(spec: str, options: VoiceOptions) -> Voice:
    return FakeVoice() if spec == "fake" else voice_named(spec, options)


@pytest.fixture(scope="session")
def heard_before() -> dict[str, list[Clip]]:
    return {}


@pytest.fixture
def clips(spec: str, voice: Voice, heard_before: dict[str, list[Clip]]) -> list[Clip]:
    """Return what the voice makes of `PHRASES`; spoken once, looked at by many tests."""
    if spec not in heard_before:
        heard_before[spec] = list(voice.speak(PHRASES))
    return heard_before[spec]


def syllables(phrase: str) -> int:
    return len(phrase.split())


def test_it_is_called_what_it_was_asked_for_by(voice: Voice, spec: str) -> None:
    """The name in the record is the name in station.yaml."""
    assert voice.name == spec


def test_its_identity_is_stable_and_its_own(voice: Voice, spec: str, options: VoiceOptions) -> None:
    """What was spoken once is found again under it, and never taken for another voice's."""
    again = FakeVoice() if spec == "fake" else voice_named(spec, options)
    assert voice.identity == again.identity
    others = {voice_named(other, options).identity for other in VOICES if other not in {spec, "fake"}}
    assert voice.identity not in others


def test_one_clip_for_each_phrase_in_order(clips: list[Clip]) -> None:
    """Cue sheets rest on this: the third clip is the third phrase."""
    assert len(clips) == len(PHRASES)
    lengths = [clip.length_s for clip in clips]
    assert lengths.index(max(lengths)) == 1
    assert lengths.index(min(lengths)) == 4


def test_samples_are_sixteen_bit_mono_at_one_speech_rate(clips: list[Clip]) -> None:
    """What comes after needs no second look at the form of the samples."""
    assert {(clip.samples.dtype, clip.samples.ndim) for clip in clips} == {(np.dtype(np.int16), 1)}
    (rate,) = {clip.rate for clip in clips}
    assert 16_000 <= rate <= 48_000


def test_the_length_is_plausible_for_the_words(clips: list[Clip]) -> None:
    """Half a sentence, or noise without end, never counts as speech."""
    for phrase, clip in zip(PHRASES, clips, strict=True):
        shortest = syllables(phrase) * SHORTEST_SYLLABLE_S
        assert shortest <= clip.length_s <= syllables(phrase) * LONGEST_SYLLABLE_S + PAUSES_S, phrase


def test_it_is_heard(clips: list[Clip]) -> None:
    """Silence never counts as speech."""
    for phrase, clip in zip(PHRASES, clips, strict=True):
        assert np.sqrt(np.mean(clip.samples.astype(np.float64) ** 2)) > QUIETEST_RMS, phrase


def test_it_does_not_clip(clips: list[Clip]) -> None:
    """Samples at full scale come singly at most: a row of them is distortion no later step can mend."""
    for phrase, clip in zip(PHRASES, clips, strict=True):
        assert longest_flat_top(clip) <= 2, phrase


def longest_flat_top(clip: Clip) -> int:
    """Return the length of the longest row of samples that stand at full scale."""
    at_the_top = np.abs(clip.samples.astype(np.int32)) >= 32_767
    edges = np.flatnonzero(np.diff(np.concatenate([[False], at_the_top, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def test_the_same_words_give_the_same_samples(voice: Voice, clips: list[Clip]) -> None:
    """Content hashes of finished audio rest on this."""
    again = voice.speak(PHRASES)
    assert all(np.array_equal(one.samples, two.samples) for one, two in zip(clips, again, strict=True))


def test_a_phrase_sounds_the_same_alone_and_inside_a_text(voice: Voice, clips: list[Clip]) -> None:
    """Sentence by sentence caching rests on this: a phrase is spoken once and used in every text."""
    turned = list(voice.speak(PHRASES[::-1]))[::-1]
    for phrase, inside, other_way in zip(PHRASES, clips, turned, strict=True):
        (alone,) = voice.speak([phrase])
        assert np.array_equal(alone.samples, inside.samples), phrase
        assert np.array_equal(alone.samples, other_way.samples), phrase


def test_nothing_to_say_is_no_clip(voice: Voice) -> None:
    """No phrases, no clips, no failure."""
    assert list(voice.speak([])) == []


@pytest.mark.parametrize("phrase", ["", "  ", "\n"])
def test_a_phrase_without_words_is_a_voice_failure(voice: Voice, phrase: str) -> None:
    """Bad text ends in our own error with a stable reason, in every voice."""
    with pytest.raises(VoiceFailed) as failure:
        list(voice.speak([PHRASES[0], phrase]))
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
def test_strange_text_is_spoken_or_refused(voice: Voice, clips: list[Clip], phrase: str) -> None:
    """One strange phrase neither breaks the voice nor shifts the phrases around it."""
    try:
        strange = list(voice.speak([PHRASES[0], phrase, PHRASES[1]]))
    except VoiceFailed:
        return
    assert len(strange) == 3
    assert np.array_equal(strange[0].samples, clips[0].samples)
    assert np.array_equal(strange[2].samples, clips[1].samples)


def test_two_renders_at_once_do_not_mix(voice: Voice, clips: list[Clip]) -> None:
    """Two bulletins rendered at the same time come out as if alone."""
    together: dict[int, list[Clip]] = {}

    def speak(place: int) -> None:
        together[place] = list(voice.speak([PHRASES[place]] * 3))

    threads = [threading.Thread(target=speak, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for place in range(2):
        assert len(together[place]) == 3
        assert all(np.array_equal(clip.samples, clips[place].samples) for clip in together[place])


def hanging_voice(spec: str, options: VoiceOptions, google: GoogleStandIn, folder: Path) -> Voice:
    """Return the voice called `spec` with something inside it that never ends."""
    program = folder / "hang.py"
    kind, _colon, name = spec.partition(":")
    if kind == "gtts":
        google.usual = Answer.SLOW
        return voice_named(spec, VoiceOptions(gtts_base_url=google.url, gtts_timeout_s=0.5))
    if kind == "command":
        program.write_text(SLEEPING_PROGRAM, encoding="utf-8")
        run = CommandOptions(run=commands(program)[name], timeout_s=0.5)
        return voice_named(spec, VoiceOptions(commands={name: run}))
    program.write_text(HANGING_WORKER, encoding="utf-8")
    if kind == "piper":
        limited = VoiceOptions(piper_folder=options.piper_folder, piper_timeout_s=0.5)
        return PiperVoice(model=name, options=limited, worker=program)
    return EspeakVoice(accent=name, options=VoiceOptions(espeak_timeout_s=0.5), worker=program)


@pytest.mark.parametrize("spec", [name for name in VOICES if name != "fake"], indirect=True)
def test_a_voice_that_hangs_ends_in_time(
    spec: str, options: VoiceOptions, google: GoogleStandIn, tmp_path: Path
) -> None:
    """Every wait has a timeout, and the station's choice of it holds."""
    hanging = hanging_voice(spec, options, google, tmp_path)
    began = time.monotonic()
    with pytest.raises(VoiceFailed) as failure:
        list(hanging.speak(PHRASES))
    assert failure.value.reason == "timeout"
    assert time.monotonic() - began < 8


def processes(mark: str) -> list[str]:
    """Return the numbers of the running processes that were started, however indirectly, with `mark` around them."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (place / "environ").read_bytes():  # empty for one that has ended
                found.append(place.name)
        except OSError:
            continue
    return found


def reached(condition: Callable[[], bool]) -> bool:
    """Wait until `condition` holds; return whether it does."""
    until, tick = time.monotonic() + SOON_S, threading.Event()
    while not condition() and time.monotonic() < until:
        tick.wait(0.02)
    return condition()


ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for what is left in /proc")


@ON_LINUX
def test_who_stops_listening_half_way_ends_the_worker(voice: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is given up after its first sentence costs no further work."""
    mark = f"LOA_TEST_{uuid.uuid4().hex}"
    monkeypatch.setenv(mark, "1")
    speaking = iter(voice.speak(PHRASES * 3))
    next(speaking)
    if isinstance(speaking, Generator):
        speaking.close()
    assert reached(lambda: not processes(mark))


@ON_LINUX
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda ending: ending.name)
@pytest.mark.parametrize("spec", ["espeak:south", "gtts", "piper:tiny", "command:pipe", "command:file"], indirect=True)
def test_whoever_is_stopped_while_speaking_leaves_nothing_behind(
    spec: str, ending: signal.Signals, google: GoogleStandIn, models: Path, tmp_path: Path
) -> None:
    """Ctrl+C, a service manager's stop and a plain kill: no worker, no program of a program, no temporary file stays."""
    google.usual = Answer.SLOW
    program, temporary, mark = tmp_path / "sleep.py", tmp_path / "temporary", f"LOA_TEST_{uuid.uuid4().hex}"
    program.write_text(SLEEPING_PROGRAM, encoding="utf-8")
    temporary.mkdir()
    job = json.dumps([spec, str(models), google.url, commands(program)])
    with subprocess.Popen(
        [sys.executable, "-c", SPEAKER, job],
        env=os.environ | {mark: "1", "TMPDIR": str(temporary), "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.DEVNULL,
    ) as speaker:
        try:
            count = PROCESSES[spec.partition(":")[0]]
            assert reached(lambda: len(processes(mark)) >= count and (spec != "gtts" or bool(google.received)))
            speaker.send_signal(ending)
            assert speaker.wait(SOON_S) != 0
        finally:
            speaker.kill()
    assert reached(lambda: not processes(mark))
    assert not list(temporary.iterdir())


def test_an_unknown_voice_is_not_found(options: VoiceOptions) -> None:
    """A typing mistake in station.yaml names the voices there are, those of the station among them."""
    for wrong in ("espeak:centre", "piper:", "piper", "command:nobody", "gtts:"):
        with pytest.raises(NotFound, match=r"espeak:south.*piper:tiny, command:file, command:pipe"):
            voice_named(wrong, options)


def test_the_known_voices_are_those_that_can_be_asked(options: VoiceOptions) -> None:
    """What a check offers as a choice exists."""
    assert {voice_named(name, options).name for name in known_voices(options)} == set(VOICES) - {"fake"}

"""The ladder: one voice speaks the whole text, and the record says why a better one did not."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from loa.errors import NotFound, NoVoice, VoiceFailed
from loa.voices import KNOWN_VOICES, Clip, Ladder, PhraseStore, VoiceOptions, voice_named

RATE = 8_000
HEARD = Clip(samples=np.full(RATE, 3000, dtype=np.int16), rate=RATE)
SILENCE = Clip(samples=np.zeros(RATE, dtype=np.int16), rate=RATE)
OTHER_RATE = Clip(samples=HEARD.samples, rate=2 * RATE)


@dataclass(frozen=True)
class Canned:
    """Gives the clips it was made with, or fails for the reason it was made with."""

    name: str
    clips: tuple[Clip, ...] = ()
    reason: str = ""

    @property
    def identity(self) -> str:
        return f"{self.name}, version 1"

    def speak(self, phrases: Sequence[str]) -> list[Clip]:
        if self.reason:
            raise VoiceFailed(f"{self.name} is out after {len(phrases)}.", reason=self.reason)
        return list(self.clips)


def test_the_first_voice_that_works_speaks() -> None:
    """A better voice that works leaves the others unasked."""
    spoken = Ladder([Canned("good", (HEARD,)), Canned("worse", reason="never asked")]).speak(["một"])
    assert (spoken.voice, spoken.clips, spoken.refusals) == ("good", (HEARD,), ())


def test_the_record_says_why_the_better_ones_did_not() -> None:
    """Each refusal keeps its reason and its sentence, best voice first."""
    ladder = Ladder([Canned("a", reason="timeout"), Canned("b", reason="tls"), Canned("c", (HEARD,))])
    spoken = ladder.speak(["một"])
    assert spoken.voice == "c"
    assert [(refusal.voice, refusal.reason) for refusal in spoken.refusals] == [("a", "timeout"), ("b", "tls")]
    assert spoken.refusals[0].message == "a is out after 1."


@pytest.mark.parametrize(
    ("clips", "reason"),
    [
        ((HEARD,), "incomplete"),
        ((HEARD, SILENCE), "silent"),
        ((), "incomplete"),
        ((HEARD, HEARD, HEARD), "incomplete"),
        ((HEARD, OTHER_RATE), "rate"),
    ],
)
def test_silence_or_too_little_never_counts_as_speech(clips: tuple[Clip, ...], reason: str) -> None:
    """A voice that says it worked is still checked."""
    spoken = Ladder([Canned("careless", clips), Canned("good", (HEARD, HEARD))]).speak(["một", "hai"])
    assert spoken.voice == "good"
    assert [refusal.reason for refusal in spoken.refusals] == [reason]


def test_when_all_fail_each_is_named() -> None:
    """The operator sees every voice and its reason in one message."""
    with pytest.raises(NoVoice) as failure:
        Ladder([Canned("a", reason="timeout"), Canned("b", reason="tls")]).speak(["một"])
    assert "a is out" in failure.value.message
    assert "b is out" in failure.value.message


def test_a_ladder_without_voices_is_refused() -> None:
    """An empty list in the settings is said at once."""
    with pytest.raises(NoVoice):
        Ladder([])


@pytest.mark.parametrize("name", KNOWN_VOICES)
def test_a_known_voice_has_the_name_it_was_asked_by(name: str) -> None:
    """The name in station.yaml and the name in the record are one."""
    assert voice_named(name, VoiceOptions()).name == name


@pytest.mark.parametrize("name", ["", "espeak", "espeak:central", "ESPEAK:south", "gtts:vi"])
def test_an_unknown_voice_is_refused_with_the_known_ones(name: str) -> None:
    """The message says what to write instead."""
    with pytest.raises(NotFound, match="espeak:south"):
        voice_named(name, VoiceOptions())


@pytest.mark.parametrize("name", KNOWN_VOICES)
def test_waits_and_addresses_do_not_decide_the_sound(name: str) -> None:
    """A changed timeout does not make the station speak everything again."""
    plain, patient = VoiceOptions(), VoiceOptions(gtts_timeout_s=3, gtts_base_url="http://x", espeak_timeout_s=9)
    assert voice_named(name, plain).identity == voice_named(name, patient).identity
    slow = VoiceOptions(espeak_words_per_minute=130)
    assert (voice_named(name, plain).identity == voice_named(name, slow).identity) == (name == "gtts")


def test_identities_differ() -> None:
    """What one voice said is never taken for another's."""
    assert len({voice_named(name, VoiceOptions()).identity for name in KNOWN_VOICES}) == len(KNOWN_VOICES)


@dataclass
class Counting:
    """Says each phrase, counts what it was asked, and fails at a phrase where it is told to."""

    name: str = "counting"
    identity: str = "counting 1"
    fails_at: str = ""
    asked: list[str] = field(default_factory=list)

    def speak(self, phrases: Sequence[str]) -> Iterator[Clip]:
        for phrase in phrases:
            if phrase == self.fails_at:
                raise VoiceFailed("It broke down.", reason="cut")
            self.asked.append(phrase)
            yield HEARD


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PhraseStore]:
    with contextlib.closing(PhraseStore(tmp_path / "phrases.sqlite")) as opened:
        yield opened


def test_only_what_is_new_is_spoken(store: PhraseStore) -> None:
    """One edited sentence of a long bulletin is one sentence of work, and the clips stay in order."""
    voice = Counting()
    Ladder([voice], store).speak(["một", "hai", "ba"])
    voice.asked.clear()
    spoken = Ladder([voice], store).speak(["một", "bốn", "ba", "một"])
    assert voice.asked == ["bốn"]
    assert len(spoken.clips) == 4


def test_what_was_said_before_a_failure_is_kept(store: PhraseStore) -> None:
    """A long text over a bad connection gets further with each attempt."""
    voice = Counting(fails_at="ba")
    with pytest.raises(NoVoice):
        Ladder([voice], store).speak(["một", "hai", "ba"])
    voice.fails_at = ""
    voice.asked.clear()
    Ladder([voice], store).speak(["một", "hai", "ba"])
    assert voice.asked == ["ba"]


def test_a_text_never_changes_its_voice_half_way(store: PhraseStore) -> None:
    """What the better voice said before it failed is not mixed with the next voice."""
    other = Counting(name="other", identity="other 1")
    spoken = Ladder([Counting(fails_at="ba"), other], store).speak(["một", "hai", "ba"])
    assert spoken.voice == "other"
    assert other.asked == ["một", "hai", "ba"]


def test_each_phrase_is_told_as_it_is_spoken() -> None:
    """The progress bar rests on it."""
    told: list[str] = []
    Ladder([Counting()]).speak(["một", "hai", "một"], told.append)
    assert told == ["một", "hai"]


def test_a_voice_that_is_not_installed_is_a_refusal() -> None:
    """The ladder goes on where even the identity of a voice cannot be told."""

    class NotInstalled(Counting):
        @property
        def identity(self) -> str:
            raise VoiceFailed("It is not installed.", reason="not-installed")

        @identity.setter
        def identity(self, _value: str) -> None:
            pass

    spoken = Ladder([NotInstalled(), Canned("good", (HEARD,))]).speak(["một"])
    assert [refusal.reason for refusal in spoken.refusals] == ["not-installed"]


def test_importing_the_room_loads_nothing_heavy() -> None:
    """`loa --help` stays quick: no numpy, no network library, no synthesiser."""
    program = (
        "import sys, loa.voices as v; v.voice_named('espeak:south', v.VoiceOptions());"
        "print(sorted({'numpy', 'requests', 'gtts', 'soundfile', 'espeakng_loader', 'pydub'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.strip() == "[]"

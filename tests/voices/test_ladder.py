"""The ladder: one voice speaks the whole text, and the record says why a better one did not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from loa.errors import NotFound, NoVoice, VoiceFailed
from loa.voices import KNOWN_VOICES, Clip, Ladder, VoiceOptions, voice_named

HEARD = Clip(samples=np.array([1, -1], dtype=np.int16), rate=2)
SILENCE = Clip(samples=np.zeros(2, dtype=np.int16), rate=2)


@dataclass(frozen=True)
class Canned:
    """Gives the clips it was made with, or fails for the reason it was made with."""

    name: str
    clips: tuple[Clip, ...] = ()
    reason: str = ""

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
    ("clips", "reason"), [((HEARD,), "incomplete"), ((HEARD, SILENCE), "silent"), ((), "incomplete")]
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


def test_waits_and_addresses_do_not_decide_the_sound() -> None:
    """A changed timeout does not make the station render everything again."""
    assert VoiceOptions(gtts_timeout_s=3, gtts_base_url="http://x").deciding_sound() == VoiceOptions().deciding_sound()
    assert VoiceOptions(espeak_words_per_minute=130).deciding_sound() != VoiceOptions().deciding_sound()


def test_importing_the_room_loads_nothing_heavy() -> None:
    """`loa --help` stays quick: no numpy, no network library, no synthesiser."""
    program = (
        "import sys, loa.voices as v; v.voice_named('espeak:south', v.VoiceOptions());"
        "print(sorted({'numpy', 'requests', 'gtts', 'soundfile', 'espeakng_loader', 'pydub'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.strip() == "[]"

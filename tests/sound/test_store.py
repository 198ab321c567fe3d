"""The store: a pair is found whole or not at all."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from loa.errors import SoundRefused
from loa.sound import AudioStore, Cue, CueSheet, FinishedAudio, SoundKind, SoundTarget
from loa.sound import store as store_module
from loa.sound.finishing import FinishedSound, Part, Recording, Speech, finished
from loa.voices import Clip, Refusal
from tests.sound.signals import RATE, sine

KEY = "ab" * 32
SPEECH = Speech(
    clips=[Clip(samples=np.round(sine(-20, 1) * 32767).astype(np.int16), rate=RATE)], phrases=[("một", "sentence")]
)
REFUSAL = Refusal(voice="gtts", reason="timeout", message="Không trả lời.")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_LANGUAGE", "en")


def saved(store: AudioStore, *parts: Part) -> FinishedAudio:
    return store.save(
        parts or [SPEECH],
        target=SoundTarget(),
        key=KEY,
        item="thông báo",
        kind=SoundKind.SPEECH,
        text_hash="t",
        voice="espeak:south",
        refusals=(REFUSAL,),
    )


def test_what_is_saved_is_found_with_all_its_record(tmp_path: Path) -> None:
    """Voice, refusals, cues and hashes come back as they were."""
    store = AudioStore(tmp_path / "rendered")
    audio = saved(store)
    assert store.find(KEY) == audio
    assert store.verify(audio)
    assert audio.path == tmp_path / "rendered" / "ab" / f"{KEY}.flac"
    sheet = audio.cue_sheet
    cue = Cue(text="một", start_s=0.0, length_s=1.0)
    assert (sheet.voice, sheet.refusals, sheet.cues) == ("espeak:south", (REFUSAL,), (cue,))
    assert (sheet.frames, sheet.length_s) == (RATE, 1.0)
    assert sheet.loudness_lufs == pytest.approx(-18.0, abs=0.1)


def test_the_file_holds_the_samples_bit_for_bit(tmp_path: Path) -> None:
    """FLAC, 16-bit, mono, 48 kHz."""
    audio = saved(AudioStore(tmp_path))
    samples, rate = soundfile.read(audio.path, dtype="int16")
    assert rate == RATE
    with finished([SPEECH], SoundTarget(), tmp_path) as sound:
        assert np.array_equal(samples, sound.samples.read(0, RATE))
        assert (soundfile.info(audio.path).subtype, sound.samples.frames) == ("PCM_16", RATE)


def test_a_sheet_survives_its_json() -> None:
    """Two drawings of one record are the same record."""
    sheet = CueSheet(
        item="x",
        kind=SoundKind.RECORDING,
        key=KEY,
        text_hash="t",
        audio_sha256="s",
        sample_rate=RATE,
        frames=5,
        loudness_lufs=-18.0,
        peak_dbtp=-1.0,
        refusals=(REFUSAL,),
        cues=(Cue(text="một", start_s=0.0, length_s=1.0),),
    )
    assert CueSheet.from_json(sheet.to_json()) == sheet


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"x"', "{}", '{"kind": "speech"}', '{"kind": "?"}', "\0"])
def test_what_is_not_a_whole_sheet_is_not_a_sheet(tmp_path: Path, text: str) -> None:
    """A half-written record vouches for nothing."""
    with pytest.raises(ValueError, match=r".+"):
        CueSheet.from_json(text)
    store = AudioStore(tmp_path)
    saved(store).path.with_suffix(".json").write_text(text, encoding="utf-8")
    assert store.find(KEY) is None


def test_a_sheet_without_frames_is_not_a_sheet(tmp_path: Path) -> None:
    """There is no finished audio of no length."""
    sheet = saved(AudioStore(tmp_path)).cue_sheet
    with pytest.raises(ValueError, match="no frames"):
        CueSheet.from_json(replace(sheet, frames=0).to_json())


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    """Neither folder nor file."""
    assert AudioStore(tmp_path / "none").find(KEY) is None


@pytest.mark.parametrize("kept_bytes", [0, 10, -1])
def test_cut_audio_is_not_found(tmp_path: Path, kept_bytes: int) -> None:
    """A truncated file is rendered again, not aired."""
    store = AudioStore(tmp_path)
    path = saved(store).path
    path.write_bytes(path.read_bytes()[:kept_bytes])
    assert store.find(KEY) is None


@pytest.mark.parametrize("ending", [".flac", ".json"])
def test_half_a_pair_is_not_found(tmp_path: Path, ending: str) -> None:
    """Audio without a record, or a record without audio."""
    store = AudioStore(tmp_path)
    saved(store).path.with_suffix(ending).unlink()
    assert store.find(KEY) is None


def test_a_pair_under_a_wrong_name_is_not_found(tmp_path: Path) -> None:
    """The record carries its key."""
    store = AudioStore(tmp_path)
    path = saved(store).path
    other = store.path("cd" * 32)
    other.parent.mkdir()
    for ending in (".flac", ".json"):
        path.with_suffix(ending).rename(other.with_suffix(ending))
    assert store.find("cd" * 32) is None


def test_one_changed_byte_is_seen_by_verify(tmp_path: Path) -> None:
    """The quick look cannot see it; the full one does, also when the file is gone."""
    store = AudioStore(tmp_path)
    audio = saved(store)
    content = bytearray(audio.path.read_bytes())
    content[len(content) // 2] ^= 1
    audio.path.write_bytes(content)
    assert store.find(KEY) is not None
    assert not store.verify(audio)
    audio.path.unlink()
    assert not store.verify(audio)


def test_a_stop_between_audio_and_sheet_leaves_nothing_to_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Power goes after the audio is written: the pair does not exist, and is made again, whole."""
    store = AudioStore(tmp_path)
    saved(store)

    def power_cut(_target: Path, _content: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store_module, "write_text", power_cut)
    with pytest.raises(KeyboardInterrupt):
        saved(store)
    assert store.find(KEY) is None
    monkeypatch.undo()
    assert store.find(saved(store).cue_sheet.key) is not None


def test_a_full_disk_leaves_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed write is taken away again."""
    store = AudioStore(tmp_path)

    def full(_path: Path, _sound: FinishedSound) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module, "_write_flac", full)
    with pytest.raises(OSError, match="No space"):
        saved(store)
    assert not [name for _folder, _folders, names in os.walk(tmp_path) for name in names]


@pytest.mark.parametrize("bad", [Recording(path=Path("none.wav")), Speech(clips=[], phrases=[])])
def test_one_bad_part_leaves_nothing(tmp_path: Path, bad: Part) -> None:
    """An item is whole or not there; what was found under its key before is not found any more either."""
    store = AudioStore(tmp_path)
    saved(store)
    with pytest.raises(SoundRefused):
        saved(store, SPEECH, bad)
    assert store.find(KEY) is None
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} <= {f"{KEY}.flac"}

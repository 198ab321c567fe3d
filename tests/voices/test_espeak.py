"""The embedded voice: the same bytes every time, and a crash, a hang or a long path never reaches the station."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from loa.errors import VoiceFailed
from loa.voices import Clip, VoiceOptions
from loa.voices import espeak as espeak_module
from loa.voices.espeak import EspeakVoice
from loa.voices.espeak_data import LONGEST_DATA_PATH_BYTES, Installation, installed, short_data_folder

BULLETIN = (
    "ủy ban nhân dân xã minh đức thông báo về việc tiếp nhận hồ sơ tại bộ phận một cửa",
    "kể từ ngày mùng một tháng mười hai năm hai nghìn không trăm hai mươi ba",
    "người dân có thể nộp hồ sơ trực tuyến qua cổng dịch vụ công quốc gia",
)
CRASHES = {
    "fault in the library": "import ctypes; ctypes.string_at(0)",
    "killed": "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))",
    "traceback": "raise RuntimeError('broken')",
    "exit 1": "raise SystemExit(1)",
}


def same(left: list[Clip], right: list[Clip]) -> bool:
    return [clip.samples.tobytes() for clip in left] == [clip.samples.tobytes() for clip in right]


def worker(folder: Path, program: str) -> Path:
    path = folder / "worker.py"
    path.write_text(program + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("accent", ["north", "south"])
def test_the_same_text_gives_the_same_bytes(accent: str) -> None:
    """A render is bit-identical from run to run; in one process the library would give other bytes."""
    voice = EspeakVoice(accent=accent)
    assert same(voice.speak(BULLETIN), voice.speak(BULLETIN))


def test_threads_may_speak_at_once() -> None:
    """The library crashes under threads; each text has a process of its own."""
    voice = EspeakVoice(accent="south")
    expected = voice.speak(BULLETIN)
    heard: list[list[Clip]] = []
    threads = [threading.Thread(target=lambda: heard.append(voice.speak(BULLETIN))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(heard) == 4
    assert all(same(clips, expected) for clips in heard)


def test_the_two_accents_differ() -> None:
    """South is not north under another name."""
    assert not same(EspeakVoice(accent="north").speak(BULLETIN), EspeakVoice(accent="south").speak(BULLETIN))


@pytest.mark.parametrize("accent", ["north", "south"])
def test_the_default_speed_is_a_newsreaders(accent: str) -> None:
    """With its pauses a bulletin comes out at 180 to 200 syllables a minute."""
    clips = EspeakVoice(accent=accent).speak(BULLETIN)
    syllables = sum(len(phrase.split()) for phrase in BULLETIN)
    assert 175 <= 60 * syllables / (sum(clip.length_s for clip in clips) + 0.45 * len(clips)) <= 205


def test_speed_is_the_stations_choice() -> None:
    """`espeak_words_per_minute` reaches the library."""
    slow = EspeakVoice(accent="south", options=VoiceOptions(espeak_words_per_minute=110)).speak(BULLETIN)
    fast = EspeakVoice(accent="south", options=VoiceOptions(espeak_words_per_minute=170)).speak(BULLETIN)
    assert sum(clip.length_s for clip in fast) < 0.75 * sum(clip.length_s for clip in slow)


def test_peaks_stay_clear_of_the_librarys_overload() -> None:
    """At its own default volume the library squashes Vietnamese peaks."""
    for clip in EspeakVoice(accent="south").speak(BULLETIN):
        assert 8000 < np.abs(clip.samples.astype(int)).max() < 30000


@pytest.mark.parametrize(
    "phrase", [unicodedata.normalize("NFD", BULLETIN[0]), BULLETIN[0].upper(), BULLETIN[0].replace(" ", "\n\u2028 ")]
)
def test_the_library_gets_composed_lower_case_on_one_line(phrase: str) -> None:
    """NFD and capitals are read letter by letter, and a line end would shift every later phrase."""
    voice = EspeakVoice(accent="south")
    assert same(voice.speak([phrase, BULLETIN[1]]), voice.speak(BULLETIN[:2]))


def test_control_characters_do_not_cut_the_text() -> None:
    """A zero byte ends a C string."""
    voice = EspeakVoice(accent="south")
    assert same(voice.speak(["ủy ban\0 nhân dân"]), voice.speak(["ủy ban nhân dân"]))


@pytest.mark.parametrize("phrase", ["", "  ", "\n", "\0"])
def test_a_phrase_without_words_is_refused(phrase: str) -> None:
    """Silence never counts as speech."""
    with pytest.raises(VoiceFailed) as failure:
        EspeakVoice(accent="south").speak([BULLETIN[0], phrase])
    assert failure.value.reason == "empty"


@pytest.mark.parametrize("program", CRASHES.values(), ids=CRASHES)
def test_a_crash_of_the_library_is_a_voice_failure(tmp_path: Path, program: str) -> None:
    """The station lives on, and the next voice is asked."""
    with pytest.raises(VoiceFailed) as failure:
        EspeakVoice(accent="south", worker=worker(tmp_path, program)).speak(BULLETIN)
    assert failure.value.reason == "crashed"


def test_a_hang_is_ended_by_the_timeout(tmp_path: Path) -> None:
    """Every wait has a timeout."""
    hanging = worker(tmp_path, "import sys; sys.stdin.read(); import threading; threading.Event().wait(60)")
    with pytest.raises(VoiceFailed) as failure:
        EspeakVoice(accent="south", worker=hanging, options=VoiceOptions(espeak_timeout_s=0.5)).speak(BULLETIN)
    assert failure.value.reason == "timeout"


@pytest.mark.parametrize("program", ["", r"import sys; sys.stdout.buffer.write(b'\x22V\0\0\x08\0\0\0ab')"])
def test_half_an_answer_is_no_answer(tmp_path: Path, program: str) -> None:
    """A worker that ends early gives no clip, not a short one."""
    with pytest.raises(VoiceFailed) as failure:
        EspeakVoice(accent="south", worker=worker(tmp_path, program)).speak(BULLETIN)
    assert failure.value.reason == "incomplete"


def test_data_that_cannot_be_opened_is_a_voice_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left alone, the library ends the process."""
    monkeypatch.setattr(
        espeak_module, "installed", lambda: Installation(library=installed().library, data_folder=tmp_path)
    )
    with pytest.raises(VoiceFailed) as failure:
        EspeakVoice(accent="south").speak(BULLETIN)
    assert failure.value.reason == "crashed"


def test_a_long_installation_path_makes_no_difference(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library cuts a data path of 160 bytes or more; a short copy is made, and removed afterwards."""
    expected = EspeakVoice(accent="south").speak(BULLETIN)
    deep = tmp_path / ("thư mục rất dài " * 6).strip() / ("x" * 60) / "espeak-ng-data"
    shutil.copytree(installed().data_folder, deep, ignore=shutil.ignore_patterns("*_dict", "voices"))
    shutil.copy(installed().data_folder / "vi_dict", deep)
    assert len(os.fsencode(deep)) > 160
    short = tmp_path_factory.mktemp("t")
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    monkeypatch.setattr(espeak_module, "installed", lambda: Installation(library=installed().library, data_folder=deep))
    assert same(EspeakVoice(accent="south").speak(BULLETIN), expected)
    assert not list(short.iterdir())


def test_no_short_place_is_a_voice_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a temporary folder as long there is nothing to be done, and the sentence says what is."""
    deep = tmp_path / ("x" * LONGEST_DATA_PATH_BYTES)
    shutil.copytree(installed().data_folder / "lang", deep / "lang")
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with pytest.raises(VoiceFailed) as failure, short_data_folder(deep):
        pass
    assert failure.value.reason == "data-path"


def test_the_error_of_the_caller_passes_through_the_short_folder() -> None:
    """Only failures of the copy itself are data-path failures."""
    with pytest.raises(OSError, match="mine"), short_data_folder(installed().data_folder):
        raise OSError("mine")

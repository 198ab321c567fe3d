"""Rendering: once for the same sound, one failure never takes another job with it, and nothing is left half done."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from loa.errors import LoaError, NoVoice, SoundRefused
from loa.sound import AudioStore, FinishedAudio, SoundKind, SoundTarget
from loa.sound_settings import SoundProfile
from loa.speech_settings import CommandOptions
from loa.station import rendering
from loa.station.render_workers import render_in_processes
from loa.station.rendering import Outcome, RenderJob, find, render, render_all, untried_voices
from loa.voices import Clip, VoiceOptions, voice_named
from loa.voices.espeak import EspeakVoice
from tests.fakes.jobs import KillingJob

JOB = RenderJob(
    item="thông báo",
    phrases=(("ủy ban nhân dân xã minh đức thông báo", "phrase"), ("đề nghị bà con thực hiện", "sentence")),
    text_hash="t",
    ladder=("espeak:south",),
)
SOUTH = voice_named("espeak:south", VoiceOptions()).identity
NOWHERE = VoiceOptions(gtts_base_url="http://127.0.0.1:9", gtts_timeout_s=2)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AudioStore:
    monkeypatch.setenv("LOA_LANGUAGE", "en")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return AudioStore(tmp_path / "rendered")


def jobs(count: int, words: int = 12) -> list[RenderJob]:
    return [
        replace(JOB, item=f"{n}", phrases=((f"{'hai ' * n}{'một ' * words}".strip(), "phrase"),)) for n in range(count)
    ]


def recording(path: Path, seconds: float = 1.0) -> Path:
    time = np.arange(round(seconds * 16_000)) / 16_000
    soundfile.write(path, 0.1 * np.sin(2 * np.pi * 440 * time), 16_000)
    return path


def nothing(_job: RenderJob, _outcome: Outcome) -> None:
    """Need no report."""


def litter(store: AudioStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.name.startswith(".tmp-")]


def test_speech_becomes_a_finished_file_with_its_record(store: AudioStore) -> None:
    """The record names the bulletin, its hash, the voice, and each phrase."""
    audio = render(JOB, store)
    sheet = audio.cue_sheet
    assert store.verify(audio)
    assert (sheet.item, sheet.kind, sheet.text_hash, sheet.voice) == ("thông báo", "speech", "t", "espeak:south")
    assert [cue.text for cue in sheet.cues] == [text for text, _pause in JOB.phrases]
    assert sheet.key == JOB.key(SOUTH)
    assert soundfile.info(audio.path).frames == sheet.frames


def test_the_same_sound_is_made_once(store: AudioStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second render asks no voice and writes nothing."""
    first = render(JOB, store)
    monkeypatch.setattr(rendering, "Ladder", None)
    assert render(JOB, store) == first
    assert render_all([JOB], store, on_done=nothing) == {JOB.item: first}


def test_rendering_twice_gives_the_same_bytes(store: AudioStore, tmp_path: Path) -> None:
    """From run to run, file for file."""
    again = render(JOB, AudioStore(tmp_path / "elsewhere"))
    assert again.cue_sheet.audio_sha256 == render(JOB, store).cue_sheet.audio_sha256


def test_two_bulletins_with_the_same_words_share_the_sound_not_the_name(store: AudioStore) -> None:
    """The record handed out always names the item that was asked for."""
    other = replace(JOB, item="khác", text_hash="u")
    first, second = render(JOB, store), render(other, store)
    assert first.path == second.path
    assert (second.cue_sheet.item, second.cue_sheet.text_hash) == ("khác", "u")
    assert find(JOB, store) == first


def test_cut_audio_is_rendered_again(store: AudioStore) -> None:
    """A half file is never aired."""
    first = render(JOB, store)
    first.path.write_bytes(first.path.read_bytes()[:100])
    assert render(JOB, store) == first
    assert store.verify(first)


@pytest.mark.parametrize(
    "other",
    [
        replace(JOB, phrases=(*JOB.phrases, ("một", "phrase"))),
        replace(JOB, phrases=((JOB.phrases[0][0], "sentence"), JOB.phrases[1])),
        replace(JOB, translations=(("S'tiêng", Path(__file__)),)),
        replace(JOB, target=SoundTarget(loudness_lufs=-20)),
        replace(JOB, target=SoundTarget(profile=SoundProfile.HORN)),
        replace(JOB, target=SoundTarget(sentence_gap_ms=1)),
    ],
)
def test_everything_that_decides_the_sound_is_in_the_key(other: RenderJob) -> None:
    """Words, pauses, other languages, target."""
    assert other.key(SOUTH) != JOB.key(SOUTH)
    assert other.request != JOB.request


def test_the_voice_is_in_the_key() -> None:
    """What one voice said never stands for another's, nor for the same voice at another speed."""
    assert JOB.key(SOUTH) != JOB.key(voice_named("espeak:north", VoiceOptions()).identity)


def test_what_does_not_decide_the_sound_is_not_in_the_key() -> None:
    """Neither the name, nor a timeout, nor a voice that did not speak makes the station render again."""
    other = replace(JOB, item="x", text_hash="y", voice_options=NOWHERE, ladder=("espeak:south", "gtts"))
    assert other.key(SOUTH) == JOB.key(SOUTH)


def test_a_new_format_is_a_new_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that sounds different renders everything once more."""
    before = JOB.key(SOUTH)
    monkeypatch.setattr(rendering, "FORMAT", rendering.FORMAT + 1)
    assert JOB.key(SOUTH) != before


def test_a_job_travels_to_another_process() -> None:
    """It is a plain value."""
    assert pickle.loads(pickle.dumps(JOB)) == JOB  # noqa: S301 - our own bytes


def test_a_recording_is_finished_under_the_hash_of_its_bytes(store: AudioStore, tmp_path: Path) -> None:
    """The same name with other bytes is another sound."""
    path = recording(tmp_path / "nhạc hiệu.wav")
    job = RenderJob(item="nhạc hiệu.wav", recording=path, recording_kind=SoundKind.SOUND)
    first = render(job, store)
    assert (first.cue_sheet.kind, first.cue_sheet.voice, first.cue_sheet.cues) == (SoundKind.SOUND, "", ())
    recording(path, 2.0)
    second = render(job, store)
    assert second.path != first.path
    assert second.cue_sheet.length_s == pytest.approx(2.0, abs=0.01)


def test_a_recording_that_changes_meanwhile_is_not_stored(
    store: AudioStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the new sound would lie under the old one's hash."""
    hashes = iter(["old", "old", "new"])
    monkeypatch.setattr(rendering, "sha256_unless_known", lambda _path: next(hashes))
    with pytest.raises(SoundRefused, match="changed"):
        render(RenderJob(item="x", recording=recording(tmp_path / "x.wav")), store)
    assert not [path for path in store.folder.rglob("*") if path.is_file()]


def test_the_fallback_is_in_the_record(store: AudioStore) -> None:
    """Which voice spoke, and why the better one did not: must-hold 5, no network at all."""
    sheet = render(replace(JOB, ladder=("gtts", "espeak:south"), voice_options=NOWHERE), store).cue_sheet
    assert sheet.voice == "espeak:south"
    assert [refusal.voice for refusal in sheet.refusals] == ["gtts"]
    assert sheet.refusals[0].reason


@pytest.fixture
def better(tmp_path: Path) -> tuple[RenderJob, Path]:
    """Return a job whose better voice, a program, refuses for as long as a file named "broken" is there."""
    program = tmp_path / "voice.py"
    program.write_text(BETTER_VOICE, encoding="utf-8")
    broken = tmp_path / "broken"
    broken.touch()
    options = VoiceOptions(commands={"better": CommandOptions(run=(sys.executable, str(program)), timeout_s=60)})
    return replace(JOB, ladder=("command:better", "espeak:south"), voice_options=options), broken


BETTER_VOICE = """
import array, math, pathlib, sys, wave
if (pathlib.Path(__file__).parent / "broken").exists():
    sys.exit("not today")
words = len(sys.stdin.buffer.read().split())
tone = array.array("h", (round(9000 * math.sin(n * 0.05)) for n in range(words * 5000)))
with wave.open(sys.stdout.buffer, "wb") as out:
    out.setnchannels(1), out.setsampwidth(2), out.setframerate(22050)
    out.writeframes(tone.tobytes())
"""


def test_a_better_voice_that_is_back_speaks_when_asked_to(better: tuple[RenderJob, Path], store: AudioStore) -> None:
    """Never by itself: what the approver heard is what airs, until a person renders again."""
    job, broken = better
    lesser = render(job, store)
    assert (lesser.cue_sheet.voice, lesser.cue_sheet.refusals[0].voice) == ("espeak:south", "command:better")
    broken.unlink()
    assert render(job, store) == lesser
    best = render(job, store, again=True)
    assert (best.cue_sheet.voice, best.cue_sheet.refusals) == ("command:better", ())
    assert find(job, store) == best
    assert store.verify(lesser), "what may have aired stays as evidence"


def test_a_better_voice_that_still_fails_changes_nothing(better: tuple[RenderJob, Path], store: AudioStore) -> None:
    """`loa render --again` without internet is harmless."""
    job, _broken = better
    lesser = render(job, store)
    assert render(job, store, again=True) == lesser
    assert store.verify(lesser)


def test_a_voice_put_on_top_of_the_ladder_speaks(better: tuple[RenderJob, Path], store: AudioStore) -> None:
    """What was rendered before it came is rendered once more; a voice added below changes nothing."""
    job, broken = better
    broken.unlink()
    old = render(replace(job, ladder=("espeak:south",)), store)
    assert untried_voices(job, old) == ("command:better",)
    assert render(job, store).cue_sheet.voice == "command:better"
    assert render(replace(job, ladder=("espeak:south", "command:better")), store) == old


def test_one_edited_sentence_is_one_sentence_of_work(store: AudioStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others come from the store of phrases, and the result is as if all had been spoken anew."""
    asked: list[str] = []
    speak = EspeakVoice.speak

    def counting(voice: EspeakVoice, phrases: Sequence[str]) -> list[Clip]:
        asked.extend(phrases)
        return speak(voice, phrases)

    monkeypatch.setattr(EspeakVoice, "speak", counting)
    long = replace(JOB, phrases=tuple((f"{'hai ' * number}ba một bốn", "sentence") for number in range(1, 30)))
    render(long, store)
    edited = replace(long, phrases=(*long.phrases[:9], ("câu này vừa được sửa lại", "sentence"), *long.phrases[10:]))
    asked.clear()
    audio = render(edited, store)
    assert asked == ["câu này vừa được sửa lại"]
    anew = render(edited, AudioStore(store.folder.parent / "anew"))
    assert audio.cue_sheet.audio_sha256 == anew.cue_sheet.audio_sha256


def test_other_languages_follow_in_the_same_item(store: AudioStore, tmp_path: Path) -> None:
    """One bulletin, one approval, one row: the text first, then each recording, all equally loud."""
    stieng, khmer = recording(tmp_path / "s'tiêng.wav", 3.0), recording(tmp_path / "khmer.wav", 2.0)
    job = replace(JOB, translations=(("S'tiêng", stieng), ("Khmer", khmer)))
    alone, together = render(JOB, store).cue_sheet, render(job, store).cue_sheet
    pause_s = job.target.gap_ms("paragraph") / 1000
    assert together.length_s == pytest.approx(alone.length_s + 3.0 + 2.0 + 2 * pause_s, abs=0.01)
    assert [cue.text for cue in together.cues][-2:] == ["S'tiêng", "Khmer"]
    assert together.cues[-1].start_s == pytest.approx(together.length_s - 2.0, abs=0.01)
    assert together.voice == "espeak:south"


def test_a_recording_may_have_other_languages_too(store: AudioStore, tmp_path: Path) -> None:
    """A bulletin read by a person, then by another in Khmer."""
    own, khmer = recording(tmp_path / "own.wav", 2.0), recording(tmp_path / "khmer.wav", 3.0)
    sheet = render(RenderJob(item="x", recording=own, translations=(("Khmer", khmer),)), store).cue_sheet
    assert sheet.length_s == pytest.approx(5.9, abs=0.02)


def test_a_full_disk_is_an_error_of_ours(store: AudioStore) -> None:
    """The operator reads what to do; nobody reads a traceback."""
    store.folder.write_text("a file where the folder should be")
    with pytest.raises(SoundRefused, match="Free some disk space"):
        render(JOB, store)


@pytest.mark.parametrize("processes", [1, 2])
def test_one_failure_does_not_stop_the_others(store: AudioStore, tmp_path: Path, processes: int) -> None:
    """Each job is reported once, finished or with the error that says why not."""
    bad = [
        replace(JOB, item="no voice", ladder=("gtts",), voice_options=NOWHERE),
        replace(JOB, item="no words", phrases=()),
        replace(JOB, item="unknown voice", ladder=("piper",)),
        RenderJob(item="no file", recording=tmp_path / "none.wav"),
    ]
    good = [*jobs(3, words=150), RenderJob(item="tune", recording=recording(tmp_path / "tune.wav"))]
    told: list[str] = []
    done = render_all([*bad, *good], store, on_done=lambda job, _outcome: told.append(job.item), processes=processes)
    assert sorted(told) == sorted(done) == sorted(job.item for job in [*bad, *good])
    assert all(isinstance(done[job.item], LoaError) for job in bad)
    assert all(isinstance(done[job.item], FinishedAudio) for job in good)
    assert isinstance(done["no voice"], NoVoice)
    assert not multiprocessing.active_children()


def test_processes_give_the_same_bytes_as_none(store: AudioStore, tmp_path: Path) -> None:
    """Where a job runs does not change how it sounds."""
    work = jobs(4, words=150)
    apart = render_all(work, store, on_done=nothing, processes=2)
    here = render_all(work, AudioStore(tmp_path / "here"), on_done=nothing, processes=1)
    for job in work:
        left, right = apart[job.item], here[job.item]
        assert isinstance(left, FinishedAudio)
        assert isinstance(right, FinishedAudio)
        assert left.cue_sheet == right.cue_sheet


def test_the_same_sound_twice_in_one_batch_is_made_once(store: AudioStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bulletins with the same words: one render, two records."""
    made: list[str] = []
    render_speech = rendering._render_speech

    def counting(job: RenderJob, where: AudioStore, on_spoken: rendering.OnSpoken | None) -> FinishedAudio:
        made.append(job.item)
        return render_speech(job, where, on_spoken)

    monkeypatch.setattr(rendering, "_render_speech", counting)
    done = render_all([JOB, replace(JOB, item="khác")], store, on_done=nothing)
    assert made == [JOB.item]
    assert {outcome.cue_sheet.item for outcome in done.values() if isinstance(outcome, FinishedAudio)} == set(done)


def test_a_worker_that_dies_takes_no_other_job_with_it(store: AudioStore) -> None:
    """The one that killed it is an error; the rest is finished."""
    killing = KillingJob(item="killer", phrases=(("một " * 500, "phrase"),), ladder=("espeak:south",))
    work = [killing, *jobs(3)]
    outcomes = {job.item: outcome for job, outcome in render_in_processes(work, store.folder, 2)}
    assert isinstance(outcomes.pop("killer"), SoundRefused)
    assert len(outcomes) == 3
    assert all(isinstance(outcome, FinishedAudio) for outcome in outcomes.values())


@pytest.mark.timeout(40)
def test_a_worker_that_dies_does_not_leave_the_others_waiting(store: AudioStore) -> None:
    """The pool ends its other workers in the middle of their jobs; one that goes on waiting would hold it for ever."""
    phrases = (("một " * 5000, "phrase"),)
    killing = KillingJob(item="killer", phrases=phrases, ladder=("espeak:south",), after_s=0.5)
    work = [killing, *jobs(2, words=2000)]
    outcomes = {job.item: outcome for job, outcome in render_in_processes(work, store.folder, 2)}
    assert isinstance(outcomes.pop("killer"), SoundRefused)
    assert all(isinstance(outcome, FinishedAudio) for outcome in outcomes.values())
    assert not multiprocessing.active_children()
    assert not litter(store)


def test_cancelling_from_the_report_leaves_nothing_half_done(store: AudioStore) -> None:
    """Ctrl+C while a job's end is shown: workers end, what is finished is whole, no temporary file stays."""

    def cancel(_job: RenderJob, _outcome: Outcome) -> None:
        raise KeyboardInterrupt

    work = jobs(8, words=200)
    with pytest.raises(KeyboardInterrupt):
        render_all(work, store, on_done=cancel, processes=2)
    assert not multiprocessing.active_children()
    assert not litter(store)
    found = [audio for job in work if (audio := find(job, store)) is not None]
    assert 1 <= len(found) < len(work)
    assert all(store.verify(audio) for audio in found)


PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests themselves run in the background
from dataclasses import replace
from pathlib import Path
from loa.sound import AudioStore
from loa.station.rendering import RenderJob, render_all

def tell(job, outcome):
    print(job.item, type(outcome).__name__, flush=True)

if __name__ == "__main__":
    work = [RenderJob(item=str(n), phrases=(("hai " * n + "một " * 300, "phrase"),), ladder=("espeak:south",))
            for n in range(30)]
    render_all(work, AudioStore(Path(sys.argv[1])), on_done=tell, processes=2)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals to a process group are a POSIX matter")
@pytest.mark.parametrize("how", ["ctrl+c", "kill -9"])
def test_the_workers_end_with_their_parent(store: AudioStore, tmp_path: Path, how: str) -> None:
    """Ctrl+C at the keyboard reaches every process at once and is no crash of a voice; kill -9 leaves no orphan."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, str(program), str(store.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    watchdog = threading.Timer(60, running.kill)
    watchdog.start()
    try:
        assert running.stdout is not None
        assert "FinishedAudio" in running.stdout.readline()
        if how == "ctrl+c":
            os.killpg(running.pid, signal.SIGINT)
        else:
            running.kill()
        out, err = running.communicate(timeout=30)  # ends only when every process has let go of the pipes
    finally:
        watchdog.cancel()
        running.kill()
    assert running.returncode != 0
    assert "LoaError" not in out
    assert "NoVoice" not in out
    sheets = list(store.folder.rglob("*.json"))
    assert 1 <= len(sheets) < 30
    assert all((audio := store.find(sheet.stem)) is not None and store.verify(audio) for sheet in sheets)
    if how == "ctrl+c":
        assert not litter(store)
        assert err.count("Traceback") <= 1

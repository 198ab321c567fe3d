"""The neural voice: the real Piper with a tiny model, and a crash, a hang or a broken model never reaches the station."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import piper
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper
from piper.phonemize_espeak import ESPEAK_DATA_DIR

from loa.errors import VoiceFailed
from loa.voices import Clip, VoiceOptions
from loa.voices.pieces import pieces, plain
from loa.voices.piper import GAP_S, SEED, WORKER, PiperVoice
from tests.voices.piper_model import RATE, install, model

SENTENCE = "ủy ban nhân dân xã minh đức thông báo về việc tiếp nhận hồ sơ tại bộ phận một cửa."
LONG = (
    "kể từ ngày mùng một tháng mười hai năm hai nghìn không trăm hai mươi sáu, người dân có thể nộp hồ sơ trực tuyến "
    "qua cổng dịch vụ công quốc gia, hoặc đến bộ phận một cửa của ủy ban nhân dân xã để được hướng dẫn."
)
TALKING = """
import json, os, sys, threading
job = json.loads(sys.stdin.readline())
def send(kind, content):
    sys.stdout.buffer.write((len(content) + 1).to_bytes(4, "little") + kind + content)
    sys.stdout.buffer.flush()
def hum():
    send(b"C", b"".join(round(9000 * (-1) ** (n // 50)).to_bytes(2, "little", signed=True) for n in range(22050)))
send(b"R", (22050).to_bytes(4, "little"))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("voices")).parent


def voice(folder: Path, *, name: str = "tiny", worker: Path = WORKER, timeout_s: float = 60.0) -> PiperVoice:
    options = VoiceOptions(piper_folder=folder, piper_timeout_s=timeout_s)
    return PiperVoice(model=name, options=options, worker=worker)


def failure_of(asked: PiperVoice, phrases: tuple[str, ...] = (SENTENCE,)) -> VoiceFailed:
    with pytest.raises(VoiceFailed) as failure:
        list(asked.speak(phrases))
    return failure.value


def program(folder: Path, text: str) -> Path:
    path = folder / "worker.py"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def plainly_spoken(folder: Path, text: str) -> NDArray[np.int16]:
    """Return what Piper itself makes of `text` with a seed of loa's."""
    onnxruntime.set_seed(SEED)
    loaded = piper.PiperVoice.load(folder / "tiny.onnx")
    chunks = loaded.synthesize(text, piper.SynthesisConfig(normalize_audio=False))
    return np.concatenate([chunk.audio_int16_array for chunk in chunks])


def test_the_model_is_one_for_piper(folder: Path) -> None:
    """The tests speak through Piper's own `load` and `synthesize`, with a model that is noisy as a real one is."""
    loaded = piper.PiperVoice.load(folder / "tiny.onnx")
    (first,), (second,) = list(loaded.synthesize(SENTENCE)), list(loaded.synthesize(SENTENCE))
    assert first.sample_rate == RATE
    assert len(first.audio_int16_array) == len(second.audio_int16_array)
    assert not np.array_equal(first.audio_int16_array, second.audio_int16_array)
    assert 15_000 < (folder / "tiny.onnx").stat().st_size < 20_000


def test_the_voice_says_what_piper_says(folder: Path) -> None:
    """Nothing is lost or added between Piper and the station, the model's noise included."""
    (clip,) = voice(folder).speak([SENTENCE])
    assert np.array_equal(clip.samples, plainly_spoken(folder, SENTENCE))


def test_a_long_sentence_is_spoken_in_pieces_and_is_one_clip(folder: Path) -> None:
    """A model's memory grows with the sentence; the cue sheet knows nothing of that."""
    (clip,) = voice(folder).speak([LONG])
    parts = pieces(plain(LONG))
    assert len(parts) > 1
    gap = np.zeros(round(GAP_S * RATE), dtype=np.int16)
    expected = [sound for part in parts for sound in (plainly_spoken(folder, part), gap)][:-1]
    assert np.array_equal(clip.samples, np.concatenate(expected))


def test_the_model_keeps_its_own_speed(tmp_path: Path, folder: Path) -> None:
    """The length scale of its config is what is used."""
    install(tmp_path, "slow", inference={"noise_scale": 0.667, "length_scale": 1.5, "noise_w": 0.8})
    (slow,), (usual,) = voice(tmp_path, name="slow").speak([SENTENCE]), voice(folder).speak([SENTENCE])
    assert slow.length_s == pytest.approx(1.5 * usual.length_s, rel=0.01)


def test_brackets_do_not_reach_pipers_raw_phonemes(folder: Path) -> None:
    """A stray pair of brackets in a bulletin is no phonetic alphabet."""
    bare, bracketed = voice(folder).speak(["bà con và các bạn", "bà con [[và]] các bạn"])
    assert np.array_equal(bare.samples, bracketed.samples)


def test_its_identity_tells_models_and_settings_apart(tmp_path: Path, folder: Path) -> None:
    """Speech of an updated model is never taken from what the old one said."""
    install(tmp_path, inference={"noise_scale": 0.1})
    identity = voice(folder).identity
    assert identity != voice(tmp_path).identity
    assert identity == voice(folder, timeout_s=1).identity
    assert voice(folder, name="tiny").identity == identity


def test_a_voice_that_is_not_there_says_so(folder: Path) -> None:
    """The ladder goes on, and the record tells why."""
    assert failure_of(voice(folder, name="vais1000-medium")).reason == "not-installed"
    nowhere = PiperVoice(model="tiny")
    with pytest.raises(VoiceFailed, match="loa voices install"):
        _ = nowhere.identity


def test_a_missing_piper_is_not_a_broken_model(folder: Path, tmp_path: Path) -> None:
    """On a machine without onnxruntime the operator is not sent to fetch the model again."""
    blocked = f"import runpy, sys\nsys.modules['piper'] = None\nrunpy.run_path({str(WORKER)!r}, run_name='__main__')"
    assert failure_of(voice(folder, worker=program(tmp_path, blocked))).reason == "not-installed"


def without_scales() -> bytes:
    nodes = [helper.make_node("Cast", ["input"], ["output"], to=TensorProto.FLOAT)]
    inputs = [helper.make_tensor_value_info("input", TensorProto.INT64, [1, "n"])]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, "n"])]
    graph = helper.make_graph(nodes, "other", inputs, outputs)
    content: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8
    ).SerializeToString()
    return content


@pytest.mark.parametrize(
    "content",
    [model()[: len(model()) // 2], b"\x08" + bytes(range(256)) * 40, without_scales()],
    ids=["cut off", "rubbish", "another kind of model"],
)
def test_a_model_that_cannot_be_used_is_named(tmp_path: Path, content: bytes) -> None:
    """The sentence tells the operator to install it anew, and what onnxruntime had to say."""
    install(tmp_path).write_bytes(content)
    failure = failure_of(voice(tmp_path))
    assert failure.reason == "broken-model"
    assert "piper:tiny" in failure.message


def test_samples_that_are_no_numbers_are_no_speech(tmp_path: Path) -> None:
    """A damaged weight makes noise of full scale otherwise."""
    path = install(tmp_path)
    damaged = onnx.load(path)
    (loudest,) = [stored for stored in damaged.graph.initializer if stored.name == "loudest"]
    loudest.raw_data = np.float32("nan").tobytes()
    onnx.save(damaged, path)
    assert failure_of(voice(tmp_path)).reason == "crashed"


@pytest.mark.parametrize(
    "end",
    ["import os; os.abort()", "import ctypes; ctypes.string_at(0)", "raise RuntimeError('broken')", "sys.exit(1)"],
)
@pytest.mark.parametrize("start", ["import sys", TALKING, TALKING + "hum()\n"], ids=["at once", "loaded", "half-way"])
def test_a_crash_of_the_worker_is_a_voice_failure(folder: Path, tmp_path: Path, start: str, end: str) -> None:
    """The station lives on, and the next voice is asked."""
    crashing = program(tmp_path, f"{start}\n{end}")
    assert failure_of(voice(folder, worker=crashing), ("một hai ba", "bốn năm")).reason == "crashed"


@pytest.mark.parametrize("end", ["", "sys.stdout.buffer.write(b'\\x08\\0\\0\\0Cab')"])
def test_half_an_answer_is_no_answer(folder: Path, tmp_path: Path, end: str) -> None:
    """A worker that ends early as if all was well gives no clip, not a short one."""
    ending = program(tmp_path, f"{TALKING}\nhum()\n{end}")
    assert failure_of(voice(folder, worker=ending), ("một hai ba", "bốn năm")).reason == "incomplete"


def test_the_timeout_is_for_one_phrase(folder: Path, tmp_path: Path) -> None:
    """A long bulletin may take its time; a sentence on which the model hangs may not."""
    steady = "for phrase in job['phrases']:\n    threading.Event().wait(0.35)\n    hum()\n"
    slow = voice(folder, worker=program(tmp_path, TALKING + steady), timeout_s=1)
    heard: list[Clip] = list(slow.speak(["một hai ba"] * 4))
    assert len(heard) == 4
    hanging = voice(folder, worker=program(tmp_path, TALKING + "hum()\nthreading.Event().wait(60)"), timeout_s=1)
    speaking = hanging.speak(["một hai ba", "bốn năm"])
    assert next(speaking).length_s == 1
    with pytest.raises(VoiceFailed) as failure:
        next(speaking)
    assert failure.value.reason == "timeout"


def test_a_long_text_does_not_wait_for_a_worker_that_does_not_read(folder: Path, tmp_path: Path) -> None:
    """More words than a pipe holds must not hang whoever sends them."""
    deaf = voice(folder, worker=program(tmp_path, "import threading; threading.Event().wait(60)"), timeout_s=0.5)
    assert failure_of(deaf, (SENTENCE,) * 3000).reason == "timeout"


def test_a_worker_ends_when_nobody_listens_any_longer(folder: Path) -> None:
    """Also where loa was killed without a chance to end it."""
    job = {
        "model": str(folder / "tiny.onnx"),
        "config": str(folder / "tiny.onnx.json"),
        "seed": 1,
        "gap_s": 0.1,
        "phrases": [["bà con"]] * 1000,
    }
    with subprocess.Popen(
        [sys.executable, "-I", "-B", str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(json.dumps(job).encode() + b"\n")
        running.stdin.flush()
        assert running.stdout.read(4 + 5)[4:5] == b"R"
        assert running.poll() is None  # it waits until somebody takes more of what it has to say
        running.stdin.close()
        assert running.wait(20) == 1


def test_neither_a_long_path_nor_vietnamese_letters_in_it_matter(folder: Path, tmp_path: Path) -> None:
    """The data of eSpeak NG inside Piper is found by a short path from beside it, wherever Python is installed."""
    deep = tmp_path / ("thư mục rất dài " * 6).strip() / ("x" * 60) / "espeak-ng-data"
    shutil.copytree(ESPEAK_DATA_DIR, deep, ignore=shutil.ignore_patterns("*_dict", "voices"))
    shutil.copy(ESPEAK_DATA_DIR / "vi_dict", deep)
    moved = (
        "import runpy, pathlib, piper.phonemize_espeak as place\n"
        f"place.ESPEAK_DATA_DIR = pathlib.Path({str(deep)!r})\n"
        f"runpy.run_path({str(WORKER)!r}, run_name='__main__')"
    )
    (there,) = voice(folder, worker=program(tmp_path, moved)).speak([SENTENCE])
    (here,) = voice(folder).speak([SENTENCE])
    assert np.array_equal(there.samples, here.samples)

"""Which Piper voices a station has: only files that hold together, and a hash that changes with the sound."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from loa.errors import VoiceFailed
from loa.files import sha256_file
from loa.voices.piper_files import InstallRecord, find, installed, names

CONFIG: dict[str, Any] = {
    "audio": {"sample_rate": 22050, "quality": "medium"},
    "espeak": {"voice": "vi"},
    "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
    "num_symbols": 256,
    "num_speakers": 1,
    "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14], "2": [130], "4": [132], "5": [133], "6": [134]},
}
MODEL = b"\x08\x08" + bytes(range(256)) * 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "giọng đọc"


def put(folder: Path, name: str = "vais1000", *, model: bytes = MODEL, config: object = CONFIG) -> Path:
    """Put a voice into `folder` as a person would; return its model."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    path.write_bytes(model)
    written = config if isinstance(config, str) else json.dumps(config)
    (folder / f"{name}.onnx.json").write_text(written, encoding="utf-8")
    return path


def record(model: Path, **other: Any) -> None:
    """Write the record that an installation of `model` leaves."""
    seen = model.stat()
    made = InstallRecord(
        sha256=sha256_file(model),
        size=seen.st_size,
        modified_ns=seen.st_mtime_ns,
        source="/media/usb",
        installed_at="2026-11-23T08:00:00+07:00",
        licence="VAIS-1000, CC BY 4.0.",
    )
    model.with_name(f"{model.stem}.record.json").write_text(json.dumps(asdict(made) | other), encoding="utf-8")


def refused(folder: Path, name: str = "vais1000") -> str:
    """Return the reason why a voice is refused."""
    with pytest.raises(VoiceFailed) as failure:
        find(folder, name)
    assert "loa voices install" in failure.value.message
    return failure.value.reason


def test_a_pair_copied_by_hand_is_a_voice(folder: Path) -> None:
    """A USB stick and two files are all it takes, in a folder with Vietnamese letters and a space too."""
    put(folder)
    voice = find(folder, "vais1000")
    assert (voice.name, voice.sample_rate, voice.speakers, voice.espeak_voice) == ("vais1000", 22050, 1, "vi")
    assert installed(folder) == [voice]
    assert voice.size == len(MODEL)


def test_no_folder_is_no_voice(folder: Path) -> None:
    """A station that never installed a voice has none, and says how to get one."""
    assert not installed(folder)
    assert not names(folder)
    assert refused(folder) == "not-installed"


@pytest.mark.parametrize("name", ["", "..", "../vais1000", "VAIS", "giọng", "a b", "vi_VN"])
def test_a_name_that_is_no_slug_is_not_installed(folder: Path, name: str) -> None:
    """A name from station.yaml cannot lead out of the folder."""
    put(folder)
    (folder.parent / "vais1000.onnx").write_bytes(MODEL)
    assert refused(folder, name) == "not-installed"


@pytest.mark.parametrize(
    "config",
    [
        "",
        "{",
        "[]",
        "null",
        "<html>",
        {},
        CONFIG | {"audio": {}},
        CONFIG | {"audio": {"sample_rate": "22050"}},
        CONFIG | {"audio": {"sample_rate": 3}},
        CONFIG | {"num_speakers": 0},
        CONFIG | {"num_symbols": None},
        CONFIG | {"phoneme_id_map": {}},
        CONFIG | {"phoneme_id_map": [1]},
        CONFIG | {"espeak": {"voice": None}},
        CONFIG | {"espeak": {"voice": "en-us"}},
        CONFIG | {"espeak": {"voice": "vig"}},
    ],
)
def test_a_config_that_is_none_breaks_the_voice(folder: Path, config: object) -> None:
    """What is no config of a Vietnamese Piper voice is never handed to Piper."""
    put(folder, config=config)
    assert refused(folder) == "broken-model"
    assert installed(folder) == []
    assert names(folder) == ["vais1000"]


@pytest.mark.parametrize(
    "model", [b"", b"<html>", b"\n<!DOCTYPE html>", b"version https://git-lfs", b"{}", b"PK\x03\x04"]
)
def test_a_model_that_is_none_breaks_the_voice(folder: Path, model: bytes) -> None:
    """A saved web page or an empty file is found out without loading it."""
    put(folder, model=model)
    assert refused(folder) == "broken-model"


def test_a_missing_config_breaks_the_voice(folder: Path) -> None:
    """A model alone cannot speak, and the sentence names the file that is missing."""
    put(folder).with_name("vais1000.onnx.json").unlink()
    with pytest.raises(VoiceFailed, match=r"vais1000\.onnx\.json"):
        find(folder, "vais1000")


@pytest.mark.parametrize("voice", ["vi", "vi-vn-x-south"])
def test_every_vietnamese_accent_is_welcome(folder: Path, voice: str) -> None:
    """The accents that eSpeak NG knows of Vietnamese count as Vietnamese."""
    put(folder, config=CONFIG | {"espeak": {"voice": voice}})
    assert find(folder, "vais1000").espeak_voice == voice


def test_a_model_without_tone_signs_is_told_apart(folder: Path) -> None:
    """Two of the three public voices drop the tone signs; an officer has to know before choosing one."""
    put(folder)
    put(folder, "vivos", config=CONFIG | {"phoneme_id_map": {"_": [0], "a": [14]}})
    assert {voice.name: voice.tones for voice in installed(folder)} == {"vais1000": True, "vivos": False}


def test_the_hash_changes_with_model_and_config(folder: Path) -> None:
    """Finished audio is kept by this hash: another model or another speed is another voice."""
    put(folder)
    first = find(folder, "vais1000").sha256
    put(folder, config=CONFIG | {"inference": {"length_scale": 1.2}})
    second = find(folder, "vais1000").sha256
    os.utime(put(folder, model=MODEL[:-1] + b"x"), ns=(1, 1))
    third = find(folder, "vais1000").sha256
    assert len({first, second, third}) == 3


def test_a_record_makes_the_hash_cheap(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed model of 63 MB is not read to know what it is."""
    model = put(folder)
    by_hand = find(folder, "vais1000").sha256
    record(model)
    monkeypatch.setattr("loa.voices.piper_files.sha256_file", lambda _path: pytest.fail("the model was read"))
    assert find(folder, "vais1000").sha256 == by_hand
    assert find(folder, "vais1000").licence == "VAIS-1000, CC BY 4.0."


def test_a_model_copied_by_hand_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process hashes 63 MB once, not for every bulletin."""
    put(folder, "mot-lan")
    find(folder, "mot-lan")
    monkeypatch.setattr("loa.voices.piper_files.sha256_file", lambda _path: pytest.fail("the model was read again"))
    find(folder, "mot-lan")


def test_a_station_copied_to_another_machine_keeps_its_voice(folder: Path) -> None:
    """Copying changes the file's time, not the model."""
    model = put(folder)
    record(model)
    before = find(folder, "vais1000")
    os.utime(model, ns=(5, 5))
    assert find(folder, "vais1000") == before


@pytest.mark.parametrize("model", [MODEL[:-1], MODEL + b"x", MODEL[:-1] + b"x"])
def test_a_model_that_is_not_what_was_installed_is_broken(folder: Path, model: bytes) -> None:
    """A truncated or altered file never speaks to a village, even where its size has stayed."""
    path = put(folder)
    record(path)
    os.utime(put(folder, model=model), ns=(7, 7))
    assert refused(folder) == "broken-model"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"sha256": "x"}'])
def test_a_damaged_record_is_told(folder: Path, content: str) -> None:
    """Nothing is guessed where the record cannot be read."""
    put(folder).with_name("vais1000.record.json").write_text(content, encoding="utf-8")
    assert refused(folder) == "broken-model"

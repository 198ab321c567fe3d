"""`loa voices`: what an operator sees when looking for a voice, trying it and taking it away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
from click.testing import CliRunner, Result

from loa.cli import loa
from loa.errors import Conflict, InputRefused, NotFound, VoiceFailed
from loa.voices.catalogue import published_voices
from tests.station.mini_station import STATION, bulletin_text, mini_station, write
from tests.voices import piper_model
from tests.voices.voice_server import Answer, VoiceServer, voice_server

Run = Callable[..., Result]
FILE = "vi_VN-Giong_Nho-x_low.onnx"

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mini_station(tmp_path / "đài xã", recorded=False)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Return the model on a USB stick."""
    return piper_model.install(tmp_path / "USB của xã", FILE.removesuffix(".onnx"))


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*args: str, **more: Any) -> Result:
        return CliRunner().invoke(loa, ["-C", str(folder), "voices", *args], **more)

    return run


@pytest.fixture
def server(stick: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VoiceServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with voice_server() as running:
        config = stick.with_name(f"{FILE}.json").read_bytes()
        running.files = {f"/{FILE}": stick.read_bytes(), f"/{FILE}.json": config}
        yield running


def good(result: Result) -> str:
    """Return what a command that succeeded printed."""
    assert result.exception is None, result.output
    return result.output


def lines(run: Run) -> dict[str, dict[str, Any]]:
    """Return what `loa voices list --json` says, by voice."""
    return {line["name"]: line for line in json.loads(good(run("list", "--json")))}


def in_the_ladder(folder: Path, *voices: str) -> None:
    write(folder, "station.yaml", STATION + "voices:\n" + "".join(f"  - {voice}\n" for voice in voices))


def test_a_new_station_sees_what_it_has_and_could_have(run: Run) -> None:
    """The voices always there, their place in the ladder, and every public voice with its licence."""
    told = lines(run)
    assert list(told) == [
        "espeak:south",
        "espeak:north",
        "gtts",
        *(f"piper:{voice.name}" for voice in published_voices()),
    ]
    assert (told["espeak:south"]["place"], told["espeak:north"]["place"]) == (1, None)
    assert [name for name, line in told.items() if line["ready"]] == ["espeak:south", "espeak:north", "gtts"]
    assert "non-commercial" in told["piper:vivos"]["note"]
    assert "huyền" in told["piper:vivos"]["note"]
    assert "CC BY 4.0" in told["piper:vais1000"]["note"]
    shown = good(run("list"))
    assert all(name in shown for name in told)
    assert "63.2" in shown


def test_install_test_and_remove(run: Run, folder: Path, stick: Path) -> None:
    """From the stick into the list, heard as a WAV, and gone again; station.yaml is never touched."""
    before = (folder / "station.yaml").read_bytes()
    said = good(run("install", str(stick)))
    assert "voices: [piper:giong-nho, espeak:south]" in said
    line = lines(run)["piper:giong-nho"]
    assert line | {"note": ""} == {
        "name": "piper:giong-nho",
        "place": None,
        "ready": True,
        "installed": True,
        "note": "",
        "size": stick.stat().st_size,
        "sample_rate": piper_model.RATE,
    }
    trial = json.loads(good(run("test", "giong-nho", "--json")))
    assert trial["voice"] == "piper:giong-nho"
    heard, rate = soundfile.read(folder / "audio" / "nghe-thu" / "piper-giong-nho.wav")
    assert len(heard) / rate == pytest.approx(trial["length_s"], abs=0.01)
    assert good(run("remove", "piper:giong-nho")).strip() == "The voice piper:giong-nho is removed."
    assert "piper:giong-nho" not in lines(run)
    assert isinstance(run("remove", "giong-nho").exception, NotFound)
    assert (folder / "station.yaml").read_bytes() == before


def test_a_voice_from_an_address(run: Run, server: VoiceServer) -> None:
    """An address works as a file does, also after a cut."""
    server.plan = [Answer.CUT]
    good(run("install", f"{server.url}/{FILE}", "--name", "tren-mang"))
    assert lines(run)["piper:tren-mang"]["ready"]


def test_what_goes_wrong_has_its_exit_code(run: Run, stick: Path, server: VoiceServer, tmp_path: Path) -> None:
    """No such file, no such name, a wrong hash, an address without a file, a voice twice."""
    assert isinstance(run("install", str(tmp_path / "no.onnx")).exception, NotFound)
    assert isinstance(run("install", str(stick), "--name", "Giọng").exception, InputRefused)
    assert isinstance(run("install", str(stick), "--sha256", "0" * 64).exception, VoiceFailed)
    assert isinstance(run("install", f"{server.url}/a.onnx").exception, VoiceFailed)
    good(run("install", str(stick)))
    assert isinstance(run("install", str(stick)).exception, Conflict)
    assert isinstance(run("test", "piper:none").exception, VoiceFailed)
    assert isinstance(run("test", "none").exception, NotFound)
    assert isinstance(run("test", "espeak:south", "***").exception, VoiceFailed)
    assert run("test", "espeak:south", "--to", str(tmp_path / "a.mp3")).exit_code == 2
    assert isinstance(run("remove", "espeak:south").exception, NotFound)


def test_no_station_no_voices_folder(tmp_path: Path, stick: Path) -> None:
    """In a wrong folder nothing is installed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = CliRunner().invoke(loa, ["-C", str(elsewhere), "voices", "install", str(stick)])
    assert isinstance(result.exception, NotFound)
    assert not list(elsewhere.iterdir())


def test_a_voice_that_is_needed_stays(run: Run, folder: Path, stick: Path) -> None:
    """What station.yaml or a bulletin names is not removed, and the files that name it are told."""
    good(run("install", str(stick)))
    in_the_ladder(folder, "piper:giong-nho", "espeak:south")
    write(folder, "scripts/mot.md", bulletin_text("mot", more="voices: [piper:giong-nho]\n"))
    refused = run("remove", "giong-nho").exception
    assert isinstance(refused, Conflict)
    assert "station.yaml, scripts/mot.md" in refused.message
    assert lines(run)["piper:giong-nho"]["place"] == 1
    in_the_ladder(folder, "espeak:south")
    assert isinstance(run("remove", "giong-nho").exception, Conflict)
    write(folder, "scripts/mot.md", bulletin_text("mot"))
    good(run("remove", "giong-nho"))


def test_the_ladder_is_told_in_its_order_with_what_is_missing(run: Run, folder: Path, stick: Path) -> None:
    """A voice that is named but not here, or damaged, says so beside its place."""
    good(run("install", str(stick)))
    (folder / "voices" / "giong-nho.onnx").write_bytes(b"\x08cut off")
    in_the_ladder(folder, "piper:vais1000", "piper:giong-nho", "gtts", "espeak:north")
    told = lines(run)
    assert list(told)[:4] == ["piper:vais1000", "piper:giong-nho", "gtts", "espeak:north"]
    assert [line["place"] for line in told.values()][:4] == [1, 2, 3, 4]
    missing, damaged = told["piper:vais1000"], told["piper:giong-nho"]
    assert (missing["ready"], missing["installed"]) == (False, False)
    assert (damaged["ready"], damaged["installed"]) == (False, True)
    assert "loa voices install" in missing["note"]
    assert "loa voices install" in damaged["note"]
    assert list(told).count("piper:vais1000") == 1
    good(run("install", str(stick)))
    assert lines(run)["piper:giong-nho"]["ready"]


def test_a_model_copied_by_hand_under_its_public_name(run: Run, folder: Path, stick: Path) -> None:
    """It is not overlooked: the list says how to rename it."""
    (folder / "voices").mkdir()
    for file in stick.parent.iterdir():
        shutil.copy(file, folder / "voices")
    note = lines(run)[f"piper:{FILE.removesuffix('.onnx')}"]["note"]
    assert "giong-nho.onnx" in note


def test_a_cut_download_is_told(run: Run, folder: Path) -> None:
    """The list says how much of a public voice is here, and `remove` clears it away."""
    part = folder / "voices" / "vais1000.part" / "vais1000.onnx.download.json"
    write(part.parent, part.name, json.dumps({"address": "", "version": "", "total": 63201294, "kept": 40_000_000}))
    assert "40 of 63 MB" in lines(run)["piper:vais1000"]["note"]
    good(run("remove", "vais1000"))
    assert not part.parent.exists()


def test_a_command_voice_is_listed_and_tried(run: Run, folder: Path) -> None:
    """A program that speaks is a voice like the others; one that is not there says so."""
    write(folder, "station.yaml", f"{STATION}command_voices:\n  may:\n    run: [no-such-program]\n")
    line = lines(run)["command:may"]
    assert (line["ready"], line["installed"]) == (False, False)
    assert isinstance(run("test", "command:may").exception, VoiceFailed)


def test_the_trial_says_what_was_measured(run: Run, folder: Path, tmp_path: Path) -> None:
    """Speed, time, rate and loudness are those of the WAV that was written, at the station's loudness."""
    to = tmp_path / "nghe thử.wav"
    trial = json.loads(good(run("test", "espeak:south", "Kính chào bà con xã Minh Đức!", "--to", str(to), "--json")))
    assert trial["syllables"] == 7
    assert trial["loudness_lufs"] == pytest.approx(-18, abs=0.5)
    assert trial["syllables_a_minute"] == pytest.approx(60 * 7 / trial["length_s"], abs=0.1)
    assert trial["file"] == str(to)
    assert soundfile.info(to).format == "WAV"
    shown = good(run("test", "espeak:south", "--to", str(to)))
    assert "syllables a minute" in shown
    assert "-18.0 LUFS" in shown
    assert not (folder / "audio" / "nghe-thu").exists()

"""Bringing files into the station: good ones under safe names, bad ones not at all, nothing overwritten."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loa.cli import loa
from loa.errors import Conflict, SoundRefused
from loa.slug import is_slug
from loa.station.audio_import import file_name
from loa.station.station import Station
from tests.sound.broken_files import by_ffmpeg, needs_ffmpeg, sound_file
from tests.sound.signals import speechlike
from tests.station.mini_station import mini_station

pytestmark = pytest.mark.usefixtures("english")
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mini_station(tmp_path / "station", recorded=False)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Return a folder as it comes on a USB stick."""
    (tmp_path / "USB của xã").mkdir()
    return tmp_path / "USB của xã"


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda *args: CliRunner().invoke(loa, ["-C", str(folder), "import", *map(str, args)])


def test_a_good_file_is_copied_under_a_safe_name(folder: Path, stick: Path, run: Run) -> None:
    """The bytes are the same, the name has no marks, and the command says how to use it."""
    source = stick / "Nhạc Hiệu mới (Đài xã).MP3"
    source.write_bytes(sound_file("mp3"))
    result = run(source)
    assert result.exit_code == 0, result.output
    target = folder / "audio" / "nhac-hieu-moi-dai-xa.mp3"
    assert target.read_bytes() == source.read_bytes()
    assert "recording: audio/nhac-hieu-moi-dai-xa.mp3" in result.output
    assert "- audio: audio/nhac-hieu-moi-dai-xa.mp3" in result.output
    assert [path.name for path in target.parent.iterdir() if path.name.startswith(".tmp")] == []


def test_the_imported_file_airs(folder: Path, stick: Path, run: Run) -> None:
    """What was imported without an error is finished without one."""
    (stick / "nhac.flac").write_bytes(sound_file("flac"))
    assert run(stick / "nhac.flac", "--as", "chào cờ").exit_code == 0
    programmes = folder / "schedules" / "chuong-trinh.yaml"
    programmes.write_text(programmes.read_text(encoding="utf-8").replace("audio/nhac.wav", "audio/chao-co.flac"))
    with Station(folder) as station:
        done = station.audio_desk.render(["audio/chao-co.flac"], on_done=lambda _job, _outcome: None)
    assert not [one for one in done.values() if isinstance(one, Exception)]


@pytest.mark.parametrize("content", [b"", b"van ban", sound_file("wav")[:-2000]], ids=["empty", "text", "cut"])
def test_a_bad_file_leaves_nothing(folder: Path, stick: Path, run: Run, content: bytes) -> None:
    """A refusal changes nothing in the station and ends with its exit code."""
    (stick / "a.wav").write_bytes(content)
    before = sorted((folder / "audio").iterdir())
    result = run(stick / "a.wav")
    assert result.exit_code == SoundRefused.exit_code
    assert "MISTAKE" in result.output
    assert sorted((folder / "audio").iterdir()) == before


def test_of_several_files_the_good_ones_come_in(folder: Path, stick: Path, run: Run) -> None:
    """Each is judged apart; the exit code tells that one was refused."""
    for name in ("một.wav", "hai.wav"):
        (stick / name).write_bytes(sound_file("wav", speechlike(1, seed=len(name), rate=22_050)))
    (stick / "ba.wav").write_bytes(b"RIFF")
    result = run(stick / "ba.wav", stick / "một.wav", stick / "không có.wav", stick / "hai.wav")
    assert result.exit_code == SoundRefused.exit_code
    assert {"mot.wav", "hai.wav"} <= {path.name for path in (folder / "audio").iterdir()}
    assert "does not exist" in result.output


def test_the_same_file_twice_is_the_same_file(folder: Path, stick: Path, run: Run) -> None:
    """Same bytes, same name: nothing is done, and that is no mistake."""
    (stick / "a.wav").write_bytes(sound_file("wav"))
    assert run(stick / "a.wav").exit_code == 0
    written = (folder / "audio" / "a.wav").stat().st_mtime_ns
    result = run(stick / "a.wav")
    assert result.exit_code == 0
    assert "was there already" in result.output
    assert (folder / "audio" / "a.wav").stat().st_mtime_ns == written


def test_another_file_of_that_name_is_not_overwritten(folder: Path, stick: Path, run: Run) -> None:
    """What a bulletin was approved with stays; another name is asked for."""
    (stick / "a.wav").write_bytes(sound_file("wav"))
    assert run(stick / "a.wav").exit_code == 0
    first = (folder / "audio" / "a.wav").read_bytes()
    (stick / "a.wav").write_bytes(sound_file("wav", speechlike(1, seed=7, rate=22_050)))
    result = run(stick / "a.wav")
    assert result.exit_code == Conflict.exit_code
    assert "--as" in result.output
    assert (folder / "audio" / "a.wav").read_bytes() == first
    assert run(stick / "a.wav", "--as", "A mới").exit_code == 0
    assert (folder / "audio" / "a-moi.wav").read_bytes() == (stick / "a.wav").read_bytes()


@needs_ffmpeg
def test_an_ending_that_lies_is_put_right(folder: Path, stick: Path, run: Run) -> None:
    """An M4A sent as ``.mp3`` is imported as what it is."""
    (stick / "ghi âm.mp3").write_bytes(by_ffmpeg(stick, "m4a"))
    assert run(stick / "ghi âm.mp3").exit_code == 0
    assert (folder / "audio" / "ghi-am.m4a").exists()


def test_doubts_are_shown_and_the_file_comes_in(folder: Path, stick: Path, run: Run) -> None:
    """A warning is for a person to weigh."""
    (stick / "a.wav").write_bytes(sound_file("wav", subtype="PCM_U8"))
    result = run(stick / "a.wav")
    assert result.exit_code == 0
    assert "8 bits" in result.output
    assert (folder / "audio" / "a.wav").exists()


def test_json_tells_everything(stick: Path, run: Run) -> None:
    """For another program: figures, verdicts, where the file lies."""
    (stick / "a.wav").write_bytes(sound_file("wav"))
    (stick / "b.wav").write_bytes(b"RIFF")
    result = run(stick / "a.wav", stick / "b.wav", "--json")
    good, bad = json.loads(result.output)
    assert result.exit_code == SoundRefused.exit_code
    assert (good["target"], good["error"], good["container"]) == ("audio/a.wav", None, "WAV")
    assert bad["error"]["code"] == "sound-refused"
    assert bad["verdicts"][0]["code"] == "not-audio"


def test_one_name_is_for_one_file(stick: Path, run: Run) -> None:
    """Two files cannot have one name."""
    result = run(stick / "a.wav", stick / "b.wav", "--as", "x")
    assert result.exit_code == 2


def test_a_full_disk_leaves_nothing(folder: Path, stick: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that fails half-way is not found later as if it were whole."""
    (stick / "a.wav").write_bytes(sound_file("wav"))

    def half(_source: Path, target: Path) -> None:
        target.write_bytes(b"RIFF")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", half)
    before = sorted((folder / "audio").iterdir())
    result = run(stick / "a.wav")
    assert result.exit_code == SoundRefused.exit_code
    assert "No space left" in result.output
    assert sorted((folder / "audio").iterdir()) == before


@pytest.mark.parametrize(
    ("name", "container", "expected"),
    [
        ("Nhạc Hiệu mới.MP3", "MP3", "nhac-hieu-moi.mp3"),
        ("Ghi âm 24.11.2026", "M4A", "ghi-am-24-11-2026.m4a"),
        ("đường  Đê__số 3 .opus", "Ogg", "duong-de-so-3.opus"),
        ("Bản tin.wav.mp3", "MP3", "ban-tin-wav.mp3"),
        ("..\\..\\etc/passwd.wav", "WAV", "passwd.wav"),
        ("Con.mp3", "MP3", "am-thanh-con.mp3"),
        ("ប្រកាស.mp3", "MP3", "am-thanh.mp3"),
        (".mp3", "MP3", "mp3.mp3"),
        ("a" * 300 + ".mp3", "MP3", "a" * 60 + ".mp3"),
        ("thu âm.mp3", "M4A", "thu-am.m4a"),
    ],
)
def test_names_are_safe_everywhere(name: str, container: str, expected: str) -> None:
    """Letters without marks, digits and hyphens; no name that Windows keeps for itself; the ending of what it is."""
    made = file_name(name, container, Path(name).suffix)
    assert made == expected
    assert is_slug(made.rpartition(".")[0])


def test_composed_and_decomposed_letters_give_one_name() -> None:
    """Files from a Mac come with their marks apart."""
    import unicodedata

    names = {file_name(unicodedata.normalize(form, "Nhạc Hiệu.mp3"), "MP3", ".mp3") for form in ("NFC", "NFD")}
    assert names == {"nhac-hieu.mp3"}


def test_importing_what_lies_there_already(folder: Path, run: Run) -> None:
    """A file copied into audio/ by hand can be judged in place."""
    shutil.copy(folder / "audio" / "nhac.wav", folder / "audio" / "khac.wav")
    assert run(folder / "audio" / "khac.wav").exit_code == 0

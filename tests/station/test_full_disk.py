"""A disk that is full, or has become read-only: the station goes on, and can still be told to speak."""

from __future__ import annotations

import errno
import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from loa import files
from loa.clock import SystemClock, VirtualClock
from loa.ledger import Ledger
from loa.playout.progress import Progress, ProgressFile
from loa.playout.progress_notes import ProgressNotes
from loa.sound import AudioStore, SoundKind
from loa.station import last_good, requests
from loa.station.folder import StationFolder
from loa.station.live_contents import SETTLE_S, LiveContents
from loa.station.on_air import OnAir
from loa.station.shared_places import is_ours, make_ours, temporary_place
from loa.station.station import Station
from tests.playout.small_station import START
from tests.station.mini_station import SLOTS, mini_station, write
from tests.station.test_emergencies import WORDS, eventually, on_air

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a temporary folder of the system that is this test's own."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    monkeypatch.setattr("loa.files.SHARED_MEMORY", tmp_path / "none")
    return place


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the folders in which nothing can be written any more."""
    folders: list[Path] = []
    plain = files.write_text

    def refuse(path: Path, content: str) -> None:
        if any(path.is_relative_to(folder) for folder in folders):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        plain(path, content)

    monkeypatch.setattr("loa.station.requests.write_text", refuse)
    return folders


@pytest.mark.real_time
def test_an_emergency_is_ordered_while_the_disk_is_full(tmp_path: Path, temporary: Path, full: list[Path]) -> None:
    """Its audio is ready; order and answer go by the system's temporary folder, and nothing is left there."""
    folder = StationFolder(mini_station(tmp_path / "station"))
    with on_air(folder.root) as station:
        full.append(folder.requests)
        with Station(folder.root) as clerk:
            assert clerk.air_desk.emergency(text=WORDS.text, authoriser="Chủ tịch", every_min=10)["title"] == WORDS.text
        assert len(station.air_desk.status()["emergencies"]) == 1
        station.air_desk.all_clear(authoriser="Chủ tịch")
        eventually(station, "emergencies", [])
    assert [path for path in temporary.rglob("*") if path.is_file() and "lock" not in path.name] == []


@pytest.mark.real_time
def test_new_words_are_said_while_the_disk_is_full(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood does not wait until the card is cleared: their audio lies beside the order, and the station finds it there."""
    folder = StationFolder(mini_station(tmp_path / "station"))
    plain = AudioStore.save

    def refuse(store: AudioStore, *parts: Any, **how: Any) -> Any:
        if store.folder == folder.rendered and how["kind"] is SoundKind.SPEECH:
            raise OSError(errno.ENOSPC, "No space left on device")
        return plain(store, *parts, **how)

    with on_air(folder.root) as station:
        monkeypatch.setattr(AudioStore, "save", refuse)
        assert station.air_desk.emergency(text="Vỡ đập. Bà con di dời ngay.", authoriser="Chủ tịch")["length_s"] > 1
        audio = list(temporary.rglob("*.flac"))
        assert len(audio) == 1
        assert is_ours(audio[0].parents[1])


def test_a_request_that_cannot_be_taken_away_is_carried_out_once(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk became read-only after it was written: not an emergency every quarter of a second."""
    del temporary
    folder = StationFolder(mini_station(tmp_path / "station"))
    clock = VirtualClock(START)
    content = {"name": "stop", "values": {"person": "Hoa", "why": ""}, "asked_at": START.timestamp()}
    write(folder.requests, "a.request", json.dumps(content))
    stopped: list[str] = []

    def refuse(path: Path, **_how: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    with Ledger(folder.ledger, clock) as ledger:
        station = OnAir(folder, ledger, clock, say=print, stop=threading.Event())
        monkeypatch.setattr(Path, "unlink", refuse)

        def stop_current(person: str, _why: str) -> int:
            stopped.append(person)
            return 1

        broadcaster: Any = SimpleNamespace(stop_current=stop_current)
        for _turn in range(3):
            station._answer_requests(broadcaster)
        monkeypatch.undo()
    assert stopped == ["Hoa"]


def test_only_a_folder_of_our_own_is_believed(tmp_path: Path, temporary: Path) -> None:
    """Somebody else's folder in the temporary one orders nothing."""
    place = temporary_place(tmp_path)
    assert place.parent == temporary
    assert not is_ours(place)
    make_ours(place)
    assert is_ours(place)
    write(place, "a.request", json.dumps({"name": "status", "values": {}, "asked_at": START.timestamp()}))
    assert len(list(requests.waiting(tmp_path, VirtualClock(START)))) == 1
    place.chmod(0o777)
    assert not is_ours(place)
    assert list(requests.waiting(tmp_path, VirtualClock(START))) == []
    link = temporary / "link"
    link.symlink_to(tmp_path)
    assert not is_ours(link)
    with pytest.raises(PermissionError):
        make_ours(place)


def test_they_meet_in_shared_memory_where_there_is_some(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a small board the temporary folder is on the same full card; with neither there is no other place."""
    memory = tmp_path / "shm"
    memory.mkdir()
    monkeypatch.setattr("loa.files.SHARED_MEMORY", memory)
    assert temporary_place(tmp_path).parent == memory
    memory.rmdir()
    assert temporary_place(tmp_path).parent == temporary

    def none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", none)
    assert temporary_place(tmp_path) == tmp_path


def test_a_timetable_counts_though_it_cannot_be_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edit has rested; the copy of the good one finds no room: the station goes on with the new one."""
    folder = StationFolder(mini_station(tmp_path / "station"))
    clock = VirtualClock(START)
    said: list[str] = []
    with Station(folder.root, clock) as station:
        live = LiveContents(folder, station.ledger, clock, said.append)

        def refuse(_folder: StationFolder) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(last_good, "keep", refuse)
        write(folder.root, "schedules/khung-gio.yaml", SLOTS.replace("05:30", "05:40"))
        for _second in range(int(SETTLE_S) + 10):
            live.look()
            clock.advance(1.0)
        assert live.contents.timetable.slots["sang"].times[0].minute == 40


def test_a_note_of_progress_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It only helps after a kill."""

    def refuse(_file: ProgressFile, _progress: Progress) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(ProgressFile, "note", refuse)
    waiting: Any = type("Waiting", (), {"began": None, "parts": [], "key": "a@b", "played_s": 0.0})()
    ProgressNotes(ProgressFile(tmp_path / "x"), SystemClock()).note([waiting], lambda: None)


def test_a_read_only_log_does_not_keep_the_station_from_starting(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut the card is read-only: the lock is elsewhere, and a second station still finds it."""
    folder = StationFolder(mini_station(tmp_path / "station"))
    plain = Path.touch

    def refuse(path: Path, *how: Any, **more: Any) -> None:
        if path.is_relative_to(folder.log):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        plain(path, *how, **more)

    monkeypatch.setattr(Path, "touch", refuse)
    with Station(folder.root) as station:
        assert station.air_desk._lock_file().is_relative_to(temporary)
        assert not station.air_desk.is_on_the_air()
        from filelock import FileLock

        with FileLock(station.air_desk._lock_file()):
            assert station.air_desk.is_on_the_air()

"""A programme on a USB stick: what the plan says, in files that old players and people can read, or nothing at all."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest
import soundfile

from loa.clock import VirtualClock
from loa.errors import Conflict, NotFound, OutputFailed
from loa.sound.mp3 import RATE, write_mp3
from loa.station import export_files as module
from loa.station.export import Exported, slug
from loa.station.station import Station
from tests.station.mini_station import PROGRAMMES, mini_station, write

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 of a Monday in Vietnam
ID3: Any = mutagen.id3.ID3
MONDAY = date(2026, 11, 23)
Export = Callable[..., Exported]

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a pause in its programme, everything approved and rendered once for all tests."""
    folder = mini_station(tmp_path_factory.mktemp("finished") / "station")
    write(folder, "schedules/chuong-trinh.yaml", PROGRAMMES + "      - pause: 2.5\n      - bulletin: ba\n")
    with Station(folder, VirtualClock(NOW)) as station:
        station.approve(["chao", "mot", "hai", "ba"], person="Lan")
        station.audio_desk.render(on_done=lambda *_done: None)
    return folder


@pytest.fixture
def station(finished: Path, tmp_path: Path) -> Iterator[Station]:
    shutil.copytree(finished, tmp_path / "station")
    with Station(tmp_path / "station", VirtualClock(NOW)) as opened:
        yield opened


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "USB của ấp 3"


@pytest.fixture
def export(station: Station, stick: Path) -> Export:
    def export(programme: str = "sang", *, day: date | None = None, to: Path = stick) -> Exported:
        return station.audio_desk.export(programme, to, day=day, on_progress=lambda _part: None)

    return export


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestFiles:
    def test_each_item_is_a_numbered_file_and_the_whole_is_one(self, export: Export, stick: Path) -> None:
        """A tune and each bulletin have a file; a pause has none, but is in the whole programme."""
        made = export()
        assert names(stick) == [
            "00-ca-chuong-trinh.mp3",
            "01-nhac.mp3",
            "02-chao.mp3",
            "03-hai.mp3",
            "04-ba.mp3",
            "danh-sach.txt",
        ]
        lengths = [soundfile.info(stick / one.name).frames / RATE for one in made.files]
        assert lengths[0] == pytest.approx(sum(lengths[1:]) + 2.5, abs=0.001)
        assert lengths == [pytest.approx(one.length_s, abs=0.001) for one in made.files]

    @pytest.mark.parametrize("day", range(20, 28))
    def test_it_is_what_the_plan_airs_that_day(self, station: Station, export: Export, day: int) -> None:
        """The rotation stands where it stands on the air at the first broadcast of the day."""
        when = date(2026, 11, day)
        planned = next(one for one in station.plan(when, when) if one.programme == "sang")
        wanted = [item.title or "nhac" for item in planned.items if item.name]
        assert [one.title for one in export(day=when).files[1:]] == wanted

    def test_a_programme_without_a_slot_that_day_can_be_exported(self, station: Station, export: Export) -> None:
        """A programme made for the stick alone needs no slot."""
        more = "  luu-dong:\n    title: Lưu động\n    items:\n      - next: tin\n        count: 2\n"
        path = station.folder.schedules / "chuong-trinh.yaml"
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
        assert len(export("luu-dong").files) == 3

    def test_tags_and_list_tell_what_it_is(self, export: Export, stick: Path) -> None:
        """Title, station, programme and day, number; the list opens in Notepad and names approver and text."""
        made = export()
        tags = ID3(stick / "03-hai.mp3")
        assert [str(tags[name]) for name in ("TIT2", "TPE1", "TALB", "TRCK")] == [
            "Bản tin hai",
            "Đài thử",
            "Buổi sáng 23/11/2026",
            "3",
        ]
        raw = (stick / "danh-sach.txt").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n")
        text = raw.decode("utf-8-sig")
        for one in made.files:
            assert one.name in text
            assert one.title in text
        assert "Lan" in text
        assert made.files[2].text_hash[:16] in text
        assert "08:00 23/11/2026" in text

    def test_names_are_short_ascii(self) -> None:
        """Marks, blanks and long names would stop a car player."""
        assert slug("Bản tin Đặc biệt (số 1)") == "ban-tin-dac-biet-so-1"
        assert slug("suc-khoe-tiem-chung-sot-xuat-huyet") == "suc-khoe-tiem-chung-sot-xuat"
        assert slug("x" * 300) == "x" * 32
        assert slug("你好") == "muc"

    def test_progress_grows_to_its_end(self, station: Station, stick: Path) -> None:
        """The bar never goes back and ends at 1."""
        told: list[float] = []
        station.audio_desk.export("sang", stick, day=None, on_progress=told.append)
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1.0, abs=0.001)


class TestLeftOut:
    def test_what_cannot_air_is_left_out_and_told(self, station: Station, export: Export, stick: Path) -> None:
        """Each with its reason and what to do, on the screen and in the list."""
        station.withdraw("ba", person="Lan", why="")
        path = station.folder.scripts / "chao.md"
        path.write_text(path.read_text(encoding="utf-8") + "Thêm một câu.\n", encoding="utf-8")
        shutil.rmtree(station.contents().audio["audio/nhac.wav"].path.parent)
        made = export()
        why = {one.item: one.why for one in made.left_out}
        assert set(why) == {"ba", "chao", "audio/nhac.wav"}
        assert "loa approve ba" in why["ba"]
        assert "loa approve chao" in why["chao"]
        assert "loa render" in why["audio/nhac.wav"]
        assert "loa approve ba" in (stick / "danh-sach.txt").read_text(encoding="utf-8-sig")
        assert [one.name for one in made.files] == ["00-ca-chuong-trinh.mp3", "01-hai.mp3"]

    def test_damaged_audio_is_left_out(self, station: Station, export: Export) -> None:
        """A finished file whose bytes were changed on the disk does not go onto a stick."""
        audio = station.contents().audio["ba"].path
        content = bytearray(audio.read_bytes())
        content[len(content) // 2] ^= 0xFF
        audio.write_bytes(content)
        assert [one.item for one in export().left_out] == ["ba"]

    def test_a_day_outside_its_dates(self, station: Station, export: Export) -> None:
        """A bulletin that is not valid that day is left out."""
        path = station.folder.scripts / "ba.md"
        text = path.read_text(encoding="utf-8").replace("author: Hoa\n", "author: Hoa\nvalid_until: 2026-11-23\n")
        path.write_text(text, encoding="utf-8")
        assert export(day=MONDAY).left_out == ()
        assert [one.item for one in export(day=date(2026, 11, 24)).left_out] == ["ba"]

    def test_nothing_to_say_is_a_conflict(self, station: Station, export: Export, stick: Path) -> None:
        """Tunes alone are no programme; nothing is written."""
        for name in ("chao", "mot", "hai", "ba"):
            station.withdraw(name, person="Lan", why="")
        with pytest.raises(Conflict, match="loa approve chao"):
            export()
        assert not stick.exists()

    def test_music_alone_can_be_a_programme(self, station: Station, export: Export) -> None:
        """A programme that asks for no words is exported without any."""
        path = station.folder.schedules / "chuong-trinh.yaml"
        more = "  nhac:\n    title: Nhạc\n    items:\n      - audio: audio/nhac.wav\n"
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
        assert [one.name for one in export("nhac").files] == ["00-ca-chuong-trinh.mp3", "01-nhac.mp3"]

    def test_a_programme_that_does_not_exist(self, export: Export) -> None:
        """The sentence names those that do."""
        with pytest.raises(NotFound, match="sang"):
            export("toi")


class TestTheStick:
    def test_an_earlier_export_is_replaced_and_nothing_else_touched(self, export: Export, stick: Path) -> None:
        """Files of the last export go, also those the new one has not; files of the stick's owner stay."""
        export()
        (stick / "05-nhac-cua-toi.mp3").write_bytes(b"mine")
        (stick / ".loa-export-killed").mkdir()
        export(day=date(2026, 11, 24))
        kept = names(stick)
        assert "03-mot.mp3" in kept
        assert "03-hai.mp3" not in kept
        assert ".loa-export-killed" not in kept
        assert (stick / "05-nhac-cua-toi.mp3").read_bytes() == b"mine"

    @pytest.mark.parametrize("name", ["danh-sach.txt", "02-chao.mp3"])
    def test_a_foreign_file_in_the_way_is_not_overwritten(self, export: Export, stick: Path, name: str) -> None:
        """Where somebody's own file has a name of the export, nothing is written and the file is named."""
        stick.mkdir()
        (stick / name).write_bytes(b"mine")
        with pytest.raises(Conflict, match=name):
            export()
        assert names(stick) == [name]
        assert (stick / name).read_bytes() == b"mine"

    def test_too_little_room_is_told_before_anything_is_written(
        self, export: Export, stick: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """How much there is and how much is needed."""
        usage = shutil.disk_usage(stick.parent)._replace(free=200_000)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
        with pytest.raises(OutputFailed, match="1 MB"):
            export()
        assert names(stick) == []

    @pytest.mark.parametrize("cut", [KeyboardInterrupt, OSError(5, "Input/output error")])
    def test_a_cut_leaves_the_last_export_whole(
        self, export: Export, stick: Path, monkeypatch: pytest.MonkeyPatch, cut: BaseException | type[BaseException]
    ) -> None:
        """Cancelled, or the stick pulled out: what was there is still there, and nothing half done."""
        export()
        before = {path.name: path.read_bytes() for path in stick.iterdir()}
        real, calls = write_mp3, []

        def third_fails(path: Path, *args: Any, **more: Any) -> float:
            calls.append(path)
            if len(calls) == 3:
                raise cut
            return real(path, *args, **more)

        monkeypatch.setattr(module, "write_mp3", third_fails)
        expected = OutputFailed if isinstance(cut, OSError) else KeyboardInterrupt
        with pytest.raises(expected) as raised:
            export(day=date(2026, 11, 24))
        if expected is OutputFailed:
            assert "stick" in str(raised.value)
        assert {path.name: path.read_bytes() for path in stick.iterdir()} == before

    def test_an_interrupt_ends_the_work_at_once(self, station: Station, stick: Path) -> None:
        """Control-C while files are being written leaves an empty folder, not a half of one."""

        def interrupt(_part: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            station.audio_desk.export("sang", stick, day=None, on_progress=interrupt)
        assert names(stick) == []
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("loa-mp3")]

    @pytest.mark.parametrize("moves", range(6))
    def test_a_cut_while_moving_is_mended_by_the_next_export(
        self, export: Export, stick: Path, monkeypatch: pytest.MonkeyPatch, moves: int
    ) -> None:
        """Whatever files were in place by then, the next export knows them for its own."""
        export()
        real = Path.replace
        made: list[Path] = []

        def cut_off(self: Path, target: Path) -> Path:
            if len(made) == moves:
                raise OSError(5, "Input/output error")
            made.append(target)
            return real(self, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", cut_off)
            with pytest.raises(OutputFailed):
                export(day=date(2026, 11, 24))
        assert [one.name for one in export(day=MONDAY).files] == [name for name in names(stick) if name.endswith("mp3")]

    def test_a_place_that_cannot_be_written_is_told(self, export: Export, tmp_path: Path) -> None:
        """A file where the folder should be, or a stick that has gone: a sentence, not a trace."""
        (tmp_path / "file").write_text("", encoding="utf-8")
        with pytest.raises(OutputFailed, match="stick"):
            export(to=tmp_path / "file" / "usb")

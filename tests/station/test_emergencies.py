"""An emergency from a person's words to the air: with nothing but a voice and a running station in working order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loa.clock import VirtualClock
from loa.errors import Conflict, InputRefused, NotFound
from loa.ledger import Ledger, RowKind
from loa.sound import AudioStore
from loa.sound.attention import ITEM as TONE
from loa.sound.attention import attention_tone
from loa.sound.target import SoundTarget
from loa.station import last_good
from loa.station.emergencies import EmergencyDesk, EmergencyOrder
from loa.station.folder import StationFolder
from loa.station.station import Station
from tests.station.mini_station import STATION, bulletin_text, mini_station, tone, write

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WITHIN_S = 20.0
WORDS = EmergencyOrder(text="Nước lên, di dời ngay.", authoriser="Chủ tịch")

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> StationFolder:
    return StationFolder(mini_station(tmp_path / "station"))


@contextmanager
def on_air(root: Path) -> Iterator[Station]:
    """Let a station run in this process, on the machine's clock; yield another view of its folder."""
    stop = threading.Event()
    ready = threading.Event()

    def say(line: str) -> None:
        if "NO LOUDSPEAKER" in line:
            ready.set()

    with Station(root) as running, Station(root) as asking:
        more = {"say": say, "on_rendered": lambda *_: None, "stop": stop}
        thread = threading.Thread(target=running.air_desk.run, kwargs=more)
        thread.start()
        assert ready.wait(WITHIN_S)
        yield asking
        stop.set()
        thread.join(WITHIN_S)


def eventually(station: Station, what: str, wanted: Any) -> None:
    """Wait until the station's status says so."""
    end = time.monotonic() + WITHIN_S
    while (found := station.air_desk.status()[what]) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.05)


@pytest.mark.real_time
def test_said_stopped_and_ended_while_everything_else_is_broken(folder: StationFolder) -> None:
    """Settings, timetable and bulletins are spoilt after the start: words are on the air all the same, and end."""
    write(folder.root, "station.yaml", STATION.replace("station_check: chao\n", ""))
    with on_air(folder.root) as station:
        for name in ("station.yaml", "schedules/khung-gio.yaml", "lexicon.yaml", "scripts/mot.md"):
            write(folder.root, name, "{ not: [yaml")
        answer = station.air_desk.emergency(text=WORDS.text, authoriser=WORDS.authoriser, every_min=30)
        assert answer["title"] == WORDS.text
        (standing,) = station.air_desk.status()["emergencies"]
        assert (standing["authoriser"], standing["every_s"], standing["said"]) == ("Chủ tịch", 1800.0, 0)
        assert station.air_desk.stop_current(person="Hoa", why="") == 1
        (standing,) = station.air_desk.status()["emergencies"]
        assert standing["said"] == 1
        assert standing["next_at"] is not None
        assert station.air_desk.all_clear(authoriser="Chủ tịch", text="Nước đã rút.")["ended"] == 1
        eventually(station, "emergencies", [])
    with Ledger(folder.ledger, VirtualClock(NOW)) as ledger:
        kinds = [row.kind for row in ledger.rows(kinds=[RowKind.EMERGENCY, RowKind.ALL_CLEAR])]
        assert kinds == [RowKind.EMERGENCY, RowKind.ALL_CLEAR]


class TestDesk:
    def test_it_needs_neither_timetable_nor_ledger(self, folder: StationFolder) -> None:
        """The database is garbage, the timetable too, and station.yaml: the last good copy of that is enough."""
        last_good.keep(folder)
        write(folder.root, "log/ledger.sqlite", "not a database " * 100)
        for name in ("station.yaml", "schedules/khung-gio.yaml", "lexicon.yaml", "scripts/mot.md"):
            write(folder.root, name, "{ not: [yaml")
        values = EmergencyDesk(folder).order_values(WORDS, NOW)
        assert AudioStore(folder.rendered).find(values["audio_key"]) is not None
        assert (
            EmergencyDesk(folder).order_values(replace(WORDS, text="", bulletin="hai"), NOW)["title"] == "Bản tin hai"
        )

    def test_without_any_good_settings_the_mistakes_are_told(self, folder: StationFolder) -> None:
        """Such a station cannot be on the air."""
        write(folder.root, "station.yaml", "name: x")
        with pytest.raises(InputRefused):
            EmergencyDesk(folder)

    @pytest.mark.parametrize(
        ("asked", "error"),
        [
            ({"times": 3}, "--every"),
            ({"until": NOW + timedelta(hours=1)}, "--every"),
            ({"every_min": 10, "until": NOW - timedelta(seconds=1)}, "later"),
            ({"every_min": 10, "until": NOW + timedelta(days=8)}, "seven days"),
            ({"every_min": 1, "text": "nước lên. " * 80}, "2 minutes"),
        ],
    )
    def test_repeats_that_make_no_sense_are_told(
        self, folder: StationFolder, asked: dict[str, Any], error: str
    ) -> None:
        """Before anything airs."""
        with pytest.raises(Conflict, match=error):
            EmergencyDesk(folder).order_values(replace(WORDS, **asked), NOW)

    def test_without_an_end_it_is_repeated_for_a_day(self, folder: StationFolder) -> None:
        """Forgotten, it ends by itself; as often as asked where that is longer."""
        desk = EmergencyDesk(folder)
        assert desk.order_values(replace(WORDS, every_min=10), NOW)["repeats"] == {
            "every_s": 600.0,
            "until": "2026-11-24T01:00:00.000000Z",
            "times": None,
        }
        many = desk.order_values(replace(WORDS, every_min=60, times=48), NOW)["repeats"]
        assert many["until"] == "2026-11-25T01:00:00.000000Z"

    def test_the_attention_tone_is_the_stations_choice(self, folder: StationFolder) -> None:
        """Its own, a file, or none; a file that is lost never keeps the words from the air."""
        keys = []
        tone(folder.root / "audio" / "coi.wav", 1.0)
        for setting in (
            "",
            "emergency: {tone: none}\n",
            "emergency: {tone: audio/coi.wav}\n",
            "emergency: {tone: x.wav}\n",
        ):
            write(folder.root, "station.yaml", STATION + setting)
            keys.append(EmergencyDesk(folder).order_values(WORDS, NOW)["tone_key"])
        assert [bool(key) for key in keys] == [True, False, True, False]
        assert keys[0] != keys[2]

    def test_presets_are_the_bulletins_written_for_it(self, folder: StationFolder) -> None:
        """With the length of those that are ready."""
        write(folder.root, "scripts/lu.md", bulletin_text("lu", more="priority: emergency\n"))
        desk = EmergencyDesk(folder)
        assert [(one.bulletin, one.title, one.length_s) for one in desk.presets()] == [("lu", "Bản tin lu", None)]
        desk.order_values(replace(WORDS, text="", bulletin="lu"), NOW)
        (ready,) = desk.presets()
        assert ready.length_s is not None
        with pytest.raises(NotFound):
            desk.order_values(replace(WORDS, text="", bulletin="khong-co"), NOW)


def test_the_tone_is_short_and_as_loud_as_speech(tmp_path: Path) -> None:
    """Made once, then found; 2.4 s, at the station's loudness."""
    store, target = AudioStore(tmp_path), SoundTarget()
    made = attention_tone(store, target)
    assert made.cue_sheet.item == TONE
    assert made.cue_sheet.length_s == pytest.approx(2.4, abs=0.1)
    assert made.cue_sheet.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.5)
    assert attention_tone(store, target).path == made.path

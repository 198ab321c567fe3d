"""A station of three bulletins and a few slots, on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from loa.bulletins import Approval, Bulletin, Genre, Priority
from loa.clock import VirtualClock
from loa.ledger import AsRun, Ledger, as_run
from loa.playout import Broadcaster, Material, ProgressFile, VirtualFileOutput
from loa.playout.broadcaster import StationFacts
from loa.sound import AudioStore, FinishedAudio
from loa.timetable import ItemKind, Programme, ProgrammeItem, Shelf, Slot, Timetable
from tests.playout.finished_audio import finished

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 23, 5, 0, tzinfo=ZONE)
LENGTHS_S = {"mot": 20.0, "hai": 30.0, "ba": 10.0}


def bulletin(name: str) -> Bulletin:
    """Return a bulletin whose only interesting thing is its name."""
    return Bulletin(
        name=name,
        title=name.upper(),
        topic="cchc",
        genre=Genre.NEWS,
        author="Hoa",
        priority=Priority.NORMAL,
        language="vi",
        valid_from=None,
        valid_until=None,
        body=name,
        body_line=1,
        recording="",
        recording_sha256="",
    )


def slot(name: str, at: str, programme: str = "tin", *, late_s: float = 600) -> Slot:
    """Return a daily slot."""
    return Slot(name=name, programme=programme, times=(time.fromisoformat(at),), late_s=late_s)


def material(
    folder: Path, slots: list[Slot], *, unapproved: tuple[str, ...] = (), unrendered: tuple[str, ...] = ()
) -> Material:
    """Return the material of a station whose one programme says the three bulletins."""
    audio = {name: finished(folder / "rendered", name, s) for name, s in LENGTHS_S.items() if name not in unrendered}
    bulletins = {name: bulletin(name) for name in LENGTHS_S}
    items = tuple(ProgrammeItem(kind=ItemKind.BULLETIN, name=name) for name in LENGTHS_S)
    shelf = Shelf(
        bulletins=bulletins,
        approvals={
            name: Approval(bulletin=name, text_hash=one.text_hash, person="Chủ tịch", row=1)
            for name, one in bulletins.items()
            if name not in unapproved
        },
        lengths_s={name: one.cue_sheet.length_s for name, one in audio.items()},
    )
    timetable = Timetable(
        programmes={"tin": Programme(name="tin", title="Bản tin", items=items)},
        slots={one.name: one for one in slots},
    )
    return Material(timetable=timetable, shelf=shelf, audio=audio, zone=ZONE)


@dataclass
class SmallStation:
    """Everything that one process of a station holds."""

    folder: Path
    clock: VirtualClock
    ledger: Ledger
    output: VirtualFileOutput
    broadcaster: Broadcaster

    def run_until(self, end: datetime, *, each_second: Callable[[SmallStation], None] = lambda _station: None) -> None:
        """Tick and play second by second until `end` by the wall clock; idle time is passed in one-second steps too."""
        while self.clock.now() < end:
            each_second(self)
            self.broadcaster.tick()
            if self.broadcaster.busy:
                self.output.play(1.0)
            else:
                self.output.pass_idle(1.0)
        self.broadcaster.tick()

    def records(self) -> list[AsRun]:
        """Return the as-run records."""
        return list(as_run(self.ledger.rows()))

    def audio_of(self, name: str) -> FinishedAudio:
        """Return the finished audio of a bulletin."""
        return finished(self.folder / "rendered", name, LENGTHS_S[name])


OPENED: list[SmallStation] = []


def open_station(folder: Path, clock: VirtualClock, *, boot_id: str = "boot-1") -> SmallStation:
    """Return a station process in `folder`, not started."""
    ledger = Ledger(folder / "ledger.sqlite", clock)
    output = VirtualFileOutput(folder / "sound", clock, ZONE)
    output.open()
    broadcaster = Broadcaster(
        ledger=ledger,
        output=output,
        clock=clock,
        progress=ProgressFile(folder / "on-air.json"),
        facts=StationFacts(version="test", boot_id=boot_id, process_id=1),
        stored=AudioStore(folder / "rendered").find,
    )
    station = SmallStation(folder=folder, clock=clock, ledger=ledger, output=output, broadcaster=broadcaster)
    OPENED.append(station)
    return station

"""What a running station airs from while its folder is edited: an edit is told, rests a minute, and then counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from loa.clock import VirtualClock
from loa.ledger import Ledger, RowKind
from loa.station.edits import save_files
from loa.station.folder import StationFolder
from loa.station.live_contents import LOOK_EVERY_S, SETTLE_S, LiveContents
from loa.timetable import QueueEntry, write_queue
from tests.station.mini_station import SLOTS, mini_station, write

pytestmark = pytest.mark.usefixtures("english")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LATER = SLOTS.replace('"05:30"', '"06:15"')


@dataclass
class Watched:
    """A folder, what looks at it, and what it said."""

    folder: Path
    clock: VirtualClock
    ledger: Ledger
    said: list[str] = field(default_factory=list)
    live: LiveContents = field(init=False)

    def __post_init__(self) -> None:
        self.live = LiveContents(StationFolder(self.folder), self.ledger, self.clock, self.said.append)

    def after(self, seconds: float) -> list[str]:
        """Let time pass, look, and return when the morning slot airs."""
        self.clock.advance(seconds)
        self.live.look()
        return [f"{at:%H:%M}" for at in self.live.contents.timetable.slots["sang"].times]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    folder = mini_station(tmp_path / "đài")
    clock = VirtualClock(NOW)
    with Ledger(StationFolder(folder).ledger, clock) as ledger:
        yield Watched(folder, clock, ledger)


def test_an_edit_is_told_and_counts_when_it_has_rested(watched: Watched) -> None:
    """A minute to see what it changes; then it is on the air, and the ledger has it."""
    write(watched.folder, "schedules/khung-gio.yaml", LATER)
    assert watched.after(LOOK_EVERY_S) == ["05:30"]
    (told,) = watched.said
    assert "30 moved" in told
    assert len(list(watched.ledger.rows(kinds=[RowKind.TIMETABLE]))) == 1
    assert watched.after(SETTLE_S - 5) == ["05:30"]
    assert watched.after(10) == ["06:15"]
    assert len(watched.said) == 2
    assert len(list(watched.ledger.rows(kinds=[RowKind.TIMETABLE]))) == 2
    assert (StationFolder(watched.folder).last_good / "schedules" / "khung-gio.yaml").read_text(
        encoding="utf-8"
    ) == LATER


def test_the_ledger_says_who_changed_the_timetable(watched: Watched) -> None:
    """What counts now, which files are new, and who saved them so; nobody, where it was not done through loa."""
    write(watched.folder, "schedules/khung-gio.yaml", LATER)
    watched.after(LOOK_EVERY_S)
    watched.after(SETTLE_S + 1)
    by_hand = watched.ledger.last(RowKind.TIMETABLE)
    save_files(
        StationFolder(watched.folder), watched.ledger, {"schedules/khung-gio.yaml": SLOTS}, person="Hoa", what="Dời giờ"
    )
    watched.after(LOOK_EVERY_S)
    watched.after(SETTLE_S + 1)
    by_hoa = watched.ledger.last(RowKind.TIMETABLE)
    assert by_hand is not None
    assert by_hoa is not None
    assert (by_hand.data["changed"], by_hand.data["person"]) == (["schedules/khung-gio.yaml"], "")
    assert (by_hoa.data["changed"], by_hoa.data["person"]) == (["schedules/khung-gio.yaml"], "Hoa")


def test_an_edit_that_is_undone_never_counts(watched: Watched) -> None:
    """The old timetable stays as if nothing had been."""
    write(watched.folder, "schedules/khung-gio.yaml", LATER)
    watched.after(LOOK_EVERY_S)
    write(watched.folder, "schedules/khung-gio.yaml", SLOTS)
    assert watched.after(LOOK_EVERY_S) == ["05:30"]
    assert watched.after(2 * SETTLE_S) == ["05:30"]
    assert len(watched.said) == 1


def test_a_second_edit_rests_anew(watched: Watched) -> None:
    """Nothing half done goes on the air."""
    write(watched.folder, "schedules/khung-gio.yaml", LATER)
    watched.after(LOOK_EVERY_S)
    watched.after(SETTLE_S - 10)
    write(watched.folder, "schedules/khung-gio.yaml", SLOTS.replace('"05:30"', '"06:45"'))
    assert watched.after(20) == ["05:30"]
    assert watched.after(SETTLE_S) == ["06:45"]


def test_a_broken_edit_never_counts_and_a_mended_one_rests(watched: Watched) -> None:
    """However long it lies there."""
    write(watched.folder, "schedules/khung-gio.yaml", SLOTS.replace('"05:30"', '"25:30"'))
    assert watched.after(LOOK_EVERY_S) == ["05:30"]
    assert watched.after(3 * SETTLE_S) == ["05:30"]
    assert watched.live.mistakes
    write(watched.folder, "schedules/khung-gio.yaml", LATER)
    assert watched.after(LOOK_EVERY_S) == ["05:30"]
    assert not watched.live.mistakes
    assert watched.after(SETTLE_S + 1) == ["06:15"]


@pytest.mark.parametrize("edit", [SLOTS.replace('"05:30"', '"25:30"'), LATER])
def test_the_queue_counts_at_once(watched: Watched, edit: str) -> None:
    """Also while the timetable is broken, or rests."""
    write(watched.folder, "schedules/khung-gio.yaml", edit)
    watched.after(LOOK_EVERY_S)
    entry = QueueEntry(queue_id="a1", bulletin="mot", at=None, added_at=NOW, added_by="Lan")
    write_queue(watched.folder / "schedules", [entry])
    watched.after(LOOK_EVERY_S)
    assert [one.queue_id for one in watched.live.contents.timetable.queue] == ["a1"]


def test_a_bulletin_counts_at_once(watched: Watched) -> None:
    """Only the timetable rests: what is said has its approval."""
    write(watched.folder, "scripts/moi.md", (watched.folder / "scripts/mot.md").read_text(encoding="utf-8"))
    watched.after(LOOK_EVERY_S)
    assert "moi" in watched.live.contents.bulletins.bulletins

"""One wrong file among many: one clear finding, the good files beside it stay good (rule 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.errors import Finding, InputRefused, NotFound, Severity
from loa.station.station import Station
from tests.station.mini_station import PROGRAMMES, SLOTS, STATION, bulletin_text, mini_station, write

NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)  # 05:00 of Monday the 23rd
MIB = "schedules/chuong-trinh.yaml"
SLO = "schedules/khung-gio.yaml"
CHAO = "scripts/chao.md"
TIN = "scripts/mot.md"
Change = Callable[[Path], object]

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mini_station(tmp_path / "station")


def check(folder: Path) -> list[Finding]:
    """Return the mistakes (not the warnings)."""
    with Station(folder, VirtualClock(NOW)) as station:
        return [finding for finding in station.check() if finding.severity is Severity.ERROR]


def edit(name: str, old: str, new: str) -> Change:
    """Return what replaces one text in one file."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        write(folder, name, text.replace(old, new))

    return change


def encode(name: str, encoding: str) -> Change:
    """Return what saves one file in another encoding."""
    return lambda folder: (folder / name).write_bytes(
        (folder / name).read_text(encoding="utf-8").encode(encoding, errors="replace")
    )


WRONG: dict[str, tuple[Change, str, int | None, str | None]] = {
    "settings: typo": (edit("station.yaml", "place:", "plase:"), "station.yaml", 3, "plase"),
    "settings: unknown voice": (
        edit("station.yaml", "topics:", "voices: [espeak:suoth]\ntopics:"),
        "station.yaml",
        6,
        "voices",
    ),
    "settings: no such station check": (
        edit("station.yaml", "check: chao", "check: choa"),
        "station.yaml",
        5,
        "station_check",
    ),
    "settings: BOM": (encode("station.yaml", "utf-8-sig"), "station.yaml", 1, None),
    "settings: empty": (lambda folder: write(folder, "station.yaml", ""), "station.yaml", None, None),
    "bulletin: typo": (edit(TIN, "author:", "auhtor:"), TIN, 5, "auhtor"),
    "bulletin: unknown topic": (edit(TIN, "topic: tin", "topic: tni"), TIN, 3, "topic"),
    "bulletin: unknown genre": (edit(TIN, "genre: news", "genre: nows"), TIN, 4, "genre"),
    "bulletin: bad date": (edit(TIN, "genre: news", "genre: news\nvalid_from: 31/02/2026"), TIN, 5, "valid_from"),
    "bulletin: ends before it begins": (
        edit(TIN, "genre: news", "genre: news\nvalid_from: 2026-02-03\nvalid_until: 2026-02-02"),
        TIN,
        6,
        "valid_until",
    ),
    "bulletin: missing recording": (edit(TIN, "audio/mot.wav", "audio/mat.wav"), TIN, 6, "recording"),
    "bulletin: recording outside": (edit(TIN, "audio/mot.wav", "../../x.wav"), TIN, 6, "recording"),
    "bulletin: zero byte in a name": (edit(TIN, "audio/mot.wav", r'"audio/\0.wav"'), TIN, 6, None),
    "bulletin: BOM": (encode(TIN, "utf-8-sig"), TIN, 1, None),
    "bulletin: UTF-16": (encode(TIN, "utf-16"), TIN, 1, None),
    "bulletin: cp1258": (encode(TIN, "cp1258"), TIN, 8, None),
    "bulletin: empty": (lambda folder: write(folder, TIN, ""), TIN, None, None),
    "bulletin: no front matter": (lambda folder: write(folder, TIN, "Kính chào\n"), TIN, 1, None),
    "bulletin: front matter not closed": (edit(TIN, "---\nKính", "Kính"), TIN, 1, None),
    "bulletin: no text": (lambda folder: write(folder, TIN, bulletin_text("mot", body="")), TIN, 2, "title"),
    "bulletin: duplicate key": (edit(TIN, "genre: news", "genre: news\ntitle: x"), TIN, 5, "title"),
    "bulletin: tab": (edit(TIN, "genre:", "\tgenre:"), TIN, 4, None),
    "bulletin: colon in the title": (edit(TIN, "title: Bản", "title: Tin: Bản"), TIN, 2, None),
    "bulletin: another language without a recording": (
        lambda folder: write(folder, TIN, bulletin_text("mot", more="language: stieng\n")),
        TIN,
        6,
        "language",
    ),
    "bulletin: bad file name": (lambda folder: write(folder, "scripts/Tin 1.md", bulletin_text("x")), "scripts/Tin 1.md", None, None),
    "bulletin: a folder": (lambda folder: (folder / "scripts" / "x.md").mkdir(), "scripts/x.md", None, None),
    "bulletin named by a programme: typo": (edit(CHAO, "genre: news", "genre: nesw"), CHAO, 4, "genre"),
    "schedule: missing bulletin": (edit(MIB, "bulletin: chao", "bulletin: choa"), MIB, 6, "programmes.sang.bulletin"),
    "schedule: unknown topic": (edit(MIB, "next: tin", "next: tni"), MIB, 8, "programmes.sang.next"),
    "schedule: missing audio": (edit(MIB, "audio/nhac", "audio/nhca"), MIB, 5, "programmes.sang.audio"),
    "schedule: two things in one item": (
        edit(MIB, "- bulletin: chao", "- bulletin: chao\n        next: tin"),
        MIB,
        6,
        "programmes.sang.items[2].bulletin",
    ),
    "schedule: typo in an item": (edit(MIB, "- bulletin:", "- buletin:"), MIB, 6, "programmes.sang.items[2].buletin"),
    "schedule: an item without a field": (edit(MIB, "- bulletin: chao", "- chao"), MIB, 6, "programmes.sang.items"),
    "schedule: an empty item": (edit(MIB, "- bulletin: chao", "- {}"), MIB, 6, "programmes.sang.items[2]"),
    "schedule: queue of none": (edit(MIB, "queue: 2", "queue: 0"), MIB, 7, "programmes.sang.items[3].queue"),
    "schedule: empty items": (
        lambda folder: write(folder, MIB, PROGRAMMES.split("      -")[0].replace("items:", "items: []")),
        MIB,
        4,
        "programmes.sang.items",
    ),
    "schedule: programme without a title": (edit(MIB, "    title: Buổi sáng\n", ""), MIB, 3, "programmes.sang.title"),
    "schedule: programme name": (edit(MIB, "  sang:", "  Tối:\n    title: x\n    items: [pause: 1]\n  sang:"), MIB, 3, "programmes.Tối"),
    "schedule: the same programme twice": (lambda folder: write(folder, "schedules/z.yaml", PROGRAMMES), "schedules/z.yaml", 3, "sang"),
    "schedule: BOM hides the programmes": (encode(MIB, "utf-8-sig"), MIB, 1, None),
    "schedule: UTF-16": (encode(MIB, "utf-16"), MIB, 1, None),
    "schedule: cp1258": (encode(MIB, "cp1258"), MIB, 3, None),
    "schedule: empty": (lambda folder: write(folder, MIB, "\n"), MIB, None, None),
    "schedule: a list where fields belong": (lambda folder: write(folder, "schedules/x.yaml", "- a\n"), "schedules/x.yaml", 1, None),
    "schedule: ends in .yml": (lambda folder: write(folder, "schedules/tet.yml", SLOTS), "schedules/tet.yml", None, None),
    "slot: without a programme": (edit(SLO, '    programme: sang\n    at: "05', '    at: "05'), SLO, 3, "slots.sang.programme"),
    "slot: unknown programme": (edit(SLO, 'programme: sang\n    at: "05', 'programme: snag\n    at: "05'), SLO, 3, "slots.sang.programme"),
    "slot: typo": (edit(SLO, "days:", "dasy:"), SLO, 8, "slots.chieu.dasy"),
    "slot: no time": (edit(SLO, '    at: "05:30"\n', ""), SLO, 3, "slots.sang.at"),
    "slot: 25:61": (edit(SLO, "05:30", "25:61"), SLO, 4, "slots.sang.at"),
    "slot: 5.30": (edit(SLO, '"05:30"', "5.30"), SLO, 4, "slots.sang.at"),
    "slot: one bad time of two": (edit(SLO, "17:30", "17:60"), SLO, 7, "slots.chieu.at"),
    "slot: no times at all": (edit(SLO, '"05:30"', "[]"), SLO, 4, "slots.sang.at"),
    "slot: bad day": (edit(SLO, "T3", "T9"), SLO, 8, "slots.chieu.days"),
    "slot: no days": (edit(SLO, "[T2, T3]", "[]"), SLO, 8, "slots.chieu.days"),
    "slot: bad date": (edit(SLO, "    days:", "    from: 2026-13-01\n    days:"), SLO, 8, "slots.chieu.from"),
    "slot: ends before it begins": (
        edit(SLO, "    days:", "    from: 2026-12-01\n    until: 2026-11-01\n    days:"),
        SLO,
        9,
        "slots.chieu.until",
    ),
    "slot: day 32": (edit(SLO, "    days:", "    day_of_month: 32\n    days:"), SLO, 8, "slots.chieu.day_of_month"),
    "slot: fifth week": (edit(SLO, "    days:", "    week_of_month: 5\n    days:"), SLO, 8, "slots.chieu.week_of_month"),
    "slot: emergency is no priority of a slot": (
        edit(SLO, "    days:", "    priority: emergency\n    days:"),
        SLO,
        8,
        "slots.chieu.priority",
    ),
    "slot: in quiet hours": (edit(SLO, "05:30", "04:30"), SLO, 3, "slots.sang.at"),
    "slot: at the same minute": (edit(SLO, "17:30", "05:30"), SLO, None, None),
    "slot: duplicate": (edit(SLO, "chieu:", "sang:"), SLO, 5, "sang"),
    "slot: a text": (lambda folder: write(folder, SLO, "slots: sang\n"), SLO, 1, "slots"),
    "slots: misspelt": (edit(SLO, "slots:", "slosts:"), SLO, 1, "slosts"),
    "queue: no instant": (
        lambda folder: write(folder, "schedules/queue.yaml", "queue:\n- {id: a, bulletin: mot, added_at: today, added_by: H}\n"),
        "schedules/queue.yaml",
        2,
        "queue[1].added_at",
    ),
    "queue: instant without a zone": (
        lambda folder: write(
            folder,
            "schedules/queue.yaml",
            'queue:\n- {id: a, bulletin: mot, added_at: "2026-11-23T05:00:00", added_by: H}\n',
        ),
        "schedules/queue.yaml",
        2,
        "queue[1].added_at",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_mistake_is_one_finding(folder: Path, case: str) -> None:
    """A mistake gives exactly one finding with the right file, line and field, and says what to write instead."""
    change, file, line, field = WRONG[case]
    change(folder)
    found = check(folder)
    assert [finding.file for finding in found] == [file], [str(finding) for finding in found]
    if line is not None:
        assert found[0].line == line
    if field is not None:
        assert found[0].field == field
    assert found[0].message
    assert found[0].advice


def test_the_small_station_is_right(folder: Path) -> None:
    """Without a change there is nothing to tell."""
    assert check(folder) == []


@pytest.mark.parametrize("written", ["5:30", "5h30", "'5:30'", "05:30"])
def test_a_time_without_quotation_marks(folder: Path, written: str) -> None:
    """5:30 is half past five, not 330 minutes."""
    edit(SLO, '"05:30"', written)(folder)
    assert check(folder) == []
    with Station(folder, VirtualClock(NOW)) as station:
        assert f"{station.plan(station.today(), station.today())[0].planned_at:%H:%M}" == "05:30"


def test_real_lengths_decide_what_overlaps(folder: Path) -> None:
    """Two slots a minute apart are fine until an approved, finished bulletin fills the minute."""
    edit(SLO, '["12:00", "17:30"]', '"05:31"')(folder)
    with Station(folder, VirtualClock(NOW)) as station:
        assert not [finding for finding in station.check() if finding.severity is Severity.ERROR]
        from tests.station.mini_station import tone

        tone(folder / "audio" / "chao.wav", 61)
        station.approve(["chao"], person="Hoa")
        station.audio_desk.render(["chao"], on_done=lambda *_done: None)
        found = [finding for finding in station.check() if finding.severity is Severity.ERROR]
    assert [(finding.file, finding.field) for finding in found] == [(SLO, "slots.chieu.at")]


def test_too_long_and_in_quiet_hours_are_two_findings(folder: Path) -> None:
    """Each kind of breach of a slot is told, once."""
    from tests.station.mini_station import tone

    edit("station.yaml", "output:", "air_rules:\n  longest_session_min: 1\noutput:")(folder)
    edit(SLO, "05:30", "04:30")(folder)
    tone(folder / "audio" / "chao.wav", 61)
    with Station(folder, VirtualClock(NOW)) as station:
        station.approve(["chao"], person="Hoa")
        station.audio_desk.render(["chao"], on_done=lambda *_done: None)
        found = [finding for finding in station.check() if finding.severity is Severity.ERROR]
    told = sorted(str(finding.field) for finding in found)
    assert told == ["slots.chieu.programme", "slots.sang.at", "slots.sang.programme"]


def test_every_file_is_checked_in_one_pass(folder: Path) -> None:
    """A wrong station.yaml does not hide the mistakes of the other files; good files beside stay good."""
    edit("station.yaml", "place:", "plase:")(folder)
    encode(TIN, "utf-16")(folder)
    edit(SLO, "05:30", "25:61")(folder)
    edit(MIB, "queue: 2", "queue: two")(folder)
    assert {finding.file for finding in check(folder)} == {"station.yaml", TIN, SLO, MIB}
    write(folder, "station.yaml", STATION)
    assert {finding.file for finding in check(folder)} == {TIN, SLO, MIB}
    with Station(folder, VirtualClock(NOW)) as station:
        contents = station.contents()
    assert set(contents.bulletins.bulletins) == {"chao", "hai", "ba"}
    assert [slot.name for slot in contents.timetable.slots.values()] == ["chieu"]


def test_a_broken_bulletin_keeps_no_timetable_off_the_air(folder: Path) -> None:
    """The bulletin is left out and told; what is planned otherwise stays planned (rule 5)."""
    edit(CHAO, "genre: news", "genre: nesw")(folder)
    with Station(folder, VirtualClock(NOW)) as station:
        assert station.contents().timetable_errors == ()
        planned = station.plan(station.today(), station.today())
        with pytest.raises(InputRefused):
            station.bulletin("chao")
        with pytest.raises(InputRefused):
            station.bulletin("scripts/chao.md")
        with pytest.raises(NotFound):
            station.bulletin("choa")
    assert len(planned) == 3
    assert {item.problem.value for item in planned[0].items if item.name == "chao"} == {"missing"}


def test_editors_leavings_are_passed_over(folder: Path) -> None:
    """An editor's lock file, or a queue that is being written, is no bulletin and no schedule."""
    write(folder, "scripts/.#mot.md", "x")
    write(folder, "schedules/.tmp-1.yaml", "queue: [")
    assert check(folder) == []

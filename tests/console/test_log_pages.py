"""The pages “Nhật ký” and “Báo cáo”: found, proved, heard again, corrected; the report's figures, words and files."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from loa.clock import VirtualClock
from loa.console.house import House
from loa.ledger import RowKind
from loa.station.log_filter import LogFilter
from loa.station.log_search import ENOUGH, MOST_DAYS, look_through
from loa.station.station import Station
from tests.console.visitor import Visitor

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def operator(visitors: dict[str, Visitor]) -> Visitor:
    """Return an announcer's browser."""
    return visitors["operator"]


@pytest.fixture
def aired(house: House, clock: VirtualClock) -> str:
    """Let a broadcast have aired this morning; return its key."""
    key = "sang@2026-11-23T05:30:00+07:00"
    with Station(house.folder, clock) as station:
        heard = station.audio_desk.render(["mot"], on_done=lambda *_: None)["mot"]
        sheet = heard.cue_sheet  # type: ignore[union-attr]
        item = {"kind": "bulletin", "item": "mot", "title": "Bản tin <một>", "topic": "tin", "genre": "news", "language": "vi",
                "author": "Hoa", "text_hash": "0" * 64, "approved_by": "Lợi", "queue_id": "", "problem": ""}  # fmt: skip
        planned = {"kind": "bulletin", "name": "mot", "length_s": 2.0} | item
        append = station.ledger.append
        append(
            RowKind.PLANNED,
            {"key": key, "slot": "sang", "programme": "sang", "title": "Buổi sáng", "planned_at": "2026-11-23T05:30:00+07:00",
             "planned_s": 2.0, "priority": "normal", "late_s": 600, "items": [planned]},
            broadcast=key,
        )  # fmt: skip
        append(RowKind.INTENT, {"heard": True, "output": "loa", "at": "2026-11-22T22:29:50Z"}, broadcast=key)
        append(RowKind.STARTED, {"started_at": "2026-11-22T22:30:00.001000Z", "lateness_s": 0.001}, broadcast=key)
        append(
            RowKind.ITEM,
            item | {"voice": "", "audio_sha256": sheet.audio_sha256, "started_at": "2026-11-22T22:30:00.001000Z",
                    "planned_s": 2.0, "played_s": 2.0, "lost_s": 0.0},
            broadcast=key,
        )  # fmt: skip
        night = "sang@2026-11-22T05:30:00+07:00"
        append(
            RowKind.PLANNED,
            {"key": night, "slot": "sang", "programme": "sang", "title": "Buổi lỡ", "planned_at": "2026-11-22T05:30:00+07:00",
             "planned_s": 2.0, "priority": "normal", "late_s": 600, "items": [planned]},
            broadcast=night,
        )  # fmt: skip
        missed = {"outcome": "missed", "reason": "power-cut", "note": "", "played_s": 0.0, "ended_at": None}
        append(RowKind.CLOSED, missed, broadcast=night)
        append(
            RowKind.CLOSED,
            {
                "outcome": "aired",
                "reason": "as-planned",
                "note": "",
                "played_s": 2.0,
                "ended_at": "2026-11-22T22:30:02Z",
            },
            broadcast=key,
        )
    return key


def test_what_aired_is_found_and_heard_again(operator: Visitor, aired: str) -> None:
    """The list, one broadcast, and the very bytes that left the loudspeaker."""
    assert "Buổi sáng" in operator.get("/nhat-ky").text
    assert "Buổi sáng" in operator.get("/nhat-ky?tim=buoi+sang&ket-qua=aired&chuyen-muc=tin").text
    assert "Buổi lỡ" in operator.get("/nhat-ky?ket-qua=missed").text
    assert "Buổi sáng" not in operator.get("/nhat-ky?ket-qua=missed").text
    assert "Buổi sáng" not in operator.get("/nhat-ky?den=01/11/2026").text
    page = operator.ask("GET", "/nhat-ky/buoi", params={"khoa": aired})
    assert "&lt;một&gt;" in page.text
    source = re.search(r'src="(/nhat-ky/nghe/[0-9a-f]{64}\.flac)"', page.text)
    assert source
    assert operator.get(source[1]).content.startswith(b"fLaC")
    assert operator.get("/nhat-ky/nghe/" + "0" * 64).status_code == 404
    assert operator.get("/nhat-ky/buoi?khoa=x").status_code == 404


def test_rows_have_their_proof(operator: Visitor, aired: str) -> None:
    """Kinds of rows are listed; each row says whether it fits; the whole log is proved with a press."""
    assert aired
    rows = operator.get("/nhat-ky?loai=closed").text
    number = re.search(r"/nhat-ky/dong/(\d+)", rows)
    assert number
    row = operator.get(f"/nhat-ky/dong/{number[1]}").text
    assert "It fits its content" in row
    assert "power cut" in row
    assert "The log holds" in operator.post("/nhat-ky/kiem-tra").text
    for wrong in ("0", "999999", "x", "1e3", "9" * 30):
        assert operator.get(f"/nhat-ky/dong/{wrong}").status_code == 404
    assert operator.get("/nhat-ky?loai=x").status_code == 422
    assert operator.get("/nhat-ky?tu=24/11/2026&den=01/11/2026").status_code == 422
    assert operator.get("/nhat-ky?chuyen-muc=khac").status_code == 422


def test_a_changed_row_is_told(house: House, operator: Visitor, aired: str) -> None:
    """Somebody edits the file behind the program's back: the proof names the row."""
    import sqlite3

    assert aired
    db = sqlite3.connect(house.folder / "log" / "ledger.sqlite")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE ledger SET data = replace(data, '2.0', '9.0') WHERE kind = 'closed'")
    db.commit()
    db.close()
    assert "DOES NOT HOLD" in operator.post("/nhat-ky/kiem-tra").text


def test_an_entry_by_hand_has_its_photo(house: House, operator: Visitor) -> None:
    """What was said elsewhere is written down with a picture, and written anew where it was wrong."""
    sent = {
        "channel": "meeting",
        "place": "Ấp 3",
        "title": "Họp ấp",
        "topic": "tin",
        "at": "22/11/2026 19:00",
        "times": "1",
    }
    done = operator.post("/nhat-ky/ghi", sent, files={"file": ("../Ảnh họp.PNG", PNG)})
    assert done.status_code == 303, done.text
    page = operator.get(done.headers["location"]).text
    assert "Ảnh họp.PNG" in page
    link = re.search(r'src="(/nhat-ky/tep/\d+/0)"', page)
    assert link
    shown = operator.get(link[1])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert "Họp ấp" in operator.get("/nhat-ky").text
    row = done.headers["location"].rpartition("/")[2]
    anew = operator.post("/nhat-ky/ghi", sent | {"corrects": row, "times": "0"})
    assert anew.status_code == 303
    assert "replaced by row" in operator.get("/nhat-ky").text
    wrong = operator.post("/nhat-ky/ghi", sent | {"place": "", "at": "mai", "topic": "x"})
    assert wrong.status_code == 422
    for field in ("place", "at", "topic"):
        assert f'id="{field}-fault"' in wrong.text, field
    evil = operator.post("/nhat-ky/ghi", sent, files={"file": ("x.png", b"<script>alert(1)</script>")})
    page = operator.get(evil.headers["location"]).text
    link = re.search(r'href="(/nhat-ky/tep/\d+/0)"', page)
    assert link
    served = operator.get(link[1])
    assert served.headers["content-type"] == "application/octet-stream"
    assert "attachment" in served.headers["content-disposition"]
    assert house.folder.joinpath("log", "attachments").is_dir()


def test_a_correction_leaves_the_row(operator: Visitor, aired: str) -> None:
    """A new row says what is wrong; the old one is as it was."""
    assert aired
    number = re.findall(r"/nhat-ky/dong/(\d+)", operator.get("/nhat-ky?loai=closed").text)[-1]
    before = operator.get(f"/nhat-ky/dong/{number}").text
    assert operator.post(f"/nhat-ky/dong/{number}/dinh-chinh", {"why": ""}).status_code == 422
    assert operator.post(f"/nhat-ky/dong/{number}/dinh-chinh", {"why": "Mất điện ấp 2"}).status_code == 303
    page = operator.get(f"/nhat-ky/dong/{number}").text
    assert "Mất điện ấp 2" in page
    assert re.findall("<code>.*?</code>", page) == re.findall("<code>.*?</code>", before)


def test_years_are_looked_through_a_piece_at_a_time(house: House, clock: VirtualClock) -> None:
    """The newest days come first and whole; each page says where to go on; together they are all of it."""
    with Station(house.folder, clock) as station:
        first = date(2023, 1, 1)
        for number in range(130):
            day = first + timedelta(days=10 * number)
            key = f"sang@{day}T05:30:00+07:00"
            planned = {"key": key, "slot": "sang", "programme": "sang", "title": f"Buổi {number}", "priority": "normal",
                       "planned_at": f"{day}T05:30:00+07:00", "planned_s": 2.0, "late_s": 600, "items": []}  # fmt: skip
            station.ledger.append(RowKind.PLANNED, planned, broadcast=key)
        seen: list[str] = []
        last: date | None = date(2026, 11, 24)
        pages = 0
        while last is not None:
            page = look_through(station, date(2020, 1, 1), last, LogFilter())
            assert sum(one.lines for one in page.days) <= ENOUGH + 1
            seen += [record.title for one in page.days for record in one.broadcasts]
            last, pages = page.before, pages + 1
        assert seen == [f"Buổi {number}" for number in reversed(range(130))]
        assert pages <= 2500 / MOST_DAYS + 130 / ENOUGH + 2
        rare = look_through(station, date(2020, 1, 1), date(2026, 11, 24), LogFilter(search="Buổi 0"))
        assert rare.before is not None
        assert not [record for one in rare.days for record in one.broadcasts if record.title == "Buổi 0"]


def test_a_report_is_seen_worded_and_taken_along(house: House, operator: Visitor, aired: str) -> None:
    """Figures of any period; words are edited by a person who is logged; the files come with the page's own figures."""
    assert aired
    page = operator.get("/bao-cao").text
    assert page.count("<svg") == 2
    assert "Buổi lỡ" in page
    assert "power cut" in page
    assert "Bản tin" not in page or "<script" not in page.split("</head>")[1]
    for period in ("2026-W48", "2026-Q4", "2026", "2026-11-01..2026-11-15"):
        assert operator.get(f"/bao-cao?ky={period}").status_code == 200, period
    assert operator.get("/bao-cao?ky=2026-13").status_code == 422
    words = operator.get("/bao-cao/loi-van?ky=2026-11").text
    name = re.findall(r'name="(loi-general)"', words)
    assert name
    done = operator.post("/bao-cao/loi-van", {"ky": "2026-11", "loi-general": "Lời của <b>xã</b>."})
    assert done.status_code == 303
    assert "Lời của &lt;b&gt;xã&lt;/b&gt;." in operator.get("/bao-cao").text
    for kind, sign in (("json", b"{"), ("csv", b""), ("xlsx", b"PK")):
        sent = operator.post("/bao-cao/tep", {"ky": "2026-11", "dang": kind})
        assert sent.status_code == 200, sent.text[:500]
        assert sent.content.startswith(sign)
        assert f".{kind}" in sent.headers["content-disposition"]
    assert operator.post("/bao-cao/tep", {"ky": "2026-11", "dang": "exe"}).status_code == 422
    with Station(house.folder, house.clock) as station:
        last = station.ledger.last(RowKind.NARRATIVE)
        assert last is not None
        assert last.data["person"] == "Bà operator"

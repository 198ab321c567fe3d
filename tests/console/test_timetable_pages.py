"""The pages of “Lịch phát”: seen, moved with what that changes shown first, undone; the queue says where and why."""

from __future__ import annotations

import html
import re

import pytest

from loa.console.house import House
from loa.station.station import Station
from tests.console.visitor import Visitor

MOVE = "slot=sang&ngay=2026-11-24&luc=05:30&sang_ngay=2026-11-24&sang_luc=06:15"


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture
def operator(visitors: dict[str, Visitor]) -> Visitor:
    """Return an announcer's browser."""
    return visitors["operator"]


def slots(house: House) -> str:
    """Return the file of slots."""
    return (house.folder / "schedules" / "khung-gio.yaml").read_text(encoding="utf-8")


def test_a_week_and_a_month_are_shown(operator: Visitor) -> None:
    """With lunar dates, and the days that are like no other."""
    week = operator.get("/lich-phat").text
    assert week.count('data-day="') == 7
    assert 'data-slot="sang" data-at="05:30"' in week
    assert 'data-slot="chieu" data-at="17:30"' in week
    tet = operator.get("/lich-phat?xem=thang&ngay=2027-02-06").text
    assert "1/1" in tet
    assert "Tết" in tet
    assert operator.get("/lich-phat?ngay=2500-01-01").status_code == 422
    assert operator.get("/lich-phat?ngay=x&xem=nam").status_code == 422


def test_a_broadcast_says_what_is_in_it_and_why(operator: Visitor) -> None:
    """Items with what keeps them off, and each rule."""
    page = operator.get("/lich-phat/buoi?slot=sang&ngay=2026-11-24&luc=05:30").text
    assert "Bản tin chao" in page
    assert "is not approved" in page
    assert 'name="sang_luc" type="time" value="05:30"' in page
    assert operator.get("/lich-phat/buoi?slot=khac&ngay=2026-11-24").status_code == 404
    assert operator.get("/lich-phat/buoi?slot=sang&ngay=2026-11-24&luc=04:00").status_code == 200
    assert operator.get("/lich-phat/buoi").status_code == 422


def test_a_move_is_shown_then_saved_then_undone(house: House, operator: Visitor) -> None:
    """Nothing changes before “save”; the history has the person; undone, the file is as it was."""
    before = slots(house)
    page = operator.get(f"/lich-phat/xem?{MOVE}")
    assert "06:15" in page.text
    assert slots(house) == before
    done = operator.post("/lich-phat/luu", fields(page.text))
    assert (done.status_code, done.headers["location"]) == (303, "/lich-phat?ngay=2026-11-24")
    assert 'data-at="06:15"' in operator.get("/lich-phat?ngay=2026-11-24").text
    history = operator.get("/lich-phat/lich-su").text
    assert "Bà operator" in history
    assert operator.post("/lich-phat/hoan-tac", {"row": fields(history)["row"]}).status_code == 303
    assert slots(house) == before
    assert operator.post("/lich-phat/hoan-tac", {"row": "999"}).status_code == 404


def test_a_conflict_is_shown_at_once(house: House, operator: Visitor) -> None:
    """The page says what stands in the way, and offers no “save”; sent all the same, it is refused."""
    before = slots(house)
    page = operator.get("/lich-phat/xem?slot=sang&ngay=2026-11-24&luc=05:30&sang_ngay=2026-11-24&sang_luc=23:00")
    assert 'role="alert"' in page.text
    assert "/lich-phat/luu" not in page.text
    with Station(house.folder, house.clock) as station:
        revision = station.timetable_desk.revision()
    sent = {"slot": "sang", "ngay": "2026-11-24", "luc": "05:30", "sang_luc": "23:00", "revision": revision}
    assert operator.post("/lich-phat/luu", sent).status_code == 422
    assert slots(house) == before


def test_an_old_preview_is_shown_anew(house: House, operator: Visitor) -> None:
    """Somebody edited in between: what the move changes now is shown, and can be saved."""
    sent = fields(operator.get(f"/lich-phat/xem?{MOVE}").text)
    path = house.folder / "schedules" / "khung-gio.yaml"
    path.write_text(slots(house) + "# x\n", encoding="utf-8")
    again = operator.post("/lich-phat/luu", sent)
    assert again.status_code == 409
    assert operator.post("/lich-phat/luu", fields(again.text)).status_code == 303
    assert slots(house).endswith("# x\n")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("slot=&ngay=2026-11-24&luc=05:30&sang_luc=06:00", "slot"),
        ("slot=sang&ngay=&luc=05:30&sang_luc=06:00", "ngay"),
        ("slot=sang&ngay=2026-11-24&luc=x&sang_luc=06:00", "luc"),
        ("slot=sang&ngay=2026-11-24&luc=05:30&sang_luc=", "sang_luc"),
        ("slot=sang&ngay=2026-11-24&luc=05:30&sang_luc=06:00&sang_ngay=9999-01-01", "sang_ngay"),
    ],
)
def test_a_wrong_move_names_its_field(operator: Visitor, query: str, field: str) -> None:
    """422, never a fault of ours."""
    page = operator.get(f"/lich-phat/xem?{query}")
    assert page.status_code == 422
    assert f'data-field="{field}"' in page.text


def test_times_and_days_of_a_slot(house: House, operator: Visitor) -> None:
    """Shown, previewed, saved."""
    page = operator.get("/lich-phat/khung/chieu").text
    assert "12:00, 17:30" in page
    shown = operator.get("/lich-phat/khung/chieu/xem?at=11:00,17h30&day=1&day=2&programme=sang")
    assert shown.status_code == 200
    sent = {**fields(shown.text), "day": ["1", "2"]}
    assert operator.post("/lich-phat/khung/chieu", sent).status_code == 303
    assert 'at: ["11:00", "17:30"]' in slots(house)
    assert "days: [T3, T4]" in slots(house)
    wrong = operator.get("/lich-phat/khung/chieu/xem?at=25:00&programme=sang")
    assert wrong.status_code == 422
    assert 'data-field="day"' in wrong.text
    assert operator.get("/lich-phat/khung/khac").status_code == 404
    assert operator.get("/lich-phat/khung/chieu/xem?at=11:00&day=1&programme=khac").status_code in {200, 409, 422}


def test_the_queue_says_where_and_why(house: House, operator: Visitor) -> None:
    """An approved bulletin is queued, its place is told, and it is taken out again."""
    assert "No bulletin is approved" in operator.get("/lich-phat/hang-doi").text
    with Station(house.folder, house.clock) as station:
        station.audio_desk.render(["mot"], on_done=lambda *_: None)
        station.approve(["mot"], person="Lợi")
    assert 'value="mot" selected' in operator.get("/lich-phat/hang-doi?ban-tin=mot").text
    assert operator.post("/lich-phat/hang-doi", {"bulletin": "mot", "when": "room"}).status_code == 303
    page = operator.get("/lich-phat/hang-doi").text
    assert "Bản tin mot" in page
    assert "first programme with room" in page
    late = operator.post("/lich-phat/hang-doi", {"bulletin": "mot", "when": "at", "day": "2026-11-24", "at": "23:30"})
    assert late.status_code == 409
    assert operator.post("/lich-phat/hang-doi", {"bulletin": "mot", "when": "at"}).status_code == 422
    assert operator.post("/lich-phat/hang-doi", {"bulletin": "hai", "when": "room"}).status_code == 409
    assert operator.post("/lich-phat/hang-doi/bo", {"id": fields(page)["id"]}).status_code == 303
    assert operator.post("/lich-phat/hang-doi/bo", {"id": "x"}).status_code == 404

"""The emergency page does its work when everything else is broken: timetable, settings, and the log's file."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from loa.console.house import House
from loa.console.sessions import COOKIE
from loa.station.accounts import Role
from loa.station.station import Station
from tests.console.browser import cookie_of
from tests.console.running_station import RunningStation, eventually
from tests.console.visitor import Visitor


@pytest.fixture
def station(tmp_path: Path) -> Iterator[RunningStation]:
    with RunningStation(tmp_path / "station") as running:
        yield running


def test_it_works_when_everything_else_is_broken(station: RunningStation) -> None:
    """Rubbish in timetable and settings, and a log that the console cannot open: 100 new words are on the air in 10 s."""
    cookie, _account = cookie_of(station, Role.OPERATOR)
    for name in ("schedules/khung-gio.yaml", "schedules/chuong-trinh.yaml", "station.yaml"):
        (station.folder / name).write_text("rubbish: [", encoding="utf-8")
    ledger = station.folder / "log" / "ledger.sqlite"
    ledger.unlink()  # the running station still writes the file that was there; nobody else can
    ledger.write_bytes(b"rubbish" * 1000)
    with httpx.Client(base_url=station.url, headers={"cookie": f"{COOKIE}={cookie}"}) as browser:
        page = browser.get("/khan-cap")
        assert page.status_code == 200
        csrf = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
        form = {"csrf": csrf, "text": "Vỡ đập, bà con di dời ngay. " * 17, "authoriser": "Chủ tịch", "once": "a"}
        began_s = time.monotonic()
        for _press in range(2):
            assert browser.post("/khan-cap", data=form, headers={"origin": station.url}).status_code == 303
        eventually(lambda: heard(station), f"not on the air: {station.said[-5:]}")
        assert time.monotonic() - began_s < 10
        assert browser.get("/").status_code == 200
    assert len([line for line in station.said if "KHẨN CẤP" in line]) == 1


def heard(station: RunningStation) -> bool:
    """Return whether the emergency is on the air, as the running station itself says."""
    on_air: Any = station.status()["on_air"]
    return bool(on_air) and on_air["title"].startswith("Vỡ đập")


WRONG = [
    ({"text": ""}, "text"),
    ({"authoriser": ""}, "authoriser"),
    ({"text": "x" * 3001}, "text"),
    ({"every": "0"}, "every"),
    ({"every": "mười"}, "every"),
    ({"until": "20:00"}, "every"),
    ({"until": "25:00", "every": "10"}, "until"),
    ({"level": "low"}, "level"),
    ({"level": "priority"}, "level"),
    ({"level": "priority", "bulletin": "mot", "every": "10"}, "level"),
]


@pytest.mark.parametrize(("form", "field"), WRONG)
def test_what_is_wrong_in_the_form_is_told_at_its_field(
    form: dict[str, str], field: str, visitors: dict[str, Visitor]
) -> None:
    """422, the field marked and described, what was typed still there, and nothing on the air."""
    right = {"text": "Nước lên", "authoriser": "Chủ tịch UBND"}
    answer = visitors["operator"].post("/khan-cap", right | form)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    if "text" not in form:
        assert ">Nước lên</textarea>" in answer.text


def test_no_station_is_told_and_nothing_is_lost(visitors: dict[str, Visitor]) -> None:
    """Where `loa run` does not run, the officer is told what to do (503)."""
    answer = visitors["operator"].post("/khan-cap", {"text": "Nước lên", "authoriser": "Chủ tịch"})
    assert answer.status_code == 503
    assert "loa run" in answer.text


def test_priority_airs_after_what_is_on_the_air(visitors: dict[str, Visitor], house: House) -> None:
    """A bulletin of priority is queued at once, in the name of who pressed it; an unapproved one is refused."""
    operator = visitors["operator"]
    form = {"bulletin": "mot", "authoriser": "Chủ tịch", "level": "priority", "once": "x"}
    assert operator.post("/khan-cap", form).status_code == 409
    with Station(house.folder, house.clock) as station:
        station.approve(["mot"], person="Chủ tịch")
    assert operator.post("/khan-cap", form | {"once": "y"}).status_code == 303
    with Station(house.folder, house.clock) as station:
        assert [(place.entry.bulletin, place.entry.added_by) for place in station.queue()] == [("mot", "Bà operator")]


def test_words_are_heard_in_the_browser_alone(visitors: dict[str, Visitor]) -> None:
    """“Nghe thử” airs nothing: it gives the browser a sound, and the form keeps its words."""
    operator = visitors["operator"]
    page = operator.post("/khan-cap/doc-thu", {"text": "Nước lên nhanh.", "authoriser": "Chủ tịch"})
    assert page.status_code == 200
    assert ">Nước lên nhanh.</textarea>" in page.text
    sound = re.findall(r'src="(/nghe/[^"]+)"', page.text)[0]
    whole = operator.get(sound)
    assert whole.status_code == 200
    assert whole.content.startswith(b"fLaC")
    part = operator.ask("GET", sound, headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"fLaC")
    assert visitors[""].get(sound).status_code == 303

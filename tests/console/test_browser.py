"""The console in a real browser, beside a station that is on the air: what an officer does with it, on phone and desk."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from loa.clock import SystemClock
from loa.console.app import all_routes
from loa.station.accounts import Accounts, Role
from loa.station.folder import StationFolder
from loa.station.station import Station
from tests.console.browser import DESK, PHONE, Screens, chromium, found_by_axe, too_wide
from tests.console.relay import relay_to
from tests.console.running_station import TITLE, RunningStation, eventually
from tests.console.visitor import PASSWORD

HUNDRED_WORDS = "Nước sông đang lên nhanh, mời bà con thôn ven sông di dời ngay lên nhà văn hóa xã. " * 6
expect.set_options(timeout=15_000)
pytestmark = [pytest.mark.timeout(180), pytest.mark.real_time]


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStation]:
    with RunningStation(tmp_path_factory.mktemp("browser") / "station") as running:
        yield running


@pytest.fixture(scope="module")
def screens(station: RunningStation) -> Iterator[Screens]:
    with chromium() as browser:
        yield Screens(browser, station)


@pytest.fixture(autouse=True)
def _no_script_error(screens: Screens) -> Iterator[None]:
    yield
    assert screens.errors == []


def pages() -> list[str]:
    """Return every page that is shown without a name of something."""
    return [r.path for r in all_routes() if r.method == "GET" and r.right is not None and "{" not in r.path]


def test_first_start(screens: Screens, station: RunningStation) -> None:
    """From the printed link to the panel: a name, a password, three steps; then the broadcast is seen as it is heard."""
    page = screens.open(None)
    page.goto(station.set_up_link())
    for field, text in {"person": "Lê Thị Hoa", "login": "hoa", "password": PASSWORD, "again": PASSWORD}.items():
        page.fill(f"#{field}", text)
    page.click("button")
    expect(page).to_have_url(re.compile("/tram/bat-dau$"))
    page.fill("#name", "Đài Truyền thanh xã Minh Đức")
    page.click("main form button")
    page.click("main form[action='/tram/bat-dau/loa'] button")
    page.click("main a.button.primary")
    expect(page.locator("h1")).to_contain_text(TITLE)
    expect(page.locator("[data-live=line]")).not_to_have_text("")
    played = page.locator("[data-live=played]")
    before = played.inner_text()
    expect(played).not_to_have_text(before)
    assert "Đài Truyền thanh xã Minh Đức" in (station.folder / "station.yaml").read_text(encoding="utf-8")
    page.context.close()


def test_every_page_is_fit_for_everybody(screens: Screens) -> None:
    """On a phone and on an old PC, light and dark: no page has a serious finding of axe-core or is wider than the screen."""
    for size, colours in ((PHONE, "light"), (DESK, "dark")):
        page = screens.open(Role.ADMIN, size=size)
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        for path in ["/dang-nhap", *pages()]:
            page.goto(path)
            assert found_by_axe(page) == []
            assert not too_wide(page), (path, size)
        page.context.close()


def test_offline_and_back(screens: Screens, station: RunningStation) -> None:
    """A phone that lost its network says since when, and is true again by itself when the network is back."""
    with relay_to(urlsplit(station.url).port or 0) as relay:
        page = screens.open(Role.VIEWER)
        page.goto(f"{relay.url}/")
        expect(page.locator("[data-live=clock]")).to_contain_text(":")
        lost = page.locator("[data-live=lost]")
        expect(lost).to_be_hidden()
        relay.cut()
        expect(lost).to_contain_text(re.compile(r"Mất liên lạc với đài từ \d\d:\d\d"))
        relay.mend()
        expect(lost).to_be_hidden()
        clock = page.locator("[data-live=clock]").inner_text()
        expect(page.locator("[data-live=clock]")).not_to_have_text(clock)
        page.context.close()


def on_air(page: Page) -> str:
    return page.locator("[data-live=title]").inner_text()


def test_an_emergency_during_a_broadcast(screens: Screens, station: RunningStation) -> None:
    """New words: heard in the browser first, then pressed twice in haste; on the air once, in time; then the all-clear."""
    page = screens.open(Role.OPERATOR)
    page.goto("/")
    page.click("main a.danger")
    page.fill("#text", HUNDRED_WORDS)
    page.fill("#authoriser", "Chủ tịch UBND xã")
    page.click("button[formaction$=doc-thu]")
    expect(page.locator("audio")).to_have_js_property("error", None)
    page.wait_for_function("document.querySelector('audio').readyState > 0")
    assert TITLE in str(station.status()["on_air"])
    page.fill("#text", HUNDRED_WORDS + "Nhắc lại. ")
    page.fill("#every", "15")
    began_s = time.monotonic()
    page.dblclick("main button.danger")
    expect(page.locator("[data-live=title]")).to_contain_text("Nước sông đang lên")
    assert time.monotonic() - began_s < 10
    page.goto("/khan-cap")
    expect(page.locator(".standing li")).to_have_count(1)
    page.click(".standing button")
    expect(page.locator(".note.good")).to_contain_text("Đã kết thúc 1")
    with Station(station.folder) as opened:
        rows = [row.data for row in opened.rows() if row.kind == "emergency"]
        pressed = [row.data for row in opened.rows() if row.kind == "action" and row.data["action"] == "emergency"]
    assert [row["authoriser"] for row in rows] == ["Chủ tịch UBND xã"]
    assert [row["person"] for row in pressed] == ["Trần Văn Bình"]
    page.context.close()


def test_prepared_words_are_on_the_air_within_three_seconds(screens: Screens) -> None:
    """A bulletin that was written for it: from the press to the panel of another phone."""
    page, other = screens.open(Role.APPROVER), screens.open(Role.VIEWER)
    other.goto("/")
    page.goto("/khan-cap")
    page.check("input[value=di-doi]")
    began_s = time.monotonic()
    page.click("main button.danger")
    expect(other.locator("[data-live=title]")).to_contain_text("Di dời dân")
    assert time.monotonic() - began_s < 3
    for one in (page, other):
        one.context.close()


def test_a_session_that_ends_in_the_middle_of_a_form(screens: Screens, station: RunningStation) -> None:
    """What was typed is kept: sign in, press once, done."""
    page = screens.open(Role.OPERATOR)
    eventually(lambda: station.status()["on_air"], "nothing on the air")
    page.goto("/dung")
    page.fill("#why", "Nhầm bản tin, phải phát lại bài khác")
    with Accounts(StationFolder(station.folder).accounts, SystemClock()).opened() as db:
        db.execute("DELETE FROM session WHERE login = 'operator'")
    page.click("main form button")
    page.fill("#login", "operator")
    page.fill("#password", PASSWORD)
    page.click("main form button")
    expect(page.locator("dl.kept")).to_contain_text("Nhầm bản tin")
    page.click("main form button")
    expect(page).to_have_url(station.url + "/")
    expect(page.locator(".note.good")).to_be_visible()
    page.context.close()


def test_by_keyboard_alone_and_without_scripts(screens: Screens) -> None:
    """The skip link, the fields and the button are reached by Tab; signing in and the panel need no script."""
    page = screens.open(None, script=False)
    page.goto("/dang-nhap")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("dl.condition")).to_contain_text("còn trống")
    page.context.close()
    page = screens.open(Role.OPERATOR)
    page.goto("/khan-cap")
    seen: list[str] = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen
        if seen[-1] == "PHÁT NGAY":
            break
    assert {"bulletin", "text", "authoriser", "every", "until", "level", "PHÁT NGAY"} <= set(seen)
    page.context.close()


def test_the_panel_says_when_the_station_ends(screens: Screens, station: RunningStation) -> None:
    """When the station goes off the air its panels say so, and find it again when it is back. Runs last."""
    page = screens.open(Role.VIEWER)
    page.goto("/")
    expect(page.locator("[data-live=lost]")).to_be_hidden()
    station.stop()
    expect(page.locator("[data-live=lost]")).to_contain_text("Mất liên lạc")
    del station.said[:]
    station.start()
    expect(page.locator("[data-live=lost]")).to_be_hidden()
    page.context.close()
    assert Path(station.folder / "log" / "console.sqlite").exists()

"""The working pages in a real browser: one bulletin from the first word to the month's report, on a station that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from loa.station.accounts import Role
from tests.console.browser import DESK, PHONE, Screens, chromium, found_by_axe, too_wide
from tests.console.running_station import ZONE, RunningStation, eventually
from tests.station.mini_station import write

pytestmark = [pytest.mark.timeout(180), pytest.mark.real_time]
WORD = (
    "<p class=MsoNormal><b>Mời bà con</b> họp ngày 16-2 ở XYZ.</p><ul><li>Ấp 1</li><li>Ấp 2</li></ul><script>x</script>"
)
PASTE = """(area, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "thô");
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
LONG_TITLE = (
    "Thông báo của Ủy ban nhân dân xã Minh Đức về lịch họp dân các ấp và việc chuẩn bị phòng, chống thiên tai năm 2026"
)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStation]:
    """Return a station that is on the air, its slots far from now."""
    running = RunningStation(tmp_path_factory.mktemp("pages") / "station")
    soon = datetime.now(ZONE) + timedelta(hours=3)
    write(running.folder, "schedules/khung-gio.yaml", f'slots:\n  sang:\n    programme: sang\n    at: "{soon:%H}:10"\n')
    with running:
        yield running


@pytest.fixture(scope="module")
def screens(station: RunningStation) -> Iterator[Screens]:
    """Return the browser."""
    expect.set_options(timeout=30_000)
    with chromium() as browser:
        yield Screens(browser, station)


@pytest.fixture(autouse=True)
def _no_script_error(screens: Screens) -> Iterator[None]:
    yield
    assert screens.errors == []


def fit(page: Page) -> None:
    """Fail where a page has a serious finding of axe-core or is wider than its screen."""
    assert found_by_axe(page) == []
    assert not too_wide(page), page.url


def can_be_heard(page: Page) -> None:
    """Wait until the browser has understood the sound; `wait_for_function` polls by eval, which the page's policy forbids."""
    eventually(lambda: page.evaluate("document.querySelector('audio')?.readyState > 0"), "no sound")


def written(writer: Page) -> str:
    """Write the bulletin and return its name."""
    writer.goto("/ban-tin/moi")
    writer.fill("#title", LONG_TITLE)
    writer.select_option("#topic", "tin")
    writer.eval_on_selector("#body", PASTE, WORD)
    expect(writer.locator("#body")).to_have_value("Mời bà con họp ngày 16-2 ở XYZ.\n\n- Ấp 1\n- Ấp 2")
    expect(writer.locator(".doubt")).to_have_count(2)
    expect(writer.locator("#doc table mark").first).to_have_text("16-2")
    expect(writer.locator("#nhap")).to_contain_text("bản nháp")
    fit(writer)
    writer.locator(".doubt").first.get_by_role("button", name=re.compile("Chỉ chỗ này.*mười sáu tháng hai")).click()
    expect(writer.locator("#body")).to_have_value(re.compile("ngày mười sáu tháng hai ở XYZ"))
    writer.locator(".doubt input[name=spoken-0]").fill("xã yên dũng")
    writer.locator(".doubt .own").get_by_role("button", name="Luôn đọc vậy").click()
    expect(writer.locator("#doc")).to_contain_text("xã yên dũng")
    expect(writer.locator(".doubt")).to_have_count(0)
    writer.get_by_role("button", name="Nghe thử").click()
    expect(writer.locator("#nghe audio")).to_have_count(1)
    can_be_heard(writer)
    writer.get_by_role("button", name="Lưu").click()
    expect(writer.locator(".note.good")).to_contain_text("Đã lưu")
    return writer.url.rpartition("/")[2]


def approved(approver: Page) -> None:
    """Hear it and approve it."""
    approver.goto("/duyet")
    approver.get_by_role("link", name=LONG_TITLE).click()
    approver.get_by_role("button", name="Tạo âm thanh ngay").click()
    can_be_heard(approver)
    fit(approver)
    approver.get_by_role("button", name="Duyệt cho phát").click()
    expect(approver.locator("[role=status].note")).to_contain_text("Đã duyệt")


def aired(writer: Page, name: str) -> None:
    """Queue it and wait until it was on the air."""
    writer.goto(f"/lich-phat/hang-doi?ban-tin={name}")
    fit(writer)
    writer.get_by_label("ngay khi không có gì khác đang phát").check()
    writer.get_by_role("button", name="Xếp vào hàng đợi").click()
    expect(writer.locator(".entry")).to_contain_text("giờ riêng")
    writer.goto("/")
    expect(writer.locator("[data-live=title]")).to_contain_text(LONG_TITLE[:40])
    expect(writer.locator("[data-live=title]")).to_have_text("Hiện không phát gì.")


def looked_back(writer: Page) -> None:
    """Find it in the log and in the report."""
    writer.goto("/nhat-ky?tim=hop+dan+cac+ap&ket-qua=aired")
    expect(writer.locator(".log-day .badge").first).to_have_text("phát đủ")
    writer.locator(".logged a").first.click()
    expect(writer.locator("main")).to_contain_text("Trần Văn Bình")
    fit(writer)
    writer.locator("details.more summary").first.click()
    writer.evaluate("document.querySelector('audio').load()")
    writer.goto("/bao-cao")
    expect(writer.locator(".numbers")).to_contain_text("chỉ ghi ra tệp")
    fit(writer)
    with writer.expect_download() as sent:
        writer.get_by_role("button", name="DOCX").click()
    assert Path(sent.value.path()).read_bytes().startswith(b"PK")


def test_from_the_first_word_to_the_report(screens: Screens) -> None:
    """Written on a phone, pasted from Word, a doubt settled, heard, approved by another, queued, on the air, logged, reported."""
    writer, approver = screens.open(Role.OPERATOR, size=PHONE), screens.open(Role.APPROVER, size=DESK)
    name = written(writer)
    approved(approver)
    writer.goto("/dung")  # what the station began with
    writer.fill("#why", "Nhường bản tin mới")
    writer.click("main button.danger")
    aired(writer, name)
    looked_back(writer)
    for page in (writer, approver):
        page.context.close()


def test_a_slot_is_moved_with_the_keyboard_alone(screens: Screens, station: RunningStation) -> None:
    """Tab to a broadcast, Alt and the arrows, Enter; what changes is read; saved, and undone, without a mouse."""
    before = (station.folder / "schedules" / "khung-gio.yaml").read_text(encoding="utf-8")
    page = screens.open(Role.OPERATOR, size=DESK)
    day = (datetime.now(ZONE) + timedelta(days=7)).date()
    page.goto(f"/lich-phat?ngay={day}")
    fit(page)
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.closest('[data-day=\"{day}\"]') !== null"):
            break
    at = page.evaluate("document.activeElement.dataset.at")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("[data-said]")).to_contain_text(f"{at[:2]}:40")
    page.keyboard.press("Enter")
    expect(page.locator(".preview")).to_contain_text(f"từ {at} sang {at[:2]}:40")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.preview button')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text("Đã lưu")
    expect(page.locator(f'[data-day="{day}"] [data-slot]')).to_contain_text(f"{at[:2]}:40")
    page.goto("/lich-phat/lich-su")
    page.get_by_role("button", name="Hoàn tác").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text("Đã hoàn tác")
    assert (station.folder / "schedules" / "khung-gio.yaml").read_text(encoding="utf-8") == before
    page.context.close()


def test_a_broadcast_is_dragged_and_a_conflict_shown(screens: Screens) -> None:
    """Dropped on another hour: the page says what changes. A night hour typed in the form: told at once, no “save”."""
    page = screens.open(Role.OPERATOR, size=DESK)
    day = (datetime.now(ZONE) + timedelta(days=7)).date()
    page.goto(f"/lich-phat?ngay={day}")
    card = page.locator(f'[data-day="{day}"] [data-slot]')
    hour = "9" if not card.inner_text().startswith("09") else "10"
    card.drag_to(page.locator(f'[data-day="{day}"] [data-hour="{hour}"]'))
    expect(page.locator(".preview")).to_contain_text(f"sang {int(hour):02}:10")
    page.goto(f"/lich-phat?ngay={day}")
    page.locator(f'[data-day="{day}"] [data-slot]').click()
    quiet = datetime.now(ZONE) + timedelta(hours=11)
    page.fill("#sang_luc", f"{quiet:%H:%M}")
    page.locator("#sang_luc").blur()
    expect(page.locator("#thay-doi .note.bad, #thay-doi .preview")).not_to_have_count(0)
    fit(page)
    page.context.close()


def test_without_scripts_the_essentials_work(screens: Screens) -> None:
    """A browser that runs no script: written, its reading shown, saved, moved."""
    page = screens.open(Role.OPERATOR, script=False)
    page.goto("/ban-tin/moi?mau=hop-dan")
    page.select_option("#topic", "tin")
    page.fill("#body", "Mời bà con họp ngày 16-2.")
    page.get_by_role("button", name="Xem cách đọc").click()
    expect(page.locator("#doc")).to_contain_text("mười sáu tháng hai")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".note.good")).to_contain_text("Đã lưu")
    page.goto("/lich-phat")
    page.context.close()

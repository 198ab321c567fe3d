"""A real browser for the tests: the system's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from loa.clock import SystemClock
from loa.console.sessions import COOKIE, Sessions
from loa.station.accounts import Account, Accounts, Role
from loa.station.folder import StationFolder
from tests.console.running_station import RunningStation
from tests.console.visitor import hashed

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1366, "height": 768}
SERIOUS = {"serious", "critical"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the system's Chromium; skip where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine; get it with: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def cookie_of(station: RunningStation, role: Role, login: str = "") -> tuple[str, Account]:
    """Return the cookie of a new session of an account of this role, made where missing."""
    accounts = Accounts(StationFolder(station.folder).accounts, SystemClock())
    login = login or role.value
    account = Account(login=login, person={"admin": "Lê Thị Hoa"}.get(login, "Trần Văn Bình"), role=role)
    with accounts.opened() as db:
        values = [login, account.person, role.value, hashed()]
        db.execute("INSERT OR IGNORE INTO account VALUES (?, ?, ?, ?, 0)", values)
    return Sessions(accounts, SystemClock()).begin(account)[0], account


class Screens:
    """Pages of one station in one browser; every error of a script is kept."""

    def __init__(self, browser: Browser, station: RunningStation) -> None:
        self.browser = browser
        self.station = station
        self.errors: list[str] = []

    def open(self, role: Role | None = Role.ADMIN, *, size: dict[str, int] = PHONE, script: bool = True) -> Page:
        """Return a page of a new browser profile, signed in as `role`."""
        context: Any = self.browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=script,
            base_url=self.station.url,
        )
        if role is not None:
            cookie, _account = cookie_of(self.station, role)
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.station.url}])
        page: Page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text and "net::" not in text:
            self.errors.append(text)


def found_by_axe(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical on a page, with where."""
    result = Axe().run(page)
    return [
        f"{page.url} {one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:4]}"
        for one in result["violations"]
        if one["impact"] in SERIOUS
    ]


def too_wide(page: Page) -> bool:
    """Return whether a page must be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

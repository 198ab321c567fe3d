"""Who comes in: one-time links, passwords, sessions that end, locks that open again."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import stat
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.console.house import House
from loa.station.accounts import Accounts
from tests.console.visitor import PASSWORD, Visitor

FIRST = {"login": "hoa", "person": "Lê Thị Hoa", "password": PASSWORD, "again": PASSWORD}


def test_the_first_link_makes_the_administrator_once(house: House, nobody: Visitor) -> None:
    """No default password: the link of the first start makes one administrator, signs them in, and is used up."""
    assert "set-up-link" in nobody.get("/dang-nhap").text
    token = house.accounts.make_link()
    done = nobody.post(f"/bat-dau/{token}", FIRST)
    assert done.status_code == 303
    assert [one.role for one in house.accounts.all()] == ["admin"]
    assert nobody.get("/tai-khoan").status_code == 200
    assert nobody.get(f"/bat-dau/{token}").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "Lê Hoa"),
        ("login", ""),
        ("person", ""),
        ("password", "hoa12345"),
        ("password", "matkhau123456"),
        ("again", "x"),
    ],
)
def test_a_bad_first_account_is_refused_and_the_link_stays_good(
    house: House, nobody: Visitor, field: str, value: str
) -> None:
    """Each wrong field of the first form is named, and nothing is made."""
    token = house.accounts.make_link()
    answer = nobody.post(f"/bat-dau/{token}", FIRST | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert house.accounts.all() == []
    assert house.accounts.link(token) is not None


def test_a_link_ends_after_a_day(house: House, nobody: Visitor, clock: VirtualClock) -> None:
    """A link that lay about is worth nothing."""
    token = house.accounts.make_link()
    clock.advance(timedelta(days=1, seconds=1).total_seconds())
    assert nobody.post(f"/bat-dau/{token}", FIRST).status_code == 404
    assert house.accounts.all() == []


def test_a_session_ends_when_nobody_uses_it(house: House, visitors: dict[str, Visitor], clock: VirtualClock) -> None:
    """An hour without a press signs out; a press within it keeps the session, for a day at most."""
    operator = visitors["operator"]
    for _ in range(23):
        clock.advance(3599)
        assert operator.get("/").status_code == 200
    clock.advance(3599 * 2)
    assert operator.get("/").status_code == 303
    assert operator.account
    fresh = Visitor(house, operator.caller, house.sessions.begin(operator.account)[0])
    clock.advance(3601)
    assert fresh.get("/").status_code == 303


def test_a_panel_on_the_wall_stays_on(visitors: dict[str, Visitor], clock: VirtualClock) -> None:
    """Whoever may only look stays signed in for weeks: their session can do no harm."""
    clock.advance(timedelta(days=20).total_seconds())
    assert visitors["viewer"].get("/").status_code == 200
    assert visitors["admin"].get("/").status_code == 303


def test_what_was_typed_outlives_the_session(visitors: dict[str, Visitor], clock: VirtualClock) -> None:
    """A form sent after the session ended asks to sign in, and then offers what was typed, to be sent with one press."""
    operator = visitors["operator"]
    clock.advance(timedelta(days=2).total_seconds())
    typed = 'Sai "nội dung" <b>'
    asked = operator.post("/dung", {"why": typed})
    assert asked.status_code == 401
    kept = unescape(re.findall(r'name="kept" value="([^"]*)"', asked.text)[0])
    assert "csrf" not in kept
    again = operator.post("/dang-nhap", {"login": "operator", "password": PASSWORD, "after": "/dung", "kept": kept})
    assert again.status_code == 200
    assert re.findall(r'<form method="post" action="([^"]*)"', again.text) == ["/dung"]
    assert unescape(re.findall(r'name="why" value="([^"]*)"', again.text)[0]) == typed


def test_an_account_that_is_changed_or_removed_is_signed_out(visitors: dict[str, Visitor]) -> None:
    """Rights that are taken away are gone with the next request."""
    admin, operator = visitors["admin"], visitors["operator"]
    assert admin.post("/tram/nguoi-dung/operator", {"person": "Bà Tư", "role": "viewer"}).status_code == 303
    assert operator.get("/").status_code == 303
    assert admin.post("/tram/nguoi-dung/approver/xoa", {"sure": "1"}).status_code == 303
    assert visitors["approver"].get("/").status_code == 303


def test_the_last_administrator_stays(visitors: dict[str, Visitor]) -> None:
    """Nobody can lock the whole office out of its own station."""
    admin = visitors["admin"]
    assert admin.post("/tram/nguoi-dung/admin", {"person": "X", "role": "viewer"}).status_code == 409
    assert admin.post("/tram/nguoi-dung/admin/xoa", {"sure": "1"}).status_code == 409
    assert admin.get("/tram").status_code == 200


def test_what_is_done_at_the_console_is_in_the_ledger_with_the_person(visitors: dict[str, Visitor]) -> None:
    """Accounts, settings, copies: each act is a row with who did it."""
    admin = visitors["admin"]
    admin.post("/tram/nguoi-dung", {"login": "moi", "person": "Ông Mới", "role": "operator"})
    admin.post("/tram/nguoi-dung/viewer/xoa", {"sure": "1"})
    names = {"name": "Đài mới", "authority": "UBND xã", "place": "Minh Đức"}
    assert admin.post("/tram/bat-dau", names).status_code == 303
    assert admin.post("/tram/sao-luu").headers["content-type"] == "application/zip"
    with admin.station() as station:
        rows = [row.data for row in station.rows() if row.kind == "action"]
        assert station.settings.name == "Đài mới"
    assert [row["action"] for row in rows] == ["link-made", "account-removed", "settings-changed", "backup-downloaded"]
    assert {row["person"] for row in rows} == {"Bà admin"}


def test_accounts_that_another_program_holds_stay(
    folder: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked, or no room on the disk, is no damage: nobody loses an account by it."""
    monkeypatch.setattr("loa.station.accounts.WAIT_S", 0.1)
    path = folder / "log" / "console.sqlite"
    link = Accounts(path, clock).make_link()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError):
            Accounts(path, clock)
    monkeypatch.undo()
    assert Accounts(path, clock).link(link) is not None
    assert list(path.parent.glob("console.broken-*")) == []


def test_accounts_that_cannot_be_read_are_moved_aside(folder: Path, clock: VirtualClock) -> None:
    """A broken file of accounts does not keep the console from opening: a new link makes a new administrator."""
    path = folder / "log" / "console.sqlite"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"rubbish" * 1000)
    accounts = Accounts(path, clock)
    assert accounts.all() == []
    assert accounts.link(accounts.make_link()) is not None
    assert [one.read_bytes()[:7] for one in path.parent.glob("console.broken-*")] == [b"rubbish"]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_kept_of_tokens_and_passwords_opens_nothing(house: House, visitors: dict[str, Visitor]) -> None:
    """Whoever reads the file of accounts finds neither password, nor link, nor session."""
    token = house.accounts.make_link()
    content = (house.folder / "log" / "console.sqlite").read_bytes()
    assert b"$argon2id$" in content
    for secret in (token, PASSWORD, *(one.cookie for one in visitors.values() if one.cookie)):
        assert secret.encode() not in content

"""Guessing passwords gets slower and slower, and nobody is locked out for ever."""

from __future__ import annotations

import pytest

from loa.clock import VirtualClock
from loa.console.app import make_app
from loa.console.house import House
from loa.console.lockout import FREE_TRIES, LONGEST_LOCK_S, Lockout, is_this_machine
from loa.station.accounts import Role
from tests.console.visitor import PASSWORD, Caller, Visitor, account

THERE, ELSEWHERE = "192.168.1.20", "192.168.1.66"


def guess(lockout: Lockout, login: str, address: str, times: int, now_s: float = 0.0) -> None:
    for _ in range(times):
        lockout.failed(login, address, now_s)


def test_an_account_that_is_guessed_is_closed_to_strangers_for_a_while() -> None:
    """Five wrong passwords close the account, from whatever address they come; the wait doubles, up to 15 minutes."""
    lockout = Lockout()
    guess(lockout, "hoa", ELSEWHERE, FREE_TRIES)
    assert lockout.locked_for_s("hoa", THERE, 0.0) == 30
    assert lockout.locked_for_s("hoa", THERE, 31.0) == 0
    assert lockout.locked_for_s("binh", THERE, 0.0) == 0
    guess(lockout, "hoa", ELSEWHERE, 50)
    assert lockout.locked_for_s("hoa", THERE, 0.0) == LONGEST_LOCK_S
    assert lockout.locked_for_s("hoa", THERE, LONGEST_LOCK_S) == 0


def test_an_address_that_guesses_many_accounts_is_closed() -> None:
    """One try for each of many names is guessing too."""
    lockout = Lockout()
    for number in range(20):
        lockout.failed(f"ten{number}", ELSEWHERE, 0.0)
    assert lockout.locked_for_s("hoa", ELSEWHERE, 0.0) > 0
    assert lockout.locked_for_s("hoa", THERE, 0.0) == 0


def test_whoever_was_here_before_is_not_locked_out_by_a_stranger() -> None:
    """An attacker who keeps guessing cannot keep the officer out of the office's own machine."""
    lockout = Lockout()
    lockout.succeeded("hoa", THERE)
    guess(lockout, "hoa", ELSEWHERE, 100)
    assert lockout.locked_for_s("hoa", THERE, 0.0) == 0


def test_the_stations_own_machine_is_never_locked_but_slow() -> None:
    """At the station itself there is always a way in; nobody tries fast there either."""
    lockout = Lockout()
    guess(lockout, "hoa", "127.0.0.1", 100)
    assert lockout.locked_for_s("hoa", "127.0.0.1", 0.0) == 0
    assert lockout.wait_s("127.0.0.1") > 0
    assert [is_this_machine(a) for a in ("127.0.0.9", "::1", "::ffff:127.0.0.1", THERE, "", "x")] == [True] * 3 + [
        False
    ] * 3


def test_a_flood_of_names_takes_no_memory() -> None:
    """What is remembered is bounded."""
    lockout = Lockout()
    for number in range(10_000):
        lockout.failed(f"ten{number}", f"10.0.{number // 250}.{number % 250}", 0.0)
    assert len(lockout._tries) <= 2000


def test_the_page_says_how_long_to_wait(house: House, nobody: Visitor, clock: VirtualClock) -> None:
    """Locked: 429 and the seconds, also for the right password; afterwards it is taken; the lock is in the ledger."""
    account(house, Role.OPERATOR)
    wrong = {"login": "operator", "password": "x" * 12}
    assert [nobody.post("/dang-nhap", wrong).status_code for _ in range(FREE_TRIES)] == [401] * FREE_TRIES
    right = {"login": "Operator ", "password": PASSWORD}
    locked = nobody.post("/dang-nhap", right)
    assert locked.status_code == 429
    assert "31 seconds" in locked.text
    clock.advance(31)
    assert nobody.post("/dang-nhap", right).status_code == 303
    with nobody.station() as station:
        assert [row.data["action"] for row in station.rows() if row.kind == "action"] == ["sign-in-locked"]


def test_the_wrong_name_and_the_wrong_password_are_told_alike(house: House, nobody: Visitor) -> None:
    """Nobody finds out which accounts there are."""
    account(house, Role.OPERATOR)
    answers = [
        nobody.post("/dang-nhap", {"login": name, "password": "x" * 12}).text for name in ("operator", "nobody12")
    ]
    assert answers[0].replace("operator", "nobody12") == answers[1]


@pytest.mark.parametrize(
    "after", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "", "/\nx", "x"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(after: str, house: House) -> None:
    """A link with a foreign target ends at the first page."""
    account(house, Role.OPERATOR)
    with Caller(make_app(house)) as caller:
        visitor = Visitor(house, caller)
        done = visitor.post("/dang-nhap", {"login": "operator", "password": PASSWORD, "after": after})
    assert done.status_code == 303
    assert done.headers["location"] == "/"


def test_the_cookie_is_for_this_server_and_no_script(house: House, nobody: Visitor) -> None:
    """HttpOnly, SameSite=strict, and a new one at each sign-in: a token known before is worth nothing afterwards."""
    account(house, Role.OPERATOR)
    nobody.cookie = "planted"
    done = nobody.post("/dang-nhap", {"login": "operator", "password": PASSWORD})
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "planted" not in cookie
    first = nobody.cookie
    nobody.post("/dang-nhap", {"login": "operator", "password": PASSWORD})
    assert nobody.cookie != first
    assert house.sessions.of(first) is None

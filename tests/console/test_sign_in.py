"""Who comes in: one-time links, passwords, sessions that end, locks that open again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loa.clock import VirtualClock
from loa.console.house import House
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

"""A console without a network: the app, called in this process, on a virtual clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.console.app import make_app
from loa.console.house import House, make_house
from loa.settings import ConsoleSettings
from loa.station.accounts import Role
from tests.console.visitor import Caller, Visitor, account
from tests.station.mini_station import mini_station

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 of a Monday in Vietnam


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def folder(tmp_path: Path, english: None) -> Path:
    del english
    return mini_station(tmp_path / "station")


@pytest.fixture
def house(folder: Path, clock: VirtualClock) -> House:
    return make_house(folder, clock, ConsoleSettings())


@pytest.fixture
def caller(house: House) -> Iterator[Caller]:
    with Caller(make_app(house)) as caller:
        yield caller


@pytest.fixture
def nobody(house: House, caller: Caller) -> Visitor:
    return Visitor(house, caller, None)


@pytest.fixture
def visitors(house: House, caller: Caller, nobody: Visitor) -> dict[str, Visitor]:
    """Return a browser for each role, and one of somebody who is not signed in (``""``)."""
    return {"": nobody} | {role.value: Visitor(house, caller, account(house, role)) for role in Role}


@pytest.fixture
def admin(visitors: dict[str, Visitor]) -> Visitor:
    return visitors["admin"]

"""A console without a network: the app, called in this process, on a virtual clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.console.app import make_app
from loa.console.house import House, make_house
from loa.console_settings import ConsoleSettings
from loa.station.accounts import Role
from loa.station.folder import StationFolder
from tests.console.visitor import Caller, Visitor, account
from tests.station.mini_station import mini_station

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 of a Monday in Vietnam


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small station, made once; each test has a copy."""
    return mini_station(tmp_path_factory.mktemp("bare") / "station")


@pytest.fixture(scope="session")
def signed_in(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, str]]:
    """Return a file of accounts, one for each role and all signed in, and their cookies; made once."""
    del bare
    house = make_house(tmp_path_factory.mktemp("accounts"), VirtualClock(NOW), ConsoleSettings())
    cookies = {role: house.sessions.begin(account(house, role))[0] for role in Role}
    return StationFolder(house.folder).accounts, cookies


@pytest.fixture
def folder(bare: Path, tmp_path: Path, english: None) -> Path:
    del english
    return shutil.copytree(bare, tmp_path / "station")


@pytest.fixture
def house(folder: Path, clock: VirtualClock) -> House:
    return make_house(folder, clock, ConsoleSettings())


@pytest.fixture
def caller(house: House) -> Iterator[Caller]:
    with Caller(make_app(house)) as caller:
        yield caller


@pytest.fixture
def nobody(house: House, caller: Caller) -> Visitor:
    return Visitor(house, caller)


@pytest.fixture
def visitors(
    house: House, caller: Caller, nobody: Visitor, signed_in: tuple[Path, dict[Role, str]]
) -> dict[str, Visitor]:
    """Return a browser for each role, and one of somebody who is not signed in (``""``)."""
    made, cookies = signed_in
    shutil.copy(made, StationFolder(house.folder).accounts)
    return {"": nobody} | {role.value: Visitor(house, caller, cookie) for role, cookie in cookies.items()}


@pytest.fixture
def admin(visitors: dict[str, Visitor]) -> Visitor:
    return visitors["admin"]

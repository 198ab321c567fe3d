"""A ledger in a folder of its own, on a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.ledger import Ledger


@pytest.fixture(autouse=True)
def source_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_LANGUAGE", "en")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 23, 5, 30, tzinfo=UTC))


@pytest.fixture
def ledger(tmp_path: Path, clock: VirtualClock) -> Iterator[Ledger]:
    with Ledger(tmp_path / "log" / "ledger.sqlite", clock) as opened:
        yield opened

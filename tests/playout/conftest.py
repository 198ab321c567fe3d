"""What playout tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.playout.small_station import OPENED


@pytest.fixture(autouse=True)
def close_stations() -> Iterator[None]:
    """Close every small station a test opened: a station process that vanished leaves nothing open either."""
    yield
    while OPENED:
        station = OPENED.pop()
        station.output.close()
        station.ledger.close()

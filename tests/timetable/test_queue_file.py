"""What `loa queue` writes is what is read back."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from loa.timetable import QueueEntry, read_timetable, write_queue

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
ENTRIES = st.builds(
    QueueEntry,
    queue_id=st.from_regex(r"[0-9a-f]{6}", fullmatch=True),
    bulletin=st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,3})?", fullmatch=True),
    at=st.none() | INSTANTS,
    added_at=INSTANTS,
    added_by=st.text(min_size=1, max_size=12),
)


@given(st.lists(ENTRIES, max_size=4))
def test_the_queue_survives(entries: list[QueueEntry]) -> None:
    """Names such as `no`, `010` or `1e5`, and people's names with any sign, come back; the file is never broken."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "schedules"
        write_queue(folder, entries)
        read, found = read_timetable(folder, station_folder=Path(scratch))
    for entry in entries:
        if not any(letter.isprintable() and not letter.isspace() for letter in entry.added_by):
            return
    assert not found
    for written, taken in zip(entries, read.queue, strict=True):
        assert (taken.queue_id, taken.bulletin) == (written.queue_id, written.bulletin)
        assert (taken.at, taken.added_at) == (written.at, written.added_at)
        if written.added_by.isprintable():
            assert taken.added_by == " ".join(written.added_by.split())

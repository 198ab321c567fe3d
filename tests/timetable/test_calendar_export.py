"""The calendar file is one that every calendar program takes: RFC 5545, read back here by its rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loa.timetable import ItemKind, PlannedItem, plan
from loa.timetable.calendar_export import calendar_file
from tests.timetable.test_plan import MONDAY, ZONE, bulletin, item, shelf_of, slot, timetable

MADE_AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
SHELF = shelf_of([bulletin("a"), bulletin("b")])
TABLE = timetable([slot("s", "05:30")], {"p": [item(ItemKind.BULLETIN, "a"), item(ItemKind.BULLETIN, "b")]})
BROADCASTS = plan(TABLE, SHELF, first_day=MONDAY, last_day=MONDAY + timedelta(days=1), zone=ZONE)


def lines_of(content: bytes) -> list[str]:
    """Return the content lines, unfolded; every piece must keep to 75 octets and to whole letters."""
    assert content.endswith(b"\r\n")
    pieces = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(b"\n" not in piece and b"\r" not in piece for piece in pieces)
    lines: list[str] = []
    for piece in pieces:
        text = piece.decode()  # a letter cut in two would not decode
        if text.startswith(" "):
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def text_of(value: str) -> str:
    """Return a TEXT value without its escapes."""
    plain, signs = "", iter(value)
    for sign in signs:
        if sign == "\\":
            escaped = next(signs)
            assert escaped in "\\;,n", value
            plain += "\n" if escaped == "n" else escaped
        else:
            assert sign not in ";,", value
            plain += sign
    return plain


def test_the_whole_file() -> None:
    """One event a broadcast: UTC times, a title, the items in order, what the standard demands."""
    lines = lines_of(calendar_file(BROADCASTS, station="Đài Minh Đức", made_at=MADE_AT))
    uids = [line for line in lines if line.startswith("UID:")]
    assert lines[:6] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//loa//plan//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Đài Minh Đức",
    ]
    assert lines[6:15] == [
        "BEGIN:VEVENT",
        uids[0],
        "DTSTAMP:20261123T010203Z",
        "DTSTART:20261122T223000Z",
        "DTEND:20261122T223020Z",
        "SUMMARY:p",
        "DESCRIPTION:a\\nb",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
    assert lines[15:17] == ["BEGIN:VEVENT", uids[1]]
    assert lines[-1] == "END:VCALENDAR"
    assert len(set(uids)) == 2


def test_an_event_keeps_its_name() -> None:
    """The UID stays with slot and instant, whatever else is edited; other stations' events have others."""

    def uids(station: str, title: str) -> list[str]:
        edited = [replace(one, title=title, items=()) for one in BROADCASTS]
        content = calendar_file(edited, station=station, made_at=MADE_AT)
        return [line for line in lines_of(content) if line.startswith("UID:")]

    assert uids("một", "cũ") == uids("một", "mới")
    assert not set(uids("một", "cũ")) & set(uids("hai", "cũ"))


def test_an_event_without_length_has_no_end() -> None:
    """An end that is the start would be refused; the standard wants it later or left out."""
    content = calendar_file([replace(BROADCASTS[0], items=())], station="x", made_at=MADE_AT)
    assert not [line for line in lines_of(content) if line.startswith(("DTEND", "DESCRIPTION"))]


def test_long_lines_are_folded() -> None:
    """Wherever a letter of one, two or three octets falls on the fold, lines keep to 75 octets and letters stay whole."""
    for sign in "aâề":
        for before in range(5):
            title = "b" * before + sign * 100
            content = calendar_file([replace(BROADCASTS[0], title=title)], station="x", made_at=MADE_AT)
            assert f"SUMMARY:{title}" in lines_of(content)


@settings(max_examples=150)
@given(title=st.text(max_size=120) | st.text('ềộ,;\\\n:" ', max_size=120), name=st.text(max_size=60))
def test_any_text_comes_back(title: str, name: str) -> None:
    """Whatever stands in a title, it comes back letter by letter but for control signs; no line is broken by it."""
    items = (PlannedItem(kind=ItemKind.BULLETIN, name="a", title=name),)
    broadcast = replace(BROADCASTS[0], title=title, items=items)
    lines = lines_of(calendar_file([broadcast], station=title, made_at=MADE_AT))
    (summary,) = [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]
    shown = "\n".join(title.splitlines())
    assert text_of(summary) == "".join(sign for sign in shown if sign == "\n" or sign.isprintable())

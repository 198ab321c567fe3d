"""The plan as an iCalendar file (RFC 5545), which the calendar of any phone or office program can show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from loa.timetable.plan import Broadcast

LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


def calendar_file(broadcasts: Iterable[Broadcast], *, station: str, made_at: datetime) -> bytes:
    """Return an iCalendar file with one event a broadcast.

    An event keeps its UID as long as slot and planned instant stay, so that a file imported again replaces the events
    of the one before.

    Parameters
    ----------
    station
        Name of the station: the calendar's name, and what keeps two stations' events apart.
    made_at
        Aware time of the export.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//loa//plan//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(station)}",
    ]
    for broadcast in broadcasts:
        lines += _event(broadcast, station, made_at)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(broadcast: Broadcast, station: str, made_at: datetime) -> list[str]:
    items = "\n".join(item.title or item.name for item in broadcast.items if item.name)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uuid5(NAMESPACE_URL, f'loa:{station}:{broadcast.key}')}",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(broadcast.planned_at)}",
    ]
    if _utc(broadcast.planned_end) != _utc(broadcast.planned_at):  # an end has to be later than the start
        lines.append(f"DTEND:{_utc(broadcast.planned_end)}")
    lines.append(f"SUMMARY:{_text(broadcast.title)}")
    if items:
        lines.append(f"DESCRIPTION:{_text(items)}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return `text` as a value of type TEXT (section 3.3.11); control signs, which it may not hold, are dropped."""
    lines = "\n".join(text.splitlines())
    return "".join(letter for letter in lines if letter == "\n" or letter.isprintable()).translate(_ESCAPED)


def _folded(line: str) -> bytes:
    """Return a content line in pieces of 75 octets at most; no letter is cut in two."""
    pieces = [b""]
    for letter in line:
        octets = letter.encode()
        if len(pieces[-1]) + len(octets) > LONGEST_LINE:
            pieces.append(b" ")
        pieces[-1] += octets
    return b"\r\n".join(pieces) + b"\r\n"

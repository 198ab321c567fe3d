"""The time signal: an item that says the time at which it is really heard, put together from two finished pieces.

The hour and the minute are finished beforehand, each in a piece of its own (24 and 60 of them), so that a broadcast
that starts late says the right time without a voice at air time.
"""

from __future__ import annotations

from datetime import datetime

PIECE = "time"


def piece_names(lead: str, at: datetime) -> tuple[str, str]:
    """Return the names of the two pieces that say the local time `at`, hour first, after the words of `lead`."""
    return f"{PIECE}/{lead}/{at.hour:02d}", f"{PIECE}/{at.minute:02d}"


def says_hour(name: str) -> bool:
    """Return whether the piece `name` says the hour, not the minute."""
    return name.rpartition("/")[0] != PIECE


def heard_at(name: str, at: datetime) -> str:
    """Return the piece of the same sort as `name` for the local time `at`."""
    sort, _slash, _value = name.rpartition("/")
    return f"{sort}/{at.hour if says_hour(name) else at.minute:02d}"


def said(name: str) -> str:
    """Return what the piece `name` says, as written Vietnamese."""
    sort, _slash, value = name.rpartition("/")
    if says_hour(name):
        return f"{sort.removeprefix(f'{PIECE}/')} {int(value)} giờ"
    return f"{int(value)} phút" if int(value) else "đúng"


def pieces(lead: str) -> list[str]:
    """Return the names of all pieces that the words of `lead` may need."""
    return [f"{PIECE}/{lead}/{hour:02d}" for hour in range(24)] + [f"{PIECE}/{minute:02d}" for minute in range(60)]

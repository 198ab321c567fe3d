"""Corrections: new rows that speak of old ones. The old rows stay as they are, and so do the figures made from them.

An entry written by hand is corrected by another entry that takes its place (`loa.ledger.manual`); any other row by a
``correction`` row. Both are read here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from loa.ledger.attachments import Attachment
from loa.ledger.rows import Row, RowKind, instant_from_text

CORRECTING = (RowKind.CORRECTION, RowKind.MANUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was said about a row later.

    Attributes
    ----------
    row, at
        Number of its own row, and when it was written (aware).
    of
        Number of the row it speaks of.
    person
        Who answers for it.
    why, note
        What is wrong, and what is right instead; the latter may be empty.
    replaces
        The old row counts no more: an entry by hand took its place.
    """

    row: int
    at: datetime
    of: int
    person: str
    why: str
    note: str
    attachments: tuple[Attachment, ...]
    replaces: bool


def correction_of(row: Row) -> Correction | None:
    """Return what `row` corrects, or None where it corrects nothing."""
    data = row.data
    manual = row.kind is RowKind.MANUAL
    of = data.get("corrects") if manual else data.get("row") if row.kind is RowKind.CORRECTION else None
    if of is None:
        return None
    return Correction(
        row=row.seq,
        at=instant_from_text(row.at),
        of=of,
        person=data["person"],
        why="" if manual else data["why"],
        note=data["note"],
        attachments=tuple(Attachment(**one) for one in data.get("attachments", ())),
        replaces=manual,
    )


def corrections(rows: Iterable[Row]) -> list[Correction]:
    """Return the corrections among `rows`, in order."""
    return [found for found in map(correction_of, rows) if found is not None]

"""What was done to a chain that does not hold, and to which row first: told from what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from loa.errors import LedgerTampered
from loa.language import translate as _
from loa.ledger.rows import Stored

_MOST_REMOVED = 100_000  # how far a row's old number is looked for


class Damage(StrEnum):
    """How evidence was damaged."""

    EDITED = "edited"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut-off"
    REBUILT = "rebuilt"
    WRONG_KEY = "wrong-key"
    ANCHOR_FILE = "anchor-file"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where the chain breaks first, and how."""

    row: int
    damage: Damage
    what: str


def tampered(found: Break) -> LedgerTampered:
    """Return the error that names the first bad row."""
    return LedgerTampered(
        _(
            "Row {seq} of the ledger does not hold: {what}. Keep the file as it is, copy it to another disk, and tell "
            "the person responsible."
        ).format(seq=found.row, what=found.what),
        row=found.row,
        damage=found.damage.value,
    )


def where_broken(place: int, head: str, rows: list[Stored]) -> Break:
    """Return what was done to a chain whose first ``place - 1`` rows hold.

    Parameters
    ----------
    head
        Hash of row ``place - 1``.
    rows
        All rows from `place` on, by number.

    Notes
    -----
    A row keeps the number it was written with in its hash, so a row that was moved still fits its old number. Who makes a
    row's own hash fit again breaks the next row; who makes all hashes fit breaks the anchors.
    """
    successor = next((row for row in rows if row.previous_hash == head and row.fits(place)), None)
    here = rows[0] if rows and rows[0].seq == place else None
    old = _old_number(here, place + len(rows) + _MOST_REMOVED) if here else None
    if here and old == place:
        what = _("its content was changed and its hash made to fit; rows before it may be changed too")
        return Break(row=max(place - 1, 1), damage=Damage.EDITED, what=what)
    if successor and (here is None or (old and old > place)):
        what = _("rows have changed places; the true one stands at number {other}").format(other=successor.seq)
        return Break(row=place, damage=Damage.REORDERED, what=what)
    if here is None:
        what = _("it is missing ({count} rows)").format(count=rows[0].seq - place if rows else 1)
        return Break(row=place, damage=Damage.REMOVED, what=what)
    if successor or (old and old < place):
        at = old if old and not successor and here.row_hash != head else place
        return Break(row=at, damage=Damage.INSERTED, what=_("it was slipped in between two rows"))
    if old:
        what = _("it is missing ({count} rows), and the rows behind it were given new numbers").format(
            count=old - place
        )
        return Break(row=place, damage=Damage.REMOVED, what=what)
    return Break(row=place, damage=Damage.EDITED, what=_("its content was changed"))


def _old_number(row: Stored, most: int) -> int | None:
    if row.fits(row.seq):
        return row.seq
    return next((number for number in range(1, most + 1) if row.fits(number)), None)

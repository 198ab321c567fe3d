"""One row of the log, and what the rest of the ledger says about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loa.ledger import (
    CORRECTING,
    Anchor,
    Attachment,
    Correction,
    Ledger,
    Row,
    RowKind,
    attachments_of,
    correction_of,
    corrections,
    holds,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row, and what the rest of the ledger says about it.

    Attributes
    ----------
    fits
        Its hash is that of its content, and it follows the row before it.
    anchor, anchor_row
        The first signature that covers it, and the number of that row; None and 0 where none does yet.
    corrects
        What it says about another row, or None.
    corrections
        What was said about it later.
    attachments
        Its files, each with whether it is there as it was.
    """

    row: Row
    fits: bool
    anchor: Anchor | None
    anchor_row: int
    corrects: Correction | None
    corrections: tuple[Correction, ...]
    attachments: tuple[tuple[Attachment, bool], ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return self.row.as_json() | {
            "fits": self.fits,
            "signed_by_row": self.anchor_row or None,
            "corrected_by": [one.row for one in self.corrections],
            "attachments_hold": {attachment.file: good for attachment, good in self.attachments},
        }


def row_numbered(ledger: Ledger, number: int) -> Row:
    """Return one row. Raises NotFound, LedgerFailed."""
    ledger.head_at(number)
    return next(row for row in ledger.rows(after_seq=number - 1) if row.seq == number)


def row_view(ledger: Ledger, row: Row, attachments: Path) -> RowView:
    """Return `row` with all that `ledger` says about it; its files lie in the folder `attachments`. Raises LedgerFailed."""
    anchors = zip(ledger.rows(kinds=[RowKind.ANCHOR]), ledger.anchors(), strict=True)
    signed = next(((at, one) for at, one in anchors if one.rows >= row.seq and one.holds), None)
    return RowView(
        row=row,
        fits=ledger.fits(row.seq),
        anchor=signed[1] if signed else None,
        anchor_row=signed[0].seq if signed else 0,
        corrects=correction_of(row),
        corrections=tuple(one for one in corrections(ledger.rows(kinds=CORRECTING)) if one.of == row.seq),
        attachments=tuple((one, _holds(one, attachments)) for one in attachments_of(row)),
    )


def _holds(attachment: Attachment, folder: Path) -> bool:
    try:
        return holds(attachment, folder)
    except OSError:
        return False

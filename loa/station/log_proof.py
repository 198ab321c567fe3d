"""Proving the log: the chain, its signatures, the attachments, and the digits printed on a paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loa.errors import Finding, InputRefused, LedgerFailed, LedgerTampered, NotFound
from loa.language import translate as _
from loa.ledger import CORRECTING, Damage, Ledger, Row, RowKind, Verification, check_attachments
from loa.station.row_view import row_numbered

FEWEST_DIGITS = 8
PAPER_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A ledger that holds.

    Attributes
    ----------
    verified
        The chain and its signatures.
    attachments
        How many files belong to it; all are as they were.
    restored
        Rows that say that the database was put back from its copy.
    waiting
        Files of a journal that is not in the ledger yet.
    """

    verified: Verification
    attachments: int
    restored: tuple[Row, ...]
    waiting: tuple[Path, ...]


def prove(ledger: Ledger, attachments: Path) -> Proof:
    """Prove the whole ledger and the files in its folder `attachments`, and tell what else an inspector should know.

    Raises
    ------
    LedgerTampered
        It does not hold: the first bad row, and what was done to it.
    LedgerFailed
        A file cannot be read.
    """
    verified = ledger.verify()
    try:
        count = check_attachments(ledger.rows(kinds=CORRECTING), attachments)
    except OSError as error:
        raise LedgerFailed(
            _("An attachment cannot be read ({error}). Check the folder log/attachments and the disk.").format(
                error=error
            )
        ) from error
    return Proof(
        verified=verified,
        attachments=count,
        restored=tuple(ledger.rows(kinds=[RowKind.RESTORED])),
        waiting=tuple(ledger.waiting_journals()),
    )


def prove_head(ledger: Ledger, digits: str, rows: int | None, *, attachments: Path) -> Row:
    """Prove the ledger, and that the digits printed on a paper are of it.

    Parameters
    ----------
    digits
        The first of the head's hex digits, 16 on paper; blanks do not matter.
    rows
        The number of rows on the paper; None where any row may be meant.

    Returns
    -------
    Row
        The row that was the last when the paper was made.

    Raises
    ------
    InputRefused
        These are no such digits.
    LedgerTampered
        The ledger does not hold, or is not the one that the paper was made from.
    """
    asked = "".join(digits.split()).casefold()
    if not FEWEST_DIGITS <= len(asked) <= 64 or set(asked) - set("0123456789abcdef"):  # noqa: PLR2004 - SHA-256
        message = _("“{digits}” are no digits of a head.").format(digits=digits)
        advice = _("Type the {count} digits on the paper: 0 to 9, a to f.").format(count=PAPER_DIGITS)
        raise InputRefused([Finding(file="loa log verify", field="--head", message=message, advice=advice)])
    prove(ledger, attachments)
    try:
        found = ledger.row_with_head(asked) if rows is None else row_numbered(ledger, rows)
    except NotFound:
        found = None
    if found is None or not found.row_hash.startswith(asked):
        raise LedgerTampered(
            _(
                "The digits {digits} on the paper are not of this ledger. Compare them once more; where they are right, the "
                "log was rebuilt or replaced since: keep log/ as it is, and tell the person responsible."
            ).format(digits=asked),
            damage=Damage.REBUILT.value,
        )
    return found

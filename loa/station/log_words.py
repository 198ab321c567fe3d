"""What rows and reasons of the log are called."""

from __future__ import annotations

from loa.ledger import (
    Reason,
    Row,
    RowKind,
    kind_name,
    reason_sentence,
    row_sentence,
)


def kind_words() -> list[tuple[str, str]]:
    """Return the name of every kind of row, and what it is called."""
    return [(kind.value, kind_name(kind)) for kind in RowKind]


def reason_words() -> dict[str, str]:
    """Return why a broadcast may have ended as it did, in words."""
    return {reason.value: reason_sentence(reason) for reason in Reason}


def described(row: Row) -> tuple[str, str]:
    """Return what a row tells, in a few words, and its sentence."""
    return kind_name(row.kind), row_sentence(row)

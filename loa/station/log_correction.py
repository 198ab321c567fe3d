"""Saying later what is wrong with a row of the log: the old row stays, and so do the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from loa.errors import Conflict, Finding, InputRefused
from loa.language import translate as _
from loa.ledger import Row, RowKind
from loa.station.manual import attach, check_attached

COMMAND = "loa log correct"
MOST_WORDS = 2000  # characters


def correction_data(
    row: Row, *, person: str, why: str, note: str, files: Sequence[Path], attachments: Path
) -> Mapping[str, Any]:
    """Return the data of the CORRECTION row about `row`; `files` are copied when nothing is wrong.

    Raises
    ------
    Conflict
        It is an entry by hand: another entry takes its place.
    InputRefused
        Words are missing or too long, or a file cannot be attached.
    """
    if row.kind is RowKind.MANUAL:
        raise Conflict(
            _("Row {row} was written by hand. Write it anew with: loa log add --corrects {row}").format(row=row.seq)
        )
    found = list(check_attached(files, file=COMMAND))
    for field, text, needed in (("--by", person, True), ("--why", why, True), ("--note", note, False)):
        if len(text) > MOST_WORDS or (needed and not text.strip()):
            message = _("The words are missing, or too many.")
            advice = _("Write up to {most} letters.").format(most=MOST_WORDS)
            found.append(Finding(file=COMMAND, field=field, message=message, advice=advice))
    if found:
        raise InputRefused(found)
    kept = attach(files, attachments, file=COMMAND)
    return {
        "row": row.seq,
        "person": person.strip(),
        "why": why.strip(),
        "note": note.strip(),
        "attachments": [asdict(one) for one in kept],
    }

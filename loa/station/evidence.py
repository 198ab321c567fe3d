"""Rows that prove who approved which text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from loa.bulletins import Approval, Bulletin
from loa.ledger import Entry, Ledger, RowKind
from loa.station.contents import Contents
from loa.station.in_force import approvals

EXAMPLE_PERSON = "Đài mẫu (ví dụ, không phải người duyệt thật)"


def approval_entry(bulletin: Bulletin, person: str, contents: Contents) -> Entry:
    """Return the APPROVED row for the present text of `bulletin`, and for its finished audio where there is any."""
    data = {
        "bulletin": bulletin.name,
        "title": bulletin.title,
        "text_hash": bulletin.text_hash,
        "text": bulletin.body,
        "audio_sha256": _audio_of(bulletin, contents),
        "person": person,
    }
    return Entry(kind=RowKind.APPROVED, data=data)


def withdrawal_entry(bulletin: Bulletin, person: str, why: str, contents: Contents) -> Entry:
    """Return the WITHDRAWN row: from now on nobody has approved `bulletin`."""
    data = {
        "bulletin": bulletin.name,
        "text_hash": bulletin.text_hash,
        "audio_sha256": _audio_of(bulletin, contents),
        "person": person,
        "why": why,
    }
    return Entry(kind=RowKind.WITHDRAWN, data=data)


def _audio_of(bulletin: Bulletin, contents: Contents) -> str:
    audio = contents.audio.get(bulletin.name)
    return "" if audio is None else audio.cue_sheet.audio_sha256


def approve_all(ledger: Ledger, contents: Contents, *, known: Collection[str]) -> Mapping[str, Approval]:
    """Approve, in the example's name, every bulletin that is not in `known`; return what is in force then."""
    wanted: Iterable[Bulletin] = contents.bulletins.bulletins.values()
    ledger.append_all([approval_entry(one, EXAMPLE_PERSON, contents) for one in wanted if one.name not in known])
    return approvals(ledger)

"""Rows that prove who approved which text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from loa.bulletins import Approval, Bulletin
from loa.ledger import Entry, Ledger, RowKind
from loa.sound import FinishedAudio
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
        **_sound(contents.made.get(bulletin.name)),
        "person": person,
    }
    return Entry(kind=RowKind.APPROVED, data=data)


def withdrawal_entry(bulletin: Bulletin, person: str, why: str, contents: Contents) -> Entry:
    """Return the WITHDRAWN row: from now on nobody has approved `bulletin`."""
    data = {
        "bulletin": bulletin.name,
        "text_hash": bulletin.text_hash,
        **_sound(contents.audio.get(bulletin.name)),
        "person": person,
        "why": why,
    }
    return Entry(kind=RowKind.WITHDRAWN, data=data)


def _sound(audio: FinishedAudio | None) -> dict[str, str]:
    """Return which sound a person's word is about: the hash of its bytes, and where it is kept."""
    if audio is None:
        return {"audio_sha256": "", "audio_key": ""}
    return {"audio_sha256": audio.cue_sheet.audio_sha256, "audio_key": audio.cue_sheet.key}


def approve_all(ledger: Ledger, contents: Contents, *, known: Collection[str]) -> Mapping[str, Approval]:
    """Approve, in the example's name, every bulletin that is not in `known`; return what is in force then."""
    wanted: Iterable[Bulletin] = contents.bulletins.bulletins.values()
    ledger.append_all([approval_entry(one, EXAMPLE_PERSON, contents) for one in wanted if one.name not in known])
    return approvals(ledger)

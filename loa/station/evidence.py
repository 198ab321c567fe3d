"""Rows that prove who approved which text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from loa.bulletins import Approval, Bulletin
from loa.ledger import Entry, Ledger, RowKind
from loa.station.contents import Contents, approvals

EXAMPLE_PERSON = "Đài mẫu (ví dụ, không phải người duyệt thật)"


def approval_entry(bulletin: Bulletin, person: str) -> Entry:
    """Return the APPROVED row for the present text of `bulletin`."""
    data = {
        "bulletin": bulletin.name,
        "title": bulletin.title,
        "text_hash": bulletin.text_hash,
        "text": bulletin.body,
        "person": person,
    }
    return Entry(kind=RowKind.APPROVED, data=data)


def approve_all(ledger: Ledger, contents: Contents, *, known: Collection[str]) -> Mapping[str, Approval]:
    """Approve, in the example's name, every bulletin that is not in `known`; return what is in force then."""
    wanted: Iterable[Bulletin] = contents.bulletins.bulletins.values()
    ledger.append_all([approval_entry(one, EXAMPLE_PERSON) for one in wanted if one.name not in known])
    return approvals(ledger)

"""What the ledger says is in force: the approvals, and what still waits in the queue."""

from __future__ import annotations

from collections.abc import Sequence

from loa.bulletins import Approval
from loa.ledger import Ledger, RowKind, aired_queue_ids
from loa.timetable import (
    QueueEntry,
)


def approvals(ledger: Ledger) -> dict[str, Approval]:
    """Return the approval in force of each bulletin: the newest, unless it was withdrawn after. Raises LedgerFailed."""
    in_force: dict[str, Approval] = {}
    for row in ledger.rows(kinds=[RowKind.APPROVED, RowKind.WITHDRAWN]):
        name = row.data["bulletin"]
        if row.kind is RowKind.WITHDRAWN:
            in_force.pop(name, None)
        else:
            in_force[name] = Approval(
                bulletin=name,
                text_hash=row.data["text_hash"],
                person=row.data["person"],
                row=row.seq,
                audio_sha256=row.data.get("audio_sha256", ""),
            )
    return in_force


def still_queued(queue: Sequence[QueueEntry], ledger: Ledger) -> tuple[QueueEntry, ...]:
    """Return the entries of which nothing has been heard yet. Raises LedgerFailed."""
    if not queue:
        return ()
    since = min(entry.added_at for entry in queue)
    aired = aired_queue_ids(ledger.rows(kinds=[RowKind.ITEM], since=since))
    return tuple(entry for entry in queue if entry.queue_id not in aired)

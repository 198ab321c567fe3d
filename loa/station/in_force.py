"""What the ledger says is in force: the approvals, and what still waits in the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loa.bulletins import Approval, Bulletin
from loa.ledger import Ledger, RowKind, aired_queue_ids
from loa.sound import AudioStore, FinishedAudio
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
                audio_key=row.data.get("audio_key", ""),
            )
    return in_force


def as_approved(
    made: Mapping[str, FinishedAudio],
    in_force: Mapping[str, Approval],
    bulletins: Mapping[str, Bulletin],
    store: AudioStore,
) -> tuple[dict[str, FinishedAudio], dict[str, Approval]]:
    """Return the sound that may air, and the approvals that hold: what the approver heard is what airs.

    Where the sound was made anew since (an upgrade, a mended lexicon, another loudness, a better voice), the approved one
    goes on airing until somebody hears and approves the new one; where it is gone, so is the approval.

    Parameters
    ----------
    made
        Finished audio by item name, as lexicon and settings want it now.
    in_force
        Approvals by bulletin name.
    """
    audio, holding = dict(made), dict(in_force)
    for name, approval in in_force.items():
        bulletin = bulletins.get(name)
        new = made.get(name)
        if bulletin is None or not approval.covers(bulletin) or not approval.audio_key:
            continue
        if new is not None and approval.heard(new.cue_sheet.audio_sha256):
            continue
        approved = store.find(approval.audio_key)
        if approved is not None and approval.heard(approved.cue_sheet.audio_sha256):
            audio[name] = approved
        else:
            del holding[name]
    return audio, holding


def still_queued(queue: Sequence[QueueEntry], ledger: Ledger) -> tuple[QueueEntry, ...]:
    """Return the entries of which nothing has been heard yet. Raises LedgerFailed."""
    if not queue:
        return ()
    since = min(entry.added_at for entry in queue)
    aired = aired_queue_ids(ledger.rows(kinds=[RowKind.ITEM], since=since))
    return tuple(entry for entry in queue if entry.queue_id not in aired)

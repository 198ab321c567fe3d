"""The ledger room: what happened, append-only and hash-chained; nothing is ever changed."""

from loa.ledger.anchors import Anchor
from loa.ledger.as_run import AsRun, AsRunItem, aired_queue_ids, as_run
from loa.ledger.attachments import ATTACHMENTS, Attachment, attachments_of, check_attachments, holds, keep
from loa.ledger.corrections import CORRECTING, Correction, correction_of, corrections
from loa.ledger.damage import Damage
from loa.ledger.enduring import EnduringLedger
from loa.ledger.journal import JournalState
from loa.ledger.manual import LOUD_CHANNELS, Channel, ManualItem, ManualPlay, channel_name, manual_plays
from loa.ledger.rows import Outcome, Reason, Row, RowKind, instant_from_text, instant_text
from loa.ledger.store import LOCAL, Entry, Ledger
from loa.ledger.verification import Verification
from loa.ledger.wording import closing_sentence, kind_name, outcome_name, reason_sentence, row_sentence

__all__ = [
    "ATTACHMENTS",
    "CORRECTING",
    "LOCAL",
    "LOUD_CHANNELS",
    "Anchor",
    "AsRun",
    "AsRunItem",
    "Attachment",
    "Channel",
    "Correction",
    "Damage",
    "EnduringLedger",
    "Entry",
    "JournalState",
    "Ledger",
    "ManualItem",
    "ManualPlay",
    "Outcome",
    "Reason",
    "Row",
    "RowKind",
    "Verification",
    "aired_queue_ids",
    "as_run",
    "attachments_of",
    "channel_name",
    "check_attachments",
    "closing_sentence",
    "correction_of",
    "corrections",
    "holds",
    "instant_from_text",
    "instant_text",
    "keep",
    "kind_name",
    "manual_plays",
    "outcome_name",
    "reason_sentence",
    "row_sentence",
]

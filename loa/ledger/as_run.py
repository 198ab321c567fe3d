"""The as-run record: everything the ledger says about one broadcast, folded from its rows.

This is the one definition of "what was to be said and what was really said"; lists, reports and recovery use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from loa.language import translate as _
from loa.ledger.corrections import Correction, corrections
from loa.ledger.rows import Outcome, Reason, Row, RowKind, instant_from_text
from loa.ledger.wording import outcome_name, reason_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunItem:
    """One item that left the device, wholly or in part.

    Attributes
    ----------
    item
        Name of the bulletin, or of the audio file.
    kind
        ``bulletin``, ``audio`` or ``emergency``.
    topic, genre, language, author
        Of the bulletin; empty for audio.
    started_at
        When its first sample reached the device, or None where it never did.
    planned_s, played_s, lost_s
        Its length, what the device took of it, and what was lost while the device was gone.
    voice, text_hash, audio_sha256
        What was said, by whom, in which bytes.
    approved_by
        Who approved exactly this text; empty for audio.
    queue_id
        The operator's queue entry that asked for it, or empty.
    problem
        Why nothing of it could air (``missing``, ``not-approved``, ``not-valid``, ``not-rendered``), or empty.
    row
        Number of its ledger row.
    """

    item: str
    kind: str
    title: str
    topic: str
    genre: str
    language: str
    author: str
    started_at: datetime | None
    planned_s: float
    played_s: float
    lost_s: float
    voice: str
    text_hash: str
    audio_sha256: str
    approved_by: str
    queue_id: str
    problem: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRun:
    """One planned broadcast and what became of it.

    Attributes
    ----------
    key
        ``slot@planned instant``: unique for ever.
    slot, programme, title, priority
        As planned.
    planned_at, planned_s, planned_items
        When, how long, and what was to be said, as the last PLANNED row gave it.
    started_at, ended_at, played_s, lateness_s
        What the device really did; None or 0 where nothing left it.
    interrupted_s
        What had been played when another broadcast last cut in, in seconds; 0 where none did.
    outcome, reason, note
        None while the broadcast is still to come or on air. `note` is free text (who stopped it, which item failed).
    heard
        True only where the sound went to a real sound device. A file output is never "heard by the public".
    output
        Name of the device or file.
    items
        What left the device, in order.
    rows
        Numbers of the ledger rows this record was folded from.
    corrections
        What was said about these rows later; no figure changes by it.
    """

    key: str
    slot: str = ""
    programme: str = ""
    title: str = ""
    priority: str = "normal"
    planned_at: datetime
    planned_s: float = 0.0
    planned_items: tuple[Mapping[str, Any], ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    played_s: float = 0.0
    lateness_s: float = 0.0
    interrupted_s: float = 0.0
    outcome: Outcome | None = None
    reason: Reason | None = None
    note: str = ""
    heard: bool = False
    output: str = ""
    on_air: bool = False
    items: tuple[AsRunItem, ...] = ()
    rows: tuple[int, ...] = field(default=())
    corrections: tuple[Correction, ...] = ()

    @property
    def outcome_text(self) -> str:
        """The outcome in the operator's words."""
        if self.outcome is None:
            return _("on the air") if self.on_air else _("to come")
        return outcome_name(self.outcome)

    @property
    def reason_text(self) -> str:
        """Why it ended so, in the operator's words; says plainly where no loudspeaker was heard."""
        parts = [reason_sentence(self.reason)] if self.reason else []
        if self.played_s and not self.heard:
            parts.append(_("only to a file, no loudspeaker"))
        if self.note:
            parts.append(self.note)
        parts += [
            _("corrected by {person}, row {row}: {why}").format(person=one.person, row=one.row, why=one.why)
            for one in self.corrections
        ]
        return "; ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json`` and export; times as UTC ISO text."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _item(row: Row) -> AsRunItem:
    data = row.data
    started = data.get("started_at")
    return AsRunItem(
        item=data["item"],
        kind=data["kind"],
        title=data.get("title", ""),
        topic=data.get("topic", ""),
        genre=data.get("genre", ""),
        language=data.get("language", ""),
        author=data.get("author", ""),
        started_at=instant_from_text(started) if started else None,
        planned_s=data["planned_s"],
        played_s=data["played_s"],
        lost_s=data.get("lost_s", 0.0),
        voice=data.get("voice", ""),
        text_hash=data.get("text_hash", ""),
        audio_sha256=data.get("audio_sha256", ""),
        approved_by=data.get("approved_by", ""),
        queue_id=data.get("queue_id", ""),
        problem=data.get("problem", ""),
        row=row.seq,
    )


def _fold(key: str, rows: list[Row]) -> AsRun:
    values: dict[str, Any] = {}
    items: list[AsRunItem] = []
    for row in rows:
        data = row.data
        match row.kind:
            case RowKind.PLANNED:
                if values.get("outcome") is Outcome.CANCELLED:  # it came back into the plan before its time
                    for name in ("outcome", "reason", "note", "ended_at"):
                        del values[name]
                values |= {
                    "slot": data["slot"],
                    "programme": data["programme"],
                    "title": data["title"],
                    "priority": data["priority"],
                    "planned_at": instant_from_text(data["planned_at"]),
                    "planned_s": data["planned_s"],
                    "planned_items": tuple(data["items"]),
                }
            case RowKind.INTENT:
                values |= {"on_air": True, "heard": data["heard"], "output": data["output"]}
            case RowKind.STARTED:
                values |= {"started_at": instant_from_text(data["started_at"]), "lateness_s": data["lateness_s"]}
            case RowKind.ITEM:
                items.append(_item(row))
            case RowKind.INTERRUPTED:
                values |= {"interrupted_s": data["played_s"]}
            case RowKind.CLOSED:
                ended = data.get("ended_at")
                values |= {
                    "outcome": Outcome(data["outcome"]),
                    "reason": Reason(data["reason"]),
                    "note": data.get("note", ""),
                    "played_s": data["played_s"],
                    "ended_at": instant_from_text(ended) if ended else None,
                    "on_air": False,
                }
            case RowKind.CORRECTION:
                values["corrections"] = (*values.get("corrections", ()), *corrections([row]))
            case _:
                pass
    if "planned_at" not in values:
        raise ValueError(f"broadcast {key} has no planned row")
    return AsRun(key=key, items=tuple(items), rows=tuple(row.seq for row in rows), **values)


def as_run(rows: Iterable[Row]) -> Iterator[AsRun]:
    """Fold rows into one record per broadcast, in order of their planned time.

    Parameters
    ----------
    rows
        Ledger rows in order; all rows of a broadcast must be among them. Rows of no broadcast are passed over.

    Yields
    ------
    AsRun
        One per broadcast key.

    Raises
    ------
    ValueError
        A broadcast has no PLANNED row among `rows`.
    """
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        if row.broadcast is not None:
            by_key.setdefault(row.broadcast, []).append(row)
    yield from sorted(
        (_fold(key, own) for key, own in by_key.items()), key=lambda record: (record.planned_at, record.key)
    )


def aired_queue_ids(rows: Iterable[Row]) -> set[str]:
    """Return the ids of the queue entries of which something was played, by ITEM rows."""
    return {
        row.data["queue_id"]
        for row in rows
        if row.kind is RowKind.ITEM and row.data.get("queue_id") and row.data["played_s"] > 0
    }

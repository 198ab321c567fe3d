"""The operator's ``schedules/queue.yaml``: what waits to be aired once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from loa.checked_yaml import Fields, Findings, parse, read_text
from loa.files import write_text
from loa.language import translate as _
from loa.timetable.programme import QueueEntry

QUEUE_FILE = "queue.yaml"


def read_queue(fields: Fields) -> Iterable[QueueEntry]:
    """Yield the entries in the file whose `fields` these are; mistakes are noted in `fields`."""
    for entry in fields.listed("queue"):
        instant = _("Write an instant as 2026-11-23T17:30:00+07:00, or let `loa queue add` write the file.")
        at = entry.value("at", _aware, advice=instant)
        until = entry.value("until", _aware, advice=instant)
        added_at = entry.value("added_at", _aware, required=True, advice=instant)
        queue_id = entry.text("id", required=True)
        bulletin = entry.text("bulletin", required=True)
        added_by = entry.text("added_by", required=True)
        entry.refuse_unknown()
        if added_at is not None and queue_id and bulletin:
            yield QueueEntry(
                queue_id=queue_id, bulletin=bulletin, at=at, until=until, added_at=added_at, added_by=added_by
            )


def read_queue_file(folder: Path, *, station_folder: Path) -> tuple[QueueEntry, ...] | None:
    """Return what waits in ``queue.yaml`` of `folder`; None where the file has a mistake."""
    path = folder / QUEUE_FILE
    if not path.exists():
        return ()
    findings = Findings(path.relative_to(station_folder).as_posix())
    text = read_text(path, findings)
    mapping = None if text is None else parse(text, findings)
    entries = () if mapping is None else tuple(read_queue(Fields(mapping, findings)))
    return None if findings.found else entries


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def write_queue(folder: Path, entries: Iterable[QueueEntry]) -> None:
    """Write ``queue.yaml`` in `folder` atomically. Raises OSError; the old file is then untouched."""
    lines = ["# " + _("Written by `loa queue`; one entry a bulletin."), "queue:"]
    for entry in entries:
        lines.append(f"  - id: {json.dumps(entry.queue_id)}")
        lines.append(f"    bulletin: {entry.bulletin}")
        if entry.at is not None:
            lines.append(f"    at: {entry.at.isoformat()}")
        if entry.until is not None:
            lines.append(f"    until: {entry.until.isoformat()}")
        lines.append(f"    added_at: {entry.added_at.isoformat()}")
        lines.append(f"    added_by: {json.dumps(_one_line(entry.added_by), ensure_ascii=False)}")
    write_text(folder / QUEUE_FILE, "\n".join(lines) + "\n")


def _one_line(text: str) -> str:
    """Return `text` without line breaks of any alphabet and without signs that YAML forbids."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())

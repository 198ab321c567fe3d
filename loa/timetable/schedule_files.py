"""Reading ``schedules/*.yaml``, all mistakes in one pass; writing the operator's ``queue.yaml``."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime, time
from pathlib import Path
from typing import TypeVar

from loa.bulletins import Priority
from loa.checked_yaml import Fields, Findings, Mapped, choose_from, parse, read_text, time_from_text
from loa.errors import Finding
from loa.files import write_text
from loa.language import translate as _
from loa.settings import is_slug
from loa.timetable.programme import (
    EVERY_DAY,
    LAST_WEEK,
    ItemKind,
    Programme,
    ProgrammeItem,
    QueueEntry,
    Slot,
    Timetable,
)

Named = TypeVar("Named", Programme, Slot)

QUEUE_FILE = "queue.yaml"
WEEKDAYS = {"T2": 0, "T3": 1, "T4": 2, "T5": 3, "T6": 4, "T7": 5, "CN": 6}
_ITEM_FIELDS = [kind.value for kind in ItemKind]


def read_timetable(folder: Path, *, station_folder: Path) -> tuple[Timetable, tuple[Finding, ...]]:
    """Read every ``*.yaml`` in `folder` in one pass.

    Returns
    -------
    Timetable
        What could be read; not to be aired where there are findings.
    tuple of Finding
        Every mistake with file, line and field.
    """
    programmes: dict[str, Programme] = {}
    slots: dict[str, Slot] = {}
    queue: list[QueueEntry] = []
    written: set[str] = set()  # programmes with a mistake too
    found: list[Finding] = []
    whole = True
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.name.startswith("."):
            continue  # an editor's lock file, or a queue being written
        findings = Findings(path.relative_to(station_folder).as_posix())
        if path.suffix == ".yml":
            findings.add(_("Files ending in “.yml” are not read."), _("Rename it so that it ends in “.yaml”."))
            found += findings.found
            continue
        text = read_text(path, findings)
        mapping = None if text is None else parse(text, findings)
        whole = whole and mapping is not None
        if mapping is not None:
            fields = Fields(mapping, findings)
            if path.name == QUEUE_FILE:
                queue += _queue(fields)
            else:
                group = mapping.entries.get("programmes")
                if group and isinstance(group[1], Mapped):
                    written |= group[1].entries.keys()
                _read_into(programmes, (_programme(*named) for named in fields.each("programmes")), findings)
                _read_into(slots, (_slot(*named) for named in fields.each("slots")), findings)
            fields.refuse_unknown()
        found += findings.found
    if whole:  # a programme may stand in a file that cannot be read: that file's mistake is enough
        found += _dangling(written, slots)
    return Timetable(programmes=programmes, slots=slots, queue=tuple(queue)), tuple(found)


def _read_into(known: dict[str, Named], read: Iterable[Named | None], findings: Findings) -> None:
    for one in read:
        if one is None:
            continue
        if one.name in known:
            earlier = known[one.name]
            findings.add(
                _("“{name}” is already defined in {file}, line {line}.").format(
                    name=one.name, file=earlier.file, line=earlier.line
                ),
                _("Give one of the two another name."),
                line=one.line,
                name=one.name,
            )
            continue
        known[one.name] = one


def _named_well(name: str, fields: Fields) -> None:
    if not is_slug(name):
        fields.findings.add(
            _("“{name}” cannot be a name here.").format(name=name),
            _("Use small letters without marks, digits and hyphens, such as ban-tin-sang."),
            line=fields.mapping.line,
            name=fields.where,
        )


def _programme(name: str, fields: Fields) -> Programme | None:
    before = len(fields.findings.found)
    _named_well(name, fields)
    title = fields.text("title", required=True)
    items = tuple(item for item in (_item(inner) for inner in fields.listed("items")) if item is not None)
    if not items and len(fields.findings.found) == before:
        fields.refuse("items", _("The programme has no items."), _("Add at least one, such as “- bulletin: name”."))
    fields.refuse_unknown()
    if len(fields.findings.found) > before:
        return None
    return Programme(name=name, title=title, items=items, file=fields.findings.file, line=fields.mapping.line)


def _item(fields: Fields) -> ProgrammeItem | None:
    written = [key for key in fields.mapping.entries if key in _ITEM_FIELDS]
    if len(written) != 1:
        first = next(iter(fields.mapping.entries), "")
        fields.findings.add(
            _("An item asks for exactly one thing."),
            choose_from(first, _ITEM_FIELDS),
            line=fields.mapping.line,
            name=fields.name(first),
        )
        return None
    kind = ItemKind(written[0])
    name, count, length_s = "", 1, 0.0
    if kind is ItemKind.PAUSE:
        length_s = fields.number("pause", 1, low=0.1, high=60)
    elif kind is ItemKind.QUEUE:
        count = int(fields.number("queue", 1, low=1, high=20, whole=True))
    else:
        name = fields.text(kind.value, required=True)
        count = int(fields.number("count", 1, low=1, high=20, whole=True)) if kind is ItemKind.NEXT else 1
    fields.refuse_unknown()
    return ProgrammeItem(
        kind=kind, name=name, count=count, length_s=length_s, file=fields.findings.file, line=fields.mapping.line
    )


def _slot(name: str, fields: Fields) -> Slot | None:
    before = len(fields.findings.found)
    _named_well(name, fields)
    first_day, last_day = fields.date("from"), fields.date("until")
    if first_day and last_day and last_day < first_day:
        fields.refuse("until", _("It ends before it begins."), _("Exchange the two dates, or correct one."))
    day_of_month = int(fields.number("day_of_month", 0, low=1, high=31, whole=True))
    slot = Slot(
        name=name,
        programme=fields.text("programme", required=True),
        times=_times(fields),
        weekdays=_weekdays(fields),
        week_of_month=_week_of_month(fields),
        day_of_month=day_of_month or None,
        first_day=first_day,
        last_day=last_day,
        priority=Priority(fields.choice("priority", [Priority.NORMAL, Priority.PRIORITY], Priority.NORMAL)),
        late_s=60 * fields.number("late_min", 10, low=0, high=180),
        file=fields.findings.file,
        line=fields.mapping.line,
    )
    fields.refuse_unknown()
    return None if len(fields.findings.found) > before else slot


def _times(fields: Fields) -> tuple[time, ...]:
    times: list[time] = []
    for text, line in fields.texts("at", required=True):
        try:
            times.append(time_from_text(text))
        except ValueError:
            fields.findings.add(
                _("“{text}” is no time of day.").format(text=text),
                _("Write a time of day from 00:00 to 23:59, such as 05:30."),
                line=line,
                name=fields.name("at"),
            )
    return tuple(sorted(set(times)))


def _weekdays(fields: Fields) -> frozenset[int]:
    days: set[int] = set()
    for text, line in fields.texts("days"):
        if text in WEEKDAYS:
            days.add(WEEKDAYS[text])
        else:
            fields.findings.add(
                _("“{text}” is no day of the week.").format(text=text),
                choose_from(text.upper(), list(WEEKDAYS)),
                line=line,
                name=fields.name("days"),
            )
    return frozenset(days) or EVERY_DAY


def _week_of_month(fields: Fields) -> int | None:
    weeks = {"1": 1, "2": 2, "3": 3, "4": 4, "last": LAST_WEEK}
    written = fields.choice("week_of_month", weeks, "")
    return weeks.get(written)


def _dangling(programmes: Collection[str], slots: dict[str, Slot]) -> Iterable[Finding]:
    for slot in slots.values():
        if slot.programme not in programmes:
            yield Finding(
                file=slot.file,
                line=slot.line,
                field=f"slots.{slot.name}.programme",
                message=_("There is no programme “{name}”.").format(name=slot.programme),
                advice=choose_from(slot.programme, sorted(programmes)),
            )


def _queue(fields: Fields) -> Iterable[QueueEntry]:
    for entry in fields.listed("queue"):
        instant = _("Write an instant as 2026-11-23T17:30:00+07:00, or let `loa queue add` write the file.")
        at = entry.value("at", _aware, advice=instant)
        added_at = entry.value("added_at", _aware, required=True, advice=instant)
        queue_id = entry.text("id", required=True)
        bulletin = entry.text("bulletin", required=True)
        added_by = entry.text("added_by", required=True)
        entry.refuse_unknown()
        if added_at is not None and queue_id and bulletin:
            yield QueueEntry(queue_id=queue_id, bulletin=bulletin, at=at, added_at=added_at, added_by=added_by)


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
        lines.append(f"    added_at: {entry.added_at.isoformat()}")
        lines.append(f"    added_by: {json.dumps(_one_line(entry.added_by), ensure_ascii=False)}")
    write_text(folder / QUEUE_FILE, "\n".join(lines) + "\n")


def _one_line(text: str) -> str:
    """Return `text` without line breaks of any alphabet and without signs that YAML forbids."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())

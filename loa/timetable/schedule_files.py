"""Reading ``schedules/*.yaml``, all mistakes in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TypeVar

from loa.calendar import CALENDAR_FILE, LocalCalendar, check_working_days, read_local_calendar
from loa.checked_yaml import Fields, Findings, Mapped, choose_from, parse, read_text
from loa.errors import Finding
from loa.language import translate as _
from loa.timetable.programme import ItemKind, Programme, ProgrammeItem, QueueEntry, Slot, Timetable
from loa.timetable.queue_file import QUEUE_FILE, read_queue
from loa.timetable.slot_fields import name_well, read_slot

Named = TypeVar("Named", Programme, Slot)

TARGETS_FILE = "targets.yaml"
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
        if path.name.startswith(".") or path.name in {CALENDAR_FILE, TARGETS_FILE}:
            continue  # an editor's lock file, or a queue being written; the two others have readers of their own
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
                queue += read_queue(fields)
            else:
                group = mapping.entries.get("programmes")
                if group and isinstance(group[1], Mapped):
                    written |= group[1].entries.keys()
                _read_into(programmes, (_programme(*named) for named in fields.each("programmes")), findings)
                _read_into(slots, (read_slot(*named) for named in fields.each("slots")), findings)
            fields.refuse_unknown()
        found += findings.found
    if whole:  # a programme may stand in a file that cannot be read: that file's mistake is enough
        found += _dangling(written, slots)
    calendar, calendar_found = _calendar(folder, station_folder)
    timetable = Timetable(programmes=programmes, slots=slots, queue=tuple(queue), calendar=calendar)
    return timetable, (*found, *calendar_found)


def _calendar(folder: Path, station_folder: Path) -> tuple[LocalCalendar, Iterable[Finding]]:
    path = folder / CALENDAR_FILE
    file = path.relative_to(station_folder).as_posix()
    calendar, found = read_local_calendar(path, file=file)
    return calendar, (*found, *check_working_days(calendar, file=file))


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


def _programme(name: str, fields: Fields) -> Programme | None:
    before = len(fields.findings.found)
    name_well(name, fields)
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


def _dangling(programmes: Collection[str], slots: dict[str, Slot]) -> Iterable[Finding]:
    for slot in slots.values():
        named = [(slot.programme, slot.line, "programme")]
        named += [(one.programme, one.line, "except") for one in slot.exceptions if one.programme]
        for programme, line, field in named:
            if programme not in programmes:
                yield Finding(
                    file=slot.file,
                    line=line,
                    field=f"slots.{slot.name}.{field}",
                    message=_("There is no programme “{name}”.").format(name=programme),
                    advice=choose_from(programme, sorted(programmes)),
                )

"""The sheets that list everything: one row for each broadcast, one for each item."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from enum import IntEnum
from functools import partial
from typing import Any

from loa.language import translate as _
from loa.ledger import AsRunItem
from loa.reports.figures import NO_TOPIC, SOUND, topic_of, was_cut
from loa.reports.model import BroadcastLine, ReportModel
from loa.reports.wording import explanation, genre_title, item_state, programme_name, result_name, topic_title
from loa.reports.xlsx_page import FIRST_ROW, HEAD_ROW, Cell, Field, Formats, Kind, Sheet, add_sheet

_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_TOTAL_ROW = HEAD_ROW - 1  # above the head, so that filtering leaves it in sight


class InBroadcasts(IntEnum):
    """Columns of the sheet of broadcasts."""

    NUMBER = 0
    DAY = 1
    PLANNED_AT = 2
    STARTED_AT = 3
    ENDED_AT = 4
    LATENESS = 5
    PLANNED = 6
    PLAYED = 7
    TITLE = 8
    RESULT = 9
    WHERE = 10
    REASON = 11


class InItems(IntEnum):
    """Columns of the sheet of items."""

    BROADCAST = 0
    DAY = 1
    STARTED_AT = 2
    ITEM = 3
    TOPIC_KEY = 4
    TOPIC = 5
    GENRE = 6
    AUTHOR = 7
    VOICE = 8
    APPROVER = 9
    TEXT_HASH = 10
    PLANNED = 11
    PLAYED = 12
    LOST = 13
    WHERE = 14
    STATE = 15


def where_text(*, heard: bool) -> str:
    """Return where sound went, as the sheets say it and as their formulas look for it."""
    return _("Loudspeaker") if heard else _("File")


def topic_code(key: str) -> str:
    """Return the topic's slug, or what stands in its place, as the sheets show it and as their formulas look for it."""
    return {NO_TOPIC: _("(no topic)"), SOUND: _("(sound)")}.get(key, key)


def add_broadcasts(workbook: Any, formats: Formats, model: ReportModel) -> Sheet:
    """Add the sheet of broadcasts and return it."""
    fields = [
        Field(title=_("No."), kind=Kind.CODE, width=6),
        Field(title=_("Day"), kind=Kind.DAY, width=12),
        Field(title=_("Planned time"), kind=Kind.TIME, width=10),
        Field(title=_("Real start"), kind=Kind.TIME, width=10),
        Field(title=_("Real end"), kind=Kind.TIME, width=10),
        Field(title=_("Late (seconds)"), kind=Kind.SECONDS, width=10),
        Field(title=_("Planned (minutes)"), kind=Kind.MINUTES, width=11),
        Field(title=_("Played (minutes)"), kind=Kind.MINUTES, width=11),
        Field(title=_("Programme"), kind=Kind.TEXT, width=38),
        Field(title=_("Result"), kind=Kind.TEXT, width=20),
        Field(title=_("Sound went to"), kind=Kind.CODE, width=12),
        Field(title=_("Reason, note"), kind=Kind.TEXT, width=38),
    ]
    sheet = add_sheet(
        workbook, formats, model, name=_("Broadcasts list"), title=_("LIST OF BROADCASTS"), fields=fields, listing=True
    )
    for offset, line in enumerate(model.lines):
        sheet.put_row(FIRST_ROW + offset, _broadcast(line, model))
    _finish(sheet, len(model.lines))
    rows = len(model.lines)
    sheet.put(_TOTAL_ROW, InBroadcasts.TITLE, _("Total of the rows shown"), bold=True)
    for column, value in (
        (InBroadcasts.PLANNED, model.total.planned_s / 60),
        (InBroadcasts.PLAYED, model.total.played_s / 60),
    ):
        sheet.compute(_TOTAL_ROW, column, f"SUBTOTAL(109,{sheet.cells(column, rows)})", value, bold=True)
    return sheet


def _broadcast(line: BroadcastLine, model: ReportModel) -> list[Cell]:
    record = line.record
    day, planned_at = _local(record.planned_at, model)
    return [
        line.number,
        day,
        planned_at,
        _time(record.started_at, model),
        _time(record.ended_at, model),
        None if record.started_at is None else record.lateness_s,
        record.planned_s / 60,
        record.played_s / 60,
        programme_name(record),
        result_name(line.result),
        where_text(heard=record.heard) if record.played_s else None,
        explanation(line),
    ]


def add_items(workbook: Any, formats: Formats, model: ReportModel) -> Sheet:
    """Add the sheet of the items of ended broadcasts and return it."""
    name, title = _("Items list"), _("ITEMS OF THE BROADCASTS")
    return _add_items(workbook, formats, model, name=name, title=title, wanted=lambda _item: True)


def add_topic_sheets(workbook: Any, formats: Formats, model: ReportModel) -> None:
    """Add a sheet for each topic of which anything was to be heard, with its items alone."""
    taken = {sheet.get_name().casefold() for sheet in workbook.worksheets()}
    for one in model.topics:
        if one.heard.count or one.file_only.count or one.not_aired:
            title = topic_title(one.key, model.subject)
            name = _sheet_name(title, taken)
            own = partial(_is_of, one.key)
            _add_items(workbook, formats, model, name=name, title=title.upper(), wanted=own)


def _is_of(topic: str, item: AsRunItem) -> bool:
    return topic_of(item) == topic


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that a worksheet may have (31 letters, no brackets, colons, slashes, stars) and that no other has."""
    whole = _NOT_IN_SHEET_NAMES.sub(" ", title).strip().strip("'") or "?"
    name, number = whole[:_SHEET_NAME], 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        name = f"{whole[: _SHEET_NAME - 4]} ({number})"
    taken.add(name.casefold())
    return name


def _add_items(
    workbook: Any,
    formats: Formats,
    model: ReportModel,
    *,
    name: str,
    title: str,
    wanted: Callable[[AsRunItem], bool],
) -> Sheet:
    fields = [
        Field(title=_("Broadcast no."), kind=Kind.CODE, width=8),
        Field(title=_("Day"), kind=Kind.DAY, width=12),
        Field(title=_("Real start"), kind=Kind.TIME, width=10),
        Field(title=_("Item"), kind=Kind.TEXT, width=38),
        Field(title=_("Topic code"), kind=Kind.CODE, width=12),
        Field(title=_("Topic"), kind=Kind.TEXT, width=30),
        Field(title=_("Genre"), kind=Kind.TEXT, width=16),
        Field(title=_("Author"), kind=Kind.TEXT, width=18),
        Field(title=_("Voice"), kind=Kind.TEXT, width=14),
        Field(title=_("Approved by"), kind=Kind.TEXT, width=18),
        Field(title=_("Text hash (first 16 digits)"), kind=Kind.CODE, width=19),
        Field(title=_("Length (seconds)"), kind=Kind.SECONDS, width=10),
        Field(title=_("Played (seconds)"), kind=Kind.SECONDS, width=10),
        Field(title=_("Lost (seconds)"), kind=Kind.SECONDS, width=10),
        Field(title=_("Sound went to"), kind=Kind.CODE, width=12),
        Field(title=_("State"), kind=Kind.TEXT, width=24),
    ]
    sheet = add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=True)
    rows = _items(model, wanted)
    for offset, row in enumerate(rows):
        sheet.put_row(FIRST_ROW + offset, row)
    _finish(sheet, len(rows))
    sheet.put(_TOTAL_ROW, InItems.ITEM, _("Total of the rows shown"), bold=True)
    items = [item for line in model.lines if line.record.outcome for item in line.record.items if wanted(item)]
    for column, value in (
        (InItems.PLANNED, sum(item.planned_s for item in items)),
        (InItems.PLAYED, sum(item.played_s for item in items)),
        (InItems.LOST, sum(item.lost_s for item in items)),
    ):
        sheet.compute(_TOTAL_ROW, column, f"SUBTOTAL(109,{sheet.cells(column, len(rows))})", value, bold=True)
    return sheet


def _items(model: ReportModel, wanted: Callable[[AsRunItem], bool]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for line in model.lines:
        if line.record.outcome is None:
            continue
        day, _planned = _local(line.record.planned_at, model)
        for item in filter(wanted, line.record.items):
            key = topic_of(item)
            said = bool(item.genre)
            rows.append(
                [
                    line.number,
                    day,
                    _time(item.started_at, model),
                    item.title or item.item,
                    topic_code(key),
                    topic_title(key, model.subject),
                    genre_title(item.genre) if said else None,
                    item.author,
                    item.voice,
                    item.approved_by,
                    item.text_hash[:16],
                    item.planned_s,
                    item.played_s,
                    item.lost_s,
                    where_text(heard=line.record.heard) if item.played_s > 0 else None,
                    item_state(item, cut=was_cut(item)),
                ]
            )
    return rows


def _finish(sheet: Sheet, rows: int) -> None:
    sheet.page.autofilter(HEAD_ROW, 0, HEAD_ROW + max(rows, 1), len(sheet.fields) - 1)


def _local(at: datetime, model: ReportModel) -> tuple[date, datetime]:
    local = at.astimezone(model.subject.time_zone)
    return local.date(), _time_of_day(local)


def _time(at: datetime | None, model: ReportModel) -> datetime | None:
    return None if at is None else _time_of_day(at.astimezone(model.subject.time_zone))


def _time_of_day(local: datetime) -> datetime:
    """Return the whole second as a time of day on Excel's day nought."""
    return datetime.combine(_EXCEL_DAY_NOUGHT, time(local.hour, local.minute, local.second))


_EXCEL_DAY_NOUGHT = date(1899, 12, 31)

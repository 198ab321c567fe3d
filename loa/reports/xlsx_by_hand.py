"""The sheets of what was written by hand: its list, and figures by channel and topic that are formulas over it."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import IntEnum
from typing import Any

from loa.language import translate as _
from loa.ledger import ManualPlay, channel_name
from loa.reports.by_hand import ByHand
from loa.reports.figures import NO_TOPIC
from loa.reports.model import ReportModel
from loa.reports.sentences import by_hand as by_hand_sentences
from loa.reports.wording import topic_title
from loa.reports.xlsx_page import FIRST_ROW, HEAD_ROW, Cell, Field, Formats, Kind, Sheet, add_sheet, lines_of

_TOTAL_ROW = HEAD_ROW - 1
_EXCEL_DAY_NOUGHT = date(1899, 12, 31)


class InByHand(IntEnum):
    """Columns of the list: a row for each bulletin or title; what belongs to the whole entry stands in its first row."""

    ROW = 0
    DAY = 1
    TIME = 2
    CHANNEL = 3
    PLACE = 4
    TITLE = 5
    TOPIC = 6
    TIMES = 7
    TOPIC_TIMES = 8
    MINUTES = 9
    PERSON = 10
    NOTE = 11


def add_by_hand(workbook: Any, formats: Formats, model: ReportModel) -> None:
    """Add both sheets where anything was written by hand; else nothing."""
    if model.by_hand is not None:
        figures = _add_figures(workbook, formats, model)
        listed, rows = _add_list(workbook, formats, model, model.by_hand)
        _fill(figures, listed, rows, model, model.by_hand)


def _add_figures(workbook: Any, formats: Formats, model: ReportModel) -> Sheet:
    fields = [
        Field(title=_("Channel, topic"), kind=Kind.TEXT, width=44),
        Field(title=_("Times"), kind=Kind.COUNT, width=12),
        Field(title=_("Length (minutes)"), kind=Kind.MINUTES, width=14),
        Field(title=_("Places"), kind=Kind.TEXT, width=50),
    ]
    name, title = _("Other channels"), _("MOBILE LOUDSPEAKERS AND OTHER CHANNELS")
    return add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=False)


def _add_list(workbook: Any, formats: Formats, model: ReportModel, by_hand: ByHand) -> tuple[Sheet, int]:
    fields = [
        Field(title=_("Ledger row"), kind=Kind.CODE, width=8),
        Field(title=_("Day"), kind=Kind.DAY, width=12),
        Field(title=_("Time"), kind=Kind.TIME, width=10),
        Field(title=_("Channel"), kind=Kind.TEXT, width=24),
        Field(title=_("Place"), kind=Kind.TEXT, width=20),
        Field(title=_("Bulletin or title"), kind=Kind.TEXT, width=36),
        Field(title=_("Topic"), kind=Kind.TEXT, width=24),
        Field(title=_("Times"), kind=Kind.COUNT, width=8),
        Field(title=_("Bulletins, each time"), kind=Kind.COUNT, width=10),
        Field(title=_("Length (minutes)"), kind=Kind.MINUTES, width=11),
        Field(title=_("Written by"), kind=Kind.TEXT, width=18),
        Field(title=_("Note"), kind=Kind.TEXT, width=24),
    ]
    name, title = _("Entries by hand"), _("ENTRIES WRITTEN BY HAND")
    sheet = add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=True)
    rows = [row for play in by_hand.plays for row in _rows(play, model)]
    for offset, row in enumerate(rows):
        sheet.put_row(FIRST_ROW + offset, row)
    sheet.page.autofilter(HEAD_ROW, 0, HEAD_ROW + max(len(rows), 1), len(fields) - 1)
    sheet.put(_TOTAL_ROW, InByHand.TITLE, _("Total of the rows shown"), bold=True)
    for column, value in (
        (InByHand.TIMES, by_hand.times),
        (InByHand.TOPIC_TIMES, sum(one.times for one in by_hand.topics)),
        (InByHand.MINUTES, by_hand.played_s / 60),
    ):
        sheet.compute(_TOTAL_ROW, column, f"SUBTOTAL(109,{sheet.cells(column, len(rows))})", value, bold=True)
    return sheet, len(rows)


def _rows(play: ManualPlay, model: ReportModel) -> list[list[Cell]]:
    local = play.at.astimezone(model.subject.time_zone)
    at = datetime.combine(_EXCEL_DAY_NOUGHT, time(local.hour, local.minute, local.second))
    return [
        [
            play.row,
            local.date(),
            at,
            play.channel_text,
            play.place,
            item.title,
            topic_title(item.topic, model.subject),
            None if place else play.times,
            play.times,
            play.times * item.length_s / 60 if item.length_s else None,
            play.person,
            play.note,
        ]
        for place, item in enumerate(play.items)
    ]


def _fill(figures: Sheet, listed: Sheet, rows: int, model: ReportModel, by_hand: ByHand) -> None:
    def total(row: int, column: int, wanted: InByHand, values: InByHand, value: float, *, figure: str) -> None:
        own = f"({listed.cells(wanted, rows)}=$A{row + 1})"
        figures.compute(row, column, f"SUMPRODUCT({own}*{listed.cells(values, rows)})", value, figure=figure)

    for row, one in enumerate(by_hand.channels, start=FIRST_ROW):
        figures.put_row(row, [channel_name(one.channel), None, None, "; ".join(one.places)])
        figure = f"channels.{one.channel.value}"
        total(row, 1, InByHand.CHANNEL, InByHand.TIMES, one.times, figure=f"{figure}.times")
        if one.played_s:
            total(row, 2, InByHand.CHANNEL, InByHand.MINUTES, one.played_s / 60, figure=f"{figure}.minutes")
    last = FIRST_ROW + len(by_hand.channels)
    figures.put(last, 0, _("Total"), bold=True)
    for column, letter, value in ((1, "B", by_hand.times), (2, "C", by_hand.played_s / 60)):
        figures.compute(last, column, f"SUM({letter}{FIRST_ROW + 1}:{letter}{last})", value, bold=True)
    figures.put(last, 3, None)
    for row, topic in enumerate(by_hand.topics, start=last + 2):
        figures.put_row(row, [topic_title(topic.key, model.subject), None, None, None])
        figure = f"channels.topics.{topic.key or NO_TOPIC}.times"
        total(row, 1, InByHand.TOPIC, InByHand.TOPIC_TIMES, topic.times, figure=figure)
    row = last + 3 + len(by_hand.topics)
    width = sum(field.width for field in figures.fields)
    for offset, text in enumerate(by_hand_sentences(model)):
        figures.page.set_row(row + offset, 15.0 * lines_of(text, width) + 4)
        figures.page.merge_range(row + offset, 0, row + offset, len(figures.fields) - 1, "", figures.formats.sentence)
        figures.page.write_string(row + offset, 0, text, figures.formats.sentence)

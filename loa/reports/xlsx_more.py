"""The sheets of targets, days, works, approvals and faults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loa.language import translate as _
from loa.reports import tables
from loa.reports.model import ReportModel
from loa.reports.wording import genre_title
from loa.reports.xlsx_page import FIRST_ROW, HEAD_ROW, Cell, Field, Formats, Kind, Sheet, add_sheet


def add_targets(workbook: Any, formats: Formats, model: ReportModel) -> None:
    """Add the sheet of what was asked and done, where anything was asked."""
    if not model.targets:
        return
    fields = [
        Field(title=_("Target"), kind=Kind.TEXT, width=44),
        Field(title=_("Period"), kind=Kind.TEXT, width=24),
        Field(title=_("Measure"), kind=Kind.TEXT, width=18),
        Field(title=_("Asked"), kind=Kind.MINUTES, width=12),
        Field(title=_("Done"), kind=Kind.MINUTES, width=12),
        Field(title=_("More or less"), kind=Kind.MINUTES, width=12),
        Field(title=_("Share of the target"), kind=Kind.SHARE, width=12),
        Field(title=_("State"), kind=Kind.TEXT, width=18),
    ]
    name, title = _("Targets list"), _("TARGETS")
    sheet = add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=True)
    row = FIRST_ROW
    for number, target in enumerate(model.targets, start=1):
        for one in target.measures:
            state = target.state_text
            sheet.put_row(row, [target.title, target.period_text, one.name, one.wanted, one.done, None, None, state])
            sheet.name_cell(row, 3, f"targets.{number}.{one.measure}.wanted")
            sheet.name_cell(row, 4, f"targets.{number}.{one.measure}.done")
            sheet.compute(row, 5, f"E{row + 1}-D{row + 1}", one.done - one.wanted)
            sheet.compute(row, 6, f"E{row + 1}/D{row + 1}", one.done / one.wanted)
            row += 1
    sheet.page.autofilter(HEAD_ROW, 0, row - 1, len(fields) - 1)


def add_days(workbook: Any, formats: Formats, model: ReportModel) -> None:
    """Add the sheet of days, darker the more was heard, with its chart."""
    fields = [
        Field(title=_("Day"), kind=Kind.DAY, width=14),
        Field(title=_("Broadcasts due"), kind=Kind.COUNT, width=14),
        Field(title=_("Aired in full"), kind=Kind.COUNT, width=14),
        Field(title=_("Aired in part"), kind=Kind.COUNT, width=14),
        Field(title=_("Not aired"), kind=Kind.COUNT, width=14),
        Field(title=_("Minutes heard"), kind=Kind.MINUTES, width=14),
    ]
    name, title = _("Day by day"), _("MINUTES DAY BY DAY")
    sheet = add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=True)
    measures = ("due", "aired", "partial", "missed", "minutes")
    for row, one in enumerate(model.days, start=FIRST_ROW):
        sheet.put_row(row, [one.day, one.due, one.aired, one.partial, one.missed, one.played_s / 60])
        for column, measure in enumerate(measures, start=1):
            sheet.name_cell(row, column, f"days.{one.day}.{measure}")
    last = FIRST_ROW + len(model.days)
    sheet.put(last, 0, _("Total"), bold=True)
    totals = [sum(getattr(one, name) for one in model.days) for name in measures[:4]]
    for column, value in enumerate([*totals, sum(one.played_s for one in model.days) / 60], start=1):
        letter = "ABCDEF"[column]
        sheet.compute(last, column, f"SUM({letter}{FIRST_ROW + 1}:{letter}{last})", value, bold=True)
    scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#8C8C8C"}
    sheet.page.conditional_format(FIRST_ROW, 5, last - 1, 5, scale)
    sheet.page.autofilter(HEAD_ROW, 0, last - 1, len(fields) - 1)
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": _("Minutes heard"),
            "categories": f"={sheet.cells(0, len(model.days))}",
            "values": f"={sheet.cells(5, len(model.days))}",
            "fill": {"color": "#595959"},
        }
    )
    chart.set_legend({"none": True})
    chart.set_x_axis({"date_axis": True, "num_format": "dd/mm", "major_unit": max(1, len(model.days) // 10)})
    chart.set_title({"name": _("Minutes heard"), "name_font": {"size": 12}})
    chart.set_size({"width": 620, "height": 300})
    sheet.page.insert_chart(HEAD_ROW, len(fields) + 1, chart)


def add_royalties(workbook: Any, formats: Formats, model: ReportModel) -> None:
    """Add the sheet of works by author; the amounts follow when the office fills in the rates."""
    if not model.royalties:
        return
    fields = [
        Field(title=_("Author"), kind=Kind.TEXT, width=28),
        Field(title=_("Genre"), kind=Kind.TEXT, width=20),
        Field(title=_("Works"), kind=Kind.COUNT, width=10),
        Field(title=_("Length of the works (minutes)"), kind=Kind.MINUTES, width=14),
        Field(title=_("Times heard"), kind=Kind.COUNT, width=12),
        Field(title=_("Minutes heard"), kind=Kind.MINUTES, width=12),
        Field(title=_("Rate (đồng)"), kind=Kind.COUNT, width=14),
        Field(title=_("Amount (đồng)"), kind=Kind.COUNT, width=16),
    ]
    name, title = _("Royalties"), _("WORKS HEARD, BY AUTHOR, AS A BASIS FOR ROYALTIES")
    sheet = add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=True)
    for number, one in enumerate(model.royalties, start=1):
        row = HEAD_ROW + number
        genre = genre_title(one.genre) if one.genre else ""
        values: list[Cell] = [one.author, genre, one.works, one.work_s / 60, one.plays, one.played_s / 60, None, None]
        sheet.put_row(row, values)
        for column, measure in ((2, "works"), (3, "work_minutes"), (4, "plays"), (5, "minutes")):
            sheet.name_cell(row, column, f"royalties.{number}.{measure}")
        sheet.compute(row, 7, f"C{row + 1}*G{row + 1}", 0)
    last = FIRST_ROW + len(model.royalties)
    sheet.put(last, 0, _("Total"), bold=True)
    own = model.royalties
    for column, value in (
        (2, sum(one.works for one in own)),
        (3, sum(one.work_s for one in own) / 60),
        (4, sum(one.plays for one in own)),
        (5, sum(one.played_s for one in own) / 60),
        (7, 0),
    ):
        letter = "ABCDEFGH"[column]
        sheet.compute(last, column, f"SUM({letter}{FIRST_ROW + 1}:{letter}{last})", value, bold=True)
    sheet.page.autofilter(HEAD_ROW, 0, last - 1, len(fields) - 1)


def add_events(workbook: Any, formats: Formats, model: ReportModel) -> None:
    """Add the sheets of approvals and of faults, where there were any."""
    if model.events.decisions:
        fields = [
            Field(title=_("Ledger row"), kind=Kind.CODE, width=10),
            Field(title=_("Day, time"), kind=Kind.CODE, width=20),
            Field(title=_("Bulletin"), kind=Kind.TEXT, width=60),
            Field(title=_("Decision"), kind=Kind.TEXT, width=28),
            Field(title=_("Person"), kind=Kind.TEXT, width=28),
            Field(title=_("Text hash (first 16 digits)"), kind=Kind.CODE, width=20),
        ]
        name, title = _("Approvals"), _("BULLETINS APPROVED AND WITHDRAWN")
        sheet = add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=True)
        rows = zip(model.events.decisions, tables.approval_rows(model), strict=True)
        _list(sheet, [[one.row, *said[1:]] for one, said in rows])
    if model.events.faults:
        fields = [
            Field(title=_("Noticed"), kind=Kind.CODE, width=20),
            Field(title=_("Over"), kind=Kind.CODE, width=20),
            Field(title=_("What it was"), kind=Kind.TEXT, width=70),
            Field(title=_("Ledger rows"), kind=Kind.CODE, width=16),
        ]
        name, title = _("Faults"), _("FAULTS AND REPAIRS")
        sheet = add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=True)
        _list(sheet, tables.fault_rows(model))


def _list(sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> None:
    for row, values in enumerate(rows, start=FIRST_ROW):
        sheet.put_row(row, values)
    sheet.page.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(sheet.fields) - 1)

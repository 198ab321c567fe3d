"""The sheets of totals: by result, and by topic; every figure is a formula over the lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loa.language import translate as _
from loa.reports.figures import GroupFigures, Result
from loa.reports.model import ReportModel
from loa.reports.narrative import paragraphs
from loa.reports.sentences import basis
from loa.reports.wording import result_name, topic_title
from loa.reports.xlsx_lists import InBroadcasts, InItems, topic_code, where_text
from loa.reports.xlsx_page import FIRST_ROW, Field, Formats, Kind, Sheet, add_sheet, lines_of

_SHARE = 4  # column of the share, in the sheet of topics
_SAID = ("general", "spotlight", "punctuality")
_TALLY = ("", "count", "planned_minutes", "minutes")
_GROUP = ("", "", "count", "minutes", "", "file_only.count", "file_only.minutes", "not_aired")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySheet:
    """The sheet of results; filled once the list it sums is there."""

    sheet: Sheet

    def fill(self, model: ReportModel, broadcasts: Sheet) -> None:
        """Write number, minutes planned and minutes played for each result, the total, and the sentences."""
        sheet, lines = self.sheet, len(model.lines)
        names = broadcasts.cells(InBroadcasts.RESULT, lines)
        for offset, result in enumerate(Result):
            row, one = FIRST_ROW + offset, model.results[result]
            sheet.put(row, 0, result_name(result))
            own = f"{names}=$A{row + 1}"
            figure = f"broadcasts.{result.value}"
            sheet.compute(row, 1, f"SUMPRODUCT(--({own}))", one.count, figure=f"{figure}.count")
            for column, source, seconds, measure in (
                (2, InBroadcasts.PLANNED, one.planned_s, "planned_minutes"),
                (3, InBroadcasts.PLAYED, one.played_s, "minutes"),
            ):
                minutes = broadcasts.cells(source, lines)
                formula = f"SUMPRODUCT(({own})*{minutes})"
                sheet.compute(row, column, formula, seconds / 60, figure=f"{figure}.{measure}")
        last = FIRST_ROW + len(Result)
        sheet.put(last, 0, _("Total"), bold=True)
        total = (model.total.count, model.total.planned_s / 60, model.total.played_s / 60)
        for column, (letter, value) in enumerate(zip("BCD", total, strict=True), start=1):
            formula = f"SUM({letter}{FIRST_ROW + 1}:{letter}{last})"
            sheet.compute(last, column, formula, value, bold=True, figure=f"broadcasts.planned.{_TALLY[column]}")
        sheet.put(last + 1, 0, _("Of these over the loudspeakers"), bold=True)
        heard = (model.heard.count, model.heard.planned_s / 60, model.heard.played_s / 60)
        for column, (letter, value) in enumerate(zip("BCD", heard, strict=True), start=1):
            formula = f"{letter}{FIRST_ROW + 1}+{letter}{FIRST_ROW + 2}"
            sheet.compute(last + 1, column, formula, value, bold=True, figure=f"broadcasts.heard.{_TALLY[column]}")
        self._sentences(last + 3, [*(text for name in _SAID for text in paragraphs(model, name)), *basis(model)])

    def _sentences(self, row: int, texts: list[str]) -> None:
        width = sum(field.width for field in self.sheet.fields)
        look = self.sheet.formats.sentence
        for offset, text in enumerate(texts):
            self.sheet.page.set_row(row + offset, 15.0 * lines_of(text, width) + 4)
            self.sheet.page.merge_range(row + offset, 0, row + offset, len(self.sheet.fields) - 1, "", look)
            self.sheet.page.write_string(row + offset, 0, text, look)


def add_summary(workbook: Any, formats: Formats, model: ReportModel) -> SummarySheet:
    """Add the sheet of results, still empty."""
    fields = [
        Field(title=_("Result"), kind=Kind.TEXT, width=44),
        Field(title=_("Broadcasts"), kind=Kind.COUNT, width=16),
        Field(title=_("Planned (minutes)"), kind=Kind.MINUTES, width=24),
        Field(title=_("Played (minutes)"), kind=Kind.MINUTES, width=24),
    ]
    name, title = _("Summary"), _("SUMMARY OF BROADCASTS")
    return SummarySheet(sheet=add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsSheet:
    """The sheet of topics; filled once the list it sums is there."""

    sheet: Sheet

    def fill(self, model: ReportModel, items: Sheet) -> None:
        """Write a row for each topic, the total of bulletins, a row for tunes and pauses, and the total of all."""
        rows = sum(len(line.record.items) for line in model.lines if line.record.outcome)
        bulletins = FIRST_ROW + len(model.topics)
        for row, one in enumerate(model.topics, start=FIRST_ROW):
            self._row(row, one, model, items, rows)
            self._share(row, one, model, bulletins)
        self._sum(bulletins, "bulletins", _("All bulletins"), model.bulletins, f"{FIRST_ROW + 1}:{{letter}}{bulletins}")
        self._share(bulletins, model.bulletins, model, bulletins, bold=True)
        self._row(bulletins + 1, model.sound, model, items, rows, figure="sound")
        self.sheet.put(bulletins + 1, _SHARE, None)
        self._sum(bulletins + 2, "items", _("Total"), model.items, f"{bulletins + 1}:{{letter}}{bulletins + 2}")
        self.sheet.put(bulletins + 2, _SHARE, None, bold=True)

    def _sum(self, row: int, figure: str, title: str, one: GroupFigures, cells: str) -> None:
        self.sheet.put(row, 0, None, bold=True)
        self.sheet.put(row, 1, title, bold=True)
        for column, value in (
            (2, one.heard.count),
            (3, one.heard.played_s / 60),
            (5, one.file_only.count),
            (6, one.file_only.played_s / 60),
            (7, one.not_aired),
        ):
            letter = "ABCDEFGH"[column]
            formula = f"SUM({letter}{cells.format(letter=letter)})"
            self.sheet.compute(row, column, formula, value, bold=True, figure=f"{figure}.{_GROUP[column]}")

    def _row(
        self, row: int, one: GroupFigures, model: ReportModel, items: Sheet, rows: int, *, figure: str = ""
    ) -> None:
        sheet, figure = self.sheet, figure or f"topics.{one.key}"
        sheet.put(row, 0, topic_code(one.key))
        sheet.put(row, 1, topic_title(one.key, model.subject))
        own = f"({items.cells(InItems.TOPIC_KEY, rows)}=$A{row + 1})"
        played = items.cells(InItems.PLAYED, rows)
        for column, heard, tally in ((2, True, one.heard), (5, False, one.file_only)):
            where = f'({items.cells(InItems.WHERE, rows)}="{where_text(heard=heard)}")'
            for place, formula, value in (
                (column, f"SUMPRODUCT({own}*{where})", tally.count),
                (column + 1, f"SUMPRODUCT({own}*{where}*{played})/60", tally.played_s / 60),
            ):
                sheet.compute(row, place, formula, value, figure=f"{figure}.{_GROUP[place]}")
        sheet.compute(row, 7, f"SUMPRODUCT({own}*({played}=0))", one.not_aired, figure=f"{figure}.{_GROUP[7]}")

    def _share(self, row: int, one: GroupFigures, model: ReportModel, whole: int, *, bold: bool = False) -> None:
        whole_s = model.bulletins.heard.played_s
        share = one.heard.played_s / whole_s if whole_s > 0 else 0
        self.sheet.compute(row, _SHARE, f"IF($D${whole + 1}=0,0,D{row + 1}/$D${whole + 1})", share, bold=bold)


def add_topics(workbook: Any, formats: Formats, model: ReportModel) -> TopicsSheet:
    """Add the sheet of topics, still empty."""
    fields = [
        Field(title=_("Topic code"), kind=Kind.CODE, width=14),
        Field(title=_("Topic"), kind=Kind.TEXT, width=38),
        Field(title=_("Items aired"), kind=Kind.COUNT, width=12),
        Field(title=_("Played (minutes)"), kind=Kind.MINUTES, width=12),
        Field(title=_("Share of length"), kind=Kind.SHARE, width=12),
        Field(title=_("Items to a file only"), kind=Kind.COUNT, width=14),
        Field(title=_("To a file only (minutes)"), kind=Kind.MINUTES, width=14),
        Field(title=_("Items not aired"), kind=Kind.COUNT, width=12),
    ]
    name, title = _("By topic"), _("BULLETINS AND SOUND BY TOPIC")
    return TopicsSheet(sheet=add_sheet(workbook, formats, model, name=name, title=title, fields=fields, listing=False))

"""Sheets of the workbook: cell formats, columns, titles, table heads, row heights, print set-up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from loa.reports.model import ReportModel
from loa.reports.wording import rehearsal_mark

FONT = "Times New Roman"
_LINE_PT = 15.0
_A4 = 9
HEAD_ROW = 3
FIRST_ROW = HEAD_ROW + 1
Cell = str | int | float | date | datetime | None


class Kind(StrEnum):
    """What a column holds, and so how its cells look."""

    TEXT = "text"
    COUNT = "count"
    CODE = "code"
    DAY = "day"
    TIME = "time"
    MINUTES = "minutes"
    SECONDS = "seconds"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column: its header, what it holds, and its width in characters."""

    title: str
    kind: Kind
    width: int


class Formats:
    """The cell formats of one workbook, each in plain and bold; and which figure each of its cells shows.

    Attributes
    ----------
    cells
        Name of the figure (`loa.reports.trace`) by cell: ``Tổng hợp!B5``.
    """

    def __init__(self, workbook: Any) -> None:
        self.cells: dict[str, str] = {}
        base: dict[str, Any] = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "border": 1}
        special: dict[Kind, dict[str, Any]] = {
            Kind.TEXT: {"text_wrap": True, "align": "left", "indent": 1},
            Kind.COUNT: {"num_format": "#,##0", "align": "right", "indent": 1},
            Kind.CODE: {"align": "center"},
            Kind.DAY: {"num_format": "dd/mm/yyyy", "align": "center"},
            Kind.TIME: {"num_format": "hh:mm:ss", "align": "center"},
            Kind.MINUTES: {"num_format": "#,##0.0", "align": "right", "indent": 1},
            Kind.SECONDS: {"num_format": "#,##0.0", "align": "right", "indent": 1},
            Kind.SHARE: {"num_format": "0.0%", "align": "right", "indent": 1},
        }
        self.plain = {kind: workbook.add_format(base | look) for kind, look in special.items()}
        self.bold = {kind: workbook.add_format(base | look | {"bold": True}) for kind, look in special.items()}
        self.head = workbook.add_format(
            base | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#D9E2F3"}
        )
        free = {"font_name": FONT, "valign": "vcenter"}
        self.title = workbook.add_format(free | {"bold": True, "font_size": 14})
        self.note = workbook.add_format(free | {"italic": True, "font_size": 11})
        self.sentence = workbook.add_format(free | {"font_size": 11, "text_wrap": True, "align": "left"})
        self.mark = workbook.add_format(free | {"bold": True, "font_size": 12, "font_color": "#C00000"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One worksheet with its columns and the formats of its workbook."""

    name: str
    page: Any
    fields: tuple[Field, ...]
    formats: Formats

    def cells(self, column: int, rows: int) -> str:
        """Return the absolute reference to the `rows` table cells of `column`, from any sheet of the workbook."""
        from xlsxwriter.utility import xl_range_abs

        quoted = self.name.replace("'", "''")
        return f"'{quoted}'!{xl_range_abs(FIRST_ROW, column, FIRST_ROW + max(rows, 1) - 1, column)}"

    def put(self, row: int, column: int, value: Cell, *, bold: bool = False) -> None:
        """Write one value; a text is never taken for a formula, a number or a link."""
        kind = self.fields[column].kind
        look = (self.formats.bold if bold else self.formats.plain)[kind]
        match value:
            case None | "":
                self.page.write_blank(row, column, None, look)
            case str():
                self.page.write_string(row, column, value, look)
            case datetime() | date():
                self.page.write_datetime(row, column, value, look)
            case _:
                self.page.write_number(row, column, value, look)

    def compute(
        self, row: int, column: int, formula: str, value: float, *, bold: bool = False, figure: str = ""
    ) -> None:
        """Write a formula with the value that viewers without recalculation show, and which figure that is."""
        if figure:
            self.name_cell(row, column, figure)
        look = (self.formats.bold if bold else self.formats.plain)[self.fields[column].kind]
        self.page.write_formula(row, column, f"={formula}", look, value)

    def name_cell(self, row: int, column: int, figure: str) -> None:
        """Note that a cell shows `figure`."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        self.formats.cells[f"{self.name}!{xl_rowcol_to_cell(row, column)}"] = figure

    def put_row(self, row: int, values: Sequence[Cell]) -> None:
        """Write a row of the table, high enough for its wrapped texts."""
        lines = 1
        for column, (field, value) in enumerate(zip(self.fields, values, strict=True)):
            self.put(row, column, value)
            if field.kind is Kind.TEXT and isinstance(value, str):
                lines = max(lines, lines_of(value, field.width))
        self.page.set_row(row, _LINE_PT * lines + 1)


def lines_of(text: str, width: int) -> int:
    """Return how many lines `text` takes in a wrapped column `width` characters wide, rather one too many."""
    usable = max(1, width - 2)
    return sum(max(1, math.ceil(len(line) * 1.08 / usable)) for line in text.split("\n"))


def add_sheet(
    workbook: Any,
    formats: Formats,
    model: ReportModel,
    *,
    name: str,
    title: str,
    fields: Sequence[Field],
    listing: bool,
) -> Sheet:
    """Add a sheet with title, mark or period, and frozen table head, set up to print on A4 across; a `listing` runs over pages."""
    page = workbook.add_worksheet(name)
    for column, field in enumerate(fields):
        page.set_column(column, column, field.width)
        page.write_string(HEAD_ROW, column, field.title, formats.head)
    page.set_row(HEAD_ROW, _LINE_PT * max(lines_of(field.title, field.width - 1) for field in fields) + 4)
    page.set_row(0, 22)
    page.write_string(0, 0, title, formats.title)
    if model.rehearsal:
        page.write_string(1, 0, rehearsal_mark(), formats.mark)
    else:
        page.write_string(1, 0, f"{model.subject.station_name} – {model.period.title}", formats.note)
    page.freeze_panes(FIRST_ROW, 0)
    if listing:
        page.repeat_rows(HEAD_ROW)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.6)
    page.fit_to_pages(1, 0 if listing else 1)
    page.set_header(f'&C&"{FONT}"&12&P' + (f'&R&"{FONT},Bold"&10{_header_text()}' if model.rehearsal else ""))
    return Sheet(name=name, page=page, fields=tuple(fields), formats=formats)


def _header_text() -> str:
    return rehearsal_mark().replace("&", "&&")

"""Head and foot of an official document in Word: national heading, bodies, number, date, title, signature, recipients."""

from __future__ import annotations

import re

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from loa.language import translate as _
from loa.reports.docx_page import add_run, centred, rule
from loa.reports.model import ReportModel
from loa.reports.wording import place_and_day, rehearsal_mark, report_title

_LEFT_CM, _RIGHT_CM = 6.6, 9.9
_TEXT_CM = _LEFT_CM + _RIGHT_CM
_CELL_MARGINS_CM = 0.38
_CM_PER_PT = 2.54 / 72
_CAPITAL_EM, _SMALL_EM = 0.70, 0.46  # mean advance widths of Times New Roman Bold
_COMMITTEE = re.compile(r"^(\w+ ban nhân dân)\s+", re.IGNORECASE)
_GAP = "\u00a0" * 6  # where the clerk writes the number


def add_head(document: WordDocument, model: ReportModel) -> None:
    """Add what stands above the title: bodies and number on the left, national heading and date on the right."""
    subject = model.subject
    left, right = _columns(document)
    superior = _two_lines(subject.superior_body.upper())
    if superior:
        centred(left.paragraphs[0], superior, size_pt=12)
    issuing = left.add_paragraph() if superior else left.paragraphs[0]
    authority = _two_lines(subject.authority.upper())
    centred(issuing, authority, size_pt=12, bold=True)
    _rule_under(left, authority.rpartition("\n")[2], size_pt=12, part=0.42, within_cm=_LEFT_CM - _CELL_MARGINS_CM)
    centred(right.paragraphs[0], _("SOCIALIST REPUBLIC OF VIET NAM"), size_pt=12, bold=True)
    motto = _("Independence - Freedom - Happiness")
    centred(right.add_paragraph(), motto, size_pt=13, bold=True)
    _rule_under(right, motto, size_pt=13, part=1.0, within_cm=_RIGHT_CM - _CELL_MARGINS_CM)
    left, right = _columns(document)
    left.paragraphs[0].paragraph_format.space_before = right.paragraphs[0].paragraph_format.space_before = Pt(4)
    numbered = _("No.: {gap}/{code}").format(gap=_GAP, code=subject.document_code)
    centred(left.paragraphs[0], numbered, size_pt=13)
    day = model.made_at.astimezone(subject.time_zone).date()
    centred(right.paragraphs[0], place_and_day(subject.place, day), size_pt=13, italic=True)


def add_title(document: WordDocument, model: ReportModel) -> None:
    """Add REPORT, its abstract and the rule below; a rehearsal's mark stands first."""
    if model.rehearsal:
        mark = centred(document.add_paragraph(), rehearsal_mark(), size_pt=13, bold=True)
        mark.paragraph_format.space_before = Pt(12)
    name = centred(document.add_paragraph(), _("REPORT"), size_pt=14, bold=True)
    name.paragraph_format.space_before = Pt(14)
    title = report_title(model)
    centred(document.add_paragraph(), title, size_pt=14, bold=True)
    line_cm = min(_width_cm(title.rpartition("\n")[2], 14), _TEXT_CM)
    rule(document.add_paragraph(), length_cm=line_cm * 0.4, within_cm=_TEXT_CM)


def add_signature(document: WordDocument, model: ReportModel) -> None:
    """Add recipients on the left and the signer on the right, on one page."""
    subject = model.subject
    space = document.add_paragraph()
    space.paragraph_format.line_spacing = Pt(10)
    left, right = _columns(document)
    add_run(left.paragraphs[0], _("Recipients:"), size_pt=12, bold=True, italic=True)
    last = len(subject.recipients) - 1
    for place, recipient in enumerate(subject.recipients):
        line = f"- {recipient.strip().removesuffix(';').removesuffix('.')}{'.' if place == last else ';'}"
        add_run(left.add_paragraph(), line, size_pt=11)
    centred(right.paragraphs[0], subject.signer_title.upper(), size_pt=14, bold=True)
    for _line in range(4):
        right.add_paragraph()
    centred(right.add_paragraph(), subject.signer_name, size_pt=14, bold=True)
    for cell in (left, right):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _columns(document: WordDocument) -> tuple[_Cell, _Cell]:
    table: Table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for column, width_cm in zip(table.columns, (_LEFT_CM, _RIGHT_CM), strict=True):
        column.width = Cm(width_cm)
        for cell in column.cells:
            cell.width = Cm(width_cm)
    left, right = table.rows[0].cells
    return left, right


def _two_lines(body: str) -> str:
    """Return the name of a people's committee with its place on a second line, as committees write it."""
    return _COMMITTEE.sub("\\1\n", body)


def _rule_under(cell: _Cell, text: str, *, size_pt: float, part: float, within_cm: float) -> None:
    paragraph = cell.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    rule(paragraph, length_cm=min(_width_cm(text, size_pt) * part, within_cm), within_cm=within_cm)


def _width_cm(text: str, size_pt: float) -> float:
    """Return about how wide a bold line is: rules are a third to a half of it, or as long."""
    ems = sum(_CAPITAL_EM if letter.isupper() else _SMALL_EM for letter in text)
    return ems * size_pt * _CM_PER_PT

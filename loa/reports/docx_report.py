"""The report as a Word document in the layout of Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from pathlib import Path

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from loa.files import atomic_path
from loa.language import translate as _
from loa.reports import narrative, tables
from loa.reports.docx_frame import add_head, add_signature, add_title
from loa.reports.docx_page import Style, add_run, centred, landscape_section, new_document, number_pages, printable
from loa.reports.docx_table import Align, Column, add_table
from loa.reports.model import ReportModel
from loa.reports.wording import official_day, rehearsal_mark, report_title


def write(model: ReportModel, path: Path) -> None:
    """Write `model` to `path`, atomically. Raises OSError."""
    document = new_document()
    _describe(document, model)
    mark = rehearsal_mark() if model.rehearsal else ""
    number_pages(document.sections[0], mark=mark, mark_first=False)
    add_head(document, model)
    add_title(document, model)
    _body(document, model)
    add_signature(document, model)
    annex = landscape_section(document)
    number_pages(annex, mark=mark, mark_first=True)
    _annex(document, model)
    with atomic_path(path) as temporary:
        document.save(str(temporary))


def _describe(document: WordDocument, model: ReportModel) -> None:
    about = document.core_properties
    about.title = " ".join(printable(report_title(model)).split())[:255]
    about.author = printable(model.subject.station_name)[:255]
    about.last_modified_by = about.author
    about.comments = ""
    about.created = about.modified = model.made_at.replace(microsecond=0)


def _body(document: WordDocument, model: ReportModel) -> None:
    _paragraphs(document, [narrative.opening(model)])
    _heading(document, Style.SECTION, _("I. RESULTS OF BROADCASTING"))
    _heading(document, Style.PART, _("1. Broadcasts"))
    _paragraphs(document, narrative.general(model))
    if model.total.count:
        add_table(document, _result_columns(), tables.result_rows(model), totals=tables.result_totals(model))
    part = 1
    if model.spotlight is not None:
        part += 1
        title = model.subject.topic_titles.get(model.subject.spotlight_topic, model.subject.spotlight_topic)
        _heading(document, Style.PART, _("{number}. Topic: {topic}").format(number=part, topic=title))
        _paragraphs(document, narrative.spotlight(model))
    _heading(document, Style.PART, _("{number}. Bulletins by topic").format(number=part + 1))
    topics = tables.topic_rows(model)
    _grouped(document, model, _("Topic"), topics, tables.topic_total(model))
    _heading(document, Style.PART, _("{number}. Bulletins by genre").format(number=part + 2))
    _grouped(document, model, _("Genre"), tables.genre_rows(model), tables.genre_total(model))
    _heading(document, Style.PART, _("{number}. Punctuality").format(number=part + 3))
    _paragraphs(document, narrative.punctual(model))
    if model.by_hand is not None:
        _heading(document, Style.PART, _("{number}. Mobile loudspeakers and other channels").format(number=part + 4))
        _paragraphs(document, narrative.by_hand(model))
        total = [tables.channel_total(model.by_hand)]
        add_table(document, _channel_columns(), tables.channel_rows(model.by_hand), totals=total)
        add_table(document, _topic_times_columns(), tables.topic_times_rows(model.by_hand, model))
    _heading(document, Style.SECTION, _("II. BROADCASTS MISSED OR AIRED IN PART; EMERGENCIES"))
    _heading(document, Style.PART, _("1. Broadcasts missed or aired in part"))
    _paragraphs(document, narrative.failures(model))
    if model.failures:
        add_table(document, _failure_columns(), tables.failure_rows(model.failures, model))
    _heading(document, Style.PART, _("2. Emergency bulletins"))
    _paragraphs(document, narrative.emergencies(model))
    if model.emergencies:
        add_table(document, _failure_columns(), tables.failure_rows(model.emergencies, model))
    _heading(document, Style.SECTION, _("III. WHAT THE FIGURES REST ON"))
    _paragraphs(document, narrative.basis(model))
    document.add_paragraph(printable(narrative.closing(model)), style=Style.BODY).paragraph_format.keep_with_next = True


def _paragraphs(document: WordDocument, texts: list[str]) -> None:
    for text in texts:
        document.add_paragraph(printable(text), style=Style.BODY)


def _heading(document: WordDocument, style: Style, text: str) -> None:
    document.add_paragraph(printable(text), style=style)


def _result_columns() -> list[Column]:
    return [
        Column(title=_("Result"), width_cm=6.7),
        Column(title=_("Broadcasts"), width_cm=2.8, align=Align.RIGHT),
        Column(title=_("Planned (minutes)"), width_cm=3.5, align=Align.RIGHT),
        Column(title=_("Played (minutes)"), width_cm=3.5, align=Align.RIGHT),
    ]


def _grouped(document: WordDocument, model: ReportModel, name: str, rows: list[list[str]], total: list[str]) -> None:
    if not rows:
        _paragraphs(document, [_("No bulletin was aired in this period.")])
        return
    columns = [
        Column(title=name, width_cm=4.7 if model.has_file_only else 7.8),
        Column(title=_("Bulletins aired"), width_cm=2.0, align=Align.RIGHT),
        Column(title=_("Of these cut short"), width_cm=2.1, align=Align.RIGHT),
        Column(title=_("Length (minutes)"), width_cm=2.6, align=Align.RIGHT),
        Column(title=_("Share of length"), width_cm=2.0, align=Align.RIGHT),
    ]
    if model.has_file_only:
        columns += [
            Column(title=_("To a file only"), width_cm=1.5, align=Align.RIGHT),
            Column(title=_("To a file only (minutes)"), width_cm=1.6, align=Align.RIGHT),
        ]
    add_table(document, columns, rows, totals=[total])


def _channel_columns() -> list[Column]:
    return [
        Column(title=_("Channel"), width_cm=5.6),
        Column(title=_("Times"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Length (minutes)"), width_cm=2.4, align=Align.RIGHT),
        Column(title=_("Places"), width_cm=6.8),
    ]


def _topic_times_columns() -> list[Column]:
    return [
        Column(title=_("Topic"), width_cm=11.5),
        Column(title=_("Bulletins, each time"), width_cm=5.0, align=Align.RIGHT),
    ]


def _failure_columns() -> list[Column]:
    return [
        Column(title=_("Annex no."), width_cm=1.2, align=Align.CENTRE),
        Column(title=_("Day"), width_cm=2.2, align=Align.CENTRE),
        Column(title=_("Planned time"), width_cm=1.6, align=Align.CENTRE),
        Column(title=_("Programme"), width_cm=3.7),
        Column(title=_("Planned (minutes)"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Played (minutes)"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Result, reason"), width_cm=4.4),
    ]


def _annex(document: WordDocument, model: ReportModel) -> None:
    centred(document.add_paragraph(), _("Annex"), size_pt=14, bold=True)
    centred(document.add_paragraph(), _("LIST OF BROADCASTS"), size_pt=14, bold=True)
    day = model.made_at.astimezone(model.subject.time_zone).date()
    belongs = document.add_paragraph()
    belongs.alignment = WD_ALIGN_PARAGRAPH.CENTER
    belongs.paragraph_format.space_after = Pt(8)
    add_run(
        belongs,
        _("(With report no. {gap}/{code} of {day}, {authority})").format(
            gap="\u00a0" * 6, code=model.subject.document_code, day=official_day(day), authority=model.subject.authority
        ),
        size_pt=14,
        italic=True,
    )
    columns = [
        Column(title=_("No."), width_cm=1.1, align=Align.CENTRE),
        Column(title=_("Day"), width_cm=2.3, align=Align.CENTRE),
        Column(title=_("Planned time"), width_cm=1.7, align=Align.CENTRE),
        Column(title=_("Real start"), width_cm=1.8, align=Align.CENTRE),
        Column(title=_("Real end"), width_cm=1.8, align=Align.CENTRE),
        Column(title=_("Planned (minutes)"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Played (minutes)"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Programme"), width_cm=5.6),
        Column(title=_("Result"), width_cm=2.7),
        Column(title=_("Reason, note"), width_cm=4.8),
    ]
    totals = tables.annex_totals(model)
    add_table(document, columns, tables.annex_rows(model), style=Style.ANNEX_TABLE, totals=totals)

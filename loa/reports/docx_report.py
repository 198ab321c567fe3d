"""The report as a Word document: the template's frame, filled; sections and annexes laid out from blocks."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import segno
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm
from jinja2 import UndefinedError
from lxml import etree
from markupsafe import Markup

from loa.files import atomic_path
from loa.language import translate as _
from loa.reports.blocks import Content
from loa.reports.content import content_of
from loa.reports.docx_blocks import BlockWriter, Style, belongs_to, printable
from loa.reports.docx_template import SHIPPED, filled, refused
from loa.reports.frame import Frame, frame_of
from loa.reports.model import ReportModel
from loa.reports.seal import seal_of
from loa.reports.trace import Figure, figures
from loa.reports.wording import number, report_title

SEAL_PART = "/customXml/loa-report.xml"
_MARK = "<w:p><w:r><w:t>\u27e6{name}\u27e7</w:t></w:r></w:p>"
_MARKED = re.compile(_MARK.format(name="([a-z_]+)"))
_MARK_TEXT = re.compile("\u27e6[a-z_]+\u27e7")
_CM_PER_PT = 2.54 / 72
_CAPITAL_EM, _SMALL_EM = 0.70, 0.46  # mean advance widths of Times New Roman Bold
_RULES = {"Loa Rule Authority": (0.42, 12.0, 6.2), "Loa Rule Title": (0.40, 14.0, 16.5)}


def write(model: ReportModel, path: Path, template: Path | None = None) -> None:
    """Write `model` to `path`, atomically.

    Parameters
    ----------
    template
        The office's own Word template; None for the one that is shipped.

    Raises
    ------
    InputRefused
        The template is wrong.
    OSError
        `path` cannot be written; it is then untouched.
    """
    used = template or SHIPPED
    content, frame = content_of(model), frame_of(model)
    document = filled(used, _values(model, content, frame))
    word: WordDocument = document.docx
    word = _lay_out(word, content, frame, used)
    _fit_rules(word, frame)
    _describe(word, model)
    _seal(word, model)
    with atomic_path(path) as temporary:
        word.save(str(temporary))


def _values(model: ReportModel, content: Content, frame: Frame) -> dict[str, Any]:
    """Return what fills the placeholders."""
    found = figures(model)
    blocks = ["noi_dung", "phu_luc", *(section.name for section in content.sections)]
    optional = ["chuyen_muc_rieng", "chi_tieu", "chuyen_muc", "the_loai", "lich_phat", "dung_gio", "kenh_khac"]
    marks = {name: _marker(name) for name in blocks}
    return (
        {name: Markup("") for name in optional}
        | marks
        | _safe(frame.placeholders())
        | {"so": lambda name: _said(found, name)}
    )


def _safe(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: printable(value) if isinstance(value, str) else [printable(one) for one in value]
        for name, value in values.items()
    }


def _said(found: Mapping[str, Figure], name: str) -> str:
    if name not in found:
        raise UndefinedError(_("there is no figure “{name}”").format(name=name))
    value = found[name].value
    return value if isinstance(value, str) else number(value, 1 if isinstance(value, float) else 0)


def _marker(name: str) -> Markup:
    return Markup(_MARK.format(name=name))  # noqa: S704 - our own names


def _lay_out(word: WordDocument, content: Content, frame: Frame, template: Path) -> WordDocument:
    """Return the document with the blocks where their markers stand."""
    writer = BlockWriter(_style_ids(word), lambda text, width_cm: _qr_run(word, text, width_cm))
    by_name = {section.name: section.blocks for section in content.sections}
    made: dict[str, Callable[[], str]] = {name: partial(writer.blocks, own) for name, own in by_name.items()}
    made["noi_dung"] = partial(writer.blocks, [block for own in by_name.values() for block in own])
    made["phu_luc"] = partial(_annexes, word, content, frame, writer)
    _refuse_misplaced(word, template)
    whole = etree.tostring(word.element, encoding="unicode")
    pieces = _MARKED.split(whole)  # at odd places the names
    pieces[1::2] = [made[name]() for name in pieces[1::2]]
    # Parsed as a whole: lxml takes minutes to move thousands of rows from one tree to another.
    word.part._element = parse_xml("".join(pieces))  # noqa: SLF001 - python-docx has no call to replace a document
    laid_out: WordDocument = word.part.document
    return laid_out


def _refuse_misplaced(word: WordDocument, template: Path) -> None:
    for paragraph in word.element.body.iter(qn("w:p")):
        text = "".join(run.text or "" for run in paragraph.iter(qn("w:t")))
        if _MARK_TEXT.fullmatch(text) and paragraph.getparent().tag not in {qn("w:body"), qn("w:tc")}:
            said = _("“{name}” must be written as {{{{p {name} }}}} in a paragraph of its own.")
            raise refused(template, said.format(name=text[1:-1]))


def _style_ids(word: WordDocument) -> dict[Style, str]:
    known = {style.name: style.style_id for style in word.styles}
    return {style: known[style.value] for style in Style if style.value in known}


def _annexes(word: WordDocument, content: Content, frame: Frame, writer: BlockWriter) -> str:
    """Return all annexes; each but the last ends its own section, so that its pages are numbered from 1."""
    last = copy.deepcopy(word.element.body.sectPr)
    section = etree.tostring(last, encoding="unicode")
    note = belongs_to(frame.document_code, frame.official_day, frame.authority)
    parts = [writer.annex(annex, note) for annex in content.annexes]
    tiny = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return f"<w:p><w:pPr>{tiny}{section}</w:pPr></w:p>".join(parts)


def _qr_run(word: WordDocument, text: str, width_cm: float) -> str:
    """Return the run that shows the QR code of `text`."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=8, border=1)
    picture.seek(0)
    inline = word.part.new_pic_inline(picture, width=Cm(width_cm), height=Cm(width_cm))
    inline.docPr.set("descr", text)
    return f"<w:r><w:drawing>{etree.tostring(inline, encoding='unicode')}</w:drawing></w:r>"


def _fit_rules(word: WordDocument, frame: Frame) -> None:
    """Make the rules below issuing body and title as long as the decree has them: a third to a half of the line above."""
    lines = {"Loa Rule Authority": frame.authority_lines[-1], "Loa Rule Title": frame.title.rpartition("\n")[2]}
    ids = {style.style_id: style.name for style in word.styles if style.name in _RULES}
    for paragraph in word.element.body.iter(qn("w:p")):
        properties = paragraph.pPr
        style = properties.style if properties is not None else None
        if style in ids:
            part, size_pt, within_cm = _RULES[ids[style]]
            length_cm = min(_width_cm(lines[ids[style]], size_pt), within_cm) * part
            side = Cm((within_cm - length_cm) / 2)
            indent = properties.get_or_add_ind()
            indent.left = indent.right = side


def _width_cm(text: str, size_pt: float) -> float:
    ems = sum(_CAPITAL_EM if letter.isupper() else _SMALL_EM for letter in text)
    return ems * size_pt * _CM_PER_PT


def _describe(word: WordDocument, model: ReportModel) -> None:
    about = word.core_properties
    about.title = " ".join(printable(report_title(model)).split())[:255]
    about.author = about.last_modified_by = printable(model.subject.station_name)[:255]
    about.comments = ""
    about.created = about.modified = model.made_at.replace(microsecond=0)


def _seal(word: WordDocument, model: ReportModel) -> None:
    """Put what the report rests on into a part of its own, which Word keeps when the office edits the text."""
    root = etree.Element("loaReport", nsmap={None: "urn:loa:report"})
    root.text = seal_of(model).text()
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = Part(PackURI(SEAL_PART), "application/xml", blob, word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)

"""The report as PDF: typeset by typst from the same blocks, with fonts of our own; the same report, the same bytes."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, cast

import segno

from loa.errors import Conflict
from loa.files import write_bytes
from loa.language import translate as _
from loa.reports.blocks import Anchor, Annex, Block, Column, Table
from loa.reports.content import content_of
from loa.reports.docx_blocks import belongs_to
from loa.reports.frame import frame_of
from loa.reports.model import ReportModel
from loa.reports.seal import seal_of
from loa.reports.wording import report_title

_HERE = Path(__file__).parent
_ARCHIVE = "a-3b"  # PDF/A for archives that keep documents for decades, with the seal attached
_TEMPLATE = _HERE / "templates" / "bao-cao.typ"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def write(model: ReportModel, path: Path) -> None:
    """Write `model` to `path`, atomically.

    Raises
    ------
    Conflict
        This machine has no typst (there is none for 32-bit systems).
    OSError
        `path` cannot be written; it is then untouched.
    """
    write_bytes(path, pdf_bytes(model))


def pdf_bytes(model: ReportModel) -> bytes:
    """Return the PDF. Raises Conflict where this machine has no typst."""
    try:
        import typst
    except ImportError as error:
        raise Conflict(
            _(
                "This machine has no program for PDF (typst; there is none for 32-bit systems). Take the DOCX and save "
                "it as PDF in Word or LibreOffice, or make the report on another machine."
            )
        ) from error
    said = json.dumps(_printable(_said(model)), ensure_ascii=False)
    compiled = partial(
        cast("Any", typst.compile),  # its types name no bytes
        _TEMPLATE.read_bytes(),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"report": said},
        timestamp=int(model.made_at.timestamp()),
    )
    try:
        return bytes(compiled(pdf_standards=_ARCHIVE))
    except typst.TypstError:  # a letter that our fonts have not, such as an emoji in a title: no PDF/A, but a report
        return bytes(compiled())


def _said(model: ReportModel) -> dict[str, Any]:
    frame, content = frame_of(model), content_of(model)
    note = belongs_to(frame.document_code, frame.official_day, frame.authority)
    return {
        "title": " ".join(report_title(model).split()),
        "author": model.subject.station_name,
        "frame": asdict(frame),
        "blocks": [_block(block) for section in content.sections for block in section.blocks],
        "annexes": [_annex(annex, note) for annex in content.annexes],
        "seal": seal_of(model).text(),
    }


def _block(block: Block) -> dict[str, Any]:
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(block).__name__).lower()
    if isinstance(block, Table):
        return {"kind": kind} | _table(block)
    if isinstance(block, Anchor):
        return {"kind": kind, "svg": _qr(block.code)} | asdict(block)
    return {"kind": kind} | asdict(block)


def _annex(annex: Annex, note: str) -> dict[str, Any]:
    return {"name": annex.name, "title": annex.title, "note": note, "table": _table(annex.table)}


def _table(table: Table) -> dict[str, Any]:
    return {"columns": [_column(one) for one in table.columns], "rows": table.rows, "totals": table.totals}


def _column(column: Column) -> dict[str, Any]:
    return {"title": column.title, "width": column.width_cm, "align": column.align.value}


def _qr(text: str) -> str:
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=1, svgclass=None, lineclass=None)
    return picture.getvalue().decode()


def _printable(value: Any) -> Any:
    """Return `value` without characters that a page cannot show, wherever a text stands in it."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {name: _printable(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_printable(inner) for inner in value]
    return value

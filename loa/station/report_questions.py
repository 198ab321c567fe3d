"""Questions about a report: the ledger rows behind a figure, and whether a report file still agrees with the ledger."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zoneinfo import ZoneInfo

from loa.checked_yaml import choose_from
from loa.errors import Conflict, Finding, InputRefused, LedgerTampered, NotFound
from loa.language import translate as _
from loa.ledger import Ledger, Row, RowKind
from loa.reports import ReportModel, ReportSubject, period_from_text
from loa.reports.blocks import Content
from loa.reports.content import content_of
from loa.reports.narrative_file import read_narrative_file
from loa.reports.pdf_report import pdf_bytes
from loa.reports.seal import Seal, seal_of
from loa.reports.seal_reading import seal_in
from loa.reports.trace import Figure, Value, figures
from loa.reports.visible import compared_with_word, tables_sha256
from loa.station.report_anchor import REPORT
from loa.station.report_drawing import draw, subject_of
from loa.station.reporting import ReportSources

_LINE = re.compile(r"lines\.[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A figure with its ledger rows; `cell` is where the workbook shows it, where it was asked for by its cell."""

    figure: Figure
    rows: tuple[Row, ...]
    cell: str = ""


class Shown(StrEnum):
    """What could be said of that which the file shows to the eye.

    SAME
        The tables of the Word file, or the whole PDF byte for byte, are what the ledger gives.
    NOT_COMPARED
        The seal alone was checked: settings, targets or the program have changed since, or the format is another.
    """

    SAME = "same"
    NOT_COMPARED = "not-compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """A report file that agrees with the ledger.

    Attributes
    ----------
    seal
        What the file carries.
    anchored_by
        Number of the ledger row that signs these figures, or None.
    later_rows
        Rows written since.
    shown
        Whether that which the file shows could be compared too.
    """

    seal: Seal
    anchored_by: int | None
    later_rows: int
    shown: Shown


def explain(model: ReportModel, ledger: Ledger, name: str) -> Explained:
    """Return the figure `name` of `model`, a name such as ``topics.cchc.minutes`` or a cell such as ``Tổng hợp!B5``.

    Raises
    ------
    NotFound
        There is no such figure, or the cell holds none; what comes near is named.
    """
    found, cell = figures(model), ""
    if "!" in name:
        cell, name = name, _in_cell(model, name)
    if name not in found:
        known = [one for one in found if not _LINE.fullmatch(one)]
        raise NotFound(
            _("The report has no figure “{name}”. {advice} All names: loa report PERIOD --explain all").format(
                name=name, advice=choose_from(name, known) if len(known) < _FEW else _nearest(name, known)
            )
        )
    figure = found[name]
    wanted = set(figure.rows)
    rows: tuple[Row, ...] = ()
    if wanted:
        read = ledger.rows(after_seq=min(wanted) - 1)
        rows = tuple(_those(read, wanted))
    return Explained(figure=figure, rows=rows, cell=cell)


_FEW = 30


def _those(read: Iterable[Row], wanted: set[int]) -> list[Row]:
    found: list[Row] = []
    for row in read:
        if row.seq in wanted:
            found.append(row)
        if len(found) == len(wanted):
            break
    return found


def _nearest(name: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return _("Near it: {names}.").format(names=", ".join(near)) if near else ""


def _in_cell(model: ReportModel, cell: str) -> str:
    from loa.reports.xlsx_report import cells

    shown = cells(model)
    sheet, _mark, place = cell.rpartition("!")
    name = shown.get(f"{sheet.strip(chr(39))}!{place.replace('$', '').upper()}")
    if name is None:
        raise NotFound(
            _("The cell {cell} of the workbook holds no figure. Such cells are, for instance: {cells}").format(
                cell=cell, cells=", ".join(list(shown)[:6])
            )
        )
    return name


def check_report(file: Path, sources_of: Callable[[str], ReportSources]) -> CheckedReport:
    """Check a report file against the ledger.

    Parameters
    ----------
    sources_of
        Returns what a report of a period is drawn from.

    Raises
    ------
    NotFound
        There is no such file.
    InputRefused
        It is no report of ours, or what it carries was taken out.
    LedgerTampered
        The chain does not hold; the ledger is another one than the report was drawn from; or a figure, or a cell that
        the file shows, differs: the first is named, with both values.
    """
    seal = _seal_of_file(file)
    sources = sources_of(seal.period)
    ledger = sources.ledger
    verified = ledger.verify()
    if seal.rows > verified.rows or (seal.rows and ledger.head_at(seal.rows) != seal.head):
        raise LedgerTampered(
            _(
                "{file} was drawn from another ledger: at row {rows} its head was {head}, which this one has not. Ask whose "
                "report it is; keep both as they are."
            ).format(file=file.name, rows=seal.rows, head=seal.head[:16])
        )
    now = _drawn_again(seal, sources)
    _compare(file, seal, seal_of(now))
    signed = [row for row in ledger.rows(kinds=[RowKind.ANCHOR], after_seq=seal.rows) if _signs(row, seal)]
    if signed and not any(row.data["about"].get("tables_sha256") == seal.tables_sha256 for row in signed):
        raise _differs(
            file, "tables_sha256", seal.tables_sha256[:16], str(signed[0].data["about"]["tables_sha256"])[:16]
        )
    return CheckedReport(
        seal=seal,
        anchored_by=signed[0].seq if signed else None,
        later_rows=verified.rows - seal.rows,
        shown=_what_it_shows(file, seal, now, sources),
    )


def _drawn_again(seal: Seal, sources: ReportSources) -> ReportModel:
    """Return the report as the ledger gives it up to the row that the seal names."""
    return draw(
        sources.ledger,
        _as_it_was(subject_of(sources.settings), seal),
        period_from_text(seal.period),
        made_at=datetime.fromisoformat(seal.made_at),
        head=seal.head,
        rows=seal.rows,
        rehearsal=seal.rehearsal,
        key_fingerprint=seal.key_fingerprint,
    )


def _what_it_shows(file: Path, seal: Seal, now: ReportModel, sources: ReportSources) -> Shown:
    """Compare what the file shows with what the ledger gives, where that still is what it gave then."""
    try:
        edited = read_narrative_file(sources.narrative) if sources.narrative else None
        whole = replace(now, targets=tuple(sources.targets(now.period)), edited=edited)
    except InputRefused:  # targets or words have mistakes now: what was shown then cannot be drawn again
        return Shown.NOT_COMPARED
    content = content_of(whole)
    if tables_sha256(content) != seal.tables_sha256:
        return Shown.NOT_COMPARED
    if _is_word(file):
        return _word_shows(file, content)
    if file.suffix.lower() == ".pdf" and (edited.sha256 if edited else "") == seal.edited_sha256:
        try:
            return Shown.SAME if pdf_bytes(whole) == file.read_bytes() else Shown.NOT_COMPARED
        except Conflict:  # no typst on this machine
            return Shown.NOT_COMPARED
    return Shown.NOT_COMPARED


def _is_word(file: Path) -> bool:
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as archive:
        return "word/document.xml" in archive.namelist()


def _word_shows(file: Path, content: Content) -> Shown:
    compared, found = compared_with_word(content, file)
    if found is not None:
        place = _("table “{table}”, row {row}").format(table=found.table, row=found.row)
        raise _differs(file, place, found.shown or _("nothing"), found.expected or _("nothing"))
    return Shown.SAME if compared else Shown.NOT_COMPARED


def _seal_of_file(file: Path) -> Seal:
    if not file.exists():
        raise NotFound(_("There is no file {file}.").format(file=file))
    try:
        return seal_in(file)
    except (ValueError, KeyError, TypeError, zlib.error, zipfile.BadZipFile, ParseError) as error:
        raise InputRefused(
            [
                Finding(
                    file=file.name,
                    message=_("It carries no seal of a report that loa made."),
                    advice=_(
                        "Give the DOCX, XLSX, PDF or JSON as loa wrote it. Of a paper, check the digits on it: loa log verify --head DIGITS"
                    ),
                )
            ]
        ) from error


def _as_it_was(subject: ReportSubject, seal: Seal) -> ReportSubject:
    titles = {topic: subject.topic_titles.get(topic, topic) for topic in seal.topics}
    return replace(subject, topic_titles=titles, spotlight_topic=seal.spotlight, time_zone=ZoneInfo(seal.time_zone))


def _signs(row: Row, seal: Seal) -> bool:
    about = row.data.get("about", {})
    return row.data.get("purpose") == REPORT and (about.get("rows"), about.get("head"), about.get("period")) == (
        seal.rows,
        seal.head,
        seal.period,
    )


def _compare(file: Path, seal: Seal, now: Seal) -> None:
    for name in (*now.figures, *(name for name in seal.figures if name not in now.figures)):
        said, found = seal.figures.get(name), now.figures.get(name)
        if said != found:
            raise _differs(file, name, _shown(said), _shown(found))


def _differs(file: Path, name: str, said: str, found: str) -> LedgerTampered:
    return LedgerTampered(
        _(
            "{file} does not agree with the ledger: “{name}” is {said} in the file and {found} in the ledger. The "
            "file was changed after it was made; keep it, and make the report again."
        ).format(file=file.name, name=name, said=said, found=found)
    )


def _shown(value: Value | None) -> str:
    return _("nothing") if value is None else str(value)

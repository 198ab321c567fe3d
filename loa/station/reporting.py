"""Reports of a station: made from a ledger whose chain holds, and written as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from loa.errors import Conflict, Finding, InputRefused
from loa.language import translate as _
from loa.ledger import Ledger, RowKind
from loa.reports import ReportModel, ReportPeriod, period_from_text
from loa.reports.narrative import section_title
from loa.reports.narrative_file import read_narrative_file, stale_sections
from loa.reports.target_figures import TargetFigures
from loa.settings import StationSettings
from loa.station.report_anchor import anchored
from loa.station.report_drawing import draw, subject_of

TEMPLATE_FILE = "report-template.docx"


class ReportFormat(StrEnum):
    """What a report can be written as."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


DEFAULT_FORMATS = (ReportFormat.DOCX, ReportFormat.XLSX, ReportFormat.PDF)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSources:
    """What a report is drawn from.

    Attributes
    ----------
    targets
        Returns the targets of a period; called once the period is known.
    narrative
        The file with the paragraphs that a person edited, whether it is there or not; None: none is looked for.
    template
        The office's own Word template, whether it is there or not; None: the one that is shipped.
    """

    ledger: Ledger
    settings: StationSettings
    targets: Callable[[ReportPeriod], Sequence[TargetFigures]] = lambda _period: ()
    narrative: Path | None = None
    template: Path | None = None
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReport:
    """The files of a report, and what whoever signs it should know: a sentence each."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def model_of(sources: ReportSources, period: ReportPeriod, made_at: datetime, *, proved: bool = True) -> ReportModel:
    """Return the report of `period` as it would be written now; nothing is written.

    Parameters
    ----------
    proved
        Whether the whole chain is proved first, as it must be for what is signed; a page that only shows has no time.

    Raises
    ------
    LedgerTampered
        The chain does not hold: no report is made from such a ledger.
    InputRefused
        The targets, or the edited paragraphs, have mistakes.
    """
    edited = None if sources.narrative is None else read_narrative_file(sources.narrative)
    targets = sources.targets(period)
    rows, head, key = _proved(sources.ledger) if proved else _newest(sources.ledger)
    return draw(
        sources.ledger,
        subject_of(sources.settings),
        period,
        made_at=made_at,
        head=head,
        rows=rows,
        rehearsal=sources.rehearsal,
        targets=targets,
        edited=edited,
        key_fingerprint=key,
    )


def _proved(ledger: Ledger) -> tuple[int, str, str]:
    verified = ledger.verify()
    return verified.rows, verified.head, verified.fingerprints[-1] if verified.fingerprints else ""


def _newest(ledger: Ledger) -> tuple[int, str, str]:
    last, key = ledger.last(), ledger.last(RowKind.STATION_KEY)
    if last is None:
        return _proved(ledger)  # of nothing
    return last.seq, last.row_hash, str(key.data["fingerprint"]) if key else ""


def write_report(
    sources: ReportSources, text: str, out: Path, *, made_at: datetime, formats: Sequence[str] = DEFAULT_FORMATS
) -> WrittenReport:
    """Write the report of the period that `text` names into the folder `out`, anchored in the ledger.

    Raises
    ------
    LedgerTampered
        The chain does not hold: no report is made from such a ledger.
    InputRefused
        The period, a format, the targets, the edited paragraphs or the template are wrong.
    Conflict
        Only a PDF is wanted, and this machine cannot write any. Wanted with other files, it is left out with a warning.
    """
    period, wanted = period_from_text(text), _formats(formats)
    model = model_of(sources, period, made_at)
    if not sources.rehearsal:
        model = anchored(sources.ledger, model)
    stem = f"bao-cao-{period.name.replace('..', '_')}" + ("-dien-tap" if sources.rehearsal else "")
    template = sources.template if sources.template is not None and sources.template.exists() else None
    files, said = [], warnings(model)
    for one in wanted:
        path = out / f"{stem}.{one.value}"
        try:
            _write(one, model, path, template)
        except Conflict as error:  # no typst here
            if wanted == [one]:
                raise
            said.append(error.message)
        else:
            files.append(path)
    return WrittenReport(files=tuple(files), warnings=tuple(said))


def _formats(formats: Sequence[str]) -> list[ReportFormat]:
    unknown = [one for one in formats if one not in set(ReportFormat)]
    if unknown or not formats:
        raise InputRefused(
            Finding(
                file=_("format of the report"),
                message=_("“{format}” is no format.").format(format=one),
                advice=_("The formats are: {formats}.").format(formats=", ".join(ReportFormat)),
            )
            for one in unknown or [""]
        )
    return list(dict.fromkeys(ReportFormat(one) for one in formats))


def _write(one: ReportFormat, model: ReportModel, path: Path, template: Path | None) -> None:
    from loa.reports import csv_report, docx_report, json_report, pdf_report, xlsx_report

    match one:
        case ReportFormat.DOCX:
            docx_report.write(model, path, template)
        case ReportFormat.XLSX:
            xlsx_report.write(model, path)
        case ReportFormat.PDF:
            pdf_report.write(model, path)
        case ReportFormat.CSV:
            csv_report.write(model, path)
        case ReportFormat.JSON:
            json_report.write(model, path)


def warnings(model: ReportModel) -> list[str]:
    """Return what whoever signs should know: a period that runs on, edited paragraphs whose figures have changed."""
    said = []
    if model.running:
        said.append(_("The period has not ended: make the report again when it has."))
    stale = stale_sections(model)
    if stale:
        named = "; ".join(f"“{section_title(name)}”" for name in stale)
        said.append(
            _("The figures have changed since these paragraphs were edited; read them again: {sections}.").format(
                sections=named
            )
        )
    return said


def copy_template(to: Path) -> None:
    """Copy the Word template that is shipped to `to`. Raises Conflict where there is a file, OSError."""
    from loa.files import write_bytes
    from loa.reports.docx_template import SHIPPED

    if to.exists():
        raise Conflict(_("{file} is there already. Name another file, or move that one away.").format(file=to))
    write_bytes(to, SHIPPED.read_bytes())

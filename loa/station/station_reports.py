"""`Station.reports`: the reports of a station, for every door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loa.ledger import RowKind
from loa.reports import ReportModel, ReportPeriod, period_from_text, report_json
from loa.reports.charts import charts
from loa.reports.trace import Figure, figures
from loa.station.report_questions import CheckedReport, Explained, check_report, explain
from loa.station.report_words import (
    NarrativeSection,
    begin_narrative,
    narrative_file,
    narrative_sections,
    save_narrative,
)
from loa.station.reporting import (
    DEFAULT_FORMATS,
    TEMPLATE_FILE,
    ReportSources,
    WrittenReport,
    copy_template,
    model_of,
    warnings,
    write_report,
)
from loa.station.targets import report_targets

if TYPE_CHECKING:
    from loa.station.station import Station


class StationReports:
    """The reports of one station. Periods are written ``2026-11``, ``2026-W47``, ``2026-Q4``, ``2026`` or ``DAY..DAY``.

    Every method raises InputRefused where the period, `station.yaml`, the targets or the edited paragraphs are wrong.
    What is written or checked is drawn from a proved chain (else LedgerTampered); what is only shown, from the newest rows.

    Parameters
    ----------
    station
        Whose they are.
    """

    def __init__(self, station: Station) -> None:
        self._station = station

    def _sources(self, period: str) -> ReportSources:
        station = self._station
        folder = station.folder
        return ReportSources(
            ledger=station.ledger,
            settings=station.settings,
            targets=lambda span: report_targets(
                folder, station.settings, station.ledger, span, contents=station.contents, now=station.clock.now()
            ),
            narrative=narrative_file(folder.reports, period_from_text(period)),
            template=folder.root / TEMPLATE_FILE,
        )

    def _model(self, period: str) -> ReportModel:
        return model_of(self._sources(period), period_from_text(period), self._station.clock.now(), proved=False)

    def write(self, period: str, out: Path | None = None, formats: Sequence[str] = DEFAULT_FORMATS) -> WrittenReport:
        """Write the report as files into `out` (``reports/`` where None); see `loa.station.reporting.write_report`."""
        sources = self._sources(period)
        to = out or self._station.folder.reports
        return write_report(sources, period, to, made_at=self._station.clock.now(), formats=formats)

    def page(self, period: str) -> dict[str, Any]:
        """Return all that a page shows of a report: figures and words as plain values, charts as SVG, warnings.

        Nothing is written. Keys: those of `loa.reports.report_json`, ``charts`` (``topics`` and ``calendar``),
        ``warnings`` and ``stale`` (names of sections).
        """
        model = self._model(period)
        stale = [one.name for one in narrative_sections(model) if one.stale]
        return report_json(model) | {"charts": charts(model), "warnings": warnings(model), "stale": stale}

    def narrative(self, period: str) -> list[NarrativeSection]:
        """Return every section whose words a person may edit."""
        return narrative_sections(self._model(period))

    def save_narrative(self, period: str, texts: Mapping[str, Sequence[str]], *, person: str) -> Path:
        """Keep the paragraphs in `texts`, by section, for the next report, and log who wrote them; return the file."""
        model, path = self._model(period), self.narrative_file(period)
        save_narrative(model, path, texts)
        self.log_edit(period, person=person)
        return path

    def log_edit(self, period: str, *, person: str) -> None:
        """Write into the ledger whose words the report of `period` now has, with their hash."""
        edited = self._model(period).edited
        data = {"period": period, "person": person, "edited_sha256": edited.sha256 if edited else ""}
        data["sections"] = ",".join(sorted(edited.paragraphs)) if edited else ""
        self._station.ledger.append(RowKind.NARRATIVE, data)

    def begin_narrative(self, period: str) -> tuple[Path, bool]:
        """Write the words of a report into a file to edit, unless it is there; return the file and whether it is new."""
        path = self.narrative_file(period)
        return path, begin_narrative(self._model(period), path)

    def narrative_file(self, period: str) -> Path:
        """Return where the edited words of `period` lie."""
        return narrative_file(self._station.folder.reports, period_from_text(period))

    def figures(self, period: str) -> list[Figure]:
        """Return every figure of a report under its name."""
        return list(figures(self._model(period)).values())

    def explain(self, period: str, name: str) -> Explained:
        """Return a figure, by name or by cell of the workbook, with the ledger rows behind it. Raises NotFound."""
        return explain(self._model(period), self._station.ledger, name)

    def check(self, file: Path) -> CheckedReport:
        """Check a report file against the ledger; see `loa.station.report_questions.check_report`."""
        return check_report(file, self._sources)

    def copy_template(self, to: Path) -> None:
        """Copy the Word template that is shipped to `to`. Raises Conflict where there is a file."""
        copy_template(to)

    def period(self, text: str) -> ReportPeriod:
        """Return the days that `text` names."""
        return period_from_text(text)

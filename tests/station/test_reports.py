"""A station's reports: drawn from a ledger whose chain holds, signed, the same again, checked against it, explained."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from loa.cli import loa
from loa.clock import VirtualClock
from loa.errors import Conflict, InputRefused, LedgerTampered, NotFound
from loa.ledger import Ledger, RowKind
from loa.station.alarms import AlarmKind, words_of
from loa.station.report_drawing import alarm_words
from loa.station.report_questions import Shown
from loa.station.reporting import TEMPLATE_FILE
from loa.station.station import Station
from tests.reports.synthetic import full_month
from tests.station.mini_station import mini_station, write

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
TARGETS = """\
targets:
  - title: Chuyên mục CCHC
    topic: tin
    basis: Kế hoạch 15
    lead: Văn hóa
    per: month
    minutes: 500
"""
FORMATS = ("docx", "xlsx", "pdf", "csv", "json")
SEALED = ("docx", "xlsx", "pdf", "json")
pytestmark = pytest.mark.usefixtures("english")
Run = Callable[..., Result]


def fill(ledger: Ledger) -> None:
    """Write a month of broadcasts, as the player would have."""
    for row in full_month().rows:
        data = dict(row.data)
        if "topic" in data and data["topic"] == "cchc":
            data["topic"] = "tin"
        ledger.append(row.kind, data, broadcast=row.broadcast)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a station with a month of rows, made once."""
    folder = mini_station(tmp_path_factory.mktemp("reports") / "station", recorded=False)
    write(folder, "schedules/targets.yaml", TARGETS)
    with Station(folder, VirtualClock(datetime(2026, 11, 30, 15, 0, tzinfo=UTC))) as station:
        fill(station.ledger)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """Return a copy of the filled station."""
    import shutil

    return Path(shutil.copytree(filled, tmp_path / "station"))


@pytest.fixture
def station(folder: Path) -> Iterator[Station]:
    with Station(folder, VirtualClock(NOW)) as opened:
        yield opened


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    real = Station.__init__
    monkeypatch.setattr(Station, "__init__", lambda self, folder: real(self, folder, VirtualClock(NOW)))
    return lambda *args: CliRunner(mix_stderr=False).invoke(loa, ["-C", str(folder), *args])


class TestWritten:
    def test_every_format_is_written_and_signed(self, station: Station, folder: Path) -> None:
        """Five files; one anchor row that signs period and figures; the chain holds; its key stands on the paper."""
        written = station.reports.write("2026-11", formats=FORMATS)
        assert {path.name for path in written.files} == {f"bao-cao-2026-11.{one}" for one in FORMATS}
        assert {path.parent for path in written.files} == {folder / "reports"}
        assert written.warnings == ()
        (anchor,) = station.ledger.anchors()
        assert (anchor.purpose, anchor.about["period"]) == ("report", "2026-11")
        said = json.loads((folder / "reports" / "bao-cao-2026-11.json").read_text(encoding="utf-8"))
        assert said["ledger"]["key"] == anchor.fingerprint
        assert station.log_desk.verify().anchors == 1

    def test_made_again_the_same_day_it_is_the_same(self, station: Station, tmp_path: Path) -> None:
        """Same ledger, same date: the same PDF byte for byte, and no second signature; a new row makes a new one."""
        first = station.reports.write("2026-11", tmp_path / "a", ("pdf",)).files[0].read_bytes()
        station.clock.sleep(3 * 3600)
        assert station.reports.write("2026-11", tmp_path / "b", ("pdf",)).files[0].read_bytes() == first
        assert len(station.ledger.anchors()) == 1
        station.reports.write("2026-W47", tmp_path / "w", ("csv",))
        assert station.reports.write("2026-11", tmp_path / "c", ("pdf",)).files[0].read_bytes() == first
        station.ledger.append(RowKind.CLOCK_STEP, {"step_s": 0.1})
        assert station.reports.write("2026-11", tmp_path / "d", ("pdf",)).files[0].read_bytes() != first

    @pytest.mark.parametrize("period", ["2026-W47", "2026-Q4", "2026", "2026-11-01..2026-11-15"])
    def test_other_periods(self, station: Station, tmp_path: Path, period: str) -> None:
        """Week, quarter, year and days: the figures are those of their days alone."""
        (path,) = station.reports.write(period, tmp_path, ("json",)).files
        said = json.loads(path.read_text(encoding="utf-8"))
        days = [one["planned_at"][:10] for one in said["lines"]]
        assert days
        assert all(said["first_day"] <= day <= said["last_day"] for day in days)
        assert said["period"] == period

    def test_targets_are_in_it(self, station: Station) -> None:
        """What targets.yaml asks for stands beside what was done, with a proposal where it is short."""
        page = station.reports.page("2026-11")
        (target,) = page["targets"]
        (measure,) = target["measures"]
        heard = next(one for one in page["topics"] if one["key"] == "tin")["heard"]["played_s"] / 60
        assert measure["done"] == pytest.approx(heard, abs=0.06)
        assert target["state"] == "missed"
        assert any("Chuyên mục CCHC" in one for one in page["suggestions"])

    def test_a_wrong_target_is_told(self, station: Station, folder: Path) -> None:
        """A report without what was asked for would hide it: the mistake is named, nothing is written or signed."""
        write(folder, "schedules/targets.yaml", TARGETS.replace("per: month", "per: moon"))
        with pytest.raises(InputRefused, match=r"targets\.yaml"):
            station.reports.write("2026-11")
        assert not (folder / "reports").exists()
        assert station.ledger.anchors() == []

    def test_a_broken_timetable_hinders_no_report(self, station: Station, folder: Path) -> None:
        """The past month is told all the same."""
        write(folder, "schedules/khac.yaml", "slots:\n  x:\n    programme: nothing\n")
        assert station.reports.write("2026-11", formats=("csv",)).files

    def test_without_typst_the_others_come(
        self, station: Station, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On a machine that cannot make PDF, DOCX and XLSX are written, and the sentence says so; alone it is refused."""
        monkeypatch.setitem(sys.modules, "typst", None)
        written = station.reports.write("2026-11")
        assert [path.suffix for path in written.files] == [".docx", ".xlsx"]
        assert any("DOCX" in one for one in written.warnings)
        with pytest.raises(Conflict, match="DOCX"):
            station.reports.write("2026-11", formats=("pdf",))
        assert {path.suffix for path in (folder / "reports").iterdir()} == {".docx", ".xlsx"}

    def test_the_stations_own_template_is_used(self, station: Station, folder: Path) -> None:
        """report-template.docx in the station's folder takes the place of the one that is shipped."""
        station.reports.copy_template(folder / TEMPLATE_FILE)
        with pytest.raises(Conflict):
            station.reports.copy_template(folder / TEMPLATE_FILE)
        document = docx.Document(str(folder / TEMPLATE_FILE))
        document.paragraphs[-1].insert_paragraph_before("Mẫu riêng của {{ co_quan }}")
        document.save(str(folder / TEMPLATE_FILE))
        (path,) = station.reports.write("2026-11", formats=("docx",)).files
        assert any("Mẫu riêng của UBND" in one.text for one in docx.Document(str(path)).paragraphs)

    def test_a_tampered_ledger_gives_no_report(self, station: Station, folder: Path) -> None:
        """Nothing is written from a chain that does not hold."""
        db = sqlite3.connect(folder / "log" / "ledger.sqlite")
        db.execute("DROP TRIGGER ledger_no_update")
        db.execute(
            "UPDATE ledger SET data = replace(data, '\"played_s\":118.4', '\"played_s\":918.4') WHERE kind = 'item'"
        )
        db.commit()
        db.close()
        with pytest.raises(LedgerTampered):
            station.reports.write("2026-11")
        assert not (folder / "reports").exists()


class TestChecked:
    @pytest.mark.parametrize("one", SEALED)
    def test_a_report_agrees_with_its_ledger(self, station: Station, one: str) -> None:
        """As it was written it agrees, also after much more was logged; the row that signs it is named."""
        (path,) = station.reports.write("2026-11", formats=(one,)).files
        for _row in range(3):
            station.ledger.append(RowKind.CLOCK_STEP, {"step_s": 0.1})
        checked = station.reports.check(path)
        anchors = [row.seq for row in station.ledger.rows(kinds=[RowKind.ANCHOR])]
        assert checked.anchored_by == anchors[0]
        assert checked.later_rows >= 3

    def test_a_changed_figure_is_named(self, station: Station) -> None:
        """Whoever changes a figure in the file is found out: the first that differs, with both values."""
        (path,) = station.reports.write("2026-11", formats=("json",)).files
        said = json.loads(path.read_text(encoding="utf-8"))
        seal = json.loads(said["seal"])
        true = seal["figures"]["topics.tin.minutes"]
        seal["figures"]["topics.tin.minutes"] = 999.0
        path.write_text(json.dumps({"seal": json.dumps(seal)}), encoding="utf-8")
        with pytest.raises(LedgerTampered, match=rf"topics\.tin\.minutes.*999\.0.*{true}"):
            station.reports.check(path)

    def test_a_report_of_another_ledger_is_told_apart(self, station: Station, tmp_path: Path) -> None:
        """Of another station, or of a ledger that was rebuilt: its head is not in this one."""
        (path,) = station.reports.write("2026-11", formats=("xlsx",)).files
        other = mini_station(tmp_path / "other", recorded=False)
        with Station(other, VirtualClock(NOW)) as second:
            fill(second.ledger)
            with pytest.raises(LedgerTampered, match="another ledger"):
                second.reports.check(path)

    def test_word_may_save_it_again(self, station: Station, tmp_path: Path) -> None:
        """The clerk fills in the number and saves: the seal is kept, whatever its part is called then."""
        (path,) = station.reports.write("2026-11", formats=("docx",)).files
        document = docx.Document(str(path))
        document.paragraphs[0].text = "Số: 12/BC-UBND"
        document.save(str(tmp_path / "signed.docx"))
        renamed = tmp_path / "renamed.docx"
        with zipfile.ZipFile(tmp_path / "signed.docx") as source, zipfile.ZipFile(renamed, "w") as target:
            for name in source.namelist():
                content = source.read(name).replace(b"loa-report", b"item7")
                target.writestr(name.replace("loa-report", "item7"), content)
        for file in (tmp_path / "signed.docx", renamed):
            assert station.reports.check(file).seal.period == "2026-11"

    def test_a_cell_that_the_word_file_shows_is_compared(self, station: Station, tmp_path: Path) -> None:
        """A figure changed in Word is named with its table and row; rates that the office fills in are not."""
        (path,) = station.reports.write("2026-11", formats=("docx",)).files
        assert station.reports.check(path).shown is Shown.SAME
        document = docx.Document(str(path))
        paid = document.tables[-1]
        paid.cell(1, 7).text = "50.000"
        paid.cell(1, 8).text = "1.950.000"
        document.save(str(tmp_path / "paid.docx"))
        assert station.reports.check(tmp_path / "paid.docx").shown is Shown.SAME
        results = next(one for one in document.tables if len(one.rows) > 1 and one.cell(1, 0).text == "Aired in full")
        true = results.cell(1, 1).text
        results.cell(1, 1).text = "99"
        document.save(str(tmp_path / "better.docx"))
        with pytest.raises(LedgerTampered, match=rf"row 1.*99.*{true}"):
            station.reports.check(tmp_path / "better.docx")
        document = docx.Document(str(path))
        annex = next(one for one in document.tables if len(one.columns) == 10)
        annex._tbl.remove(annex.rows[3]._tr)
        document.save(str(tmp_path / "shorter.docx"))
        with pytest.raises(LedgerTampered, match="row 3"):
            station.reports.check(tmp_path / "shorter.docx")

    def test_a_pdf_is_compared_byte_for_byte(self, station: Station, folder: Path) -> None:
        """As it was written it is what the ledger gives; with edited words too, as long as these are there."""
        (path,) = station.reports.write("2026-11", formats=("pdf",)).files
        assert station.reports.check(path).shown is Shown.SAME
        station.reports.save_narrative("2026-11", {"general": ["Tháng bão."]}, person="Hoa")
        (path,) = station.reports.write("2026-11", formats=("pdf",)).files
        assert station.reports.check(path).shown is Shown.SAME
        station.reports.narrative_file("2026-11").unlink()
        assert station.reports.check(path).shown is Shown.NOT_COMPARED
        settings = (folder / "station.yaml").read_text(encoding="utf-8")
        write(folder, "station.yaml", settings.replace("Tin tức", "Thời sự"))
        with Station(folder, VirtualClock(NOW)) as again:
            assert again.reports.check(path).shown is Shown.NOT_COMPARED

    def test_a_spreadsheet_may_save_it_again(self, station: Station, tmp_path: Path) -> None:
        """The hidden sheet survives another program."""
        (path,) = station.reports.write("2026-11", formats=("xlsx",)).files
        book = openpyxl.load_workbook(path)
        book.save(tmp_path / "again.xlsx")
        assert station.reports.check(tmp_path / "again.xlsx").seal.period == "2026-11"

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.pdf", b"%PDF-1.7\nnothing"),
            ("a.json", b'{"seal": "{}"}'),
            ("a.json", b"[]"),
            ("a.docx", b"PK\x03\x04"),
            ("a.txt", b"\xff\xfe\x00"),
            ("a.pdf", b'%PDF-1.7\n<</Length 9/Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n{"a":1}zz\nendstream'),
        ],
    )
    def test_what_is_no_report_is_refused(self, station: Station, tmp_path: Path, name: str, content: bytes) -> None:
        """A file that loa did not write is refused with what to give instead."""
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputRefused, match="seal"):
            station.reports.check(tmp_path / name)

    def test_a_missing_file_is_told(self, station: Station, tmp_path: Path) -> None:
        with pytest.raises(NotFound):
            station.reports.check(tmp_path / "none.pdf")

    def test_settings_may_change_afterwards(self, station: Station, folder: Path) -> None:
        """Topics renamed or taken out of station.yaml later do not make an honest report wrong."""
        (path,) = station.reports.write("2026-11", formats=("pdf",)).files
        settings = (folder / "station.yaml").read_text(encoding="utf-8")
        write(folder, "station.yaml", settings.replace("  tin: Tin tức\n", "  thoi-su: Thời sự\n"))
        with Station(folder, VirtualClock(NOW)) as again:
            assert again.reports.check(path).seal.rows > 0


class TestExplained:
    def test_a_figure_lists_its_rows(self, station: Station) -> None:
        """The rows of a sum add up to it."""
        explained = station.reports.explain("2026-11", "topics.tin.minutes")
        assert sum(row.data["played_s"] for row in explained.rows) / 60 == pytest.approx(
            explained.figure.value, abs=1e-3
        )
        assert {row.data["topic"] for row in explained.rows} == {"tin"}

    def test_every_cell_of_the_workbook_with_a_figure_can_be_asked_about(
        self, station: Station, tmp_path: Path
    ) -> None:
        """What the cell shows is the figure that is explained."""
        from loa.reports.xlsx_report import cells
        from loa.station.reporting import model_of

        (path,) = station.reports.write("2026-11", tmp_path, ("xlsx",)).files
        book = openpyxl.load_workbook(path, data_only=True)
        period = station.reports.period("2026-11")
        named = cells(model_of(station.reports._sources("2026-11"), period, NOW))
        found = {one.name: one.value for one in station.reports.figures("2026-11")}
        assert len(named) > 150
        for cell, name in named.items():
            sheet, _mark, place = cell.rpartition("!")
            assert book[sheet][place].value == pytest.approx(found[name], abs=1e-3), cell
        assert station.reports.explain("2026-11", next(iter(named))).cell == next(iter(named))

    @pytest.mark.parametrize("name", ["topics.tin.minuts", "nothing", "Summary!Z99", "No sheet!A1"])
    def test_what_is_no_figure_is_told(self, station: Station, name: str) -> None:
        """The nearest names or cells are named."""
        with pytest.raises(NotFound) as missing:
            station.reports.explain("2026-11", name)
        assert "topics.tin.minutes" in missing.value.message or "!" in name or name == "nothing"


class TestWords:
    def test_edited_words_stay_until_the_figures_change(self, station: Station, folder: Path) -> None:
        """Saved by a person: logged with its hash, used by the next report, told as stale when its figures change."""
        saved = station.reports.save_narrative("2026-11", {"general": ["Tháng bão."]}, person="Hoa")
        assert saved.parent == folder / "reports"
        row = station.ledger.last(RowKind.NARRATIVE)
        assert row is not None
        assert (row.data["person"], row.data["sections"]) == ("Hoa", "general")
        page = station.reports.page("2026-11")
        assert (page["narrative"]["general"], page["edited"], page["stale"]) == (["Tháng bão."], ["general"], [])
        planned = {"slot": "x", "programme": "x", "title": "x", "priority": "normal", "planned_s": 60.0, "items": []}
        planned["planned_at"] = "2026-11-30T10:00:00.000000Z"
        station.ledger.append(RowKind.PLANNED, planned, broadcast="x@2026-11-30T17:00:00+07:00")
        closed = {"outcome": "missed", "reason": "station-off", "note": "", "played_s": 0.0, "ended_at": None}
        station.ledger.append(RowKind.CLOSED, closed, broadcast="x@2026-11-30T17:00:00+07:00")
        assert station.reports.page("2026-11")["stale"] == ["general"]
        assert any("changed" in one for one in station.reports.write("2026-11", formats=("csv",)).warnings)
        station.reports.save_narrative("2026-11", {"closing": ["Hết."]}, person="Hoa")
        assert station.reports.page("2026-11")["stale"] == ["general"], "saving another section reads no figures again"
        station.reports.save_narrative("2026-11", {"general": ["Tháng bão."]}, person="Hoa")
        assert station.reports.page("2026-11")["stale"] == []

    def test_an_unknown_section_is_refused(self, station: Station) -> None:
        with pytest.raises(InputRefused, match="genral"):
            station.reports.save_narrative("2026-11", {"genral": ["x"]}, person="Hoa")

    def test_charts_are_pictures_without_scripts_or_styles(self, station: Station) -> None:
        """A page with a strict policy can show them; they are XML, and black, white and grey."""
        import xml.etree.ElementTree as ET

        for period in ("2026-11", "2026"):
            for text in station.reports.page(period)["charts"].values():
                ET.fromstring(text)  # noqa: S314 - our own text
                assert not re.search(r"<style|style=|<script|on[a-z]+=", text)
                assert all(
                    len(set(one[1:])) == 1 or one in {"#e6e6e6", "#cfcfcf", "#b5b5b5", "#8c8c8c"}
                    for one in re.findall(r"#[0-9a-f]{3,6}", text)
                )


class TestCommands:
    def test_report_and_check(self, run: Run) -> None:
        """The files are named, the check is told with figures to compare the paper with."""
        result = run("report", "2026-11", "--format", "docx, PDF")
        assert result.exit_code == 0, result.stderr
        assert [Path(line).suffix for line in result.stdout.split()] == [".docx", ".pdf"]
        for path in result.stdout.split():
            checked = run("log", "verify", "--report", path)
            assert checked.exit_code == 0, checked.stderr
            assert "broadcasts.heard.minutes" in checked.stdout
        said = json.loads(run("log", "verify", "--report", path, "--json").stdout)
        assert said["period"] == "2026-11"

    def test_explain(self, run: Run) -> None:
        """By name, by cell, all names, as JSON."""
        assert "topics.tin.minutes" in run("report", "2026-11", "--explain", "all").stdout
        assert "played_s=" in run("report", "2026-11", "--explain", "topics.tin.minutes").stdout
        by_cell = json.loads(run("report", "2026-11", "--explain", "Summary!B5", "--json").stdout)
        assert by_cell["figure"] == "broadcasts.aired.count"
        assert by_cell["rows"]
        assert isinstance(run("report", "2026-11", "--explain", "nothing").exception, NotFound)

    def test_edit(self, run: Run, folder: Path) -> None:
        """The words are written once; whoever edited them is logged; figures that changed since are shown."""
        assert "bao-cao-2026-11.loi-van.md" in run("report", "2026-11", "--edit").stdout
        path = folder / "reports" / "bao-cao-2026-11.loi-van.md"
        path.write_text(
            path.read_text(encoding="utf-8").replace("No emergency", "Không, no emergency"), encoding="utf-8"
        )
        kept = path.read_bytes()
        assert "already" in run("report", "2026-11", "--edit").stdout
        assert "Hoa" in run("report", "2026-11", "--edit", "--by", "Hoa").stdout
        assert path.read_bytes() == kept

    def test_mistakes(self, run: Run, tmp_path: Path) -> None:
        """No period, a wrong one, a wrong format: refused with what to write."""
        assert run("report").exit_code == 2
        for arguments, advice in ((("thang-11",), "2026-11"), (("2026-11", "--format", "odt,docx"), "docx, xlsx, pdf")):
            refused = run("report", *arguments).exception
            assert isinstance(refused, InputRefused)
            assert advice in refused.message
        assert run("report", "--template-out", str(tmp_path / "mau.docx")).exit_code == 0
        assert (tmp_path / "mau.docx").stat().st_size > 10_000


def test_alarms_are_named_without_their_advice() -> None:
    """The report says what was wrong, not what to do at that hour; an alarm of a later version is told as it is."""
    for kind in AlarmKind:
        words = alarm_words(kind, "5 s")
        assert words.endswith(" (5 s)")
        assert words_of(kind, "").startswith(words.removesuffix(" (5 s)"))
        assert ". " not in words
    assert alarm_words("new-kind", "something") == "something"


def test_what_a_page_shows_is_plain_values(station: Station) -> None:
    """It can be sent as JSON, and nothing is written into the ledger for looking."""
    before = station.log_desk.verify().rows
    page: dict[str, Any] = station.reports.page("2026-11")
    assert json.loads(json.dumps(page)) == page
    assert station.log_desk.verify().rows == before

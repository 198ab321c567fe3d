"""`loa log`: an inspector finds, opens and proves any row; corrections and attachments are rows like others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loa.cli import loa
from loa.clock import VirtualClock
from loa.errors import Conflict, InputRefused, LedgerTampered, NotFound
from loa.ledger import Ledger, RowKind
from loa.station.log_filter import found_in

GOLDEN = Path(__file__).parents[1] / "ledger" / "golden" / "ledger-0.1.0.sqlite"
SETTINGS = "name: Đài xã\nauthority: UBND xã\nplace: Minh Đức\ntopics: {tin: Tin tức, cchc: Cải cách hành chính}\n"

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, english: None) -> Path:
    """Return a station with the broadcast of a golden ledger, and one that was missed."""
    del english
    station = tmp_path / "station"
    (station / "log").mkdir(parents=True)
    (station / "station.yaml").write_text(SETTINGS, encoding="utf-8")
    shutil.copy(GOLDEN, station / "log" / "ledger.sqlite")
    clock = VirtualClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    key = "trua@2026-11-24T11:00:00+07:00"
    planned: dict[str, object] = {
        "key": key,
        "slot": "trua",
        "programme": "trua",
        "title": "Buổi trưa",
        "priority": "normal",
        "items": [],
    }
    planned |= {"planned_at": "2026-11-24T04:00:00.000000Z", "planned_s": 20.0, "late_s": 0.0}
    closed = {"outcome": "missed", "reason": "output-lost", "note": "", "played_s": 0.0, "ended_at": None}
    with Ledger(station / "log" / "ledger.sqlite", clock) as ledger:
        ledger.append(RowKind.PLANNED, planned, broadcast=key)
        ledger.append(RowKind.CLOSED, closed, broadcast=key)
        ledger.anchor("day")
    return station


@pytest.fixture
def run(folder: Path) -> Run:
    def call(*args: str) -> Result:
        return CliRunner().invoke(loa, ["-C", str(folder), "log", *args])

    return call


DAYS = ("--from", "24/11/2026", "--to", "24/11/2026")


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ((), ["Bản tin sáng", "Buổi trưa"]),
        (("--outcome", "missed"), ["Buổi trưa"]),
        (("--outcome", "partial"), []),
        (("--topic", "cchc"), ["Bản tin sáng"]),
        (("--topic", "tin"), []),
        (("--search", "buoi TRUA"), ["Buổi trưa"]),
        (("--search", "lê duyệt"), ["Bản tin sáng"]),
        (("--search", "lề"), []),
        (("--outcome", "missed", "--search", "sang"), []),
    ],
)
def test_broadcasts_are_found(run: Run, asked: tuple[str, ...], titles: list[str]) -> None:
    """By outcome, topic and words, together; marks count only where they are typed."""
    assert [one["title"] for one in json.loads(run("list", *DAYS, *asked, "--json").output)] == titles
    shown = run("list", *DAYS, *asked).output
    assert all((title in shown) == (title in titles) for title in ("Bản tin sáng", "Buổi trưa"))


def test_a_waiting_journal_is_told(run: Run, folder: Path) -> None:
    """The log does not pass for whole, and the machine not for fit, while rows wait beside the ledger."""
    assert "journal" not in run("list", *DAYS).output
    (folder / "log" / "ledger-journal.jsonl").write_text("{}\n", encoding="utf-8")
    assert "ledger-journal.jsonl" in run("list", *DAYS).output
    told = CliRunner().invoke(loa, ["-C", str(folder), "doctor"]).output
    assert "! ledger: A journal waits" in told


def test_the_doctor_comes_to_a_ledger_that_cannot_be_opened(folder: Path) -> None:
    """What else is wrong with the machine is told all the same."""
    (folder / "log" / "ledger.sqlite").write_bytes(b"rubbish" * 1000)
    told = CliRunner().invoke(loa, ["-C", str(folder), "doctor"])
    assert told.exit_code == 1
    assert "✓ program" in told.output
    assert "✗ ledger: " in told.output


def test_rows_are_found(run: Run) -> None:
    """With --kind, rows; by the day they were written, with words."""
    assert [row["seq"] for row in json.loads(run("list", *DAYS, "--kind", "closed", "--json").output)] == [7, 9]
    said = run("list", *DAYS, "--kind", "approved", "--kind", "anchor", "--search", "lê").output
    assert "Lê Thị Duyệt" in said
    assert "signed" not in said


def test_every_wrong_word_is_told_at_once(run: Run) -> None:
    """With the nearest right one."""
    refused = run("list", "--outcome", "mised", "--topic", "cch").exception
    assert isinstance(refused, InputRefused)
    assert [finding.field for finding in refused.findings] == ["--outcome", "--topic"]
    assert "missed" in refused.message
    refused = run("list", "--kind", "anchors").exception
    assert isinstance(refused, InputRefused)
    assert "anchor" in refused.message
    assert run("list", "--kind", "anchor", "--outcome", "missed").exit_code == 2


def test_a_row_is_shown_with_all_that_is_known(run: Run) -> None:
    """Its times, data, chain and signature; a row of loa 0.1.0 too."""
    shown = run("show", "9").output
    for word in ("2026-11-24T10:00:00.000000+07:00", "monotonic_s", "output-lost", "fits its content", "by row 11"):
        assert word in shown
    assert json.loads(run("show", "9", "--json").output)["signed_by_row"] == 11
    assert "Kính thưa bà con." in run("show", "2").output
    assert isinstance(run("show", "99").exception, NotFound)


def test_a_row_that_does_not_fit_is_shown_so(run: Run, folder: Path) -> None:
    """An inspector who opens the very row sees it, without checking the whole ledger."""
    tamper(folder)
    assert "DOES NOT FIT" in run("show", "6").output
    assert "fits its content" in run("show", "5").output


def tamper(folder: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / "log" / "ledger.sqlite")) as other, other:
        other.execute("DROP TRIGGER ledger_no_update")
        other.execute("UPDATE ledger SET data = replace(data, '20.0', '40.0') WHERE seq = 6")


def test_a_correction_is_a_new_row_that_speaks_of_the_old_one(run: Run, folder: Path, tmp_path: Path) -> None:
    """It is listed beside the broadcast and in the row; figures stay; its photo is kept by hash."""
    photo = tmp_path / "ảnh loa.JPG"
    photo.write_bytes(b"\xff\xd8photo")
    before = json.loads(run("list", *DAYS, "--json").output)
    said = run("correct", "9", "--by", "Hoa", "--why", "Dây loa đứt", "--note", "đã nối", "--attach", str(photo))
    assert said.exception is None, said.output
    shown = run("list", *DAYS).output
    assert "corrected by Hoa, row 12: Dây loa đứt" in shown
    after = json.loads(run("list", *DAYS, "--json").output)
    assert after[1]["corrections"][0]["note"] == "đã nối"
    for one in (*before, *after):
        del one["corrections"], one["rows"]
    assert before == after
    assert "Corrected by Hoa, row 12" in run("show", "9").output
    assert "as attached" in run("show", "12").output
    (kept,) = (folder / "log" / "attachments").iterdir()
    assert kept.suffix == ".jpg"
    assert kept.read_bytes() == photo.read_bytes()
    assert json.loads(run("verify", "--json").output)["attachments"] == 1
    run("correct", "12", "--by", "Lan", "--why", "Nhầm ngày")
    assert "Corrected by Lan, row 13" in run("show", "12").output


@pytest.mark.parametrize("what", ["gone", "changed"])
def test_an_attachment_that_is_not_as_it_was_is_found(run: Run, folder: Path, tmp_path: Path, what: str) -> None:
    """`loa log verify` names its row, and `show` the file."""
    (tmp_path / "a.pdf").write_bytes(b"paper")
    run("correct", "9", "--by", "Hoa", "--why", "x", "--attach", str(tmp_path / "a.pdf"))
    (kept,) = (folder / "log" / "attachments").iterdir()
    if what == "gone":
        kept.unlink()
    else:
        kept.write_bytes(b"Paper")
    tampered = run("verify").exception
    assert isinstance(tampered, LedgerTampered)
    assert (tampered.row, tampered.damage, tampered.exit_code) == (12, "attachment", 9)
    assert "GONE OR CHANGED" in run("show", "12").output


def test_nothing_is_corrected_half(run: Run, folder: Path, tmp_path: Path) -> None:
    """All mistakes at once, no row, no file; an entry by hand is corrected by another entry; an unknown row is none."""
    (tmp_path / "empty.jpg").touch()
    refused = run(
        "correct", "9", "--by", "Hoa", "--why", " ", "--attach", str(tmp_path / "no.jpg"), "--attach", str(tmp_path / "empty.jpg")
    ).exception  # fmt: skip
    assert isinstance(refused, InputRefused)
    assert [finding.field for finding in refused.findings] == ["--attach", "--attach", "--why"]
    assert isinstance(run("correct", "99", "--by", "Hoa", "--why", "x").exception, NotFound)
    assert not (folder / "log" / "attachments").exists()
    added = run("add", "--channel", "zalo", "--title", "x", "--topic", "tin", "--by", "Hoa")
    assert added.exception is None, added.output
    conflict = run("correct", "12", "--by", "Hoa", "--why", "x").exception
    assert isinstance(conflict, Conflict)
    assert "--corrects 12" in conflict.message


def test_an_entry_by_hand_has_its_photo(run: Run, folder: Path, tmp_path: Path) -> None:
    """The same photo attached twice is kept once; what replaces an entry is shown with it."""
    (tmp_path / "hop.png").write_bytes(b"png")
    said = ["add", "--channel", "zalo", "--title", "Họp ấp", "--topic", "tin", "--by", "Hoa", "--attach", str(tmp_path / "hop.png")]  # fmt: skip
    for more in ([], ["--corrects", "12"]):
        added = run(*said, *more)
        assert added.exception is None, added.output
    assert len(list((folder / "log" / "attachments").iterdir())) == 1
    assert "Corrected by Hoa, row 13" in run("show", "12").output
    assert json.loads(run("show", "13", "--json").output)["data"]["attachments"][0]["name"] == "hop.png"


def test_the_proof_says_what_is_signed(run: Run, folder: Path) -> None:
    """Rows, head, signatures and the key's fingerprint, for comparison with paper."""
    said = run("verify").output
    pub = (folder / "log" / "station-key.pub").read_text(encoding="ascii").split()[1]
    assert "11 rows" in said
    assert f"Signed 1 times, the last time at 10 rows; station's key: {pub}" in said


def test_digits_on_paper_are_checked(run: Run, folder: Path) -> None:
    """The sixteen digits fit, with or without blanks and number of rows; other digits are told from a broken chain."""
    with Ledger(folder / "log" / "ledger.sqlite", VirtualClock(datetime(2026, 11, 24, tzinfo=UTC))) as ledger:
        head = ledger.head_at(9)[:16]
    spaced = f"{head[:4]} {head[4:8]} {head[8:12]} {head[12:]}".upper()
    assert "had 9 rows" in run("verify", "--head", spaced).output
    assert json.loads(run("verify", "--head", head, "--rows", "9", "--json").output)["paper_row"] == 9
    for wrong in (["--head", "0" * 16], ["--head", head, "--rows", "8"], ["--head", head, "--rows", "800"]):
        tampered = run("verify", *wrong).exception
        assert isinstance(tampered, LedgerTampered)
        assert "on the paper" in tampered.message
    assert isinstance(run("verify", "--head", "xyz").exception, InputRefused)
    assert run("verify", "--rows", "9").exit_code == 2
    tamper(folder)
    broken = run("verify", "--head", head).exception
    assert isinstance(broken, LedgerTampered)
    assert broken.row == 6


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [("", "x", True), ("đai", "đài", False), ("dai", "ĐÀI", True), ("a b", "b … a", True), ("a b", "a", False)],
)
def test_words_are_found(words: str, text: str, found: bool) -> None:
    """Every word, anywhere, in any case."""
    assert found_in(words, text) is found

"""What was written into the log by hand: apart from the broadcasts, and in no figure of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest

from loa.language import translate as _
from loa.ledger import Channel
from loa.reports import report_json, write_docx
from tests.reports.synthetic import MonthRows, by_hand_entries, full_month, golden_month, local, played


def test_entries_are_counted_by_channel_and_topic(report: Any) -> None:
    """Times and seconds as a person adds them up; corrected entries, and those of other months, count nothing."""
    month = MonthRows()
    by_hand_entries(month)
    figures = report(month).by_hand
    assert [(one.channel, one.times, one.played_s, one.places) for one in figures.channels] == [
        (Channel.MOBILE, 3 + 2, 3 * 210.0 + 2 * 120.0, ("ấp 3", "ấp 4")),
        (Channel.HANDHELD, 1, 90.0, ("Sóc Lộc Khê",)),
        (Channel.MEETING, 1, 0.0, ("Nhà văn hóa ấp 5",)),
        (Channel.ZALO, 2, 0.0, ()),
        (Channel.POSTER, 4, 0.0, ("Chợ; ấp 3",)),
    ]
    assert [(one.key, one.times) for one in figures.topics] == [("cchc", 3 + 2 + 1 + 4), ("suc-khoe", 3 + 1), ("la", 2)]
    assert (figures.times, figures.loud_times, figures.played_s) == (13, 6, 960.0)


def test_entries_are_in_no_figure_of_the_broadcasts(report: Any) -> None:
    """Whatever is written by hand, what the report says of broadcasts, bulletins and punctuality stays the same."""
    month = full_month()
    before = report_json(report(month, ledger_rows=1))
    by_hand_entries(month)
    after = report_json(report(month, ledger_rows=1))
    assert after["by_hand"]["channels"]
    for said in (before, after):
        del said["by_hand"], said["narrative"]["by_hand"]
    assert after == before


def test_a_month_without_entries_says_nothing_of_them(report: Any, tmp_path: Path) -> None:
    """No heading, no table, no sentence; the JSON keeps its shape."""
    month = full_month()
    month.by_hand(local(1, 0, 0, month=12), "mobile", played("a", 10.0))
    assert report(month).by_hand is None
    assert report_json(report(month))["by_hand"] == {"channels": [], "topics": [], "entries": []}
    write_docx(report(month), tmp_path / "a.docx")
    said = [paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert not [text for text in said if _("Mobile loudspeakers and other channels") in text]


@pytest.mark.parametrize("corrections", [0, 1, 2])
def test_the_last_correction_counts_alone(report: Any, corrections: int) -> None:
    """An entry corrected twice counts once, as it was last written."""
    month = MonthRows()
    row = month.by_hand(local(5, 17, 0), "mobile", played("a", 60.0), times=1)
    for number in range(corrections):
        row = month.by_hand(local(5, 17, 0), "mobile", played("a", 60.0), times=number + 2, corrects=row)
    assert report(month).by_hand.times == corrections + 1


def test_the_report_of_a_month_keeps_its_json_entries(report: Any) -> None:
    """Each entry that counts is listed with its row, person and local time."""
    entries = report_json(report(golden_month()))["by_hand"]["entries"]
    assert [one["at"][:16] for one in entries][:2] == ["2026-11-05T17:00", "2026-11-06T17:00"]
    assert {one["person"] for one in entries} == {"Điểu Thị Hoa"}
    assert all(one["row"] > 0 and one["counts"] for one in entries)

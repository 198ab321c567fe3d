"""Targets: read with every mistake at once, and their periods counted as on a wall calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.errors import Finding
from loa.timetable.targets import Measure, Per, Period, Target, read_targets

pytestmark = pytest.mark.usefixtures("english")

GOOD = """\
targets:
  - title: Chuyên mục CCHC
    topic: cchc
    basis: Kế hoạch 15/KH-UBND
    lead: Công chức Văn hóa - Xã hội
    partners: [Đài Truyền thanh xã, Đoàn thể]
    per: month
    broadcasts: 12
    minutes: 40,5
    bulletins: 8
  - genre: good-example
    topic: all
    basis: Kế hoạch 15/KH-UBND
    lead: Đài
    from: 01/07/2026
    until: 2026-12-31
    broadcasts: 6
"""
TOPICS = ("cchc", "tin")


def read(tmp_path: Path, text: str) -> tuple[tuple[Target, ...], tuple[Finding, ...]]:
    (tmp_path / "schedules").mkdir(exist_ok=True)
    (tmp_path / "schedules" / "targets.yaml").write_text(text, encoding="utf-8")
    return read_targets(tmp_path / "schedules", station_folder=tmp_path, topics=TOPICS)


def target(per: Per | None, span: Period | None = None) -> Target:
    return Target(
        title="", topic="", genre="", basis="", lead="", partners=(), wanted={}, per=per, span=span, file="", line=0
    )


def period(first: date, last: date) -> Period:
    return Period(first_day=first, last_day=last)


def test_what_a_clerk_writes_is_read(tmp_path: Path) -> None:
    """Topic, genre, basis, bodies, numbers and both kinds of time arrive as written."""
    (cchc, examples), found = read(tmp_path, GOOD)
    assert found == ()
    assert cchc.wanted == {Measure.BROADCASTS: 12, Measure.MINUTES: 40.5, Measure.BULLETINS: 8}
    assert (cchc.topic, cchc.genre, cchc.per, cchc.span) == ("cchc", "", Per.MONTH, None)
    assert cchc.partners == ("Đài Truyền thanh xã", "Đoàn thể")
    assert (cchc.file, cchc.line) == ("schedules/targets.yaml", 2)
    assert (examples.topic, examples.genre, examples.per) == ("", "good-example", None)
    assert examples.span == period(date(2026, 7, 1), date(2026, 12, 31))


def test_a_station_without_targets_has_none(tmp_path: Path) -> None:
    """The file may be absent."""
    assert read_targets(tmp_path, station_folder=tmp_path, topics=TOPICS) == ((), ())


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    """One pass names each mistake with its line and field; a good target beside them is read."""
    text = GOOD + (
        "  - topic: cchcc\n    bassis: x\n    lead: y\n    per: monthly\n    broadcasts: 0\n"  # 18-22
        "  - basis: x\n    lead: y\n    per: week\n    from: 01/07/2026\n"  # 23-26
        "  - topic: tin\n    genre: gossip\n    basis: x\n    lead: y\n    until: 31/02/2026\n    from: 01/07/2026\n"
        "    minutes: many\n"  # 27-33
        "  - topic: tin\n    basis: x\n    lead: y\n    from: 02/07/2026\n    until: 01/07/2026\n    bulletins: 1.5\n"
    )
    targets, found = read(tmp_path, text)
    assert len(targets) == 2
    assert [(one.line, (one.field or "").split(".")[-1]) for one in sorted(found, key=lambda one: one.line or 0)] == [
        (18, "topic"),
        (19, "bassis"),
        (21, "per"),
        (22, "broadcasts"),
        (23, "topic"),
        (23, "broadcasts"),
        (25, "per"),
        (28, "genre"),
        (31, "until"),
        (33, "minutes"),
        (38, "until"),
        (39, "bulletins"),
    ]
    assert all(one.file == "schedules/targets.yaml" and one.advice for one in found)


def test_a_time_without_end_is_refused(tmp_path: Path) -> None:
    """A mistyped year would plan for thousands of years."""
    _targets, (finding,) = read(tmp_path, GOOD.replace("2026-12-31", "9999-12-31"))
    assert (finding.line, finding.field) == (16, "targets[2].until")


def test_the_topic_is_not_judged_without_settings(tmp_path: Path) -> None:
    """Where station.yaml is wrong, an unknown topic is no second mistake."""
    read(tmp_path, GOOD)
    targets, found = read_targets(tmp_path / "schedules", station_folder=tmp_path, topics=None)
    assert (len(targets), found) == (2, ())


@pytest.mark.parametrize(
    "text", ["", "\t", "targets: 3\n", "targets: [1, [], {}]\n", "x: 1\n", "- a\n", "targets:\n  - {}\n"]
)
def test_broken_files_are_findings(tmp_path: Path, text: str) -> None:
    """Whatever stands there, the reader says what is wrong and does not fall over."""
    targets, found = read(tmp_path, text)
    assert targets == ()
    assert found


def test_periods_on_a_day() -> None:
    """A week is Monday to Sunday; months, quarters and years are those of the calendar; a span is itself."""
    day = date(2028, 2, 10)
    assert target(Per.WEEK).period_on(day) == period(date(2028, 2, 7), date(2028, 2, 13))
    assert target(Per.MONTH).period_on(day) == period(date(2028, 2, 1), date(2028, 2, 29))
    assert target(Per.QUARTER).period_on(day) == period(date(2028, 1, 1), date(2028, 3, 31))
    assert target(Per.QUARTER).period_on(date(2026, 12, 31)) == period(date(2026, 10, 1), date(2026, 12, 31))
    assert target(Per.YEAR).period_on(day) == period(date(2028, 1, 1), date(2028, 12, 31))
    span = period(date(2028, 2, 10), date(2028, 2, 20))
    assert target(None, span).period_on(day) == span
    assert target(None, span).period_on(date(2028, 2, 21)) is None


def test_periods_of_a_month() -> None:
    """A month shows the weeks that end in it, itself, the quarter that ends with it, and the year that runs on."""
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    weeks = list(target(Per.WEEK).periods(first, last))
    assert [one.last_day.day for one in weeks] == [1, 8, 15, 22, 29]
    assert list(target(Per.MONTH).periods(first, last)) == [period(first, last)]
    assert list(target(Per.QUARTER).periods(first, last)) == [period(date(2026, 10, 1), date(2026, 12, 31))]
    assert list(target(Per.YEAR).periods(first, last)) == [period(date(2026, 1, 1), date(2026, 12, 31))]
    ended = period(date(2026, 9, 1), date(2026, 11, 15))
    assert list(target(None, ended).periods(first, last)) == [ended]
    endless = period(date(2026, 11, 20), date.max)
    assert list(target(None, endless).periods(first, last)) == [endless]
    assert list(target(None, period(date(2026, 12, 1), date(2026, 12, 2))).periods(first, last)) == []


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.sampled_from(Per))
def test_periods_tile_the_calendar(day: date, per: Per) -> None:
    """Each day lies in one period, the same for every day of it, and asking for one day gives that period."""
    one = target(per).period_on(day)
    assert one is not None
    assert one.first_day <= day <= one.last_day
    assert target(per).period_on(one.first_day) == target(per).period_on(one.last_day) == one
    assert list(target(per).periods(day, day)) == [one]


def test_what_counts() -> None:
    """Topic and genre both restrict where given; an empty one does not."""
    good = Target(
        title="", topic="cchc", genre="answer", basis="", lead="", partners=(), wanted={}, per=Per.WEEK, span=None,
        file="", line=0,
    )  # fmt: skip
    assert good.counts("cchc", "answer")
    assert not good.counts("cchc", "news")
    assert not good.counts("tin", "answer")
    assert target(Per.WEEK).counts("tin", "")

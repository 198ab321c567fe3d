"""``ngay-dac-biet.yaml`` is read whole, or refused with every mistake at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.calendar import DayType, LocalCalendar, read_local_calendar
from loa.errors import Finding

pytestmark = pytest.mark.usefixtures("english")
FILE = "schedules/ngay-dac-biet.yaml"
EXAMPLE = """\
days_off:
  - date: 31/08/2026
    name: Nghỉ hoán đổi dịp Quốc khánh
  - from: 2027-02-05
    until: 2027-02-07
    name: Nghỉ Tết
working_days:
  - date: [22/08/2026, 2026-08-23]
    name: Làm bù cho ngày 31/8
day_types:
  - type: exam
    from: 08/06/2026
    until: 12/06/2026
    name: Tuần thi tốt nghiệp
  - type: mourning
    date: 09/06/2026
    name: Quốc tang
"""


def read(folder: Path, text: str) -> tuple[LocalCalendar, tuple[Finding, ...]]:
    """Read `text` as the local calendar."""
    path = folder / "ngay-dac-biet.yaml"
    path.write_text(text, encoding="utf-8")
    return read_local_calendar(path, file=FILE)


def test_the_example(tmp_path: Path) -> None:
    """Single dates, lists of dates and ranges are read with their names and lines."""
    local, findings = read(tmp_path, EXAMPLE)
    assert not findings
    assert {f"{day:%d/%m}": off.line for day, off in local.days_off.items()} == {
        "31/08": 2,
        "05/02": 4,
        "06/02": 4,
        "07/02": 4,
    }
    assert [day.day for day in local.working_days] == [22, 23]
    assert local.working_days[date(2026, 8, 22)].name == "Làm bù cho ngày 31/8"
    assert len(local.day_types) == 5
    assert [one.value for one, _ in local.day_types[date(2026, 6, 9)]] == [DayType.EXAM, DayType.MOURNING]


@pytest.mark.parametrize("text", ["# nothing yet\n", "days_off:\n", "days_off: []\nworking_days: []\nday_types: []\n"])
def test_a_file_with_nothing_in_it_lays_nothing_down(tmp_path: Path, text: str) -> None:
    """A template whose lists are empty or commented out is no mistake."""
    assert read(tmp_path, text) == (LocalCalendar(), ())


def test_no_file_lays_nothing_down(tmp_path: Path) -> None:
    """A station needs no such file."""
    assert read_local_calendar(tmp_path / "none.yaml", file=FILE) == (LocalCalendar(), ())


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("days_off:\n- date: 31/02/2026\n  name: x\n", 2, "“31/02/2026” is no date."),
        ("days_off:\n- date:\n  - 1/1/2026\n  - mai\n  name: x\n", 4, "“mai” is no date."),
        ("days_off:\n- date: 1/1/2026\n", 2, "The field “name” is missing."),
        ("days_off:\n- date:\n  name: x\n", 2, "The field “date” is missing."),
        ("days_off:\n- name: x\n", 2, "An entry needs either “date”, or “from” and “until”."),
        ("days_off:\n- date: 1/1/2026\n  from: 1/1/2026\n  until: 2/1/2026\n  name: x\n", 2, "An entry needs either"),
        ("days_off:\n- from: 1/1/2026\n  name: x\n", 2, "The field “until” is missing."),
        ("days_off:\n- from: 2/1/2026\n  until: 1/1/2026\n  name: x\n", 3, "It ends before it begins."),
        ("days_off:\n- from: 1/1/2026\n  until: 1/1/2027\n  name: x\n", 3, "It lasts 366 days."),
        ("days_off:\n- date: 1/1/1026\n  name: x\n", 2, "The year 1026 cannot be right."),
        ("days_off:\n- from: 1/1/1226\n  until: 2/1/1226\n  name: x\n", 2, "The year 1226 cannot be right."),
        ("days_off:\n- date: 1/1/2026\n  name: x\n  nmae: y\n", 4, "There is no field “nmae”."),
        (
            "days_off:\n- date: 1/1/2026\n  name: x\n- date: 2026-01-01\n  name: y\n",
            4,
            "01/01/2026 already stands in line 2.",
        ),
        ("days_of:\n- date: 1/1/2026\n  name: x\n", 1, "There is no field “days_of”."),
        ("day_types:\n- type: exams\n  date: 1/1/2026\n  name: x\n", 2, "“exams” cannot stand in the field “type”."),
        ("day_types:\n- date: 1/1/2026\n  name: x\n", 2, "The field “type” is missing."),
        ("days_off: 1/1/2026\n", 1, "The field “days_off” is a list."),
        (
            "days_off:\n- date: 1/1/2026\n  name: x\nworking_days:\n- date: 1/1/2026\n  name: x\n",
            5,
            "01/01/2026 is a day off and a working day at once (day off in line 2).",
        ),
    ],
)
def test_a_mistake_has_its_line_and_an_advice(tmp_path: Path, text: str, line: int, message: str) -> None:
    """One mistake is one finding: the file, the line, what is wrong and what to write."""
    _local, findings = read(tmp_path, text)
    assert [(one.file, one.line) for one in findings] == [(FILE, line)]
    assert findings[0].message.startswith(message)
    assert findings[0].advice


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    """Three wrong entries are three findings in one pass, and the right ones are still read."""
    text = EXAMPLE.replace("31/08/2026", "31/09/2026").replace("exam", "thi").replace("09/06/2026", "9-6")
    local, findings = read(tmp_path, text)
    assert [one.line for one in findings] == [2, 11, 16]
    assert len(local.days_off) == 3


@given(st.data())
def test_no_mutation_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Lines deleted, doubled, swapped or broken: either it is read or each finding names file and message."""
    lines = EXAMPLE.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["delete", "double", "indent", "cut", "junk"]))
        cut = data.draw(st.integers(0, 30))
        junk = data.draw(st.text(st.characters(blacklist_categories=["Cs"]), max_size=8))
        lines[place : place + 1] = {
            "delete": ["# "],
            "double": [lines[place]] * 2,
            "indent": ["  " + lines[place]],
            "cut": [lines[place][:cut]],
            "junk": [lines[place][:cut] + junk + lines[place][cut:]],
        }[change]
    _local, findings = read(tmp_path_factory.mktemp("mutated"), "\n".join(lines) + "\n")
    assert all(one.file == FILE and one.message and one.line for one in findings)

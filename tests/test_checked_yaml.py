"""YAML as an operator writes it: read as written, refused with the line, the field, and what to write instead."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.checked_yaml import (
    Fields,
    Findings,
    Mapped,
    Scalar,
    choose_from,
    date_from_text,
    line_of,
    parse,
    read_text,
    time_from_text,
)
from loa.errors import InputRefused, Severity

pytestmark = pytest.mark.usefixtures("english")


def fields(text: str) -> Fields:
    """Return the fields of YAML `text`."""
    findings = Findings("x.yaml")
    mapping = parse(text, findings)
    assert mapping is not None
    return Fields(mapping, findings)


class TestFilesAreText:
    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (b"\xef\xbb\xbfname: x\n", 1),
            ("name: x\n".encode("utf-16"), 1),
            ("name: x\n".encode("utf-16-be"), 1),
            (b"\xfe\xff\x00n", 1),
            ("name: Đài\n".encode("cp1258"), 1),
            (b"a: b\nc: d\ne: \xe9\n", 3),
            (b"", None),
            (b" \r\n\n", None),
        ],
        ids=["bom", "utf-16", "utf-16-be-no-bom", "utf-16-be-bom", "cp1258", "latin-1 in line 3", "empty", "blank"],
    )
    def test_what_is_no_utf8_text_is_refused(self, tmp_path: Path, content: bytes, line: int | None) -> None:
        """A BOM, another encoding and an empty file are one finding each, with the line."""
        path = tmp_path / "x.yaml"
        path.write_bytes(content)
        findings = Findings("x.yaml")
        text = read_text(path, findings)
        if text is not None:  # UTF-16 without a BOM is UTF-8 with zero bytes
            assert parse(text, findings) is None
        (finding,) = findings.found
        assert (finding.file, finding.line) == ("x.yaml", line)
        assert finding.advice

    def test_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        """A folder, or nothing, in the place of a file is a finding, not a trace."""
        (tmp_path / "folder.yaml").mkdir()
        for name in ("folder.yaml", "missing.yaml"):
            findings = Findings(name)
            assert read_text(tmp_path / name, findings) is None
            assert [finding.file for finding in findings.found] == [name]

    def test_windows_line_ends_are_fine(self, tmp_path: Path) -> None:
        """A file saved by Notepad reads as any other."""
        path = tmp_path / "x.yaml"
        path.write_bytes(b"a: 1\r\nb: 2\r\n")
        assert read_text(path, Findings("x")) == "a: 1\nb: 2\n"


class TestYaml:
    def test_values_stay_as_written(self) -> None:
        """`5:30` is no number of minutes, `no` no False, 010 no eight, a date no date."""
        read = fields("a: 5:30\nb: no\nc: 010\nd: 2026-11-23\ne: 1_000\nf: =\ng: '~'\n").mapping.entries
        assert [node.text for _line, node in read.values() if isinstance(node, Scalar)] == [
            "5:30",
            "no",
            "010",
            "2026-11-23",
            "1_000",
            "=",
            "~",
        ]

    @pytest.mark.parametrize(
        ("text", "line", "field"),
        [
            ("a: 1\n\tb: 2\n", 2, None),
            ("a:\n  \tb: 2\n", 2, None),
            ("a: 1\nb: 2\na: 3\n", 3, "a"),
            ("a: b: c\n", 1, None),
            ("a: 1\n b: 2\n", 2, None),
            ("a: [1, 2\n", 1, None),
            ("a: 'x\n", 1, None),
            ("a: \x01\n", 1, None),
            ("x: 1\na: b\x00\n", 2, None),
            ('a: "\\0"\n', 1, None),
            ("- a\n- b\n", 1, None),
            ("chào\n", 1, None),
            ("? [a]\n: b\n", 1, None),
            ("a: &x 1\nb: *x\n", 1, None),
            ("a: &x [*x]\n", 1, None),
            ("a: *nothing\n", 1, None),
            ("a: 1\n---\nb: 2\n", 2, None),
            ("a: @x\n", 1, None),
            ("a: %x\n", 1, None),
            ("a: " + "[" * 20_000 + "]" * 20_000, 1, None),
        ],
        ids=lambda value: repr(value)[:20],
    )
    def test_one_mistake_is_one_finding(self, text: str, line: int, field: str | None) -> None:
        """Each mistake of syntax is told once, with its line."""
        findings = Findings("x.yaml")
        parse(text, findings)
        assert [(finding.line, finding.field) for finding in findings.found] == [(line, field)]
        assert findings.found[0].severity is Severity.ERROR
        assert findings.found[0].message
        assert findings.found[0].advice

    def test_a_tab_inside_a_text_is_fine(self) -> None:
        """Only tabs that indent are refused."""
        assert fields("a: x\ty\n").text("a") == "x\ty"

    def test_lines_count_from_where_the_yaml_begins(self) -> None:
        """Below the first line of a bulletin, line numbers are the file's."""
        findings = Findings("x.md", first_line=1)
        parse("a: 1\na: 2\n", findings)
        assert findings.found[0].line == 3

    @given(st.text(max_size=60) | st.text(alphabet="a:-[]{}&*!|>'\"#%@`?, \n\t\0é", max_size=40))
    def test_no_text_is_a_trace(self, text: str) -> None:
        """Whatever stands in a file, it is read or refused with a finding; nothing else happens."""
        findings = Findings("x.yaml")
        mapping = parse(text, findings)
        assert isinstance(mapping, Mapped) or findings.found
        lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029")
        assert all(finding.line is None or 1 <= finding.line <= lines + 1 for finding in findings.found)


class TestFields:
    def test_what_is_not_known_is_named_with_its_neighbour(self) -> None:
        """A typo is told with the nearest known field."""
        read = fields("titel: x\n")
        read.text("title")
        read.refuse_unknown()
        (finding,) = read.findings.found
        assert (finding.line, finding.field) == (1, "titel")
        assert "“title”" in finding.advice

    def test_nothing_near_lists_them_all(self) -> None:
        """Where no name is near, every possible one is named."""
        assert choose_from("qqq", ["ab", "cd"]).count("ab, cd") == 1

    @pytest.mark.parametrize("text", ["a:\n", "a: ~\n", "{}\n", "a: ''\n"])
    def test_required_means_there(self, text: str) -> None:
        """A required field that is missing or without a value is a finding; its quoted empty text is a text."""
        read = fields(text)
        read.text("a", required=True)
        assert len(read.findings.found) == (0 if "''" in text else 1)

    @pytest.mark.parametrize(
        ("text", "take"),
        [
            ("a: [1]\n", lambda read: read.text("a")),
            ("a: {b: 1}\n", lambda read: read.text("a")),
            ("a: 1\n", lambda read: list(read.listed("a"))),
            ("a: [b]\n", lambda read: list(read.listed("a"))),
            ("a: [b]\n", lambda read: read.fields("a")),
            ("a: b\n", lambda read: list(read.each("a"))),
            ("a:\n  b:\n", lambda read: list(read.each("a"))),
            ("a: {b: 1}\n", lambda read: read.texts("a")),
            ("a: []\n", lambda read: read.texts("a")),
            ("a: x\n", lambda read: read.number("a", 1, low=0, high=2)),
            ("a: 3\n", lambda read: read.number("a", 1, low=0, high=2)),
            ("a: nan\n", lambda read: read.number("a", 1, low=0, high=2)),
            ("a: 1.5\n", lambda read: read.number("a", 1, low=0, high=2, whole=True)),
            ("a: '1" + "0" * 5000 + "'\n", lambda read: read.number("a", 1, low=0, high=2, whole=True)),
            ("a: yess\n", lambda read: read.choice("a", ["yes", "no"], "no")),
            ("a: [yes]\n", lambda read: read.choice("a", ["yes", "no"], "no")),
        ],
        ids=range(16),
    )
    def test_a_wrong_kind_is_one_finding(self, text: str, take: object) -> None:
        """A list where a text is wanted, a text where a list is, a number out of bounds: one finding with the field."""
        read = fields(text)
        assert callable(take)
        take(read)
        (finding,) = read.findings.found
        assert finding.field in {"a", "a.b"}
        assert finding.line in {1, 2}
        assert finding.advice

    def test_all_mistakes_in_one_pass(self) -> None:
        """One raise holds every mistake; a warning alone raises nothing."""
        read = fields("a: x\nb: y\n")
        read.number("a", 1, low=0, high=1)
        read.date("b")
        with pytest.raises(InputRefused) as refused:
            read.findings.raise_if_any()
        assert [finding.field for finding in refused.value.findings] == ["a", "b"]
        only_warned = Findings("x")
        only_warned.add("m", "a", severity=Severity.WARNING)
        only_warned.raise_if_any()

    def test_a_single_text_counts_as_a_list(self) -> None:
        """`days: CN` and `days: [CN]` are the same; a decimal comma is understood."""
        read = fields("a: CN\nb: 1,5\n")
        assert read.texts("a") == (("CN", 1),)
        assert read.number("b", 0, low=0, high=2) == 1.5
        assert not read.findings.found

    def test_the_line_of_a_value(self, tmp_path: Path) -> None:
        """A member of a list is found on its own line; what is not there has none."""
        path = tmp_path / "x.yaml"
        path.write_text("a:\n  - b\n  - c\nd: e\n", encoding="utf-8")
        assert [line_of(path, *pair) for pair in (("a", "c"), ("a", "z"), ("d", "e"), ("f", ""))] == [3, 1, 4, None]


class TestTimesAndDates:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("05:30", time(5, 30)), ("5:30", time(5, 30)), ("5h30", time(5, 30)), ("5g05", time(5, 5)), ("0:00", time())],
    )
    def test_ways_to_write_a_time(self, text: str, expected: time) -> None:
        """Quoted or not, with one digit or two, with colon or h: the same time."""
        assert time_from_text(text) == expected

    @pytest.mark.parametrize(
        "text", ["25:61", "24:00", "5.30", "330", "5:3", "5:30pm", "", "-5:30", "05:30:00", "٠5:30"]
    )
    def test_no_time(self, text: str) -> None:
        """What is no time of day is refused, not guessed."""
        with pytest.raises(ValueError, match=r".*"):
            time_from_text(text)

    @pytest.mark.parametrize(
        "text",
        [
            "31/02/2026",
            "2026-02-30",
            "23-11-2026",
            "23/11",
            "1/1/99999999999999999999",
            "20261123",
            "",
            "23/11/26",
            "x",
        ],
    )
    def test_no_date(self, text: str) -> None:
        """What is no date is a ValueError, whatever its size."""
        with pytest.raises(ValueError, match=r".*"):
            date_from_text(text)

    @given(st.dates(min_value=date(1000, 1, 1)))
    def test_both_ways_to_write_a_date(self, day: date) -> None:
        """23/11/2026 and 2026-11-23 are the same day."""
        assert date_from_text(day.isoformat()) == day == date_from_text(f"{day.day}/{day.month}/{day.year}")

    @given(st.times())
    def test_times_survive(self, at: time) -> None:
        """Every minute of the day can be written."""
        assert time_from_text(f"{at:%H:%M}") == at.replace(second=0, microsecond=0)

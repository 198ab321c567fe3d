"""The picture of targets: true to scale, readable without colour, whole whatever the titles hold."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.reports.target_chart import BAR_X, END_X, TARGET_X, target_chart
from loa.reports.target_figures import MeasureFigures, TargetFigures, state_of

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 23)
NUMBERS = st.floats(0, 1e5)
pytestmark = pytest.mark.usefixtures("english")


def figures(*measures: MeasureFigures, title: str = "Chuyên mục CCHC", per: str = "month") -> TargetFigures:
    return TargetFigures(
        title=title,
        topic="cchc",
        genre="",
        basis="Kế hoạch số 15/KH-UBND ngày 13/7/2023",
        lead="Văn hóa",
        partners=(),
        per=per,
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
        state=state_of(measures, ended=False),
        measures=measures,
    )


def number(wanted: float, done: float, planned: float, measure: str = "broadcasts") -> MeasureFigures:
    return MeasureFigures(measure=measure, wanted=wanted, done=done, planned=planned)


def drawn(*targets: TargetFigures) -> ET.Element:
    return ET.fromstring(target_chart(targets, station="Đài xã <Minh Đức>", day=DAY))  # noqa: S314 - our own text


def bars(svg: ET.Element) -> dict[str, list[tuple[float, float]]]:
    """Return begin and end of the bars by kind, without the legend."""
    found: dict[str, list[tuple[float, float]]] = {"done": [], "planned": [], "open": []}
    for rect in svg.iter(f"{SVG}rect"):
        kind, x = rect.get("class"), float(rect.get("x", "0"))
        if kind in found and x >= BAR_X and float(rect.get("height", "0")) > 12:
            found[kind].append((x, x + float(rect.get("width", "0"))))
    return found


def test_bars_are_true_to_scale() -> None:
    """A quarter aired and a half planned fill three quarters of the way to the target; the rest is open."""
    scale = TARGET_X - BAR_X
    found = bars(drawn(figures(number(12, 3, 6))))
    assert found["done"] == [pytest.approx((BAR_X, BAR_X + scale / 4), abs=0.2)]
    assert found["planned"] == [pytest.approx((BAR_X + scale / 4, BAR_X + scale * 3 / 4), abs=0.2)]
    assert found["open"] == [pytest.approx((BAR_X + scale * 3 / 4, TARGET_X), abs=0.2)]


def test_the_numbers_stand_beside_the_bars() -> None:
    """Whoever cannot measure reads them, in Vietnamese writing; minutes have a decimal where they need one."""
    text = " ".join(drawn(figures(number(12, 3, 6), number(40, 12.345, 1000, "minutes"))).itertext())
    assert "3 + 6 / 12 (75%)" in text
    assert "12,3 + 1.000 / 40" in text
    assert "as of 23/11/2026" in text
    assert "Chuyên mục CCHC, month 11 of 2026" in text


def test_there_is_no_colour() -> None:
    """Black, white and grey only: what is aired, planned and open differs by its pattern."""
    text = target_chart([figures(number(12, 3, 6))], station="Đài", day=DAY)
    for colour in re.findall(r"#[0-9a-f]{3,6}\b", text.replace("#hatch", "")):
        assert len(set(colour[1:])) == 1
    assert 'class="planned"' in text
    assert "url(#hatch)" in text


@given(
    st.lists(st.tuples(st.floats(1, 1e5), NUMBERS, NUMBERS), min_size=1, max_size=3),
    st.text("<>&\"'aÂế ", max_size=300),
)
def test_whatever_the_figures_the_picture_is_whole(numbers: list[tuple[float, float, float]], title: str) -> None:
    """It is XML, no bar runs out of its place, nothing lies below the lower edge."""
    svg = drawn(figures(*(number(*one) for one in numbers), title=title), figures(number(1, 0, 0)))
    for begin, end in (bar for kind in bars(svg).values() for bar in kind):
        assert BAR_X - 0.1 <= begin <= end <= END_X + 0.1
    box = [float(one) for one in svg.get("viewBox", "").split()]
    lowest = max(float(text.get("y", "0")) for text in svg.iter(f"{SVG}text"))
    assert lowest < box[1] + box[3]


@pytest.mark.parametrize(
    ("per", "words"),
    [
        ("week", "the week from 01/11/2026 to 30/11/2026"),
        ("month", "month 11 of 2026"),
        ("quarter", "quarter IV of 2026"),
        ("year", "the year 2026"),
        ("", "from 01/11/2026 to 30/11/2026"),
    ],
)
def test_periods_are_named(per: str, words: str) -> None:
    """Each kind of period reads as people say it."""
    assert figures(number(1, 0, 0), per=per).period_text == words


@given(NUMBERS, NUMBERS, st.floats(1, 1e5))
def test_missing_is_what_is_left(done: float, planned: float, wanted: float) -> None:
    """Nothing is missing exactly where aired and planned reach the target; then it is not in danger."""
    one = number(wanted, done, planned)
    assert one.missing >= 0
    assert (state_of((one,), ended=False) == "in-danger") == (one.missing > 0 and done < wanted)

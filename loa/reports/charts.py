"""The charts of a report as SVG, for pages: minutes by topic, and the calendar of the period."""

from __future__ import annotations

from xml.sax.saxutils import escape

from loa.language import translate as _
from loa.reports.blocks import Bars, HeatCell, HeatMap
from loa.reports.calendar_chart import heat_map
from loa.reports.content import topic_bars
from loa.reports.model import ReportModel

WIDTH = 660
_LABEL, _SAID, _BAR, _GAP = 200, 60, 18, 8
_GREYS = ("#fff", "#e6e6e6", "#cfcfcf", "#b5b5b5", "#999")
_FONT = "'Liberation Serif', 'Times New Roman', Times, serif"


def charts(model: ReportModel) -> dict[str, str]:
    """Return each chart by its name, as the text of an SVG file: ``topics`` and ``calendar``.

    They name no script and no style sheet, so that a strict page may show them as they are.
    """
    return {
        "topics": _svg(_("Minutes heard by topic"), *_bars(topic_bars(model))),
        "calendar": _svg(_("Minutes day by day"), *_calendar(heat_map(model))),
    }


def _svg(title: str, parts: list[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" font-family="{_FONT}" '
        f'font-size="14"><title>{escape(title)}</title>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _bars(chart: Bars) -> tuple[list[str], float]:
    room = WIDTH - _LABEL - _SAID
    parts, y = [], 4
    for bar in chart.bars:
        label = bar.label if len(bar.label) <= 30 else bar.label[:29] + "…"  # noqa: PLR2004 - what the room beside the bars holds
        fill = "#333" if bar.marked else "#8c8c8c"
        parts += [
            f'<text x="{_LABEL - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{_LABEL}" y="{y}" width="{room * bar.share:.1f}" height="{_BAR}" fill="{fill}"/>',
            f'<text x="{_LABEL + room * bar.share + 6:.1f}" y="{y + 14}">{escape(bar.said)}</text>',
        ]
        y += _BAR + _GAP
    return parts, y


def _calendar(chart: HeatMap) -> tuple[list[str], float]:
    named = 64 if chart.names else 0
    wide = (WIDTH - named - 2) / len(chart.head)
    high = 22 if chart.names else 54
    small = ' font-size="10"' if chart.names else ""
    parts = [
        f'<text x="{named + wide * (place + 0.5):.1f}" y="15" text-anchor="middle"{small}>{escape(name)}</text>'
        for place, name in enumerate(chart.head)
    ]
    for number, row in enumerate(chart.rows):
        y = 22 + number * high
        if chart.names:
            parts.append(f'<text x="2" y="{y + 15}">{escape(chart.names[number])}</text>')
        for place, day in enumerate(row):
            parts += _day(day, 1 + named + wide * place, y, wide, high)
    return parts, 24 + len(chart.rows) * high


def _day(day: HeatCell, x: float, y: float, wide: float, high: float) -> list[str]:
    if day.level is None:
        return []
    parts = [
        f'<rect x="{x:.1f}" y="{y:g}" width="{wide:.1f}" height="{high:g}" fill="{_GREYS[day.level]}" stroke="#000"/>'
    ]
    for number, line in enumerate(day.lines):
        parts.append(
            f'<text x="{x + wide / 2:.1f}" y="{y + 15 + 16 * number:g}" text-anchor="middle" '
            f'font-size="12">{escape(line)}</text>'
        )
    return parts

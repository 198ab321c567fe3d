"""The picture of targets: one bar a number, as SVG that prints well in black and white.

Every bar has the same scale: the thin upright line is the target, so that bars of broadcasts and of minutes can be
compared; what goes far beyond it is cut with an arrow.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from loa.language import translate as _
from loa.reports.target_figures import MeasureFigures, TargetFigures
from loa.reports.wording import day_text, number

WIDTH = 660  # units of the drawing; 165 mm on paper, what an A4 page of a report has between its margins
MARGIN = 4
BAR_X, TARGET_X, END_X = 134.0, 430.0, 466.0
BAR_HEIGHT, BAR_GAP = 16, 10
LINE = 18
LETTERS_A_LINE = 88
FONT = "'Liberation Serif', 'Times New Roman', Times, serif"
STYLE = f"""text {{ font-family: {FONT}; font-size: 14px; fill: #000 }}
.head {{ font-size: 17px; font-weight: bold }} .name {{ font-weight: bold }} .small {{ font-size: 12px }}
.done {{ fill: #333 }} .planned {{ fill: url(#hatch) }} .done, .planned, .open {{ stroke: #000; stroke-width: 1 }}
.open {{ fill: #fff }} .target {{ stroke: #000; stroke-width: 3 }}"""
HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#000" stroke-width="2.4"/></pattern>'
)


def target_chart(figures: Sequence[TargetFigures], *, station: str, day: date) -> str:
    """Return the picture of `figures` as the text of an SVG file.

    Parameters
    ----------
    station
        Its name, for the head.
    day
        The local day it is made on.
    """
    head = _("Targets, as of {day}").format(day=day_text(day))
    parts = [_text(0, 18, head, "head"), _text(0, 38, station)]
    y = 50.0
    parts.append(_legend(y))
    y += 34
    for one in figures:
        drawn, height = _target(one, y)
        parts += drawn
        y += height
    if not figures:
        parts.append(_text(0, y, _("No target runs in this time.")))
        y += LINE
    wide, high = WIDTH + 2 * MARGIN, y + 2 * MARGIN
    size = f'width="165mm" height="{165 * high / wide:.1f}mm" viewBox="{-MARGIN} {-MARGIN} {wide} {high:g}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            f"<title>{escape(f'{head}: {station}')}</title>",
            f"<defs><style>{STYLE}</style>{HATCH}</defs>",
            f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{wide}" height="{high:g}" fill="#fff"/>',
            *parts,
            "</svg>\n",
        )
    )


def _legend(y: float) -> str:
    parts = []
    x = 0.0
    for kind, words in (("done", _("aired")), ("planned", _("still planned")), ("open", _("lacking"))):
        parts += [_bar(kind, x, x + 26, y, 12), _text(x + 32, y + 11, words)]
        x += 150
    parts.append(f'<line class="target" x1="{x + 8:g}" y1="{y - 2:g}" x2="{x + 8:g}" y2="{y + 14:g}"/>')
    parts.append(_text(x + 18, y + 11, _("target")))
    return "\n".join(parts)


def _target(figures: TargetFigures, y: float) -> tuple[list[str], float]:
    """Return the drawing of one target from `y` downwards, and its height."""
    parts: list[str] = []
    top = y
    y += LINE
    for line in textwrap.wrap(f"{figures.title}, {figures.period_text}", LETTERS_A_LINE - 8):
        parts.append(_text(0, y, line, "name"))
        y += LINE
    parts.append(_text(0, y - 1, _("Stands: {state}").format(state=figures.state_text)))
    y += LINE
    for line in textwrap.wrap(_("Basis: {basis}").format(basis=figures.basis), LETTERS_A_LINE + 14):
        parts.append(_text(0, y - 3, line, "small"))
        y += LINE - 3
    bars_top = y - 6
    for one in figures.measures:
        parts += _measure(one, y)
        y += BAR_HEIGHT + BAR_GAP
    parts.append(f'<line class="target" x1="{TARGET_X}" y1="{bars_top:g}" x2="{TARGET_X}" y2="{y - 4:g}"/>')
    return parts, y - top + 6


def _measure(figures: MeasureFigures, y: float) -> list[str]:
    def place(value: float) -> float:
        return min(END_X, BAR_X + (TARGET_X - BAR_X) * value / figures.wanted)

    aired, planned = place(figures.done), place(figures.done + figures.planned)
    parts = [_text(0, y + 13, figures.name)]
    if planned < TARGET_X:
        parts.append(_bar("open", planned, TARGET_X, y, BAR_HEIGHT))
    if planned > aired:
        parts.append(_bar("planned", aired, planned, y, BAR_HEIGHT))
    if aired > BAR_X:
        parts.append(_bar("done", BAR_X, aired, y, BAR_HEIGHT))
    if planned >= END_X:
        tip = f"{END_X:g},{y - 1:g} {END_X + 9:g},{y + BAR_HEIGHT / 2:g} {END_X:g},{y + BAR_HEIGHT + 1:g}"
        parts.append(f'<polygon points="{tip}" fill="#000"/>')
    said = f"{figures.text(figures.done)} + {figures.text(figures.planned)} / {figures.text(figures.wanted)}"
    share = number(math.floor(100 * (figures.done + figures.planned) / figures.wanted))  # 99.6 is not reached
    parts.append(_text(END_X + 15, y + 13, f"{said} ({share}%)"))
    return parts


def _bar(kind: str, start: float, end: float, y: float, height: float) -> str:
    return f'<rect class="{kind}" x="{start:.1f}" y="{y:g}" width="{end - start:.1f}" height="{height:g}"/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}">{escape(text)}</text>'

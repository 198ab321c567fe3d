"""A plot of the onset errors, drawn without a library: one row for each player, a logarithmic axis in milliseconds."""

from __future__ import annotations

import math
from pathlib import Path

WIDTH, ROW, LEFT, TOP = 760, 56, 190, 46
LEAST_MS, MOST_MS = 0.01, 1000.0


def draw(errors: dict[str, list[float]], target: Path) -> None:
    """Draw every start as a dot at the size of its error."""

    def across(error_ms: float) -> float:
        share = math.log10(min(max(abs(error_ms), LEAST_MS), MOST_MS) / LEAST_MS) / math.log10(MOST_MS / LEAST_MS)
        return LEFT + share * (WIDTH - LEFT - 20)

    height = TOP + ROW * len(errors) + 20
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text font-size="13" x="{LEFT}" y="16">Start error, milliseconds (one core busy, buffer 200 ms)</text>',
    ]
    for exponent in range(-2, 4):
        x = across(10.0**exponent)
        drawn += [
            f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 16}" stroke="#ddd"/>',
            f'<text font-size="13" x="{x:.1f}" y="{TOP - 12}" text-anchor="middle" fill="#555">{10.0**exponent:g}</text>',
        ]
    for row, (name, values) in enumerate(errors.items()):
        middle = TOP + ROW * row + ROW / 2
        drawn.append(f'<text font-size="13" x="{LEFT - 12}" y="{middle + 5:.1f}" text-anchor="end">{name}</text>')
        for number, value in enumerate(values):
            y = middle + (number % 7 - 3) * 5
            drawn.append(f'<circle cx="{across(value):.1f}" cy="{y:.1f}" r="3.2" fill="#1f5fa8" fill-opacity="0.55"/>')
    target.write_text("\n".join([*drawn, "</svg>\n"]), encoding="utf-8")

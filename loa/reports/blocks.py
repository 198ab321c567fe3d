"""What a report is made of: headings, paragraphs, tables, charts. Writers lay these out and add nothing of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

PORTRAIT_CM, LANDSCAPE_CM = 16.5, 25.2  # between the margins of Decree 30/2020/NĐ-CP


class Align(StrEnum):
    """How the cells of a column are aligned; the header is always centred."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its header, its width in centimetres, and the alignment of its cells."""

    title: str
    width_cm: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: level 1 for ``I.``, 2 for ``1.``, 3 for what stands above a table or chart."""

    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of the body; `keep`: it is not to be parted from what follows."""

    text: str
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A ruled table; its header stands on every page, `totals` are its last rows, in bold."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    totals: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its name, its length from 0 to 1, what is written beside it, and whether it stands out."""

    label: str
    share: float
    said: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A bar chart; the longest bar is 1."""

    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """One day: its lines of text, and how much it has, from 0 (nothing) to 4 (most); `level` None: no such day."""

    lines: tuple[str, ...] = ()
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """Days by weeks, or by months: a head over the columns, a name before each row where `names` has any."""

    head: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[tuple[HeatCell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What binds the paper to the ledger: the text of the QR code, and what stands beside it."""

    code: str
    lines: tuple[str, ...]


Block = Heading | Paragraph | Table | Bars | HeatMap | Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Blocks under one name, which templates use: ``ket_qua_chung``."""

    name: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """One annex on landscape pages with their own numbers: ``Phụ lục I``, its title, its table."""

    name: str
    title: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A report: the sections of its body in order, and its annexes."""

    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]

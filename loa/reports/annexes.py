"""The annexes: every broadcast, what was approved, and what authors are paid by."""

from __future__ import annotations

from collections.abc import Iterator

from loa.language import translate as _
from loa.reports import tables
from loa.reports.blocks import Align, Annex, Column, Table
from loa.reports.model import ReportModel

_ROMAN = ("I", "II", "III")


def annexes(model: ReportModel) -> Iterator[Annex]:
    """Yield the annexes that have rows, and that of broadcasts always; numbered where there are two or more."""
    wanted = [
        (_("LIST OF BROADCASTS"), _broadcasts(model)),
        *([(_("BULLETINS APPROVED AND WITHDRAWN"), _approvals(model))] if model.events.decisions else []),
        *([(_("WORKS HEARD, BY AUTHOR, AS A BASIS FOR ROYALTIES"), _royalties(model))] if model.royalties else []),
    ]
    for number, (title, table) in enumerate(wanted):
        name = _("Annex {number}").format(number=_ROMAN[number]) if len(wanted) > 1 else _("Annex")
        yield Annex(name=name, title=title, table=table)


def _broadcasts(model: ReportModel) -> Table:
    columns = (
        Column(title=_("No."), width_cm=1.1, align=Align.CENTRE),
        Column(title=_("Day"), width_cm=2.3, align=Align.CENTRE),
        Column(title=_("Planned time"), width_cm=1.7, align=Align.CENTRE),
        Column(title=_("Real start"), width_cm=1.8, align=Align.CENTRE),
        Column(title=_("Real end"), width_cm=1.8, align=Align.CENTRE),
        Column(title=_("Planned (minutes)"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Played (minutes)"), width_cm=1.7, align=Align.RIGHT),
        Column(title=_("Programme"), width_cm=5.6),
        Column(title=_("Result"), width_cm=2.7),
        Column(title=_("Reason, note"), width_cm=4.8),
    )
    return Table(columns=columns, rows=tables.annex_rows(model), totals=tables.annex_totals(model))


def _approvals(model: ReportModel) -> Table:
    columns = (
        Column(title=_("No."), width_cm=1.1, align=Align.CENTRE),
        Column(title=_("Day, time"), width_cm=3.3, align=Align.CENTRE),
        Column(title=_("Bulletin"), width_cm=9.0),
        Column(title=_("Decision"), width_cm=3.6),
        Column(title=_("Person"), width_cm=4.2),
        Column(title=_("Text hash (first 16 digits)"), width_cm=4.0, align=Align.CENTRE),
    )
    return Table(columns=columns, rows=tables.approval_rows(model))


def _royalties(model: ReportModel) -> Table:
    columns = (
        Column(title=_("No."), width_cm=1.1, align=Align.CENTRE),
        Column(title=_("Author"), width_cm=5.2),
        Column(title=_("Genre"), width_cm=4.0),
        Column(title=_("Works"), width_cm=1.9, align=Align.RIGHT),
        Column(title=_("Length of the works (minutes)"), width_cm=3.0, align=Align.RIGHT),
        Column(title=_("Times heard"), width_cm=2.0, align=Align.RIGHT),
        Column(title=_("Minutes heard"), width_cm=2.4, align=Align.RIGHT),
        Column(title=_("Rate (đồng)"), width_cm=2.6, align=Align.RIGHT),
        Column(title=_("Amount (đồng)"), width_cm=3.0, align=Align.RIGHT),
    )
    return Table(columns=columns, rows=tables.royalty_rows(model), totals=[tables.royalty_total(model)])

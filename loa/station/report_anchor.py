"""The station's signature on the figures of a report, in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from loa.ledger import Anchor, Ledger, RowKind
from loa.reports import ReportModel
from loa.reports.content import content_of
from loa.reports.trace import figures_sha256
from loa.reports.visible import tables_sha256

REPORT = "report"  # the purpose of a report's anchor


def anchored(ledger: Ledger, model: ReportModel) -> ReportModel:
    """Return `model` with the station's signature on its figures in the ledger.

    The same report made again on one day, from a ledger in which nothing else happened, is the one that is anchored
    already: so it is the same, byte for byte.
    """
    about: dict[str, Any] = {
        "period": model.period.name,
        "figures_sha256": figures_sha256(model),
        "tables_sha256": tables_sha256(content_of(model)),
        "edited_sha256": model.edited.sha256 if model.edited else "",
    }
    made_at = model.made_at.astimezone(model.subject.time_zone)
    for anchor in reversed(ledger.anchors()):
        earlier = _made_at(anchor, about)
        if earlier is not None and earlier.astimezone(model.subject.time_zone).date() == made_at.date():
            since = {row.kind for row in ledger.rows(after_seq=anchor.about["rows"])}
            if since <= {RowKind.ANCHOR, RowKind.STATION_KEY}:
                return _resting_on(anchor, model, earlier)
            break
    signed = about | {"made_at": made_at.isoformat(), "rows": model.ledger_rows, "head": model.ledger_head}
    anchor = ledger.anchor(REPORT, signed)
    return replace(model, key_fingerprint=anchor.fingerprint)


def _made_at(anchor: Anchor, about: Mapping[str, Any]) -> datetime | None:
    if anchor.purpose != REPORT or any(anchor.about.get(name) != value for name, value in about.items()):
        return None
    return datetime.fromisoformat(str(anchor.about["made_at"]))


def _resting_on(anchor: Anchor, model: ReportModel, made_at: datetime) -> ReportModel:
    return replace(
        model,
        made_at=made_at,
        ledger_rows=anchor.about["rows"],
        ledger_head=anchor.about["head"],
        key_fingerprint=anchor.fingerprint,
    )

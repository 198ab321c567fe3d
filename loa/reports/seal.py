"""What a report file carries of its own figures, so that `loa log verify --report` can check it against the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loa.reports.content import content_of
from loa.reports.model import ReportModel
from loa.reports.trace import Value, figures
from loa.reports.visible import tables_sha256

FORMAT = 1
_NOT_OF_THE_LEDGER = "targets."  # what was asked for stands in targets.yaml, which may change


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The state of the ledger a report was drawn from, and every figure drawn from it.

    Attributes
    ----------
    period
        As `period_from_text` reads it.
    made_at
        ISO text with offset.
    head, rows
        Of the ledger then.
    key_fingerprint
        Of the station's key, or empty.
    rehearsal
        Whether it was a rehearsal's.
    edited_sha256
        Of the paragraphs that a person wrote, or empty.
    topics, spotlight, time_zone
        What the figures were sorted by then: `station.yaml` may have changed.
    tables_sha256
        Of all that its tables show.
    figures
        Name to value, without those of targets.
    """

    period: str
    made_at: str
    head: str
    rows: int
    key_fingerprint: str
    rehearsal: bool
    edited_sha256: str
    topics: Sequence[str]
    spotlight: str
    time_zone: str
    tables_sha256: str
    figures: Mapping[str, Value]

    def text(self) -> str:
        """Return it as JSON in plain ASCII, which every file can carry whatever a title holds."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"loa_report": FORMAT} | values, sort_keys=True, separators=(",", ":"))


def seal_of(model: ReportModel) -> Seal:
    """Return what a file of `model` carries."""
    return Seal(
        period=model.period.name,
        made_at=model.made_at.astimezone(model.subject.time_zone).isoformat(),
        head=model.ledger_head,
        rows=model.ledger_rows,
        key_fingerprint=model.key_fingerprint,
        rehearsal=model.rehearsal,
        edited_sha256=model.edited.sha256 if model.edited else "",
        topics=list(model.subject.topic_titles),
        spotlight=model.subject.spotlight_topic,
        time_zone=model.subject.time_zone.key,
        tables_sha256=tables_sha256(content_of(model)),
        figures={
            name: figure.value for name, figure in figures(model).items() if not name.startswith(_NOT_OF_THE_LEDGER)
        },
    )


def seal_from_text(text: str) -> Seal:
    """Return the seal that `Seal.text` wrote. Raises ValueError on anything else."""
    values: Any = json.loads(text)
    try:
        if values.pop("loa_report") != FORMAT:
            raise ValueError(text[:80])
        return Seal(**values)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(text[:80]) from error

"""Rows and papers that prove: approvals in the ledger, and the month's report from a ledger whose chain holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from loa.bulletins import Approval, Bulletin
from loa.ledger import Entry, Ledger, RowKind, as_run, manual_plays
from loa.settings import StationSettings
from loa.station.contents import Contents, approvals

EXAMPLE_PERSON = "Đài mẫu (ví dụ, không phải người duyệt thật)"


def approval_entry(bulletin: Bulletin, person: str, contents: Contents) -> Entry:
    """Return the APPROVED row for the present text of `bulletin`, and for its finished audio where there is any."""
    data = {
        "bulletin": bulletin.name,
        "title": bulletin.title,
        "text_hash": bulletin.text_hash,
        "text": bulletin.body,
        "audio_sha256": _audio_of(bulletin, contents),
        "person": person,
    }
    return Entry(kind=RowKind.APPROVED, data=data)


def withdrawal_entry(bulletin: Bulletin, person: str, why: str, contents: Contents) -> Entry:
    """Return the WITHDRAWN row: from now on nobody has approved `bulletin`."""
    data = {
        "bulletin": bulletin.name,
        "text_hash": bulletin.text_hash,
        "audio_sha256": _audio_of(bulletin, contents),
        "person": person,
        "why": why,
    }
    return Entry(kind=RowKind.WITHDRAWN, data=data)


def _audio_of(bulletin: Bulletin, contents: Contents) -> str:
    audio = contents.audio.get(bulletin.name)
    return "" if audio is None else audio.cue_sheet.audio_sha256


def approve_all(ledger: Ledger, contents: Contents, *, known: Collection[str]) -> Mapping[str, Approval]:
    """Approve, in the example's name, every bulletin that is not in `known`; return what is in force then."""
    wanted: Iterable[Bulletin] = contents.bulletins.bulletins.values()
    ledger.append_all([approval_entry(one, EXAMPLE_PERSON, contents) for one in wanted if one.name not in known])
    return approvals(ledger)


def write_reports(
    ledger: Ledger, settings: StationSettings, month: str, out: Path, *, made_at: datetime, rehearsal: bool
) -> list[Path]:
    """Write the month's report as DOCX and XLSX and return the files.

    Raises
    ------
    LedgerTampered
        The chain does not hold: no report is made from such a ledger.
    InputRefused
        `month` is no month.
    """
    from loa.reports import ReportSubject, month_report, write_docx, write_xlsx

    verified = ledger.verify()
    subject = ReportSubject(
        station_name=settings.name,
        authority=settings.authority,
        superior_body=settings.superior,
        place=settings.place,
        document_code=settings.document_code,
        signer_title=settings.signer_title,
        signer_name=settings.signer_name,
        recipients=settings.recipients,
        topic_titles=settings.topics,
        spotlight_topic=settings.spotlight_topic,
        time_zone=settings.time_zone,
    )
    model = month_report(
        as_run(ledger.rows(months=[month])),
        month=month,
        subject=subject,
        made_at=made_at,
        ledger_head=verified.head,
        ledger_rows=verified.rows,
        rehearsal=rehearsal,
        by_hand=manual_plays(ledger.rows(kinds=[RowKind.MANUAL])),
    )
    name = f"bao-cao-{month}" + ("-dien-tap" if rehearsal else "")
    paths = [out / f"{name}.docx", out / f"{name}.xlsx"]
    write_docx(model, paths[0])
    write_xlsx(model, paths[1])
    return paths

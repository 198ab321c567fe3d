"""The log: what inspectors look for and ask about one row; corrections, entries by hand, and the proof of it all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from loa.errors import NotFound
from loa.language import translate as _
from loa.ledger import (
    AsRun,
    Channel,
    ManualPlay,
    Row,
    RowKind,
    Verification,
    as_run,
    channel_name,
    manual_plays,
)
from loa.station.log_correction import correction_data
from loa.station.log_filter import LogFilter, found_in
from loa.station.log_proof import Proof, prove, prove_head
from loa.station.manual import ManualEntry, row_data
from loa.station.row_view import RowView, row_numbered, row_view

if TYPE_CHECKING:
    from loa.station.station import Station


class LogDesk:
    """What is asked of the log; reached as `Station.log_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

    # ------------------------------------------------------------------ looking

    def broadcasts(self, first_day: date, last_day: date, wanted: LogFilter) -> list[AsRun]:
        """Return the records of these local days that are looked for. Raises LedgerFailed."""
        rows = self._station.ledger.rows(planned=(first_day, last_day))
        return [record for record in as_run(rows) if wanted.takes(record)]

    def by_hand(self, first_day: date, last_day: date, wanted: LogFilter | None = None) -> list[ManualPlay]:
        """Return what was written by hand of these local days, both included; corrected entries too."""
        zone = self._station.settings.time_zone
        plays = manual_plays(self._station.ledger.rows(kinds=[RowKind.MANUAL]))
        return [
            play
            for play in plays
            if first_day <= play.at.astimezone(zone).date() <= last_day and (wanted or LogFilter()).takes_play(play)
        ]

    def rows(self, first_day: date, last_day: date, *, kinds: Sequence[RowKind] = (), search: str = "") -> list[Row]:
        """Return the rows written on these local days, both included, that are looked for. Raises LedgerFailed."""
        zone = self._station.settings.time_zone
        since = datetime.combine(first_day, time(), zone)
        until = datetime.combine(last_day + timedelta(days=1), time(), zone)
        rows = self._station.ledger.rows(kinds=kinds, since=since, until=until)
        return [row for row in rows if found_in(search, json.dumps(dict(row.data), ensure_ascii=False))]

    def row(self, number: int) -> Row:
        """Return one row. Raises NotFound, LedgerFailed."""
        return row_numbered(self._station.ledger, number)

    def show(self, number: int) -> RowView:
        """Return one row with all that is known about it. Raises NotFound, LedgerFailed."""
        return row_view(self._station.ledger, self.row(number), self._station.folder.attachments)

    def record(self, key: str) -> tuple[AsRun, list[Row]]:
        """Return what became of the broadcast `key`, and its rows. Raises NotFound, LedgerFailed."""
        rows = list(self._station.ledger.rows(broadcasts=[key]))
        found = next(as_run(rows), None)
        if found is None:
            raise NotFound(_("The log has nothing of this broadcast."))
        return found, rows

    @staticmethod
    def channels() -> list[tuple[str, str]]:
        """Return the channels that are written down by hand, and what each is called."""
        return [(channel.value, channel_name(channel)) for channel in Channel]

    # ------------------------------------------------------------------ writing

    def add(self, entry: ManualEntry) -> Row:
        """Write into the ledger what was played or shown elsewhere. Raises InputRefused with every mistake."""
        station = self._station
        written = manual_plays(station.ledger.rows(kinds=[RowKind.MANUAL]))
        now = station.clock.now().astimezone(station.settings.time_zone)
        data = row_data(entry, station.contents(), now=now, written=written, attachments=station.folder.attachments)
        return station.ledger.append(RowKind.MANUAL, data)

    def correct(self, number: int, *, person: str, why: str, note: str = "", files: Sequence[Path] = ()) -> Row:
        """Write a row that says what is wrong with an old one; the old one stays, and so do the figures.

        Raises
        ------
        NotFound
            There is no such row.
        Conflict
            It is an entry by hand: another entry takes its place.
        InputRefused
            Words are missing or too long, or a file cannot be attached; nothing is written.
        """
        row = self.row(number)
        attachments = self._station.folder.attachments
        data = correction_data(row, person=person, why=why, note=note, files=files, attachments=attachments)
        return self._station.ledger.append(RowKind.CORRECTION, data, broadcast=row.broadcast)

    # ------------------------------------------------------------------ proving

    def verify(self) -> Verification:
        """Prove the whole ledger and its attachments. Raises LedgerTampered, LedgerFailed."""
        return self.prove().verified

    def prove(self) -> Proof:
        """Prove all of it, and tell what else an inspector should know; see `loa.station.log_proof.prove`."""
        return prove(self._station.ledger, self._station.folder.attachments)

    def verify_head(self, digits: str, rows: int | None = None) -> Row:
        """Prove all of it, and that the digits on a paper are of it; see `loa.station.log_proof.prove_head`."""
        return prove_head(self._station.ledger, digits, rows, attachments=self._station.folder.attachments)

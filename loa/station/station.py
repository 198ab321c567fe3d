"""`Station`: what a person can ask of a station, whichever door they come through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from loa.bulletins import Approval, Bulletin, BulletinFolder
from loa.clock import Clock, SystemClock
from loa.errors import Conflict, Finding, InputRefused, NotFound
from loa.files import write_bytes, write_text
from loa.language import translate as _
from loa.ledger import (
    LOCAL,
    AsRun,
    EnduringLedger,
    Ledger,
    Row,
    RowKind,
    as_run,
)
from loa.reading import Reading
from loa.settings import STATION_FILE, StationSettings, read_settings
from loa.station import queueing
from loa.station.air_desk import AirDesk
from loa.station.approving import ApprovalDesk, refuse_own_edits
from loa.station.audio_desk import AudioDesk
from loa.station.bulletin_editing import BulletinDesk
from loa.station.contents import Contents
from loa.station.contents_reading import read_contents
from loa.station.evidence import approval_entry, approve_all, withdrawal_entry
from loa.station.folder import StationFolder
from loa.station.in_force import approvals
from loa.station.last_good import kept as last_good
from loa.station.lexicon_file import WayOfReading, read_lexicon, reading_style
from loa.station.listening import ListeningDesk
from loa.station.log_desk import LogDesk
from loa.station.machine_desk import MachineDesk
from loa.station.new_station import make_station
from loa.station.plan_questions import PlanDifference, changed, explain, notes_of_days
from loa.station.queueing import Queued, QueueOrder, QueuePlace
from loa.station.targets import check_targets, station_targets
from loa.station.timetable_editing import TimetableDesk
from loa.station.voice_desk import VoiceDesk
from loa.timetable import Broadcast, QueueEntry
from loa.timetable.calendar_export import calendar_file
from loa.timetable.why_days import Step

if TYPE_CHECKING:
    from loa.reports.target_figures import TargetFigures
    from loa.station.backup import Restored
    from loa.station.station_reports import StationReports


class Station:
    """The station in a folder. Use it as a context manager: it holds the ledger open.

    Parameters
    ----------
    folder
        The folder with ``station.yaml``.
    clock
        The time; the machine's by default.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = StationFolder(folder)
        self.clock: Clock = clock or SystemClock()
        self._ledger: Ledger | None = None

    def __enter__(self) -> Self:
        """Return the station itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the ledger."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    @staticmethod
    def create(folder: Path) -> list[Path]:
        """Make a new station in `folder`. Raises Conflict where there is one."""
        return make_station(folder)

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened when first asked for. Raises LedgerFailed."""
        if self._ledger is None:
            self.require_station()
            self._ledger = Ledger(self.folder.ledger, self.clock, zone=self._zone_anyway())
        return self._ledger

    def use_enduring_ledger(self) -> Ledger:
        """Open the ledger as the running station does, in place of the one there is. Raises LedgerFailed."""
        if self._ledger is not None:
            self._ledger.close()
        self._ledger = EnduringLedger(self.folder.ledger, self.clock, zone=self._zone_anyway())
        return self._ledger

    def _zone_anyway(self) -> ZoneInfo:
        try:
            return self.settings.time_zone
        except InputRefused:  # station.yaml is wrong: what is done now is logged all the same
            return LOCAL

    def require_station(self) -> None:
        """Raise NotFound where the folder holds no station."""
        if not (self.folder.root / STATION_FILE).exists():
            raise NotFound(
                _("There is no station in {folder}. Go to its folder, or make one with: loa init FOLDER").format(
                    folder=self.folder.root.resolve()
                )
            )

    @cached_property
    def settings(self) -> StationSettings:
        """``station.yaml``. Raises InputRefused."""
        self.require_station()
        return read_settings(self.folder.root)

    @property
    def zone_anyway(self) -> ZoneInfo:
        """The station's time zone; that of the last good ``station.yaml`` where it is wrong. Raises InputRefused."""
        return self.air_desk.emergencies().settings.time_zone

    def today(self) -> date:
        """Return the station's local day."""
        return self.clock.now().astimezone(self.settings.time_zone).date()

    def contents(self) -> Contents:
        """Read the folder whole. Raises InputRefused where ``station.yaml`` is wrong."""
        self.require_station()
        in_force = approvals(self.ledger)
        return read_contents(self.folder, in_force, today=self._today_anyway(), ledger=self.ledger)

    def _today_anyway(self) -> date:
        try:
            return self.today()
        except InputRefused:  # station.yaml is wrong: read_contents tells it, with the mistakes of all other files
            return self.clock.now().date()

    # ------------------------------------------------------------------ words

    def check(self) -> tuple[Finding, ...]:
        """Return every mistake and warning in the folder."""
        return self.checked_contents()[0]

    def checked_contents(self) -> tuple[tuple[Finding, ...], Contents | None]:
        """Return every mistake and warning in the folder, and the folder read; None where ``station.yaml`` is wrong."""
        now = self.clock.now()
        try:
            contents = self.contents()
        except InputRefused as refused:
            return (*refused.findings, *check_targets(self.folder, None, self.ledger, now=now)), None
        return (*contents.findings, *check_targets(self.folder, contents, self.ledger, now=now)), contents

    def read(self, text: str) -> Reading:
        """Return how `text` is read aloud here, with the station's lexicon and style where there is a station.

        Raises
        ------
        InputRefused
            ``lexicon.yaml`` or ``station.yaml`` is wrong.
        """
        if not (self.folder.root / STATION_FILE).exists():
            return WayOfReading().read(text)
        way, found = self._way_of_reading()
        if found:
            raise InputRefused(found)
        return way.read(text)

    def _way_of_reading(self) -> tuple[WayOfReading, tuple[Finding, ...]]:
        """Return the style and the entries of the lexicon that hold, and the mistakes in the others."""
        entries, found = read_lexicon(self.folder)
        return WayOfReading(entries, reading_style(self.settings.reading)), found

    def bulletin(self, name: str) -> Bulletin:
        """Return a bulletin. Raises NotFound, or InputRefused where its file is wrong."""
        return _named(name, self.contents().bulletins)

    def bulletin_in(self, contents: Contents, name: str) -> Bulletin:
        """Return a bulletin of `contents`. Raises NotFound, or InputRefused where its file is wrong."""
        return _named(name, contents.bulletins)

    # ------------------------------------------------------------------ the desks

    @cached_property
    def bulletin_desk(self) -> BulletinDesk:
        """Where bulletins are written."""
        return BulletinDesk(self)

    @cached_property
    def approval_desk(self) -> ApprovalDesk:
        """Where bulletins are judged."""
        return ApprovalDesk(self)

    @cached_property
    def listening_desk(self) -> ListeningDesk:
        """Where texts are listened to before they air."""
        return ListeningDesk(self)

    @cached_property
    def audio_desk(self) -> AudioDesk:
        """Where sound is finished."""
        return AudioDesk(self)

    @cached_property
    def timetable_desk(self) -> TimetableDesk:
        """Where the timetable is edited."""
        return TimetableDesk(self)

    @cached_property
    def air_desk(self) -> AirDesk:
        """What is on the air."""
        return AirDesk(self)

    @cached_property
    def voice_desk(self) -> VoiceDesk:
        """The station's voices."""
        return VoiceDesk(self)

    @cached_property
    def machine_desk(self) -> MachineDesk:
        """What the machine does for the station."""
        return MachineDesk(self)

    # ------------------------------------------------------------------ approvals

    def approve(self, names: Sequence[str], *, person: str) -> list[tuple[Bulletin, Row]]:
        """Approve exactly the present text of each bulletin, in the name of `person`.

        Raises
        ------
        NotFound, InputRefused
            One of them does not exist or is wrong; none is then approved.
        Conflict
            The station asks for four eyes, and `person` edited one of them last.
        """
        contents = self.contents()
        bulletins = [_named(name, contents.bulletins) for name in names]
        if self.settings.four_eyes:
            refuse_own_edits(bulletins, self.ledger, person)
        entries = [approval_entry(bulletin, person, contents) for bulletin in bulletins]
        return list(zip(bulletins, self.ledger.append_all(entries), strict=True))

    def withdraw(self, name: str, *, person: str, why: str) -> Row:
        """Withdraw the approval of a bulletin. Raises NotFound, or Conflict where it has none."""
        contents = self.contents()
        bulletin = _named(name, contents.bulletins)
        if bulletin.name not in approvals(self.ledger):
            raise Conflict(_("“{name}” is not approved, so there is nothing to withdraw.").format(name=name))
        return self.ledger.append_all([withdrawal_entry(bulletin, person, why, contents)])[0]

    def approve_example(self) -> Mapping[str, Approval]:
        """Approve every bulletin of an example station that no person has decided on; elsewhere approve nothing."""
        if not self.settings.example:
            return approvals(self.ledger)
        decided = {row.data["bulletin"] for row in self.ledger.rows(kinds=[RowKind.APPROVED, RowKind.WITHDRAWN])}
        return approve_all(self.ledger, self.contents(), known=decided)

    # ------------------------------------------------------------------ the timetable

    def plan(self, first_day: date, last_day: date) -> list[Broadcast]:
        """Return the broadcasts of these local days. Raises InputRefused where the timetable has mistakes."""
        contents = self.contents()
        if contents.timetable_errors:
            raise InputRefused(contents.timetable_errors)
        return contents.material.plan(first_day, last_day, queue_from=self.clock.now())

    def why(self, slot: str, day: date) -> list[Step]:
        """Return why `slot` airs on local `day` or not, step by step. Raises NotFound, InputRefused."""
        return explain(self.contents(), slot, day, records=self.log(day, day), now=self.clock.now())

    def plan_difference(self, first_day: date, last_day: date) -> PlanDifference:
        """Return what the folder's timetable changes against the one on the air. Raises InputRefused."""
        kept = last_good(self.folder)
        aired = None
        if kept is not None:
            in_force = approvals(self.ledger)
            aired = read_contents(self.folder, in_force, today=self.today(), schedules=kept, ledger=self.ledger)
        return changed(self.contents(), aired, first_day, last_day, now=self.clock.now())

    def day_notes(self, first_day: date, last_day: date) -> Mapping[date, str]:
        """Return what is worth knowing of these local days: mùng một, rằm, holidays and other kinds of day."""
        return notes_of_days(self.folder, first_day, last_day)

    def write_calendar(self, broadcasts: Sequence[Broadcast], file: Path) -> None:
        """Write `broadcasts` to `file` as an iCalendar file. Raises OSError."""
        write_bytes(file, calendar_file(broadcasts, station=self.settings.name, made_at=self.clock.now()))

    def queue(self) -> list[QueuePlace]:
        """Return the queue and where each entry will air within a week, and why there."""
        return queueing.places(self)

    def queue_add(self, order: QueueOrder) -> Queued:
        """Queue a bulletin once or several times; see `loa.station.queueing.add`."""
        return queueing.add(self, order)

    def queue_remove(self, queue_id: str, *, person: str) -> QueueEntry:
        """Take an entry out of the queue. Raises NotFound."""
        return queueing.remove(self, queue_id, person=person)

    # ------------------------------------------------------------------ evidence

    @cached_property
    def log_desk(self) -> LogDesk:
        """Where the log is read, proved, corrected and written by hand."""
        return LogDesk(self)

    def log(self, first_day: date, last_day: date) -> list[AsRun]:
        """Return the as-run record of every broadcast planned on these local days, both included."""
        return list(as_run(self.ledger.rows(planned=(first_day, last_day))))

    def rows(self) -> Iterator[Row]:
        """Return every ledger row in order."""
        return self.ledger.rows()

    @cached_property
    def reports(self) -> StationReports:
        """What can be asked of this station's reports."""
        from loa.station.station_reports import StationReports

        return StationReports(self)

    def targets(self, first_day: date, last_day: date) -> list[TargetFigures]:
        """Return each target in its periods that end on these local days, or in the one that runs on the last.

        Raises
        ------
        InputRefused
            ``targets.yaml`` or the timetable has mistakes.
        """
        return station_targets(
            self.contents(), self.folder, self.ledger, first_day=first_day, last_day=last_day, now=self.clock.now()
        )

    def targets_chart(self, figures: Sequence[TargetFigures], file: Path) -> None:
        """Write a picture of `figures` as SVG. Raises OSError; `file` is then untouched."""
        from loa.reports.target_chart import target_chart

        write_text(file, target_chart(figures, station=self.settings.name, day=self.today()))

    # ------------------------------------------------------------------ the console

    def note_action(self, action: str, *, person: str, about: Mapping[str, object]) -> Row:
        """Write down what a person did at the console that has no row of its own. Raises LedgerFailed."""
        return self.ledger.append(RowKind.ACTION, {"action": action, "person": person, "about": dict(about)})

    def change_settings(self, changes: Mapping[str, str], *, person: str) -> StationSettings:
        """Give fields of ``station.yaml`` new values. Raises InputRefused, Conflict; nothing is then changed."""
        from loa.station.settings_editing import change_settings

        self.require_station()
        settings = change_settings(self.folder.root, changes)
        self.__dict__.pop("settings", None)
        self.note_action("settings-changed", person=person, about=changes)
        return settings

    @staticmethod
    def restore(copy: Path | IO[bytes], folder: Path) -> Restored:
        """Put a copy of a station into an empty folder, whole and checked, or change nothing.

        Raises
        ------
        InputRefused, Conflict, OutputFailed
            See `loa.station.backup.restore`.
        """
        from loa.station.backup import restore

        return restore(copy, folder)


def _named(name: str, bulletins: BulletinFolder) -> Bulletin:
    name = name.removesuffix(".md").removeprefix("scripts/")
    found = bulletins.bulletins.get(name)
    if found is None:
        own = [finding for finding in bulletins.findings if finding.file == f"scripts/{name}.md"]
        if own:
            raise InputRefused(own)
        raise NotFound(
            _("There is no bulletin “{name}”. The bulletins are: {names}").format(
                name=name, names=", ".join(sorted(bulletins.bulletins))
            )
        )
    return found

"""`Station`: what a person can ask of a station, whichever door they come through."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from loa.bulletins import Approval, Bulletin, BulletinFolder
from loa.clock import Clock, SystemClock
from loa.errors import Conflict, Finding, InputRefused, LoaError, NotFound
from loa.files import write_bytes, write_text
from loa.language import translate as _
from loa.ledger import (
    LOCAL,
    AsRun,
    EnduringLedger,
    Ledger,
    ManualPlay,
    Row,
    RowKind,
    Verification,
    as_run,
)
from loa.reading import Reading
from loa.settings import STATION_FILE, StationSettings, read_settings
from loa.sound import AudioStore, FinishedAudio
from loa.sound.clearing import clear
from loa.station import queueing, requests
from loa.station.approving import ApprovalDesk, refuse_own_edits
from loa.station.bulletin_editing import BulletinDesk
from loa.station.contents import (
    Contents,
    approvals,
    read_contents,
)
from loa.station.doctor import Checkup, examine
from loa.station.evidence import approval_entry, approve_all, withdrawal_entry
from loa.station.folder import StationFolder
from loa.station.last_good import kept as last_good
from loa.station.lexicon_file import WayOfReading, read_lexicon, reading_style
from loa.station.listening import ListeningDesk
from loa.station.log_desk import LogDesk
from loa.station.manual import ManualEntry
from loa.station.new_station import make_station
from loa.station.plan_questions import PlanDifference, changed, explain, notes_of_days
from loa.station.queueing import Queued, QueueOrder, QueuePlace
from loa.station.rehearsal import Rehearsal, rehearse
from loa.station.rendering import OnSpoken, RenderJob, render_all
from loa.station.shared_places import make_ours, temporary_place
from loa.station.targets import check_targets, station_targets
from loa.station.timetable_editing import TimetableDesk
from loa.station.voices import TRIAL_TEXT, VoiceLine, VoiceTrial, remove_voice, try_voice, voice_lines
from loa.timetable import Broadcast, QueueEntry
from loa.timetable.calendar_export import calendar_file
from loa.timetable.why_days import Step
from loa.voices.installing import InstallOrder, install
from loa.voices.piper_files import InstalledVoice

if TYPE_CHECKING:
    from loa.reports.target_figures import TargetFigures
    from loa.station.audio_import import Imported
    from loa.station.backup import Restored
    from loa.station.emergencies import EmergencyDesk, Preset
    from loa.station.export import Exported
    from loa.station.going_on import Stopped
    from loa.station.service import Service
    from loa.station.station_reports import StationReports

OnRendered = Callable[[RenderJob, FinishedAudio | LoaError], None]


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
        return self._emergency_desk().settings.time_zone

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
    def timetable_desk(self) -> TimetableDesk:
        """Where the timetable is edited."""
        return TimetableDesk(self)

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

    # ------------------------------------------------------------------ sound

    def import_audio(self, source: Path, *, name: str = "") -> Imported:
        """Judge a sound file and, where it can air, copy it into ``audio/`` under `name` or its own name made safe."""
        from loa.station.audio_import import import_sound

        self.require_station()
        longest_s = self.settings.air_rules.longest_session_s
        return import_sound(source, self.folder.root, longest_s=longest_s, name=name)

    def render(
        self,
        names: Sequence[str] = (),
        *,
        on_done: OnRendered,
        unapproved: bool = True,
        again: bool = False,
        on_spoken: OnSpoken | None = None,
    ) -> dict[str, FinishedAudio | LoaError]:
        """Finish the audio of the bulletins named, or of everything.

        Parameters
        ----------
        on_done
            Called after each item with what became of it.
        unapproved
            Also of bulletins that are not approved yet.
        again
            Let better voices try once more where a lesser one spoke.
        on_spoken
            Called with each phrase that is spoken, where the work is little or slow.

        Raises
        ------
        NotFound
            A name is no bulletin and no audio file of the timetable.
        """
        jobs = self.render_jobs(names, unapproved=unapproved)
        return self.render_these(jobs, on_done=on_done, again=again, on_spoken=on_spoken)

    def render_these(
        self,
        jobs: Sequence[RenderJob],
        *,
        on_done: OnRendered,
        again: bool = False,
        on_spoken: OnSpoken | None = None,
    ) -> dict[str, FinishedAudio | LoaError]:
        """Do what `render_jobs` returned; the parameters are those of `render`."""
        made = render_all(jobs, self._store(), on_done=on_done, again=again, on_spoken=on_spoken)
        self._clear_audio()
        return made

    def _store(self) -> AudioStore:
        return AudioStore(self.folder.rendered)

    def _clear_audio(self) -> None:
        """Remove the oldest audio that nothing needs, where there is more of it than `sound.keep_mb`."""
        clear(
            self._store(),
            needed=lambda: {audio.cue_sheet.key for audio in self.contents().audio.values()},
            logged=lambda: {row.data["audio_sha256"] for row in self.ledger.rows(kinds=[RowKind.ITEM])},
            most_bytes=self.settings.sound.keep_mb * 1e6,
        )

    def render_jobs(self, names: Sequence[str] = (), *, unapproved: bool = True) -> list[RenderJob]:
        """Return what `render` would do, rendered before or not."""
        contents = self.contents()
        for name in names:
            if name not in contents.jobs:
                raise NotFound(
                    _("There is no bulletin “{name}”. The bulletins are: {names}").format(
                        name=name, names=", ".join(sorted(contents.bulletins.bulletins))
                    )
                )
        waiting = {job.item for job in contents.unrendered}
        return [
            job
            for name, job in contents.jobs.items()
            if (name in names or not names) and (unapproved or names or name in waiting)
        ]

    def export(
        self, programme: str, folder: Path, *, day: date | None, on_progress: Callable[[float], None]
    ) -> Exported:
        """Write `programme` as MP3 files to `folder`, as it airs on local `day` (today where None).

        Raises
        ------
        InputRefused, NotFound, Conflict
            The timetable has mistakes, there is no such programme, or nothing of it can be exported.
        OutputFailed
            `folder` has no room or cannot be written.
        """
        contents = self.contents()
        if contents.timetable_errors:
            raise InputRefused(contents.timetable_errors)
        from loa.station.export import export_programme

        return export_programme(
            contents,
            AudioStore(self.folder.rendered),
            programme=programme,
            day=day or self.today(),
            folder=folder,
            made_at=self.clock.now().astimezone(self.settings.time_zone),
            on_progress=on_progress,
        )

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

    # ------------------------------------------------------------------ on the air

    def run(self, *, say: Callable[[str], None], on_rendered: OnRendered, stop: threading.Event) -> None:
        """Keep the station on the air until it is asked to stop.

        Parameters
        ----------
        say
            Shows the operator one line.
        on_rendered
            Called for each item rendered before an example station first goes on air.
        stop
            Ends it when set: what is on the air is then closed as partial.

        Raises
        ------
        Conflict
            It is on the air already, in another process.
        InputRefused
            The folder has mistakes, and there is no last good timetable.
        """
        from filelock import FileLock, Timeout

        from loa.station.on_air import OnAir

        self.require_station()
        lock = FileLock(self._lock_file())
        try:
            lock.acquire(timeout=1)  # another command may look at the lock for an instant
        except Timeout as error:
            raise Conflict(
                _("This station is on the air already. See it with: loa status; end it with: loa stop --station")
            ) from error
        try:
            if self._ledger is not None:
                self._ledger.close()
            self._ledger = EnduringLedger(self.folder.ledger, self.clock, zone=self._zone_anyway())
            first_start = self.ledger.last(RowKind.STATION_UP) is None
            if first_start and self.settings.example:
                self.approve_example()
                if self.settings.station_check:
                    self.render([self.settings.station_check], on_done=on_rendered)
            OnAir(self.folder, self.ledger, self.clock, say=say, stop=stop).run(first_start=first_start)
        finally:
            lock.release()

    def status(self) -> dict[str, Any]:
        """Return what is on the air and what comes next. Raises StationNotRunning."""
        return self._ask("status", {})

    def stop_current(self, *, person: str, why: str) -> int:
        """Stop what is on the air; return how many broadcasts that were. Raises StationNotRunning."""
        return int(self._ask("stop", {"person": person, "why": why})["stopped"])

    def stopped_lately(self) -> Stopped | None:
        """Return the last broadcast, if a person stopped it within the hour and something of it was left."""
        from loa.station.going_on import stopped_lately

        return stopped_lately(self)

    def resume_stopped(self, *, person: str) -> Stopped:
        """Air what was left of the broadcast stopped last, each bulletin from its beginning. Raises Conflict."""
        from loa.station.going_on import go_on

        return go_on(self, person=person)

    def shut_down(self) -> None:
        """Ask the running station to go off the air. Raises StationNotRunning."""
        self._ask("shut-down", {})

    def emergency(
        self,
        *,
        authoriser: str,
        bulletin: str = "",
        text: str = "",
        every_min: int | None = None,
        until: datetime | None = None,
        times: int | None = None,
    ) -> dict[str, Any]:
        """Air a bulletin, or `text`, at once: over what is on the air, in quiet hours too; and again as ordered.

        The audio is finished here, before the running station is asked. Neither timetable nor ledger is needed.

        Parameters
        ----------
        authoriser, bulletin, text, every_min, until, times
            See `loa.station.emergencies.EmergencyOrder`.

        Returns
        -------
        dict
            ``key``, ``title``, ``length_s``, ``heard``, and ``sound_in_s``: how long the amplifier still takes.

        Raises
        ------
        StationNotRunning
            No station is on the air to say it.
        Conflict
            The repeats make no sense.
        NotFound, InputRefused, NoVoice, SoundRefused
            It cannot be said.
        """
        from loa.station.emergencies import EmergencyOrder

        self._require_on_the_air()
        desk = self._emergency_desk()
        order = EmergencyOrder(
            authoriser=authoriser, bulletin=bulletin, text=text, every_min=every_min, until=until, times=times
        )
        now = self.clock.now().astimezone(desk.settings.time_zone)
        return self._ask("emergency", desk.order_values(order, now))

    def all_clear(self, *, authoriser: str, bulletin: str = "", text: str = "") -> dict[str, Any]:
        """End every emergency, and say a bulletin, or `text`, where one is given. Raises as `emergency`.

        Returns
        -------
        dict
            ``ended``: how many emergencies stood; ``heard``.
        """
        self._require_on_the_air()
        values = self._emergency_desk().all_clear_values(authoriser=authoriser, bulletin=bulletin, text=text)
        return self._ask("all-clear", values)

    def emergency_trial(self, *, bulletin: str, text: str) -> FinishedAudio:
        """Return the finished audio of an emergency that is not aired; airing it afterwards is the quicker for it.

        Raises
        ------
        NotFound, InputRefused, NoVoice, SoundRefused
            It cannot be said.
        """
        self.require_station()
        return self._emergency_desk().audio(bulletin, text)

    def test_output(self, *, person: str) -> bool:
        """Let the loudspeakers say “một, hai, ba”, low; return whether there are any.

        Raises
        ------
        StationNotRunning
            No station is on the air to say it.
        Conflict
            Something is on the air or due within a minute, or these are quiet hours.
        """
        self._require_on_the_air()
        from loa.station.output_test import test_audio

        audio = test_audio(self.folder, self.settings)
        heard = bool(self._ask("test-output", {"audio_key": audio.cue_sheet.key})["heard"])
        self.note_action("output-tested", person=person, about={"heard": heard})
        return heard

    def emergency_presets(self) -> list[Preset]:
        """Return the bulletins that were written for an emergency. Raises InputRefused."""
        self.require_station()
        return list(self._emergency_desk().presets())

    def _emergency_desk(self) -> EmergencyDesk:
        from loa.station.emergencies import EmergencyDesk

        return EmergencyDesk(self.folder)

    def _ask(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        self._require_on_the_air()
        answer = requests.ask(self.folder.requests, name, values, self.clock)
        if "error" in answer:
            raise requests.error_of(answer["error"])
        return answer

    def _require_on_the_air(self) -> None:
        self.require_station()
        if not self._is_on_the_air():
            raise requests.not_running()

    def _is_on_the_air(self) -> bool:
        from filelock import FileLock, Timeout

        for lock in (self.folder.lock, temporary_place(self.folder.log) / self.folder.lock.name):
            if not lock.exists():
                continue
            try:
                with FileLock(lock, timeout=0):
                    pass
            except Timeout:
                return True
            except OSError:  # the disk has become read-only: the station would answer, where there is one
                return True
        return False

    def _lock_file(self) -> Path:
        """Return the file that the one running station locks: in ``log``, or elsewhere where that is read-only."""
        try:
            self.folder.log.mkdir(parents=True, exist_ok=True)
            self.folder.lock.touch()
        except OSError:
            place = temporary_place(self.folder.log)
            make_ours(place)
            return place / self.folder.lock.name
        return self.folder.lock

    # ------------------------------------------------------------------ evidence

    @cached_property
    def log_desk(self) -> LogDesk:
        """Where the log is read, proved, corrected and written by hand."""
        return LogDesk(self)

    def log(self, first_day: date, last_day: date) -> list[AsRun]:
        """Return the as-run record of every broadcast planned on these local days, both included."""
        return list(as_run(self.ledger.rows(planned=(first_day, last_day))))

    def log_add(self, entry: ManualEntry) -> Row:
        """See `LogDesk.add`."""
        return self.log_desk.add(entry)

    def log_by_hand(self, first_day: date, last_day: date) -> list[ManualPlay]:
        """See `LogDesk.by_hand`."""
        return self.log_desk.by_hand(first_day, last_day)

    def verify(self) -> Verification:
        """See `LogDesk.verify`."""
        return self.log_desk.verify()

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

    # ------------------------------------------------------------------ voices

    def voices(self) -> list[VoiceLine]:
        """Return the ladder, the other voices that are here, and the public ones. Raises InputRefused."""
        return list(voice_lines(self.folder, self.settings))

    def install_voice(
        self, source: str, *, name: str = "", sha256: str = "", on_bytes: Callable[[int, int | None], None]
    ) -> InstalledVoice:
        """Install a Piper voice into this station; ``station.yaml`` stays as it is.

        Parameters
        ----------
        source, name, sha256
            See `loa.voices.installing.InstallOrder`.
        on_bytes
            Called with the bytes of the model that are here and those of the whole, or None.

        Raises
        ------
        NotFound, InputRefused, Conflict, VoiceFailed
            See `loa.voices.installing.install`.
        """
        self.require_station()
        order = InstallOrder(source=source, name=name, sha256=sha256)
        return install(self.folder.voices, order, clock=self.clock, on_bytes=on_bytes)

    def test_voice(self, voice: str, text: str = "", *, to: Path | None = None) -> VoiceTrial:
        """Let a voice speak `text`, or a sentence of ours, into a WAV. Raises NotFound, VoiceFailed, SoundRefused."""
        reading = self.read(text or TRIAL_TEXT)
        return try_voice(voice, reading, to, folder=self.folder, settings=self.settings, clock=self.clock)

    def remove_voice(self, voice: str) -> str:
        """Remove an installed Piper voice and return its name. Raises NotFound, or Conflict where it is named."""
        return remove_voice(voice, self.folder, self.settings)

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

    def write_backup(self, target: Path, *, secrets: bool) -> int:
        """Write this station to the ZIP `target` and return how many files that were. Raises OutputFailed."""
        from loa.station.backup import write_backup

        self.require_station()
        return write_backup(self.folder, target, made_at=self.clock.now(), secrets=secrets)

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

    def write_diagnostics(self, target: Path) -> None:
        """Write what a helper from afar needs to know, without secrets, to the ZIP `target`."""
        from loa.station.diagnostics import write_diagnostics

        write_diagnostics(self, target)

    def console_link(self) -> str:
        """Return a new one-time link with which an administrator is made, or gets a new password."""
        from loa.station.accounts import Accounts
        from loa.station.console_address import console_url

        self.require_station()
        token = Accounts(self.folder.accounts, self.clock).make_link()
        return f"{console_url(self.settings.console)}/bat-dau/{token}"

    # ------------------------------------------------------------------ the machine

    def examine(self) -> Iterator[Checkup]:
        """Look at the machine, one checkup after another."""
        return examine(self.folder, self.settings, lambda: self.ledger)

    def service_file(self) -> tuple[Path, str]:
        """Return which file would let this machine start the station, and its text. Raises Conflict."""
        from loa.station.service import text_of

        service = self._services()[0]
        return service.file, text_of(service.content)

    def install_service(self, *, say: Callable[[str], None]) -> None:
        """Let this machine start the station; `say` what was done. Raises Conflict."""
        from loa.station.service import install as install_service

        install_service(self._services(), say, on_air=self._is_on_the_air())

    def remove_service(self, *, say: Callable[[str], None]) -> None:
        """Stop the service and take it away; `say` what was done. Raises NotFound, Conflict."""
        from loa.station.service import remove

        remove(self._services(), say, on_air=self._is_on_the_air)

    def service_state(self) -> str:
        """Return what the system says about the station's service. Raises NotFound, Conflict."""
        from loa.station.service import state

        return state(self._services())

    def _services(self) -> list[Service]:
        from loa.station.service import services

        self.require_station()
        return services(self.folder.root)

    def rehearse(
        self,
        *,
        first_day: date,
        days: int,
        out: Path,
        on_progress: Callable[[float], None],
    ) -> tuple[Rehearsal, list[Path]]:
        """Air any days on a virtual clock into files; return what was made, and the reports of those months.

        Its audio must be finished (`render`); what is not is missing from the broadcasts, as on the air.

        Raises
        ------
        InputRefused
            The timetable has mistakes.
        """
        self.require_station()
        contents = read_contents(self.folder, {}, today=first_day)
        if contents.timetable_errors:
            raise InputRefused(contents.timetable_errors)
        made = rehearse(
            contents,
            first_day=first_day,
            days=days,
            out=out,
            approve=lambda ledger: approve_all(ledger, contents, known=()),
            on_progress=on_progress,
        )
        from loa.station.reporting import ReportSources, write_report

        months = sorted({f"{first_day + timedelta(days=offset):%Y-%m}" for offset in range(days)})
        reports: list[Path] = []
        with Ledger(made.ledger, self.clock) as ledger:
            for month in months:
                sources = ReportSources(ledger=ledger, settings=contents.settings, rehearsal=True)
                formats = ("docx", "xlsx")
                reports += write_report(sources, month, out, made_at=self.clock.now(), formats=formats).files
        return made, reports


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

"""What a person asks of the station on the air: to go on and off, to stop, to go on again, an emergency."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loa.errors import Conflict
from loa.language import translate as _
from loa.ledger import RowKind
from loa.sound import FinishedAudio
from loa.station import requests
from loa.station.audio_desk import OnRendered
from loa.station.shared_places import make_ours, temporary_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from loa.station.emergencies import EmergencyDesk, Preset
    from loa.station.going_on import Stopped
    from loa.station.station import Station


class AirDesk:
    """What is on the air; reached as `Station.air_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

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

        self._station.require_station()
        lock = FileLock(self._lock_file())
        try:
            lock.acquire(timeout=1)  # another command may look at the lock for an instant
        except Timeout as error:
            raise Conflict(
                _("This station is on the air already. See it with: loa status; end it with: loa stop --station")
            ) from error
        try:
            ledger = self._station.use_enduring_ledger()
            first_start = ledger.last(RowKind.STATION_UP) is None
            if first_start and self._station.settings.example:
                self._station.approve_example()
                if self._station.settings.station_check:
                    self._station.audio_desk.render([self._station.settings.station_check], on_done=on_rendered)
            OnAir(self._station.folder, ledger, self._station.clock, say=say, stop=stop).run(first_start=first_start)
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

        return stopped_lately(self._station)

    def resume_stopped(self, *, person: str) -> Stopped:
        """Air what was left of the broadcast stopped last, each bulletin from its beginning. Raises Conflict."""
        from loa.station.going_on import go_on

        return go_on(self._station, person=person)

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

        self.require_on_the_air()
        desk = self.emergencies()
        order = EmergencyOrder(
            authoriser=authoriser, bulletin=bulletin, text=text, every_min=every_min, until=until, times=times
        )
        now = self._station.clock.now().astimezone(desk.settings.time_zone)
        return self._ask("emergency", desk.order_values(order, now))

    def all_clear(self, *, authoriser: str, bulletin: str = "", text: str = "") -> dict[str, Any]:
        """End every emergency, and say a bulletin, or `text`, where one is given. Raises as `emergency`.

        Returns
        -------
        dict
            ``ended``: how many emergencies stood; ``heard``.
        """
        self.require_on_the_air()
        values = self.emergencies().all_clear_values(authoriser=authoriser, bulletin=bulletin, text=text)
        return self._ask("all-clear", values)

    def emergency_trial(self, *, bulletin: str, text: str) -> FinishedAudio:
        """Return the finished audio of an emergency that is not aired; airing it afterwards is the quicker for it.

        Raises
        ------
        NotFound, InputRefused, NoVoice, SoundRefused
            It cannot be said.
        """
        self._station.require_station()
        return self.emergencies().audio(bulletin, text)

    def test_output(self, *, person: str) -> bool:
        """Let the loudspeakers say “một, hai, ba”, low; return whether there are any.

        Raises
        ------
        StationNotRunning
            No station is on the air to say it.
        Conflict
            Something is on the air or due within a minute, or these are quiet hours.
        """
        self.require_on_the_air()
        from loa.station.trial_words import trial_words

        audio = trial_words(self._station.folder, self._station.settings)
        heard = bool(self._ask("test-output", {"audio_key": audio.cue_sheet.key})["heard"])
        self._station.note_action("output-tested", person=person, about={"heard": heard})
        return heard

    def emergency_presets(self) -> list[Preset]:
        """Return the bulletins that were written for an emergency. Raises InputRefused."""
        self._station.require_station()
        return list(self.emergencies().presets())

    def emergencies(self) -> EmergencyDesk:
        """Return where emergencies are made ready. Raises InputRefused."""
        from loa.station.emergencies import EmergencyDesk

        return EmergencyDesk(self._station.folder)

    def _ask(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        self.require_on_the_air()
        answer = requests.ask(self._station.folder.requests, name, values, self._station.clock)
        if "error" in answer:
            raise requests.error_of(answer["error"])
        return answer

    def require_on_the_air(self) -> None:
        """Raise StationNotRunning where no process keeps this station on the air, NotFound where there is no station."""
        self._station.require_station()
        if not self.is_on_the_air():
            raise requests.not_running()

    def is_on_the_air(self) -> bool:
        """Return whether a process keeps this station on the air."""
        from filelock import FileLock, Timeout

        for lock in (
            self._station.folder.lock,
            temporary_place(self._station.folder.log) / self._station.folder.lock.name,
        ):
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
            self._station.folder.log.mkdir(parents=True, exist_ok=True)
            self._station.folder.lock.touch()
        except OSError:
            place = temporary_place(self._station.folder.log)
            make_ours(place)
            return place / self._station.folder.lock.name
        return self._station.folder.lock

"""`loa run`: the loop that keeps a station on the air."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from loa import __version__
from loa.clock import Clock
from loa.errors import LoaError
from loa.language import translate as _
from loa.ledger import Ledger, instant_from_text
from loa.playout import Broadcaster, Output, ProgressFile, Waker
from loa.playout.amplifier import Amplifier
from loa.playout.broadcaster import StationFacts
from loa.programs import ProgramThread
from loa.settings import StationSettings
from loa.sound import FinishedAudio
from loa.station import requests
from loa.station.at_once import ALL_CLEAR_SLOT, asked_repeats, emergency_broadcast, station_check
from loa.station.console_process import ConsoleProcess
from loa.station.contents import Contents
from loa.station.emergency_store import EmergencyStore
from loa.station.folder import StationFolder
from loa.station.live_contents import LiveContents
from loa.station.outputs import DeviceSearch, open_output
from loa.station.screen import Screen
from loa.station.watchdog import Watchdog
from loa.station.watchers import Seen
from loa.station.watching import Watch, no_loudspeaker
from loa.timetable import Broadcast

TICK_S = 0.25
Say = Callable[[str], None]


class OnAir:
    """A station on the air.

    Parameters
    ----------
    folder, ledger, clock
        The station's.
    say
        Shows the operator one line.
    stop
        Set from anywhere, it ends `run`.
    """

    def __init__(self, folder: StationFolder, ledger: Ledger, clock: Clock, *, say: Say, stop: threading.Event) -> None:
        self._folder = folder
        self._ledger = ledger
        self._clock = clock
        self._say = say
        self._stop = stop
        self._device_search = DeviceSearch(clock)
        last = ledger.last()
        last_row_at = instant_from_text(last.at) if last else None
        self._screen = Screen(ledger, say)
        self._live = LiveContents(folder, ledger, clock, say)
        self._output: Output | None = None
        self._watchdog = Watchdog(clock)
        self._stuck = False
        self._served: set[str] = set()
        settings = self._contents.settings
        self._amplifier = _amplifier(settings, folder, clock)
        self._watch = Watch(folder, ledger, clock, settings, say, last_row_at=last_row_at)
        console = self._contents.settings.console
        self._console = ConsoleProcess(folder.root, console, clock, say) if console.enabled else None

    @property
    def _contents(self) -> Contents:
        return self._live.contents

    # ------------------------------------------------------------------ the loop

    def run(self, *, first_start: bool) -> None:
        """Stay on the air until asked to stop.

        Parameters
        ----------
        first_start
            Air the station check at once, outside quiet hours.

        Raises
        ------
        LedgerFailed
            The ledger cannot be written: a broadcast that cannot be proved does not start.
        """
        settings = self._contents.settings
        output, why = open_output(settings.output, self._folder, self._clock, settings.time_zone)
        self._output = output
        facts = StationFacts(version=__version__, boot_id=self._clock.boot_id, process_id=os.getpid())
        broadcaster = Broadcaster(
            ledger=self._ledger,
            output=output,
            clock=self._clock,
            progress=ProgressFile(self._folder.progress),
            facts=facts,
            stored=EmergencyStore(self._folder).find,
            amplifier=self._amplifier,
        )
        requests.forget_all(self._folder.requests)
        try:
            broadcaster.start(self._contents.material)
            self._say_ready(broadcaster, output, why)
            self._watchdog.ready(output.name)
            if first_start:
                self._air_check(broadcaster)
            with Waker() as waker:
                self._loop(broadcaster, waker)
            broadcaster.shut_down("")
        finally:
            self._watch.close()
            if self._console is not None:
                self._console.close()
            self._output.close()

    def _state(self, broadcaster: Broadcaster) -> dict[str, Any]:
        """Return what `loa status` and the console show."""
        now = self._clock.now().astimezone(self._contents.settings.time_zone)
        return broadcaster.state() | {
            "at": now.isoformat(),
            "timetable_mistakes": list(self._live.mistakes),
            "alarms": self._watch.as_json(),
        }

    def _tell_console(self, broadcaster: Broadcaster) -> None:
        if self._console is not None:
            self._console.look()
            self._console.push(lambda: self._state(broadcaster), often=broadcaster.busy)

    def _loop(self, broadcaster: Broadcaster, waker: Waker) -> None:
        while not self._stop.is_set():
            broadcaster.tick()
            self._answer_requests(broadcaster)
            if self._live.look():
                broadcaster.use(self._contents.material)
            self._look_for_device(broadcaster)
            self._screen.show_new_rows(self._contents.settings.time_zone)
            self._feed_watchdog(broadcaster)
            self._watch.look(self._seen)
            self._tell_console(broadcaster)
            waker.wake_at(broadcaster.next_wake())
            self._clock.wait(waker.event, TICK_S)
            waker.event.clear()
        self._watchdog.stopping()
        self._say(_("The station is going off the air."))

    def _seen(self) -> Seen:
        output = self._output
        assert output is not None, "the station is on the air"  # noqa: S101 - for the type checker
        wanted = self._contents.settings.output.device != "file"
        journal = self._ledger.on_journal
        return Seen(
            health=output.health(),
            output_trouble=no_loudspeaker(output.trouble, heard=output.heard, wanted=wanted),
            stuck=self._stuck,
            journal=journal.why if journal else "",
            amplifier_trouble=self._amplifier.trouble if self._amplifier else "",
        )

    def _feed_watchdog(self, broadcaster: Broadcaster) -> None:
        """Let the machine's service know that sound goes out; a lost device is no hang: it is looked for already."""
        output = self._output
        if output is None:
            return
        health = output.health()
        played = health.frames - health.starved_frames
        due = broadcaster.busy and not output.trouble
        moving = self._watchdog.look(played, due=due, status=lambda: _status_line(broadcaster))
        if not moving and not self._stuck:
            self._say(
                _("No sound goes out, though something is on the air. Where loa runs as a service it restarts now.")
            )
        self._stuck = not moving

    def _look_for_device(self, broadcaster: Broadcaster) -> None:
        """Move to the sound device when it appears after the start: a sound server started later, a card plugged in."""
        settings = self._contents.settings.output
        if self._output is None or self._output.heard or settings.device == "file" or broadcaster.busy:
            return
        device = self._device_search.look(settings)
        if device is None:
            return
        self._output.close()
        self._output = device
        broadcaster.use_output(device)

    def _say_ready(self, broadcaster: Broadcaster, output: Output, why: str) -> None:
        if output.heard:
            self._say(_("On the air through the sound device “{name}”.").format(name=output.name))
        else:
            self._say(_("NO LOUDSPEAKER: the sound is only written to files in {folder}.").format(folder=output.name))
            self._say(why)
        coming = broadcaster.coming(1)
        if not coming:
            self._say(_("Nothing is planned for today and tomorrow. See the timetable with: loa plan"))
        for broadcast in coming:
            self._say(
                _("Next: {title}, {when}.").format(title=broadcast.title, when=f"{broadcast.planned_at:%H:%M %d/%m/%Y}")
            )

    def _air_check(self, broadcaster: Broadcaster) -> None:
        settings = self._contents.settings
        now = self._clock.now().astimezone(settings.time_zone)
        name = settings.station_check
        if not name or name not in self._contents.audio:
            return
        if settings.air_rules.quiet_at(now.time()):
            self._say(_("These are quiet hours, so the station check does not air."))
            return
        self._say(_("A station check of about 20 seconds airs now."))
        broadcaster.air_now(station_check(name, self._contents.shelf, now))

    # ------------------------------------------------------------------ requests

    def _answer_requests(self, broadcaster: Broadcaster) -> None:
        for request in requests.waiting(self._folder.requests, self._clock):
            if request.path.name in self._served:  # its file could not be taken away
                continue
            self._served.add(request.path.name)
            try:
                answer = self._answer(broadcaster, request)
            except LoaError as error:
                answer = {"error": {"code": error.code, "message": error.message}}
            request.answer(answer)

    def _answer(  # noqa: PLR0911 - one for each thing that may be asked
        self, broadcaster: Broadcaster, request: requests.Request
    ) -> dict[str, Any]:
        values = request.values
        match request.name:
            case "status":
                return self._state(broadcaster)
            case "stop":
                return {"stopped": broadcaster.stop_current(values["person"], values["why"])}
            case "shut-down":
                self._stop.set()
                return {}
            case "emergency":
                return self._emergency(broadcaster, values)
            case "test-output":
                return self._test_output(broadcaster, values)
            case "all-clear":
                return self._all_clear(broadcaster, values)
            case _:
                return {"error": {"code": "unknown", "message": request.name}}

    def _emergency(self, broadcaster: Broadcaster, values: dict[str, Any]) -> dict[str, Any]:
        emergency, audio = emergency_broadcast(values, EmergencyStore(self._folder), self._local_now())
        sound_in_s = broadcaster.interrupt(
            emergency,
            audio=audio,
            authoriser=values["authoriser"],
            text=values["text"],
            repeats=asked_repeats(values),
        )
        heard = self._output is not None and self._output.heard
        return {
            "key": emergency.key,
            "title": emergency.title,
            "length_s": emergency.planned_s,
            "heard": heard,
            "sound_in_s": sound_in_s,
        }

    def _all_clear(self, broadcaster: Broadcaster, values: dict[str, Any]) -> dict[str, Any]:
        words: Broadcast | None = None
        audio: dict[str, FinishedAudio] = {}
        if values["audio_key"]:
            store = EmergencyStore(self._folder)
            words, audio = emergency_broadcast(values, store, self._local_now(), ALL_CLEAR_SLOT)
        ended = broadcaster.all_clear(values["authoriser"], values["text"], words=words, audio=audio)
        return {"ended": ended, "heard": self._output is not None and self._output.heard}

    def _test_output(self, broadcaster: Broadcaster, values: dict[str, Any]) -> dict[str, Any]:
        audio = EmergencyStore(self._folder).find(values["audio_key"])
        if audio is not None:
            broadcaster.test_output(audio)
        return {"heard": audio is not None and self._output is not None and self._output.heard}

    def _local_now(self) -> datetime:
        return self._clock.now().astimezone(self._contents.settings.time_zone)


def _amplifier(settings: StationSettings, folder: StationFolder, clock: Clock) -> Amplifier | None:
    asked = settings.amplifier
    if asked is None:
        return None
    return Amplifier(asked, ProgramThread(folder.root, asked.timeout_s, clock), clock)


def _status_line(broadcaster: Broadcaster) -> str:
    state = broadcaster.state()
    if state["on_air"]:
        return _("On the air: {title}").format(title=state["on_air"]["title"])
    for coming in broadcaster.coming(1):
        return _("Next: {title}, {when}.").format(title=coming.title, when=f"{coming.planned_at:%H:%M %d/%m/%Y}")
    return str(state["output"])

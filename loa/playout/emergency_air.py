"""Emergencies on the air: ordered, said again when they are due, ended by the all-clear; each step with its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from loa.clock import Clock
from loa.errors import SoundRefused
from loa.language import translate as _
from loa.ledger import Ledger, Outcome, Reason
from loa.playout.coming import Coming
from loa.playout.emergencies import Emergencies
from loa.playout.run import Run, closed_entry, planned_entry
from loa.playout.runs import Runs
from loa.playout.standing import Repeats
from loa.sound import FinishedAudio
from loa.timetable import Broadcast


class EmergencyAir:
    """Puts emergencies on the air.

    Parameters
    ----------
    emergencies, runs, coming, ledger, clock
        The broadcaster's.
    stored
        Gives finished audio by its key.
    """

    def __init__(
        self,
        emergencies: Emergencies,
        runs: Runs,
        coming: Coming,
        *,
        ledger: Ledger,
        clock: Clock,
        stored: Callable[[str], FinishedAudio | None],
    ) -> None:
        self._emergencies = emergencies
        self._runs = runs
        self._coming = coming
        self._ledger = ledger
        self._clock = clock
        self._stored = stored

    def order(
        self,
        emergency: Broadcast,
        *,
        audio: Mapping[str, FinishedAudio],
        authoriser: str,
        text: str,
        repeats: Repeats | None = None,
    ) -> float:
        """Air `emergency` at once; what is on the air is cut, and goes on afterwards or ends as its slot says.

        Its files are opened before anything is cut: an emergency that cannot be read does not end a good broadcast.

        Parameters
        ----------
        audio
            Finished audio of its items.
        authoriser
            Who ordered it: it airs without another approval, in quiet hours too.
        text
            The words, for the ledger.
        repeats
            How often it is said, or None: once.

        Returns
        -------
        float
            In how many seconds the first word is heard: the time that the amplifier takes.

        Raises
        ------
        SoundRefused
            Nothing of it can be played; nothing was cut.
        """
        now = self._clock.now()
        run = self._opened(emergency, audio, now)
        keys = {name: one.cue_sheet.key for name, one in audio.items()}
        standing = self._emergencies.order(emergency, audio=keys, authoriser=authoriser, text=text, repeats=repeats)
        replaces = self._emergencies.replaced_by(standing)
        rows = [planned_entry(emergency), standing.entry(replaces=replaces)]
        self._emergencies.stand(standing, replaces=replaces)
        self._coming.add(self._runs.take_over(run, now, rows=rows))
        return run.lead_in_s

    def _opened(self, emergency: Broadcast, audio: Mapping[str, FinishedAudio], now: datetime) -> Run:
        run = self._runs.opened_at_once(emergency, audio, now)
        if run is None:
            raise SoundRefused(_("The emergency bulletin has no finished audio. Type: loa render"))
        return run

    def say_due(self, now: datetime, *, doubt: bool, lost: bool) -> None:
        """Say the emergency that is due again, once no other is on the air; drop those whose time is over.

        Parameters
        ----------
        doubt
            Whether the clock may be wrong.
        lost
            Whether the output has just been away.
        """
        reason = None if doubt else Reason.OUTPUT_LOST if lost else Reason.OVERLAP
        due = self._emergencies.due(now)
        if due is not None and not self._runs.in_emergency and (doubt or not due.over(now)):
            passed = self._emergencies.say(due, now, reason=reason)
            audio = {item: one for item, key in due.audio.items() if (one := self._stored(key)) is not None}
            run = self._runs.opened_at_once(due.broadcast, audio, now)
            rows = [*passed, planned_entry(due.broadcast), due.entry()]
            if run is None:
                self._ledger.append_all(rows)
                missing = closed_entry(due.broadcast.key, Outcome.MISSED, Reason.NOTHING_TO_AIR)
                self._runs.close(due.broadcast, missing)
            else:
                self._coming.add(self._runs.take_over(run, now, rows=rows))
        if reason is not None:
            self._ledger.append_all(self._emergencies.end_past(now, reason))

    def all_clear(
        self, authoriser: str, text: str, *, words: Broadcast | None, audio: Mapping[str, FinishedAudio]
    ) -> int:
        """End every emergency, also the one that is being said; air the `words` of the all-clear. Return how many ended.

        Raises
        ------
        SoundRefused
            The words cannot be played; nothing has ended then.
        """
        now = self._clock.now()
        run = self._opened(words, audio, now) if words is not None else None
        row = self._emergencies.all_clear(authoriser, text)
        self._ledger.append_all([row])
        ended = len(self._emergencies.standing)
        self._emergencies.drop_all()
        if ended or run is not None:  # given twice, it does not cut its own words
            self._runs.cut_emergencies(Reason.STOPPED_BY_OPERATOR, f"{authoriser}: {_('all-clear')}")
        if run is not None:
            self._coming.add(self._runs.take_over(run, now, rows=[planned_entry(run.broadcast)]))
        return ended

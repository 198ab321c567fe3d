"""What a person orders in an emergency, made ready without the timetable and without the ledger: those may be broken."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from loa.bulletins import Priority, read_bulletins
from loa.equipment import NO_TONE, OWN_TONE
from loa.errors import Conflict, Finding, InputRefused, LoaError, NotFound
from loa.language import translate as _
from loa.ledger import instant_text
from loa.settings import StationSettings, read_settings
from loa.sound import FinishedAudio
from loa.sound.attention import attention_tone
from loa.station.emergency_store import EmergencyStore
from loa.station.folder import StationFolder
from loa.station.last_good import kept
from loa.station.lexicon_file import WayOfReading, read_lexicon, reading_style
from loa.station.render_jobs import bulletin_job, sound_job, sound_target, speech_job
from loa.station.rendering import RenderJob, find, render

ONE_DAY = timedelta(days=1)
MOST_DAYS = 7
BREATH_S = 5.0
SPOKEN = "khan-cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyOrder:
    """What is to be said.

    Attributes
    ----------
    bulletin, text
        A bulletin's name, or words: one of the two.
    authoriser
        Who orders it.
    every_min
        Minutes from one time to the next, or None: once.
    until
        Aware time after which it is not said again; None: for a day.
    times
        How often in all, or None: until then.
    """

    bulletin: str = ""
    text: str = ""
    authoriser: str
    every_min: int | None = None
    until: datetime | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A bulletin that was written for an emergency; `length_s` is None where its audio is not finished."""

    bulletin: str
    title: str
    length_s: float | None


class EmergencyDesk:
    """Makes emergencies ready in one station folder.

    Parameters
    ----------
    folder
        The station's.

    Raises
    ------
    InputRefused
        ``station.yaml`` is wrong, and there is no copy of a good one.
    """

    def __init__(self, folder: StationFolder) -> None:
        self._folder = folder
        self.settings = _settings_anyway(folder)
        self._store = EmergencyStore(folder)
        entries, _found = read_lexicon(folder)  # what holds of it
        self._way = WayOfReading(entries, reading_style(self.settings.reading))

    def order_values(self, order: EmergencyOrder, now: datetime) -> dict[str, Any]:
        """Return the values of the request that airs `order`; its audio is finished then.

        Raises
        ------
        Conflict
            The repeats make no sense.
        NotFound, InputRefused, NoVoice, SoundRefused
            It cannot be said.
        """
        until = self._until(order, now)
        said, audio = self._words(order.bulletin, order.text)
        tone = self._tone()
        length_s = audio.cue_sheet.length_s + (tone.cue_sheet.length_s if tone else 0.0)
        if order.every_min is not None and order.every_min * 60 < length_s + BREATH_S:
            least = int((length_s + BREATH_S) // 60) + 1
            raise Conflict(
                _("It takes {seconds:.0f} seconds to say it. Repeat it every {minutes} minutes or less often.").format(
                    seconds=length_s, minutes=least
                )
            )
        repeats = None
        if order.every_min is not None:
            repeats = {"every_s": order.every_min * 60.0, "until": instant_text(until), "times": order.times}
        tone_key = tone.cue_sheet.key if tone else ""
        return said | {"authoriser": order.authoriser, "tone_key": tone_key, "repeats": repeats}

    def all_clear_values(self, *, authoriser: str, bulletin: str, text: str) -> dict[str, Any]:
        """Return the values of the request that ends the emergencies. Raises as `order_values`."""
        said = self._words(bulletin, text)[0] if bulletin or text else {"text": "", "audio_key": ""}
        return said | {"authoriser": authoriser}

    def audio(self, bulletin: str, text: str) -> FinishedAudio:
        """Return the finished audio of a bulletin, or of `text`, made now where there is none. Raises as `order_values`."""
        return self._words(bulletin, text)[1]

    def presets(self) -> Iterator[Preset]:
        """Yield the bulletins of priority ``emergency``, by name."""
        found = read_bulletins(self._folder.scripts, station_folder=self._folder.root, topics=None)
        for name, bulletin in sorted(found.bulletins.items()):
            if bulletin.priority is Priority.EMERGENCY:
                audio = None
                with contextlib.suppress(LoaError):
                    audio = find(self._bulletin_job(name)[1], self._store)
                yield Preset(bulletin=name, title=bulletin.title, length_s=audio.cue_sheet.length_s if audio else None)

    def _until(self, order: EmergencyOrder, now: datetime) -> datetime:
        if order.every_min is None and (order.until is not None or order.times is not None):
            raise Conflict(_("Say how often it is repeated: add --every MINUTES."))
        until = order.until or now + ONE_DAY
        if order.times is not None and order.every_min is not None and order.until is None:
            until = max(until, now + timedelta(minutes=order.every_min * order.times))
        if until <= now:
            raise Conflict(_("The time until which it is repeated has passed. Give a later one."))
        if until > now + timedelta(days=MOST_DAYS):
            raise Conflict(_("An emergency is repeated for seven days at most. Order it again when they are over."))
        return until

    def _words(self, bulletin: str, text: str) -> tuple[dict[str, Any], FinishedAudio]:
        """Return what the request says of the words, and their finished audio: made now where there is none."""
        if bulletin:
            said, job = self._bulletin_job(bulletin)
        else:
            job = speech_job(
                SPOKEN,
                hashlib.sha256(text.encode()).hexdigest(),
                self._phrases(text),
                settings=self.settings,
                folder=self._folder,
            )
            said = {"title": text[:80], "topic": "", "genre": "notice", "text": text}
        audio = find(job, self._store) if bulletin else None
        if audio is None:  # at once: by a voice of this machine, whatever stands before it in the ladder
            audio = render(replace(job, ladder=without_waiting(job.ladder)) if job.ladder else job, self._store)
        return said | {"item": job.item, "text_hash": job.text_hash, "audio_key": audio.cue_sheet.key}, audio

    def _bulletin_job(self, name: str) -> tuple[dict[str, Any], RenderJob]:
        name = name.removesuffix(".md").removeprefix("scripts/")
        found = read_bulletins(self._folder.scripts, station_folder=self._folder.root, topics=None)
        bulletin = found.bulletins.get(name)
        if bulletin is None:
            own: Sequence[Finding] = [one for one in found.findings if one.file == f"scripts/{name}.md"]
            if own:
                raise InputRefused(own)
            names = ", ".join(sorted(found.bulletins))
            message = _("There is no bulletin “{name}”. The bulletins are: {names}")
            raise NotFound(message.format(name=name, names=names))
        said = {
            "title": bulletin.title,
            "topic": bulletin.topic,
            "genre": bulletin.genre.value,
            "text": bulletin.body,
        }
        return said, bulletin_job(bulletin, self._phrases(bulletin.body), self.settings, self._folder)

    def _phrases(self, text: str) -> tuple[tuple[str, str], ...]:
        return tuple((phrase.text, phrase.pause.value) for phrase in self._way.read(text).phrases)

    def _tone(self) -> FinishedAudio | None:
        """Return the attention tone; None where none is wanted, or it cannot be made: the words go out without it."""
        tone = self.settings.emergency.tone
        with contextlib.suppress(LoaError, OSError):
            if tone == OWN_TONE:
                return attention_tone(self._store, sound_target(self.settings))
            if tone != NO_TONE:
                return render(sound_job(tone, self.settings, self._folder), self._store)
        return None


def _settings_anyway(folder: StationFolder) -> StationSettings:
    try:
        return read_settings(folder.root)
    except InputRefused:
        good = kept(folder)
        if good is None:
            raise
        return read_settings(good.root)


def without_waiting(voices: Sequence[str]) -> tuple[str, ...]:
    """Return the voices of a ladder that need neither network nor another program, and one that is always there."""
    near = [voice for voice in voices if voice.partition(":")[0] in {"espeak", "piper"}]
    return tuple(dict.fromkeys([*near, "espeak:south"]))

"""A station through a morning of faults, and a listener beside it who believes nothing but the loudspeaker and the clock.

What is checked is written down here from the promises alone: nothing is asked of loa but its ledger's rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from loa.air_rules import AirRules
from loa.bulletins import Priority
from loa.clock import VirtualClock
from loa.errors import LedgerFailed
from loa.ledger import Entry, Row, RowKind
from loa.ledger.enduring import EnduringLedger
from loa.ledger.rows import Stored
from loa.playout import Broadcaster, Material, ProgressFile, VirtualFileOutput
from loa.playout.broadcaster import StationFacts
from loa.playout.part import RATE, Began, Ended, Part
from loa.playout.standing import Repeats
from loa.sound import AudioStore
from loa.timetable import (
    AfterOutage,
    Broadcast,
    IfInterrupted,
    ItemKind,
    PlannedItem,
    ProgrammeItem,
    QueueEntry,
    Slot,
    WhenBusy,
    broadcast_key,
)
from tests.playout.finished_audio import finished
from tests.playout.small_station import ZONE, bulletin, material, slot

DAWN = datetime(2026, 11, 23, 5, 0, tzinfo=ZONE)
MORNING_S = 70 * 60
CALM_S = 45 * 60  # without faults, at the end: time for everything to get its outcome
QUIET = (time(6, 0), time(6, 10))
PATIENCE_S = 12  # silence so long, while something may air, is a broadcast withheld
LENGTHS_S = {"mot": 8.0, "hai": 10.0, "ba": 6.0}
EVERY_S = 300.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that happens `at_s` seconds after dawn; `size` scales it, from 0 to 1."""

    at_s: int
    kind: str
    size: float


KINDS = (
    "kill", "power cut", "restart", "an hour back", "a day ahead", "minutes ahead", "set ahead and mended", "suspend",
    "output lost", "stop", "emergency", "repeated emergency", "all-clear", "slot dropped", "slot moved", "slot added",
    "queued", "disk error", "disk away",
)  # fmt: skip


class Ear(VirtualFileOutput):
    """An output that remembers what was heard of it, whatever becomes of the station."""

    def __init__(self, folder: Path, clock: VirtualClock, heard: Heard) -> None:
        super().__init__(folder, clock, ZONE)
        self._heard = heard
        self._seen = 0

    def add(self, parts: Sequence[Part]) -> None:
        """Place parts, and remember them."""
        self._heard.parts |= {part.part_id: part for part in parts}
        super().add(parts)

    def listen(self) -> None:
        """Take down what has been heard by now."""
        for event in list(self.events):
            if isinstance(event, Began):
                self._heard.began.setdefault(event.part_id, (event.wall_s, event.mono_s))
            elif isinstance(event, Ended):
                self._heard.frames[event.part_id] = event.sent_frames
                self._heard.lost[event.part_id] = event.lost_frames
        self._heard.frames |= self.heard_frames(self._virtual.monotonic())


@dataclass(slots=True)
class Heard:
    """What came out of the loudspeaker: parts by id, when they began (wall, monotonic), and how many frames of them."""

    parts: dict[str, Part] = field(default_factory=dict)
    began: dict[str, tuple[float, float]] = field(default_factory=dict)
    frames: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)

    def of(self, key: str) -> list[str]:
        """Return the ids of the parts of one broadcast that were heard, in order."""
        return [part_id for part_id in self.began if part_id.rpartition("#")[0] == key]

    def seconds(self, key: str) -> float:
        """Return how long one broadcast was heard."""
        return sum(self.frames.get(part_id, 0) for part_id in self.of(key)) / RATE

    def twice_s(self, key: str) -> float:
        """Return how many seconds of one broadcast were heard more than once."""
        spans: dict[Path | None, list[tuple[int, int]]] = {}
        for part_id in self.of(key):
            sound = self.parts[part_id].sound
            end = sound.from_frame + self.frames.get(part_id, 0)
            spans.setdefault(sound.path, []).append((sound.from_frame, end))
        twice = 0
        for found in spans.values():
            covered = 0
            for start, end in sorted(found):
                twice += max(0, min(covered, end) - start)
                covered = max(covered, end)
        return twice / RATE


def slots() -> list[Slot]:
    """Return the slots of the morning: each policy, and some in each other's way."""
    last = "tin"
    more: list[tuple[str, str, dict[str, Any]]] = [
        ("som", "05:05", {}),
        ("bo-qua", "05:12", {"late_s": 60.0, "after_outage": AfterOutage.SKIP}),
        (
            "vao-giua",
            "05:20",
            {"late_s": 120.0, "after_outage": AfterOutage.JOIN, "if_interrupted": IfInterrupted.RESUME},
        ),
        ("chen", "05:20:10", {"when_busy": WhenBusy.INTERRUPT}),
        ("dung-gio", "05:28", {"late_s": 0.0}),
        ("thoi", "05:28:05", {"when_busy": WhenBusy.DROP, "late_s": 60.0}),
        ("lai", "05:36", {"if_interrupted": IfInterrupted.RESTART}),
        ("tiep", "05:44", {"if_interrupted": IfInterrupted.RESUME, "late_s": 900.0}),
        ("hang-doi", "05:50", {"programme": "hang"}),
        ("gan-yen", "05:59:40", {"late_s": 1800.0}),
        ("sau-yen", "06:10", {}),
        ("cuoi", "06:20", {"programme": last}),
    ]
    return [replace(slot(name, begins), **fields) for name, begins, fields in more]


def morning(folder: Path, given: list[Slot], queue: tuple[QueueEntry, ...]) -> Material:
    """Return the material of the morning."""
    plain = material(folder, given)
    names = {*LENGTHS_S, "them"}
    audio = {name: finished(folder / "rendered", name, LENGTHS_S.get(name, 5.0)) for name in sorted(names)}
    extra = bulletin("them")
    approval = replace(plain.shelf.approvals["mot"], bulletin="them", text_hash=extra.text_hash)
    shelf = replace(
        plain.shelf,
        bulletins={**plain.shelf.bulletins, "them": extra},
        approvals={**plain.shelf.approvals, "them": approval},
        lengths_s={name: one.cue_sheet.length_s for name, one in audio.items()},
    )
    tin = plain.timetable.programmes["tin"]
    hang = replace(tin, name="hang", items=(*tin.items, ProgrammeItem(kind=ItemKind.QUEUE, count=3)))
    timetable = replace(plain.timetable, programmes={"tin": tin, "hang": hang}, queue=queue)
    return replace(plain, timetable=timetable, shelf=shelf, audio=audio, rules=AirRules(quiet_hours=(QUIET,)))


class FailingLedger(EnduringLedger):
    """A station's ledger whose disk fails when told: the database for a while, or everything, once."""

    fail_in = -1
    away = False

    def append_all(self, entries: Sequence[Entry]) -> list[Row]:
        """Append, or fail at the write that was chosen."""
        if entries and self.fail_in >= 0:
            self.fail_in -= 1
            if self.fail_in < 0:
                raise LedgerFailed("the disk failed")
        return super().append_all(entries)

    def _insert(self, entries: Sequence[Entry]) -> list[Stored]:
        rows = super()._insert(entries)
        if self.away:
            raise sqlite3.OperationalError("disk I/O error")
        return rows

    def _try_again(self, *, due: bool = False) -> None:
        if not self.away:
            super()._try_again(due=due)


@dataclass(slots=True)
class Order:
    """A repeated emergency: until when; how long the station was able to say it and did not; when it last did."""

    until: datetime
    able_s: float = 0.0
    last_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Owed:
    """A broadcast that might have begun and for `PATIENCE_S` did not, though nothing was heard."""

    key: str
    at: datetime


class FaultDay:
    """One morning: a station, its faults, and what a listener and a clerk would note down.

    Parameters
    ----------
    folder
        For everything.
    faults
        In any order.
    """

    def __init__(self, folder: Path, faults: Sequence[Fault]) -> None:
        self.folder = folder
        self.faults = sorted(faults, key=lambda fault: fault.at_s)
        self.clock = VirtualClock(DAWN)
        self.heard = Heard()
        self.slots = slots()
        self.queue: tuple[QueueEntry, ...] = ()
        self.deaths: list[datetime] = []
        self.lives: list[list[datetime | None]] = []
        self.owed: list[Owed] = []
        self.boots = 0
        self.alive_since: datetime | None = None
        self.silent_s = 0.0
        self.step_mono_s: list[float] = []
        self.standing: dict[str, Order] = {}
        self.silenced: list[str] = []
        self.edited_at = DAWN
        self.names: dict[Path | None, str] = {}
        self.paths: dict[str, Path] = {}
        self.mend_at_s: tuple[float, float] | None = None
        self.output_back_s = 0.0
        self.disk_back_s = 0.0
        self.passed_s = 0.0
        self.next_start_s: float | None = None
        self._boot()

    # ------------------------------------------------------------------ the station's life

    def _boot(self) -> None:
        self.ledger = FailingLedger(self.folder / "ledger.sqlite", self.clock)
        self.output = Ear(self.folder / "sound", self.clock, self.heard)
        self.broadcaster = Broadcaster(
            ledger=self.ledger,
            output=self.output,
            clock=self.clock,
            progress=ProgressFile(self.folder / "on-air.json"),
            facts=StationFacts(version="test", boot_id=f"boot-{self.boots}", process_id=1),
            stored=AudioStore(self.folder / "rendered").find,
        )
        self.alive_since = self.clock.now()
        self.lives.append([self.clock.now(), None])
        self.broadcaster.start(self.material())

    def material(self) -> Material:
        """Return the folder as it is now."""
        made = morning(self.folder, self.slots, self.queue)
        self.paths = {name: audio.path for name, audio in made.audio.items()}
        return made

    def die(self, *, off_s: float, power: bool = False) -> None:
        """Let the process vanish; with `power`, the machine too."""
        self.output.listen()
        self.ledger.away = True  # whoever vanishes puts no journal away
        self.ledger.close()
        self.deaths.append(self.clock.now())
        self.lives[-1][1] = self.clock.now()
        self.alive_since = None
        self.next_start_s = self.passed_s + off_s
        if power:
            self.boots += 1

    def run(self) -> None:
        """Live through the morning, and through the calm after it."""
        waiting = list(self.faults)
        while self.passed_s < MORNING_S + CALM_S:
            self._mend()
            try:
                while waiting and waiting[0].at_s <= self.passed_s:
                    self._happen(waiting.pop(0))
                self._second()
            except LedgerFailed:
                self.die(off_s=3)
        self.output.listen()

    def _second(self) -> None:
        if self.alive_since is None:
            if self.next_start_s is not None and self.passed_s >= self.next_start_s:
                self._boot()
            else:
                self.clock.advance(1.0)
                self.passed_s += 1
                self.silent_s = 0.0
                return
        self.ledger.away = self.passed_s < self.disk_back_s
        self.output.trouble = "gone" if self.passed_s < self.output_back_s else ""
        self.broadcaster.tick()
        self.output.listen()
        sounding = self.output.timeline.busy and any(self.output.heard_frames(self.clock.monotonic()))
        if self.output.trouble or not self.broadcaster.busy:
            self.output.pass_idle(1.0)
        else:
            self.output.play(1.0)
            self.output.listen()
        self.passed_s += 1
        self._look_for_what_is_owed(sounding=sounding)
        self._look_at_emergencies()

    def alive_at(self, instant: datetime) -> bool:
        """Return whether the station was alive when the clock showed `instant`; only where the clock was never set."""
        return any(
            start is not None and start <= instant and (end is None or instant < end) for start, end in self.lives
        )

    def stepped(self, mono_s: float, *, within_s: float) -> bool:
        """Return whether the wall clock was set in the `within_s` seconds before `mono_s`."""
        return any(0 <= mono_s - step_s <= within_s for step_s in self.step_mono_s)

    def _look_at_emergencies(self) -> None:
        """Note a repeated emergency that an able station has not said for longer than was ordered."""
        now = self.clock.now()
        able = self.alive_since is not None and not self.output.trouble
        for name, order in list(self.standing.items()):
            if now > order.until and not self.stepped(self.clock.monotonic(), within_s=320):
                del self.standing[name]  # its time is over, even where the clock is set back afterwards
                continue
            begun = [mono for part, (_wall, mono) in self.heard.began.items() if self._says(part, name)]
            last_s = max(begun, default=0.0)
            order.able_s = order.able_s + 1 if able and last_s == order.last_s else 0.0
            order.last_s = last_s
            if order.able_s > EVERY_S + 60 and now <= order.until:
                self.silenced.append(f"{name} was not said for {order.able_s:.0f} s at {now:%H:%M:%S}Z")

    def _says(self, part_id: str, name: str) -> bool:
        """Return whether a part is of the emergency `name`."""
        return part_id.startswith("emergency@") and self.names.get(self.heard.parts[part_id].sound.path) == name

    def _look_for_what_is_owed(self, *, sounding: bool) -> None:
        """Note a broadcast that may begin while nothing is heard for `PATIENCE_S`."""
        now = self.clock.now().astimezone(ZONE)
        fit = not self.output.trouble and self.alive_since is not None and not self._is_quiet(now)
        self.silent_s = self.silent_s + 1 if fit and not sounding else 0.0
        if self.silent_s < PATIENCE_S:
            return
        begun = {part_id.rpartition("#")[0] for part_id in self.heard.began}
        for one in self.slots:
            at = datetime.combine(now.date(), one.times[0], ZONE)
            key = broadcast_key(one.name, at)
            since = now - timedelta(seconds=PATIENCE_S)
            if (
                at <= self.edited_at
                or key in begun | {owed.key for owed in self.owed}
                or self.stepped(self.clock.monotonic(), within_s=320)
            ):
                continue
            if at < since and now < at + timedelta(seconds=one.late_s) and self._may_begin(one, at):
                self.owed.append(Owed(key, now))

    def _may_begin(self, one: Slot, at: datetime) -> bool:
        """Return whether a slot whose time was `at` may begin late: not where the station was off and it says skip."""
        waited = self.alive_since is not None and self.alive_since <= at
        return not self._is_quiet(at) and (waited or one.after_outage is AfterOutage.LATE)

    @staticmethod
    def _is_quiet(now: datetime) -> bool:
        return QUIET[0] <= now.time() < QUIET[1]

    # ------------------------------------------------------------------ what happens

    def _happen(self, fault: Fault) -> None:
        size = fault.size
        match fault.kind:
            case "an hour back":
                self._step(-3600)
            case "a day ahead":
                self._step(86_400)
            case "minutes ahead":
                self._step(60 + 900 * size)
            case "set ahead and mended":
                ahead = 3600 + 7 * 86_400 * size
                self._step(ahead)
                self.mend_at_s = (self.passed_s + 10 + 200 * size, -ahead)
            case "slot dropped":
                self._edit([one for number, one in enumerate(self.slots) if number != int(size * len(self.slots))])
            case "slot moved":
                self._edit([self._moved(one, size) for one in self.slots])
            case "slot added":
                soon = self.clock.now().astimezone(ZONE) + timedelta(seconds=20 + 300 * size)
                self._edit([*self.slots, slot(f"them-{fault.at_s}", f"{soon:%H:%M:%S}")])
            case "queued":
                self._enqueue(fault)
            case _ if self.alive_since is not None:
                self._happen_on_air(fault)

    def _happen_on_air(self, fault: Fault) -> None:
        size = fault.size
        match fault.kind:
            case "kill":
                self.die(off_s=1 + 200 * size**3)
            case "power cut":
                self.die(off_s=20 + 1500 * size**2, power=True)
            case "restart":
                self.broadcaster.shut_down("")
                self.die(off_s=2 + 60 * size)
            case "suspend":
                self._step(30 + 1800 * size)
            case "output lost":
                self.output_back_s = self.passed_s + 3 + 400 * size**2
            case "stop":
                self.broadcaster.stop_current("Hoa", "")
            case "disk error":
                self.ledger.fail_in = int(4 * size)
            case "disk away":
                self.disk_back_s = self.passed_s + 5 + 900 * size**2
            case "emergency" | "repeated emergency":
                self._emergency(fault)
            case "all-clear":
                self.standing.clear()
                self.broadcaster.all_clear("Chủ tịch", "", words=None, audio={})
            case _:
                raise ValueError(fault.kind)

    def _step(self, seconds: float) -> None:
        self.clock.step_wall(seconds)
        self.step_mono_s.append(self.clock.monotonic())

    def _mend(self) -> None:
        if self.mend_at_s is not None and self.passed_s >= self.mend_at_s[0]:
            self._step(self.mend_at_s[1])
            self.mend_at_s = None

    def _edit(self, edited: list[Slot]) -> None:
        self.slots = edited
        self.edited_at = self.clock.now().astimezone(ZONE)
        self._use()

    def _use(self) -> None:
        if self.alive_since is not None:
            try:
                self.broadcaster.use(self.material())
            except LedgerFailed:
                self.die(off_s=3)

    def _moved(self, one: Slot, size: float) -> Slot:
        if one is not self.slots[int(size * (len(self.slots) - 1))]:
            return one
        at = datetime.combine(DAWN.date(), one.times[0]) + timedelta(seconds=180 * size)
        return replace(one, times=(at.time().replace(microsecond=0),))

    def _enqueue(self, fault: Fault) -> None:
        now = self.clock.now()
        at = now + timedelta(seconds=30 + 300 * fault.size) if fault.size < 0.5 else None
        if at is not None:
            at = at.replace(microsecond=0)
        entry = QueueEntry(queue_id=f"q{fault.at_s}", bulletin="them", at=at, added_at=now, added_by="Hoa")
        self.queue = (*self.queue, entry)
        self._use()

    def _emergency(self, fault: Fault) -> None:
        now = self.clock.now().astimezone(ZONE)
        name = f"lu-{int(3 * fault.size)}"
        audio = finished(self.folder / "rendered", name, 5.0 + int(3 * fault.size))
        self.names[audio.path] = name
        key = f"{broadcast_key('emergency', now)}-{name.replace('-', '')}"
        if self.ledger.having(RowKind.PLANNED, [key]):
            return  # the same words within the same second: a person cannot
        item = PlannedItem(kind=ItemKind.BULLETIN, name=name, title=name, length_s=audio.cue_sheet.length_s)
        broadcast = Broadcast(
            key=key, slot="emergency", programme="emergency", title=name, planned_at=now,
            priority=Priority.EMERGENCY, late_s=60.0, items=(item,),
        )  # fmt: skip
        repeats = None
        if fault.kind == "repeated emergency":
            repeats = Repeats(every_s=EVERY_S, until=now + timedelta(seconds=600 + 1800 * fault.size))
        self.standing.pop(name, None)
        if repeats:
            self.standing[name] = Order(until=repeats.until)
        try:
            self.broadcaster.interrupt(
                broadcast, audio={name: audio}, authoriser="Chủ tịch", text=name, repeats=repeats
            )
        except LedgerFailed:
            self.standing.pop(name, None)  # the person was told that it failed
            self.die(off_s=3)

"""What to add to reach a target: programmes with room for it, bulletins not used yet, bulletins to approve or write."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from loa.bulletins import Bulletin, Priority
from loa.language import translate as _
from loa.reports.wording import day_text, number
from loa.station.contents import Contents
from loa.timetable import Broadcast, ItemKind, Problem, Programme, planned_bulletin
from loa.timetable.targets import Measure, Period, Target

WILL_AIR = {Problem.NONE, Problem.NOT_RENDERED}  # the station finishes the audio of what is approved by itself
NAMED = 3  # bulletins named in one sentence
MOST_OF_A_TOPIC = 20  # what `count:` takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a target still lacks in a period.

    Attributes
    ----------
    missing
        By measure, in its own unit; only what is above 0.
    used
        Names of the bulletins that aired in the period or are planned in it.
    """

    target: Target
    period: Period
    missing: Mapping[Measure, float]
    used: frozenset[str]


def advice(gap: Gap, ahead: Sequence[Broadcast], contents: Contents, *, today: date) -> Iterator[str]:
    """Yield what to do, a sentence or two for each measure that is short.

    Parameters
    ----------
    ahead
        What still airs in the period.
    """
    fitting = [one for one in contents.shelf.bulletins.values() if _may_air(one, gap, today)]
    approved = [one for one in fitting if contents.shelf.approval(one) is not None]
    waiting = [one for one in fitting if contents.shelf.approval(one) is None]
    approved.sort(key=lambda one: (-(one.valid_until or date.max).toordinal(), one.name))  # the lasting ones first
    if not approved:
        yield _nothing_to_air(waiting)
        return
    if Measure.BULLETINS in gap.missing:
        yield from _more_bulletins(gap, approved, waiting)
    length_s = sum(planned_bulletin(one.name, contents.shelf, today).length_s for one in approved) / len(approved)
    room = _Room(gap, ahead, contents, length_s)
    blocked = _blocked(gap, ahead)
    if blocked:
        yield _("{count} broadcasts ask for bulletins that are not approved: loa approve {names} --by NAME").format(
            count=sum(blocked.values()), names=" ".join(blocked)
        )
    wanted = math.ceil(gap.missing.get(Measure.BROADCASTS, 0.0)) - sum(blocked.values())
    if wanted > 0:
        yield _("{count} more broadcasts are wanted until {day}: {how}").format(
            count=number(wanted), day=day_text(gap.period.last_day), how=room.for_more(wanted, approved[0])
        )
    missing_s = 60 * gap.missing.get(Measure.MINUTES, 0.0) - (max(wanted, 0) + sum(blocked.values())) * length_s
    if missing_s > 0:
        items = math.ceil(missing_s / length_s)
        yield _("{minutes} more minutes are wanted, about {count} bulletins: {how}").format(
            minutes=number(missing_s / 60, 1),
            count=number(items),
            how=room.for_longer(items, len(approved)) or room.for_more(items, approved[0]),
        )


def _may_air(bulletin: Bulletin, gap: Gap, today: date) -> bool:
    begins_in_time = bulletin.valid_from is None or bulletin.valid_from <= gap.period.last_day
    still_valid = bulletin.valid_until is None or bulletin.valid_until >= max(today, gap.period.first_day)
    counts = gap.target.counts(bulletin.topic, bulletin.genre.value)
    return counts and begins_in_time and still_valid and bulletin.priority is not Priority.EMERGENCY


def _blocked(gap: Gap, ahead: Sequence[Broadcast]) -> Counter[str]:
    """Return the unapproved bulletins that broadcasts ask for, with how many broadcasts have nothing else that counts."""
    blocked: Counter[str] = Counter()
    for broadcast in ahead:
        fitting = [
            item
            for item in broadcast.items
            if item.kind is ItemKind.BULLETIN and gap.target.counts(item.topic, item.genre)
        ]
        if fitting and all(item.problem is Problem.NOT_APPROVED for item in fitting):
            blocked[fitting[0].name] += 1
    return blocked


def _names(bulletins: Sequence[Bulletin]) -> str:
    return " ".join(one.name for one in bulletins[:NAMED])


def _nothing_to_air(waiting: Sequence[Bulletin]) -> str:
    if waiting:
        return _(
            "No bulletin that counts is approved. Read them through and type: loa approve {names} --by NAME"
        ).format(names=_names(waiting))
    return _("There is no bulletin that counts. Write one in scripts/ and approve it.")


def _more_bulletins(gap: Gap, approved: Sequence[Bulletin], waiting: Sequence[Bulletin]) -> Iterator[str]:
    short = math.ceil(gap.missing[Measure.BULLETINS])
    unused = [one for one in approved if one.name not in gap.used][:short]
    if unused:
        yield _(
            "{count} different bulletins are at hand that do not air in this time, such as: {names}. Queue each: loa "
            "queue add {name} --by NAME"
        ).format(count=len(unused), names=", ".join(one.name for one in unused[:NAMED]), name=unused[0].name)
    short -= len(unused)
    if short > 0 and waiting:
        yield _("Approve bulletins that count: loa approve {names} --by NAME").format(names=_names(waiting[:short]))
    short -= len(waiting)
    if short > 0:
        yield _("{count} more different bulletins must be written.").format(count=short)


class _Room:
    """Where the programmes that still air have room for more of a target."""

    def __init__(self, gap: Gap, ahead: Sequence[Broadcast], contents: Contents, length_s: float) -> None:
        self._target = gap.target
        self._contents = contents
        longest_s = contents.settings.air_rules.longest_session_s
        roomy = [one for one in ahead if _planned_s(one) + length_s <= longest_s]
        self._with = Counter(one.programme for one in roomy if self._has(one))
        self._without = Counter(one.programme for one in roomy if not self._has(one))
        self._last_day = gap.period.last_day

    def _has(self, broadcast: Broadcast) -> bool:
        return any(
            item.kind is ItemKind.BULLETIN and self._target.counts(item.topic, item.genre) for item in broadcast.items
        )

    def for_more(self, wanted: int, bulletin: Bulletin) -> str:
        """Return how to get `wanted` more broadcasts: one programme that is enough, else several, else more days."""
        airs = {name: count for name, count in self._without.items() if name in self._contents.timetable.programmes}
        enough = sorted((name for name, count in airs.items() if count >= wanted), key=lambda name: (airs[name], name))
        chosen = enough[:1]
        if not enough:
            for name in sorted(airs, key=lambda name: (-airs[name], name)):
                if sum(airs[one] for one in chosen) < wanted:
                    chosen.append(name)
        by_topic = bool(self._target.topic) and not self._target.genre
        item = f"- next: {self._target.topic}" if by_topic else f"- bulletin: {bulletin.name}"
        ways = []
        if chosen:
            named = (
                _("“{programme}” ({count} more broadcasts)").format(programme=one, count=number(airs[one]))
                for one in chosen
            )
            ways.append(_("add “{item}” to {programmes}").format(item=item, programmes=", ".join(named)))
        if sum(airs[one] for one in chosen) < wanted:
            ways.append(_("let a slot air on more days"))
        ways.append(_("or queue bulletins: loa queue add {name} --by NAME").format(name=bulletin.name))
        return "; ".join(ways)

    def for_longer(self, items: int, pool: int) -> str:
        """Return how to hear `items` more in programmes that have the topic already; empty where none draws from it."""
        for name, airs in self._with.most_common():
            programme = self._contents.timetable.programmes.get(name)
            count = 0 if programme is None or self._target.genre else _drawn(programme, self._target.topic)
            most = min(MOST_OF_A_TOPIC, pool)
            if 0 < count < most:
                more = min(most, count + math.ceil(items / airs))
                return _(
                    "in the programme “{programme}”, which airs {airs} more times, write count: {count} below "
                    "“- next: {topic}”"
                ).format(programme=name, airs=airs, count=more, topic=self._target.topic)
        return ""


def _planned_s(broadcast: Broadcast) -> float:
    return sum(item.length_s for item in broadcast.items if item.problem in WILL_AIR)


def _drawn(programme: Programme, topic: str) -> int:
    return next((item.count for item in programme.items if item.kind is ItemKind.NEXT and item.name == topic), 0)

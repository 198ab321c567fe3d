"""Why a slot airs on a day or does not, step by step, in the operator's words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from loa.air_rules import AirRules
from loa.language import translate as _
from loa.timetable.plan import Broadcast, Problem, Shelf
from loa.timetable.programme import IfInterrupted, ItemKind, Slot, Timetable, WhenBusy
from loa.timetable.why_days import Step, day_sentence, rule_steps
from loa.timetable.why_items import item_step, left_out, length_text


def why(
    timetable: Timetable, shelf: Shelf, *, slot: str, day: date, rules: AirRules, broadcasts: Sequence[Broadcast]
) -> list[Step]:
    """Return why `slot` airs on local `day` or does not.

    Parameters
    ----------
    broadcasts
        The plan of that day and of the days before and after, in order of time.

    Raises
    ------
    KeyError
        There is no such slot.
    """
    asked = timetable.slots[slot]
    types = timetable.types
    steps = [Step(ok=None, sentence=day_sentence(day, types.why(day)))]
    asks = list(rule_steps(asked.days, day, types, _("the slot airs")))
    steps += asks or [Step(ok=True, sentence=_("The slot airs on every day."))]
    if not asked.days.fits(day, types):
        return [*steps, Step(ok=False, sentence=_("The slot does not air on this day."))]
    steps += _exception_steps(asked, day, timetable)
    times, programme = asked.on(day, types)
    own = {
        broadcast.planned_at.time(): broadcast
        for broadcast in broadcasts
        if broadcast.slot == slot and broadcast.planned_at.date() == day
    }
    for at in times:
        steps += _at(at, own.get(at), timetable, shelf, name=programme, day=day)
        if at in own:
            steps += _air_rule_steps(own[at], rules)
            steps += _neighbour_steps(own[at], broadcasts, rules)
    if not times:
        steps.append(Step(ok=False, sentence=_("The slot does not air on this day.")))
    return steps


def _exception_steps(slot: Slot, day: date, timetable: Timetable) -> Iterator[Step]:
    types = timetable.types
    counts = slot.exception_on(day, types)
    if counts is None:
        if slot.exceptions:
            sentence = _("None of the slot's {count} exceptions counts on this day.").format(count=len(slot.exceptions))
            yield Step(ok=True, sentence=sentence)
        return
    where = _("{file}, line {line}").format(file=counts.file, line=counts.line)
    if counts.skip:
        what = _("The exception in {where} counts: nothing is aired.")
        yield Step(ok=False, sentence=what.format(where=where))
    if counts.times is not None:
        what = _("The exception in {where} counts: it airs at {times} instead of {own}.")
        sentence = what.format(where=where, times=_times(counts.times), own=_times(slot.times))
        yield Step(ok=None, sentence=sentence)
    if counts.programme:
        what = _("The exception in {where} counts: it airs the programme “{name}” instead of “{own}”.")
        sentence = what.format(where=where, name=counts.programme, own=slot.programme)
        yield Step(ok=None, sentence=sentence)
    for step in rule_steps(counts.days, day, types, _("the exception counts")):
        yield replace(step, ok=None, level=1)


def _times(times: Sequence[time]) -> str:
    return ", ".join(f"{at:%H:%M}" for at in times)


def _at(
    at: time, broadcast: Broadcast | None, timetable: Timetable, shelf: Shelf, *, name: str, day: date
) -> Iterator[Step]:
    """Yield what is aired at one time of the day."""
    programme = timetable.programmes.get(name)
    if programme is None:
        sentence = _("{at}: there is no programme “{name}”, so nothing airs.").format(at=f"{at:%H:%M}", name=name)
        yield Step(ok=False, sentence=sentence, level=1)
        return
    if broadcast is None:
        sentence = _("{at}: the programme “{title}” has nothing to say on this day, so nothing airs.").format(
            at=f"{at:%H:%M}", title=programme.title
        )
        yield Step(ok=False, sentence=sentence, level=1)
    else:
        sentence = _("{at}: “{title}” airs and takes {length}.").format(
            at=f"{at:%H:%M}", title=broadcast.title, length=length_text(broadcast.planned_s)
        )
        ready = any(item.problem is Problem.NONE and item.kind is not ItemKind.PAUSE for item in broadcast.items)
        if not ready:
            sentence = _("{at}: “{title}” is planned, but none of its items can air.").format(
                at=f"{at:%H:%M}", title=broadcast.title
            )
        yield Step(ok=ready, sentence=sentence, level=1)
        for item in broadcast.items:
            if item.kind is not ItemKind.PAUSE:
                yield item_step(item, timetable, shelf, day)
    yield from left_out(programme, broadcast, timetable, shelf, day)


def _air_rule_steps(broadcast: Broadcast, rules: AirRules) -> Iterator[Step]:
    def step(ok: bool, sentence: str) -> Step:
        return Step(ok=ok, sentence=sentence, level=2)

    begin, end = f"{broadcast.planned_at:%H:%M}", f"{broadcast.planned_end:%H:%M:%S}"
    quiet = rules.quiet_at(broadcast.planned_at.time()) or rules.quiet_at(broadcast.planned_end.time())
    hours = ", ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in rules.quiet_hours)
    if quiet:
        sentence = _("From {begin} to {end} it lies in quiet hours ({hours}).")
    else:
        sentence = _("From {begin} to {end} it keeps clear of quiet hours ({hours}).")
    yield step(not quiet, sentence.format(begin=begin, end=end, hours=hours))
    if broadcast.planned_at.weekday() not in rules.weekdays:
        yield step(False, _("The station does not air on this weekday (air_rules.days in station.yaml)."))
    yield step(
        broadcast.planned_s <= rules.longest_session_s,
        _("It takes {length}; {allowed} are allowed at once.").format(
            length=length_text(broadcast.planned_s), allowed=length_text(rules.longest_session_s)
        ),
    )


def _neighbour_steps(broadcast: Broadcast, broadcasts: Sequence[Broadcast], rules: AirRules) -> Iterator[Step]:
    """Yield what the day as a whole and the broadcasts before, beside and after it mean for this one."""
    if rules.longest_day_s is not None:
        day = broadcast.planned_at.date()
        whole_s = sum(one.planned_s for one in broadcasts if one.planned_at.date() == day)
        sentence = _("The whole day has {length}; {allowed} are allowed.").format(
            length=length_text(whole_s), allowed=length_text(rules.longest_day_s)
        )
        yield Step(ok=whole_s <= rules.longest_day_s, sentence=sentence, level=2)
    for other in broadcasts:
        if other.key == broadcast.key:
            continue
        first, later = sorted((broadcast, other), key=lambda one: (one.planned_at, one.key))
        gap_s = (later.planned_at - first.planned_end).total_seconds()
        if gap_s < 0 or first.planned_at == later.planned_at:
            yield _overlap_step(broadcast, first, later)
        elif gap_s < rules.shortest_gap_s:
            sentence = _("Only {gap} lie between it and “{title}” at {at}; {wanted} are wanted.").format(
                gap=length_text(gap_s),
                title=other.title,
                at=f"{other.planned_at:%H:%M}",
                wanted=length_text(rules.shortest_gap_s),
            )
            yield Step(ok=False, sentence=sentence, level=2)


def _overlap_step(broadcast: Broadcast, first: Broadcast, later: Broadcast) -> Step:
    """Return what happens where two broadcasts meet; the later one's slot says how."""
    told = _("“{first}” is still on the air until {end} when “{later}” is due at {at}: {outcome}").format(
        first=first.title,
        end=f"{first.planned_end:%H:%M:%S}",
        later=later.title,
        at=f"{later.planned_at:%H:%M}",
        outcome=_meeting(first, later),
    )
    return Step(ok=False if _lost(first, later) is broadcast else None, sentence=told, level=2)


def _cuts_in(first: Broadcast, later: Broadcast) -> bool:
    return later.when_busy is WhenBusy.INTERRUPT and first.rank <= later.rank


def _begins(first: Broadcast, later: Broadcast) -> datetime:
    """Return when the later one begins, if it does."""
    free = max(first.planned_end, later.planned_at)
    return min(free, later.planned_at + timedelta(seconds=later.wait_s)) if _cuts_in(first, later) else free


def _lost(first: Broadcast, later: Broadcast) -> Broadcast | None:
    """Return which of the two is not heard whole, or None."""
    if later.when_busy is WhenBusy.DROP:
        return later
    begins = _begins(first, later)
    if begins > later.planned_at + timedelta(seconds=later.late_s):
        return later
    return first if begins < first.planned_end and first.if_interrupted is IfInterrupted.END else None


def _meeting(first: Broadcast, later: Broadcast) -> str:
    begins = _begins(first, later)
    if later.when_busy is WhenBusy.DROP:
        return _("the later one is not aired (when_busy: drop).")
    if _lost(first, later) is later:
        return _("the later one would begin {late} late; allowed are {allowed}, so it is not aired.").format(
            late=length_text((begins - later.planned_at).total_seconds()), allowed=length_text(later.late_s)
        )
    if begins < first.planned_end:
        becomes = {
            IfInterrupted.RESUME: _("the earlier one goes on after it, at the sentence that was cut"),
            IfInterrupted.RESTART: _("the earlier one begins again after it"),
            IfInterrupted.END: _("the earlier one is given up"),
        }[first.if_interrupted]
        return _("the later one cuts in at {at}; {becomes}.").format(at=f"{begins:%H:%M:%S}", becomes=becomes)
    return _("the later one waits and begins at {at}.").format(at=f"{begins:%H:%M:%S}")

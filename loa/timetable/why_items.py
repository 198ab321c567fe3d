"""Why the items of a broadcast air or do not, in the operator's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from loa.bulletins import Bulletin, Priority
from loa.language import translate as _
from loa.timetable.plan import Broadcast, PlannedItem, Problem, Shelf
from loa.timetable.programme import ItemKind, Programme, Timetable
from loa.timetable.why_days import Step


def length_text(seconds: float) -> str:
    """Return a length as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def item_step(item: PlannedItem, timetable: Timetable, shelf: Shelf, day: date) -> Step:
    """Return whether an item of a broadcast on local `day` can air, why not, and where it comes from."""
    bulletin = shelf.bulletins.get(item.name)
    ok = item.problem is Problem.NONE
    match item.problem:
        case Problem.MISSING if item.kind is not ItemKind.BULLETIN:
            told = _("no finished audio of this file; type: loa render, and loa check if that does not help")
        case Problem.MISSING:
            told = _("there is nothing of this name that can be read")
        case Problem.NOT_APPROVED if item.name in shelf.approvals:
            told = _("not approved: the text was edited after {person} approved it").format(
                person=shelf.approvals[item.name].person
            )
        case Problem.NOT_APPROVED:
            told = _("not approved; read it through and type: loa approve {name} --by NAME").format(name=item.name)
        case Problem.NOT_VALID if bulletin is not None:
            told = _validity(bulletin, day)
        case Problem.NOT_RENDERED:
            told = _("no audio yet; type: loa render")
        case _:
            told = _("ready, {length}").format(length=length_text(item.length_s))
    said = [told, *_origin(item, bulletin, timetable, shelf, day)]
    if ok and item.approved_by:
        said.append(_("approved by {person}").format(person=item.approved_by))
    name = item.title if item.kind is ItemKind.TIME else item.name
    return Step(ok=ok, sentence=f"“{name}”: {'; '.join(said)}.", level=2)


def _validity(bulletin: Bulletin, day: date) -> str:
    if bulletin.valid_until is not None and day > bulletin.valid_until:
        return _("expired: valid until {day}").format(day=f"{bulletin.valid_until:%d/%m/%Y}")
    first = bulletin.valid_from or day
    return _("not valid yet: valid from {day}").format(day=f"{first:%d/%m/%Y}")


def _origin(
    item: PlannedItem, bulletin: Bulletin | None, timetable: Timetable, shelf: Shelf, day: date
) -> Iterator[str]:
    """Yield where a bulletin comes from: the queue, or its place in the rotation; nothing where it stands by name."""
    if item.queue_id:
        entry = next((one for one in timetable.queue if one.queue_id == item.queue_id), None)
        yield _("from the queue, entry {id} of {person}").format(
            id=item.queue_id, person=entry.added_by if entry else "?"
        )
    elif item.kind is ItemKind.BULLETIN and bulletin is not None and item.name not in _named(timetable):
        pool = _pool(item.topic, timetable, shelf, day)
        if item.name in pool:
            yield _("next of topic “{topic}”, number {number} of {count} in turn").format(
                topic=item.topic, number=pool.index(item.name) + 1, count=len(pool)
            )


def _named(timetable: Timetable) -> set[str]:
    programmes = timetable.programmes.values()
    return {item.name for programme in programmes for item in programme.items if item.kind is ItemKind.BULLETIN}


def _pool(topic: str, timetable: Timetable, shelf: Shelf, day: date) -> list[str]:
    """Return the bulletins that take turns in a topic on a day, as `loa.timetable.plan` draws them."""
    named = _named(timetable)
    return sorted(
        name
        for name, one in shelf.bulletins.items()
        if one.topic == topic
        and name not in named
        and one.priority is not Priority.EMERGENCY
        and one.valid_on(day)
        and shelf.approval(one) is not None
    )


def left_out(
    programme: Programme, broadcast: Broadcast | None, timetable: Timetable, shelf: Shelf, day: date
) -> Iterator[Step]:
    """Yield what the programme asks for and the broadcast does not hold."""
    mourning = timetable.in_mourning(day)
    for item in programme.items:
        sentence = ""
        bulletin = shelf.bulletins.get(item.name) if item.kind is ItemKind.BULLETIN else None
        topic = bulletin.topic if bulletin else item.name if item.kind is ItemKind.NEXT else ""
        if mourning and item.kind is ItemKind.MUSIC:
            sentence = _("“{name}” is music and left out in state mourning.").format(name=item.name)
        elif mourning and topic in shelf.entertainment:
            sentence = _("“{name}” is entertainment and left out in state mourning.").format(name=item.name)
        elif item.kind is ItemKind.NEXT:
            if not _pool(item.name, timetable, shelf, day):
                sentence = _("Topic “{topic}”: no approved bulletin is valid on this day.").format(topic=item.name)
        elif item.kind is ItemKind.QUEUE and not (broadcast and any(one.queue_id for one in broadcast.items)):
            sentence = _("The queue has nothing for this broadcast.")
        if sentence:
            yield Step(ok=None, sentence=sentence, level=2)

"""The same content twice: what one day would hear from two sources, and one text under two names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from loa.errors import Finding, Severity
from loa.language import translate as _
from loa.timetable.plan import Broadcast, PlannedItem, Shelf
from loa.timetable.programme import ItemKind
from loa.timetable.queue_file import QUEUE_FILE


def check_duplicates(broadcasts: Sequence[Broadcast], shelf: Shelf) -> Iterator[Finding]:
    """Yield a warning for each queued text that the timetable airs on the same day too, and for each text of two names.

    Parameters
    ----------
    broadcasts
        A plan in order of time.
    """
    yield from _two_names(shelf)
    told: set[str] = set()
    for _day, own in groupby(broadcasts, lambda broadcast: broadcast.planned_at.date()):
        heard = [(broadcast, item) for broadcast in own for item in broadcast.items if item.kind is ItemKind.BULLETIN]
        for broadcast, item in heard:
            if not item.queue_id or item.queue_id in told:
                continue
            others = [(other, twin) for other, twin in heard if not twin.queue_id and _same(item, twin)]
            if others:
                told.add(item.queue_id)
                yield _queued_twice(broadcast, item, others[0][0])


def _same(one: PlannedItem, other: PlannedItem) -> bool:
    return one.name == other.name or (bool(one.text_hash) and one.text_hash == other.text_hash)


def _queued_twice(broadcast: Broadcast, item: PlannedItem, other: Broadcast) -> Finding:
    return Finding(
        file=f"schedules/{QUEUE_FILE}",
        field=f"queue.{item.queue_id}",
        message=_("“{name}” is queued for {at}, and “{title}” at {other} airs it on the same day too.").format(
            name=item.name,
            at=f"{broadcast.planned_at:%H:%M %d/%m/%Y}",
            title=other.title,
            other=f"{other.planned_at:%H:%M}",
        ),
        advice=_("If once is enough, type: loa queue remove {id} --by NAME").format(id=item.queue_id),
        severity=Severity.WARNING,
    )


def _two_names(shelf: Shelf) -> Iterator[Finding]:
    by_text: dict[str, list[str]] = {}
    for name, bulletin in sorted(shelf.bulletins.items()):
        if shelf.approval(bulletin) is not None:
            by_text.setdefault(bulletin.text_hash, []).append(name)
    for names in by_text.values():
        if len(names) > 1:
            yield Finding(
                file=f"scripts/{names[1]}.md",
                message=_("This text is that of “{name}” too; the rotation would air it twice.").format(name=names[0]),
                advice=_("Delete one of the two, or withdraw its approval."),
                severity=Severity.WARNING,
            )

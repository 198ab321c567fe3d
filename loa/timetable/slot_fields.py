"""The fields of one slot: when it airs what, where it does otherwise, and how it meets the others."""

from __future__ import annotations

from datetime import time

from loa.bulletins import Priority
from loa.checked_yaml import Fields, time_from_text
from loa.language import translate as _
from loa.slug import is_slug
from loa.timetable.day_fields import read_days
from loa.timetable.programme import AfterOutage, IfInterrupted, Slot, SlotException, WhenBusy


def name_well(name: str, fields: Fields) -> None:
    """Note a mistake where `name` cannot name a programme or a slot."""
    if not is_slug(name):
        fields.findings.add(
            _("“{name}” cannot be a name here.").format(name=name),
            _("Use small letters without marks, digits and hyphens, such as ban-tin-sang."),
            line=fields.mapping.line,
            name=fields.where,
        )


def read_slot(name: str, fields: Fields) -> Slot | None:
    """Return the slot called `name`, or None where it has mistakes: they are noted in `fields`."""
    before = len(fields.findings.found)
    name_well(name, fields)
    after_outage = AfterOutage(fields.choice("after_outage", list(AfterOutage), AfterOutage.LATE))
    slot = Slot(
        name=name,
        programme=fields.text("programme", required=True),
        times=_times(fields, required=True) or (),
        days=read_days(fields),
        exceptions=tuple(_exception(one) for one in fields.listed("except")),
        priority=Priority(fields.choice("priority", [Priority.NORMAL, Priority.PRIORITY], Priority.NORMAL)),
        late_s=60 * fields.number("late_min", 10, low=0, high=180),
        when_busy=WhenBusy(fields.choice("when_busy", list(WhenBusy), WhenBusy.WAIT)),
        wait_s=60 * fields.number("wait_min", 0, low=0, high=60),
        if_interrupted=IfInterrupted(fields.choice("if_interrupted", list(IfInterrupted), IfInterrupted.END)),
        after_outage=after_outage,
        file=fields.findings.file,
        line=fields.mapping.line,
    )
    if slot.wait_s and slot.when_busy is not WhenBusy.INTERRUPT:
        fields.refuse(
            "wait_min",
            _("Only a slot that cuts in has a time to wait before it does."),
            _("Add when_busy: interrupt, or write late_min for how long it may wait to begin."),
        )
    fields.refuse_unknown()
    return None if len(fields.findings.found) > before else slot


def _exception(fields: Fields) -> SlotException:
    exception = SlotException(
        days=read_days(fields),
        skip=fields.choice("skip", ("yes", "no"), "no") == "yes",
        times=_times(fields, required=False),
        programme=fields.text("programme"),
        file=fields.findings.file,
        line=fields.mapping.line,
    )
    changes = (exception.times is not None) + bool(exception.programme)
    if exception.skip == bool(changes):
        fields.refuse(
            "skip",
            _("An exception says what is different: nothing is aired, another hour, or another programme."),
            _("Write skip: yes, or at: with the other hour, or programme: with the other programme."),
        )
    fields.refuse_unknown()
    return exception


def _times(fields: Fields, *, required: bool) -> tuple[time, ...] | None:
    written = fields.texts("at", required=required)
    times: list[time] = []
    for text, line in written:
        try:
            times.append(time_from_text(text))
        except ValueError:
            fields.findings.add(
                _("“{text}” is no time of day.").format(text=text),
                _("Write a time of day from 00:00 to 23:59, such as 05:30."),
                line=line,
                name=fields.name("at"),
            )
    return tuple(sorted(set(times))) if written else None

"""Checking what a person writes into the log by hand: all mistakes in one pass, before a row that nobody can change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from loa.checked_yaml import choose_from, date_from_text, time_from_text
from loa.errors import Finding, InputRefused
from loa.language import translate as _
from loa.ledger import LOUD_CHANNELS, Attachment, Channel, ManualItem, ManualPlay, instant_text, keep
from loa.station.contents import Contents

COMMAND = "loa log add"
MOST_TIMES = 999
MOST_ATTACHED = 20
MOST_ATTACHED_BYTES = 50 * 2**20
FIRST_YEAR = 2000
PLACELESS = frozenset({Channel.WEB, Channel.ZALO, Channel.FACEBOOK})


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualEntry:
    """What a person wrote, unchecked.

    Attributes
    ----------
    channel, place, person, note
        By what, where, who answers for it, and anything else.
    bulletins
        Names; or else `title` and `topic`.
    at
        ``17:00``, ``23/11/2026 17:00`` or ``2026-11-23 17:00``, local; None for now.
    times
        How many times; 0 only in a correction: it did not happen.
    corrects
        Number of the ledger row that this one takes the place of, or None.
    attach
        Photos or papers that show it; they are copied.
    """

    channel: str
    place: str
    person: str
    bulletins: tuple[str, ...] = ()
    title: str = ""
    topic: str = ""
    at: str | None = None
    times: int = 1
    note: str = ""
    corrects: int | None = None
    attach: tuple[Path, ...] = ()


def row_data(
    entry: ManualEntry, contents: Contents, *, now: datetime, written: Sequence[ManualPlay], attachments: Path
) -> Mapping[str, Any]:
    """Return the data of the MANUAL row; its attachments are copied when nothing is wrong.

    Parameters
    ----------
    now
        Aware, in the station's time zone.
    written
        The entries already in the ledger.
    attachments
        The folder for attachments.

    Raises
    ------
    InputRefused
        With every mistake in `entry`; nothing is then written.
    """
    found: list[Finding] = []
    channel = _channel(entry, found)
    at = _moment(entry.at, now, found)
    found += _places_and_times(entry, channel)
    items = _items(entry, channel, contents, found)
    found += _correction(entry, written)
    found += check_attached(entry.attach, file=COMMAND)
    if found or at is None or channel is None:
        raise InputRefused(found)
    return {
        "channel": channel.value,
        "place": entry.place.strip(),
        "at": instant_text(at),
        "times": entry.times,
        "items": [asdict(item) for item in items],
        "person": entry.person.strip(),
        "note": entry.note.strip(),
        "corrects": entry.corrects,
        "attachments": [asdict(one) for one in attach(entry.attach, attachments, file=COMMAND)],
    }


def check_attached(paths: Sequence[Path], *, file: str) -> Iterator[Finding]:
    """Yield what keeps each of `paths` from being attached; `file` is the command or page that asked."""
    if len(paths) > MOST_ATTACHED:
        message = _("{count} files are too many.").format(count=len(paths))
        yield Finding(
            file=file,
            field="--attach",
            message=message,
            advice=_("Attach {most} at most.").format(most=MOST_ATTACHED),
        )
    for path in paths:
        try:
            size = path.stat().st_size if path.is_file() else -1
        except OSError:
            size = -1
        if not 0 < size <= MOST_ATTACHED_BYTES:
            message = _("“{name}” is no file, is empty, or is too large.").format(name=path)
            advice = _("Attach a photo or a document of at most {mb} MB.").format(mb=MOST_ATTACHED_BYTES // 2**20)
            yield Finding(file=file, field="--attach", message=message, advice=advice)


def attach(paths: Sequence[Path], folder: Path, *, file: str) -> list[Attachment]:
    """Copy `paths` into the folder of attachments. Raises InputRefused where one cannot be read or kept."""
    try:
        return [keep(path, folder) for path in paths]
    except OSError as error:
        message = _("The attachment cannot be copied: {error}").format(error=error)
        advice = _("Check the file and the free space on the disk, then try again; nothing was logged.")
        raise InputRefused([Finding(file=file, field="--attach", message=message, advice=advice)]) from error


def _finding(option: str, message: str, advice: str) -> Finding:
    return Finding(file=COMMAND, field=option, message=message, advice=advice)


def _channel(entry: ManualEntry, found: list[Finding]) -> Channel | None:
    if entry.channel in set(Channel):
        return Channel(entry.channel)
    message = _("There is no channel “{name}”.").format(name=entry.channel)
    found.append(_finding("--channel", message, choose_from(entry.channel, list(Channel))))
    return None


def _moment(text: str | None, now: datetime, found: list[Finding]) -> datetime | None:
    if text is None:
        return now
    *days, time = text.replace("T", " ").split() or [""]
    try:
        (day,) = map(date_from_text, days) if days else (now.date(),)
        at = datetime.combine(day, time_from_text(time), now.tzinfo)
    except ValueError:
        advice = _("Write the time as “17:45” or “24/11/2026 17:45”.")
        found.append(_finding("--at", _("“{text}” is no time.").format(text=text), advice))
        return None
    if at > now or at.year < FIRST_YEAR:
        message = _("{time} has not come yet, or lies too far back.").format(time=f"{at:%H:%M %d/%m/%Y}")
        found.append(_finding("--at", message, _("Write when it really happened.")))
        return None
    return at


def _places_and_times(entry: ManualEntry, channel: Channel | None) -> Iterator[Finding]:
    if channel not in {None, *PLACELESS} and not entry.place.strip():
        yield _finding("--place", _("The place is missing."), _("Write where it was, such as “hamlet 3”."))
    if not (0 if entry.corrects else 1) <= entry.times <= MOST_TIMES:
        yield _finding(
            "--times",
            _("“{times}” is no number of times.").format(times=entry.times),
            _("Write a number from 1 to {most}; 0 only with --corrects, for what did not happen.").format(
                most=MOST_TIMES
            ),
        )


def _items(
    entry: ManualEntry, channel: Channel | None, contents: Contents, found: list[Finding]
) -> tuple[ManualItem, ...]:
    title = entry.title.strip()
    if bool(entry.bulletins) == bool(title):
        message = _("Say what it was: bulletins of this station, or one title.")
        found.append(_finding("--bulletin", message, _("Write --bulletin NAME, or --title TEXT with --topic TOPIC.")))
        return ()
    topics = contents.settings.topics
    if not title:
        if entry.topic:
            message = _("The topic of a bulletin is known.")
            found.append(_finding("--topic", message, _("Leave --topic out.")))
        return tuple(item for name in entry.bulletins for item in _bulletin(name, channel, contents, found))
    if entry.topic not in topics:
        message = _("There is no topic “{name}”.").format(name=entry.topic)
        found.append(_finding("--topic", message, choose_from(entry.topic, list(topics))))
    return (ManualItem(item="", title=title, topic=entry.topic, text_hash="", approved_by="", length_s=0.0),)


def _bulletin(name: str, channel: Channel | None, contents: Contents, found: list[Finding]) -> Iterator[ManualItem]:
    name = name.removesuffix(".md").removeprefix("scripts/")
    bulletins = contents.bulletins.bulletins
    bulletin = bulletins.get(name)
    if bulletin is None:
        message = _("There is no bulletin “{name}”.").format(name=name)
        found.append(_finding("--bulletin", message, choose_from(name, sorted(bulletins))))
        return
    audio = contents.audio.get(name) if channel in LOUD_CHANNELS else None
    if channel in LOUD_CHANNELS and audio is None:
        message = _("The sound of “{name}” is not finished, so its length is not known.").format(name=name)
        found.append(_finding("--bulletin", message, _("Type: loa render {name}").format(name=name)))
        return
    approval = contents.shelf.approval(bulletin)
    yield ManualItem(
        item=name,
        title=bulletin.title,
        topic=bulletin.topic,
        text_hash=bulletin.text_hash,
        approved_by=approval.person if approval else "",
        length_s=round(audio.cue_sheet.length_s, 3) if audio else 0.0,
    )


def _correction(entry: ManualEntry, written: Sequence[ManualPlay]) -> Iterator[Finding]:
    if entry.corrects is None:
        return
    play = next((one for one in written if one.row == entry.corrects), None)
    if play is None:
        message = _("Row {row} of the ledger is no entry written by hand.").format(row=entry.corrects)
        yield _finding("--corrects", message, _("See the entries and their rows with: loa log list"))
    elif play.corrected_by is not None:
        message = _("Row {row} is corrected already, by row {other}.").format(row=play.row, other=play.corrected_by)
        yield _finding("--corrects", message, _("Correct that one: --corrects {row}").format(row=play.corrected_by))

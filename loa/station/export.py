"""A programme as MP3 files for a USB stick: loudspeakers on cars and motorbikes, hand-held ones in the hamlets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from loa.errors import Conflict, NotFound, OutputFailed
from loa.language import translate as _
from loa.sound import AudioStore
from loa.sound.mp3 import Mp3Tags, Part, ascii_text
from loa.station.contents import Contents
from loa.station.export_files import OnProgress, Track, write_files
from loa.station.export_list import ListedFile, list_text
from loa.timetable import ItemKind, PlannedItem, Problem
from loa.timetable.plan import items_on

WHOLE = "ca-chuong-trinh"
_WORDS = frozenset({ItemKind.BULLETIN, ItemKind.NEXT, ItemKind.QUEUE})
LONGEST_SLUG = 32  # car players cut long names


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An item that could not be exported, and why with what to do."""

    item: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export has written.

    Attributes
    ----------
    folder
        Where the files lie.
    title, day
        The programme, and the local day it was made up for.
    files
        The whole programme first, then each item.
    length_s
        Length of the whole programme with its pauses.
    left_out
        Items that could not go along.
    """

    folder: Path
    title: str
    day: date
    files: tuple[ListedFile, ...]
    length_s: float
    left_out: tuple[LeftOut, ...]


def export_programme(
    contents: Contents,
    store: AudioStore,
    *,
    programme: str,
    day: date,
    folder: Path,
    made_at: datetime,
    on_progress: OnProgress,
) -> Exported:
    """Write what `programme` holds on local `day` to `folder`; an earlier export there is replaced.

    Parameters
    ----------
    made_at
        Now, in the station's time zone.
    on_progress
        Called with the part done, from 0 to 1.

    Raises
    ------
    NotFound
        There is no such programme.
    Conflict
        Nothing of it can air, or `folder` holds files of others under the names of the export.
    OutputFailed
        There is too little room, or `folder` cannot be written or has gone. What was there before is then still there.
    """
    found = contents.timetable.programmes.get(programme)
    if found is None:
        raise NotFound(
            _("There is no programme “{name}”. The programmes are: {names}").format(
                name=programme, names=", ".join(sorted(contents.timetable.programmes))
            )
        )
    items = items_on(contents.timetable, contents.shelf, programme=programme, day=day, zone=contents.settings.time_zone)
    kept, left_out = _sorted_out(items, contents, store, day)
    wants_words = any(item.kind in _WORDS for item in found.items)
    if not any(item.kind is not ItemKind.PAUSE and (item.text_hash or not wants_words) for item in kept):
        raise Conflict(_nothing(found.title, left_out))
    tracks = _tracks(kept, contents, f"{found.title} {day:%d/%m/%Y}", day)
    exported = Exported(
        folder=folder,
        title=found.title,
        day=day,
        files=tuple(track.listed for track in tracks),
        length_s=tracks[0].listed.length_s,
        left_out=left_out,
    )
    text = list_text(
        heading=f"{contents.settings.name} – {found.title}, {day:%d/%m/%Y}",
        files=exported.files,
        left_out=[f"{one.item}: {one.why}" for one in left_out],
        made_at=made_at,
    )
    try:
        write_files(tracks, text, folder, on_progress)
    except OSError as error:
        raise OutputFailed(
            _(
                "The folder {folder} cannot be written ({error}). Look whether the stick is still in, not full and not "
                "locked, then export again."
            ).format(folder=folder, error=error.strerror or error)
        ) from error
    return exported


def _sorted_out(
    items: Sequence[PlannedItem], contents: Contents, store: AudioStore, day: date
) -> tuple[list[PlannedItem], tuple[LeftOut, ...]]:
    kept: list[PlannedItem] = []
    left_out: list[LeftOut] = []
    for item in items:
        why = "" if item.kind is ItemKind.PAUSE else _why_not(item, contents, store, day)
        if why:
            left_out.append(LeftOut(item=item.name, why=why))
        else:
            kept.append(item)
    return kept, tuple(left_out)


def _why_not(item: PlannedItem, contents: Contents, store: AudioStore, day: date) -> str:
    """Return why `item` cannot be exported and what to do, or nothing where it can."""
    audio = contents.audio.get(item.name)
    if item.problem is Problem.NOT_APPROVED:
        return _("Not approved. Read it through and type: loa approve {name} --by NAME").format(name=item.name)
    if item.problem is Problem.NOT_VALID:
        return _("Outside its days on {day}. Change valid_from or valid_until, or choose another day.").format(
            day=f"{day:%d/%m/%Y}"
        )
    if item.problem is Problem.MISSING and item.kind is not ItemKind.AUDIO:
        return _("There is no such bulletin. Correct the programme.")
    if audio is None or item.problem is not Problem.NONE:
        return _("Its sound is not finished. Type: loa render")
    if not store.verify(audio):
        return _("Its finished sound is damaged. Delete {path} and type: loa render").format(path=audio.path)
    return ""


def _nothing(title: str, left_out: Sequence[LeftOut]) -> str:
    reasons = "".join(f"\n{one.item}: {one.why}" for one in left_out)
    return _("No bulletin of “{title}” can be exported: approve and render its bulletins first.").format(
        title=title
    ) + (reasons)


def _tracks(items: Sequence[PlannedItem], contents: Contents, album: str, day: date) -> list[Track]:
    """Return the whole programme, then each item, in order."""
    station = contents.settings.name
    sounds = [item for item in items if item.kind is not ItemKind.PAUSE]
    digits = max(2, len(str(len(sounds))))
    parts: tuple[Part, ...] = tuple(
        item.length_s if item.kind is ItemKind.PAUSE else contents.audio[item.name].path for item in items
    )

    def track(number: int, slug: str, title: str, item: PlannedItem | None, own: tuple[Part, ...]) -> Track:
        return Track(
            listed=ListedFile(
                name=f"{number:0{digits}}-{slug}.mp3",
                title=title,
                length_s=item.length_s if item else sum(one.length_s for one in items),
                approved_by=item.approved_by if item else "",
                text_hash=item.text_hash if item else "",
            ),
            parts=own,
            tags=Mp3Tags(
                title=title,
                artist=station,
                album=album,
                genre=_("Loudspeaker broadcast"),
                year=day.year,
                track=number,
            ),
        )

    singles = [
        track(number, slug(Path(item.name).stem), _title(item), item, (contents.audio[item.name].path,))
        for number, item in enumerate(sounds, start=1)
    ]
    return [track(0, WHOLE, _("{programme} (whole)").format(programme=album), None, parts), *singles]


def _title(item: PlannedItem) -> str:
    return " ".join((item.title or Path(item.name).stem).split())


def slug(name: str) -> str:
    """Return `name` in small ASCII letters, digits and hyphens, short: players choke on all else."""
    letters = re.sub("[^a-z0-9]+", "-", ascii_text(name).lower()).strip("-")
    if len(letters) > LONGEST_SLUG:
        letters = letters[: LONGEST_SLUG + 1].rpartition("-")[0] or letters[:LONGEST_SLUG]
    return letters or "muc"

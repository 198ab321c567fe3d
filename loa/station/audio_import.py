"""Bringing a sound file into the station: judged first, copied under a safe name, never over another."""

from __future__ import annotations

import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loa.errors import Conflict, LoaError, SoundRefused
from loa.files import atomic_path, sha256_file
from loa.language import translate as _
from loa.sound.containers import Container
from loa.sound.inspection import Inspection, inspect

ENDINGS: dict[str, tuple[str, ...]] = {  # the first is given to a file whose own ending belongs to another kind
    Container.WAV: (".wav", ".wave"),
    Container.AIFF: (".aiff", ".aif", ".aifc"),
    Container.FLAC: (".flac",),
    Container.MP3: (".mp3",),
    Container.OGG: (".ogg", ".oga", ".opus"),
    Container.M4A: (".m4a", ".mp4", ".3gp", ".mov"),
    Container.AAC: (".aac",),
    Container.AMR: (".amr", ".awb"),
    Container.WMA: (".wma", ".asf"),
    Container.WEBM: (".webm", ".weba", ".mka"),
}
LONGEST_NAME = 60
NAMELESS = "am-thanh"
TAKEN_BY_WINDOWS = re.compile(r"con|prn|aux|nul|(com|lpt)\d")  # no file of Windows may be named so, whatever its ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one file.

    Attributes
    ----------
    source
        The file that was brought.
    inspection
        What was found in it.
    target
        Where it lies now, relative to the station, such as ``audio/nhac-hieu.mp3``; empty where it was refused.
    was_there
        The same bytes lay there already.
    error
        Why it was refused, or None.
    """

    source: Path
    inspection: Inspection
    target: str = ""
    was_there: bool = False
    error: LoaError | None = None

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "file": str(self.source),
            "target": self.target,
            "was_there": self.was_there,
            "error": self.error and {"code": self.error.code, "message": self.error.message},
            **self.inspection.as_json(),
        }


def import_sound(source: Path, station: Path, *, longest_s: float, name: str = "") -> Imported:
    """Judge `source` and copy it into the station's ``audio/``; a file that cannot air, or cannot be copied, is refused.

    Parameters
    ----------
    source
        A file anywhere, by any name.
    station
        The station's folder.
    longest_s
        What is longer is worth a warning (seconds).
    name
        What to name it, instead of its own name.
    """
    inspection = inspect(source, longest_s=longest_s)
    if inspection.refused:
        sentences = [f"{v.message} {v.advice}" for v in inspection.verdicts if v.severity == "error"]
        return Imported(source=source, inspection=inspection, error=SoundRefused(" ".join(sentences)))
    target = station / "audio" / file_name(name or source.name, inspection.container, source.suffix)
    shown = f"audio/{target.name}"
    try:
        was_there = target.exists()
        if was_there and sha256_file(target) != sha256_file(source):
            message = _("{target} exists with another content. Give this one another name: --as NAME")
            return Imported(source=source, inspection=inspection, error=Conflict(message.format(target=shown)))
        if not was_there:
            _copy(source, target)
    except OSError as error:
        message = _(
            "The file cannot be copied into the station ({why}). Look whether the disk is full, then try again."
        )
        return Imported(source=source, inspection=inspection, error=SoundRefused(message.format(why=error.strerror)))
    return Imported(source=source, inspection=inspection, target=shown, was_there=was_there)


def _copy(source: Path, target: Path) -> None:
    with atomic_path(target) as temporary:
        shutil.copyfile(source, temporary)
        if temporary.stat().st_size != source.stat().st_size:
            raise OSError(0, _("it changed while it was being copied"))


def file_name(name: str, container: str, ending: str) -> str:
    """Return `name` as a file name that every system, archive and e-mail takes: ``Nhạc Hiệu.MP3`` → ``nhac-hieu.mp3``.

    Parameters
    ----------
    name
        Any name, with or without an ending.
    container
        The kind of file; an ending that belongs to another kind is replaced.
    ending
        Of the file as it was brought, with its dot.
    """
    known = ENDINGS[container]
    own = ending.lower() if ending.lower() in known else known[0]
    stem, dot, last = name.rpartition(".")
    if dot and stem and any(f".{last.lower()}" in endings for endings in ENDINGS.values()):
        name = stem
    plain = unicodedata.normalize("NFKD", name.replace("\\", "/").rpartition("/")[2].lower().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "-", letters)[:LONGEST_NAME].strip("-") or NAMELESS
    return f"{NAMELESS}-{slug}{own}" if TAKEN_BY_WINDOWS.fullmatch(slug) else f"{slug}{own}"

"""What the station's texts were read as, kept on disk: a folder of 2,000 bulletins is looked at without reading each anew.

A convenience, like the store of phrases: where the file is missing, broken or cannot be written, texts are read anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import loa.reading
from loa.files import write_text
from loa.language import current
from loa.reading import Doubt
from loa.station.lexicon_file import WayOfReading

READINGS_FILE = "readings.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """What a voice is given for a text, each phrase with the pause that follows, and where the reading was guessed."""

    phrases: tuple[tuple[str, str], ...]
    doubts: tuple[Doubt, ...]


class ReadingMemory:
    """Reads texts aloud in one way, and remembers.

    Parameters
    ----------
    path
        The JSON file.
    way
        The station's lexicon and style.
    """

    def __init__(self, path: Path, way: WayOfReading) -> None:
        self._path = path
        self._way = way
        self._known = _known(path)
        self._asked: dict[str, ReadText] = {}

    def read(self, text: str) -> ReadText:
        """Return how `text` is read."""
        key = hashlib.sha256(f"{_version()} {current()} {self._way!r}\x00{text}".encode()).hexdigest()
        found = self._asked.get(key)
        if found is None:
            found = self._asked[key] = _restored(self._known.get(key)) or self._anew(text)
        return found

    def _anew(self, text: str) -> ReadText:
        reading = self._way.read(text)
        return ReadText(
            phrases=tuple((phrase.text, phrase.pause.value) for phrase in reading.phrases), doubts=reading.warnings
        )

    def save(self) -> None:
        """Keep what was asked for, and nothing else, where something of it is new."""
        if self._asked.keys() <= self._known.keys():
            return
        kept = {
            key: {"phrases": one.phrases, "doubts": [asdict(doubt) for doubt in one.doubts]}
            for key, one in self._asked.items()
        }
        with contextlib.suppress(OSError):
            write_text(self._path, json.dumps(kept, ensure_ascii=False))


def _known(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _restored(kept: Any) -> ReadText | None:
    try:
        return ReadText(
            phrases=tuple((str(text), str(pause)) for text, pause in kept["phrases"]),
            doubts=tuple(Doubt(**{**doubt, "considered": tuple(doubt["considered"])}) for doubt in kept["doubts"]),
        )
    except (TypeError, KeyError, ValueError):
        return None


@cache
def _version() -> str:
    """Return what changes whenever the reading room does: names, sizes and times of its files."""
    folder = Path(loa.reading.__file__).parent
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".tsv"})
    stamps = [(path.relative_to(folder).as_posix(), (stat := path.stat()).st_size, stat.st_mtime_ns) for path in files]
    return hashlib.sha256(repr(stamps).encode()).hexdigest()

"""Copies of the last settings and timetable without a mistake: what a station airs while an edit is broken."""

from __future__ import annotations

from pathlib import Path

from loa.files import write_bytes
from loa.settings import STATION_FILE
from loa.station.folder import StationFolder
from loa.station.lexicon_file import LEXICON_FILE


def keep(folder: StationFolder) -> None:
    """Copy settings and timetable as they are now. Raises OSError."""
    kept = StationFolder(folder.last_good)
    sources = {path.name: path for path in folder.schedules.glob("*.yaml")}
    for path in kept.schedules.glob("*.yaml"):
        if path.name not in sources:
            path.unlink()
    for name, path in sources.items():
        _copy(path, kept.schedules / name)
    for name in (STATION_FILE, LEXICON_FILE):
        if (folder.root / name).exists():
            _copy(folder.root / name, kept.root / name)
        else:
            (kept.root / name).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    content = source.read_bytes()
    if not target.exists() or target.read_bytes() != content:
        write_bytes(target, content)


def kept(folder: StationFolder) -> StationFolder | None:
    """Return the folder of the copies, or None where nothing was ever kept."""
    copies = StationFolder(folder.last_good)
    return copies if (copies.root / STATION_FILE).exists() else None

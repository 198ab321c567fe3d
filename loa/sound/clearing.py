"""Clearing finished audio away: the oldest that nothing needs, once there is too much of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from loa.sound.cues import CueSheet
from loa.sound.store import AudioStore


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    path: Path
    size: int
    changed_ns: int


def drop(store: AudioStore, key: str) -> None:
    """Remove the audio of `key` and its sheet, the sheet first: without it the audio is not found."""
    path = store.path(key)
    path.with_suffix(".json").unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def clear(
    store: AudioStore,
    *,
    needed: Callable[[], Collection[str]],
    logged: Callable[[], Collection[str]],
    most_bytes: float,
) -> list[str]:
    """Remove the oldest audio that nothing needs until at most `most_bytes` of such audio are left.

    Parameters
    ----------
    needed
        Gives the keys of what may air.
    logged
        Gives the SHA-256 of every audio file that a ledger row names: evidence, never removed. Both are asked only
        where there is more than `most_bytes` of audio in all.
    most_bytes
        How much unneeded audio may stay.

    Returns
    -------
    list of str
        The keys removed.
    """
    held = [kept for path in store.folder.glob("??/*.flac") if (kept := _kept(path))]
    if sum(kept.size for kept in held) <= most_bytes:
        return []
    may_air, evidence = needed(), logged()
    spare = [kept for kept in held if kept.path.stem not in may_air and _audio_hash(kept.path) not in evidence]
    too_much = sum(kept.size for kept in spare) - most_bytes
    removed = []
    for kept in sorted(spare, key=lambda one: (one.changed_ns, one.path)):
        if too_much <= 0:
            break
        drop(store, kept.path.stem)
        removed.append(kept.path.stem)
        too_much -= kept.size
    return removed


def _kept(path: Path) -> _Kept | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return _Kept(path=path, size=stat.st_size, changed_ns=stat.st_mtime_ns)


def _audio_hash(path: Path) -> str:
    """Return the hash that the sheet vouches for, empty for audio without a sheet: it can never be found again."""
    try:
        return CueSheet.from_json(path.with_suffix(".json").read_text(encoding="utf-8")).audio_sha256
    except (OSError, ValueError):
        return ""

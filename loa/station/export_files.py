"""Writing an export onto a stick: room checked first, a temporary folder, and names that only replace our own."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from loa.errors import Conflict, OutputFailed
from loa.files import sync_folder
from loa.language import translate as _
from loa.sound.mp3 import BYTES_PER_S, Mp3Tags, Part, write_mp3
from loa.station.export_list import LIST_FILE, ListedFile, files_listed

_SLACK_BYTES = 64 * 1024  # a file on a stick takes whole clusters, up to 64 kB each
_TEMPORARY = ".loa-export-"
_MOST_THREADS = 4
_TELL_S = 0.2

OnProgress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One file to be: its line in the list, the sound in it, and its tags."""

    listed: ListedFile
    parts: tuple[Part, ...]
    tags: Mp3Tags


def write_files(tracks: Sequence[Track], text: str, folder: Path, on_progress: OnProgress) -> None:
    """Write the files and their list `text` into a folder within `folder`, then move them into place.

    Raises
    ------
    Conflict
        Files of others are in the way.
    OutputFailed
        There is too little room.
    OSError
        `folder` cannot be written, or has gone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left_behind in folder.glob(f"{_TEMPORARY}*"):  # of an export that was killed
        shutil.rmtree(left_behind, ignore_errors=True)
    own = _own_files(folder, [track.listed.name for track in tracks])
    sound_s = sum(track.listed.length_s for track in tracks)
    _require_room(folder, round(sound_s * BYTES_PER_S) + _SLACK_BYTES * (len(tracks) + 2))
    with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=folder, ignore_cleanup_errors=True) as made:
        temporary = Path(made)
        _encode(tracks, temporary, lambda seconds: on_progress(min(seconds / sound_s, 1.0)))
        _write_durably(temporary / LIST_FILE, text)
        # From here on an old or a new list names every file of ours, wherever a cut comes: the next export finds them.
        for name in own - {track.listed.name for track in tracks}:
            (folder / name).unlink(missing_ok=True)
        for name in (LIST_FILE, *(track.listed.name for track in tracks)):
            (temporary / name).replace(folder / name)
    sync_folder(folder)


def _encode(tracks: Sequence[Track], temporary: Path, on_seconds: OnProgress) -> None:
    """Write the MP3 files of `tracks`, several at once; `on_seconds` is told how much sound is written by then.

    In threads, because an interrupt that reaches libsndfile's callbacks is lost: the main thread takes it here.
    """
    stop = threading.Event()
    written_s = [0.0] * len(tracks)

    def encode(number: int, track: Track) -> None:
        def count(seconds: float) -> None:
            if stop.is_set():
                raise CancelledError
            written_s[number] += seconds

        write_mp3(temporary / track.listed.name, track.parts, track.tags, on_seconds=count)

    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), thread_name_prefix="loa-mp3") as pool:
        waiting = {pool.submit(encode, number, track) for number, track in enumerate(tracks)}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=_TELL_S, return_when=FIRST_EXCEPTION)
                for one in done:
                    one.result()
                on_seconds(sum(written_s))
        except BaseException:
            stop.set()
            for one in waiting:
                one.cancel()
            raise


def _own_files(folder: Path, names: Sequence[str]) -> set[str]:
    """Return the files of an earlier export in `folder`. Raises Conflict where files of others are in the way."""
    listed = files_listed(folder / LIST_FILE)
    foreign = list(_in_the_way(folder, names, listed))
    if foreign:
        raise Conflict(
            _("{folder} holds files that are not from an export: {names}. Choose another folder, or move them.").format(
                folder=folder, names=", ".join(foreign)
            )
        )
    return {name for name in listed or () if (folder / name).is_file()}


def _in_the_way(folder: Path, names: Sequence[str], listed: frozenset[str] | None) -> Iterator[str]:
    if listed is None and (folder / LIST_FILE).exists():
        yield LIST_FILE
    for name in names:
        if name not in (listed or ()) and (folder / name).exists():
            yield name


def _require_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OutputFailed(
            _(
                "{folder} has {free} MB free, but the export needs {needed} MB. Delete something there, or take "
                "another stick."
            ).format(folder=folder, free=free // 1_000_000, needed=-(-needed // 1_000_000))
        )


def _write_durably(path: Path, text: str) -> None:
    with path.open("wb") as opened:
        opened.write(text.encode("utf-8-sig"))
        opened.flush()
        os.fsync(opened.fileno())

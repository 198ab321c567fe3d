"""Where a station and its command lines meet besides ``log``, while the disk is full or read-only.

Only a folder of our own user, closed to others, is believed: an emergency is not ordered by whoever may write there.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from loa.files import places_off_the_disk


def temporary_place(folder: Path) -> Path:
    """Return the folder that stands for `folder` while nothing can be written there; it may not exist.

    It is `folder` itself where this machine has no other place.
    """
    mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return next((place / f"loa-{mark}" for place in places_off_the_disk()), folder)


def make_ours(place: Path) -> None:
    """Make `place`, closed to others. Raises OSError where that cannot be, or where it is somebody else's."""
    place.mkdir(mode=0o700, exist_ok=True)
    if not is_ours(place):
        raise PermissionError(place)


def is_ours(place: Path) -> bool:
    """Return whether `place` is a folder of our own user that nobody else may write to."""
    try:
        found = place.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    if os.name != "posix":
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)

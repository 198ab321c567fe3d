"""Atomic files: a reader sees the old content or the new one, whole, also after a power cut."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - what is put there lies in a folder of our own, or is checked when read


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable. Windows keeps them with the file and has no call for it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def atomic_path(target: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Yield a temporary path beside `target`; on leaving without error it becomes `target`, durably.

    Parameters
    ----------
    target
        The file to write. Its folder is made where missing.
    mode
        Its rights, where the disk knows rights. Until then only its owner may read it.

    Yields
    ------
    Path
        A file in the same folder with the same ending, empty, to be written by any library.

    Raises
    ------
    OSError
        The folder cannot be made or written; `target` is then untouched.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".tmp-", suffix=target.suffix, dir=target.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        with contextlib.suppress(OSError):  # a FAT stick knows no rights
            temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def places_off_the_disk() -> list[Path]:
    """Return folders that the station's full or read-only disk need not touch, the surest first; perhaps none.

    On a small board the system's temporary folder lies on the same card; memory that the system shares does not.
    """
    places = [SHARED_MEMORY] if os.access(SHARED_MEMORY, os.W_OK) else []
    with contextlib.suppress(FileNotFoundError):
        places.append(Path(tempfile.gettempdir()))
    return places


def write_bytes(target: Path, content: bytes) -> None:
    """Write `content` to `target` atomically and durably. Raises OSError; `target` is then untouched."""
    with atomic_path(target) as temporary:
        temporary.write_bytes(content)


def write_text(target: Path, content: str) -> None:
    """Write `content` as UTF-8, line ends as given, to `target`, atomically and durably."""
    write_bytes(target, content.encode("utf-8"))


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of the file at `path` as 64 hex digits. Raises OSError where it cannot be read."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sha256_unless_known(path: Path) -> str:
    """Return what `sha256_file` does, without reading a file again whose size and time of change are as before."""
    stat = path.stat()
    return _sha256_of(path.absolute(), stat.st_size, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=1000)
def _sha256_of(path: Path, *_as_it_stands: int) -> str:
    return sha256_file(path)

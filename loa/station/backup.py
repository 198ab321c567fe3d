"""Copies of a station: one ZIP with everything that cannot be made anew, and back from it into an empty folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from loa import __version__
from loa.errors import Conflict, Finding, InputRefused, OutputFailed
from loa.files import sync_folder
from loa.language import translate as _
from loa.ledger import Ledger
from loa.settings import STATION_FILE
from loa.station.folder import StationFolder

MANIFEST = "loa-backup.json"
FORMAT = 1
FOLDERS = ("scripts", "schedules", "audio", "voices", "log", "reports")
MADE_ANEW = ("audio/rendered", "audio/nghe-thu", "log/requests", "log/on-air.json", "log/tam")
PASSING = (".lock", "-wal", "-shm", ".tmp")
SECRETS = frozenset({"console.sqlite", "console-cert.pem", "station-key"})
MOST_FILES = 50_000
MOST_BYTES = 20 * 2**30
MOST_MANIFEST_BYTES = 20 * 2**20
MOST_RATIO = 200  # a zip bomb packs a thousand to one; texts of a station, ten to one
PIECE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back: the folder, how many files, when the copy was made, and rows of the ledger whose chain holds."""

    folder: Path
    files: int
    made_at: str
    rows: int


def write_backup(folder: StationFolder, target: Path, *, made_at: datetime, secrets: bool) -> int:
    """Write the station in `folder` to the ZIP `target` and return how many files that were.

    What can be made anew (finished audio) is left out. The ledger is copied as one consistent moment, also while the
    station writes it.

    Parameters
    ----------
    secrets
        Also accounts, certificates and keys.

    Raises
    ------
    OutputFailed
        `target` cannot be written; no half of it is left.
    """
    hashes: dict[str, str] = {}
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".tmp-", dir=target.parent) as scratch,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed,
        ):
            for name, path in _files(folder, secrets=secrets):
                source = _consistent(path, Path(scratch))
                try:
                    hashes[name] = _pack(packed, name, source)
                except FileNotFoundError:  # an editor put another in its place, or it was deleted
                    continue
            manifest = {"format": FORMAT, "version": __version__, "made_at": made_at.isoformat(), "files": hashes}
            packed.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    except OSError as error:
        target.unlink(missing_ok=True)
        message = _("The copy cannot be written: {error}. Look whether there is room on the disk.")
        raise OutputFailed(message.format(error=error)) from error
    return len(hashes)


def _files(folder: StationFolder, *, secrets: bool) -> Iterator[tuple[str, Path]]:
    paths = sorted(folder.root.glob("*.yaml"))
    for name in FOLDERS:
        paths += sorted((folder.root / name).rglob("*"))
    for path in paths:
        name = path.relative_to(folder.root).as_posix()
        passing = path.name.endswith(PASSING) or path.name.startswith(".tmp-")
        secret = path.name in SECRETS or ".broken-" in path.name
        if path.is_symlink() or not path.is_file() or passing or name.startswith(MADE_ANEW) or (secret and not secrets):
            continue
        yield name, path


def _consistent(path: Path, scratch: Path) -> Path:
    """Return a copy of an SQLite file as it is in one moment; other files, and one that SQLite cannot read, as they are."""
    if path.suffix != ".sqlite":
        return path
    copy = scratch / path.name
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error:
        return path
    return copy


def _pack(packed: zipfile.ZipFile, name: str, source: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as opened, packed.open(name, "w", force_zip64=True) as written:
        while piece := opened.read(PIECE):
            digest.update(piece)
            written.write(piece)
    return digest.hexdigest()


# ---------------------------------------------------------------------- and back


def restore(copy: Path | IO[bytes], target: Path) -> Restored:
    """Put the copy of a station into `target`, whole and checked, or change nothing.

    Raises
    ------
    InputRefused
        It is no copy of a station, or one that was changed or cut off; every mistake is named.
    Conflict
        `target` is not empty.
    OutputFailed
        The disk has no room.
    """
    if target.exists() and any(target.iterdir()):
        raise Conflict(
            _("{folder} is not empty. Restore into an empty folder, so that nothing is lost.").format(folder=target)
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(copy) as packed:
            manifest = _manifest(packed)
            _refuse_unsafe(packed, manifest, free_bytes=shutil.disk_usage(target.parent).free)
            with tempfile.TemporaryDirectory(prefix=".tmp-", dir=target.parent) as scratch:
                return _unpacked(packed, manifest, Path(scratch) / "station", target)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise InputRefused([_no_copy(str(error))]) from error
    except OSError as error:
        raise OutputFailed(
            _("The copy cannot be restored: {error}. Look whether there is room.").format(error=error)
        ) from error


def _no_copy(why: str, name: str = MANIFEST) -> Finding:
    message = _("This is no whole copy of a station ({why}).").format(why=why)
    return Finding(
        file=name, field="copy", message=message, advice=_("Choose a ZIP that “loa backup” or the console made.")
    )


def _manifest(packed: zipfile.ZipFile) -> dict[str, Any]:
    try:
        with packed.open(MANIFEST) as opened:
            manifest = json.loads(opened.read(MOST_MANIFEST_BYTES))
        files = manifest["files"]
        known = manifest["format"] == FORMAT and all(isinstance(value, str) for pair in files.items() for value in pair)
    except (KeyError, ValueError, TypeError, AttributeError):
        known = False
    if not known:
        raise InputRefused([_no_copy(MANIFEST)])
    return dict(manifest)


def _refuse_unsafe(packed: zipfile.ZipFile, manifest: dict[str, Any], *, free_bytes: int) -> None:
    """Refuse before anything is written: names that lead elsewhere, what the manifest does not know, bombs."""
    infos = [info for info in packed.infolist() if info.filename != MANIFEST]
    found = [_no_copy(_("a name that leads elsewhere"), info.filename[:200]) for info in infos if not _safe(info)]
    names = [info.filename for info in infos]
    if set(names) != set(manifest["files"]) or len(names) != len(set(names)):
        found.append(_no_copy(_("its list of files does not fit")))
    total = sum(info.file_size for info in infos)
    packed_bytes = sum(info.compress_size for info in infos)
    if len(infos) > MOST_FILES or total > min(MOST_BYTES, free_bytes) or total > MOST_RATIO * max(packed_bytes, PIECE):
        found.append(_no_copy(_("it would unpack to {size} MB").format(size=total // 2**20)))
    if found:
        raise InputRefused(found[:20])


def _safe(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    top = path.parts[0] if path.parts else ""
    plain = all(part not in {"", ".", ".."} for part in info.filename.split("/")) and not path.is_absolute()
    known = top in FOLDERS if len(path.parts) > 1 else path.suffix == ".yaml"
    odd = any(character in info.filename for character in '\\:\x00<>|"?*') or not info.filename.isprintable()
    link = stat.S_ISLNK(info.external_attr >> 16)
    return plain and known and not odd and not link and not info.flag_bits & 0x1


def _unpacked(packed: zipfile.ZipFile, manifest: dict[str, Any], scratch: Path, target: Path) -> Restored:
    found: list[Finding] = []
    for name, wanted in manifest["files"].items():
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if _unpack(packed, name, path) != wanted:
            found.append(_no_copy(_("a file that was changed or cut off"), name))
        if path.name in SECRETS:
            path.chmod(0o600)
    if not (scratch / STATION_FILE).exists():
        found.append(_no_copy(_("there is no station.yaml in it")))
    if found:
        raise InputRefused(found[:20])
    rows = _rows(scratch)
    if target.exists():
        target.rmdir()
    scratch.rename(target)
    sync_folder(target.parent)
    return Restored(folder=target, files=len(manifest["files"]), made_at=str(manifest.get("made_at", "")), rows=rows)


def _unpack(packed: zipfile.ZipFile, name: str, path: Path) -> str:
    """Unpack one file, never more than its entry promises; return its SHA-256."""
    digest, left = hashlib.sha256(), packed.getinfo(name).file_size
    with packed.open(name) as opened, path.open("wb") as written:
        while piece := opened.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile(name)
            digest.update(piece)
            written.write(piece)
    return digest.hexdigest()


def _rows(root: Path) -> int:
    """Return how many rows the ledger has, its chain recomputed. Raises LedgerFailed, LedgerTampered."""
    from loa.clock import SystemClock

    path = StationFolder(root).ledger
    if not path.exists():
        return 0
    with contextlib.closing(Ledger(path, SystemClock())) as ledger:
        return ledger.verify().rows

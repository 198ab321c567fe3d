"""Saving what a person edited: old contents kept, files written atomically, one row that says who and what; undone again.

Every version that was ever replaced lies in ``log/history`` under its SHA-256: nothing an edit takes away is lost.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loa.errors import Conflict, NotFound
from loa.files import write_bytes, write_text
from loa.language import translate as _
from loa.ledger import Ledger, Row, RowKind
from loa.ledger.rows import instant_from_text
from loa.station.folder import StationFolder

LOCK_TIMEOUT_S = 10.0
NEW = ""
"""The revision of a file that is not there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit of the station's files, as the ledger has it.

    Attributes
    ----------
    row, at
        Number of its row, and when it was saved (aware).
    person, what
        Who did it, and what it was, in a sentence.
    files
        Names of the files, relative to the station.
    undoes
        Row of the edit that this one took back, or None.
    undone
        A later edit took this one back.
    can_undo
        The files are still as this edit left them.
    """

    row: int
    at: datetime
    person: str
    what: str
    files: tuple[str, ...]
    undoes: int | None
    undone: bool
    can_undo: bool


@contextlib.contextmanager
def edit_lock(folder: StationFolder) -> Iterator[None]:
    """Keep two edits apart, in whatever process: what is compared is what is replaced. Raises Conflict."""
    from filelock import FileLock, Timeout

    folder.log.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.log / "edit.lock")
    try:
        lock.acquire(timeout=LOCK_TIMEOUT_S)
    except Timeout as error:
        raise Conflict(_("Another edit is being saved. Wait a moment, then save again.")) from error
    try:
        yield
    finally:
        lock.release()


def revision_of(content: str | None) -> str:
    """Return a short name for exactly this content of a file; `NEW` where there is none."""
    return NEW if content is None else hashlib.sha256(content.encode()).hexdigest()


def content_of(path: Path) -> str | None:
    """Return what the file at `path` holds, None where it is not there. Raises Conflict where it is no UTF-8 text."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        message = _("{file} is not UTF-8 text. Save it again as UTF-8 in the program it was written with.")
        raise Conflict(message.format(file=path.name)) from error


def save_files(
    folder: StationFolder,
    ledger: Ledger,
    files: Mapping[str, str | None],
    *,
    person: str,
    what: str,
    bulletin: str | None = None,
    text_hash: str | None = None,
    undoes: int | None = None,
) -> Row:
    """Write `files` (name to content, None: delete) within `edit_lock`, keep what they held, and note who did it.

    Raises
    ------
    OSError
        A file cannot be written.
    LedgerFailed
        The row cannot be written; the files are.
    """
    before = {name: content_of(folder.root / name) for name in files}
    for content in before.values():
        if content is not None:
            _keep(folder, content)
    for name, content in files.items():
        if content is None:
            (folder.root / name).unlink(missing_ok=True)
        else:
            write_text(folder.root / name, content)
    data = {
        "person": person,
        "what": what,
        "files": {name: revision_of(content) or None for name, content in files.items()},
        "before": {name: revision_of(content) or None for name, content in before.items()},
        "bulletin": bulletin,
        "text_hash": text_hash,
        "undoes": undoes,
    }
    return ledger.append(RowKind.EDITED, data)


def _keep(folder: StationFolder, content: str) -> None:
    path = folder.history / revision_of(content)
    if not path.exists():
        write_bytes(path, content.encode())


def edits(folder: StationFolder, ledger: Ledger, *, below: str, most: int = 50) -> list[Edit]:
    """Return the newest edits of files whose names begin with `below`, the newest first. Raises LedgerFailed."""
    rows = [
        row for row in ledger.rows(kinds=[RowKind.EDITED]) if any(name.startswith(below) for name in row.data["files"])
    ]
    undone = {row.data["undoes"] for row in rows}
    return [
        Edit(
            row=row.seq,
            at=instant_from_text(row.at),
            person=row.data["person"],
            what=row.data["what"],
            files=tuple(row.data["files"]),
            undoes=row.data["undoes"],
            undone=row.seq in undone,
            can_undo=row.seq not in undone and _as_left(folder, row),
        )
        for row in reversed(rows[-most:])
    ]


def who_left_so(ledger: Ledger, files: Mapping[str, str | None]) -> str:
    """Return who saved `files` (name to SHA-256) as they are now, or nothing where it was done without loa.

    Raises LedgerFailed.
    """
    people: dict[str, None] = {}
    rows = list(ledger.rows(kinds=[RowKind.EDITED])) if files else []
    for name, digest in files.items():
        newest = next((row for row in reversed(rows) if name in row.data["files"]), None)
        if newest is not None and newest.data["files"][name] == digest:
            people[str(newest.data["person"])] = None
    return ", ".join(people)


def _as_left(folder: StationFolder, row: Row) -> bool:
    try:
        return all(
            (revision_of(content_of(folder.root / name)) or None) == digest
            for name, digest in row.data["files"].items()
        )
    except Conflict:
        return False


def before_edit(folder: StationFolder, ledger: Ledger, number: int) -> tuple[Row, dict[str, str | None]]:
    """Return the row of an edit and what its files held before it.

    Raises
    ------
    NotFound
        Row `number` is no edit, or an old content is not in ``log/history``.
    Conflict
        The files were edited since: they are not as this edit left them.
    """
    row = next(iter(ledger.rows(kinds=[RowKind.EDITED], after_seq=number - 1)), None)
    if row is None or row.seq != number:
        raise NotFound(_("Row {row} of the ledger is no edit. Choose one from the history.").format(row=number))
    if not _as_left(folder, row):
        raise Conflict(
            _("The file was edited again since, so this edit cannot be undone alone. Undo the later edits first.")
        )
    contents: dict[str, str | None] = {}
    for name, digest in row.data["before"].items():
        path = folder.history / str(digest)
        content = None if digest is None else content_of(path)
        if digest is not None and (content is None or revision_of(content) != digest):
            message = _("The earlier version of {file} is not in log/history. Write it anew, or restore a backup.")
            raise NotFound(message.format(file=name))
        contents[name] = content
    return row, contents

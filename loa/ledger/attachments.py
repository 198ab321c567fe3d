"""Photos and papers that belong to rows: kept in ``log/attachments`` under their SHA-256, which stands in the row."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from loa.errors import LedgerTampered
from loa.files import atomic_path, sha256_file
from loa.language import translate as _
from loa.ledger.damage import Damage
from loa.ledger.rows import Row

ATTACHMENTS = "attachments"
_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a row.

    Attributes
    ----------
    name
        As its owner called it, without folders.
    file
        Its name in ``log/attachments``: the SHA-256, and its ending where that is a plain one.
    sha256, bytes
        What it holds, and how long it is.
    """

    name: str
    file: str
    sha256: str
    bytes: int


def keep(source: Path, folder: Path) -> Attachment:
    """Copy the file at `source` durably into `folder`, the attachments of a ledger.

    Raises
    ------
    OSError
        It cannot be read, or the copy cannot be written.
    """
    suffix = source.suffix.lower()
    ending = suffix if _ENDING.fullmatch(suffix) else ""
    digest = sha256_file(source)
    target = folder / f"{digest}{ending}"
    with atomic_path(target) as temporary:
        shutil.copyfile(source, temporary)
        if sha256_file(temporary) != digest:
            raise OSError(_("it changed while it was read"))
    return Attachment(name=source.name, file=target.name, sha256=digest, bytes=target.stat().st_size)


def attachments_of(row: Row) -> list[Attachment]:
    """Return the files that belong to `row`."""
    return [Attachment(**one) for one in row.data.get("attachments", ())]


def holds(attachment: Attachment, folder: Path) -> bool:
    """Return whether the file is there, and is the one that was attached. Raises OSError where it cannot be read."""
    path = folder / attachment.file
    return path.is_file() and sha256_file(path) == attachment.sha256


def check_attachments(rows: Iterable[Row], folder: Path) -> int:
    """Return how many attachments `rows` have, all of which are as they were.

    Raises
    ------
    LedgerTampered
        One is gone or changed; it names the row.
    OSError
        One cannot be read.
    """
    count = 0
    for row in rows:
        for attachment in attachments_of(row):
            count += 1
            if not holds(attachment, folder):
                raise LedgerTampered(
                    _(
                        "The file “{name}” that belongs to row {row} of the ledger is gone or was changed. Put it back from a "
                        "backup: log/attachments/{file}"
                    ).format(name=attachment.name, row=row.seq, file=attachment.file),
                    row=row.seq,
                    damage=Damage.ATTACHMENT.value,
                )
    return count

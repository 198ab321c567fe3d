"""Proving the ledger: the chain is recomputed, every signature checked, and ``anchors.jsonl`` held beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loa.errors import LedgerTampered
from loa.language import translate as _
from loa.ledger.anchors import ANCHOR_FILE, Anchor, anchor_of, lines
from loa.ledger.damage import Break, Damage, tampered, where_broken
from loa.ledger.rows import FIRST_PREVIOUS_HASH, RowKind, Stored, row_hash
from loa.ledger.schema import COLUMNS
from loa.ledger.station_key import fingerprint, kept_public_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the whole ledger found.

    Attributes
    ----------
    rows, head
        Number of rows, and the hash of the last one.
    anchors
        How many signed anchors hold.
    signed_rows
        Rows up to the newest anchor: of these, any change shows. Later ones are guarded by the chain alone.
    fingerprints
        Of the keys that signed, in order; more than one where the key was changed.
    """

    rows: int
    head: str
    anchors: int = 0
    signed_rows: int = 0
    fingerprints: tuple[str, ...] = ()


@dataclass(slots=True)
class _Signed:
    """The keys and anchors met on the way through the rows; `told` are the lines whose signatures hold."""

    told: set[str]
    keys: dict[str, str] = field(default_factory=dict)  # fingerprint to key
    anchors: list[Anchor] = field(default_factory=list)

    def look(self, row: Stored) -> None:
        data = json.loads(row.data)
        if row.kind == RowKind.STATION_KEY:
            self.keys[fingerprint(data["public_key"])] = data["public_key"]
            return
        key = self.keys.get(data["fingerprint"])
        if key is None:
            what = _("it is signed by a key that no row makes known")
            raise tampered(Break(row=row.seq, damage=Damage.WRONG_KEY, what=what))
        anchor = anchor_of(data, key)
        here = (anchor.rows, anchor.head) == (row.seq - 1, row.previous_hash)
        if not here or not (anchor.line() in self.told or anchor.holds):
            raise _rebuilt(self.signed_rows + 1, row.seq)
        self.anchors.append(anchor)

    @property
    def signed_rows(self) -> int:
        """How many rows stand before the newest anchor."""
        return self.anchors[-1].rows if self.anchors else 0


def verify(db: sqlite3.Connection, folder: Path, copied: int = 0) -> Verification:
    """Recompute the whole chain in `db` and check it against the files beside it.

    Parameters
    ----------
    folder
        Where ``anchors.jsonl`` and the public key lie.
    copied
        Number of the newest row that the plain-text copy holds, or 0.

    Raises
    ------
    LedgerTampered
        Names the first row that does not hold and what was done to it.
    sqlite3.Error, OSError
        A file cannot be read.
    """
    try:
        return _verify(db, folder, copied)
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    db.text_factory = lambda raw: raw.decode(errors="replace")  # somebody wrote what is no text: name the row
    try:
        return _verify(db, folder, copied)
    finally:
        db.text_factory = str


def _verify(db: sqlite3.Connection, folder: Path, copied: int) -> Verification:
    told = [_good_line(number, anchor) for number, anchor in lines(folder)]
    wanted = {anchor.rows for anchor in told}
    heads: dict[int, str] = {}
    seen = _Signed({anchor.line() for anchor in told})
    previous, expected = FIRST_PREVIOUS_HASH, 1
    watched = {RowKind.STATION_KEY.value, RowKind.ANCHOR.value}
    for seq, at, kind, broadcast, data, before, digest, clock in _all(db):
        if seq != expected or before != previous or digest != _hash(seq, at, kind, broadcast, data, before, clock):
            raise tampered(where_broken(expected, previous, [Stored(*row) for row in _all(db, expected)]))
        if kind in watched:
            seen.look(Stored(seq, at, kind, broadcast, data, before, digest, clock))
        previous, expected = digest, seq + 1
        if seq in wanted:
            heads[seq] = digest
    rows = expected - 1
    _check_end(rows, max([copied, *wanted]))
    _check_lines(told, heads, seen, folder)
    return Verification(
        rows=rows,
        head=previous,
        anchors=len(seen.anchors),
        signed_rows=seen.signed_rows,
        fingerprints=tuple(seen.keys),
    )


def _all(db: sqlite3.Connection, first: int = 1) -> Iterator[tuple[Any, ...]]:
    query = f"SELECT {COLUMNS} FROM ledger WHERE seq >= ? ORDER BY seq"  # noqa: S608 - a constant list of columns
    return iter(db.execute(query, (first,)))


def _hash(*values: Any) -> str | None:
    seq, at, kind, broadcast, data, before, clock = values
    try:
        return row_hash(
            seq=seq,
            at=at,
            kind=kind,
            broadcast=broadcast,
            data_json=data,
            previous_hash=before,
            clock_json=clock,
        )
    except (TypeError, ValueError):
        return None


def _good_line(number: int, anchor: Anchor | None) -> Anchor:
    if anchor is None:
        raise _bad_file(_("line {number} is not what was signed").format(number=number))
    return anchor


def _bad_file(what: str) -> LedgerTampered:
    return LedgerTampered(
        _(
            "{file} does not hold: {what}. Keep it as it is, compare it with a copy from a backup, and tell the person "
            "responsible."
        ).format(file=ANCHOR_FILE, what=what),
        damage=Damage.ANCHOR_FILE.value,
    )


def _rebuilt(first: int, last: int) -> LedgerTampered:
    what = _("rows {first} to {last} were written anew: the station's signature no longer fits them").format(
        first=first, last=last
    )
    return tampered(Break(row=first, damage=Damage.REBUILT, what=what))


def _check_end(rows: int, known: int) -> None:
    if known > rows:
        what = _(
            "it was there once, and everything from it on was cut off; {known} rows are known to have been"
        ).format(known=known)
        raise tampered(Break(row=rows + 1, damage=Damage.CUT_OFF, what=what))


def _check_lines(told: Iterable[Anchor], heads: dict[int, str], seen: _Signed, folder: Path) -> None:
    before = 0
    known: set[tuple[int, str]] = set()
    for anchor in sorted(told, key=lambda anchor: anchor.rows):
        if heads[anchor.rows] != anchor.head:
            raise _rebuilt(before + 1, anchor.rows)
        if anchor.fingerprint not in seen.keys:
            raise _wrong_key(anchor.fingerprint)
        before = anchor.rows
        known.add((anchor.rows, anchor.signature))
    kept = kept_public_key(folder)
    if seen.keys and kept is not None and kept not in seen.keys.values():
        raise _wrong_key(kept)
    for anchor in seen.anchors[:-1]:  # the newest may have been cut short by a power cut; it is written again
        if (anchor.rows, anchor.signature) not in known:
            raise _bad_file(_("the anchor of {rows} rows is missing").format(rows=anchor.rows))


def _wrong_key(key: str) -> LedgerTampered:
    return LedgerTampered(
        _(
            "The ledger was signed with another key than {key}, which the files beside it name. Keep the whole folder as it "
            "is, compare the key's digits with those on a stamped report, and tell the person responsible."
        ).format(key=key[:16]),
        damage=Damage.WRONG_KEY.value,
    )

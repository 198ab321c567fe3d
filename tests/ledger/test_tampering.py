"""Edits of the SQLite file behind the program's back are found, and the first bad row is named."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from loa.errors import LedgerTampered
from loa.ledger import Damage, Ledger
from loa.ledger.anchors import ANCHOR_FILE
from loa.ledger.rows import FIRST_PREVIOUS_HASH, RowKind, Stored, canonical_json
from loa.ledger.schema import COLUMNS

EDITED = {
    "content": "UPDATE ledger SET data = replace(data, '\"number\":4', '\"number\":9') WHERE seq = 4",
    "time": "UPDATE ledger SET at = '2026-11-23T05:30:00.000001Z' WHERE seq = 4",
    "kind": "UPDATE ledger SET kind = 'unqueued' WHERE seq = 4",
    "broadcast": "UPDATE ledger SET broadcast = 'other' WHERE seq = 4",
    "no broadcast": "UPDATE ledger SET broadcast = NULL WHERE seq = 4",
    "hash": "UPDATE ledger SET row_hash = replace(row_hash, substr(row_hash, 1, 1), 'g') WHERE seq = 4",
    "link": f"UPDATE ledger SET previous_hash = '{'0' * 64}' WHERE seq = 4",  # noqa: S608 - our own text
    "spaces": "UPDATE ledger SET data = replace(data, ':', ': ') WHERE seq = 4",
    "clocks": "UPDATE ledger SET clock = replace(clock, 'virtual', 'another') WHERE seq = 4",
    "no clocks": "UPDATE ledger SET clock = NULL WHERE seq = 4",
    "no text": "UPDATE ledger SET data = CAST(x'ff00fe' AS TEXT) WHERE seq = 4",
}


@pytest.fixture
def grown(ledger: Ledger) -> Ledger:
    """A ledger of ten rows."""
    for number in range(1, 11):
        ledger.append(RowKind.QUEUED, {"number": number}, broadcast=f"b{number}")
    assert ledger.verify().rows == 10
    return ledger


def tamper(ledger: Ledger, *statements: str) -> None:
    """Take the guards off and run `statements` on the file."""
    with closing(sqlite3.connect(ledger.path)) as other, other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            other.execute(statement)


def found(ledger: Ledger) -> tuple[int, str]:
    """Return the row that is named first, and what is said to have been done to it."""
    with pytest.raises(LedgerTampered) as tampered:
        ledger.verify()
    if tampered.value.row:
        assert int(tampered.value.message.split()[1]) == tampered.value.row
    return tampered.value.row, tampered.value.damage


def rows_of(ledger: Ledger) -> list[Stored]:
    with closing(sqlite3.connect(ledger.path)) as other:
        return [Stored(*row) for row in other.execute(f"SELECT {COLUMNS} FROM ledger ORDER BY seq")]  # noqa: S608


def rewrite(ledger: Ledger, rows: list[Stored], *, rehash_from: int | None = None) -> None:
    """Put `rows` in the place of all rows, numbered anew; from a number on, with all hashes made to fit."""
    tamper(ledger, "DELETE FROM ledger")
    previous = FIRST_PREVIOUS_HASH
    with closing(sqlite3.connect(ledger.path)) as other, other:
        for seq, row in enumerate(rows, 1):
            placed = row._replace(seq=seq)
            if rehash_from is not None and seq >= rehash_from:
                placed = placed._replace(previous_hash=previous)
                placed = placed._replace(row_hash=placed.hash_as(seq))
            previous = placed.row_hash
            other.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)", placed)


@pytest.mark.parametrize("what", EDITED)
def test_an_edited_row_is_named(grown: Ledger, what: str) -> None:
    """Whatever is edited in row 4, row 4 is named, and said to be edited."""
    tamper(grown, EDITED[what])
    assert found(grown) == (4, Damage.EDITED)


def test_an_edited_row_with_its_hash_made_to_fit_is_named(grown: Ledger) -> None:
    """Who recomputes the hash of the row they edit has to recompute all that follow; the next row gives them away."""
    rows = rows_of(grown)
    rows[3] = rows[3]._replace(data=canonical_json({"number": 99}))
    rows[3] = rows[3]._replace(row_hash=rows[3].hash_as(4))
    rewrite(grown, rows)
    assert found(grown) == (4, Damage.EDITED)


@pytest.mark.parametrize("seq", [1, 4, 9])
def test_a_removed_row_is_named(grown: Ledger, seq: int) -> None:
    """A gap is named by the number that is missing."""
    tamper(grown, f"DELETE FROM ledger WHERE seq = {seq}")  # noqa: S608 - our own text
    assert found(grown) == (seq, Damage.REMOVED)


@pytest.mark.parametrize("count", [1, 4])
def test_removed_rows_with_the_gap_closed_are_named(grown: Ledger, count: int) -> None:
    """Renumbering what follows removed rows does not hide them."""
    rows = rows_of(grown)
    rewrite(grown, rows[:3] + rows[3 + count :])
    assert found(grown) == (4, Damage.REMOVED)


def test_a_copied_row_slipped_in_is_named(grown: Ledger) -> None:
    """A row slipped in between, all later ones moved up, is named."""
    rows = rows_of(grown)
    rewrite(grown, [*rows[:3], rows[2], *rows[3:]])
    assert found(grown) == (4, Damage.INSERTED)


@pytest.mark.parametrize("fits", [False, True], ids=["hash of another", "its own hash fits"])
def test_an_invented_row_slipped_in_is_named(grown: Ledger, fits: bool) -> None:
    """Also where its own hash is right and it follows the row before it."""
    rows = rows_of(grown)
    invented = rows[3]._replace(data=canonical_json({"number": 99}))
    if fits:
        invented = invented._replace(row_hash=invented.hash_as(4))
    rewrite(grown, [*rows[:3], invented, *rows[3:]])
    assert found(grown) == (4, Damage.INSERTED)


def test_reordered_rows_are_named(grown: Ledger) -> None:
    """Two rows that change places are found at the first of them, and told from edited ones."""
    rows = rows_of(grown)
    rewrite(grown, [*rows[:3], rows[4], rows[3], *rows[5:]])
    assert found(grown) == (4, Damage.REORDERED)
    rewrite(grown, [*rows[:3], rows[8], *rows[4:8], rows[3], rows[9]])
    assert found(grown) == (4, Damage.REORDERED)


def test_rows_cut_off_at_the_end_change_the_head(grown: Ledger) -> None:
    """A shorter chain without anchor and copy holds in itself; its head no longer is what it was."""
    before = grown.verify()
    tamper(grown, "DELETE FROM ledger WHERE seq > 8")
    assert found(grown) == (9, Damage.CUT_OFF), "the copy in plain text knows of more"
    shutil.rmtree(grown.copy.folder)
    after = grown.verify()
    assert (after.rows, before.rows) == (8, 10)
    assert after.head != before.head


def test_guards_are_put_back(grown: Ledger) -> None:
    """Triggers that somebody dropped are there again once the ledger is opened."""
    tamper(grown)
    with (
        Ledger(grown.path, grown._clock),
        closing(sqlite3.connect(grown.path)) as other,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        other.execute("DELETE FROM ledger")


# ---------------------------------------------------------------------- what only the signature shows


@pytest.fixture
def anchored(grown: Ledger) -> Ledger:
    """The ten rows, the key's row (11), an anchor (12), three rows, an anchor (16), two rows (18)."""
    grown.anchor("day")
    for number in range(3):
        grown.append(RowKind.QUEUED, {"number": number})
    grown.anchor("day")
    for number in range(2):
        grown.append(RowKind.QUEUED, {"number": number})
    verified = grown.verify()
    assert (verified.rows, verified.anchors, verified.signed_rows) == (18, 2, 15)
    return grown


def test_a_chain_rebuilt_without_the_key_is_found(anchored: Ledger) -> None:
    """Every hash may be made to fit after an edit: the signature of the next anchor does not."""
    rows = rows_of(anchored)
    rows[13] = rows[13]._replace(data=canonical_json({"number": 99}))
    rewrite(anchored, rows, rehash_from=14)
    assert found(anchored) == (12, Damage.REBUILT)


def test_a_chain_rebuilt_without_its_anchors_is_found(anchored: Ledger) -> None:
    """Leaving the anchors out of the rebuilt chain does not help: ``anchors.jsonl`` has them."""
    rows = [row for row in rows_of(anchored) if row.kind == "queued"]
    extra = rows[0]._replace(data=canonical_json({"number": 99}))
    rewrite(anchored, [*rows, *[extra] * 5], rehash_from=1)
    assert found(anchored) == (1, Damage.REBUILT)


def test_a_rebuilt_chain_signed_with_another_key_is_found(anchored: Ledger) -> None:
    """Who has no key makes one: the lines of ``anchors.jsonl`` and the public key beside the ledger say so."""
    rows = [row for row in rows_of(anchored) if row.kind == "queued"]
    folder = anchored.path.parent
    kept = (folder / ANCHOR_FILE).read_bytes(), (folder / "station-key.pub").read_bytes()
    rewrite(anchored, rows, rehash_from=1)
    for name in ("station-key", "station-key.pub", ANCHOR_FILE):
        (folder / name).unlink()
    anchored.anchor("day")
    for _ in range(5):
        anchored.append(RowKind.QUEUED, {})
    forged = (folder / ANCHOR_FILE).read_bytes()
    (folder / ANCHOR_FILE).write_bytes(kept[0] + forged)
    assert found(anchored) == (1, Damage.REBUILT)
    (folder / ANCHOR_FILE).write_bytes(forged)
    anchored.verify()  # the forger changed every file: from here only a key on paper tells
    (folder / "station-key.pub").write_bytes(kept[1])
    assert found(anchored) == (0, Damage.WRONG_KEY)


def test_an_anchor_by_an_unknown_key_is_found(anchored: Ledger) -> None:
    """An anchor row whose key no row makes known is worth nothing."""
    rows = [row for row in rows_of(anchored) if row.kind != "station-key"]
    rewrite(anchored, rows, rehash_from=11)
    assert found(anchored) == (11, Damage.WRONG_KEY)


@pytest.mark.parametrize("last", [17, 15, 11, 3])
def test_rows_cut_off_before_an_anchor_are_found(anchored: Ledger, last: int) -> None:
    """``anchors.jsonl`` knows how long the chain was; rows after the last anchor are known to the copy alone."""
    tamper(anchored, f"DELETE FROM ledger WHERE seq > {last}")  # noqa: S608 - our own text
    assert found(anchored) == (last + 1, Damage.CUT_OFF)
    shutil.rmtree(anchored.copy.folder)
    if last < 15:
        assert found(anchored) == (last + 1, Damage.CUT_OFF)
    else:
        assert anchored.verify().rows == last


@pytest.mark.parametrize("what", ["a digit", "a line that is none", "a line taken out"])
def test_a_tampered_anchor_file_is_found(anchored: Ledger, what: str) -> None:
    """Its lines are signed, and each anchor of the chain must be among them."""
    path = anchored.path.parent / ANCHOR_FILE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if what == "a digit":
        lines[0] = lines[0].replace('"rows":11', '"rows":10')
    elif what == "a line that is none":
        lines.insert(1, "{}\n")
    else:
        del lines[0]
    path.write_text("".join(lines), encoding="utf-8")
    assert found(anchored) == (0, Damage.ANCHOR_FILE)


def test_a_line_that_a_power_cut_broke_is_no_tampering(anchored: Ledger) -> None:
    """The anchor's row is durable before its line: half a line, or none, is passed over, and the next is whole."""
    path = anchored.path.parent / ANCHOR_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 40])
    assert anchored.verify().anchors == 2
    anchored.anchor("day")
    assert anchored.verify().anchors == 3
    path.unlink()
    anchored.anchor("day")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4, "whatever is missing is written again"
    assert anchored.verify().anchors == 4


def test_a_changed_key_is_told(anchored: Ledger) -> None:
    """A lost key is replaced: a row makes the new one known, and both fingerprints are shown."""
    (anchored.path.parent / "station-key").unlink()
    anchored.anchor("day")
    verified = anchored.verify()
    assert (verified.anchors, len(verified.fingerprints)) == (3, 2)

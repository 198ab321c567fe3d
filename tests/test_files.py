"""Files are atomic: a reader sees the old content or the new one, whole, and nothing half done is left behind."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from loa.files import atomic_path, sha256_file, write_bytes, write_text


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """The folder is made, the content is there, and no temporary file stays."""
    target = tmp_path / "a" / "b" / "tệp.yaml"
    write_text(target, "chào\r\nbà con\n")
    assert target.read_bytes() == "chào\r\nbà con\n".encode()
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_leaves_the_old_content(tmp_path: Path) -> None:
    """An error while writing leaves the old file untouched and no temporary one."""
    target = tmp_path / "queue.yaml"
    write_text(target, "old")

    def fail() -> None:
        with atomic_path(target) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_temporary_file_is_like_the_target(tmp_path: Path) -> None:
    """It lies in the same folder (a rename never crosses a disk) and ends alike, so that sound libraries know it."""
    target = tmp_path / "x.flac"
    with atomic_path(target) as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".flac")
        assert not target.exists()
        temporary.write_bytes(b"sound")
    assert target.read_bytes() == b"sound"


def test_content_is_durable_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced before it is renamed, and its folder after (rule 7)."""
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        order.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_bytes(tmp_path / "x", b"1")
    assert order == (["file", "rename"] if os.name == "nt" else ["file", "rename", "folder"])


def test_an_unwritable_place_is_an_oserror(tmp_path: Path) -> None:
    """Where a file stands in the place of the folder, nothing is changed."""
    (tmp_path / "x").write_text("file", encoding="utf-8")
    with pytest.raises(OSError, match="x"):
        write_text(tmp_path / "x" / "y", "content")
    assert (tmp_path / "x").read_text(encoding="utf-8") == "file"


def test_the_hash_is_over_the_bytes(tmp_path: Path) -> None:
    """A file's hash is the SHA-256 of its bytes; a missing file is an OSError."""
    write_bytes(tmp_path / "x", b"\x00\xff" * 100_000)
    assert sha256_file(tmp_path / "x") == hashlib.sha256(b"\x00\xff" * 100_000).hexdigest()
    with pytest.raises(FileNotFoundError):
        sha256_file(tmp_path / "y")

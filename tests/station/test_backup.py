"""Copies of a station: whole, without what can be made anew, without secrets unless asked; and back only when safe."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from loa.clock import SystemClock
from loa.errors import Conflict, InputRefused
from loa.station.accounts import Accounts
from loa.station.backup import MANIFEST
from loa.station.station import Station
from tests.station.mini_station import mini_station

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def station(tmp_path: Path) -> Path:
    folder = mini_station(tmp_path / "station")
    with Station(folder) as opened:
        opened.approve(["mot", "hai"], person="Chủ tịch")
        Accounts(opened.folder.accounts, SystemClock())
    for name in ("audio/rendered/x.flac", "audio/nghe-thu/x.wav", "log/requests/a.request", "output/tape.flac"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


@pytest.fixture
def copy(station: Path, tmp_path: Path) -> Path:
    target = tmp_path / "copy.zip"
    with Station(station) as opened:
        opened.machine_desk.write_backup(target, secrets=False)
    return target


def names(copy: Path) -> set[str]:
    with zipfile.ZipFile(copy) as packed:
        return set(packed.namelist())


def test_a_copy_comes_back_whole(station: Path, copy: Path, tmp_path: Path) -> None:
    """Texts, timetable, recordings and the ledger come back byte by byte, and the chain holds."""
    restored = Station.restore(copy, tmp_path / "new")
    assert restored.rows == 2
    for name in ("station.yaml", "scripts/mot.md", "schedules/khung-gio.yaml", "audio/mot.wav"):
        assert (tmp_path / "new" / name).read_bytes() == (station / name).read_bytes()
    with Station(tmp_path / "new") as opened:
        assert opened.contents().bulletins.bulletins.keys() == {"chao", "mot", "hai", "ba"}
        assert [row.data["bulletin"] for row in opened.rows()] == ["mot", "hai"]


def test_what_can_be_made_anew_and_secrets_stay_out(station: Path, copy: Path, tmp_path: Path) -> None:
    """No finished audio, no requests, no accounts; accounts only where they were asked for."""
    assert {name for name in names(copy) if "rendered" in name or "nghe-thu" in name or "request" in name} == set()
    assert "log/console.sqlite" not in names(copy)
    assert not any(name.startswith("output/") for name in names(copy))
    with Station(station) as opened:
        opened.machine_desk.write_backup(tmp_path / "all.zip", secrets=True)
    assert "log/console.sqlite" in names(tmp_path / "all.zip")
    Station.restore(tmp_path / "all.zip", tmp_path / "new")
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "new" / "log" / "console.sqlite").stat().st_mode) == 0o600


def test_a_running_station_is_copied_in_one_moment(station: Path, tmp_path: Path) -> None:
    """Rows that wait in the write-ahead log are in the copy, though the station has the ledger open."""
    with Station(station) as running:
        running.approve(["ba"], person="Chủ tịch")
        with Station(station) as other:
            other.machine_desk.write_backup(tmp_path / "live.zip", secrets=False)
    assert Station.restore(tmp_path / "live.zip", tmp_path / "new").rows == 3


def rewritten(copy: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return the copy with its entries changed; the manifest is brought up to date for new names."""
    with zipfile.ZipFile(copy) as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    change(entries)
    other = copy.with_name("evil.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return other


def listed(entries: dict[str, bytes], name: str, content: bytes) -> None:
    """Add an entry that the manifest knows."""
    manifest = json.loads(entries[MANIFEST])
    manifest["files"][name] = "0" * 64
    entries[MANIFEST] = json.dumps(manifest).encode()
    entries[name] = content


EVIL: dict[str, Callable[[dict[str, bytes]], None]] = {
    "up": lambda entries: listed(entries, "scripts/../../x.md", b"x"),
    "root": lambda entries: listed(entries, "/etc/x.yaml", b"x"),
    "drive": lambda entries: listed(entries, "scripts/C:x.md", b"x"),
    "backslash": lambda entries: listed(entries, "scripts\\..\\x.md", b"x"),
    "elsewhere": lambda entries: listed(entries, "loa/station/station.py", b"x"),
    "program": lambda entries: listed(entries, "start.py", b"x"),
    "bomb": lambda entries: listed(entries, "audio/bomb.wav", b"\0" * 2**28),
    "changed": lambda entries: entries.update({"scripts/mot.md": b"---\ntitle: khac\n---\nx\n"}),
    "missing": lambda entries: entries.__delitem__("scripts/mot.md"),
    "unlisted": lambda entries: entries.update({"scripts/la.md": b"x"}),
    "no manifest": lambda entries: entries.__delitem__(MANIFEST),
    "bad manifest": lambda entries: entries.update({MANIFEST: b'{"format": 1, "files": [1]}'}),
    "no station": lambda entries: entries.__delitem__("station.yaml"),
}


@pytest.mark.parametrize("how", EVIL)
def test_an_evil_or_broken_copy_changes_nothing(how: str, copy: Path, tmp_path: Path) -> None:
    """Names that lead elsewhere, bombs, changed, cut or foreign files: refused, named, and not a file is left."""
    evil = rewritten(copy, EVIL[how])
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(InputRefused) as refused:
        Station.restore(evil, tmp_path / "new")
    assert refused.value.findings
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_link_in_a_copy_is_refused(copy: Path, tmp_path: Path) -> None:
    """A symbolic link would let a later file be written elsewhere."""
    evil = rewritten(copy, lambda entries: listed(entries, "scripts/link.md", b"/etc/passwd"))
    with zipfile.ZipFile(evil) as packed:
        infos = [(info, packed.read(info)) for info in packed.infolist()]
    with zipfile.ZipFile(evil, "w") as packed:
        for info, content in infos:
            if info.filename == "scripts/link.md":
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            packed.writestr(info, content)
    with pytest.raises(InputRefused, match="leads elsewhere"):
        Station.restore(evil, tmp_path / "new")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_zip_is_refused(content: bytes, tmp_path: Path) -> None:
    """Any file may be chosen by mistake."""
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(InputRefused):
        Station.restore(tmp_path / "x.zip", tmp_path / "new")


def test_a_copy_that_is_cut_off_is_refused(copy: Path, tmp_path: Path) -> None:
    """A download that broke off is no copy."""
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputRefused):
        Station.restore(copy, tmp_path / "new")


def test_nothing_is_restored_over_something(copy: Path, station: Path) -> None:
    """A station is never overwritten."""
    with pytest.raises(Conflict, match="not empty"):
        Station.restore(copy, station)

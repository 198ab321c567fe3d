"""Clearing: only what nothing needs goes, the oldest first, and only as much as is too much."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from loa.sound import AudioStore
from loa.sound.clearing import clear
from tests.playout.finished_audio import finished

NAMES = ("mot", "hai", "ba", "bon", "nam")


@pytest.fixture
def store(tmp_path: Path) -> AudioStore:
    """Return a store of five sounds, each a day newer than the one before."""
    for age, name in enumerate(reversed(NAMES)):
        path = finished(tmp_path, name, 2.0).path
        os.utime(path, (1_000_000 - 86_400 * age,) * 2)
    return AudioStore(tmp_path)


def keys(store: AudioStore) -> dict[str, str]:
    """Return item by key."""
    found = (store.find(path.stem) for path in store.folder.glob("??/*.flac"))
    return {audio.cue_sheet.key: audio.cue_sheet.item for audio in found if audio is not None}


def size(store: AudioStore) -> int:
    """Return the size of one sound in bytes; all are alike."""
    return next(iter(store.folder.glob("??/*.flac"))).stat().st_size


def test_what_fits_stays(store: AudioStore) -> None:
    """And nobody is asked what is needed."""

    def unasked() -> set[str]:
        raise AssertionError

    assert clear(store, needed=unasked, logged=unasked, most_bytes=10 * size(store)) == []
    assert len(keys(store)) == 5


def test_the_oldest_unneeded_goes_first(store: AudioStore) -> None:
    """What a planned broadcast needs and what a ledger row names stays, however old."""
    by_item = {item: key for key, item in keys(store).items()}
    first = store.find(by_item["mot"])
    assert first is not None
    removed = clear(
        store,
        needed=lambda: {by_item["hai"]},
        logged=lambda: {first.cue_sheet.audio_sha256},
        most_bytes=1.5 * size(store),
    )
    assert removed == [by_item["ba"], by_item["bon"]]
    assert set(keys(store).values()) == {"mot", "hai", "nam"}
    assert not list(store.folder.glob("??/.tmp-*"))


def test_needed_audio_is_never_removed_however_much_it_is(store: AudioStore) -> None:
    """The limit is for what nothing needs."""
    clear(store, needed=lambda: set(keys(store)), logged=set, most_bytes=0)
    assert len(keys(store)) == 5


def test_audio_without_a_sheet_is_never_found_and_may_go(store: AudioStore) -> None:
    """What a power cut left behind does not fill the disk."""
    for sheet in store.folder.glob("??/*.json"):
        sheet.unlink()
    clear(store, needed=set, logged=set, most_bytes=0)
    assert not list(store.folder.glob("??/*.flac"))

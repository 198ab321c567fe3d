"""Phrases spoken before: found whole or not at all, and a broken store never stops a voice."""

from __future__ import annotations

import contextlib
import multiprocessing
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from loa.voices import Clip, PhraseStore

WHO = "fake 1"


def clip(seconds: float = 0.5, rate: int = 22_050, seed: int = 0) -> Clip:
    noise = np.random.default_rng(seed).integers(-9000, 9000, round(seconds * rate))
    return Clip(samples=noise.astype(np.int16), rate=rate)


def same(found: Clip | None, kept: Clip) -> bool:
    return found is not None and found.rate == kept.rate and bool(np.array_equal(found.samples, kept.samples))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "âm thanh" / "phrases.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[PhraseStore]:
    with contextlib.closing(PhraseStore(path)) as opened:
        yield opened


def test_what_was_said_is_found_bit_for_bit(store: PhraseStore, path: Path) -> None:
    """Across a restart too."""
    store.keep(WHO, "kính thưa bà con", clip())
    assert same(store.find(WHO, "kính thưa bà con"), clip())
    with contextlib.closing(PhraseStore(path)) as later:
        assert same(later.find(WHO, "kính thưa bà con"), clip())


@pytest.mark.parametrize(("who", "phrase"), [("fake 2", "một"), (WHO, "hai"), (WHO, "một ")])
def test_other_words_or_another_voice_are_not_found(store: PhraseStore, who: str, phrase: str) -> None:
    """A voice with other settings says the same words anew."""
    store.keep(WHO, "một", clip())
    assert store.find(who, phrase) is None


def test_looking_makes_no_file(store: PhraseStore, path: Path) -> None:
    """A station that never rendered stays as it was."""
    assert store.find(WHO, "một") is None
    assert not path.exists()


@pytest.mark.parametrize(
    "damage", ["UPDATE phrases SET sound = substr(sound, 1, 99)", "UPDATE phrases SET sound = x'00'"]
)
def test_a_damaged_phrase_is_not_found_and_can_be_kept_again(store: PhraseStore, path: Path, damage: str) -> None:
    """Half a sentence is never aired."""
    store.keep(WHO, "một", clip())
    store.close()
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(damage)
    assert store.find(WHO, "một") is None
    store.keep(WHO, "một", clip())
    assert same(store.find(WHO, "một"), clip())


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be taken for one" * 30])
def test_a_broken_file_is_begun_anew(store: PhraseStore, path: Path, content: bytes) -> None:
    """Nothing but time is lost."""
    path.parent.mkdir()
    path.write_bytes(content)
    assert store.find(WHO, "một") is None
    store.keep(WHO, "một", clip())
    assert same(store.find(WHO, "một"), clip())


def test_a_file_cut_short_is_begun_anew(store: PhraseStore, path: Path) -> None:
    """A power cut on an old card."""
    for number in range(20):
        store.keep(WHO, f"câu {number}", clip(seed=number))
    store.close()
    path.write_bytes(path.read_bytes()[:10_000])
    store.find(WHO, "câu 3")
    store.keep(WHO, "một", clip())
    assert same(store.find(WHO, "một"), clip())


def test_a_store_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    """The voice speaks all the same."""
    (tmp_path / "file").write_text("not a folder")
    with contextlib.closing(PhraseStore(tmp_path / "file" / "phrases.sqlite")) as store:
        store.keep(WHO, "một", clip())
        assert store.find(WHO, "một") is None


def test_the_least_used_are_dropped_first(path: Path) -> None:
    """A full store keeps what is still asked for."""
    with contextlib.closing(PhraseStore(path)) as store:
        for number in range(10):
            store.keep(WHO, f"câu {number}", clip(seed=number))
        store.find(WHO, "câu 0")
    held = path.stat().st_size
    with contextlib.closing(PhraseStore(path, most_bytes=held // 2)) as store:
        store.keep(WHO, "câu 10", clip(seed=10))
    with contextlib.closing(PhraseStore(path)) as store:
        found = [number for number in range(11) if store.find(WHO, f"câu {number}") is not None]
    assert {0, 10} <= set(found)
    assert 1 not in found
    assert 2 <= len(found) <= 6


def _keep(path: Path, first: int) -> None:
    with contextlib.closing(PhraseStore(path)) as store:
        for number in range(first, first + 20):
            store.keep(WHO, f"câu {number}", clip(0.1, seed=number))


def test_two_processes_keep_at_once(path: Path) -> None:
    """Rendering runs on every core."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_keep, args=(path, first)) for first in (0, 20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    with contextlib.closing(PhraseStore(path)) as store:
        assert all(same(store.find(WHO, f"câu {number}"), clip(0.1, seed=number)) for number in range(40))

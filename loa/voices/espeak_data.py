"""Where eSpeak NG's library and data lie, and a short copy of the data where its own path is too long."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loa.errors import VoiceFailed
from loa.language import translate as _

# The library keeps its data path in 160 bytes and cuts what is longer without a word (measured: 160 fails). Names of
# language files are appended to it, so a copy is made well before.
LONGEST_DATA_PATH_BYTES = 110
VIETNAMESE_DATA = ("phontab", "phonindex", "phondata", "intonations", "vi_dict", "lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An installed eSpeak NG: its shared library and its data folder."""

    library: Path
    data_folder: Path


def installed() -> Installation:
    """Return the eSpeak NG that came with ``espeakng-loader``.

    Raises
    ------
    VoiceFailed
        The package or its files are missing (reason ``not-installed``).
    """
    try:
        import espeakng_loader

        found = Installation(
            library=Path(espeakng_loader.get_library_path()), data_folder=Path(espeakng_loader.get_data_path())
        )
    except (ImportError, RuntimeError) as error:
        raise not_installed() from error
    if not found.library.is_file():
        raise not_installed()
    return found


def not_installed() -> VoiceFailed:
    """Return the failure of a voice whose package is missing or not whole (reason ``not-installed``)."""
    message = _("The eSpeak NG voice is not installed completely. Run start.py again with a network connection.")
    return VoiceFailed(message, reason="not-installed")


@contextlib.contextmanager
def short_data_folder(data_folder: Path) -> Iterator[Path]:
    """Yield a folder with the same Vietnamese data whose path the library can hold.

    Yields
    ------
    Path
        `data_folder` itself where it is short enough, else a copy (about 0.8 MB) that is removed afterwards.

    Raises
    ------
    VoiceFailed
        No short enough place for the copy could be written (reason ``data-path``).
    """
    if _fits(data_folder):
        yield data_folder
        return
    with contextlib.ExitStack() as stack:
        try:
            copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loa-", ignore_cleanup_errors=True)))
            for name in VIETNAMESE_DATA:
                _copy(data_folder / name, copy / name)
        except OSError as error:
            raise _no_place() from error
        if not _fits(copy):
            raise _no_place()
        yield copy


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= LONGEST_DATA_PATH_BYTES


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def _no_place() -> VoiceFailed:
    message = _(
        "The eSpeak NG voice lies in a folder with too long a name and cannot be copied to the temporary folder. "
        "Free some disk space, or move loa to a folder with a shorter name."
    )
    return VoiceFailed(message, reason="data-path")

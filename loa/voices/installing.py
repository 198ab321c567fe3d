"""Installing a Piper voice: from a file, a folder or an address into the station's ``voices`` folder, whole or not at all.

Everything grows in ``voices/NAME.part``, where nothing is taken for a voice. There the model is weighed, hashed, loaded
and made to speak; only then are its files moved beside the others, the model last. What a cut download has brought
stays in ``NAME.part`` for the next attempt, and nothing else does.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from loa.clock import Clock, SystemClock
from loa.errors import Conflict, NotFound, VoiceFailed
from loa.files import sha256_file, sync_folder, write_text
from loa.language import translate as _
from loa.slug import is_slug
from loa.voices.catalogue import published_voice
from loa.voices.download import Download, OnBytes, Patience, note_of, without_secrets
from loa.voices.piper_files import (
    BROKEN,
    CONFIG_ENDING,
    MODEL_ENDING,
    NOT_INSTALLED,
    RECORD_ENDING,
    InstalledVoice,
    InstallRecord,
    find,
    read_config,
    refuse_non_model,
)
from loa.voices.voice_source import VoiceSource, checked_hash, source_named

PART_ENDING = ".part"
LOCK = ".install.lock"
MOST_MODEL_BYTES, MOST_CONFIG_BYTES = 1_000_000_000, 1_000_000
COPY_BYTES = 1_000_000
TRIAL = ("xin chào bà con,", "hôm nay là thứ hai.")
CHECKSUM = "checksum"
MODELS_FAULT = {CHECKSUM, BROKEN}  # another attempt with the same bytes would fail again

Trial = Callable[[Path, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOrder:
    """What to install, and as what.

    Attributes
    ----------
    source
        A model file ``….onnx`` with its ``….onnx.json`` beside it, a folder that holds one such pair, or the HTTP(S)
        address of the model.
    name
        What to call it; empty: after its file.
    sha256
        Hash that the model must have; empty: that of the public voice with this file name, where it is known.
    """

    source: str
    name: str = ""
    sha256: str = ""


def install(
    folder: Path,
    order: InstallOrder,
    *,
    clock: Clock | None = None,
    on_bytes: OnBytes = lambda _here, _total: None,
    trial: Trial | None = None,
    patience: Patience | None = None,
) -> InstalledVoice:
    """Install a voice into `folder`.

    Parameters
    ----------
    on_bytes
        Called with the bytes of the model that are here and those of the whole, or None.
    trial
        Lets the voice in a folder speak; raises VoiceFailed where it cannot.
    patience
        How long to wait for a server.

    Raises
    ------
    NotFound
        There is no such file.
    InputRefused
        `name` or `sha256` cannot be one.
    Conflict
        A voice of this name is installed and sound, or another installation is under way.
    VoiceFailed
        Reasons: ``download``, ``address``, ``size``, ``checksum``, ``disk-full``, ``read-only``, ``broken-model``, or
        that for which the model could not speak.
    """
    source = source_named(order.source)
    name = source.name(order.name)
    given_hash = checked_hash(order.sha256)
    if trial is None:
        _require_piper()
    with _told_what_to_do(folder), _alone(folder):
        _refuse_installed(folder, name)
        bench = _Bench(folder, name, source, clock or SystemClock())
        bench.part.mkdir(exist_ok=True)
        try:
            bench.bring(on_bytes, patience, known_size=not given_hash)
            bench.check(given_hash)
            bench.hear(trial or speak_a_sentence)
        except VoiceFailed as failure:
            bench.clear(keep_download=failure.reason not in MODELS_FAULT)
            raise
        except (KeyboardInterrupt, OSError):
            bench.clear(keep_download=True)
            raise
        bench.move_in()
        return find(folder, name)


class _Bench:
    """The folder in which one voice is put together."""

    def __init__(self, folder: Path, name: str, source: VoiceSource, clock: Clock) -> None:
        self.part = folder / f"{name}{PART_ENDING}"
        self._folder = folder
        self._name = name
        self._source = source
        self._clock = clock
        self._model = self.part / f"{name}{MODEL_ENDING}"
        self._config = self.part / f"{name}{CONFIG_ENDING}"

    def bring(self, on_bytes: OnBytes, patience: Patience | None, *, known_size: bool) -> None:
        """Bring config and model. Raises VoiceFailed, OSError."""
        if not self._source.online:
            _copy(Path(self._source.config), self._config, lambda _here, _total: None)
            self._refuse_foreign()
            _copy(Path(self._source.model), self._model, on_bytes)
            return
        config = Download(
            self._source.config, self._config, clock=self._clock, most_bytes=MOST_CONFIG_BYTES, patience=patience
        )
        config.fetch()
        self._refuse_foreign()
        published = published_voice(self._source.file) if known_size else None
        model = Download(
            self._source.model,
            self._model,
            clock=self._clock,
            most_bytes=MOST_MODEL_BYTES,
            expected_bytes=published.size if published else None,
            on_bytes=on_bytes,
            patience=patience,
        )
        model.fetch()

    def _refuse_foreign(self) -> None:
        """Refuse what is no config of a Vietnamese voice before 63 MB are fetched for nothing."""
        try:
            read_config(self._config.read_bytes())
        except ValueError as error:
            raise self._refused(str(error), BROKEN) from error

    def check(self, given_hash: str) -> None:
        """Weigh and hash the model, and write its record. Raises VoiceFailed, OSError."""
        try:
            refuse_non_model(self._model)
        except ValueError as error:
            raise self._refused(str(error), BROKEN) from error
        published = None if given_hash else published_voice(self._source.file)
        expected = given_hash or (published.sha256 if published else "")
        sha256, seen = sha256_file(self._model), self._model.stat()
        if (expected and sha256 != expected) or (published and seen.st_size != published.size):
            message = _(
                "The voice {name} was not installed: its model was damaged on the way, or it is another one (its SHA-256 is "
                "{found}). Get it anew; if you know this one to be right, add: --sha256 {found}"
            )
            raise VoiceFailed(message.format(name=self._name, found=sha256), reason=CHECKSUM)
        record = InstallRecord(
            sha256=sha256,
            size=seen.st_size,
            modified_ns=seen.st_mtime_ns,
            source=without_secrets(self._source.model) if self._source.online else self._source.model,
            installed_at=self._clock.now().isoformat(timespec="seconds"),
            licence=published.licence if published else "",
        )
        written = json.dumps(asdict(record), ensure_ascii=False, indent=2)
        write_text(self.part / f"{self._name}{RECORD_ENDING}", written)
        find(self.part, self._name)

    def hear(self, trial: Trial) -> None:
        """Let the voice speak. Raises VoiceFailed."""
        try:
            trial(self.part, self._name)
        except VoiceFailed as failure:
            message = _("The voice {name} was not installed. {why}").format(name=self._name, why=failure.message)
            raise VoiceFailed(message, reason=failure.reason) from failure

    def _refused(self, why: str, reason: str) -> VoiceFailed:
        message = _("The voice {name} was not installed: {why}. Get a Vietnamese Piper voice anew, and install that.")
        return VoiceFailed(message.format(name=self._name, why=why), reason=reason)

    def clear(self, *, keep_download: bool) -> None:
        """Remove everything, or everything but what the next attempt goes on from."""
        note = note_of(self._model)
        kept = {self._model, note} if keep_download and note.exists() else set()
        with contextlib.suppress(OSError):
            for path in self.part.iterdir():
                if path not in kept:
                    path.unlink()
            if not kept:
                self.part.rmdir()

    def move_in(self) -> None:
        """Move the files of the voice beside the others, the model last: it is what makes a voice."""
        for ending in (RECORD_ENDING, CONFIG_ENDING, MODEL_ENDING):
            (self.part / f"{self._name}{ending}").replace(self._folder / f"{self._name}{ending}")
        sync_folder(self._folder)
        shutil.rmtree(self.part, ignore_errors=True)


def _copy(source: Path, target: Path, on_bytes: OnBytes) -> None:
    total, here = source.stat().st_size, 0
    on_bytes(here, total)
    with source.open("rb") as read, target.open("wb") as written:
        while block := read.read(COPY_BYTES):
            written.write(block)
            here += len(block)
            on_bytes(here, total)
        written.flush()
        os.fsync(written.fileno())


def _require_piper() -> None:
    """Refuse before anything is fetched where the model could not be used."""
    if importlib.util.find_spec("piper") is None:
        message = _("Piper is not installed on this machine. Run start.py again; 32-bit machines cannot have it.")
        raise VoiceFailed(message, reason=NOT_INSTALLED)


def _refuse_installed(folder: Path, name: str) -> None:
    """Let a voice that is sound stay; one that is damaged is replaced."""
    try:
        find(folder, name)
    except VoiceFailed:
        return
    message = _(
        "The voice piper:{name} is installed already. Give the new one another name with --name, or first type: "
        "loa voices remove {name}"
    )
    raise Conflict(message.format(name=name))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder: one change at a time."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Conflict(_("Another voice is being installed in this station. Wait until it is done.")) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _told_what_to_do(folder: Path) -> Iterator[None]:
    """Turn what the system says about the disk into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            message = _("The disk is full. Free some space, then type the same command again.")
            raise VoiceFailed(message, reason="disk-full") from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            message = _(
                "The folder {folder} may not be written. Give this user the right to write there, then try again."
            )
            raise VoiceFailed(message.format(folder=folder), reason="read-only") from error
        raise


def speak_a_sentence(folder: Path, name: str) -> None:
    """Load the voice `name` of `folder` and let it say two phrases. Raises VoiceFailed where it cannot."""
    from loa.voices.named import voice_named
    from loa.voices.port import VoiceOptions

    for _clip in voice_named(f"piper:{name}", VoiceOptions(piper_folder=folder)).speak(TRIAL):
        pass  # it checks each one itself


def remove(folder: Path, name: str) -> None:
    """Remove the voice `name`, or what a cut download has left of it.

    Raises
    ------
    NotFound
        There is nothing of it.
    Conflict
        A voice is being installed.
    VoiceFailed
        The folder may not be written.
    """
    files = [folder / f"{name}{ending}" for ending in (MODEL_ENDING, CONFIG_ENDING, RECORD_ENDING)]
    part = folder / f"{name}{PART_ENDING}"
    if not is_slug(name) or not any(path.exists() for path in (*files, part)):
        message = _("There is no voice piper:{name} in this station. See what there is with: loa voices list")
        raise NotFound(message.format(name=name))
    with _told_what_to_do(folder), _alone(folder):
        for file in files:  # the model first: from then on it is no voice any more
            file.unlink(missing_ok=True)
        shutil.rmtree(part, ignore_errors=True)
        sync_folder(folder)


def kept_bytes(folder: Path, name: str) -> int:
    """Return how many bytes of a cut download of `name` are kept."""
    model = folder / f"{name}{PART_ENDING}" / f"{name}{MODEL_ENDING}"
    try:
        return int(json.loads(note_of(model).read_bytes())["kept"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0

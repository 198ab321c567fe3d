"""`loa doctor`: is this machine fit to keep a station on the air, and what to do where it is not."""

from __future__ import annotations

import contextlib
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from loa.errors import LedgerFailed, LedgerTampered, LoaError, OutputFailed
from loa.language import translate as _
from loa.ledger import Ledger
from loa.playout import find_device
from loa.settings import StationSettings
from loa.station.folder import StationFolder
from loa.station.render_jobs import voice_options
from loa.voices import VoiceOptions, voice_named

FREE_MB_WANTED = 1024
PROBE = ("xin chào",)


class State(StrEnum):
    """How one thing stands."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One thing looked at."""

    name: str
    state: State
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return asdict(self)


def examine(folder: StationFolder, settings: StationSettings, ledger: Callable[[], Ledger]) -> Iterator[Checkup]:
    """Yield one checkup after another; the voices are really asked to speak. A ledger that cannot be opened is told too."""
    yield Checkup(
        name=_("program"),
        state=State.GOOD,
        message=_("Python {python} on {system}").format(python=platform.python_version(), system=platform.platform()),
    )
    yield _sound(settings)
    options = voice_options(settings, folder)
    for spec in settings.voices:
        yield _tried(_("voice {name}").format(name=spec), lambda spec=spec: _voice(spec, options))  # type: ignore[misc]
    yield _ffmpeg()
    yield _disk(folder)
    yield _tried(_("ledger"), lambda: _ledger(ledger()))
    yield from _journals(ledger)


def _tried(name: str, look: Callable[[], str]) -> Checkup:
    try:
        return Checkup(name=name, state=State.GOOD, message=look())
    except (LedgerTampered, LedgerFailed) as error:
        return Checkup(name=name, state=State.BAD, message=error.message)
    except LoaError as error:
        return Checkup(name=name, state=State.WARNING, message=error.message)


def _sound(settings: StationSettings) -> Checkup:
    name = _("loudspeaker")
    if settings.output.device == "file":
        message = _("NONE: station.yaml asks for files (output.device: file); nobody hears the broadcasts.")
        return Checkup(name=name, state=State.WARNING, message=message)
    try:
        found = find_device(settings.output.device)
    except OutputFailed as error:
        message = _("NONE: the broadcasts would only be written to files. {why}").format(why=error.message)
        return Checkup(name=name, state=State.BAD, message=message)
    return Checkup(name=name, state=State.GOOD, message=_("sound device “{name}”").format(name=found))


def _voice(spec: str, options: VoiceOptions) -> str:
    clips = list(voice_named(spec, options).speak(PROBE))
    return _("speaks ({seconds:.1f} seconds of sound)").format(seconds=sum(clip.length_s for clip in clips))


def _ffmpeg() -> Checkup:
    name = "ffmpeg"
    if shutil.which("ffmpeg"):
        return Checkup(
            name=name, state=State.GOOD, message=_("recordings from phones can be read (M4A, AAC, AMR, 3GP)")
        )
    message = _("not installed; recordings from phones (M4A, AAC, AMR, 3GP) must be saved as MP3 or WAV first")
    return Checkup(name=name, state=State.GOOD, message=message)


def _disk(folder: StationFolder) -> Checkup:
    free_mb = shutil.disk_usage(folder.root).free // 2**20
    state = State.GOOD if free_mb >= FREE_MB_WANTED else State.WARNING
    message = _("{free} MB free").format(free=free_mb)
    if state is State.WARNING:
        message += ". " + _("Delete what is not needed; the station wants at least 1 GB.")
    return Checkup(name=_("disk"), state=state, message=message)


def _journals(ledger: Callable[[], Ledger]) -> Iterator[Checkup]:
    """Yield a warning for each journal that is not in the ledger yet."""
    with contextlib.suppress(LedgerFailed):
        for path in ledger().waiting_journals():
            message = _("A journal waits for the running station to take it over: {path}").format(path=path)
            yield Checkup(name=_("ledger"), state=State.WARNING, message=message)


def _ledger(ledger: Ledger) -> str:
    verified = ledger.verify()
    return _("{rows} rows, the chain holds").format(rows=verified.rows)

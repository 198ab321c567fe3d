"""What can be wrong with a recording, in the operator's words: once for the refusal, once for the verdict at import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from loa.errors import SoundRefused
from loa.language import translate as _

GOOD_FORMATS = "MP3, WAV, FLAC, Ogg, Opus"
INSTALL_FFMPEG = {"win32": "winget install ffmpeg", "darwin": "brew install ffmpeg"}


class Unusable(SoundRefused):
    """A recording that cannot be aired.

    Attributes
    ----------
    flaw
        Stable short name of what is wrong.
    problem, advice
        What is wrong, and what to do; one or more sentences each, without the file's name.
    """

    exit_code: ClassVar[int] = SoundRefused.exit_code

    def __init__(self, path: Path, flaw: str, problem: str, advice: str) -> None:
        self.flaw, self.problem, self.advice = flaw, problem, advice
        super().__init__(f"{path}: {problem} {advice}")


def missing(path: Path) -> Unusable:
    """Say that there is no such file."""
    return Unusable(path, "missing", _("The audio file does not exist."), _("Put it back, or correct its name."))


def unreadable(path: Path, why: object) -> Unusable:
    """Say that the file cannot be read or decoded, with the reason given."""
    advice = _("Copy it again, or save it again as one of {formats}.").format(formats=GOOD_FORMATS)
    return Unusable(path, "unreadable", _("The audio file cannot be read ({why}).").format(why=why), advice)


def not_audio(path: Path) -> Unusable:
    """Say that the content is no sound, whatever the name says."""
    advice = _("Choose another file, or save the sound as one of {formats}.").format(formats=GOOD_FORMATS)
    return Unusable(path, "not-audio", _("This is no sound file that loa knows."), advice)


def empty(path: Path) -> Unusable:
    """Say that the file holds no sound at all."""
    return Unusable(path, "empty", _("The audio file is empty."), _("Copy it again, or record it again."))


def cut_short(path: Path) -> Unusable:
    """Say that the end is missing."""
    problem = _("The audio file is cut short or damaged: its end is missing.")
    return Unusable(path, "truncated", problem, _("Copy it again from where it was made, and wait until that is done."))


def broken_samples(path: Path) -> Unusable:
    """Say that the samples are no numbers, or beyond all measure."""
    advice = _("Save it again as one of {formats}.").format(formats=GOOD_FORMATS)
    return Unusable(path, "broken-samples", _("The audio file has broken samples."), advice)


def odd_layout(path: Path, *, rate: int, channels: int) -> Unusable:
    """Say that the file has a rate or a number of channels that no recorder makes."""
    problem = _("The audio file claims {rate} samples per second in {channels} channels, which cannot be aired.")
    advice = _("Save it again as one of {formats}.").format(formats=GOOD_FORMATS)
    return Unusable(path, "odd-layout", problem.format(rate=rate, channels=channels), advice)


def no_decoder(path: Path, kind: str) -> Unusable:
    """Say that this kind of file needs ffmpeg, which this machine does not have."""
    problem = _("Sound of the kind {kind} needs the program ffmpeg, which this machine lacks.")
    advice = _("Install it ({command}), or save the sound on the phone as MP3 or WAV.")
    command = INSTALL_FFMPEG.get(sys.platform, "sudo apt install ffmpeg")
    return Unusable(path, "no-decoder", problem.format(kind=kind), advice.format(command=command))


def silent(path: Path) -> Unusable:
    """Say that there is nothing to hear."""
    advice = _("Choose another recording, or record it again closer to the microphone.")
    return Unusable(path, "silent", _("The recording is silent."), advice)

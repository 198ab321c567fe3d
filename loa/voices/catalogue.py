"""The public Vietnamese Piper voices: what is known of them before one is installed. Addresses are the operator's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loa.language import translate as _

_TABLE = Path(__file__).with_name("data") / "piper_voices.tsv"
_PUBLISHED = re.compile(r"[a-z]{2,3}_[A-Z]{2}-(?P<voice>.+)-(?:x_low|low|medium|high)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVoice:
    """A published voice.

    Attributes
    ----------
    file
        Name of the model's file as it is published.
    name
        What it is called here when it is installed, without ``piper:``.
    size
        Bytes of the model.
    sha256
        Of the model, 64 hex digits, or empty where it is not confirmed.
    sample_rate
        Samples per second (Hz).
    speakers
        How many people speak in it.
    tones
        Whether it has signs for the six tones.
    data
        The recordings it was trained on and their licence.
    use
        What that licence allows: ``free``, ``non-commercial`` or ``unknown``.
    """

    file: str
    name: str
    size: int
    sha256: str
    sample_rate: int
    speakers: int
    tones: bool
    data: str
    use: str

    @property
    def licence(self) -> str:
        """One sentence on what may be done with it."""
        uses = {
            "free": _("May be used freely; its source must be named."),
            "non-commercial": _("Trained on data for non-commercial use only."),
            "unknown": _("The licence of its data is unknown."),
        }
        return f"{self.data}. {uses[self.use]}"


@cache
def published_voices() -> tuple[PublishedVoice, ...]:
    """Return the published voices, the best for a loudspeaker first."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(_voice(line.split("\t")) for line in lines if not line.startswith("#"))


def _voice(cells: list[str]) -> PublishedVoice:
    file, name, size, sha256, rate, speakers, tones, data, use = cells
    return PublishedVoice(
        file=file,
        name=name,
        size=int(size),
        sha256=sha256,
        sample_rate=int(rate),
        speakers=int(speakers),
        tones=tones == "yes",
        data=data,
        use=use,
    )


def published_voice(file: str) -> PublishedVoice | None:
    """Return the published voice whose model is called `file`, or None."""
    return next((voice for voice in published_voices() if voice.file == file), None)


def name_for(file: str) -> str:
    """Return what the voice in the model file `file` is called here: ``vi_VN-vais1000-medium.onnx`` is ``vais1000``.

    The result may be no slug; then the operator has to name it.
    """
    published = published_voice(file)
    if published is not None:
        return published.name
    stem = file.removesuffix(".onnx")
    like_them = _PUBLISHED.fullmatch(stem)
    return (like_them["voice"] if like_them else stem).lower().replace("_", "-")

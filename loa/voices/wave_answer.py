"""The WAV a program gave, taken apart with distrust: whole or refused.

A program that writes to a pipe cannot know the length beforehand and leaves 0 or a huge number in the header; all that
follows is then the sound. Form: RIFF WAVE, "Multimedia Programming Interface and Data Specifications 1.0" (1991), and
WAVE_FORMAT_EXTENSIBLE.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loa.voices.port import Clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
LOWEST_RATE, HIGHEST_RATE = 16_000, 96_000  # Hz; below, the hiss of s and x is lost
STREAMED_FROM = 0x7FFF_0000  # writers of streams put 0, 0xFFFFFFFF or something near half of it
FORM_BYTES, EXTENSIBLE_BYTES = 16, 26
MONO, STEREO = 1, 2
FULL_SCALE = 32_767


class WaveRefused(ValueError):
    """A WAV that cannot be used: `reason` is a stable short code, the text a technical detail."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    tag: int
    channels: int
    rate: int
    frame_bytes: int
    bits: int


def clip_of(wav: bytes) -> Clip:
    """Return the sound of `wav`, stereo mixed down to mono.

    Raises
    ------
    WaveRefused
        Reasons: ``not-wav``, ``truncated``, ``wrong-form``, ``silent`` (no samples at all).
    """
    import numpy as np

    form, sound = _taken_apart(wav)
    frames = _numbers(sound, form).reshape(-1, form.channels).mean(axis=1)
    if not np.isfinite(frames).all():
        raise WaveRefused("wrong-form", "not finite")
    loudest = max(1.0, float(np.abs(frames).max()))  # numbers above full scale are made smaller, not cut off
    return Clip(samples=np.round(frames / loudest * FULL_SCALE).astype(np.int16), rate=form.rate)


def _taken_apart(wav: bytes) -> tuple[_Form, bytes]:
    if wav[:4] not in {b"RIFF", b"RF64"} or wav[8:12] != b"WAVE":
        raise WaveRefused("not-wav", repr(wav[:12]))
    place, form = 12, None
    while place + 8 <= len(wav):
        name, size = wav[place : place + 4], int.from_bytes(wav[place + 4 : place + 8], "little")
        content = wav[place + 8 : place + 8 + size]
        if name == b"fmt ":
            form = _form(content)
        elif name == b"data":
            if form is None:
                raise WaveRefused("not-wav", "data before fmt")
            return form, _sound(wav[place + 8 :], size, form)
        place += 8 + size + size % 2
    raise WaveRefused("truncated", f"{len(wav)} B")


def _form(content: bytes) -> _Form:
    if len(content) < FORM_BYTES:
        raise WaveRefused("truncated", "fmt")
    tag, channels, rate, _bytes_a_second, frame_bytes, bits = struct.unpack("<HHIIHH", content[:FORM_BYTES])
    if tag == EXTENSIBLE and len(content) >= EXTENSIBLE_BYTES:
        tag = int.from_bytes(content[24:26], "little")
    usable = (tag == PCM and bits in {16, 24, 32}) or (tag == FLOAT and bits in {32, 64})
    fits = channels in {MONO, STEREO} and LOWEST_RATE <= rate <= HIGHEST_RATE and frame_bytes == channels * bits // 8
    if not (usable and fits):
        raise WaveRefused("wrong-form", f"format {tag}, {bits} bits, {rate} Hz, {channels} channels")
    return _Form(tag=tag, channels=channels, rate=rate, frame_bytes=frame_bytes, bits=bits)


def _sound(rest: bytes, size: int, form: _Form) -> bytes:
    """Return the samples in `rest`, of which the header says there are `size` bytes."""
    streamed = size == 0 or size >= STREAMED_FROM
    if not streamed and size > len(rest):
        raise WaveRefused("truncated", f"{len(rest)} of {size} B")
    sound = rest if streamed else rest[:size]
    if len(sound) % form.frame_bytes:
        raise WaveRefused("truncated", f"{len(sound)} B")
    if not sound:
        raise WaveRefused("silent", "0 B")
    return sound


def _numbers(sound: bytes, form: _Form) -> NDArray[np.float64]:
    """Return the samples as numbers between -1 and 1."""
    import numpy as np

    if form.tag == FLOAT:
        return np.frombuffer(sound, dtype=f"<f{form.bits // 8}").astype(np.float64)
    if form.bits == 24:  # noqa: PLR2004 - three bytes: as the upper three of four
        padded = np.zeros((len(sound) // 3, 4), dtype=np.uint8)
        padded[:, 1:] = np.frombuffer(sound, dtype=np.uint8).reshape(-1, 3)
        return padded.view("<i4").reshape(-1) / 2.0**31
    return np.frombuffer(sound, dtype=f"<i{form.bits // 8}") / 2.0 ** (form.bits - 1)

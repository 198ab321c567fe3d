r"""What Google's speech service answers, taken apart: the service's lines, the MP3 inside, the samples.

The body of an answer is ``)]}'``, an empty line, and then lengths and JSON rows on lines of their own. The row of the
speech call reads ``[["wrb.fr","jQ1olc","[\"<MP3 in base64>\"]",null,...],...]``; where the service has no speech to
give, its status is 200 all the same and the third field is null.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loa.voices.port import Clip

FULL_SCALE = 32767


def mp3_in(body: bytes, call: str) -> bytes | None:
    """Return the MP3 that `body` carries for the remote `call`, or None where it carries none."""
    for line in body.decode("utf-8", "replace").splitlines():
        if call not in line:
            continue
        try:
            sound = _sound_in(json.loads(line), call)
            if sound:
                return base64.b64decode(sound, validate=True) or None
        except (ValueError, binascii.Error):
            continue
    return None


def _sound_in(rows: Any, call: str) -> str | None:
    """Return the base64 text in the first row of `call`, or None. Raises ValueError for a broken inner JSON text."""
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, list) and row[1:2] == [call]:
            inner = json.loads(row[2]) if len(row) > 2 and isinstance(row[2], str) else None  # noqa: PLR2004 - third field
            if isinstance(inner, list) and inner and isinstance(inner[0], str):
                return inner[0]
    return None


def clip_of(parts: list[bytes]) -> Clip:
    """Decode the MP3 `parts` of one phrase and join them.

    Raises
    ------
    ValueError
        A part is no sound that can be decoded, is empty, or has another rate than the first one.
    """
    import numpy as np
    import soundfile

    from loa.voices.port import Clip

    pieces = []
    rates = set()
    for part in parts:
        try:
            samples, rate = soundfile.read(io.BytesIO(part), dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, RuntimeError) as error:
            raise ValueError(str(error)) from error
        pieces.append(samples.mean(axis=1))
        rates.add(int(rate))
    if len(rates) != 1:
        raise ValueError(f"rates {sorted(rates)}")
    # an MP3 decoder may overshoot full scale; converting such samples without the limit would wrap them round
    joined = np.clip(np.concatenate(pieces), -1.0, 1.0)
    if not joined.size:
        raise ValueError("no samples")
    return Clip(samples=np.round(joined * FULL_SCALE).astype(np.int16), rate=rates.pop())

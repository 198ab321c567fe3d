"""What is taken off ALSA's list of sound outputs before PortAudio tries every one of them.

PortAudio opens each output that ALSA's configuration names, to ask what it can do. Debian names two that encode or convert with
ffmpeg: no loudspeaker, but the player would carry libavcodec, librsvg, libx265 and fifty more for as long as it runs (14 MB).
"""

from __future__ import annotations

import ctypes
import sys

LIBRARY = "libasound.so.2"
TAKEN_OFF = (b"pcm.a52", b"pcm.lavrate")


def take_off_encoders() -> None:
    """Delete them from this process's copy of the configuration; where there is no ALSA, or no such output, do nothing."""
    if not sys.platform.startswith("linux"):
        return
    try:
        alsa = ctypes.CDLL(LIBRARY)
    except OSError:
        return
    if alsa.snd_config_update() < 0:
        return
    root = ctypes.c_void_p.in_dll(alsa, "snd_config")
    for name in TAKEN_OFF:
        found = ctypes.c_void_p()
        if alsa.snd_config_search(root, ctypes.c_char_p(name), ctypes.byref(found)) == 0:
            alsa.snd_config_delete(found)

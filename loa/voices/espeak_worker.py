"""The program that holds eSpeak NG: one process, one text, then it ends.

Run as a file by `loa.voices.espeak`, never imported by it: only the standard library is loaded, so it starts in some
20 ms. The library is not thread-safe and can crash; a process of its own for each text answers both. It also gives
other bytes for the same phrase the second time, and ending it and beginning anew does not help: it is loaded anew for
each phrase (2 ms), so that a phrase sounds the same wherever it stands.

Command line: library, folder that holds the data, voice, words per minute.
Standard input: UTF-8, one phrase a line. Standard output, little-endian: the sample rate as 4 bytes, then for each
phrase the number of samples as 4 bytes and the samples as 16-bit numbers.
"""

from __future__ import annotations

import _ctypes
import ctypes
import os
import sys

SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: the callback gets the samples, no sound device is touched
DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: a missing data file is a return value, not exit(1)
RATE_PARAMETER = 1  # espeakRATE
VOLUME_PARAMETER = 2  # espeakVOLUME
VOLUME = 60  # at the default 100 Vietnamese peaks run into the library's own overload control; 60 leaves 2 dB
UTF8 = 1  # espeakCHARS_UTF8
BUFFER_MS = 200


def native(path: str) -> bytes:
    """Return `path` as the C library's fopen wants it."""
    return path.encode("mbcs") if os.name == "nt" else os.fsencode(path)


class Espeak:
    """The library, loaded for one phrase and opened with one voice. Raises RuntimeError where a step fails."""

    def __init__(self, library: str, data_folder: str, voice: str, words_per_minute: int) -> None:
        self._library = ctypes.CDLL(library)
        self._heard = bytearray()
        self.rate = self._library.espeak_Initialize(SYNCHRONOUS, BUFFER_MS, native(data_folder), DO_NOT_EXIT)
        if self.rate <= 0:
            raise RuntimeError(f"espeak_Initialize gave {self.rate} for {data_folder}")
        shape = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._callback = shape(self._keep)  # held here: the library only keeps the address
        self._library.espeak_SetSynthCallback(self._callback)
        if self._library.espeak_SetVoiceByName(voice.encode("ascii")) != 0:
            raise RuntimeError(f"no voice {voice} in {data_folder}")
        self._library.espeak_SetParameter(RATE_PARAMETER, words_per_minute, 0)
        self._library.espeak_SetParameter(VOLUME_PARAMETER, VOLUME, 0)

    def _keep(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0

    def speak(self, phrase: str) -> bytes:
        """Return the samples of `phrase`, 16-bit little-endian mono."""
        text = phrase.encode()
        code = self._library.espeak_Synth(text, ctypes.c_size_t(len(text) + 1), 0, 1, 0, UTF8, None, None)
        if code != 0 or self._library.espeak_Synchronize() != 0:
            raise RuntimeError(f"espeak_Synth gave {code}")
        return bytes(self._heard)

    def close(self) -> None:
        """End the library and take it out of memory, with whatever it remembers."""
        self._library.espeak_Terminate()
        handle = self._library._handle  # noqa: SLF001 - ctypes has no other way to let a library go
        if sys.platform == "win32":
            _ctypes.FreeLibrary(handle)
        else:
            _ctypes.dlclose(handle)


def main(arguments: list[str]) -> int:
    """Speak what comes on standard input; return the exit code."""
    library, data_folder, voice, words_per_minute = arguments
    phrases = sys.stdin.buffer.read().decode("utf-8").splitlines()
    try:
        out = sys.stdout.buffer
        for number, phrase in enumerate(phrases):
            espeak = Espeak(library, data_folder, voice, int(words_per_minute))
            samples = espeak.speak(phrase)
            if number == 0:
                out.write(espeak.rate.to_bytes(4, "little"))
            out.write((len(samples) // 2).to_bytes(4, "little"))
            out.write(samples)
            espeak.close()
        out.flush()
    except (RuntimeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

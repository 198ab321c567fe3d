"""Walking through sound that is a row of frames without a table: MP3, AAC (ADTS) and AMR.

Each frame begins with a header that tells its length, so walking from one to the next finds how many there are and
whether the last one is whole. Sources: ISO/IEC 11172-3 and 13818-3 (MPEG audio header), 13818-7 (ADTS header),
RFC 4867 section 5 (AMR), and the "Xing" and "VBRI" headers as their encoders write them.
"""

# ruff: noqa: PLR2004 - sizes and bits are numbered as the specifications number them

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

HEADER_BYTES = 8  # the longest header looked at
LONGEST_SEARCH = 1 << 16  # bytes of rubbish passed over in a whole file; a hostile one shall not keep us
MPEG_SYNC = 0xFFE0
KBIT = {  # by (first version of MPEG, layer): kbit/s for each index, 0 is "free"
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = (44_100, 48_000, 32_000)
AMR_MAGIC, AMR_WB_MAGIC = b"#!AMR\n", b"#!AMR-WB\n"
AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)  # by frame type, the header byte counted
AMR_WB_BYTES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)

FrameLength = Callable[[bytes], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What a walk over the frames found.

    Attributes
    ----------
    frames
        Whole frames.
    end
        Where the last whole one ends, in bytes from the start of the file.
    cut
        The file ends within a frame.
    """

    frames: int
    end: int
    cut: bool


def walk(opened: BinaryIO, start: int, length_of: FrameLength) -> Walk:
    """Walk over the frames of `opened` from byte `start` on; rubbish between them is passed over."""
    size = opened.seek(0, 2)
    place, frames, may_search = start, 0, LONGEST_SEARCH
    while place < size:
        opened.seek(place)
        header = opened.read(HEADER_BYTES)
        length = length_of(header)
        if length and place + length <= size:
            place += length
            frames += 1
        elif length:
            return Walk(frames=frames, end=place, cut=True)
        elif header.startswith((b"TAG", b"APETAGEX", b"LYRICS")):  # what players keep behind the sound
            break
        else:
            found = _next_frame(opened, place + 1, min(size, place + may_search), length_of)
            if found is None:
                break
            may_search -= found - place
            place = found
    return Walk(frames=frames, end=place, cut=False)


def _next_frame(opened: BinaryIO, start: int, end: int, length_of: FrameLength) -> int | None:
    """Return where two frames follow each other again."""
    opened.seek(start)
    rubbish = opened.read(max(end - start, 0))
    for offset in range(len(rubbish)):
        length = length_of(rubbish[offset : offset + HEADER_BYTES])
        if length:
            opened.seek(start + offset + length)
            if length_of(opened.read(HEADER_BYTES)):
                return start + offset
    return None


def begins_here(opened: BinaryIO, start: int, length_of: FrameLength) -> bool:
    """Return whether a frame begins at byte `start`, followed by another or by the end of the file."""
    opened.seek(start)
    length = length_of(opened.read(HEADER_BYTES))
    if not length:
        return False
    opened.seek(start + length)
    following = opened.read(HEADER_BYTES)
    return not following or bool(length_of(following))


def mpeg_length(header: bytes) -> int:
    """Return the length of an MPEG audio frame in bytes; 0 where this is no header of one."""
    if len(header) < 4 or int.from_bytes(header[:2], "big") & MPEG_SYNC != MPEG_SYNC:
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate, rate_index, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer == 4 or bitrate in {0, 15} or rate_index == 3:
        return 0
    first = version == 3
    kbit = KBIT[first, layer][bitrate]
    rate = RATES[rate_index] >> {3: 0, 2: 1, 0: 2}[version]
    if layer == 1:
        return (12_000 * kbit // rate + padding) * 4
    return (72_000 if layer == 3 and not first else 144_000) * kbit // rate + padding


def adts_length(header: bytes) -> int:
    """Return the length of an AAC frame in bytes; 0 where this is no header of one."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= 7 else 0


def amr_length(header: bytes) -> int:
    """Return the length of a narrow-band AMR frame in bytes; 0 where this is no header of one."""
    return AMR_BYTES[header[0] >> 3 & 15] if header and not header[0] & 0x83 else 0


def amr_wide_length(header: bytes) -> int:
    """Return the length of a wide-band AMR frame in bytes; 0 where this is no header of one."""
    return AMR_WB_BYTES[header[0] >> 3 & 15] if header and not header[0] & 0x83 else 0


def frames_declared(opened: BinaryIO, start: int) -> int | None:
    """Return how many frames the Xing, Info or VBRI header in the first MP3 frame promises, or None without one."""
    opened.seek(start)
    frame = opened.read(64)
    if len(frame) < 64:
        return None
    place = _xing_place(frame)
    if frame[place : place + 4] in {b"Xing", b"Info"} and frame[place + 7] & 1:
        return int.from_bytes(frame[place + 8 : place + 12], "big")
    if frame[36:40] == b"VBRI":
        return int.from_bytes(frame[50:54], "big")
    return None


def _xing_place(frame: bytes) -> int:
    first, mono = frame[1] >> 3 & 3 == 3, frame[3] >> 6 == 3
    return 4 + ((17 if mono else 32) if first else (9 if mono else 17))


def info_frame(first: bytes, frames: int, sound_bytes: int) -> bytes:
    """Return an "Info" frame like the MP3 frame that begins with `first`, promising what really follows.

    libsndfile guesses the length of an MP3 without one from its first frame, and reads no further.
    """
    header = bytes([first[0], first[1] | 1, 0x90 | first[2] & 0x0C, first[3]])
    place = _xing_place(header)
    body = bytearray(mpeg_length(header))
    body[:4] = header
    total = sound_bytes + len(body)
    body[place : place + 16] = b"Info" + (3).to_bytes(4, "big") + frames.to_bytes(4, "big") + total.to_bytes(4, "big")
    return bytes(body)

"""What kind of file this is, told by its content, and whether it ends before it says it does.

Sources: Microsoft/IBM "Multimedia Programming Interface" 1.0 (RIFF), EBU Tech 3306 (RF64), Apple "AIFF-C" 1991,
RFC 3533 (Ogg), ISO/IEC 14496-12 (MP4, 3GP), ID3v2.4 section 3.1. FLAC tells how many samples there are, so the reader
counts them (`loa.sound.recording`); frames are walked through in `loa.sound.frames`.
"""

# ruff: noqa: PLR2004 - sizes and bits are numbered as the specifications number them

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO, Literal

from loa.sound.frames import (
    AMR_MAGIC,
    AMR_WB_MAGIC,
    adts_length,
    amr_length,
    amr_wide_length,
    begins_here,
    frames_declared,
    mpeg_length,
    walk,
)

UNKNOWN_SIZE = 0x7FFFF000  # from here on a 32-bit size means "a stream, up to the end of the file"
MOST_PIECES = 100_000  # of a file; a hostile one shall not keep us
OGG_HEADER = 27
LONGEST_OGG_PAGE = OGG_HEADER + 255 + 255 * 255
END_OF_STREAM = 0x04
WMA_MAGIC = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


class Container(StrEnum):
    """A kind of file, by the name that operators know; each may end in several ways."""

    WAV = "WAV"
    AIFF = "AIFF"
    FLAC = "FLAC"
    MP3 = "MP3"
    OGG = "Ogg"
    M4A = "M4A"
    AAC = "AAC"
    AMR = "AMR"
    WMA = "WMA"
    WEBM = "WebM"


def recognised(opened: BinaryIO) -> Container | None:
    """Return what kind of sound file `opened` is, or None where it is none that loa knows."""
    start = sound_start(opened)
    opened.seek(start)
    head = opened.read(16)
    if head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:12] == b"WAVE":
        return Container.WAV
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return Container.AIFF
    for magic, container in {
        b"fLaC": Container.FLAC,
        b"OggS": Container.OGG,
        AMR_MAGIC: Container.AMR,
        AMR_WB_MAGIC: Container.AMR,
        WMA_MAGIC: Container.WMA,
        b"\x1a\x45\xdf\xa3": Container.WEBM,
    }.items():
        if head.startswith(magic):
            return container
    if head[4:8] in MP4_BOXES:
        return Container.M4A
    if begins_here(opened, start, adts_length):
        return Container.AAC
    return Container.MP3 if begins_here(opened, start, mpeg_length) else None


def sound_start(opened: BinaryIO) -> int:
    """Return where the sound begins: behind any ID3v2 tags, and the zeros that some programs leave after them."""
    place = 0
    for _tag in range(8):
        opened.seek(place)
        head = opened.read(10)
        if len(head) < 10 or head[:3] != b"ID3" or max(head[6:]) > 127:
            break
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        place += 10 + size + (10 if head[5] & 0x10 else 0)
    if place:
        opened.seek(place)
        padding = opened.read(1 << 16)
        place += len(padding) - len(padding.lstrip(b"\0"))
    return place


def is_cut_short(opened: BinaryIO, container: Container) -> bool:
    """Return whether the file ends before its own sizes, counts or last frame say that it should."""
    check = {
        Container.WAV: lambda: _iff_cut(opened, "little"),
        Container.AIFF: lambda: _iff_cut(opened, "big"),
        Container.OGG: lambda: _ogg_cut(opened),
        Container.M4A: lambda: _mp4_cut(opened),
        Container.MP3: lambda: _mp3_cut(opened),
        Container.AAC: lambda: walk(opened, sound_start(opened), adts_length).cut,
        Container.AMR: lambda: _amr_cut(opened),
    }.get(container)
    return check is not None and check()


def _mp3_cut(opened: BinaryIO) -> bool:
    start = sound_start(opened)
    found, declared = walk(opened, start, mpeg_length), frames_declared(opened, start)
    return found.cut or (declared is not None and found.frames < declared)


def _amr_cut(opened: BinaryIO) -> bool:
    opened.seek(0)
    if opened.read(len(AMR_WB_MAGIC)) == AMR_WB_MAGIC:
        return walk(opened, len(AMR_WB_MAGIC), amr_wide_length).cut
    return walk(opened, len(AMR_MAGIC), amr_length).cut


def wav_with_open_end(opened: BinaryIO) -> bytes | None:
    """Return the start of a WAV whose recorder never wrote its sizes, up to the sound, with sizes that mean "stream".

    None where the sizes are there: libsndfile then reads it as it is.
    """
    for place, name, size in _chunks(opened, "little"):
        if name == b"data":
            opened.seek(0, 2)
            if size or opened.tell() <= place:
                return None
            opened.seek(0)
            head = bytearray(opened.read(place))
            head[4:8] = head[place - 4 : place] = b"\xff" * 4
            return bytes(head)
    return None


def _chunks(opened: BinaryIO, order: Literal["little", "big"]) -> Iterator[tuple[int, bytes, int]]:
    """Yield place of the content, name and size of each chunk of a RIFF, RF64 or AIFF file."""
    place, long_size = 12, None
    for _piece in range(MOST_PIECES):
        opened.seek(place)
        head = opened.read(8)
        if len(head) < 8:
            return
        name, size = head[:4], int.from_bytes(head[4:], order)
        if name == b"ds64":
            sizes = opened.read(16)
            long_size = int.from_bytes(sizes[8:16], "little")
        if name == b"data" and size == 0xFFFFFFFF and long_size is not None:
            size = long_size
        yield place + 8, name, size
        place += 8 + size + size % 2


def _iff_cut(opened: BinaryIO, order: Literal["little", "big"]) -> bool:
    """Return whether the chunk with the sound is missing, or reaches beyond the end of the file."""
    file_size = opened.seek(0, 2)
    for place, name, size in _chunks(opened, order):
        if name in {b"data", b"SSND"}:
            stream = order == "little" and UNKNOWN_SIZE <= size <= 0xFFFFFFFF
            return not stream and place + size > file_size
    return True


def ends_without_a_word(opened: BinaryIO) -> bool:
    """Return whether the last page of an Ogg file, whole as it is, is not marked as the end of its stream.

    Some recorders never mark it (RFC 7845, section 3, wants players to cope), a file cut exactly there looks the same.
    """
    page = _last_ogg_page(opened)
    return page is not None and not page[0][5] & END_OF_STREAM


def _ogg_cut(opened: BinaryIO) -> bool:
    """Return whether the file ends within a page."""
    page = _last_ogg_page(opened)
    return page is None or page[1] < 0


def _last_ogg_page(opened: BinaryIO) -> tuple[bytes, int] | None:
    """Return the header of the last page and how many bytes follow the page, negative where it is cut; None without."""
    file_size = opened.seek(0, 2)
    opened.seek(max(file_size - 2 * LONGEST_OGG_PAGE, 0))
    tail = opened.read()
    place = tail.rfind(b"OggS")
    if place < 0:
        return None
    header = tail[place : place + OGG_HEADER]
    segments = tail[place + OGG_HEADER : place + OGG_HEADER + header[26]] if len(header) == OGG_HEADER else b""
    if len(header) < OGG_HEADER or len(segments) < header[26]:
        return header.ljust(OGG_HEADER, b"\0"), -1
    return header, len(tail) - (place + OGG_HEADER + len(segments) + sum(segments))


def _mp4_cut(opened: BinaryIO) -> bool:
    """Return whether a box reaches beyond the end of the file, or the table of contents (moov) is missing."""
    file_size = opened.seek(0, 2)
    place, has_table = 0, False
    for _piece in range(MOST_PIECES):
        opened.seek(place)
        head = opened.read(16)
        if len(head) < 8:
            break
        size, name = int.from_bytes(head[:4], "big"), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        has_table |= name == b"moov"
        if size < 8:  # 0 means "up to the end of the file"
            break
        if place + size > file_size:
            return True
        place += size
    return not has_table

"""Finding the seal in a report file, whichever format it has; it is read without the libraries that wrote it."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from loa.reports.seal import Seal, seal_from_text
from loa.reports.xlsx_seal import SHEET_MARK

_LARGEST_BYTES = 64 * 2**20  # ten years of broadcasts take less; more is no report
_STREAM = re.compile(rb"<<(?P<head>[^>]*?/EmbeddedFile.*?)>>\s*stream\r?\n", re.DOTALL)
_CELLS = re.compile(r"xl/(sharedStrings|worksheets/sheet[0-9]+)\.xml")
_TEXT = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t"


def seal_in(file: Path) -> Seal:
    """Return the seal that `file` carries.

    Raises
    ------
    ValueError, KeyError, TypeError, zlib.error, zipfile.BadZipFile, xml.etree.ElementTree.ParseError
        It carries none that can be read.
    OSError
        It cannot be read.
    """
    with file.open("rb") as opened:
        first = opened.read(4)
    if first.startswith(b"PK"):
        return seal_from_text(_in_zip(file))
    if first == b"%PDF":
        return seal_from_text(_in_pdf(file.read_bytes()))
    return seal_from_text(json.loads(file.read_text(encoding="utf-8-sig"))["seal"])


def _in_zip(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        for name in names:
            if name.startswith("customXml/") and name.endswith(".xml"):
                root = ET.fromstring(_part(archive, name))  # noqa: S314 - entities are refused by `_part`
                if root.tag == "{urn:loa:report}loaReport":
                    return root.text or ""
        cells = [name for name in names if _CELLS.fullmatch(name)]
        return _in_strings(_part(archive, name) for name in cells)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _LARGEST_BYTES:
        raise ValueError(name)
    content = archive.read(name)
    if b"<!DOCTYPE" in content[:2000]:
        raise ValueError(name)
    return content


def _in_strings(parts: Iterable[bytes]) -> str:
    """Return the seal from the hidden sheet: its pieces carry a mark and their number, wherever a program keeps texts."""
    pieces: dict[int, str] = {}
    texts = (one.text or "" for part in parts for one in ET.fromstring(part).iter(_TEXT))  # noqa: S314 - see `_part`
    for said in texts:
        if said.startswith(SHEET_MARK):
            number, _colon, piece = said.removeprefix(SHEET_MARK).partition(":")
            pieces[int(number)] = piece
    if not pieces:
        raise KeyError(SHEET_MARK)
    return "".join(pieces[number] for number in sorted(pieces))


def _in_pdf(content: bytes) -> str:
    for matched in _STREAM.finditer(content):
        length = re.search(rb"/Length\s+([0-9]+)", matched["head"])
        if length is None:
            continue
        raw = content[matched.end() : matched.end() + int(length[1])]
        if b"/FlateDecode" in matched["head"]:
            unpacked = zlib.decompressobj()
            raw = unpacked.decompress(raw, _LARGEST_BYTES)
        if raw.lstrip().startswith(b'{"'):
            return raw.decode()
    raise KeyError("EmbeddedFile")

"""Power cuts, replayed: what a writer did to the disk is recorded by strace, and the disk is built as a cut would leave it.

A disk keeps what was synced. Of what was written since, any part may be there: each write whole, torn at a sector, or not at
all, whatever came after it; new, renamed and removed names are there up to any point (a file system's journal keeps their
order). That is what POSIX promises, and worse than most disks do.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECTOR = 512
_CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,unlink,mkdir"
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+)")
_UNFINISHED = "<unfinished ...>"
_RESUMED = re.compile(r"\d+ +<\.\.\. \w+ resumed>(.*)")
_FILE = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One successful system call: its name, the file behind its descriptor, its texts, its last number, its result."""

    name: str
    descriptor: int
    file: str
    texts: tuple[bytes, ...]
    number: int
    flags: str
    result: int


def unhexed(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def recorded(folder: Path, batches: int, *, damage: bool = False) -> list[Call]:
    """Run the writer on a ledger in `folder` under strace; return what it asked of the system."""
    trace = folder.with_name("trace.txt")
    command = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "1000000",
        "-e",
        f"trace={_CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(trace),
    ]
    command += [sys.executable, "-m", "tests.ledger.power_cut_writer", str(folder / "ledger.sqlite"), str(batches)]
    command += ["damage"] if damage else []
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=300)
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    trace.unlink()
    return [call for line in whole(lines) if (call := _call(line))]


def whole(lines: list[str]) -> Iterator[str]:
    """Yield each call in one line, where it ended: strace cuts a call in two when another thread's comes in between."""
    begun: dict[str, str] = {}
    for line in lines:
        thread = line.split(" ", 1)[0]
        if line.endswith(_UNFINISHED):
            begun[thread] = line.removesuffix(_UNFINISHED).rstrip()
            continue
        resumed = _RESUMED.match(line)
        yield line if resumed is None else begun.pop(thread) + resumed[1]


def _call(line: str) -> Call | None:
    match = _LINE.match(line)
    if match is None or int(match[3]) < 0:
        return None
    arguments = match[2]
    file = _FILE.match(arguments)
    numbers = re.findall(r", (\d+)(?=,|$)", arguments)
    return Call(
        name=match[1],
        descriptor=int(file[1]) if file else -1,
        file=unhexed(file[2]).decode(errors="replace") if file else "",
        texts=tuple(unhexed(text) for text in _TEXT.findall(arguments)),
        number=int(numbers[-1]) if numbers else 0,
        flags=arguments.rpartition('"')[2],
        result=int(match[3]),
    )


@dataclass(slots=True)
class Inode:
    """A file: what is on the disk, what is not yet, and its length as the writer sees it."""

    synced: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(
        default_factory=list
    )  # offset and content; None: cut to this length
    length: int = 0


def _apply(content: bytearray, offset: int, text: bytes | None) -> None:
    if text is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(offset + len(text) - len(content), 0)))
    content[offset : offset + len(text)] = text


class Disk:
    """The disk under a folder, call by call.

    Parameters
    ----------
    folder
        Calls that concern files elsewhere are passed over.
    syncs
        Without them it is a disk that lies: the control that shows that this method finds losses.
    """

    def __init__(self, folder: Path, *, syncs: bool = True) -> None:
        self._root = f"{folder}{os.sep}"
        self._syncs = syncs
        self._now: dict[str, Inode] = {}
        self._synced: dict[str, Inode] = {}
        self._waiting: list[tuple[str, str, Inode | None]] = []  # folder, name, what is there then
        self._positions: dict[int, int] = {}
        self.said = bytearray()

    def do(self, call: Call) -> None:
        """Follow one call."""
        if call.name == "write" and call.descriptor == 1:
            self.said += call.texts[0]
        elif call.name in {"openat", "rename", "unlink"}:
            self._names(call)
        elif call.file in self._now:
            self._content(call, self._now[call.file])
        elif call.name in {"fsync", "fdatasync"} and self._syncs:
            self._sync_names(call.file)

    def _names(self, call: Call) -> None:
        paths = [text.decode(errors="replace") for text in call.texts]
        if not paths[0].startswith(self._root) or paths[0].endswith("-shm"):
            return
        if call.name == "openat":
            self._positions[call.result] = 0
            if paths[0] not in self._now and "O_CREAT" in call.flags:
                self._put(paths[0], Inode())
            if "O_TRUNC" in call.flags:
                self._now[paths[0]].waiting.append((0, None))
                self._now[paths[0]].length = 0
        elif call.name == "rename":
            inode = self._now[paths[0]]
            self._put(paths[0], None)
            self._put(paths[1], inode)
        else:
            self._put(paths[0], None)

    def _put(self, path: str, inode: Inode | None) -> None:
        self._waiting.append((str(Path(path).parent), path, inode))
        _name(self._now, path, inode)

    def _sync_names(self, folder: str) -> None:
        for place, path, inode in self._waiting:
            if place == folder:
                _name(self._synced, path, inode)
        self._waiting = [one for one in self._waiting if one[0] != folder]

    def _content(self, call: Call, inode: Inode) -> None:
        if call.name in {"fsync", "fdatasync"}:
            if self._syncs:
                for offset, text in inode.waiting:
                    _apply(inode.synced, offset, text)
                inode.waiting.clear()
        elif call.name == "ftruncate":
            inode.waiting.append((call.number, None))
            inode.length = call.number
        else:
            text = call.texts[0][: call.result]
            offset = call.number if call.name == "pwrite64" else inode.length
            inode.waiting.append((offset, text))
            inode.length = max(inode.length, offset + len(text))

    def cut(self, folder: Path, chance: random.Random) -> None:
        """Write to `folder` what a power cut now could leave."""
        names = dict(self._synced)
        for _place, path, inode in self._waiting[: chance.randint(0, len(self._waiting))]:
            _name(names, path, inode)
        likely = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        for path, inode in names.items():
            content = bytearray(inode.synced)
            for offset, text in inode.waiting:
                if chance.random() < likely:
                    torn = text is not None and chance.random() < 0.3
                    kept = text[: chance.randrange(0, len(text) + 1, SECTOR)] if torn and text else text
                    _apply(content, offset, kept)
            target = folder / Path(path).relative_to(self._root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _name(names: dict[str, Inode], path: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(path, None)
    else:
        names[path] = inode


def cuts(
    calls: list[Call], written: Path, scratch: Path, *, count: int, seed: int, syncs: bool = True, after: bytes = b""
) -> Iterator[list[str]]:
    """Cut the power at `count` random instants; yield what was acknowledged before each, with its disk in `scratch`.

    None of them lies before the writer has said `after`.
    """
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    first = next(number for number, call in enumerate(calls) if call.descriptor == 1 and after in call.texts[0])
    instants = sorted(chance.randrange(first, len(calls)) for _ in range(count))
    disk, done = Disk(written, syncs=syncs), 0
    for instant in instants:
        for call in calls[done:instant]:
            disk.do(call)
        done = instant
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        disk.cut(scratch, chance)
        yield disk.said.decode("ascii").rpartition("\n")[0].splitlines()

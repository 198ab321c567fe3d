"""Whatever happens to a file of the example station, it is read or refused with a finding: never a trace."""

from __future__ import annotations

import os
import random
from pathlib import Path

from loa.bulletins import read_bulletins
from loa.errors import Finding, InputRefused
from loa.settings import read_settings
from loa.station.folder import StationFolder
from loa.station.lexicon_file import read_lexicon
from loa.timetable import read_timetable

ROUNDS = int(os.environ.get("LOA_FUZZ_ROUNDS", "500"))
PIECES = [
    b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b": ", b"- ", b"#", b"'", b'"', b"[", b"]", b"{", b"}", b"&a ",
    b"*a", b"!!python/object:os.system ", b"|", b">", b"%", b"@", b"`", b"? ", b"---\n", b"...\n", b"<<: ", b"~", b"null",
    b"25:61", b"99999999999999999999", b"-1", b"31/02/2026", b"1e400", b".nan", b"../../etc/passwd", "ề".encode(),
    "é̉".encode(), b"\xe2\x80\xa8", b'"\\0"', b'"\\ud800"', b"a" * 3000,
]  # fmt: skip


def mutate(content: bytes, dice: random.Random) -> bytes:
    """Return `content` with one to four changes: a piece put in, bytes lost, a line doubled, moved or cut."""
    for _change in range(dice.randint(1, 4)):
        at = dice.randrange(len(content) + 1)
        lines = content.split(b"\n")
        line = dice.randrange(len(lines))
        match dice.randrange(6):
            case 0 | 1:
                content = content[:at] + dice.choice(PIECES) + content[at:]
            case 2:
                content = content[:at] + content[at + dice.randint(1, 30) :]
            case 3:
                content = b"\n".join([*lines[:line], lines[line], *lines[line:]])
            case 4:
                other = dice.randrange(len(lines))
                lines[line], lines[other] = lines[other], lines[line]
                content = b"\n".join(lines)
            case _:
                head = lines[line].partition(b":")[0]
                content = b"\n".join([*lines[:line], head + b": " + dice.choice(PIECES), *lines[line + 1 :]])
    return content


def findings_of(folder: Path, path: Path) -> tuple[Finding, ...]:
    """Read the part of the station that `path` belongs to."""
    if path.name == "station.yaml":
        try:
            read_settings(folder)
        except InputRefused as refused:
            return refused.findings
        return ()
    if path.name == "lexicon.yaml":
        return read_lexicon(StationFolder(folder))[1]
    if path.suffix == ".md":
        return read_bulletins(folder / "scripts", station_folder=folder, topics=["cchc"]).findings
    return read_timetable(folder / "schedules", station_folder=folder)[1]


def test_no_change_is_a_trace(example: Path) -> None:
    """Hundreds of broken files: each is read or told with its file, a line inside it, a sentence and an advice."""
    scripts = sorted((example / "scripts").glob("*.md"))
    for spare in scripts[2:]:
        spare.unlink()
    files = [*sorted(example.glob("*.yaml")), *sorted((example / "schedules").glob("*.yaml")), *scripts[:2]]
    originals = {path: path.read_bytes() for path in files}
    dice = random.Random(20261123)  # noqa: S311 - the same dice every time
    refused = 0
    for _round in range(ROUNDS):
        path = dice.choice(files)
        content = mutate(originals[path], dice)
        path.write_bytes(content)
        found = findings_of(example, path)
        refused += bool(found)
        for finding in found:
            assert (example / finding.file).is_file(), finding
            assert finding.message, finding
            last = len(content.replace(b"\r", b"\n").splitlines()) + content.count(b"\xe2\x80\xa8") + 1
            others = (example / finding.file) != path
            assert finding.line is None or others or 1 <= finding.line <= last, (finding, content)
        path.write_bytes(originals[path])
    assert refused > ROUNDS * 0.3

"""A bundle for whoever helps from afar: what the machine and the station are like, and nothing secret."""

from __future__ import annotations

import json
import platform
import re
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import distributions
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loa import __version__
from loa.errors import LoaError
from loa.settings import STATION_FILE

if TYPE_CHECKING:
    from loa.station.station import Station

MOST_ROWS = 2000
HIDDEN = "(đã ẩn)"
HIDDEN_GROUPS = frozenset({"alerts", "amplifier", "command_voices"})  # programs and ways out: their words may be keys
_SECRET = re.compile(
    r"(password|secret|token|key|user|login|webhook|url|smtp|host|run|to|from|email|mail)\b", re.IGNORECASE
)
_FIELD = re.compile(r"^(\s*(?:-\s+)?)([\w-]+)(\s*:\s*)(\S.*)$")
_ADDRESS = re.compile(r"\w+://\S+|[\w.+-]+@[\w.-]+")


def write_diagnostics(station: Station, target: Path) -> None:
    """Write the bundle to the ZIP `target`. What cannot be found out is written down as such, and the rest goes on."""
    texts = {
        "machine.json": _json(_machine(station)),
        "station.yaml": without_secrets(_read(station.folder.root / STATION_FILE)),
        "findings.json": _tried(lambda: [finding.as_json() for finding in station.check()]),
        "doctor.json": _tried(lambda: [checkup.as_json() for checkup in station.machine_desk.examine()]),
        "status.json": _tried(station.air_desk.status),
        "verify.json": _tried(lambda: str(station.log_desk.verify())),
        "last-rows.json": _tried(lambda: _last_rows(station)),
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in texts.items():
            packed.writestr(name, text)


def without_secrets(text: str) -> str:
    """Return settings with the values of all fields hidden that may hold a password, a key or an address."""
    lines: list[str] = []
    hidden = False
    for line in text.splitlines():
        if line[:1].strip() and not line.startswith("#"):
            hidden = line.partition(":")[0].strip("\"' ") in HIDDEN_GROUPS
            if hidden:
                lines.append(f"{line.partition(':')[0]}: {HIDDEN}")
        if not hidden:
            lines.append(_without_value(line))
    return "\n".join(lines) + "\n"


def _without_value(line: str) -> str:
    found = _FIELD.match(line)
    if found and _SECRET.search(found[2].replace("_", " ").replace("-", " ")):
        return f"{found[1]}{found[2]}{found[3]}{HIDDEN}"
    return _ADDRESS.sub(HIDDEN, line)


def _machine(station: Station) -> dict[str, Any]:
    return {
        "loa": __version__,
        "python": sys.version,
        "system": platform.platform(),
        "machine": platform.machine(),
        "at": station.clock.now().isoformat(),
        "packages": sorted(f"{one.metadata['Name']} {one.version}" for one in distributions()),
    }


def _last_rows(station: Station) -> list[Any]:
    """Return the last rows without words and names: when what happened."""
    last = station.ledger.last()
    rows: Iterable[Any] = station.ledger.rows(after_seq=max(0, (last.seq if last else 0) - MOST_ROWS))
    kept = ("outcome", "reason", "lateness_s", "played_s", "lost_s", "step_s", "error", "output", "problem", "voice")
    return [
        {"seq": row.seq, "at": row.at, "kind": row.kind, "broadcast": row.broadcast}
        | {name: row.data[name] for name in kept if name in row.data}
        for row in islice(rows, MOST_ROWS)
    ]


def _tried(look: Any) -> str:
    try:
        return _json(look())
    except (LoaError, OSError) as error:
        return _json({"failed": str(error)})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return str(error)

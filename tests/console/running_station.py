"""A station that runs for real, console and all, with a long bulletin on the air from its first second."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from tests.station.mini_station import bulletin_text, mini_station, write

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WITHIN_S = 40.0
LONG = (
    "Kính thưa bà con! Đây là bản tin của Đài Truyền thanh xã Minh Đức về công tác phòng, chống thiên tai và tìm kiếm "
    "cứu nạn năm 2026. Ủy ban nhân dân xã đề nghị bà con theo dõi sát mực nước sông suối. "
) * 12
TITLE = "Thông báo của Ủy ban nhân dân xã về công tác phòng, chống thiên tai và tìm kiếm cứu nạn"


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], object], what: str, within_s: float = WITHIN_S) -> None:
    """Wait until `look` is true; fail where it is not in time."""
    end_s = time.monotonic() + within_s
    while not look():
        assert time.monotonic() < end_s, what
        time.sleep(0.05)


class RunningStation:
    """`loa run` in a folder, as an operator starts it.

    Attributes
    ----------
    url
        Where its console is.
    said
        What it showed on the screen, line by line.
    """

    def __init__(self, folder: Path, *, language: str = "vi") -> None:
        self.folder = mini_station(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.said: list[str] = []
        quiet = datetime.now(ZONE) + timedelta(hours=11)
        settings = (folder / "station.yaml").read_text(encoding="utf-8")
        settings = settings.replace("enabled: no", f"port: {self.port}").replace(
            "station_check: chao", "station_check: dai-tin"
        )
        settings += f'air_rules:\n  quiet_hours: ["{quiet:%H:%M}-{quiet + timedelta(minutes=1):%H:%M}"]\n'
        write(folder, "station.yaml", settings)
        long = bulletin_text("dai-tin", topic="dai", body=LONG).replace("Bản tin dai-tin", TITLE)
        write(folder, "scripts/dai-tin.md", long)
        urgent = bulletin_text("di-doi", body="Khẩn cấp! Mời bà con di dời ngay.", more="priority: emergency\n")
        write(folder, "scripts/di-doi.md", urgent.replace("Bản tin di-doi", "Di dời dân vùng ngập lụt ven sông"))
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOA_LANGUAGE": language}
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until the console answers."""
        command = [sys.executable, "-m", "loa", "-C", str(self.folder), "run"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self._environment, cwd=self.folder
        )
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        eventually(lambda: self.url in "".join(self.said), f"no console:\n{self.said}")

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)
        process.stdout.close()

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def set_up_link(self) -> str:
        """Return the link of the first start, as the screen shows it."""
        eventually(lambda: re.search(r"/bat-dau/\S+", "".join(self.said)), "no link")
        found = re.search(r"http\S+/bat-dau/\S+", "".join(self.said))
        assert found
        return found[0]

    def loa(self, *arguments: str, heard: bool = True) -> str:
        """Return what a command of this station prints; where nobody hears it, some end with an error."""
        command = [sys.executable, "-m", "loa", "-C", str(self.folder), *arguments]
        return subprocess.run(command, env=self._environment, check=heard, capture_output=True, text=True).stdout

    def status(self) -> dict[str, object]:
        """Return what `loa status` says."""
        return dict(json.loads(self.loa("status", "--json")))

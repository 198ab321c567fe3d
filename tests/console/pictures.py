"""The pictures of the console in the guides, made anew: ``python -m tests.console.pictures``.

The station is the small one of the tests, on the air for real; the pictures are reduced to 64 colours by ffmpeg.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.console.browser import DESK, PHONE, Screens, chromium
from tests.console.running_station import ROOT, RunningStation

PICTURES = ROOT / "docs" / "pictures"
REDUCED = "split[a][b];[a]palettegen=max_colors=64:stats_mode=full[p];[b][p]paletteuse=dither=none"


def save(page: Page, name: str) -> None:
    """Write what `page` shows as ``console-NAME.png``."""
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.png"
        page.screenshot(path=whole, full_page=True)
        target = PICTURES / f"console-{name}.png"
        command = ["ffmpeg", "-v", "error", "-y", "-i", str(whole), "-vf", REDUCED, str(target)]
        subprocess.run(command, check=True)


def main() -> None:
    """Draw every picture."""
    folder = Path(tempfile.mkdtemp()) / "dai"
    with RunningStation(folder) as station, chromium() as browser:
        screens = Screens(browser, station)
        phone, desk = screens.open(size=PHONE), screens.open(size=DESK)
        for page, name in ((phone, "dien-thoai"), (desk, "may-tinh")):
            page.goto("/")
            page.wait_for_timeout(5000)
            save(page, f"dang-phat-{name}")
        words = ["--text", "Mực nước sông Sài Gòn lên nhanh, bà con ven sông di dời ngay.", "--by", "Chủ tịch UBND xã"]
        station.loa("emergency", *words, "--every", "30", heard=False)
        phone.wait_for_timeout(2000)
        for path, name in (("/khan-cap", "khan-cap"), ("/tram/bat-dau", "buoc-1")):
            phone.goto(path)
            save(phone, name)
        desk.goto("/tram")
        save(desk, "tram")
        phone.goto("/tram/nguoi-dung")
        save(phone, "nguoi-dung")


if __name__ == "__main__":
    main()

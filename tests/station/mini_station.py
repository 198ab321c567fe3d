"""A station of a few short recordings: quick to render, small enough to know by heart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

STATION = """\
name: Đài thử
authority: UBND xã
place: Minh Đức
example: yes
station_check: chao
topics:
  dai: Lời xướng
  tin: Tin tức
output:
  device: file
console:
  enabled: no
"""
PROGRAMMES = """\
programmes:
  sang:
    title: Buổi sáng
    items:
      - audio: audio/nhac.wav
      - bulletin: chao
      - queue: 2
      - next: tin
"""
SLOTS = """\
slots:
  sang:
    programme: sang
    at: "05:30"
  chieu:
    programme: sang
    at: ["12:00", "17:30"]
    days: [T2, T3]
"""
BULLETIN = """\
---
title: Bản tin {name}
topic: {topic}
genre: news
author: Hoa
{more}---
{body}
"""
TOPICS = {"chao": "dai", "mot": "tin", "hai": "tin", "ba": "tin"}


def tone(path: Path, seconds: float, hertz: float = 440.0) -> None:
    """Write a recording with noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = round(seconds * 16_000)
    noise = np.random.default_rng(1).normal(0, 0.02, frames)
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * hertz * np.arange(frames) / 16_000) + noise, 16_000)


def bulletin_text(name: str, *, topic: str = "tin", more: str = "", body: str = "Kính chào bà con.") -> str:
    """Return a bulletin's file."""
    return BULLETIN.format(name=name, topic=topic, more=more, body=body)


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file of the station."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def mini_station(folder: Path, *, recorded: bool = True) -> Path:
    """Make the station; its bulletins are recordings of two or three seconds where `recorded`."""
    write(folder, "station.yaml", STATION)
    write(folder, "schedules/chuong-trinh.yaml", PROGRAMMES)
    write(folder, "schedules/khung-gio.yaml", SLOTS)
    for number, (name, topic) in enumerate(TOPICS.items()):
        more = ""
        if recorded:
            tone(folder / "audio" / f"{name}.wav", 2.0 + number / 4, 300.0 + 50 * number)
            more = f"recording: audio/{name}.wav\n"
        write(folder, f"scripts/{name}.md", bulletin_text(name, topic=topic, more=more))
    tone(folder / "audio" / "nhac.wav", 1.5)
    return folder

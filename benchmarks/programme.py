"""How much time and memory an hour of sound takes from what comes in to the finished file, beside the plain way.

    python -m benchmarks.programme [--minutes N] [--folder DIR]

prints one JSON line for each figure: name, value, unit, baseline, ratio (value / baseline). An hour of eSpeak's speech
comes in as clips of phrases, as WAV, as FLAC and as MP3; the plain way (the baseline, in the same run) loads it with
pydub, which calls ffmpeg for FLAC and MP3, mixes it to mono, calls `normalize` and exports 48 kHz FLAC. Each way runs in
a process of its own, so that start-up and memory count: the highest resident set of the process and its children.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.render import LADDER, ROOT, phrases_of, show
from loa.voices import Clip, VoiceOptions, voice_named

SOURCES = {"wav": ("WAV", "PCM_16"), "flac": ("FLAC", "PCM_16"), "mp3": ("MP3", "MPEG_LAYER_III")}
GAP_MS = 450


def spoken(folder: Path, minutes: int) -> None:
    """Write the sources: phrases spoken once, in one file of samples, and as often as makes `minutes`, as recordings."""
    phrases = max(phrases_of(ROOT / "scripts").values(), key=len)
    clips = list(voice_named(LADDER[0], VoiceOptions()).speak([text for text, _pause in phrases]))
    rate = clips[0].rate
    np.savez(folder / "clips.npz", *(clip.samples for clip in clips))
    (folder / "phrases.json").write_text(json.dumps([rate, phrases]), encoding="utf-8")
    gap = np.zeros(rate * GAP_MS // 1000, dtype=np.int16)
    stereo = {}
    for name, (container, subtype) in SOURCES.items():
        path = folder / f"hour.{name}"
        stereo[name] = soundfile.SoundFile(path, "w", rate, 2, subtype=subtype, format=container)
    left, draw = minutes * 60 * rate, np.random.default_rng(1)
    while left > 0:
        for clip in clips:
            both = np.repeat(np.concatenate([clip.samples, gap])[:left, np.newaxis], 2, axis=1)
            noise = draw.integers(-20, 20, both.shape, dtype=np.int16)
            for opened in stereo.values():
                opened.write(np.clip(both // 2 + noise, -32768, 32767).astype(np.int16))
            left -= len(both)
            if left <= 0:
                break
    for opened in stereo.values():
        opened.close()


def speech(folder: Path, minutes: int) -> tuple[list[Clip], list[tuple[str, str]]]:
    """Return clips of `minutes`, each with samples of its own, as a voice would hand them over."""
    stored = np.load(folder / "clips.npz")
    rate, phrases = json.loads((folder / "phrases.json").read_text(encoding="utf-8"))
    clips: list[Clip] = []
    said: list[tuple[str, str]] = []
    frames = 0
    while frames < minutes * 60 * rate:
        clip = Clip(samples=stored[f"arr_{len(clips) % len(phrases)}"].copy(), rate=rate)
        said.append(tuple(phrases[len(clips) % len(phrases)]))
        clips.append(clip)
        frames += len(clip.samples) + rate * GAP_MS // 1000
    return clips, said


def ours(source: str, folder: Path, minutes: int) -> float:
    """Finish as the station does; return the seconds of sound made."""
    from loa.sound import AudioStore, SoundKind, SoundTarget
    from loa.sound.finishing import Part, Recording, Speech
    from loa.sound_settings import SoundProfile

    name, _, profile = source.partition("+")
    if name == "speech":
        clips, phrases = speech(folder, minutes)
        part: Part = Speech(clips=clips, phrases=phrases)
    else:
        part = Recording(path=folder / f"hour.{name}")
    target = SoundTarget(profile=SoundProfile(profile or "flat"))
    audio = AudioStore(folder / "ours").save(
        [part], target=target, key=f"{source:0<64}", item=source, kind=SoundKind.RECORDING, text_hash=""
    )
    return audio.cue_sheet.length_s


def plain(source: str, folder: Path, minutes: int) -> float:
    """Load, append, normalise to the highest sample, export: all of it in memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
        from pydub.effects import normalize
    name = source.partition("+")[0]
    if name == "speech":
        clips, _phrases = speech(folder, minutes)
        gap = AudioSegment.silent(duration=GAP_MS, frame_rate=clips[0].rate).raw_data
        joined = b"".join(clip.samples.tobytes() + gap for clip in clips)  # `+` for each clip would take an hour
        whole = AudioSegment(joined, sample_width=2, frame_rate=clips[0].rate, channels=1)
    else:
        whole = AudioSegment.from_file(folder / f"hour.{name}").set_channels(1)
    level = normalize(whole, headroom=1.0).set_frame_rate(48_000)
    level.export(folder / f"plain.{source}.flac", format="flac").close()
    return float(len(level) / 1000)


def one_way(way: str, source: str, folder: Path, minutes: int) -> dict[str, float]:
    """Run one way in this process; return its figures."""
    begun = time.perf_counter()
    sound_s = (ours if way == "ours" else plain)(source, folder, minutes)
    took_s = time.perf_counter() - begun
    peak_kb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"took_s": took_s, "sound_s": sound_s, "peak_mb": peak_kb / 1024}


def apart(way: str, source: str, folder: Path, minutes: int) -> dict[str, Any]:
    """Run one way in a process of its own, started from a small one: a child inherits the high mark of its parent."""
    command = [sys.executable, "-m", "benchmarks.programme", "--way", way, "--source", source]
    command += ["--folder", str(folder), "--minutes", str(minutes)]
    return dict(json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout))


def compare(folder: Path, minutes: int) -> None:
    """Run every source both ways and print the figures."""
    apart("sources", "", folder, minutes)
    baselines = {source: apart("plain", source, folder, minutes) for source in ("speech", *SOURCES)}
    for source in ("speech", *SOURCES, "speech+horn", "wav+horn"):
        own, base = apart("ours", source, folder, minutes), baselines[source.partition("+")[0]]
        name = f"programme.{source}.{minutes}_min"
        show(f"{name}.time", own["took_s"], "s", base["took_s"])
        show(f"{name}.speed", own["sound_s"] / own["took_s"], "x real time", base["sound_s"] / base["took_s"])
        show(f"{name}.peak_memory", own["peak_mb"], "MB", base["peak_mb"])


def main() -> None:
    """Compare, or run one way (in a process started by `apart`)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="where to write about 2 GB")
    parser.add_argument("--way", choices=("ours", "plain", "sources"))
    parser.add_argument("--source", default="wav")
    arguments = parser.parse_args()
    if arguments.way is None:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
            compare(Path(name), arguments.minutes)
    elif arguments.way == "sources":
        spoken(arguments.folder, arguments.minutes)
        print("{}")
    else:
        print(json.dumps(one_way(arguments.way, arguments.source, arguments.folder, arguments.minutes)))


if __name__ == "__main__":
    main()

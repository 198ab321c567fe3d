"""How fast the example station's bulletins become finished audio, and how good it is, beside the plain way.

    python -m benchmarks.render [--scripts DIR] [--processes N]

prints one JSON line for each figure: name, value, unit, baseline, ratio (value / baseline). The baseline is measured in
the same run: one eSpeak process for each sentence, pydub's `normalize`, one WAV file, one bulletin after the other.
Each way runs in a process of its own, so that start-up and memory count.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loa.reading import read
from loa.voices import VoiceOptions, voice_named

ROOT = Path(__file__).resolve().parent.parent
LADDER = ("espeak:south",)
FIVE_MINUTES = 930  # syllables at 186 a minute
Phrases = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One file that a way of rendering made."""

    item: str
    path: Path
    length_s: float


def phrases_of(scripts: Path) -> dict[str, Phrases]:
    """Return what is to be said, by bulletin: the phrases of the reading, at most one sentence each."""
    texts = {}
    for path in sorted(scripts.glob("*.md")):
        body = path.read_text(encoding="utf-8").split("---", 2)[2].replace("#", "")
        phrases = [
            (sentence, str(phrase.pause))
            for phrase in read(body).phrases
            for sentence in re.split(r"(?<=[.!?]) ", phrase.text)
        ]
        texts[path.stem] = tuple((text, pause) for text, pause in phrases if any(map(str.isalpha, text)))
    return texts


def ours(texts: dict[str, Phrases], out: Path, processes: int) -> dict[str, Any]:
    """Render as the station does, twice."""
    from loa.sound import AudioStore, FinishedAudio
    from loa.station.rendering import RenderJob, render_all

    jobs = [RenderJob(item=name, phrases=phrases, ladder=LADDER) for name, phrases in texts.items()]
    store = AudioStore(out)
    begun = time.perf_counter()
    done = render_all(jobs, store, on_done=lambda _job, _outcome: None, processes=processes)
    first_s = time.perf_counter() - begun
    begun = time.perf_counter()
    render_all(jobs, store, on_done=lambda _job, _outcome: None, processes=processes)
    again_s = time.perf_counter() - begun
    made = []
    for item, outcome in done.items():
        if not isinstance(outcome, FinishedAudio):
            raise outcome
        made.append(Made(item=item, path=outcome.path, length_s=outcome.cue_sheet.length_s))
    return result(made, first_s, again_s)


def edited(texts: dict[str, Phrases], out: Path, _processes: int) -> dict[str, Any]:
    """Render five minutes of speech, then once more with one sentence changed; the second time counts."""
    from loa.sound import AudioStore
    from loa.station.rendering import RenderJob, render

    phrases: list[tuple[str, str]] = []
    for phrase in (phrase for text in texts.values() for phrase in text):
        phrases.append(phrase)
        if sum(len(words.split()) for words, _pause in phrases) > FIVE_MINUTES:
            break
    store = AudioStore(out)
    job = RenderJob(item="five minutes", phrases=tuple(phrases), ladder=LADDER)
    whole = render(job, store)
    phrases[len(phrases) // 2] = ("câu này vừa được sửa lại trước giờ phát.", "sentence")
    begun = time.perf_counter()
    again = render(RenderJob(item="five minutes", phrases=tuple(phrases), ladder=LADDER), store)
    edit_s = time.perf_counter() - begun
    assert again.path != whole.path
    return result([Made(item="edited", path=again.path, length_s=again.cue_sheet.length_s)], edit_s, 0.0)


def plain(texts: dict[str, Phrases], out: Path, _processes: int) -> dict[str, Any]:
    """Render the plain way: a process for each sentence, everything appended, normalised to its highest sample."""
    begun = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
        from pydub.effects import normalize
    voice = voice_named(LADDER[0], VoiceOptions())
    made = []
    for item, phrases in texts.items():
        whole = AudioSegment.silent(duration=0, frame_rate=22_050)
        for text, _pause in phrases:
            (clip,) = voice.speak([text])
            spoken = AudioSegment(clip.samples.tobytes(), sample_width=2, frame_rate=clip.rate, channels=1)
            whole = whole + spoken + AudioSegment.silent(duration=450, frame_rate=clip.rate)
        path = out / f"{item}.wav"
        normalize(whole, headroom=1.0).set_frame_rate(48_000).export(path, format="wav").close()
        made.append(Made(item=item, path=path, length_s=len(whole) / 1000))
    return result(made, time.perf_counter() - begun, 0.0)


def result(made: list[Made], first_s: float, again_s: float) -> dict[str, Any]:
    """Return the figures of one way; memory is that of the largest process."""
    peak_kb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "first_s": first_s,
        "again_s": again_s,
        "sound_s": sum(one.length_s for one in made),
        "peak_mb": peak_kb / 1024,
        "paths": [str(one.path) for one in made],
    }


def chain_speed(texts: dict[str, Phrases]) -> tuple[float, float]:
    """Return how many seconds of speech each way joins and levels in one second, the voice not counted."""
    from loa.sound import SoundTarget
    from loa.sound.finishing import Speech, finished

    phrases = max(texts.values(), key=len)
    clips = list(voice_named(LADDER[0], VoiceOptions()).speak([text for text, _pause in phrases]))
    speeds = []
    for _once in range(4):  # the first one pays for the imports; the best is nearest to an idle machine
        begun = time.perf_counter()
        with finished([Speech(clips=clips, phrases=phrases)], SoundTarget(), Path(tempfile.gettempdir())) as sound:
            speeds.append(sound.samples.frames / sound.sample_rate / (time.perf_counter() - begun))
    own = max(speeds)
    from pydub import AudioSegment
    from pydub.effects import normalize

    begun = time.perf_counter()
    whole = AudioSegment.silent(duration=0, frame_rate=clips[0].rate)
    for clip in clips:
        whole = whole + AudioSegment(clip.samples.tobytes(), sample_width=2, frame_rate=clip.rate, channels=1)
        whole = whole + AudioSegment.silent(duration=450, frame_rate=clip.rate)
    normalised = normalize(whole, headroom=1.0).set_frame_rate(48_000)
    return own, len(normalised) / 1000 / (time.perf_counter() - begun)


def measured(paths: list[str]) -> tuple[float, float]:
    """Return the largest distance from -18 LUFS (LU) and the highest true peak (dBTP) over files."""
    import soundfile

    from loa.sound.loudness import measure

    errors, peaks = [], []
    for path in paths:
        samples: NDArray[np.float32]
        samples, rate = soundfile.read(path, dtype="float32")
        loudness_lufs, peak_dbtp = measure(samples, rate)
        errors.append(abs(loudness_lufs + 18.0))
        peaks.append(peak_dbtp)
    return max(errors), max(peaks)


def apart(way: str, arguments: argparse.Namespace, out: Path) -> dict[str, Any]:
    """Run one way in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.render",
        "--way",
        way,
        "--out",
        str(out),
        "--scripts",
        str(arguments.scripts),
    ]
    ended = subprocess.run(
        [*command, "--processes", str(arguments.processes)], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return dict(json.loads(ended.stdout))


def show(name: str, value: float, unit: str, baseline: float) -> None:
    ratio = round(value / baseline, 3) if baseline else None
    print(
        json.dumps(
            {"name": name, "value": round(value, 3), "unit": unit, "baseline": round(baseline, 3), "ratio": ratio}
        )
    )


def compare(arguments: argparse.Namespace) -> None:
    """Run both ways and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        out = {way: Path(folder) / way for way in ("ours", "one", "edited", "plain")}
        for path in out.values():
            path.mkdir()
        own, base = apart("ours", arguments, out["ours"]), apart("plain", arguments, out["plain"])
        one = apart("one", arguments, out["one"])
        edit = apart("edited", arguments, out["edited"])
        own_error, own_peak = measured(own["paths"])
        base_error, base_peak = measured(base["paths"])
    own_chain, base_chain = chain_speed(phrases_of(arguments.scripts))
    show("render.speed", own["sound_s"] / own["first_s"], "x real time", base["sound_s"] / base["first_s"])
    show("render.again", own["again_s"], "s", own["first_s"])
    show("render.peak_memory", own["peak_mb"], "MB", base["peak_mb"])
    show("render.one_bulletin", one["first_s"], "s", base["first_s"] / len(base["paths"]))
    show("render.one_sentence_edited", edit["first_s"], "s", edit["sound_s"] / base["sound_s"] * base["first_s"])
    show("render.chain_speed", own_chain, "x real time", base_chain)
    show("render.loudness_error_max", own_error, "LU", base_error)
    show("render.true_peak_max", own_peak, "dBTP", base_peak)


def main() -> None:
    """Compare, or run one way (in a process started by `apart`)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scripts", type=Path, default=ROOT / "scripts")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--way", choices=("ours", "one", "edited", "plain"))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if arguments.way is None:
        compare(arguments)
        return
    texts = phrases_of(arguments.scripts)
    if arguments.way == "one":
        longest = max(texts, key=lambda name: len(texts[name]))
        texts = {longest: texts[longest]}
    way = {"plain": plain, "edited": edited}.get(arguments.way, ours)
    print(json.dumps(way(texts, arguments.out, arguments.processes)))


if __name__ == "__main__":
    main()

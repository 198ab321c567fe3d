"""How fast and how right official Vietnamese is read, beside other normalisers: ``python -m benchmarks.reading [TSV…]``.

Prints one JSON line a figure. Speed is measured on paragraphs of about 300 characters made of the test sentences,
accuracy as the share of whole sentences whose words are exactly those of the table (case and punctuation apart).
`sea-g2p`, `vinorm` and `vietnormalizer` are compared in the same run where they are installed
(``python -m pip install sea-g2p vinorm vietnormalizer``); they are no dependencies of loa.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from loa.reading import read_aloud

TABLES = Path(__file__).parents[1] / "tests" / "reading"
PARAGRAPH = 300
MEASURED_S = 1.5
Normaliser = Callable[[str], str]


def others() -> Iterator[tuple[str, Normaliser]]:
    """Yield the other normalisers that are installed."""
    makers: dict[str, Callable[[], Normaliser]] = {
        "sea-g2p": lambda: importlib.import_module("sea_g2p").Normalizer().normalize,
        "vinorm": lambda: importlib.import_module("vinorm").TTSnorm,
        "vietnormalizer": lambda: importlib.import_module("vietnormalizer").VietnameseNormalizer().normalize,
    }
    for name, make in makers.items():
        try:
            yield name, make()
        except (ImportError, OSError) as error:
            print(json.dumps({"name": f"{name} not compared", "why": str(error)}))


def pairs(paths: list[Path]) -> list[tuple[str, list[str]]]:
    """Return the written sentences of the tables with their accepted readings."""
    rows = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) >= 2 and not line.startswith("#") and cells[-1] != "spoken":
                rows.append((cells[-2], cells[-1].split(" || ")))
    return rows


def words(text: str) -> str:
    """Return only the words of `text`, lower case."""
    text = unicodedata.normalize("NFC", text).lower()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())


def accuracy(normalise: Normaliser, rows: list[tuple[str, list[str]]]) -> float:
    """Return the share of sentences read exactly."""
    right = sum(words(normalise(written)) in {words(one) for one in accepted} for written, accepted in rows)
    return right / len(rows)


def speed(normalise: Normaliser, rows: list[tuple[str, list[str]]]) -> float:
    """Return characters a second."""
    paragraphs, current = [], ""
    for written, _accepted in rows:
        current += written + ". "
        if len(current) > PARAGRAPH:
            paragraphs.append(current)
            current = ""
    read, began = 0, time.perf_counter()
    while time.perf_counter() - began < MEASURED_S:
        for paragraph in paragraphs:
            normalise(paragraph)
            read += len(paragraph)
            if time.perf_counter() - began > 3 * MEASURED_S:
                break
    return read / (time.perf_counter() - began)


def main() -> None:
    """Measure loa and, in the same run, the others."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(TABLES.glob("*.tsv"))
    rows = pairs(paths)
    own_speed, own_accuracy = speed(read_aloud, rows), accuracy(read_aloud, rows)

    def figure(name: str, value: float, unit: str, baseline: float | None) -> None:
        ratio = round(value / baseline, 2) if baseline else None
        print(json.dumps({"name": name, "value": round(value, 4), "unit": unit, "baseline": baseline, "ratio": ratio}))

    figure("loa, sentences read exactly", own_accuracy, "share", None)
    figure("loa, speed", own_speed, "characters/s", None)
    for name, normalise in others():
        figure(f"loa beside {name}, sentences", own_accuracy, "share", round(accuracy(normalise, rows), 4))
        figure(f"loa beside {name}, speed", own_speed, "characters/s", round(speed(normalise, rows)))


if __name__ == "__main__":
    main()

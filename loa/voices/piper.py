"""The neural voice: a Piper model in a process of its own for each text, needing no network.

A model keeps its own speed, noise and level, as its ``.onnx.json`` says; the sound room makes all voices equally loud.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from loa.voices import apart, piper_files
from loa.voices.apart import failure
from loa.voices.pieces import LONGEST_PIECE, pieces, plain
from loa.voices.plausibility import refuse_implausible
from loa.voices.port import Clip, VoiceOptions

WORKER = Path(__file__).with_name("piper_worker.py")
SEED = 20_261_123  # of the model's noise; another one is another reading of the same words
GAP_S = 0.12  # between the pieces of a long phrase; Piper adds some silence of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class PiperVoice:
    """A Piper model from the station's ``voices`` folder.

    Attributes
    ----------
    model
        Its name there, without ``.onnx``.
    options
        The folder, and the longest wait.
    worker
        The program that holds the model; tests put a failing one in its place.
    """

    model: str
    options: VoiceOptions = field(default_factory=VoiceOptions)
    worker: Path = WORKER

    @property
    def name(self) -> str:
        """The name in ``station.yaml``."""
        return f"piper:{self.model}"

    @property
    def identity(self) -> str:
        """Name, hash of model and config, Piper's version and how the noise and the pieces are made.

        Raises
        ------
        VoiceFailed
            Reasons: ``not-installed``, ``broken-model``.
        """
        try:
            version = metadata.version("piper-tts")
        except metadata.PackageNotFoundError as error:
            raise failure(self.name, "not-installed", "piper-tts") from error
        return f"{self.name} {self._found().sha256} {version} seed={SEED} piece={LONGEST_PIECE} gap={GAP_S}"

    def speak(self, phrases: Sequence[str]) -> Iterator[Clip]:
        """Yield each phrase as soon as it is spoken, with the same samples every time, whatever stands beside it.

        Raises
        ------
        VoiceFailed
            Reasons: ``not-installed``, ``broken-model``, ``crashed``, ``timeout``, ``incomplete``, ``empty``,
            and those of `loa.voices.plausibility.refuse_implausible`.
        """
        import numpy as np

        texts = [plain(phrase) for phrase in phrases]
        for text, phrase in zip(texts, phrases, strict=True):
            if not any(letter.isalnum() for letter in text):
                raise failure(self.name, "empty", repr(phrase))
        if not texts:
            return
        # -I also keeps this folder off the worker's path: its piper.py would stand in the way of Piper
        with apart.worker(self.worker, self._job(texts), self.name, flags=("-I", "-B")) as answers:
            timeout_s = self.options.piper_timeout_s
            _kind, content = answers.next(timeout_s)
            rate = int.from_bytes(content, "little")
            for text in texts:
                _kind, samples = answers.next(timeout_s)
                clip = Clip(samples=np.frombuffer(samples, dtype="<i2").astype(np.int16), rate=rate)
                refuse_implausible(clip, text, self.name)
                yield clip

    def _job(self, texts: list[str]) -> dict[str, Any]:
        found = self._found()
        return {
            "model": str(found.model.resolve()),
            "config": str(found.config.resolve()),
            "seed": SEED,
            "gap_s": GAP_S,
            "phrases": [pieces(text) for text in texts],
        }

    def _found(self) -> piper_files.InstalledVoice:
        return piper_files.find(self.options.piper_folder or Path("voices"), self.model)

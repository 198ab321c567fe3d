"""The program that holds Piper: one process, one text, then it ends.

Run as a file by `loa.voices.piper`, never imported by it. A crash of onnxruntime, a hang and the model's memory stay here.
How it is asked and answers is told in `loa.voices.apart`: ``R`` carries the sample rate as 4 bytes once the model is
loaded, ``C`` the samples of one phrase as 16-bit little-endian numbers.

The noise that makes a VITS model sound alive comes from ``RandomNormalLike``. Measured with onnxruntime 1.32: its generator
is seeded when the session is made, and `set_seed` does nothing to a session that exists. So each piece of speech has a
fresh session, which takes 0.05 to 0.1 s for a model of 58 MB beside 0.6 s for speaking 10 s; and the same words give the
same samples in any order, in any process, with the noise the model was trained for.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import onnxruntime

INPUTS = {"input", "input_lengths", "scales"}


class Speaker:
    """A Piper model with its language. Raises what Piper and onnxruntime raise where the model is none."""

    def __init__(self, job: dict[str, Any]) -> None:
        import onnxruntime
        import piper
        from piper.phonemize_espeak import ESPEAK_DATA_DIR

        self._runtime = onnxruntime
        self._model: str = job["model"]
        self._seed: int = job["seed"]
        self._gap_s: float = job["gap_s"]
        # eSpeak NG has had a limit on the length of this path, and on Windows it takes no Vietnamese letters in it: seen
        # from beside the data the path is always short and plain
        os.chdir(ESPEAK_DATA_DIR.parent)
        self._voice = piper.PiperVoice.load(job["model"], job["config"], espeak_data_dir=ESPEAK_DATA_DIR.name)
        self._settings = piper.SynthesisConfig(normalize_audio=False)  # else a quiet word becomes as loud as a sentence
        missing = INPUTS - {entry.name for entry in self._voice.session.get_inputs()}
        if missing:
            raise ValueError(f"the model has no input {', '.join(sorted(missing))}")
        self.rate: int = self._voice.config.sample_rate

    def speak(self, pieces: list[str]) -> bytes:
        """Return the samples of one phrase: its pieces with a breath between them."""
        import numpy as np

        gap = np.zeros(round(self._gap_s * self.rate), dtype=np.int16)
        spoken = []
        for piece in pieces:
            del self._voice.session  # its memory goes before the next one takes its own
            self._voice.session = self._fresh()
            for chunk in self._voice.synthesize(piece, self._settings):
                if not np.isfinite(chunk.audio_float_array).all():
                    raise ValueError("the model gave samples that are no numbers")
                spoken.append(np.atleast_1d(chunk.audio_int16_array))
            spoken.append(gap)
        return np.concatenate(spoken[:-1] or [gap]).astype("<i2").tobytes()

    def _fresh(self) -> onnxruntime.InferenceSession:
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = 1  # renders run side by side; two threads gain nothing on a 10 s piece
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors alone
        self._runtime.set_seed(self._seed)
        return self._runtime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])


def own_output() -> BinaryIO:
    """Return standard output, and let whatever else a library prints go to standard error."""
    kept = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return kept


def send(output: BinaryIO, kind: bytes, content: bytes) -> None:
    """Write one frame."""
    output.write((len(content) + 1).to_bytes(4, "little") + kind + content)
    output.flush()


def leave_with_parent() -> None:
    """Wait for the end of standard input: nobody listens any longer."""
    while os.read(0, 4096):
        pass
    os._exit(1)


def main() -> int:
    """Do the job on standard input; return the exit code."""
    output = own_output()
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=leave_with_parent, daemon=True).start()

    def refuse(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        reason = "not-installed" if issubclass(kind, ImportError) else "broken-model"
        told = {"reason": reason, "detail": f"{kind.__name__}: {error}"}
        send(output, b"F", json.dumps(told).encode())

    sys.excepthook = refuse  # while it loads; onnxruntime's own exceptions have no base that could be caught
    speaker = Speaker(job)
    sys.excepthook = sys.__excepthook__
    send(output, b"R", speaker.rate.to_bytes(4, "little"))
    for pieces in job["phrases"]:
        send(output, b"C", speaker.speak(pieces))
    return 0


if __name__ == "__main__":
    sys.exit(main())

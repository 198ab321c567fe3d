"""A tiny model in the form of Piper's: about 17 kB, with the same inputs, output and noise as one of 63 MB.

Embedding, a length regulator driven by ``scales[1]``, noise by ``scales[0]``, two transposed convolutions to samples.
What it says is no language, but each syllable has its length and its sound, and every run has other noise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

SYMBOLS = 256
CHANNELS, MIDDLE_CHANNELS = 12, 4
STRIDE = 16  # twice: 256 samples a frame, as in Piper's models
FRAMES_AN_ID = 2.2  # at a length scale of 1: about 0.25 s a Vietnamese syllable
RATE = 22_050
NOISE = 0.05
LOUDEST = 0.6


def config(**changes: Any) -> dict[str, Any]:
    """Return the content of the model's ``.onnx.json``."""
    return {
        "audio": {"sample_rate": RATE, "quality": "tiny"},
        "espeak": {"voice": "vi"},
        "language": {"code": "vi_VN"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
        "piper_version": "1.0.0",
    } | changes


def model() -> bytes:
    """Return the model as the content of an ``.onnx`` file; the same bytes every time."""
    numbers = np.random.default_rng(4)

    def weights(name: str, *shape: int, size: float) -> onnx.TensorProto:
        return numpy_helper.from_array((numbers.standard_normal(shape) * size).astype(np.float32), name)

    def constant(name: str, value: Any, kind: type) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(value, dtype=kind), name)

    node = helper.make_node
    nodes = [
        node("Gather", ["embedding", "input"], ["embedded"]),
        node("Gather", ["scales", "zero"], ["noise_scale"]),
        node("Gather", ["scales", "one"], ["length_scale"]),
        # length regulator: frame number n belongs to the id number n / (frames an id)
        node("Mul", ["length_scale", "frames_an_id"], ["frames"]),
        node("Gather", ["input_lengths", "zero"], ["ids"]),
        node("Cast", ["ids"], ["ids_float"], to=TensorProto.FLOAT),
        node("Mul", ["ids_float", "frames"], ["total_float"]),
        node("Cast", ["total_float"], ["total"], to=TensorProto.INT64),
        node("Range", ["zero", "total", "one"], ["places"]),
        node("Cast", ["places"], ["places_float"], to=TensorProto.FLOAT),
        node("Div", ["places_float", "frames"], ["owners_float"]),
        node("Cast", ["owners_float"], ["owners"], to=TensorProto.INT64),
        node("Gather", ["embedded", "owners"], ["stretched"], axis=1),
        node("Transpose", ["stretched"], ["mean"], perm=[0, 2, 1]),
        node("RandomNormalLike", ["mean"], ["random"]),
        node("Mul", ["noise_scale", "noise_size"], ["noise_weight"]),
        node("Mul", ["random", "noise_weight"], ["noise"]),
        node("Add", ["mean", "noise"], ["latent"]),
        node("ConvTranspose", ["latent", "first"], ["coarse"], strides=[STRIDE], kernel_shape=[STRIDE]),
        node("LeakyRelu", ["coarse"], ["bent"], alpha=0.1),
        node("ConvTranspose", ["bent", "second"], ["fine"], strides=[STRIDE], kernel_shape=[STRIDE]),
        node("Tanh", ["fine"], ["limited"]),
        node("Mul", ["limited", "loudest"], ["samples"]),
        node("Unsqueeze", ["samples", "one_axis"], ["output"]),
    ]
    stored = [
        weights("embedding", SYMBOLS, CHANNELS, size=1.0),
        weights("first", CHANNELS, MIDDLE_CHANNELS, STRIDE, size=0.4),
        weights("second", MIDDLE_CHANNELS, 1, STRIDE, size=0.4),
        constant("zero", 0, np.int64),
        constant("one", 1, np.int64),
        constant("one_axis", [1], np.int64),
        constant("frames_an_id", FRAMES_AN_ID, np.float32),
        constant("noise_size", NOISE, np.float32),
        constant("loudest", LOUDEST, np.float32),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "ids"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1, 1, "samples"])],
        stored,
    )
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(whole, full_check=True)
    content: bytes = whole.SerializeToString()
    return content


def install(folder: Path, name: str = "tiny", **changes: Any) -> Path:
    """Write model and config to `folder`, the config with `changes`; return the model's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    path.write_bytes(model())
    path.with_name(f"{name}.onnx.json").write_text(json.dumps(config(**changes)), encoding="utf-8")
    return path

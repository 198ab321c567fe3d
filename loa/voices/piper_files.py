"""Which Piper voices a station has: pairs of ``NAME.onnx`` and ``NAME.onnx.json`` in its ``voices`` folder.

A voice that `loa voices install` put there has a third file, ``NAME.record.json``, with the model's size and SHA-256; so
a model that a failing disk or another hand has changed is found out without reading 63 MB each time. A pair that was
copied there by hand counts too; it is hashed when first asked for.

The model is always the last of the three to appear: half an installation is never taken for a voice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from loa.errors import VoiceFailed
from loa.files import sha256_file
from loa.language import translate as _
from loa.slug import is_slug

MODEL_ENDING, CONFIG_ENDING, RECORD_ENDING = ".onnx", ".onnx.json", ".record.json"
LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000  # Hz
FIRST_BYTE = b"\x08"  # an ONNX file begins with field 1 of its protobuf, the version of its form
TONE_SIGNS = {"2", "4", "5", "6"}  # huyền, hỏi, ngã, nặng, as eSpeak NG's phonemes of "mà mả mã mạ" end
NOT_INSTALLED, BROKEN = "not-installed", "broken-model"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledVoice:
    """A Piper voice whose files hold together.

    Attributes
    ----------
    name
        Its name in ``station.yaml``, without ``piper:``.
    model, config
        Its two files.
    sha256
        Over model and config: changes whenever the voice may sound different. 64 hex digits.
    sample_rate
        Samples per second (Hz).
    espeak_voice
        The language whose sounds the model was trained on, as eSpeak NG names it: ``vi`` and its accents.
    speakers
        How many people speak in it; the model's default one is used.
    tones
        Whether the model has signs for the tones; without them it guesses "ma" from "mả".
    licence
        What may be done with it, or empty where nobody noted it.
    """

    name: str
    model: Path
    config: Path
    sha256: str
    sample_rate: int
    espeak_voice: str
    speakers: int = 1
    tones: bool = True
    licence: str = ""

    @property
    def size(self) -> int:
        """Bytes of the model. Raises OSError where it has gone."""
        return self.model.stat().st_size


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallRecord:
    """What is known of an installed model.

    Attributes
    ----------
    sha256, size, modified_ns
        Of the model when it was installed.
    source
        The file or address it came from.
    installed_at
        When, as ISO 8601 with its zone.
    licence
        Note on its licence, or empty.
    """

    sha256: str
    size: int
    modified_ns: int
    source: str
    installed_at: str
    licence: str = ""


def names(folder: Path) -> list[str]:
    """Return the names of all models in `folder`, sound or not, in order."""
    return sorted(path.name.removesuffix(MODEL_ENDING) for path in folder.glob(f"*{MODEL_ENDING}") if path.is_file())


def installed(folder: Path) -> list[InstalledVoice]:
    """Return the voices in `folder` that hold together, by name."""
    found = []
    for name in names(folder):
        try:
            found.append(find(folder, name))
        except VoiceFailed:
            continue
    return found


def find(folder: Path, name: str) -> InstalledVoice:
    """Return the voice called `name`.

    Raises
    ------
    VoiceFailed
        It is not there (reason ``not-installed``), or its files are damaged, do not belong together or do not speak
        Vietnamese (``broken-model``).
    """
    model, config = folder / f"{name}{MODEL_ENDING}", folder / f"{name}{CONFIG_ENDING}"
    if not is_slug(name) or not model.is_file():
        message = _("The voice piper:{name} is not installed. Install it with: loa voices install FILE")
        raise VoiceFailed(message.format(name=name), reason=NOT_INSTALLED)
    try:
        content = config.read_bytes()
        values = read_config(content)
        refuse_non_model(model)
        record = read_record(folder, name)
        model_hash = _model_hash(model, record)
    except FileNotFoundError as error:
        why = _("the file {file} is missing").format(file=config.name)
        raise _broken(name, why) from error
    except (OSError, ValueError) as error:
        raise _broken(name, str(error)) from error
    return InstalledVoice(
        name=name,
        model=model,
        config=config,
        sha256=hashlib.sha256(f"{model_hash} {hashlib.sha256(content).hexdigest()}".encode()).hexdigest(),
        sample_rate=values["audio"]["sample_rate"],
        espeak_voice=values["espeak"]["voice"],
        speakers=values["num_speakers"],
        tones=values["phoneme_id_map"].keys() >= TONE_SIGNS,
        licence=record.licence if record else "",
    )


def _broken(name: str, why: str) -> VoiceFailed:
    message = _("The voice piper:{name} cannot be used: {why}. Install it anew with: loa voices install FILE")
    return VoiceFailed(message.format(name=name, why=why), reason=BROKEN)


def read_config(content: bytes) -> dict[str, Any]:
    """Return the config of a Vietnamese Piper model.

    Raises
    ------
    ValueError
        `content` is none; the text says why, to be put into a sentence.
    """
    try:
        values = json.loads(content)
        rate, speakers, symbols = values["audio"]["sample_rate"], values["num_speakers"], values["num_symbols"]
        language, sounds = values["espeak"]["voice"], values["phoneme_id_map"]
    except (ValueError, KeyError, TypeError) as error:  # bytes that are no UTF-8 are a ValueError too
        raise ValueError(_("its .onnx.json is not that of a Piper voice")) from error
    whole = all(isinstance(number, int) and number >= 1 for number in (speakers, symbols, rate))
    if not whole or not isinstance(sounds, dict) or not sounds or not isinstance(language, str):
        raise ValueError(_("its .onnx.json is not that of a Piper voice"))
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise ValueError(_("its sample rate of {rate} Hz is out of reason").format(rate=rate))
    if language.partition("-")[0] != "vi":
        raise ValueError(_("it speaks “{language}”, not Vietnamese").format(language=language))
    taken: dict[str, Any] = values
    return taken


def refuse_non_model(model: Path) -> None:
    """Look at the first bytes of `model`.

    Raises
    ------
    ValueError
        It is empty or no ONNX file; the text says why, to be put into a sentence.
    OSError
        It cannot be read.
    """
    with model.open("rb") as opened:
        beginning = opened.read(64).lstrip()
    if not beginning:
        raise ValueError(_("the file {file} is empty").format(file=model.name))
    if beginning.startswith((b"<", b"{", b"version https://git-lfs")):
        raise ValueError(_("{file} is a web page or a text, not a model").format(file=model.name))
    if not beginning.startswith(FIRST_BYTE):
        raise ValueError(_("{file} is not an ONNX model").format(file=model.name))


def read_record(folder: Path, name: str) -> InstallRecord | None:
    """Return the record of an installation, or None where the model came by hand.

    Raises
    ------
    ValueError
        It is damaged; the text says so, to be put into a sentence.
    """
    path = folder / f"{name}{RECORD_ENDING}"
    if not path.is_file():
        return None
    try:
        return InstallRecord(**json.loads(path.read_bytes()))
    except (ValueError, TypeError) as error:
        raise ValueError(_("the file {file} is damaged").format(file=path.name)) from error


def _model_hash(model: Path, record: InstallRecord | None) -> str:
    """Return the SHA-256 of `model`, from its record where nothing speaks against it."""
    seen = model.stat()
    if record is None:
        return _hashed(model, seen.st_size, seen.st_mtime_ns)
    if seen.st_size == record.size and seen.st_mtime_ns == record.modified_ns:
        return record.sha256
    if seen.st_size != record.size or _hashed(model, seen.st_size, seen.st_mtime_ns) != record.sha256:
        raise ValueError(_("{file} was changed after it was installed").format(file=model.name))
    return record.sha256


@lru_cache(maxsize=32)
def _hashed(model: Path, _size: int, _modified_ns: int) -> str:
    """Return the SHA-256 of `model`, read once as long as size and time stay."""
    return sha256_file(model)

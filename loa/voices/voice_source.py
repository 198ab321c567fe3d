"""Where a Piper voice comes from: a file, a folder or an address, named by the operator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from loa.errors import Finding, InputRefused, NotFound, VoiceFailed
from loa.language import translate as _
from loa.slug import is_slug
from loa.voices.catalogue import name_for
from loa.voices.piper_files import CONFIG_ENDING, MODEL_ENDING

PACKED = {".zip", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".7z", ".rar"}
HEX_DIGITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSource:
    """Two files that make a voice.

    Attributes
    ----------
    model, config
        Path or address of each.
    file
        Name of the model's file.
    online
        Whether they are addresses.
    """

    model: str
    config: str
    file: str
    online: bool

    def name(self, wanted: str) -> str:
        """Return what the voice is called: `wanted`, or by its file. Raises InputRefused where that is no slug."""
        name = wanted.removeprefix("piper:") or name_for(self.file)
        if is_slug(name):
            return name
        message = _("“{name}” cannot name a voice.").format(name=name)
        advice = _("Use small letters without marks, digits and hyphens: loa voices install FILE --name giong-nu")
        raise InputRefused([Finding(file="--name", message=message, advice=advice)])


def source_named(text: str) -> VoiceSource:
    """Return the two files that `text` names.

    Parameters
    ----------
    text
        A model's path, a folder with one model, or the HTTP(S) address of a model. The config of an address lies where
        ``.json`` is added to its path; what follows a question mark stays.

    Raises
    ------
    NotFound
        There are no such files.
    VoiceFailed
        The address names no model (reason ``address``).
    """
    if text.lower().startswith(("http://", "https://")):
        return _address(text)
    path = Path(text).expanduser()
    if path.is_dir():
        path = _only_model(path)
    if path.name.endswith(CONFIG_ENDING):
        path = path.with_name(path.name.removesuffix(".json"))
    if path.suffix.lower() in PACKED:
        raise NotFound(_("{path} is packed. Unpack it first, then install from the unpacked folder.").format(path=path))
    config = path.with_name(f"{path.name}.json")
    for file in (path, config):
        if not file.is_file():
            message = _("There is no file {path}. A voice is a pair: NAME.onnx and NAME.onnx.json, side by side.")
            raise NotFound(message.format(path=file))
    return VoiceSource(model=str(path), config=str(config), file=path.name, online=False)


def _only_model(folder: Path) -> Path:
    models = sorted(path for path in folder.glob(f"*{MODEL_ENDING}") if path.is_file())
    if len(models) == 1:
        return models[0]
    message = _("The folder {folder} holds no model (NAME.onnx).").format(folder=folder)
    if models:
        message = _("The folder {folder} holds several models. Name one of them: {names}").format(
            folder=folder, names=", ".join(path.name for path in models)
        )
    raise NotFound(message)


def _address(text: str) -> VoiceSource:
    try:
        parts = urlsplit(text)
    except ValueError as error:
        message = _("“{address}” is no address that can be asked. Write it as https://…/NAME.onnx.")
        raise VoiceFailed(message.format(address=text), reason="address") from error
    path = parts.path.removesuffix(".json")
    if not path.endswith(MODEL_ENDING):
        message = _("{address} is not the address of a model. Give the one whose file ends in .onnx.")
        raise VoiceFailed(message.format(address=text), reason="address")
    return VoiceSource(
        model=urlunsplit(parts._replace(path=path, fragment="")),
        config=urlunsplit(parts._replace(path=f"{path}.json", fragment="")),
        file=unquote(path.rpartition("/")[2]),
        online=True,
    )


def checked_hash(sha256: str) -> str:
    """Return `sha256` in small letters, empty where none is given. Raises InputRefused."""
    written = sha256.strip().lower()
    if written and (len(written) != HEX_DIGITS or set(written) - set("0123456789abcdef")):
        message = _("“{text}” is no SHA-256.").format(text=sha256)
        raise InputRefused([Finding(file="--sha256", message=message, advice=_("It has 64 digits from 0 to f."))])
    return written

"""Installing a voice: checked, resumed, whole or not at all, whatever line, server, disk and operator do."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from loa.clock import VirtualClock
from loa.errors import Conflict, InputRefused, LoaError, NotFound, VoiceFailed
from loa.voices import VoiceOptions, installing, voice_named
from loa.voices.catalogue import name_for, published_voices
from loa.voices.download import BLOCK_BYTES, Patience
from loa.voices.installing import InstallOrder, install, kept_bytes, remove
from loa.voices.piper_files import InstalledVoice, installed, names
from tests.voices import piper_model
from tests.voices.voice_server import Answer, VoiceServer, voice_server

CONFIG = {
    "audio": {"sample_rate": 16000},
    "espeak": {"voice": "vi"},
    "num_symbols": 256,
    "num_speakers": 1,
    "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14]},
}
MODEL = b"\x08\x08" + np.random.default_rng(4).bytes(700_000)
SHA256 = hashlib.sha256(MODEL).hexdigest()
PATIENCE = Patience(connect_s=5, read_s=5, attempts=3, sync_bytes=50_000)
PATH = "/vi/giọng nữ/vi_VN-Minh_Duc-medium.onnx"
PLACE = "/vi/gi%E1%BB%8Dng%20n%E1%BB%AF/vi_VN-Minh_Duc-medium.onnx"
NAME = "minh-duc"
KILLED_SCRIPT = """
import sys
from pathlib import Path
from loa.voices.download import BLOCK_BYTES, Patience
from loa.voices.installing import InstallOrder, install
waits = Patience(connect_s=5, read_s=30, attempts=1, sync_bytes=50_000)
install(Path(sys.argv[1]), InstallOrder(source=sys.argv[2]), trial=lambda *_: None, patience=waits)
"""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[VoiceServer]:
    with voice_server() as running:
        running.files = {PATH: MODEL, f"{PATH}.json": json.dumps(CONFIG).encode()}
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "đài xã" / "voices"


class Trials:
    """A trial that notes what it was given, and can fail."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        self.heard: list[tuple[bytes, dict[str, Any]]] = []

    def __call__(self, folder: Path, name: str) -> None:
        self.heard.append(
            ((folder / f"{name}.onnx").read_bytes(), json.loads((folder / f"{name}.onnx.json").read_bytes()))
        )
        if self.reason:
            raise VoiceFailed("it is mute", reason=self.reason)


def put(folder: Path, file: str = "vi_VN-Minh_Duc-medium.onnx", *, model: bytes = MODEL, config: Any = None) -> Path:
    """Put a voice into `folder` as it comes on a USB stick; return its model."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file
    path.write_bytes(model)
    path.with_name(f"{file}.json").write_text(json.dumps(config or CONFIG), encoding="utf-8")
    return path


def get(folder: Path, source: str, **other: Any) -> InstalledVoice:
    """Install with a trial that is content, a clock that does not wait and short patience."""
    order = {key: other.pop(key) for key in ("name", "sha256") if key in other}
    usual: dict[str, Any] = {
        "trial": Trials(),
        "clock": VirtualClock(datetime(2026, 11, 23, tzinfo=UTC)),
        "patience": PATIENCE,
    }
    return install(folder, InstallOrder(source=source, **order), **(usual | other))


def failed(folder: Path, source: str, **other: Any) -> str:
    """Return the reason why an installation fails; nothing may be listed after it."""
    with pytest.raises(VoiceFailed) as failure:
        get(folder, source, **other)
    assert not installed(folder)
    return failure.value.reason


def left(folder: Path) -> set[str]:
    """Return what lies in `folder`, but for the lock."""
    return {path.name for path in folder.rglob("*") if path.is_file() and path.name != ".install.lock"}


WHOLE = {f"{NAME}.onnx", f"{NAME}.onnx.json", f"{NAME}.record.json"}


# ------------------------------------------------------------------ from files


@pytest.mark.parametrize("what", ["model", "config", "folder"])
def test_a_voice_on_a_usb_stick_is_installed(tmp_path: Path, folder: Path, what: str) -> None:
    """The file, its config or their folder: each names the pair, with Vietnamese letters and blanks on the way."""
    model = put(tmp_path / "USB của xã")
    source = {"model": model, "config": model.with_name(f"{model.name}.json"), "folder": model.parent}[what]
    trial = Trials()
    voice = get(folder, str(source), trial=trial)
    assert (voice.name, voice.sample_rate) == (NAME, 16000)
    assert trial.heard == [(MODEL, CONFIG)]
    assert installed(folder) == [voice]
    assert left(folder) == WHOLE
    assert json.loads((folder / f"{NAME}.record.json").read_bytes())["sha256"] == SHA256


def test_progress_runs_to_the_whole(tmp_path: Path, folder: Path) -> None:
    """The bar ends where the file ends."""
    told: list[tuple[int, int | None]] = []
    get(folder, str(put(tmp_path / "usb")), on_bytes=lambda here, total: told.append((here, total)))
    assert told[-1] == (len(MODEL), len(MODEL))


def test_a_name_of_ones_own(tmp_path: Path, folder: Path) -> None:
    """The operator may call a voice as the village does, with or without “piper:”."""
    source = str(put(tmp_path / "usb"))
    assert get(folder, source, name="giong-nu").name == "giong-nu"
    assert get(folder, source, name="piper:giong-nam").name == "giong-nam"


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"name": "Giọng nữ"}, InputRefused),
        ({"name": "../x"}, InputRefused),
        ({"sha256": "abc"}, InputRefused),
        ({"sha256": "z" * 64}, InputRefused),
    ],
)
def test_what_cannot_be_a_name_or_a_hash_is_refused(
    tmp_path: Path, folder: Path, other: dict[str, str], error: type[LoaError]
) -> None:
    """A mistake on the command line is told before anything is written."""
    with pytest.raises(error):
        get(folder, str(put(tmp_path / "usb")), **other)
    assert not folder.exists()


def test_a_file_whose_name_is_no_slug_needs_a_name(tmp_path: Path, folder: Path) -> None:
    """Nothing is guessed from “Giọng Huế.onnx”."""
    with pytest.raises(InputRefused, match="--name"):
        get(folder, str(put(tmp_path / "usb", "Giọng Huế.onnx")))


def test_what_is_not_there_is_told(tmp_path: Path, folder: Path) -> None:
    """No file, no config, no model or two in the folder, a packed one: each says what to do."""
    model = put(tmp_path / "usb")
    put(tmp_path / "usb", "b.onnx")
    (tmp_path / "a.zip").write_bytes(b"PK")
    (tmp_path / "none").mkdir()
    for source in ("usb", "none", "a.zip", "not/there.onnx"):
        with pytest.raises(NotFound):
            get(folder, str(tmp_path / source))
    model.with_name(f"{model.name}.json").unlink()
    with pytest.raises(NotFound, match=r"medium\.onnx\.json"):
        get(folder, str(model))
    assert not installed(folder)


def test_a_wrong_hash_is_refused(tmp_path: Path, folder: Path) -> None:
    """A model that is not the one the operator was told of is never listed, and nothing of it stays."""
    assert failed(folder, str(put(tmp_path / "usb")), sha256="0" * 64) == "checksum"
    assert left(folder) == set()
    assert get(folder, str(tmp_path / "usb"), sha256=f" {SHA256.upper()}\n").name == NAME


@pytest.mark.parametrize("voice", published_voices(), ids=lambda voice: voice.name)
def test_a_file_with_a_public_name_must_be_the_public_model(tmp_path: Path, folder: Path, voice: Any) -> None:
    """A truncated copy of a public voice is found out without the operator knowing its hash; his own hash overrules."""
    source = str(put(tmp_path / "usb", voice.file))
    assert failed(folder, source) == "checksum"
    assert get(folder, source, sha256=SHA256).name == voice.name


@pytest.mark.parametrize(
    ("model", "config"), [(MODEL, CONFIG | {"espeak": {"voice": "en-us"}}), (b"<html>", CONFIG), (b"", CONFIG)]
)
def test_what_is_no_vietnamese_voice_is_refused(tmp_path: Path, folder: Path, model: bytes, config: Any) -> None:
    """An English voice or a saved web page never reaches a ladder."""
    assert failed(folder, str(put(tmp_path / "usb", model=model, config=config))) == "broken-model"
    assert left(folder) == set()


@pytest.mark.parametrize("reason", ["crashed", "silent", "broken-model"])
def test_a_voice_that_cannot_speak_is_not_installed(tmp_path: Path, folder: Path, reason: str) -> None:
    """It counts once it has spoken, not before."""
    assert failed(folder, str(put(tmp_path / "usb")), trial=Trials(reason)) == reason
    assert left(folder) == set()


def test_a_sound_voice_is_not_replaced_and_a_damaged_one_is(tmp_path: Path, folder: Path) -> None:
    """Nobody loses a voice by a slip; a damaged one heals by installing it anew."""
    source = str(put(tmp_path / "usb"))
    first = get(folder, source)
    with pytest.raises(Conflict, match="remove"):
        get(folder, source)
    (folder / f"{NAME}.onnx").write_bytes(MODEL[:-9])
    assert not installed(folder)
    assert get(folder, source) == first
    assert left(folder) == WHOLE


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.ENOSPC, "disk-full"), (errno.EROFS, "read-only"), (errno.EACCES, "read-only")]
)
def test_a_disk_that_refuses_is_told(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    """A full disk or a protected folder ends in a sentence; nothing half done stays."""
    source = str(put(tmp_path / "usb"))

    def refuse(*_args: object) -> None:
        raise OSError(number, "refused")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        assert failed(folder, source) == reason
    assert left(folder) == set()
    assert get(folder, source).name == NAME


def test_two_installations_at_once(tmp_path: Path, folder: Path) -> None:
    """The second is told to wait; the first is not disturbed."""
    source = str(put(tmp_path / "usb"))
    refused: list[Exception] = []

    def meanwhile(_folder: Path, _name: str) -> None:
        with pytest.raises(Conflict) as conflict:
            get(folder, source)
        with pytest.raises(NotFound):
            remove(folder, "khac")
        refused.append(conflict.value)

    assert get(folder, source, trial=meanwhile).name == NAME
    assert len(refused) == 1
    assert left(folder) == WHOLE


# ------------------------------------------------------------------ from an address


def test_an_address_is_installed(server: VoiceServer, folder: Path) -> None:
    """Config first, then the model, each asked for once; what follows a question mark goes with both."""
    voice = get(folder, f"{server.url}{PLACE}?download=true&key=a%2Fb")
    assert [one.target for one in server.received] == [
        f"{PLACE}.json?download=true&key=a%2Fb",
        f"{PLACE}?download=true&key=a%2Fb",
    ]
    assert (voice.name, (folder / f"{NAME}.onnx").read_bytes()) == (NAME, MODEL)
    assert left(folder) == WHOLE


@pytest.mark.parametrize("cuts", [1, 3])
def test_a_cut_download_goes_on(server: VoiceServer, folder: Path, cuts: int) -> None:
    """However often the line breaks, of what came no more than a block is fetched again."""
    server.plan = [Answer.CUT] * cuts
    assert get(folder, f"{server.url}{PLACE}").name == NAME
    asked = [int((one.range or "bytes=0-")[6:-1]) for one in server.asked_for_models]
    assert len(asked) == cuts + 1
    for before, after in pairwise(asked):
        came = before + (len(MODEL) - before) // 2
        assert came - BLOCK_BYTES < after <= came
    assert all(one.if_range for one in server.asked_for_models[1:])
    assert (folder / f"{NAME}.onnx").read_bytes() == MODEL


def test_the_next_command_goes_on(server: VoiceServer, folder: Path) -> None:
    """When the line stays broken, what came is kept for the same command tomorrow, and says so."""
    server.plan = [Answer.CUT, *[Answer.FAULT] * 9]
    with pytest.raises(VoiceFailed, match=r"0\.3 MB") as failure:
        get(folder, f"{server.url}{PLACE}")
    assert failure.value.reason == "download"
    assert left(folder) == {f"{NAME}.onnx", f"{NAME}.onnx.download.json"}
    kept = kept_bytes(folder, NAME)
    assert len(MODEL) // 2 - BLOCK_BYTES < kept <= len(MODEL) // 2
    assert not installed(folder)
    server.plan = []
    assert get(folder, f"{server.url}{PLACE}").name == NAME
    assert server.asked_for_models[-1].range == f"bytes={kept}-"
    assert left(folder) == WHOLE


def test_the_rests_between_attempts_grow(server: VoiceServer, folder: Path) -> None:
    """A server in trouble is not hammered."""
    clock = VirtualClock(datetime(2026, 11, 23, tzinfo=UTC))
    server.plan = [Answer.FAULT] * 9
    assert failed(folder, f"{server.url}{PLACE}", clock=clock) == "download"
    assert len(server.asked_for_models) == PATIENCE.attempts
    assert clock.monotonic() == 1 + 2


@pytest.mark.parametrize("answer", [Answer.FAULT, Answer.REDIRECT, Answer.CUT])
def test_trouble_that_passes(server: VoiceServer, folder: Path, answer: Answer) -> None:
    """An error that passes and a redirection are no reason to call anyone."""
    server.plan = [answer]
    assert get(folder, f"{server.url}{PLACE}").name == NAME


@pytest.mark.parametrize("answer", [Answer.NOTHING, Answer.STALL])
def test_a_server_that_hangs(server: VoiceServer, folder: Path, answer: Answer) -> None:
    """Every wait has an end, and after it the download goes on."""
    server.plan = [answer]
    waits = Patience(connect_s=5, read_s=0.2, attempts=2, sync_bytes=50_000)
    assert get(folder, f"{server.url}{PLACE}", patience=waits).name == NAME


@pytest.mark.parametrize("answer", [Answer.NOT_FOUND, Answer.FORBIDDEN, Answer.HTML])
def test_an_address_without_a_file(server: VoiceServer, folder: Path, answer: Answer) -> None:
    """A wrong address is told at once, and a web page is never taken for a model."""
    server.plan = [answer] * 9
    assert failed(folder, f"{server.url}{PLACE}") == "address"
    assert len(server.asked_for_models) == 1
    assert left(folder) == set()


def test_a_web_page_in_place_of_the_config(server: VoiceServer, folder: Path) -> None:
    """The model is not even asked for."""
    server.files[f"{PATH}.json"] = b"<!DOCTYPE html>"
    assert failed(folder, f"{server.url}{PLACE}") == "broken-model"
    del server.files[f"{PATH}.json"]
    assert failed(folder, f"{server.url}{PLACE}") == "address"
    assert not server.asked_for_models
    assert left(folder) == set()


@pytest.mark.parametrize("source", ["/vi/readme", "/", "/vi/model.onnx/x"])
def test_an_address_that_names_no_model(server: VoiceServer, folder: Path, source: str) -> None:
    """It is refused before anything is asked."""
    assert failed(folder, f"{server.url}{source}") == "address"
    assert not server.received


def test_a_host_that_is_not_there(folder: Path) -> None:
    """No network ends in a sentence after the attempts, a malformed address at once."""
    assert failed(folder, "http://127.0.0.1:9/a.onnx") == "download"
    assert failed(folder, "http://[/a.onnx") == "address"
    assert left(folder) == set()


def test_a_file_that_changed_between_two_parts(server: VoiceServer, folder: Path) -> None:
    """Two versions are never joined: the new one is fetched from its beginning."""
    server.plan = [Answer.CUT, *[Answer.FAULT] * 9]
    assert failed(folder, f"{server.url}{PLACE}") == "download"
    server.plan, server.files[PATH] = [], MODEL[:-2] + b"xy"
    get(folder, f"{server.url}{PLACE}")
    assert (folder / f"{NAME}.onnx").read_bytes() == server.files[PATH]


@pytest.mark.parametrize("heeds_marks", [True, False])
@pytest.mark.parametrize("length", [1000, len(MODEL) - 1000])
def test_a_file_that_became_shorter(server: VoiceServer, folder: Path, length: int, *, heeds_marks: bool) -> None:
    """What came of a longer file is thrown away, also where the server would let us go on with it."""
    server.heeds_marks = heeds_marks
    server.plan = [Answer.CUT, *[Answer.FAULT] * 9]
    assert failed(folder, f"{server.url}{PLACE}") == "download"
    server.plan, server.files[PATH] = [], MODEL[:2] + MODEL[3 : length + 1]
    get(folder, f"{server.url}{PLACE}")
    assert (folder / f"{NAME}.onnx").read_bytes() == server.files[PATH]


def test_another_address_begins_anew(server: VoiceServer, folder: Path) -> None:
    """A part from one place is never completed from another."""
    server.files["/khac/minh-duc.onnx"] = MODEL[::-1].replace(MODEL[-1:], b"\x08", 1)
    server.files["/khac/minh-duc.onnx.json"] = json.dumps(CONFIG).encode()
    server.heeds_marks = False
    server.plan = [Answer.CUT, *[Answer.FAULT] * 2]
    assert failed(folder, f"{server.url}{PLACE}") == "download"
    get(folder, f"{server.url}/khac/minh-duc.onnx")
    assert (folder / f"{NAME}.onnx").read_bytes() == server.files["/khac/minh-duc.onnx"]


def test_a_key_in_the_address_is_neither_kept_nor_needed_again(server: VoiceServer, folder: Path) -> None:
    """A signed address is new every day: the download goes on all the same, and no file holds the key."""
    server.plan = [Answer.CUT, *[Answer.FAULT] * 9]
    with pytest.raises(VoiceFailed) as failure:
        get(folder, f"{server.url}{PLACE}?key=first-secret")
    assert "secret" not in failure.value.message
    server.plan = []
    get(folder, f"{server.url}{PLACE}?key=second-secret")
    assert server.asked_for_models[-1].range is not None
    assert (folder / f"{NAME}.onnx").read_bytes() == MODEL
    assert "secret" not in (folder / f"{NAME}.record.json").read_text(encoding="utf-8")


def test_a_server_without_ranges(server: VoiceServer, folder: Path) -> None:
    """It sends the whole again, and the whole is what we have."""
    server.ranges, server.plan = False, [Answer.CUT]
    get(folder, f"{server.url}{PLACE}")
    assert (folder / f"{NAME}.onnx").read_bytes() == MODEL


def test_a_server_without_marks(server: VoiceServer, folder: Path) -> None:
    """Where a change could not be noticed, nothing is joined."""
    server.marks, server.plan = False, [Answer.CUT]
    get(folder, f"{server.url}{PLACE}")
    assert [one.range for one in server.asked_for_models] == [None, None]


def test_a_server_that_tells_no_length(server: VoiceServer, folder: Path) -> None:
    """The hash says whether the whole came."""
    server.lengths = False
    assert get(folder, f"{server.url}{PLACE}", sha256=SHA256).name == NAME


def test_a_wrong_hash_from_an_address_leaves_nothing(server: VoiceServer, folder: Path) -> None:
    """The next attempt does not go on from a model that is wrong."""
    assert failed(folder, f"{server.url}{PLACE}", sha256="1" * 64) == "checksum"
    assert left(folder) == set()


def test_a_public_voice_of_another_size_is_not_fetched(server: VoiceServer, folder: Path) -> None:
    """What is not the public voice is told before 63 MB are fetched."""
    for file in ("vi_VN-vais1000-medium.onnx", "vi_VN-vais1000-medium.onnx.json"):
        server.files[f"/{file}"] = MODEL if file.endswith("onnx") else json.dumps(CONFIG).encode()
    assert failed(folder, f"{server.url}/vi_VN-vais1000-medium.onnx") == "size"
    assert left(folder) == set()


def test_a_trial_that_fails_for_the_machine_keeps_the_download(server: VoiceServer, folder: Path) -> None:
    """63 MB are not fetched twice because Piper could not start."""
    assert failed(folder, f"{server.url}{PLACE}", trial=Trials("crashed")) == "crashed"
    assert get(folder, f"{server.url}{PLACE}").name == NAME
    assert len(server.asked_for_models) == 1


def test_a_disk_too_small_is_told_before(server: VoiceServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched that will not fit, and the ledger keeps its room."""
    free = type("Usage", (), {"free": 10_000_000})
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: free)
    assert failed(folder, f"{server.url}{PLACE}") == "disk-full"


def test_a_disk_that_fills_up(server: VoiceServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends in a sentence, and goes on once there is room."""
    real, calls = os.fsync, [0]

    def fsync(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] > 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        assert failed(folder, f"{server.url}{PLACE}") == "disk-full"
    assert get(folder, f"{server.url}{PLACE}").name == NAME
    assert (folder / f"{NAME}.onnx").read_bytes() == MODEL


def test_cancelling_keeps_the_part_and_nothing_else(server: VoiceServer, folder: Path) -> None:
    """Ctrl+C at 300 kB: the same command goes on from there."""

    def cancel(here: int, _total: int | None) -> None:
        if here > 300_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(folder, f"{server.url}{PLACE}", on_bytes=cancel)
    assert left(folder) == {f"{NAME}.onnx", f"{NAME}.onnx.download.json"}
    assert kept_bytes(folder, NAME) > 300_000
    get(folder, f"{server.url}{PLACE}")
    assert (folder / f"{NAME}.onnx").read_bytes() == MODEL
    assert server.asked_for_models[-1].range is not None


def test_cancelling_a_copy_leaves_nothing(tmp_path: Path, folder: Path) -> None:
    """What lies on the stick need not be kept in part."""

    def cancel(_here: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(folder, str(put(tmp_path / "usb")), on_bytes=cancel)
    assert left(folder) == set()


def test_kill_9_in_the_middle(server: VoiceServer, folder: Path) -> None:
    """After a power cut the download goes on from the bytes that are surely on the disk; junk after them is cut off."""
    server.plan = [Answer.STALL]
    command = [sys.executable, "-c", KILLED_SCRIPT, str(folder), f"{server.url}{PLACE}"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as process:
        assert server.half_sent.wait(30)
        until = threading.Event()
        while kept_bytes(folder, NAME) < 300_000 and process.poll() is None:
            until.wait(0.01)
        process.send_signal(signal.SIGKILL)
    kept = kept_bytes(folder, NAME)
    assert 300_000 <= kept <= len(MODEL) // 2
    part = folder / f"{NAME}.part" / f"{NAME}.onnx"
    part.write_bytes(part.read_bytes()[:kept] + b"\x00" * len(MODEL))
    assert not installed(folder)
    assert get(folder, f"{server.url}{PLACE}").name == NAME
    assert server.asked_for_models[-1].range == f"bytes={kept}-"
    assert (folder / f"{NAME}.onnx").read_bytes() == MODEL
    assert left(folder) == WHOLE


@pytest.mark.parametrize("moved", [1, 2])
def test_killed_while_the_files_move_in(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """Between any two of the three moves there is no voice yet, and the next installation completes it."""
    source, real, done = str(put(tmp_path / "usb")), Path.replace, [0]

    def replace(self: Path, target: Path) -> Path:
        if self.parent.name.endswith(".part") and Path(target).parent == folder:
            done[0] += 1
            if done[0] > moved:
                raise SystemExit(9)
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        with pytest.raises(SystemExit):
            get(folder, source)
    assert not names(folder)
    assert get(folder, source).name == NAME
    assert left(folder) == WHOLE


# ------------------------------------------------------------------ through the real Piper


def test_the_trial_takes_the_model_through_piper(tmp_path: Path, folder: Path) -> None:
    """A model that loads and speaks is installed; the trial is Piper's own, in its worker."""
    model = piper_model.install(tmp_path / "usb", "vi_VN-nho-x_low")
    voice = get(folder, str(model), trial=None)
    assert (voice.name, voice.sample_rate, voice.tones) == ("nho", piper_model.RATE, True)
    assert list(voice_named("piper:nho", VoiceOptions(piper_folder=folder)).speak(["xin chào bà con"]))


@pytest.mark.parametrize("model", [MODEL, piper_model.model()[:9000]])
def test_what_piper_cannot_load_is_not_installed(tmp_path: Path, folder: Path, model: bytes) -> None:
    """Noise that begins like a model and a truncated one are found out by loading them; nothing of them stays."""
    assert failed(folder, str(put(tmp_path / "usb", model=model, config=piper_model.config())), trial=None) in {
        "broken-model",
        "crashed",
    }
    assert left(folder) == set()


def test_a_model_that_is_mute_is_not_installed(tmp_path: Path, folder: Path) -> None:
    """Silence never counts as speech, at the trial neither."""
    silent = onnx.load_from_string(piper_model.model())
    for stored in silent.graph.initializer:
        if stored.name == "loudest":
            stored.CopyFrom(numpy_helper.from_array(np.array(0, dtype=np.float32), "loudest"))
    source = put(tmp_path / "usb", model=silent.SerializeToString(), config=piper_model.config())
    assert failed(folder, str(source), trial=None) == "silent"
    assert left(folder) == set()


# ------------------------------------------------------------------ removing, and the catalogue


def test_a_removed_voice_is_gone(tmp_path: Path, folder: Path) -> None:
    """Its files, and what a cut download left; other voices stay."""
    get(folder, str(put(tmp_path / "usb")))
    get(folder, str(tmp_path / "usb"), name="khac")
    (folder / f"{NAME}.part").mkdir()
    remove(folder, NAME)
    assert left(folder) == {"khac.onnx", "khac.onnx.json", "khac.record.json"}
    for name in (NAME, "../khac", ""):
        with pytest.raises(NotFound):
            remove(folder, name)


def test_the_catalogue_holds_together() -> None:
    """Sizes, rates and hashes have their form; every name is one that a ladder can hold; no addresses."""
    assert [voice.name for voice in published_voices()] == ["vais1000", "25hours-single", "vivos"]
    for voice in published_voices():
        assert name_for(voice.file) == voice.name
        assert 20_000_000 < voice.size < 70_000_000
        assert voice.sample_rate in {16000, 22050}
        assert len(voice.sha256) in {0, 64}
        assert voice.licence.startswith(voice.data)
    assert "non-commercial" in {voice.use for voice in published_voices() if voice.name == "vivos"}
    table = (Path(installing.__file__).parent / "data" / "piper_voices.tsv").read_text(encoding="utf-8")
    assert "://" not in table

"""The command voice: any program may speak, and none can hold the station up, fill its disk or stay behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from loa.errors import VoiceFailed
from loa.speech_settings import CommandOptions
from loa.voices import Clip
from loa.voices import command as command_module
from loa.voices.command import CommandVoice
from tests.fakes.voices import HUMMING_PROGRAM

PHRASE = "ủy ban nhân dân xã minh đức thông báo"
FILE = "--to={out}"
WRITE = """
import io, sys, wave
def write(rate=16000, seconds=2.0, height=9000):
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setparams((1, 2, rate, 0, "NONE", ""))
        frame = height.to_bytes(2, "little", signed=True) * 40 + (-height).to_bytes(2, "little", signed=True) * 40
        written.writeframes(frame * int(rate * seconds / 80))
    sys.stdout.buffer.write(out.getvalue())
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that everything here uses for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    return folder


def voice(folder: Path, text: str, *arguments: str, timeout_s: float = 60.0) -> CommandVoice:
    program = folder / "giọng nói của xã.py"
    program.write_text(text, encoding="utf-8")
    run = (sys.executable, "-I", "-S", "-X", "utf8", str(program), *arguments)
    return CommandVoice(command="xa", options=CommandOptions(run=run, timeout_s=timeout_s))


def spoken(asked: CommandVoice, *phrases: str) -> list[Clip]:
    return list(asked.speak(phrases or (PHRASE,)))


def failure_of(asked: CommandVoice, *phrases: str) -> VoiceFailed:
    with pytest.raises(VoiceFailed) as failure:
        spoken(asked, *phrases)
    return failure.value


@pytest.mark.parametrize("arguments", [(), (FILE,)], ids=["standard output", "file"])
def test_a_program_speaks_and_its_temporary_files_go(
    tmp_path: Path, temporary: Path, arguments: tuple[str, ...]
) -> None:
    """Both ways of giving a WAV work, with spaces and Vietnamese letters in the program's name."""
    clips = spoken(voice(tmp_path, HUMMING_PROGRAM, *arguments), PHRASE, "bà con")
    assert [clip.length_s for clip in clips] == [2.25, 0.5]
    assert not list(temporary.iterdir())


def test_the_phrase_comes_as_it_is(tmp_path: Path) -> None:
    """One run a phrase, UTF-8, one line, nothing added."""
    keep = "import os\nopen(sys.argv[1] + str(os.getpid()), 'wb').write(sys.stdin.buffer.read())\nwrite()"
    spoken(voice(tmp_path, WRITE + keep, str(tmp_path / "heard-")), PHRASE, "bà con\n và  các\0bạn")
    heard = {path.read_text(encoding="utf-8") for path in tmp_path.glob("heard-*")}
    assert heard == {PHRASE, "bà con và các bạn"}


def test_a_program_may_ignore_its_input(tmp_path: Path) -> None:
    """A pipe that nobody reads is no failure."""
    assert len(spoken(voice(tmp_path, WRITE + "write(seconds=200.0)"), PHRASE * 50)) == 1


@pytest.mark.parametrize("arguments", [(), (FILE,)], ids=["standard output", "file"])
def test_a_failing_program_is_quoted(tmp_path: Path, temporary: Path, arguments: tuple[str, ...]) -> None:
    """The last line of its complaints is what the operator can search for; also where it gave sound before."""
    failing = "write()\nsys.stderr.write('loading\\nno licence key\\n')\nsys.exit(3)"
    failure = failure_of(voice(tmp_path, WRITE + failing, *arguments))
    assert failure.reason == "crashed"
    assert "no licence key" in failure.message
    assert "command:xa" in failure.message
    assert not list(temporary.iterdir())


def test_a_silent_crash_tells_its_code(tmp_path: Path) -> None:
    """Nothing to quote is no empty message."""
    assert "exit 7" in failure_of(voice(tmp_path, "raise SystemExit(7)")).message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not-wav"),
        ("print('hello')", "not-wav"),
        (WRITE + "write(rate=8000)", "wrong-form"),
        (WRITE + "write(seconds=0)", "silent"),
        (WRITE + "write(height=0)", "silent"),
        (WRITE + "write(seconds=0.2)", "too-short"),
        (WRITE + "write(seconds=120)", "too-long"),
    ],
)
def test_what_is_no_speech_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """Exit code 0 is not taken for speech."""
    assert failure_of(voice(tmp_path, text)).reason == reason


def test_a_file_that_was_not_written_is_refused(tmp_path: Path) -> None:
    """The program's complaint is quoted though it says all was well."""
    failure = failure_of(voice(tmp_path, "import sys; sys.stderr.write('disk full\\n')", FILE))
    assert failure.reason == "not-wav"
    assert "disk full" in failure.message


def test_all_clips_have_one_rate(tmp_path: Path) -> None:
    """A text never changes its sound half-way."""
    changing = "write(rate=16000 if len(sys.stdin.read()) > 10 else 22050)"
    assert failure_of(voice(tmp_path, WRITE + changing), PHRASE, "bà con").reason == "wrong-form"


@pytest.mark.parametrize("arguments", [(), (FILE,)], ids=["standard output", "file"])
def test_endless_output_is_ended(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """A program gone wild fills neither memory nor disk."""
    monkeypatch.setattr(command_module, "MOST_BYTES", 300_000)
    endless = (
        "import sys\nout = open(sys.argv[1][5:], 'wb', 0) if sys.argv[1:] else sys.stdout.buffer\n"
        "while True: out.write(bytes(4096))"
    )
    assert failure_of(voice(tmp_path, endless, *arguments)).reason == "too-big"
    assert not list(temporary.iterdir())


def test_endless_complaints_do_not_matter(tmp_path: Path) -> None:
    """A program that logs megabytes is heard out and not kept in memory."""
    assert spoken(voice(tmp_path, WRITE + "sys.stderr.write('progress\\n' * 500000)\nwrite()"))


@pytest.mark.skipif(os.name == "nt", reason="on Windows they end with the text, not with the phrase")
def test_what_a_program_leaves_running_is_ended(tmp_path: Path) -> None:
    """A child in the background neither holds the voice up nor stays."""
    leaving = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait(100)'])\n"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\nwrite()"
    )
    assert spoken(voice(tmp_path, WRITE + leaving, timeout_s=20))
    state = Path("/proc") / (tmp_path / "child").read_text() / "stat"
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] in "ZX"


def test_a_program_that_is_not_there_says_so() -> None:
    """The ladder goes on, and the record tells why; asking for its identity is enough to know."""
    missing = CommandVoice(command="xa", options=CommandOptions(run=("no-such-program-of-loa",)))
    assert failure_of(missing).reason == "not-installed"
    with pytest.raises(VoiceFailed, match="no-such-program-of-loa"):
        _ = missing.identity


def test_a_program_that_cannot_be_started_says_so(tmp_path: Path) -> None:
    """A file of the wrong kind is no crash of loa."""
    wrong = tmp_path / ("wrong.exe" if os.name == "nt" else "wrong")
    wrong.write_bytes(b"\x7fELF rubbish")
    wrong.chmod(0o755)
    run = CommandVoice(command="xa", options=CommandOptions(run=(str(wrong),)))
    assert failure_of(run).reason == "not-installed"


def test_its_identity_follows_program_and_arguments(tmp_path: Path) -> None:
    """An updated program, another speaker or another model speaks everything anew; patience changes nothing."""
    first = voice(tmp_path, HUMMING_PROGRAM)
    identity = first.identity
    assert identity == voice_again(first, timeout_s=5).identity
    assert identity != voice_again(first, "--speaker=2").identity
    (tmp_path / "giọng nói của xã.py").write_text(HUMMING_PROGRAM + "#", encoding="utf-8")
    assert first.identity != identity


def voice_again(first: CommandVoice, *arguments: str, timeout_s: float = 60.0) -> CommandVoice:
    return CommandVoice(
        command=first.command, options=CommandOptions(run=(*first.options.run, *arguments), timeout_s=timeout_s)
    )

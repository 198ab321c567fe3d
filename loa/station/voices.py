"""What a station does for its voices: tell which it has, try one, and keep one that is needed from being removed."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from loa.bulletins import read_bulletins
from loa.clock import Clock
from loa.errors import Conflict, NotFound, VoiceFailed
from loa.files import write_bytes
from loa.language import translate as _
from loa.reading import Reading
from loa.settings import STATION_FILE, StationSettings
from loa.slug import is_slug
from loa.sound import AudioStore, SoundKind
from loa.station.folder import StationFolder
from loa.station.render_jobs import sound_target, voice_options
from loa.voices import KNOWN_VOICES, VoiceOptions, voice_named
from loa.voices.catalogue import PublishedVoice, name_for, published_voices
from loa.voices.installing import kept_bytes, remove
from loa.voices.piper_files import InstalledVoice, find, names
from loa.voices.plausibility import refuse_implausible

PIPER = "piper:"
ESPEAK_RATE, GTTS_RATE = 22_050, 24_000  # Hz
TRIAL_TEXT = (
    "Kính thưa bà con! Sáng thứ Hai, ngày 7 tháng 12, Ủy ban nhân dân xã tiếp nhận hồ sơ tại Bộ phận một cửa, "
    "từ 7 giờ 30 đến 11 giờ. Mời bà con mang theo căn cước công dân. Xin cảm ơn!"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceLine:
    """One voice that a station has or could have.

    Attributes
    ----------
    name
        As ``station.yaml`` names it.
    place
        Its place in the station's ladder, from 1, or None.
    ready
        Whether it could speak now, as far as can be seen without asking it to.
    installed
        Whether it is here at all; a public voice that is not yet here is only told of.
    note
        Why it is not ready, or what to know before choosing it. May be empty.
    size, sample_rate
        Bytes of its model and samples per second (Hz), or None where that says nothing.
    """

    name: str
    place: int | None
    ready: bool
    installed: bool
    note: str
    size: int | None = None
    sample_rate: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return asdict(self)


def voice_lines(folder: StationFolder, settings: StationSettings) -> Iterator[VoiceLine]:
    """Yield the ladder, then the other voices that are here, then the public ones that could be installed."""
    options = voice_options(settings, folder)
    models = names(folder.voices)
    here = (*KNOWN_VOICES, *(f"{PIPER}{name}" for name in models), *(f"command:{name}" for name in options.commands))
    for spec in dict.fromkeys((*settings.voices, *here)):
        place = settings.voices.index(spec) + 1 if spec in settings.voices else None
        yield _line(spec, place, options)
    for public in published_voices():
        if f"{PIPER}{public.name}" not in {*here, *settings.voices}:
            yield _not_installed(public, folder)


def _line(spec: str, place: int | None, options: VoiceOptions) -> VoiceLine:
    kind, _colon, name = spec.partition(":")
    line = VoiceLine(name=spec, place=place, ready=False, installed=True, note="")
    model: InstalledVoice | None = None
    try:
        if kind == "piper" and options.piper_folder is not None:
            _refuse_misnamed(name, options.piper_folder)
            model = find(options.piper_folder, name)
        _asked = voice_named(spec, options).identity
    except (VoiceFailed, NotFound) as failure:
        missing = isinstance(failure, NotFound) or failure.reason == "not-installed"
        return _changed(line, note=failure.message, installed=not missing)
    if model is not None:
        return _changed(line, ready=True, note=_note(model), size=model.size, sample_rate=model.sample_rate)
    rates = {"espeak": ESPEAK_RATE, "gtts": GTTS_RATE}
    note = _("Needs an internet connection when a bulletin is approved.") if kind == "gtts" else ""
    return _changed(line, ready=True, note=note, sample_rate=rates.get(kind))


def _changed(line: VoiceLine, **changes: Any) -> VoiceLine:
    return VoiceLine(**(asdict(line) | changes))


def _refuse_misnamed(name: str, folder: Path) -> None:
    """Tell what to do with a model that was copied here under a name that no ladder can hold."""
    if not is_slug(name) and (folder / f"{name}.onnx").is_file():
        better = name_for(f"{name}.onnx")
        message = _("Its name cannot stand in station.yaml. Rename its two files to {name}.onnx and {name}.onnx.json.")
        raise VoiceFailed(message.format(name=better if is_slug(better) else "giong-nu"), reason="name")


def _note(model: InstalledVoice) -> str:
    public = next((one for one in published_voices() if (one.name, one.size) == (model.name, model.size)), None)
    licence = model.licence or (public.licence if public else "")
    return " ".join(part for part in (licence, "" if model.tones else _toneless()) if part)


def _toneless() -> str:
    return _("It has no signs for huyền, hỏi, ngã and nặng and misreads words: listen well before choosing it.")


def _not_installed(public: PublishedVoice, folder: StationFolder) -> VoiceLine:
    parts = [public.licence] if public.tones else [public.licence, _toneless()]
    kept = kept_bytes(folder.voices, public.name)
    if kept:
        message = _("{kept:.0f} of {whole:.0f} MB are fetched; install it again to go on.")
        parts.append(message.format(kept=kept / 1e6, whole=public.size / 1e6))
    return VoiceLine(
        name=f"{PIPER}{public.name}",
        place=None,
        ready=False,
        installed=False,
        note=" ".join(parts),
        size=public.size,
        sample_rate=public.sample_rate,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTrial:
    """A sentence that a voice has spoken, and what was measured.

    Attributes
    ----------
    file
        A WAV that every player knows.
    syllables
        Words spoken.
    length_s
        Length of the finished sound in seconds, pauses counted in.
    needed_s
        How long the voice took to speak it, the loading counted in.
    voice_rate
        Samples per second that the voice gives (Hz).
    loudness_lufs, peak_dbtp
        Of the finished sound.
    """

    voice: str
    file: Path
    syllables: int
    length_s: float
    needed_s: float
    voice_rate: int
    loudness_lufs: float
    peak_dbtp: float

    @property
    def syllables_a_minute(self) -> float:
        """Speed of the speech; newsreaders speak 180 to 220 syllables a minute."""
        return 60 * self.syllables / self.length_s

    @property
    def times_real_time(self) -> float:
        """How many seconds of sound it makes in one second."""
        return self.length_s / max(self.needed_s, 0.001)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        figures = {"syllables_a_minute": self.syllables_a_minute, "times_real_time": self.times_real_time}
        return asdict(self) | {"file": str(self.file)} | {name: round(value, 2) for name, value in figures.items()}


def full_name(voice: str, options: VoiceOptions) -> str:
    """Return `voice` as ``station.yaml`` names it: an installed model may be called without ``piper:``."""
    folder = options.piper_folder
    return f"{PIPER}{voice}" if folder is not None and voice in names(folder) else voice


def trial_file(folder: StationFolder, voice: str) -> Path:
    """Return where the trial of `voice` lies where nothing else is asked for."""
    return folder.trials / f"{voice.replace(':', '-')}.wav"


def try_voice(
    voice: str, reading: Reading, to: Path | None, *, folder: StationFolder, settings: StationSettings, clock: Clock
) -> VoiceTrial:
    """Let `voice` speak, finish the sound as for the air, and write it as WAV.

    Raises
    ------
    NotFound
        There is no such voice.
    VoiceFailed
        It cannot speak.
    SoundRefused
        There is nothing to hear.
    """
    options = voice_options(settings, folder)
    spec = full_name(voice, options)
    speaker = voice_named(spec, options)
    phrases = tuple((phrase.text, phrase.pause.value) for phrase in reading.phrases)
    if not phrases:
        raise VoiceFailed(_("There are no words in this text. Write a sentence."), reason="empty")
    began = clock.monotonic()
    clips = tuple(speaker.speak([text for text, _pause in phrases]))
    needed_s = clock.monotonic() - began
    for (text, _pause), clip in zip(phrases, clips, strict=True):
        refuse_implausible(clip, text, spec)
    target = to or trial_file(folder, spec)
    with tempfile.TemporaryDirectory(prefix="loa-", ignore_cleanup_errors=True) as store:
        from loa.sound.finishing import Speech

        audio = AudioStore(Path(store)).save(
            [Speech(clips=clips, phrases=phrases)],
            target=sound_target(settings),
            key="trial",
            item=spec,
            kind=SoundKind.SPEECH,
            text_hash="",
            voice=spec,
        )
        _write_wav(audio.path, target)
    sheet = audio.cue_sheet
    return VoiceTrial(
        voice=spec,
        file=target,
        syllables=sum(len(text.split()) for text, _pause in phrases),
        length_s=round(sheet.length_s, 2),
        needed_s=round(needed_s, 2),
        voice_rate=clips[0].rate,
        loudness_lufs=sheet.loudness_lufs,
        peak_dbtp=sheet.peak_dbtp,
    )


def _write_wav(finished: Path, target: Path) -> None:
    import soundfile

    samples, rate = soundfile.read(finished, dtype="int16")
    content = io.BytesIO()  # soundfile has an error of its own for a full disk
    soundfile.write(content, samples, rate, format="WAV", subtype="PCM_16")
    write_bytes(target, content.getvalue())


def remove_voice(voice: str, folder: StationFolder, settings: StationSettings) -> str:
    """Remove an installed Piper voice that nothing names; return its name.

    Raises
    ------
    NotFound
        It is no installed Piper voice.
    Conflict
        ``station.yaml`` or a bulletin names it, or a voice is being installed.
    """
    spec = full_name(voice, voice_options(settings, folder))
    name = spec.removeprefix(PIPER)
    if spec in (*KNOWN_VOICES, *(f"command:{one}" for one in settings.command_voices)):
        raise NotFound(_("{name} is not an installed Piper voice. Take it out of station.yaml.").format(name=spec))
    using = [STATION_FILE] if f"{PIPER}{name}" in settings.voices else []
    bulletins = read_bulletins(folder.scripts, station_folder=folder.root, topics=None).bulletins.values()
    using += [f"scripts/{bulletin.name}.md" for bulletin in bulletins if f"{PIPER}{name}" in bulletin.voices]
    if using:
        message = _("The voice piper:{name} is named in {files}. Take it out of there first.")
        raise Conflict(message.format(name=name, files=", ".join(using)))
    remove(folder.voices, name)
    return name

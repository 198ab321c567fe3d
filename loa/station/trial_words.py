"""“Một, hai, ba”: a few low words to hear whether the loudspeakers sound."""

from __future__ import annotations

from dataclasses import replace

from loa.language import translate as _
from loa.settings import StationSettings
from loa.sound import AudioStore, FinishedAudio
from loa.station.emergencies import without_waiting
from loa.station.folder import StationFolder
from loa.station.lexicon_file import WayOfReading
from loa.station.render_jobs import speech_job
from loa.station.rendering import render

SOFTER_LU = 14.0
ITEM = "output-test"


def trial_words(folder: StationFolder, settings: StationSettings) -> FinishedAudio:
    """Return the words, finished 14 LU softer than a broadcast, by a voice of this machine. Raises NoVoice."""
    low = replace(settings.sound, loudness_lufs=settings.sound.loudness_lufs - SOFTER_LU)
    phrases = WayOfReading().read(_("One, two, three.")).phrases
    job = speech_job(
        ITEM,
        "",
        tuple((phrase.text, phrase.pause.value) for phrase in phrases),
        settings=replace(settings, sound=low),
        folder=folder,
    )
    return render(replace(job, ladder=without_waiting(job.ladder)), AudioStore(folder.rendered))

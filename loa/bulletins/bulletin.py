"""What a bulletin is, and the hash over what will be said."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any


class Priority(StrEnum):
    """The three classes of Circular 39/2020/TT-BTTTT: thông thường, ưu tiên, khẩn cấp."""

    NORMAL = "normal"
    PRIORITY = "priority"
    EMERGENCY = "emergency"


class Genre(StrEnum):
    """Kinds of text a station is paid and judged by."""

    NEWS = "news"
    ARTICLE = "article"
    NOTICE = "notice"
    GOOD_EXAMPLE = "good-example"
    CRITICISM = "criticism"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A bulletin spoken by a person in another language, such as S'tiêng or Khmer.

    Attributes
    ----------
    language
        Its name as the station writes it.
    recording, sha256
        Path of the audio below the station folder, and the hash of its bytes.
    """

    language: str
    recording: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Bulletin:
    """One bulletin of ``scripts/``.

    Attributes
    ----------
    name
        File name without its ending: how timetable, queue and ledger name it.
    title, topic, genre, author, priority, language
        From the front matter.
    valid_from, valid_until
        First and last local day it may air, or None.
    body
        The text as written (Markdown), without the front matter.
    body_line
        Line of the file on which the body begins, from 1.
    recording
        Path of recorded audio below the station folder, or empty: then the text is spoken by a voice.
    recording_sha256
        Hash of that file's bytes, or empty.
    translations
        The same bulletin in other languages, each a recording; heard after the text, in this order.
    voices
        A ladder of its own, best first, or empty for the station's. It is not part of what is approved.
    """

    name: str
    title: str
    topic: str
    genre: Genre
    author: str
    priority: Priority
    language: str
    valid_from: date | None
    valid_until: date | None
    body: str
    body_line: int
    recording: str
    recording_sha256: str
    translations: tuple[Translation, ...] = ()
    voices: tuple[str, ...] = ()

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 over what will be said, as 64 hex digits.

        That is the language, the text (NFC, outer blanks dropped), the recording, and those in other languages.
        """
        lines = "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", self.body).strip().split("\n"))
        said = f"{self.language}\x00{lines}\x00{self.recording_sha256}"
        said += "".join(f"\x00{other.language}\x00{other.sha256}" for other in self.translations)
        return hashlib.sha256(said.encode()).hexdigest()

    def valid_on(self, day: date) -> bool:
        """Return whether the bulletin may air on local `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "name": self.name,
            "title": self.title,
            "topic": self.topic,
            "genre": self.genre.value,
            "author": self.author,
            "priority": self.priority.value,
            "language": self.language,
            "valid_from": self.valid_from and self.valid_from.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(),
            "recording": self.recording,
            "translations": {other.language: other.recording for other in self.translations},
            "voices": list(self.voices),
            "text_hash": self.text_hash,
            "words": len(self.body.split()),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person's word that exactly this text may air.

    Attributes
    ----------
    bulletin, text_hash
        What was approved.
    person
        Who approved it.
    row
        Number of the ledger row that holds it.
    audio_sha256, audio_key
        Of the sound that was finished then, and where it is kept; empty where there was none yet.
    """

    bulletin: str
    text_hash: str
    person: str
    row: int
    audio_sha256: str = ""
    audio_key: str = ""

    def covers(self, bulletin: Bulletin) -> bool:
        """Return whether this approval is for `bulletin` as it stands: an edit voids it."""
        return self.bulletin == bulletin.name and self.text_hash == bulletin.text_hash

    def heard(self, audio_sha256: str) -> bool:
        """Return whether the sound that was approved is this one, as far as there was one."""
        return not self.audio_sha256 or self.audio_sha256 == audio_sha256

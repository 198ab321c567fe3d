"""What a person sent: taken field by field, every mistake noted with its field, all refused at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from starlette.datastructures import UploadFile

from loa.checked_yaml import date_from_text, time_from_text
from loa.errors import Finding, InputRefused
from loa.language import translate as _

LONGEST_TEXT = 200
LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, and what is wrong in them.

    Attributes
    ----------
    texts
        Plain fields, as sent.
    files
        Uploads by field name.
    """

    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def refuse(self, name: str, message: str, advice: str) -> None:
        """Note a mistake in the field `name`."""
        self.found.append(Finding(file="", field=name, message=message, advice=advice))

    def raise_if_any(self) -> None:
        """Raise InputRefused where a mistake was noted."""
        if self.found:
            raise InputRefused(self.found)

    def sent(self, name: str) -> str:
        """Return the field as it was sent, empty where it was not."""
        values = self.texts.get(name, ())
        return values[0] if values else ""

    def all_sent(self, name: str) -> Sequence[str]:
        """Return every value of a field that may come several times."""
        return self.texts.get(name, ())

    def text(self, name: str, *, most: int = LONGEST_TEXT, required: bool = False) -> str:
        """Take one line; blanks at both ends are dropped."""
        text = self.sent(name).strip()
        if "\n" in text or "\r" in text or "\x00" in text:
            self.refuse(name, _("This takes one line."), _("Write it without line breaks."))
        return self._measured(name, text, most=most, required=required)

    def lines(self, name: str, *, most: int, required: bool = False) -> str:
        """Take text of several lines; line ends become plain line breaks."""
        text = self.sent(name).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        return self._measured(name, text.strip("\n"), most=most, required=required)

    def _measured(self, name: str, text: str, *, most: int, required: bool) -> str:
        if required and not text.strip():
            self.refuse(name, _("This is empty."), _("Fill it in."))
        elif len(text) > most:
            message = _("This is too long: {length} characters.").format(length=len(text))
            self.refuse(name, message, _("Write at most {most} characters.").format(most=most))
        return text[:most]

    def choice(self, name: str, choices: Iterable[str], default: str = "") -> str:
        """Take one of `choices`, or `default` where nothing was sent."""
        known, text = list(choices), self.sent(name) or default
        if text not in known:
            self.refuse(name, _("This is none of the choices."), _("Choose one of the list."))
            return default
        return text

    def ticked(self, name: str) -> bool:
        """Return whether a box was ticked."""
        return bool(self.sent(name))

    def whole(self, name: str, *, low: int, high: int, default: int | None = None) -> int | None:
        """Take a whole number from `low` to `high`, or `default` where nothing was sent."""
        text = self.sent(name).strip()
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and low <= int(text) <= high):
            advice = _("Write a whole number from {low} to {high}.").format(low=low, high=high)
            self.refuse(name, _("This is no number that fits."), advice)
            return default
        return int(text)

    def time(self, name: str) -> time | None:
        """Take a time of day, or None where nothing was sent."""
        text = self.sent(name).strip()
        try:
            return time_from_text(text) if text else None
        except ValueError:
            self.refuse(name, _("This is no time of day."), _("Write it as 05:30."))
            return None

    def date(self, name: str) -> date | None:
        """Take a day, or None where nothing was sent."""
        text = self.sent(name).strip()
        try:
            return date_from_text(text) if text else None
        except ValueError:
            self.refuse(name, _("This is no day."), _("Write it as 23/11/2026."))
            return None

    def file(self, name: str, *, required: bool = False) -> UploadFile | None:
        """Take an upload; its name is the sender's word and names no path here."""
        upload = self.files.get(name)
        if upload is None or not upload.filename:
            if required:
                self.refuse(name, _("No file was chosen."), _("Choose a file and send it again."))
            return None
        return upload

"""What is looked for in the log: outcomes, topics, words and kinds of rows, as a person asks for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from loa.checked_yaml import choose_from
from loa.errors import Finding, InputRefused
from loa.language import translate as _
from loa.ledger import (
    AsRun,
    ManualPlay,
    Outcome,
    RowKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What broadcasts and entries are looked for; empty fields ask for nothing.

    Attributes
    ----------
    topic
        Slug: something of it was to be said.
    search
        Words in titles, notes, names and reasons, without regard to capitals; to marks only where it has some itself.
    """

    outcome: Outcome | None = None
    topic: str = ""
    search: str = ""

    @classmethod
    def asked(cls, *, outcome: str = "", topic: str = "", search: str = "", topics: Collection[str]) -> LogFilter:
        """Return the filter that a person's words ask for. Raises InputRefused where there is no such outcome or topic."""
        found = []
        if outcome and outcome not in set(Outcome):
            message = _("There is no outcome “{name}”.").format(name=outcome)
            found.append(_refused("--outcome", message, choose_from(outcome, list(Outcome))))
        if topic and topic not in topics:
            message = _("There is no topic “{name}”.").format(name=topic)
            found.append(_refused("--topic", message, choose_from(topic, sorted(topics))))
        if found:
            raise InputRefused(found)
        return cls(outcome=Outcome(outcome) if outcome else None, topic=topic, search=search)

    def takes(self, record: AsRun) -> bool:
        """Return whether a broadcast is looked for."""
        if self.outcome is not None and record.outcome is not self.outcome:
            return False
        topics = {item.topic for item in record.items} | {item.get("topic", "") for item in record.planned_items}
        if self.topic and self.topic not in topics:
            return False
        said = [record.title, record.programme, record.slot, record.outcome_text, record.reason_text]
        said += [f"{item.title} {item.item} {item.author} {item.approved_by}" for item in record.items]
        said += [f"{item.get('title', '')} {item.get('name', '')}" for item in record.planned_items]
        return found_in(self.search, " ".join(said))

    def takes_play(self, play: ManualPlay) -> bool:
        """Return whether an entry written by hand is looked for; it has no outcome."""
        if self.outcome is not None or (self.topic and self.topic not in {item.topic for item in play.items}):
            return False
        said = [play.place, play.person, play.note, play.channel_text, *(item.title for item in play.items)]
        return found_in(self.search, " ".join(said))


def kinds_asked(names: Sequence[str]) -> list[RowKind]:
    """Return the kinds of rows with these names. Raises InputRefused where there is none."""
    found = [
        _refused("--kind", _("There is no kind of row “{name}”.").format(name=name), choose_from(name, list(RowKind)))
        for name in names
        if name not in set(RowKind)
    ]
    if found:
        raise InputRefused(found)
    return [RowKind(name) for name in names]


def _refused(field: str, message: str, advice: str) -> Finding:
    return Finding(file="loa log list", field=field, message=message, advice=advice)


def found_in(words: str, text: str) -> bool:
    """Return whether each of `words` stands in `text`."""
    wanted = unicodedata.normalize("NFC", words).casefold()
    bare = _without_marks(wanted)
    text = unicodedata.normalize("NFC", text).casefold()
    if bare == wanted:
        text = _without_marks(text)
    return all(word in text for word in wanted.split())


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))

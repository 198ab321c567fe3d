"""Reading ``scripts/*.md``: Markdown below a YAML front matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from loa.bulletins.bulletin import Bulletin, Genre, Priority, Translation
from loa.checked_yaml import Fields, Findings, parse, read_text
from loa.errors import Finding
from loa.files import sha256_unless_known
from loa.language import translate as _
from loa.slug import is_slug

_FENCE = "---"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFolder:
    """What lies in ``scripts/``: the bulletins that could be read, by name, and every mistake in the others."""

    bulletins: Mapping[str, Bulletin]
    findings: tuple[Finding, ...]


def read_bulletins(folder: Path, *, station_folder: Path, topics: Collection[str] | None) -> BulletinFolder:
    """Read every ``*.md`` in `folder`, all mistakes in one pass.

    Parameters
    ----------
    folder
        The ``scripts`` folder.
    station_folder
        The station's folder: recordings and the file names in findings are relative to it.
    topics
        The topics that ``station.yaml`` knows, or None where it cannot be read: then topics are not checked.
    """
    bulletins: dict[str, Bulletin] = {}
    found: list[Finding] = []
    for path in sorted(folder.glob("*.md")):
        if path.name.startswith("."):
            continue  # an editor's lock file, or a file being written
        findings = Findings(path.relative_to(station_folder).as_posix())
        bulletin = _bulletin(path, findings, station_folder, topics)
        found += findings.found
        if bulletin is not None:
            bulletins[bulletin.name] = bulletin
    return BulletinFolder(bulletins=bulletins, findings=tuple(found))


def _bulletin(path: Path, findings: Findings, station_folder: Path, topics: Collection[str] | None) -> Bulletin | None:
    if not is_slug(path.stem):
        findings.add(
            _("The file name cannot name a bulletin."),
            _("Use small letters without marks, digits and hyphens, such as tin-tiem-chung.md."),
        )
    text = read_text(path, findings)
    return None if text is None else read_bulletin(text, path.stem, findings, station_folder, topics)


def split_bulletin(text: str) -> tuple[str, str] | None:
    """Return the front matter and the body of a bulletin's file; None where it has no front matter."""
    lines = text.split("\n")
    fences = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE]
    if len(fences) < 2 or fences[0] != 0:  # noqa: PLR2004 - an opening and a closing fence
        return None
    return "\n".join(lines[1 : fences[1]]), "\n".join(lines[fences[1] + 1 :])


def read_bulletin(
    text: str, name: str, findings: Findings, station_folder: Path, topics: Collection[str] | None
) -> Bulletin | None:
    """Return the bulletin called `name` whose file holds `text`, or None where it has mistakes: they are noted."""
    parts = split_bulletin(text)
    if parts is None:
        findings.add(
            _("The file has no front matter."),
            _("Begin it with a line “---”, the fields (title, topic, genre, author), and a line “---” again."),
            line=1,
        )
        return None
    front, body = parts
    findings.first_line = 1
    mapping = parse(front, findings)
    if mapping is None:
        return None
    fields = Fields(mapping, findings)
    recording, recording_hash = _recording(fields, "recording", fields.text("recording"), station_folder)
    bulletin = Bulletin(
        name=name,
        title=fields.text("title", required=True),
        topic=fields.text("topic", required=True)
        if topics is None
        else fields.choice("topic", topics, "", required=True),
        genre=Genre(fields.choice("genre", list(Genre), Genre.NEWS, required=True)),
        author=fields.text("author", required=True),
        priority=Priority(fields.choice("priority", list(Priority), Priority.NORMAL)),
        language=fields.text("language", "vi"),
        valid_from=fields.date("valid_from"),
        valid_until=fields.date("valid_until"),
        body=body,
        body_line=front.count("\n") + 4,
        recording=recording,
        recording_sha256=recording_hash,
        translations=_translations(fields.fields("translations"), station_folder),
        voices=tuple(text for text, _line in fields.texts("voices")),
    )
    _check_whole(bulletin, fields)
    fields.refuse_unknown()
    return None if findings.found else bulletin


def _recording(fields: Fields, name: str, recording: str, station_folder: Path) -> tuple[str, str]:
    """Return the path that field `name` holds, and the hash of that file; both empty without one."""
    if not recording:
        return "", ""
    path = (station_folder / recording).resolve()
    if not path.is_relative_to(station_folder.resolve()):
        fields.refuse(
            name,
            _("“{name}” lies outside the station folder.").format(name=recording),
            _("Copy the recording into audio/ and write its name there, such as audio/loi-chao.mp3."),
        )
        return "", ""
    try:
        return recording, sha256_unless_known(path)
    except OSError:
        fields.refuse(
            name,
            _("There is no file “{name}”.").format(name=recording),
            _("Copy the recording into audio/, or correct the name."),
        )
        return "", ""


def _translations(group: Fields | None, station_folder: Path) -> tuple[Translation, ...]:
    taken: list[Translation] = []
    if group is None:
        return ()
    for language in group.mapping.entries:
        recording, sha256 = _recording(group, language, group.text(language, required=True), station_folder)
        if recording:
            taken.append(Translation(language=language, recording=recording, sha256=sha256))
    return tuple(taken)


def _check_whole(bulletin: Bulletin, fields: Fields) -> None:
    if bulletin.valid_from and bulletin.valid_until and bulletin.valid_until < bulletin.valid_from:
        fields.refuse("valid_until", _("It ends before it begins."), _("Exchange the two dates, or correct one."))
    if not bulletin.body.strip() and not bulletin.recording:
        fields.refuse("title", _("The bulletin has no text."), _("Write the text below the second “---”."))
    if bulletin.language != "vi" and not bulletin.recording:
        fields.refuse(
            "language",
            _("No voice speaks “{language}”.").format(language=bulletin.language),
            _("Attach a recording (recording: audio/…), or write language: vi."),
        )

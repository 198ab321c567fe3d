"""A reading chosen by a person: written out in the text, or put into the station's lexicon for everywhere."""

from __future__ import annotations

from loa.checked_yaml import Findings, Scalar, parse
from loa.errors import Conflict, Finding, InputRefused
from loa.language import translate as _
from loa.ledger import Ledger
from loa.reading import Lexicon
from loa.station.edits import content_of, edit_lock, save_files
from loa.station.folder import StationFolder
from loa.station.lexicon_file import LEXICON_FILE, read_lexicon
from loa.station.yaml_edit import with_field, written


def with_reading(text: str, start: int, end: int, written_form: str, spoken: str) -> str:
    """Return `text` with the stretch that reads `written_form` written out as `spoken`.

    Raises
    ------
    Conflict
        The text was changed since the choice was offered: something else stands there now.
    """
    if text[start:end] != written_form or not written_form:
        raise Conflict(_("The text has changed since. Look at the readings again, then choose."))
    if written_form[:1].isupper() and (not text[:start].rstrip() or text[:start].rstrip()[-1] in ".!?:\n"):
        spoken = spoken[:1].upper() + spoken[1:]
    return text[:start] + spoken + text[end:]


def teach(folder: StationFolder, ledger: Ledger, written_form: str, spoken: str, *, person: str) -> None:
    """Put into ``lexicon.yaml`` how `written_form` is said at this station, everywhere.

    Raises
    ------
    InputRefused
        It cannot be an entry, or the lexicon has a mistake already; nothing is then written.
    """
    form = " ".join(written_form.split())
    try:
        Lexicon({form: spoken})
    except ValueError as error:
        raise InputRefused([Finding(file=LEXICON_FILE, field="spoken", message=str(error), advice="")]) from error
    with edit_lock(folder):
        text = content_of(folder.root / LEXICON_FILE) or ""
        entries, found = read_lexicon(folder)
        if text.strip() and found:
            raise InputRefused(found)
        value = written(spoken.strip())
        if form in dict(entries):
            text = with_field(text, [form], value)
        else:
            text = "".join([text.rstrip("\n"), "\n" if text.strip() else "", f"{written(form)}: {value}\n"])
        mapping = parse(text, Findings(LEXICON_FILE))
        node = mapping.entries.get(form, (0, None))[1] if mapping else None
        if not isinstance(node, Scalar) or node.text != spoken.strip():
            raise Conflict(_("This entry cannot be written into lexicon.yaml here. Add it in a text editor."))
        save_files(
            folder,
            ledger,
            {LEXICON_FILE: text},
            person=person,
            what=_("“{written}” is said “{spoken}” from now on").format(written=form, spoken=spoken.strip()),
        )

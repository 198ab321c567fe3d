# ruff: noqa: INP001
"""Bring the Vietnamese catalogue up to date: ``python .ci/catalogue.py`` (a developer's tool; loa never imports it).

Takes every ``_("…")`` of loa, of its templates and the words of click that an operator can meet, keeps the translations that ``loa.po``
has, drops what no code says any more, writes ``loa.po`` and ``loa.mo`` and prints what has no translation yet. The
files hold no dates, no places and no line numbers: they change only where words do.
"""

from __future__ import annotations

import ast
import io
import struct
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LOA = Path(__file__).resolve().parents[1] / "loa"
CATALOGUE = LOA / "locale" / "vi" / "LC_MESSAGES" / "loa.po"
CLICK_FILES = ("core", "decorators", "exceptions", "formatting", "parser", "types")
HEADER = """# Vietnamese for loa. Brought up to date by: python .ci/catalogue.py
msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

MessageId = str | tuple[str, str]


def said_by(source: str, functions: dict[str, int]) -> list[MessageId]:
    """Return the literal texts that `source` passes to `functions` (name to the number of texts it takes)."""
    found: list[MessageId] = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if functions[node.func.id] == 1 and len(texts) == 1:
            found.append(texts[0])
        elif len(texts) == functions[node.func.id]:
            found.append((texts[0], texts[1]))
    return found


def said_by_template(source: str) -> list[str]:
    """Return the literal texts that a template of the console passes to ``_``."""
    from jinja2 import Environment, nodes

    return [
        call.args[0].value
        for call in Environment(autoescape=True).parse(source).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and isinstance(call.args[0], nodes.Const)
    ]


def wanted() -> dict[MessageId, str]:
    """Return every text that wants a translation, with who says it: ``loa/…`` or ``click``."""
    texts: dict[MessageId, str] = {}
    for path in sorted(LOA.rglob("*.py")):
        for text in said_by(path.read_text(encoding="utf-8"), {"_": 1}):
            texts.setdefault(text, path.relative_to(LOA.parent).as_posix())
    for path in sorted(LOA.rglob("templates/*.html")):
        for text in said_by_template(path.read_text(encoding="utf-8")):
            texts.setdefault(text, path.relative_to(LOA.parent).as_posix())
    spec = find_spec("click")
    click = Path(spec.origin).parent if spec and spec.origin else LOA
    for name in CLICK_FILES:
        for text in said_by((click / f"{name}.py").read_text(encoding="utf-8"), {"_": 1, "ngettext": 2}):
            texts.setdefault(text, "click")
    return texts


def read_catalogue(path: Path = CATALOGUE) -> Any:
    """Return babel's catalogue of the committed ``loa.po``."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def compiled(catalogue: Any) -> bytes:
    """Return the bytes of ``loa.mo`` (GNU gettext's manual, "The Format of GNU MO Files"), the same at every run.

    babel's own writer puts the date and its version into the file.
    """
    head = "".join(f"{line[1:-3]}\n" for line in HEADER.splitlines() if line.endswith('\\n"'))
    texts = {b"": head.encode()}
    for message in catalogue:
        if message.id and any(message.string):
            key = message.id if isinstance(message.id, str) else "\x00".join(message.id)
            words = message.string if isinstance(message.string, str) else "\x00".join(message.string)
            texts[key.encode()] = words.encode()
    keys = sorted(texts)
    index = struct.calcsize("<7I")
    place = index + 16 * len(keys)
    tables, strings = b"", b""
    for column in (keys, [texts[key] for key in keys]):
        for text in column:
            tables += struct.pack("<2I", len(text), place + len(strings))
            strings += text + b"\x00"
    return struct.pack("<7I", 0x950412DE, 0, len(keys), index, index + 8 * len(keys), 0, 0) + tables + strings


def written(old: Any) -> bytes:
    """Return the bytes of ``loa.po``: what is wanted now, in the words of `old`, sorted."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    new = Catalog(locale="vi", charset="utf-8")
    for text, sayer in wanted().items():
        message = old.get(text if isinstance(text, str) else text[0])
        words = message.string if message and message.id == text else ""
        new.add(text, words if isinstance(text, str) or words else ("",), auto_comments=[sayer])
    out = io.BytesIO()
    write_po(out, new, omit_header=True, no_location=True, sort_output=True, width=100)
    return HEADER.encode() + out.getvalue()


def main() -> int:
    """Write both files; return how many texts have no translation."""
    CATALOGUE.write_bytes(written(read_catalogue()))
    catalogue = read_catalogue()
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(catalogue))
    missing = [message.id for message in catalogue if message.id and not any(message.string)]
    for text in missing:
        sys.stdout.write(f"{text!r}\n")
    return len(missing)


if __name__ == "__main__":
    sys.exit(min(main(), 1))

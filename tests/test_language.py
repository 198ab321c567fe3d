"""Every word an operator reads is Vietnamese: the catalogue is whole, true to the code, and compiled."""

from __future__ import annotations

import importlib.util
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from loa.cli import COMMANDS
from loa.cli import loa as command_line

ROOT = Path(__file__).parents[1]
UPDATE = "Type: python .ci/catalogue.py and translate what it prints, in loa/locale/vi/LC_MESSAGES/loa.po."


def catalogue_tool() -> Any:
    """Return the developer's tool that keeps the catalogue, which says what is to be translated."""
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / ".ci" / "catalogue.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = catalogue_tool()


@pytest.fixture(scope="module")
def catalogue() -> Any:
    return TOOL.read_catalogue()


def places(text: str) -> set[str]:
    """Return the places for values in a text, with how the value is shown."""
    braces = {
        f"{name}!{how}:{spec}" if how or spec else name
        for _, name, spec, how in string.Formatter().parse(text)
        if name is not None
    }
    return braces | set(re.findall(r"%\(\w+\)\w", text))


def leaves(group: click.Group, path: str = "loa") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from leaves(command, f"{path} {name}")


def said(*arguments: str, **environment: str) -> str:
    """Return all that `loa` with `arguments` shows in an otherwise bare environment."""
    env = {name: value for name, value in os.environ.items() if name not in {"LOA_LANGUAGE", "LANGUAGE"}}
    env |= {"PYTHONPATH": str(ROOT), "LC_ALL": "C"} | environment
    program = [sys.executable, "-m", "loa", *arguments]
    done = subprocess.run(program, env=env, capture_output=True, check=False, timeout=60)
    return (done.stdout + done.stderr).decode()


def test_every_text_in_the_code_is_translated(catalogue: Any) -> None:
    """No sentence of loa, and none of click's that an operator can meet, shows in English."""
    bare = [text for text in TOOL.wanted() if not (found := catalogue.get(text)) or not any(found.string)]
    assert not bare, UPDATE


def test_no_text_is_built_before_it_is_translated() -> None:
    """Each ``_()`` takes one literal: a text put together first is never found in the catalogue."""
    code = re.compile(r"(?<!\w)_\(\s*f[\"']")
    assert [path for path in (ROOT / "loa").rglob("*.py") if code.search(path.read_text(encoding="utf-8"))] == []


def test_no_translation_is_guessed_or_left_over(catalogue: Any) -> None:
    """A fuzzy entry is somebody's guess; an entry that no code says any more is dust."""
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert {message.id for message in catalogue if message.id} - set(TOOL.wanted()) == set(), UPDATE
    assert not catalogue.obsolete


def test_translations_keep_the_places_for_values(catalogue: Any) -> None:
    """What is filled in after translation finds the same places: none lost, none misspelled."""
    wrong: list[Any] = []
    for message in catalogue:
        if isinstance(message.id, str) and message.id and places(message.id) != places(message.string):
            wrong.append(message.id)
        elif isinstance(message.id, tuple):
            known = places(message.id[0]) | places(message.id[1])
            wrong += [message.id for words in message.string if not places(words) <= known]
    assert not wrong


def test_translations_keep_lines_and_outer_blanks(catalogue: Any) -> None:
    """Texts that are joined to others keep the blanks and line breaks they begin and end with."""
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            for text in (message.id, message.string):
                assert (text[0] in " \n") == (message.id[0] in " \n"), message.id
                assert (text[-1] in " \n") == (message.id[-1] in " \n"), message.id
            assert message.id.count("\n") == message.string.count("\n"), message.id


def test_mo_is_what_the_po_compiles_to(catalogue: Any) -> None:
    """The compiled catalogue that the program reads was not forgotten."""
    assert TOOL.CATALOGUE.with_suffix(".mo").read_bytes() == TOOL.compiled(catalogue), UPDATE


def test_catalogue_file_is_as_the_tool_writes_it(catalogue: Any) -> None:
    """Sorted, without dates, places and line numbers: the file changes only where words do."""
    assert TOOL.CATALOGUE.read_bytes() == TOOL.written(catalogue), UPDATE


@pytest.mark.parametrize(("path", "command"), [pytest.param(p, c, id=p) for p, c in leaves(command_line)])
def test_help_is_translated(path: str, command: click.Command, catalogue: Any) -> None:
    """Each command, argument and option has a help text, and it is a translation, not the source string."""
    english = {message.id for message in catalogue if message.id}
    texts = [command.help, command.get_short_help_str(limit=1000)]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            texts += [parameter.help, *([] if parameter.is_flag else [parameter.metavar])]
        elif parameter.metavar != "ID":
            texts.append(parameter.metavar)
    assert all(texts), f"{path} lacks a help text or metavar"
    assert [text for text in texts if text in english] == [], path


def test_vietnamese_is_the_default() -> None:
    """With no language set, or a foreign system, the operator reads Vietnamese; developers may ask for English."""
    page = said("--help")
    assert "Giữ cho đài truyền thanh xã luôn phát sóng." in page
    for words in ("Cách dùng:", "Tùy chọn:", "Lệnh:", "Xem lời hướng dẫn này rồi thoát."):
        assert words in page
    assert "duyệt bản tin" in said("--help", LOA_LANGUAGE="", LANG="de_DE.UTF-8")
    assert "Keeps a commune's loudspeaker station on the air." in said("--help", LOA_LANGUAGE="en")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("plan --frm 2026-11-23", "Lỗi: Không có tùy chọn: --frm (Có thể là: --from)"),
        ("plan --from hom-nay", "Lỗi: Giá trị sai ở '--from': Hãy viết ngày"),
        ("approve", "Lỗi: Thiếu 'BẢN-TIN…'."),
        ("approve di-doi", "Lỗi: Thiếu tùy chọn '--by'."),
        ("rehearse --days 900", "Lỗi: Giá trị sai ở '--days': 900 không nằm trong khoảng"),
        ("queue ad", "Lỗi: Không có lệnh 'ad'."),
        ("read a b", "Lỗi: Thừa chữ trong lệnh: b"),
        ("chek", "“check”"),
        ("plan --frm", "Gõ “loa plan -h” để xem hướng dẫn."),
    ],
)
def test_refusals_of_the_command_line_are_vietnamese(arguments: str, words: str) -> None:
    """A mistyped command is answered in Vietnamese too: click's own sentences come from the same catalogue."""
    assert words in said(*arguments.split())


def test_modules_of_all_commands_speak_through_the_catalogue() -> None:
    """Each file of the command line translates what it shows."""
    for name in set(COMMANDS.values()):
        assert hasattr(import_module(f"loa.cli.{name}"), "_"), name

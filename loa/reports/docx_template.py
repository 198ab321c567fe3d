"""The Word template of the report: the one that is shipped, or the office's own, checked before it is filled."""

from __future__ import annotations

import difflib
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from loa.errors import Finding, InputRefused
from loa.language import translate as _

_SHOWN = 120
_WORD_MARKS = re.compile(r"\{\{(?:p|tr|tc|r) ")
SHIPPED = Path(__file__).with_name("templates") / "bao-cao.docx"


def filled(template: Path, values: Mapping[str, Any]) -> DocxTemplate:
    """Return `template` with its placeholders filled.

    Parameters
    ----------
    values
        By placeholder.

    Raises
    ------
    InputRefused
        It is no Word document, it has placeholders that nothing fills, or one that is written wrongly; each is named.
    """
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(str(template))
        unknown = sorted(_names(document, environment) - set(values))
        if unknown:
            raise InputRefused(_unknown(name, values, template) for name in unknown)
        document.render(dict(values), environment)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError) as error:
        message = _("It is no Word document (.docx) that can be read ({error}).").format(error=error)
        advice = _("Save it as .docx, or get a new one: loa report --template-out FILE")
        raise _refused(template, message, advice) from error
    except TemplateSyntaxError as error:
        raise InputRefused(_written_wrongly(template, environment, error)) from error
    except (TemplateError, ArithmeticError, IndexError, TypeError, ValueError) as error:
        message = _("A placeholder cannot be filled ({error}).").format(error=error)
        raise refused(template, message) from error
    return document


def _advice() -> str:
    return _(
        "Write placeholders as in the standard template (loa report --template-out FILE), with {{ and }} in pairs."
    )


def _written_wrongly(
    template: Path, environment: SandboxedEnvironment, error: TemplateSyntaxError
) -> Iterator[Finding]:
    """Yield a finding for each paragraph whose placeholders cannot be read; for all with conditions where each can."""
    texts = [text for text in _paragraphs(docx.Document(str(template))) if "{" in text or "}" in text]
    wrong = [text for text in texts if not _is_readable(text, environment)]
    for text in wrong or [text for text in texts if "{%" in text] or [""]:
        yield Finding(
            file=template.name,
            message=_("A placeholder is written wrongly in “{text}” ({error}).").format(
                text=text.strip()[:_SHOWN], error=error.message
            ),
            advice=_advice(),
        )


def _paragraphs(document: WordDocument) -> Iterator[str]:
    """Yield the text of every paragraph, those of tables and headers too."""
    frames = [
        frame
        for section in document.sections
        for frame in (section.header, section.first_page_header, section.footer, section.first_page_footer)
    ]
    roots = [document.element.body, *(frame._element for frame in frames)]  # noqa: SLF001 - python-docx shows no cells
    for root in roots:
        for paragraph in root.iter(qn("w:p")):
            yield "".join(run.text or "" for run in paragraph.iter(qn("w:t")))


def _is_readable(text: str, environment: SandboxedEnvironment) -> bool:
    """Return whether the placeholders of one paragraph can be read by themselves; conditions may go on elsewhere."""
    if any(text.count(begin) != text.count(end) for begin, end in (("{{", "}}"), ("{%", "%}"))):
        return False
    if "{%" in text:
        return True
    try:
        environment.parse(_WORD_MARKS.sub("{{ ", text))
    except TemplateSyntaxError:
        return False
    return True


def _names(document: DocxTemplate, environment: SandboxedEnvironment) -> set[str]:
    """Return every name that the template wants filled."""
    return set(document.get_undeclared_template_variables(environment))


def _unknown(name: str, values: Iterable[str], template: Path) -> Finding:
    near = difflib.get_close_matches(name, list(values), n=1)
    advice = _("Did you mean “{near}”?").format(near=near[0]) if near else ""
    known = _("The placeholders are: {names}.").format(names=", ".join(sorted(values)))
    return Finding(
        file=template.name,
        field=name,
        message=_("Nothing fills the placeholder “{name}”.").format(name=name),
        advice=f"{advice} {known}".strip(),
    )


def refused(template: Path, message: str) -> InputRefused:
    """Return the refusal of a template, with what to do."""
    return _refused(template, message, _advice())


def _refused(template: Path, message: str, advice: str) -> InputRefused:
    return InputRefused([Finding(file=template.name, message=message, advice=advice)])

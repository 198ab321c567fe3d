"""The Word template of the report: the one that is shipped, or the office's own, checked before it is filled."""

from __future__ import annotations

import difflib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from loa.errors import Finding, InputRefused
from loa.language import translate as _

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
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        message = _("It is no Word document (.docx) that can be read ({error}).").format(error=error)
        raise _refused(
            template, message, _("Save it as .docx, or get a new one: loa report --template-out FILE")
        ) from error
    except TemplateSyntaxError as error:
        context = " ".join(" ".join(getattr(error, "docx_context", ())).split())
        message = _("A placeholder is written wrongly near “{text}” ({error}).").format(
            text=context[-160:], error=error.message
        )
        raise _refused(template, message, _PAIRS()) from error
    except TemplateError as error:
        message = _("A placeholder cannot be filled ({error}).").format(error=error.message)
        raise _refused(template, message, _PAIRS()) from error
    return document


def _PAIRS() -> str:  # noqa: N802 - a sentence said in three places, translated when it is said
    return _(
        "Write placeholders as in the standard template (loa report --template-out FILE), with {{ and }} in pairs."
    )


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
    return _refused(template, message, _PAIRS())


def _refused(template: Path, message: str, advice: str) -> InputRefused:
    return InputRefused([Finding(file=template.name, message=message, advice=advice)])

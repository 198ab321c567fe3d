"""The language of everything an operator reads.

Source strings are English and stand in the code as ``_("...")``; the Vietnamese catalogue lies in
``loa/locale/vi/LC_MESSAGES/loa.po`` (and compiled ``loa.mo``). Vietnamese is the default; ``LOA_LANGUAGE=en``
shows the source strings, for developers.

A sentence with values uses named places, filled in after translation::

    _("No bulletin is named {name}.").format(name=name)
"""

from __future__ import annotations

import gettext as _gettext
import os
from functools import cache
from pathlib import Path

_LOCALE_DIR = Path(__file__).with_name("locale")
_DOMAIN = "loa"


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation(_DOMAIN, _LOCALE_DIR, languages=[language], fallback=True)


def current() -> str:
    """Return the language code that screens and reports are in: ``vi`` unless ``LOA_LANGUAGE`` says otherwise."""
    return os.environ.get("LOA_LANGUAGE") or "vi"


def translate(message: str) -> str:
    """Return `message` in the operator's language, or `message` itself where the catalogue lacks it.

    Parameters
    ----------
    message
        An English source string, as written in the code.
    """
    return _catalogue(current()).gettext(message)


def speak_click() -> None:
    """Let click's own words (Usage, Options, error sentences) come from the same catalogue."""
    _gettext.bindtextdomain(_DOMAIN, str(_LOCALE_DIR))
    _gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = current()

"""What genres, priorities and kinds of ledger rows are called on the pages."""

from __future__ import annotations

from loa.language import translate as _


def genre_words() -> dict[str, str]:
    """Return what each genre is called."""
    return {
        "notice": _("Notice"),
        "news": _("News"),
        "article": _("Article"),
        "good-example": _("Good example"),
        "criticism": _("Criticism"),
        "answer": _("Answer to citizens"),
    }


def priority_words() -> dict[str, str]:
    """Return what each priority is called: Circular 39/2020/TT-BTTTT."""
    return {"normal": _("Normal"), "priority": _("Priority"), "emergency": _("Emergency (airs only as such)")}


def judgement_words() -> dict[str, str]:
    """Return what was said or done about a bulletin."""
    return {
        "approved": _("approved"),
        "withdrawn": _("approval withdrawn"),
        "returned": _("returned"),
        "edited": _("edited"),
    }

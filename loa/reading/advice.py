"""What an editor is told where the writing does not decide the reading."""

from __future__ import annotations

from enum import StrEnum

from loa.language import translate as _


class Advice(StrEnum):
    """Why a reading is in doubt."""

    ABBREVIATION = "abbreviation"
    UNKNOWN_ABBREVIATION = "unknown abbreviation"
    DATE_OR_FRACTION = "date or fraction"
    DECIMAL_OR_GROUPS = "decimal or groups"
    DECIMAL_OR_LIST = "decimal or list"
    POINT = "point"
    SPACED_GROUPS = "spaced groups"
    DATE_OR_RANGE = "date or range"
    RANGE_OR_SCORE = "range or score"
    NUMBER_OR_CODE = "number or code"
    ROMAN_OR_LETTER = "roman or letter"
    MINUS = "minus"
    HOUR_OR_GRAM = "hour or gram"
    SIGN = "sign"
    OTHER_SCRIPT = "other script"
    CONTROL = "control"
    IMPOSSIBLE_DATE = "impossible date"


def sentence(advice: Advice) -> str:
    """Return what to write instead, in the operator's language."""
    return {
        Advice.ABBREVIATION: _("This abbreviation has several meanings. Write it in full."),
        Advice.UNKNOWN_ABBREVIATION: _(
            "This abbreviation is not known and is spelled out. Write it in full, or add it to the station lexicon."
        ),
        Advice.DATE_OR_FRACTION: _(
            "This can be a date or a fraction. Write “ngày” before a date, or write it in words."
        ),
        Advice.DECIMAL_OR_GROUPS: _(
            "The comma can be a decimal comma or part of a large number. Group thousands with dots: 1.000."
        ),
        Advice.DECIMAL_OR_LIST: _(
            "The comma can be a decimal comma or part of a list. Write “và” between the numbers of a list."
        ),
        Advice.POINT: _("The dot between these figures can be read in several ways. Write decimals with a comma."),
        Advice.SPACED_GROUPS: _("These figures are read as one large number. Group thousands with dots: 300.000."),
        Advice.DATE_OR_RANGE: _(
            "This can be a date or a range of days. Write a date with a slash, a range with “đến”."
        ),
        Advice.RANGE_OR_SCORE: _("This can be a range or a score. Write “đến” for a range, or “tỉ số” before a score."),
        Advice.NUMBER_OR_CODE: _(
            "This long number is read as a quantity. Write “số điện thoại”, “mã số” or “số tài khoản” before it "
            "to hear it figure by figure."
        ),
        Advice.ROMAN_OR_LETTER: _("This can be a Roman numeral or a letter. Write the number in figures."),
        Advice.MINUS: _("This can be a minus or a dash. Write “âm” or “trừ” for a minus."),
        Advice.HOUR_OR_GRAM: _("This can be hours or grams. Write “giờ” or “gam”."),
        Advice.SIGN: _("This sign is not read aloud. Write in words what listeners are to hear."),
        Advice.OTHER_SCRIPT: _("This is not Vietnamese script and is left out. Write it in Vietnamese letters."),
        Advice.CONTROL: _("An invisible control character stands here. Delete it and write the words again."),
        Advice.IMPOSSIBLE_DATE: _("This looks like a date, but no such day exists. Check the figures."),
    }[advice]

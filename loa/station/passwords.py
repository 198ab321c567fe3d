"""Passwords: kept as argon2id, compared in the same time whether the account exists or not."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from loa.language import translate as _

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
TOO_COMMON = ("1234567890", "0123456789", "matkhau", "password", "qwertyuiop", "truyenthanh", "abcdefghij", "123456")
_ONE_AT_A_TIME = threading.Semaphore(1)  # each takes 19 MB: a flood of sign-ins must not take the station's memory


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # OWASP's Password Storage Cheat Sheet, the smallest it allows: an old PC answers within a second
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


def password_hash(password: str) -> str:
    """Return the argon2id hash of `password`, with its salt and costs."""
    with _ONE_AT_A_TIME:
        return _hasher().hash(password)


def password_is(password: str, kept: str | None) -> bool:
    """Return whether `password` is the one of the hash `kept`; None takes as long and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _ONE_AT_A_TIME:
        try:
            _hasher().verify(kept or _nobodys(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def password_fault(password: str, login: str) -> tuple[str, str] | None:
    """Return why `password` will not do, and what to choose instead, or None where it will."""
    advice = _("Take four or five words that only you put together; blanks are allowed.")
    if not SHORTEST <= len(password) <= LONGEST:
        message = _("The password must have {least} characters or more.").format(least=SHORTEST)
        return message, advice
    plain = "".join(password.lower().split())
    if login and len(plain.replace(login, "")) < SHORTEST // 2:
        return _("The password is hardly more than the name to sign in with."), advice
    for word in TOO_COMMON:
        plain = plain.replace(word, "")
    if len(set(plain)) < SHORTEST // 2:
        return _("Too many people have this password."), advice
    return None

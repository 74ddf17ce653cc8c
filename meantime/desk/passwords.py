"""Passwords of staff: hashed with argon2, chosen by themselves, and not guessable from their name."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash

FEWEST_CHARACTERS = 10
MOST_CHARACTERS = 200
"""More would only make hashing slow."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No two characters that look alike: a first password is read off a screen."""


class WeakPassword(ValueError):
    """A password that will not do; the message says why, and what would."""


@lru_cache
def hasher() -> PasswordHash:
    return PasswordHash.recommended()


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A password to begin with, and its hash: made before a transaction begins, since hashing is slow by design."""

    text: str
    hash: str


def first_password() -> FirstPassword:
    """Make one. It takes a while."""
    text = random_password()
    return FirstPassword(text, hash_of(text))


def random_password() -> str:
    """Return four groups of four characters, 79 random bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def hash_of(password: str) -> str:
    return hasher().hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Return whether ``password`` is the one; it takes as long where there is no account at all (None)."""
    found = hasher().verify(password[:MOST_CHARACTERS], password_hash or _hash_of_nothing())
    return found and password_hash is not None


async def aside[*Given, Result](work: Callable[[*Given], Result], *given: *Given) -> Result:
    """Run what hashes in a thread, few at a time: each takes memory and a core by design, and while it is at work
    nobody waits for the database."""
    return await to_thread.run_sync(work, *given, limiter=_few())


def require_good(password: str, name: str) -> None:
    """Raise WeakPassword unless it is long enough, and not made of the name or of one character."""
    if len(password) < FEWEST_CHARACTERS:
        raise WeakPassword(f"A password needs {FEWEST_CHARACTERS} characters or more. A short sentence is fine.")
    if len(password) > MOST_CHARACTERS:
        raise WeakPassword(f"A password can have {MOST_CHARACTERS} characters at most.")
    plain = password.casefold()
    if name.casefold() in plain and len(plain) - len(name) < FEWEST_CHARACTERS // 2:
        raise WeakPassword("A password should not be made of your name. A short sentence is fine.")
    if len(set(plain)) < FEWEST_CHARACTERS // 2:
        raise WeakPassword("This password repeats itself. A short sentence is fine.")


@lru_cache
def _few() -> CapacityLimiter:
    return CapacityLimiter(2)


@lru_cache
def _hash_of_nothing() -> str:
    return hash_of(secrets.token_urlsafe())

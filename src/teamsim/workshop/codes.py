"""Codes that are read aloud and typed, secrets that are not, and how bad ones are slowed down."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["ALPHABET", "LENGTH", "fingerprint", "new_code", "new_key", "tidy", "wait_after"]

ALPHABET = "BCDFGHJKMNPQRSTVWXZ23456789"
"""No vowels, so no words; nothing that looks like something else."""
LENGTH = 6
FREE_TRIES = 5
"""So often one may mistype before one has to wait."""
WINDOW_SECONDS = 900.0
LONGEST_WAIT = 300.0


def new_code() -> str:
    """Return a code of a session or a seat: one of 387 million.

    Examples
    --------
    >>> len(new_code()) == LENGTH and set(new_code()) <= set(ALPHABET)
    True
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def tidy(given: str) -> str:
    """Return a typed code as it is meant, or an empty text if it cannot be one.

    Examples
    --------
    >>> tidy(" k7m-2qp ")
    'K7M2QP'
    >>> tidy("../../etc")
    ''
    """
    code = "".join(str(given)[:40].split()).replace("-", "").upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def new_key() -> str:
    """Return a secret that nobody guesses, for a machine to keep."""
    return secrets.token_urlsafe(24)


def fingerprint(secret: str) -> str:
    """Return what is stored of a secret.

    Examples
    --------
    >>> len(fingerprint("K7M2QP"))
    64
    """
    return hashlib.sha256(f"teamsim {secret}".encode()).hexdigest()


def wait_after(tries: int, last: float, now: float) -> float:
    """Return how many seconds somebody has to wait after so many bad codes, the last of them just then.

    Examples
    --------
    >>> [wait_after(tries, last=0.0, now=0.0) for tries in (4, 5, 8, 40)]
    [0.0, 2.0, 16.0, 300.0]
    >>> wait_after(8, last=0.0, now=10.0)
    6.0
    """
    if tries < FREE_TRIES:
        return 0.0
    return max(0.0, last + min(LONGEST_WAIT, 2.0 ** min(tries - FREE_TRIES + 1, 16)) - now)

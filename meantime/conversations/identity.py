"""What the shop's own sign-in vouches for: a customer id in a short-lived JWT that only the shop can sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from meantime.db import now

LONGEST_LIFE = timedelta(hours=24)
CLOCK_DRIFT = timedelta(seconds=30)
LONGEST_SUBJECT = 100


class BadIdentity(Exception):
    """A JWT that proves nothing: forged, expired, too long-lived, or of another algorithm."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The customer the shop says this is, until ``expires_at``."""

    customer_id: str
    expires_at: datetime


def verify_identity(token: str, secret: str | None) -> Identity:
    """Return who the shop says this is. Raises BadIdentity, also where the shop has set no secret."""
    if secret is None:
        raise BadIdentity("no IDENTITY_JWT_SECRET is set")
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={"require": ["exp", "sub"], "verify_aud": False},
        )
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (jwt.PyJWTError, ValueError, OverflowError, OSError) as error:
        raise BadIdentity(type(error).__name__) from error
    customer_id = claims["sub"]
    if not customer_id or len(customer_id) > LONGEST_SUBJECT:
        raise BadIdentity("sub is empty or too long")
    if expires_at > now() + LONGEST_LIFE + CLOCK_DRIFT:
        raise BadIdentity("exp is more than 24 hours ahead")
    return Identity(customer_id, expires_at)

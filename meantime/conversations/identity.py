"""What the shop's own sign-in vouches for: a customer id in a short-lived JWT that only the shop can sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt

from meantime.db import now

LONGEST_LIFE = timedelta(hours=24)
CLOCK_DRIFT = timedelta(seconds=30)
LONGEST_SUBJECT = 100


class Reason(StrEnum):
    """Why a JWT proves nothing, as whoever made it is told. What is not signed by the shop is told no more."""

    NOT_SET_UP = "not_set_up"
    WRONG_SIGNATURE = "wrong_signature"
    EXPIRED = "expired"
    LIVES_TOO_LONG = "lives_too_long"
    MALFORMED = "malformed"


class BadIdentity(Exception):
    """A JWT that proves nothing: forged, expired, too long-lived, or of another algorithm."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """The customer the shop says this is, until ``expires_at``."""

    customer_id: str
    expires_at: datetime


def verify_identity(token: str, secret: str | None) -> Identity:
    """Return who the shop says this is. Raises BadIdentity, also where the shop has set no secret."""
    if secret is None:
        raise BadIdentity(Reason.NOT_SET_UP)
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={"require": ["exp", "sub"], "verify_aud": False},
        )
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    except jwt.InvalidSignatureError as error:
        raise BadIdentity(Reason.WRONG_SIGNATURE) from error
    except jwt.ExpiredSignatureError as error:
        raise BadIdentity(Reason.EXPIRED) from error
    except (jwt.PyJWTError, ValueError, OverflowError, OSError) as error:
        raise BadIdentity(Reason.MALFORMED) from error
    customer_id = claims["sub"]
    if not customer_id or len(customer_id) > LONGEST_SUBJECT:
        raise BadIdentity(Reason.MALFORMED)
    if expires_at > now() + LONGEST_LIFE + CLOCK_DRIFT:
        raise BadIdentity(Reason.LIVES_TOO_LONG)
    return Identity(customer_id, expires_at)

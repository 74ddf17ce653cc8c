"""Keys to the HTTP API: made once, shown once, kept as a digest, checked on every call."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Annotated, Literal, get_args

from fastapi import HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.feeds.tables import ApiKey

type Scope = Literal["read", "write"]
"""What a key may do; who may write may read."""

SCOPES: tuple[Scope, ...] = get_args(Scope.__value__)
LONGEST_NAME = 100
SECRET_BYTES = 32

bearer = HTTPBearer(auto_error=False, description="A key made by `meantime keys add NAME --scope read|write`.")


class BadKeyName(ValueError):
    """The name of a key is empty, too long, or taken; the message says which."""


class UnknownKey(LookupError):
    """No key has this name; the message says so."""


def add_key(session: Session, name: str, scope: Scope) -> str:
    """Make a key and return its secret, which cannot be shown again. Raises BadKeyName."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadKeyName(f"the name of a key has 1 to {LONGEST_NAME} characters")
    if scope not in SCOPES:
        raise ValueError(f"{scope!r} is not a scope; use {' or '.join(SCOPES)}")
    if session.scalar(select(ApiKey.id).where(ApiKey.name == name)) is not None:
        raise BadKeyName(f"there is a key named {name!r} already")
    secret = "mt_" + secrets.token_urlsafe(SECRET_BYTES)
    session.add(ApiKey(name=name, digest=_digest(secret), scope=scope))
    session.flush()
    return secret


def list_keys(session: Session) -> list[ApiKey]:
    """Return all keys, the revoked ones too, by name."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.name)))


def revoke_key(session: Session, name: str) -> None:
    """Let the key open nothing any more. Raises UnknownKey."""
    key = session.scalar(select(ApiKey).where(ApiKey.name == name))
    if key is None:
        raise UnknownKey(f"there is no key named {name!r}")
    key.revoked_at = key.revoked_at or now()


def require(scope: Scope) -> Callable[..., ApiKey]:
    """Return a FastAPI dependency that lets in who brings a key with ``scope``."""

    def holder(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
    ) -> ApiKey:
        if credentials is None:
            raise HTTPException(401, "Bring a key: Authorization: Bearer mt_…", {"WWW-Authenticate": "Bearer"})
        with request.app.state.database.reading() as session:
            key: ApiKey | None = session.scalar(
                select(ApiKey).where(ApiKey.digest == _digest(credentials.credentials), ApiKey.revoked_at.is_(None))
            )
        if key is None:
            raise HTTPException(
                401, "This key is unknown or revoked.", {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            )
        if scope == "write" and key.scope != "write":
            raise HTTPException(
                403, "This key may only read.", {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="write"'}
            )
        return key

    return holder


def _digest(secret: str) -> str:
    # The secret has 256 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode()).hexdigest()

"""Opening conversations as a shop's page does: who is signed in, with which token, from which address."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import httpx
import jwt

from meantime.db import now
from tests.channels.servers import ThreadedServer

SECRET = os.environ["IDENTITY_JWT_SECRET"]
BEHIND_A_PROXY = {"trusted_proxies": "127.0.0.0/8"}
"""Settings under which ``address`` below is believed."""


def identity(sub: Any = "C1", hours: float = 1, secret: str = SECRET, **claims: Any) -> str:
    return jwt.encode({"sub": sub, "exp": now() + timedelta(hours=hours), **claims}, secret, "HS256")


def open_chat(gateway: ThreadedServer, *, address: str = "", **body: Any) -> httpx.Response:
    headers = {"x-forwarded-for": address} if address else {}
    return httpx.post(f"{gateway.url}/chat/conversations", json=body, headers=headers, timeout=30)


def forget(gateway: ThreadedServer, token: Any, *, address: str = "") -> httpx.Response:
    headers = {"x-forwarded-for": address} if address else {}
    return httpx.post(
        f"{gateway.url}/chat/conversations/forget", json={"conversation_token": token}, headers=headers, timeout=30
    )

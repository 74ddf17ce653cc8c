"""Which pages may open a chat: our own, and those named in ALLOWED_ORIGINS. A browser always says where it is."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFLIGHT_SECONDS = "600"
DEFAULT_PORTS = {"http": 80, "https": 443}


class Origins:
    """Refuses foreign pages under ``prefix``, on HTTP and on sockets, and lets the allowed ones read answers."""

    def __init__(self, app: ASGIApp, allowed: frozenset[str], prefix: str) -> None:
        self._app = app
        self._allowed = frozenset(filter(None, map(canonical, allowed)))
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None:
            await self._app(scope, receive, send)
        elif not self._may(origin, headers.get("host", "")):
            await _refuse(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=_preflight(origin))(scope, receive, send)
        else:
            await self._app(scope, receive, _readable_by(origin, send))

    def _may(self, origin: str, host: str) -> bool:
        page = canonical(origin)
        if page is None:
            return False
        return page in self._allowed or page == canonical(f"{page.partition(':')[0]}://{host}")


def canonical(origin: str) -> str | None:
    """Return an origin as browsers write it: lower case, Punycode, no default port. None for what is no origin,
    such as the ``null`` of a sandboxed page."""
    try:
        parts = urlsplit(origin)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc or parts.path.strip("/"):
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme]) else "")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "origin not allowed"})
        return
    body = {"title": "This page may not open a chat here.", "status": 403, "code": "bad_origin"}
    # The one refusal that any page may read, so that its maker learns why: a GET opens nothing and tells nothing else.
    headers = {"access-control-allow-origin": "*"} if scope["method"] == "GET" else None
    await JSONResponse(body, 403, headers, media_type="application/problem+json")(scope, receive, send)


def _preflight(origin: str) -> dict[str, str]:
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": PREFLIGHT_SECONDS,
        "vary": "origin",
    }


def _readable_by(origin: str, send: Send) -> Send:
    async def send_readable(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["access-control-allow-origin"] = origin
            headers["access-control-expose-headers"] = "retry-after"
            headers.add_vary_header("origin")
        await send(message)

    return send_readable

"""The address a request was sent to, as its sender wrote it: a signature over it is checked to the letter."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from meantime.channels.address import Addresses


def exact_url(connection: HTTPConnection, public_url: str, addresses: Addresses) -> str:
    """Return the address with its query string. ``public_url`` (PUBLIC_URL) says how we are reached; without it what
    a trusted proxy tells counts, else what the request itself says."""
    path: bytes = connection.scope.get("raw_path") or connection.scope["path"].encode()
    query: bytes = connection.scope.get("query_string") or b""
    rest = path.split(b"?")[0].decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
    if public_url:
        return public_url.rstrip("/") + rest
    scheme, host = connection.url.scheme, connection.headers.get("host", "")
    if addresses.is_from_proxy(connection):
        scheme = _first(connection.headers.get("x-forwarded-proto", "")) or scheme
        host = _first(connection.headers.get("x-forwarded-host", "")) or host
    return f"{scheme}://{host}{rest}"


def _first(header: str) -> str:
    return header.split(",")[0].strip()

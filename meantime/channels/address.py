"""Where a request comes from, as a keyed hash: enough to count guesses by, no address at rest."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection

IPV6_SUBSCRIBER_BITS = 64
"""One subscriber is given a whole /64, so that is what is counted."""
UNKNOWN = "unknown"
INNER_NETWORKS = [
    ip_network(network)
    for network in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
        "::/64", "fc00::/7", "fe80::/10",
    )
]  # fmt: skip
"""Where proxies and the shop's own machines are; ::/64 holds ::1."""


class Addresses:
    """Reads client addresses; ``X-Forwarded-For`` counts only as far as the trusted proxies reach."""

    def __init__(self, trusted_proxies: str, secret: str) -> None:
        self._trusted = [ip_network(part.strip(), strict=False) for part in trusted_proxies.split(",") if part.strip()]
        self._secret = secret.encode()

    def hash_of(self, connection: HTTPConnection) -> str:
        address = self._address_of(connection)
        return hmac.new(self._secret, f"address:{address}".encode(), hashlib.sha256).hexdigest()

    def hash_of_number(self, number: str) -> str:
        """Return the same for a phone number: by SMS it is where somebody writes from."""
        return hmac.new(self._secret, f"number:{number}".encode(), hashlib.sha256).hexdigest()

    def is_from_proxy(self, connection: HTTPConnection) -> bool:
        """Return whether a trusted proxy hands the request over, so that what it adds may be believed."""
        return self._is_trusted(connection.client.host if connection.client else "")

    def client_address(self, peer: str, forwarded: Sequence[str]) -> str:
        """Return the rightmost address that is not a trusted proxy's."""
        address = peer
        hops = list(forwarded)
        while hops and self._is_trusted(address):
            address = hops.pop()
        parsed = _parsed(address)
        if isinstance(parsed, IPv6Address):
            return str(IPv6Network((parsed, IPV6_SUBSCRIBER_BITS), strict=False))
        return str(parsed or UNKNOWN)

    def is_customers(self, connection: HTTPConnection) -> bool:
        """Return whether this can be a customer's own address: one of the internet, not of a network of the shop."""
        address = self._address_of(connection)
        if address == UNKNOWN:
            return False
        first = ip_network(address).network_address
        return not any(first in ours for ours in INNER_NETWORKS)

    def _address_of(self, connection: HTTPConnection) -> str:
        peer = connection.client.host if connection.client else ""
        forwarded = [
            part.strip() for value in connection.headers.getlist("x-forwarded-for") for part in value.split(",")
        ]
        return self.client_address(peer, forwarded)

    def _is_trusted(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._trusted)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed

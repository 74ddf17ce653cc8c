"""Which address a request counts for, behind proxies or not."""

from __future__ import annotations

import pytest

from meantime.channels.address import Addresses


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "address"),
    [
        ("", "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.2", ["1.2.3.4", "198.51.100.1", "10.1.1.1"], "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.0/8", "10.0.0.2", ["not an address"], "unknown"),
        ("", "2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("10.0.0.0/8", "::ffff:10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
    ],
)
def test_the_rightmost_address_that_is_not_a_trusted_proxy_counts(
    trusted: str, peer: str, forwarded: list[str], address: str
) -> None:
    assert Addresses(trusted, "secret").client_address(peer, forwarded) == address

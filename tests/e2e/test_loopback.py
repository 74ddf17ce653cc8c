"""Nothing is reachable from outside this machine but what is meant to be: all three listen on loopback only."""

from __future__ import annotations

import socket

import psutil
import pytest

from tests.e2e.world import World


def other_addresses() -> list[str]:
    """The IPv4 addresses of this machine that are not loopback."""
    found = [a for addresses in psutil.net_if_addrs().values() for a in addresses if a.family == socket.AF_INET]
    return [a.address for a in found if not a.address.startswith("127.")]


@pytest.mark.parametrize("which", ["gateway_port", "rasa_port", "actions_port"])
def test_a_connection_from_another_address_fails(world: World, which: str) -> None:
    addresses = other_addresses()
    if not addresses:
        pytest.skip("this machine has no other address than loopback")
    for address in addresses:
        with socket.socket() as client:
            client.settimeout(2)
            assert client.connect_ex((address, getattr(world, which))) != 0

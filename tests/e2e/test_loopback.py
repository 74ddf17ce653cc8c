"""Nothing is reachable from outside this machine but what is meant to be: all three listen on loopback only."""

from __future__ import annotations

import socket

import pytest

from tests.e2e.world import World


def another_address() -> str | None:
    """An address of this machine that is not loopback, if it has one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


@pytest.mark.parametrize("which", ["gateway_port", "rasa_port", "actions_port"])
def test_a_connection_from_another_address_fails(world: World, which: str) -> None:
    address = another_address()
    if address is None:
        pytest.skip("this machine has no other address than loopback")
    with socket.socket() as client:
        client.settimeout(2)
        assert client.connect_ex((address, getattr(world, which))) != 0

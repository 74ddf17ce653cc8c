"""Ports for servers of the tests."""

from __future__ import annotations

import random
import socket

LOWEST, HIGHEST = 15_000, 32_000
"""Below those that systems give to clients: who knocks again and again at a port of theirs where nobody listens is in
the end connected to itself, and the server that comes back finds its port taken."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    while True:
        port = random.randint(LOWEST, HIGHEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

"""How much one address may ask of us, so that nobody keeps the others out.

Counted per process and in memory: this keeps a flood from the door, and N gateways let N times as much in, which
they can also serve. What leaves rows behind, a new conversation, is counted in the database instead
(``opening.open_conversation``), one limit over all gateways.

Loopback and private networks are let in uncounted. No customer comes from there: it is a proxy that nobody named in
TRUSTED_PROXIES, and all the shop's customers stand behind it, so that a limit would shut everybody out at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import prometheus_client
from limits import parse
from starlette.requests import HTTPConnection

from meantime.channels.address import Addresses
from meantime.conversations.window import Window

OPENINGS, REQUESTS, SOCKETS, AVAILABILITY = "openings", "requests", "sockets", "availability"
"""What is refused, as metrics tell it."""

refused = prometheus_client.Counter(
    "meantime_requests_refused_total", "Requests from addresses that asked for too much.", ["of"]
)


@dataclass(frozen=True, slots=True)
class Rules:
    """How much is let in from one address, and how many sockets may show one conversation."""

    openings_an_hour: int = 30
    requests_a_minute: int = 300
    availability_a_minute: int = 600
    sockets: int = 200
    sockets_of_conversation: int = 20


class TooMuch(Exception):
    """More than is let in; ``wait_seconds`` until it is worth trying again."""

    def __init__(self, of: str, wait_seconds: float) -> None:
        super().__init__(of)
        self.wait_seconds = wait_seconds


class Doorkeeper:
    """Counts by address. One per process."""

    def __init__(self, addresses: Addresses, rules: Rules) -> None:
        self._addresses = addresses
        self._limits = {
            REQUESTS: parse(f"{rules.requests_a_minute} per minute"),
            AVAILABILITY: parse(f"{rules.availability_a_minute} per minute"),
        }
        self._window = Window()
        self._sockets: Counter[str] = Counter()
        self.rules = rules

    def count(self, connection: HTTPConnection, of: str = REQUESTS) -> None:
        """Count one request. Raises TooMuch."""
        if not self._addresses.is_customers(connection):
            return
        address, limit = self._addresses.hash_of(connection), self._limits[of]
        if not self._window.lets_in(limit, of, address):
            raise self.refuse(of, self._window.seconds_to_wait(limit, of, address))

    def seconds_to_wait(self, connection: HTTPConnection, of: str) -> float | None:
        """The same for those who know no TooMuch: return how long to wait, or None."""
        try:
            self.count(connection, of)
        except TooMuch as much:
            return much.wait_seconds
        return None

    def openings_allowed(self, connection: HTTPConnection) -> int | None:
        """Return how many conversations its address may be given in an hour; None: any number."""
        return self.rules.openings_an_hour if self._addresses.is_customers(connection) else None

    @contextmanager
    def socket(self, connection: HTTPConnection) -> Iterator[None]:
        """Count an open socket for as long as it is open. Raises TooMuch."""
        address = self._addresses.hash_of(connection)
        if self._sockets[address] >= self.rules.sockets and self._addresses.is_customers(connection):
            raise self.refuse(SOCKETS, 60)
        self._sockets[address] += 1
        try:
            yield
        finally:
            self._sockets[address] -= 1
            if not self._sockets[address]:
                del self._sockets[address]

    @staticmethod
    def refuse(of: str, wait_seconds: float) -> TooMuch:
        """Return the refusal, counted in the metrics."""
        refused.labels(of).inc()
        return TooMuch(of, max(1.0, wait_seconds))

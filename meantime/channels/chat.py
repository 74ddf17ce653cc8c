"""What the channels of one gateway stand on."""

from __future__ import annotations

from dataclasses import dataclass

from meantime.channels.address import Addresses
from meantime.channels.doorkeeper import Doorkeeper
from meantime.conversations.engine import Engine
from meantime.conversations.opening import KnownCustomer, ProvenCustomers
from meantime.conversations.pace import Pace
from meantime.conversations.rate import Rate
from meantime.conversations.storage import Storage
from meantime.conversations.wake import Hub


@dataclass(frozen=True, slots=True)
class Chat:
    storage: Storage
    engine: Engine
    hub: Hub
    rate: Rate
    pace: Pace
    addresses: Addresses
    doorkeeper: Doorkeeper
    identity_secret: str | None
    known_customer: KnownCustomer
    proven_customers: ProvenCustomers

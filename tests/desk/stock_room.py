"""A shop and a conversation for tests of the desk, filled in a sentence or two and committed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

from meantime.conversations.tables import Conversation
from meantime.db import Database, now
from meantime.shop.tables import Proof
from tests.shop.conftest import Shop


class StockRoom:
    """The shop's data, and conversations whose customers have proven who they are."""

    def __init__(self, database: Database) -> None:
        self.database, self.numbers = database, count(1)

    @contextmanager
    def open(self) -> Iterator[Shop]:
        with self.database.writing() as session:
            yield Shop(session, self.numbers)

    def conversation(self, *, customer: str | None = None, proves: str | None = None, **more: Any) -> str:
        """Open a conversation: of a ``customer`` signed in at the shop, or of somebody who ``proves`` an order."""
        with self.database.writing() as session:
            conversation = Conversation(channel=more.pop("channel", "website"), customer_id=customer, **more)
            session.add(conversation)
            session.flush()
            if proves:
                session.add(_proof(conversation.id, proves))
            return conversation.id


def _proof(conversation_id: str, number: str) -> Proof:
    ends = now() + timedelta(hours=1)
    return Proof(conversation_id=conversation_id, order_number=number, how="order", expires_at=ends)


def fields(html: str) -> dict[str, str]:
    """Return what the hidden fields of a form carry."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))

"""What the `meantime` command calls to give out what is kept of a customer, and to erase it, and what it says."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from meantime.privacy.belonging import UnknownCustomer
from meantime.privacy.erase import Erasure, OrdersOpen, erase
from meantime.privacy.erase import outlook as _outlook
from meantime.privacy.export import export

__all__ = ["BY", "OrdersOpen", "UnknownCustomer", "erase"]

BY = "cli"
"""Who did it, in the audit: whoever may run commands on this machine."""


def export_text(session: Session, customer_id: str) -> str:
    """Return the document of a customer as text, and note that it was given out. Raises UnknownCustomer."""
    return json.dumps(export(session, customer_id, BY), ensure_ascii=False, indent=2) + "\n"


def write_privately(file: Path, text: str) -> None:
    """Write a new file that nobody else on this machine can read. Raises OSError."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        written.write(text)


def outlook(session: Session, customer_id: str, *, even_with_open_orders: bool) -> Erasure:
    """Return what would be erased. Raises UnknownCustomer, OrdersOpen."""
    found = _outlook(session, customer_id)
    if found.open_orders and not even_with_open_orders:
        raise OrdersOpen(found.open_orders)
    return found


def would_erase(found: Erasure) -> str:
    """Say what is going to be taken out, and what stays."""
    return (
        f"This takes customer {found.customer_id} out of the database: name and addresses, "
        f"{_several(found.messages, 'message')} in {_several(found.conversations, 'conversation')}, "
        f"{_several(found.contacts, 'number or address', 'numbers or addresses')} written to, and the postcodes of "
        f"{_several(found.orders, 'order')}.\n"
        f"What was ordered, its sums, its changes and the audit stay under the id {found.customer_id}. "
        "Your shop's own system and copies of the database are not touched."
    )


def is_open(numbers: Sequence[str]) -> str:
    """Say why nothing is erased."""
    which = f"Order {numbers[0]} is" if len(numbers) == 1 else f"Orders {', '.join(numbers[:-1])} and {numbers[-1]} are"
    return (
        f"{which} still under way: nobody could be told of a delay any more. Nothing was erased. "
        "Wait until all is sent or cancelled, or add --even-with-open-orders."
    )


def has_erased(done: Erasure) -> str:
    """Say that it is done, or since when it is."""
    if not done.is_new:
        return (
            f"Customer {done.customer_id} was erased on {done.erased_at:%Y-%m-%d at %H:%M} UTC. Nothing was left to do."
        )
    return f"Customer {done.customer_id} is erased. An import leaves their row out from now on."


def _several(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"

"""Whether order numbers would be recognised: the policy's pattern held against its example and the newest orders."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from meantime.db import Database
from meantime.settings import Settings
from meantime.shop.clues import order_numbers_in
from meantime.shop.policy import Policy
from meantime.shop.tables import Order

NEWEST = 200


def number_troubles(settings: Settings, policy: Policy) -> Iterator[str]:
    """Yield one sentence for each trouble. A database that cannot be read is somebody else's."""
    example, pattern = policy.order_number_example, policy.order_number_pattern
    if example and not _is_read(example, policy):
        yield (
            f"The policy's order_number_example {example} does not match its order_number_pattern {pattern}, so who "
            "writes a number as shown is not understood."
        )
    numbers = _newest(settings)
    unread = [number for number in numbers if not _is_read(number, policy)]
    if unread:
        yield (
            f"The policy's order_number_pattern {pattern} does not match {len(unread)} of your newest {len(numbers)} "
            f"orders, like {unread[0]}, so customers cannot name them. It is a regular expression over capital letters."
        )


def _is_read(number: str, policy: Policy) -> bool:
    """Return whether a customer who types ``number`` is understood."""
    return order_numbers_in(number, policy) == (number,)


def _newest(settings: Settings) -> list[str]:
    database = Database(settings.database_url)
    try:
        with database.reading() as session:
            return list(session.scalars(select(Order.number).order_by(Order.placed_at.desc()).limit(NEWEST)))
    except SQLAlchemyError:
        return []
    finally:
        database.dispose()

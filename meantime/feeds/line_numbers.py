"""When the source uses a line number for something else than we do.

A swap gives the new line the next number of the order. A source that follows reports that very line; one that has not
heard of it yet may give the number to a line of its own.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.feeds.compare import News
from meantime.feeds.references import fetch
from meantime.shop.line_numbers import move_line
from meantime.shop.tables import OrderLine


def make_room(session: Session, found: list[News], by: str) -> None:
    """Move lines of ours out of the way of those that the source tells of for the first time.

    With the same SKU, the source's line is ours: it stays, and the source speaks for it from now on.
    """
    told = {item.told.key: item.told.values["sku"] for item in found if item.is_first_word}
    query = select(OrderLine.order_number, OrderLine.line, OrderLine.sku, OrderLine.replaces)
    taken: dict[str, set[int]] = defaultdict(set)
    for number, line in told:
        taken[number].add(line)
    in_the_way = []
    for number, line, sku, replaces in fetch(session, query, OrderLine.order_number, {number for number, _ in told}):
        taken[number].add(line)
        if replaces is not None and told.get((number, line), sku) != sku:
            in_the_way.append((number, line))
    for number, line in sorted(in_the_way):
        free = max(taken[number]) + 1
        move_line(session, number, line, free, by=by)
        taken[number].add(free)

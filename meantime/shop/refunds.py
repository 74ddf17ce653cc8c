"""What cancelling gives back. Where the source gives no totals, no sum is known, and none may be said."""

from __future__ import annotations

from collections.abc import Mapping

from meantime.shop.tables import Order, OrderLine


def refund_minor(order: Order, units: Mapping[int, int]) -> int | None:
    """Return the minor units due for ``units`` (order line → quantity), or None when they cannot be known.

    The order's own discount, tax and shipping price stand beside those of its lines. They belong to the order as
    a whole: shipping comes back only when all of it is cancelled, and while a discount or a tax of the whole order
    cannot be laid out over its lines, a part of it has no exact sum. A line that was swapped in has no sum either:
    what it costs more than the one before may not have been collected yet, what it costs less may have been given
    back already, and only the source knows its tax.
    """
    lines = {line.line: line for line in order.lines}
    if any(lines[number].replaces is not None for number in units):
        return None
    told = [line for line in order.lines if line.replaces is None]
    if order.shipping_minor is None or (order.tax_minor is None and any(x.tax_minor is None for x in told)):
        return None
    items = sum(_units_minor(lines[number], quantity) for number, quantity in units.items())
    if is_all_of(order, units):
        return items - (order.discount_minor or 0) + (order.tax_minor or 0) + order.shipping_minor
    taxed_by_line = all(line.tax_minor is not None for line in told)
    if order.discount_minor or (order.tax_minor and not taxed_by_line):
        return None
    return items


def is_all_of(order: Order, units: Mapping[int, int]) -> bool:
    """Return whether ``units`` are all that was ordered: then what belongs to the order as a whole comes back too."""
    return all(units.get(line.line) == line.quantity for line in order.lines)


def price_paid_minor(line: OrderLine, quantity: int) -> int:
    """Return what the customer pays for ``quantity`` units of ``line``, its discount counted, tax not."""
    return line.unit_price_minor * quantity - discount_minor(line, quantity)


def discount_minor(line: OrderLine, quantity: int) -> int:
    """Return what the line's own discount takes off ``quantity`` units of it."""
    return (line.discount_minor or 0) * quantity // line.quantity


def is_taxed(order: Order) -> bool:
    """Return whether the source gave a tax for this order: then a price alone is not all that is paid."""
    return bool(order.tax_minor) or any(line.tax_minor for line in order.lines)


def _units_minor(line: OrderLine, quantity: int) -> int:
    extras = (line.tax_minor or 0) - (line.discount_minor or 0)
    return line.unit_price_minor * quantity + extras * quantity // line.quantity

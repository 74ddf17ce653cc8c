"""What cancelling gives back. Where the source gives no totals, no sum is known, and none may be said."""

from __future__ import annotations

from collections.abc import Mapping

from meantime.shop.tables import Order, OrderLine


def refund_minor(order: Order, units: Mapping[int, int]) -> int | None:
    """Return the minor units due for ``units`` (order line → quantity), or None when they cannot be known.

    The order's own discount, tax and shipping price stand beside those of its lines. They belong to the order as
    a whole: shipping comes back only when all of it is cancelled, and while a discount or a tax of the whole order
    cannot be laid out over its lines, a part of it has no exact sum.
    """
    lines = {line.line: line for line in order.lines}
    if order.shipping_minor is None or (order.tax_minor is None and any(x.tax_minor is None for x in order.lines)):
        return None
    items = sum(_units_minor(lines[number], quantity) for number, quantity in units.items())
    if all(units.get(number) == line.quantity for number, line in lines.items()):
        return items - (order.discount_minor or 0) + (order.tax_minor or 0) + order.shipping_minor
    taxed_by_line = all(line.tax_minor is not None for line in lines.values())
    if order.discount_minor or (order.tax_minor and not taxed_by_line):
        return None
    return items


def _units_minor(line: OrderLine, quantity: int) -> int:
    extras = (line.tax_minor or 0) - (line.discount_minor or 0)
    return line.unit_price_minor * quantity + extras * quantity // line.quantity

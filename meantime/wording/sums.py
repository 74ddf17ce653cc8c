"""What an order cost, in words: the sum that was asked for, or that it is not known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from meantime.shop.order_sums import LineSum, OrderSums
from meantime.shop.payments import PaymentFacts
from meantime.wording.payment import charged, moved
from meantime.wording.replies import PERSON, Reply, option
from meantime.wording.speech import item, listed, price

TOTAL, SHIPPING, TAX, DISCOUNT, ITEM = "total", "shipping", "tax", "discount", "item"


def answer(
    sums: OrderSums, facts: PaymentFacts, parts: Collection[str], names: Mapping[int, str], lines: Collection[int]
) -> Reply:
    """Say the ``parts`` of what an order cost; who asks for all of it also hears what goes back or is owed. ``lines``
    are those whose price is asked for, ``names`` what each is called."""
    wanted = [x for x in sums.lines if x.line in lines]
    said = {
        TOTAL: partial(_total, sums, names),
        SHIPPING: partial(_shipping, sums),
        TAX: partial(_tax, sums),
        DISCOUNT: partial(_discount, sums),
        ITEM: partial(_items, wanted, sums.currency, names),
    }
    told = [say() for part, say in said.items() if part in parts]
    rest = moved(facts) if TOTAL in parts else []
    text = f"Order {sums.order_number}: {' '.join(filter(None, [*told, charged(sums.payment_status), *rest]))}"
    return Reply(
        text,
        buttons=(option("Show the order", "order_status", order=sums.order_number), PERSON),
        again=f"In short, for order {sums.order_number}: {' '.join(told)}",
    )


def _total(sums: OrderSums, names: Mapping[int, str]) -> str:
    if sums.total_minor is None:
        placed = [line for line in sums.lines if not line.is_cancelled] or list(sums.lines)
        return (
            f"I do not have its total, as not all its sums were passed on to me. {_items(placed, sums.currency, names)}"
        )
    parts = [f"{price(sums.items_minor, sums.currency)} for the items"]
    parts += [f"{price(sums.tax_minor, sums.currency)} tax"] if sums.tax_minor else []
    parts += [f"{price(sums.shipping_minor, sums.currency)} shipping"] if sums.shipping_minor else []
    less = f", less a discount of {price(sums.discount_minor, sums.currency)}" if sums.discount_minor else ""
    total = f"the total came to {price(sums.total_minor, sums.currency)}: {listed(parts)}{less}."
    if not sums.has_changed:
        return total
    if sums.now_minor is None:
        return f"{total} What has been changed since is not in that."
    return f"{total} With what has been changed since, it is {price(sums.now_minor, sums.currency)}."


def _shipping(sums: OrderSums) -> str:
    if sums.shipping_minor is None:
        return "I do not have what its shipping cost."
    return f"shipping is {price(sums.shipping_minor, sums.currency)}." if sums.shipping_minor else "shipping is free."


def _tax(sums: OrderSums) -> str:
    if sums.tax_minor is None:
        return "I do not have its tax."
    return f"the tax is {price(sums.tax_minor, sums.currency)}." if sums.tax_minor else "there is no tax on it."


def _discount(sums: OrderSums) -> str:
    if not sums.discount_minor:
        return "I see no discount on it."
    return f"it has a discount of {price(sums.discount_minor, sums.currency)}."


def _items(lines: Sequence[LineSum], currency: str, names: Mapping[int, str]) -> str:
    return " ".join(f"{_item(line, currency, names[line.line])}." for line in lines)


def _item(line: LineSum, currency: str, name: str) -> str:
    unit = price(line.unit_price_minor, currency)
    cost = f"{name} is {unit}"
    if line.quantity > 1:
        whole = price(line.unit_price_minor * line.quantity, currency)
        cost = f"{item(name, line.quantity)} are {unit} each, {whole} in all"
    less = f", less a discount of {price(line.discount_minor, currency)}" if line.discount_minor else ""
    plus = f", plus {price(line.tax_minor, currency)} tax" if line.tax_minor else ""
    return f"{cost}{less}{plus}"

"""Where an order is, line by line, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from meantime.shop.lines import LineState, LineView, Parcel
from meantime.wording.payment import charged
from meantime.wording.replies import PERSON, Button, Reply, option
from meantime.wording.speech import day, days, item

WAITING = LineState.BACKORDERED


def order_status(number: str, payment_status: str, lines: Sequence[LineView]) -> Reply:
    """Return the status of every line; when something waits, with what can be done about it."""
    waiting = [line for line in lines if line.state is WAITING]
    told = "\n".join([f"Order {number}:", *(_bullet(line, called(line, lines)) for line in lines)])
    closing = ""
    if waiting:
        closing = f"I am sorry about the wait. {charged(payment_status)} {_question(waiting)}"
    elif all(line.state is LineState.CANCELLED for line in lines):
        closing = charged(payment_status, cancelled=True)
    return Reply(f"{told}\n\n{closing}".strip(), buttons=_options(number, lines, waiting))


def called(line: LineView, among: Sequence[LineView]) -> str:
    """Return what to call a line; what it is made of is said only when another line has the same name."""
    same = Counter(other.name for other in among)[line.name] > 1
    return item(line.name, attributes=line.attributes if same else None)


def _bullet(line: LineView, name: str) -> str:
    quantity = line.quantity - line.cancelled_quantity
    amount = f"{quantity} x " if quantity > 1 else ""
    return f"- {amount}{name}: {_state(line)}"


def _state(line: LineView) -> str:
    if line.shipped_quantity and line.state in (LineState.READY, LineState.BACKORDERED):
        units = line.quantity - line.cancelled_quantity
        left = f"{line.shipped_quantity} of {units} {_on_its_way(line)}"
        return f"{left} The other {line.open_quantity}: {_rest(line)}"
    return _rest(line)


def _rest(line: LineView) -> str:
    match line.state:
        case LineState.READY:
            return f"in stock and set aside for you.{_expected(line)}"
        case LineState.PACKING:
            return f"being packed now.{_expected(line)}"
        case LineState.SHIPPED:
            return _on_its_way(line)
        case LineState.DELIVERED:
            return _delivered(line)
        case LineState.CANCELLED:
            return "cancelled."
        case LineState.BACKORDERED:
            return _waits(line)


def _expected(line: LineView) -> str:
    if line.promise is None:
        return ""
    return f" Expect it {days(line.promise.earliest, line.promise.latest)}."


def _on_its_way(line: LineView) -> str:
    parcels = [p for p in line.parcels if p.delivered_on is None]
    if not parcels:
        return "delivered already." if line.parcels else "on its way to you."
    text = f"on its way with {' and '.join(_carrier(p) for p in parcels)}."
    expected = [p.expected_on for p in parcels if p.expected_on]
    return f"{text} Expect it on {day(max(expected))}." if expected else text


def _carrier(parcel: Parcel) -> str:
    carrier = parcel.carrier or "our carrier"
    return f"{carrier}, tracking number {parcel.tracking_number}" if parcel.tracking_number else carrier


def _delivered(line: LineView) -> str:
    arrived = [p for p in line.parcels if p.delivered_on]
    if not arrived:
        return "delivered."
    last = max(arrived, key=lambda p: str(p.delivered_on))
    return f"delivered on {day(last.delivered_on)} by {_carrier(last)}." if last.delivered_on else "delivered."


def _waits(line: LineView) -> str:
    parts = []
    if line.ready_quantity:
        parts.append(f"{line.ready_quantity} set aside for you, the rest is on backorder.")
    else:
        parts.append("on backorder, which means sold out for now, with more to come.")
    if line.promise:
        late = " The delivery to us is late." if line.overdue else ""
        parts.append(f"{late} Expect it {days(line.promise.earliest, line.promise.latest)}.".strip())
    elif line.overdue:
        parts.append("The delivery to us is late, and there is no new date yet.")
    else:
        parts.append("There is no date for it yet.")
    return " ".join(parts)


def _question(waiting: Sequence[LineView]) -> str:
    subject = "it" if len(waiting) == 1 else "them"
    return f"You can wait for {subject}, see something similar, cancel, or talk to a person."


def _options(number: str, lines: Sequence[LineView], waiting: Sequence[LineView]) -> tuple[Button, ...]:
    cancellable = [line for line in lines if line.is_cancellable]
    if not waiting:
        return (option("Cancel", "cancel_order", order=number),) if cancellable else ()
    named = ",".join(str(line.line) for line in waiting)
    only_part = len(waiting) < len(cancellable)
    cancel = (
        option("Cancel what is waiting", "cancel_order", order=number, lines=named)
        if only_part
        else option("Cancel", "cancel_order", order=number)
    )
    return (
        option("Keep waiting", "keep_waiting", order=number),
        option("See something similar", "request_substitute", order=number, lines=named),
        cancel,
        PERSON,
    )

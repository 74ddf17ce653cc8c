"""Where an order is, line by line, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from meantime.shop.lines import LineState, LineView, Parcel
from meantime.wording.payment import charged
from meantime.wording.replies import PERSON, Button, Reply, option
from meantime.wording.speech import day, days, item, listed

WAITING = LineState.BACKORDERED


def order_status(
    number: str, payment_status: str, lines: Sequence[LineView], asked_for: Sequence[LineView] = ()
) -> Reply:
    """Return the status of the lines that were asked for, or of all; when something waits, with what can be done
    about it."""
    told = [line for line in lines if line in asked_for] or list(lines)
    waiting = [line for line in told if line.state is WAITING]
    bullets = "\n".join([f"Order {number}:", *(_bullet(line, lines) for line in told)])
    closing = ""
    if waiting:
        closing = f"I am sorry about the wait. {charged(payment_status)} {_question(waiting)}"
    elif all(line.state is LineState.CANCELLED for line in lines):
        closing = charged(payment_status, cancelled=True)
    if len(told) < len(lines):
        closing = f"{closing} The order holds more than this.".strip()
    return Reply(
        f"{bullets}\n\n{closing}".strip(),
        buttons=_options(number, lines, told, waiting),
        again=in_short(number, told, lines),
    )


def in_short(number: str, told: Sequence[LineView], lines: Sequence[LineView]) -> str:
    """Return the status once more, in sentences instead of a list."""
    return f"Once more, for order {number}: {in_sentences(told, lines)}"


def in_sentences(told: Sequence[LineView], lines: Sequence[LineView]) -> str:
    """Return the lines one after the other, in sentences."""
    return " ".join(_sentence(line, item(called(line, lines), _units(line))) for line in told)


def in_full_sentences(lines: Sequence[LineView]) -> str:
    """Return the lines one after the other, in sentences that also name the carrier and the day of what has left."""
    return " ".join(_full_sentence(line, called(line, lines)) for line in lines)


def not_in_order(number: str, noun: str, whole: Reply) -> Reply:
    """Say that there is no such thing in the order, before the ``whole`` of it. ``noun`` is a word of the shop's."""
    return whole.after(f"There is no {noun} in order {number}. This is what it holds.")


def called(line: LineView, among: Sequence[LineView]) -> str:
    """Return what to call a line; what it is made of is said only when another line has the same name."""
    same = Counter(other.name for other in among)[line.name] > 1
    return item(line.name, attributes=line.attributes if same else None)


def _units(line: LineView) -> int:
    return line.quantity - line.cancelled_quantity or line.quantity


def _bullet(line: LineView, lines: Sequence[LineView]) -> str:
    return f"- {item(called(line, lines), _units(line))}: {_state(line, lines)}"


def _state(line: LineView, lines: Sequence[LineView]) -> str:
    if line.state is LineState.CANCELLED and line.replaced_by is not None:
        instead = next((called(other, lines) for other in lines if other.line == line.replaced_by), "")
        return f"swapped for {instead}." if instead else "swapped."
    if line.shipped_quantity and line.state in (LineState.READY, LineState.BACKORDERED):
        units = line.quantity - line.cancelled_quantity
        left = f"{line.shipped_quantity} of {units} {_on_its_way(line, line.shipped_quantity)}"
        return f"{left} The other {line.open_quantity}: {_rest(line)}"
    return _rest(line)


def _rest(line: LineView) -> str:
    match line.state:
        case LineState.READY:
            return f"in stock and set aside for you.{_expected(line)}"
        case LineState.PACKING:
            return f"being packed now.{_expected(line)}"
        case LineState.SHIPPED:
            return _on_its_way(line, _units(line))
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


def _on_its_way(line: LineView, units: int) -> str:
    their, them = ("their", "them") if units > 1 else ("its", "it")
    parcels = [p for p in line.parcels if p.delivered_on is None]
    if not parcels:
        return "delivered already." if line.parcels else f"on {their} way to you."
    text = f"on {their} way with {' and '.join(_carrier(p) for p in parcels)}."
    expected = [p.expected_on for p in parcels if p.expected_on]
    return f"{text} Expect {them} on {day(max(expected))}." if expected else text


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
        parts.append(f"{line.ready_quantity} set aside for you, the rest is on backorder: sold out, with more to come.")
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


def _sentence(line: LineView, name: str) -> str:
    """One line as a sentence."""
    several = _units(line) > 1
    have = "have" if several else "has"
    match line.state:
        case LineState.CANCELLED:
            they_were = "they were" if several else "it was"
            return f"{name} will not come, as {they_were} {'swapped' if line.replaced_by else 'cancelled'}."
        case LineState.DELIVERED:
            return f"{name} {have} reached you."
        case LineState.SHIPPED:
            return f"{name} {have} left our warehouse."
        case LineState.BACKORDERED if line.promise is None:
            return f"We are still waiting for {name}, and nobody can name a day yet."
    they = "They" if several else "It"
    when = f" {they} should reach you {days(line.promise.earliest, line.promise.latest)}." if line.promise else ""
    match line.state:
        case LineState.BACKORDERED:
            return f"We are still waiting for {name}.{when}"
        case LineState.PACKING:
            return f"We are packing {name}.{when}"
    return f"We have {name} here for you.{when}"


def _full_sentence(line: LineView, name: str) -> str:
    units, shipped = _units(line), line.shipped_quantity
    if shipped and line.state in (LineState.READY, LineState.BACKORDERED):
        left = f"{shipped} of {item(name, units)} {'are' if shipped > 1 else 'is'} {_on_its_way(line, shipped)}"
        return f"{left} The other {line.open_quantity}: {_rest(line)}"
    match line.state:
        case LineState.SHIPPED:
            return f"{item(name, units)} {'are' if units > 1 else 'is'} {_on_its_way(line, units)}"
        case LineState.DELIVERED:
            return f"{item(name, units)} {'were' if units > 1 else 'was'} {_delivered(line)}"
    return _sentence(line, item(name, units))


def _question(waiting: Sequence[LineView]) -> str:
    subject = "it" if len(waiting) == 1 else "them"
    return f"You can wait for {subject}, see something similar, cancel, or talk to a person."


def _options(
    number: str, lines: Sequence[LineView], told: Sequence[LineView], waiting: Sequence[LineView]
) -> tuple[Button, ...]:
    cancellable = [line for line in lines if line.is_cancellable]
    whole = (option("Show the whole order", "order_status", order=number, choice="whole"),)
    more = whole if len(told) < len(lines) else ()
    if not waiting:
        meant = [line for line in told if line.is_cancellable]
        cancel = option("Cancel it", "cancel_order", order=number, **({"lines": numbers(meant)} if more else {}))
        return (*((cancel,) if meant else ()), *more)
    named = numbers(waiting)
    only_part = len(waiting) < len(cancellable)
    cancel = (
        option("Cancel what is waiting", "cancel_order", order=number, lines=named)
        if only_part
        else option("Cancel it", "cancel_order", order=number)
    )
    ready = [line for line in lines if line.state is LineState.READY]
    split = (option("Send what is ready", "split_shipment", order=number),) if ready and not more else ()
    return (
        option("Keep waiting", "keep_waiting", order=number),
        option("See something similar", "request_substitute", order=number, lines=named),
        *split,
        cancel,
        *more,
        PERSON,
    )


def numbers(lines: Sequence[LineView]) -> str:
    """Return lines as an option's payload names them."""
    return ",".join(str(line.line) for line in lines)


def summed_up(lines: Sequence[LineView]) -> str:
    """Return the order in a few words, for the person who takes over."""
    return listed([f"{item(line.name, _units(line))} ({line.state})" for line in lines])

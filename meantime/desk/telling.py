"""What the shop's facts are called at the desk: states, payments, proofs and changes in a colleague's words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from meantime.db import now
from meantime.desk.showing import day, local
from meantime.shop.availability import Availability, AvailabilityKind
from meantime.shop.lines import LineState, LineView
from meantime.shop.order_sums import OrderSums
from meantime.shop.outcomes import Conflict
from meantime.shop.own_promises import PromiseKind
from meantime.shop.panels import PanelOrder
from meantime.shop.promises import Promise
from meantime.shop.standing_wishes import WishKind
from meantime.shop.tables import Change, StaffPromise
from meantime.wording.hours import clock
from meantime.wording.namesakes import apart
from meantime.wording.speech import price
from meantime.wording.swap import both

__all__ = ["both", "price"]


class Tag(NamedTuple):
    """A word or two, and how it is coloured: the words alone must do."""

    words: str
    colour: str = ""


_LINES = {
    LineState.READY: Tag("Ready", "ok"),
    LineState.BACKORDERED: Tag("Waiting", "warn"),
    LineState.PACKING: Tag("Being packed", "mine"),
    LineState.SHIPPED: Tag("On its way", "mine"),
    LineState.DELIVERED: Tag("Delivered", "ok"),
    LineState.CANCELLED: Tag("Cancelled"),
}
_ORDERS = {
    "open": Tag("Open"),
    "packing": Tag("Being packed", "mine"),
    "shipped": Tag("On its way", "mine"),
    "delivered": Tag("Delivered", "ok"),
    "cancelled": Tag("Cancelled"),
}
_PAYMENTS = {
    "authorised": "Not charged yet",
    "paid": "Paid",
    "part_refunded": "Partly refunded",
    "refunded": "Refunded",
}
_DELIVERIES = {
    "scheduled": "on its way",
    "delayed": "reported late",
    "part_received": "partly here",
    "received": "here",
    "cancelled": "called off",
}
_PROOFS = {
    "order": "Order number with e-mail, postcode or phone",
    "email and postcode": "E-mail and postcode",
    "sender and more": "Their phone number, and one detail more",
}
_WISHES = {
    WishKind.KEEP_WAITING: "Wants to keep waiting",
    WishKind.NOTIFY: "Wants to hear when something changes",
    WishKind.STOP_ORDER: "Wants no messages about this order",
    WishKind.STOP_ALL: "Wants no messages at all",
}
_CHANGES = {
    "cancel": "Cancelled",
    "swap": "Swapped",
    "split": "What is ready is sent ahead",
    "goodwill": "Goodwill",
    "refund": "Refund",
}
_OUTCOMES = {
    "pending": Tag("Not confirmed by the shop yet", "warn"),
    "accepted": Tag("Accepted", "ok"),
    "refused": Tag("Refused", "alarm"),
}
_CONFLICTS = {
    Conflict.UNDER_WAY.value: "It was undone, but what it was about is being packed or has left.",
    Conflict.NOT_UNDONE.value: "It was not undone: the order has changed since. Please sort it out with the shop.",
}
_SENT = {
    "held": Tag("Kept back until asked for"),
    "waiting": Tag("To be sent"),
    "sending": Tag("Being sent"),
    "unknown": Tag("Perhaps sent", "warn"),
    "sent": Tag("Sent"),
    "delivered": Tag("Arrived", "ok"),
    "undelivered": Tag("Did not arrive", "alarm"),
    "failed": Tag("Refused", "alarm"),
    "parked": Tag("Given up", "alarm"),
    "suppressed": Tag("Not sent: opted out", "alarm"),
    "superseded": Tag("Not needed any more"),
}
_CHANNELS = {"sms": "Text message", "email": "E-mail", "website": "Website"}
_SOON = timedelta(hours=2)


def slug(number: str) -> str:
    """Return a name for the HTML of an order: its number may hold anything."""
    return hashlib.sha256(number.encode()).hexdigest()[:12]


def line_state(line: LineView) -> Tag:
    """Return where a line is; a wait for a delivery that is late is an alarm."""
    if line.state is LineState.CANCELLED and line.replaced_by is not None:
        return Tag("Swapped")
    if line.overdue:
        return Tag("Waiting, delivery late", "alarm")
    if line.state is LineState.BACKORDERED and line.ready_quantity:
        return Tag(f"{line.ready_quantity} ready, rest waiting", "warn")
    return _LINES[line.state]


def order_status(status: str) -> Tag:
    return _ORDERS.get(status) or Tag(_plain(status))


def payment(status: str) -> str:
    return _PAYMENTS.get(status) or _plain(status)


def delivery_status(status: str) -> str:
    return _DELIVERIES.get(status) or _plain(status).lower()


def proof(how: str) -> str:
    return _PROOFS.get(how) or _plain(how)


def wish(kind: str) -> str:
    return _WISHES[WishKind(kind)]


def outcome(state: str) -> Tag:
    return _OUTCOMES.get(state) or Tag(_plain(state))


def sent_state(state: str) -> Tag:
    return _SENT.get(state) or Tag(_plain(state))


def channel(name: str) -> str:
    return _CHANNELS.get(name) or _plain(name)


def conflict(change: Change) -> str:
    """Return why a refused change was not simply undone; "" where it was."""
    return _CONFLICTS.get(change.conflict, "")


def by(who: str) -> str:
    """Return who made a change, as a colleague would say it."""
    kind, _, name = who.partition(":")
    return {"staff": name, "customer": "the customer"}.get(kind, "Meantime")


def promise_days(promise: Promise) -> str:
    """Return the days a line is promised for: "Tue 3 Mar to Fri 6 Mar"."""
    if promise.earliest == promise.latest:
        return day(promise.latest)
    return f"{day(promise.earliest)} to {day(promise.latest)}"


def what_changed(change: Change, order: PanelOrder) -> str:
    """Return what a change was about: "Cancelled: 1 × Desk Lamp"."""
    lines = [line.view for line in order.lines]
    names = {line.line: apart(line, lines) for line in lines}
    parts = [_part(part, names) for part in change.lines]
    said = _CHANGES.get(change.kind) or _plain(change.kind)
    amount = ""
    if change.amount_minor and change.kind != "split":
        sign = "+" if change.kind == "swap" and change.amount_minor > 0 else ""
        amount = f", {sign}{price(change.amount_minor, change.currency)}"
    if change.kind == "goodwill" and change.amount_minor:
        return f"{said}{amount}"
    return f"{said}: {', '.join(parts)}{amount}"


def next_order(found: Availability) -> str:
    """Return when somebody who orders now would have it."""
    match found.kind:
        case AvailabilityKind.NOW if found.promise:
            return f"In stock: {promise_days(found.promise)}"
        case AvailabilityKind.EXPECTED if found.promise:
            rest = "" if found.may_be_ordered else ", but it is not sold until it is here"
            return f"{promise_days(found.promise)}{rest}"
        case AvailabilityKind.ENDED:
            return "No longer sold"
    return "No day is known"


def promised(promise: StaffPromise) -> str:
    return "Call" if promise.kind == PromiseKind.CALL else "Write"


def promise_state(promise: StaffPromise) -> Tag:
    """Return how a promise of one's own stands."""
    if promise.kept_at is not None:
        return Tag("Kept", "ok")
    if promise.withdrawn_at is not None:
        return Tag("Withdrawn")
    if promise.due_at < now():
        return Tag("Missed", "alarm")
    return Tag("Due soon", "warn") if promise.due_at < now() + _SOON else Tag("Open", "mine")


def due(at: datetime) -> str:
    """Return until when: "Tue 3 Mar, 5 pm"."""
    there = local(at)
    return f"{day(there.date())}, {clock(there.hour * 60 + there.minute)}"


def total(sums: OrderSums) -> str:
    """Return what an order comes to now, and what it came to when it was placed where that is another sum; "" where
    no sum is known. A total that only the shop can work out is not made up here."""
    if sums.total_minor is None:
        return ""
    placed = price(sums.total_minor, sums.currency)
    if not sums.has_changed or sums.now_minor == sums.total_minor:
        return placed
    if sums.now_minor is None:
        return f"Changed since, the shop works out the total, {placed} when placed"
    return f"{price(sums.now_minor, sums.currency)} now, {placed} when placed"


def called(number: int, lines: Sequence[LineView]) -> str:
    """Return what a line is called, of two of one name by what differs."""
    return next((apart(line, lines) for line in lines if line.line == number), f"line {number}")


def with_attributes(name: str, attributes: Mapping[str, object]) -> str:
    """Return a product's name with all that tells it from others of that name."""
    return ", ".join((name, *(f"{attribute} {value}" for attribute, value in attributes.items())))


def _part(part: Mapping[str, object], names: Mapping[int, str]) -> str:
    old = names.get(int(str(part["line"])), "an item")
    text = f"{part['quantity']} × {old}"
    if "replaced_by" in part:
        text = f"{text} for {names.get(int(str(part['replaced_by'])), 'another item')}"
    return text


def _plain(value: str) -> str:
    """Return a word of the source's own that we have no better one for."""
    return value.replace("_", " ").strip().capitalize() or "Not known"

"""What staff read in the desk about a conversation: never said to a customer."""

from __future__ import annotations

from datetime import datetime

from meantime.shop.done_by import Done, DoneKind
from meantime.wording.hours import moment
from meantime.wording.speech import listed, price

WOKEN = "The time until which this conversation was put away has come."


def snoozed(name: str, until: datetime) -> str:
    return f"{name} has put this conversation away until {moment(until).removeprefix('on ')}."


def brought_back(name: str) -> str:
    return f"{name} has brought this conversation back."


def just_before(done: Done) -> str:
    """Tell who takes over what the assistant had done in the turn that was cut off: the customer was not told."""
    return f"Just before you took over, the assistant {_did(done)}. The customer was not told."


def stood_open(shown: Done) -> str:
    """Tell who takes over what the customer was just asked to say yes to."""
    change = _WOULD.get(shown.kind, "a change")
    things = listed([f"{item.quantity} x {item.name}" for item in shown.items])
    about = f"{things} of order {shown.order_number}" if things else f"order {shown.order_number}"
    return f"The assistant had just listed {change} ({about}) and asked for a yes. Nothing was changed."


_WOULD = {DoneKind.CANCEL: "a cancellation", DoneKind.SWAP: "a swap", DoneKind.SPLIT: "to send a part ahead"}


def _did(done: Done) -> str:
    order = f"order {done.order_number}" if done.order_number else "all their orders"
    things = listed([f"{item.quantity} x {item.name}" for item in done.items]) or "items"
    match done.kind:
        case DoneKind.CANCEL:
            return f"cancelled {things} of {order}"
        case DoneKind.SWAP:
            return f"swapped an item of {order} for {things}"
        case DoneKind.SPLIT:
            return f"asked the shop to send {things} of {order} ahead"
        case DoneKind.GOODWILL:
            amount = price(done.amount_minor, done.currency) if done.currency else "goodwill"
            return f"gave {amount} as goodwill on {order}"
        case DoneKind.KEEP_WAITING:
            return f"noted that the customer keeps waiting for {order}"
        case DoneKind.NOTIFY:
            return f"noted that the customer wants news of {order}"
        case DoneKind.STOP_ORDER | DoneKind.STOP_ALL:
            return f"noted that the customer wants no more messages about {order}"


_STATES = {
    "held": "kept back until the customer asks for more",
    "waiting": "waiting to be sent",
    "sending": "being sent",
    "unknown": "perhaps sent, being looked up",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "not delivered",
    "failed": "refused",
    "parked": "given up after many tries",
    "suppressed": "not sent, the customer has opted out",
    "superseded": "not needed any more",
}
_ERRORS = {
    "21211": "this is not a phone number",
    "21610": "the customer has opted out at the network",
    "21614": "this number cannot get text messages",
    "30003": "the phone is off or out of reach",
    "30004": "the phone blocks our messages",
    "30005": "the number is not known or not in use",
    "30006": "a landline, or a network that takes no text messages",
    "30007": "the network took it for spam",
    "30008": "the network gives no reason",
    "30034": "our number is not registered with the network",
}


def delivery_state(state: str) -> str:
    """Return what became of a message that was to be sent, in words."""
    return _STATES.get(state, state)


def delivery_error(code: str | None) -> str:
    """Return why it did not arrive, in words; "" where there is no code."""
    if not code:
        return ""
    return f"{_ERRORS[code]} (error {code})" if code in _ERRORS else f"error {code}"

"""What is said when the shop's own system could not make a change that was promised: to the customer, and to staff."""

from __future__ import annotations

from collections.abc import Sequence

from meantime.wording.speech import listed

BECAUSE = "the shop could not make a change"
"""Why a person is to answer."""
_PERSON = "A person in our team now looks at it and will answer you here."
_TRIED = {
    "cancel": "cancel {what} in order {order}",
    "swap": "swap {what} in order {order}",
    "split": "send part of order {order} ahead",
    "goodwill": "give back the sum I named for order {order}",
}
_STAYS = {
    "cancel": "It stays in your order as before.",
    "swap": "It stays in your order as before.",
    "split": "Your order comes as before.",
    "goodwill": "Nothing else has changed.",
}
_KINDS = {"cancel": "a cancel", "swap": "a swap", "split": "sending part of it ahead", "goodwill": "goodwill"}
MOST_NAMED = 2
"""More items than that are counted, so that it fits into a text message."""


def to_customer(kind: str, order: str, names: Sequence[str], conflict: str) -> str:
    """Tell the customer, once and without an excuse. ``names`` are the items the change was about."""
    what = listed(names) if 0 < len(names) <= MOST_NAMED else f"{len(names)} items"
    tried = _TRIED.get(kind, "change order {order}").format(what=what, order=order)
    if conflict == "under way":
        stays = "It was being packed or had left by then."
    elif conflict:
        stays = "It has to be checked by hand."
    else:
        stays = _STAYS.get(kind, "Your order stays as before.")
        if len(names) > 1:
            stays = stays.replace("It stays", "They stay")
    return f"I am sorry, the shop could not {tried} after all. {stays} {_PERSON}"


def to_staff(kind: str, order: str, reason: str, conflict: str, by: str) -> str:
    """Tell staff what was refused and what was made of it."""
    made = "the customer" if by.startswith("customer:") else by.removeprefix("staff:")
    why = f" It says: {reason}" if reason else ""
    outcome = {
        "": "It has been undone here.",
        "under way": "Conflict: the units count again here, but are being packed or have left.",
        "not undone": "Conflict: something else stands on it by now, so all was left as it is. Please put it right.",
    }[conflict]
    return f"The shop refused {_KINDS.get(kind, 'a change')} in order {order}, made by {made}.{why} {outcome}"

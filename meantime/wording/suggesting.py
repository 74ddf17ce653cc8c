"""What a member of staff might write about an order, as a start: in their voice, for them to change and send.

What only they can know stands in brackets, and is noticed when it is left.
"""

from __future__ import annotations

from collections.abc import Sequence

from meantime.shop.lines import LineView
from meantime.shop.substitutes import Substitute
from meantime.wording.payment import charged
from meantime.wording.speech import days, item, listed, price
from meantime.wording.status import in_full_sentences


def when_it_comes(waiting: Sequence[LineView], payment_status: str) -> str:
    """Tell the days of what waits, whether the card was charged, and what can be done."""
    told = " ".join(
        f"{_name(line)} should reach you {days(line.promise.earliest, line.promise.latest)}."
        for line in waiting
        if line.promise is not None
    )
    ways = "If that is too late, I can look for something similar, or cancel it for you."
    return " ".join(filter(None, (told, charged(payment_status), ways)))


def no_date_yet(waiting: Sequence[LineView]) -> str:
    """Say that nobody knows the day, when we write again, and what can be done meanwhile."""
    names = listed([_name(line) for line in waiting])
    return (
        f"There is no date for {names} yet. I will write to you by [day], with a date or without one. "
        "You can wait, take something similar, or cancel at any time."
    )


def ready_can_go(ready: Sequence[LineView], waiting: Sequence[LineView]) -> str:
    """Offer to send ahead what is here."""
    here, rest = (listed([_name(line) for line in lines]) for lines in (ready, waiting))
    are = "is" if len(ready) == 1 else "are"
    return f"{here} {are} ready. I can ask our warehouse to send that now, and {rest} later. Would you like that?"


def something_similar(line: LineView, instead: Substitute) -> str:
    """Offer something that is in stock."""
    units = line.open_quantity
    other = item(instead.name, units, instead.attributes if instead.name == line.name else None)
    return (
        f"Instead of {_name(line)} I could send you {other}. "
        f"It is in stock, costs {price(instead.unit_price_minor, instead.currency)}{' each' if units > 1 else ''} and "
        f"should reach you {days(instead.promise.earliest, instead.promise.latest)}. "
        "Shall I change it, or would you rather wait?"
    )


def where_it_is(number: str, lines: Sequence[LineView]) -> str:
    """Tell where every item is, in sentences: no less than the assistant would."""
    return f"I have looked up order {number} for you. {in_full_sentences(lines)}"


def _name(line: LineView) -> str:
    return item(line.name, line.open_quantity)

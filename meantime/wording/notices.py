"""Waiting on, wanting to be told, and wanting no more messages: said back as it was noted."""

from __future__ import annotations

from collections.abc import Sequence

from meantime.shop.lines import LineState, LineView
from meantime.wording.replies import PERSON, Button, Reply, option
from meantime.wording.speech import days, item, listed
from meantime.wording.status import called

ALL = "all"
NOTHING_CANCELLED = "Nothing is cancelled."


def keeps_waiting(number: str, lines: Sequence[LineView]) -> Reply:
    """Say back that the customer waits, for what, and until when."""
    waiting = [line for line in lines if line.state is LineState.BACKORDERED]
    if not waiting:
        return Reply(
            f"All right. Nothing in order {number} has to wait at the moment, and nothing changes.",
            buttons=_next(number),
            again=f"Order {number} stays as it is.",
        )
    things = listed([f"{item(called(line, lines), line.open_quantity)} {_when(line)}" for line in waiting])
    return Reply(
        f"Thank you for your patience. I have noted that you wait for {things}. "
        f"You can ask me for news or cancel any time until it is packed.",
        buttons=_next(number),
        again=f"Noted: you keep order {number} and wait for {things}. Cancelling stays open to you.",
    )


def waits_without_order() -> Reply:
    """Answer who is happy to wait and has not said for what."""
    return Reply(
        "All right, nothing changes. You can ask me for news or cancel any time until the order is packed.",
        buttons=(option("Where is my order", "order_status"), PERSON),
        again="Nothing has changed, and you can ask again whenever you like.",
    )


def nothing_cancelled(reply: Reply) -> Reply:
    """Put first, for who fears it, that the order is not cancelled."""
    says_so = reply.asks or reply.text.startswith(NOTHING_CANCELLED)
    return reply if says_so else reply.after(NOTHING_CANCELLED)


def will_be_told(number: str, lines: Sequence[LineView]) -> Reply:
    """Say back that the customer wants to hear of changes, and what is known today."""
    waiting = [line for line in lines if line.state is LineState.BACKORDERED]
    today = listed([f"{item(called(line, lines), line.open_quantity)} {_when(line)}" for line in waiting])
    known = f" As of today: {today}." if waiting else ""
    return Reply(
        f"I have noted that you want to hear about order {number} when something changes.{known} "
        "You can also ask me here any time, or cancel until it is packed.",
        buttons=(option("Show the order", "order_status", order=number), *_stop(number), PERSON),
        contact="wants_notices",
        again=f"Your wish to be told about order {number} is on record.",
    )


def stopped(number: str) -> Reply:
    """Say back that no more is to be sent about this order."""
    return Reply(
        f"I have noted that you want no more messages about order {number}. The order itself stays as it is, and you "
        "can ask me about it here any time.",
        buttons=(option("Stop all messages", "stop_updates", choice=ALL), *_next(number)),
        again=f"No more messages about order {number}; the order is not touched.",
    )


def stopped_all() -> Reply:
    """Say back that nothing at all is to be sent."""
    return Reply(
        "I have noted that you want no more messages from us. Your orders stay as they are, and you can ask me here "
        "any time.",
        buttons=(option("Where is my order", "order_status"), PERSON),
        contact="leaves",
        again="We send you nothing more from now on. Your orders are not touched.",
    )


def stop_what(number: str | None) -> Reply:
    """Ask whether one order or everything is meant."""
    this = (option(f"About order {number}", "stop_updates", order=number),) if number else ()
    one = () if number else (option("About one order", "stop_updates", choice="order"),)
    return Reply(
        "Which messages would you like to stop?",
        buttons=(*this, *one, option("All of them", "stop_updates", choice=ALL)),
        asks="choice",
        again="Tell me whether you mean the messages about one order or all of them.",
    )


def _when(line: LineView) -> str:
    if line.promise is None:
        return "(no date yet)"
    return f"(expected {days(line.promise.earliest, line.promise.latest)})"


def _stop(number: str) -> tuple[Button, ...]:
    return (option("Rather not", "stop_updates", order=number),)


def _next(number: str) -> tuple[Button, ...]:
    return (option("Show the order", "order_status", order=number), PERSON)

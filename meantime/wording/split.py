"""Sending what is ready now and the rest later, in words."""

from __future__ import annotations

from collections.abc import Sequence

from meantime.shop.lines import LineView
from meantime.shop.splits import Split, WaitingLine, WhyNot
from meantime.wording.replies import NO, PERSON, YES, Button, Reply, option
from meantime.wording.speech import days, item, listed


def proposed(split: Split) -> Reply:
    """List what would leave now and what would follow, and ask for a yes."""
    ready, waiting = _ready(split), [_waiting(line) for line in split.waiting]
    text = "\n".join(
        [
            f"I can ask our warehouse to send this part of order {split.order_number} now:",
            *(f"- {thing}" for thing in ready),
            "",
            "The rest would follow in a parcel of its own:",
            *(f"- {thing}" for thing in waiting),
            "",
            "Shall I ask for that?",
        ]
    )
    return Reply(
        text,
        buttons=(option("Yes, send it now", YES), option("No, send all together", NO), PERSON),
        asks="confirmation",
        proposal=split.proposal_id,
        again=f"Nothing has been asked for so far. With your yes I ask for {listed(ready)} to leave now; "
        "the rest comes later.",
    )


def asked(split: Split) -> Reply:
    """Say what has been asked for."""
    return Reply(
        f"I have asked our warehouse to send {listed(_ready(split))} of order {split.order_number} now. "
        f"The rest follows: {'; '.join(_waiting(line) for line in split.waiting)}.",
        buttons=_next(split.order_number),
        again=f"It is asked for: {listed(_ready(split))} in one parcel now, the rest in another one later.",
    )


def kept(number: str) -> Reply:
    """Say that everything comes together."""
    return Reply(
        f"All right, order {number} stays together and leaves when all of it is here.",
        buttons=_next(number),
        again=f"Order {number} comes in one parcel, once all of it is here.",
    )


def not_here_yet(reply: Reply, names: Sequence[str]) -> Reply:
    """Put before the list that what was asked for is not among it."""
    return reply.after(f"{listed(names)} {'is' if len(names) == 1 else 'are'} not here yet, so that cannot leave now.")


def still_open(reply: Reply) -> Reply:
    """Put before the same list that nothing has been asked for: the answer to it was no plain yes."""
    return reply.after("I have not asked for anything yet; I only do that after a clear yes.")


def changed_meanwhile(reply: Reply) -> Reply:
    """Put before a new list, or a refusal, that the order has changed since the last one."""
    return reply.after("The order has changed since I listed it, so I have not asked for anything yet.")


def not_possible(number: str, why: WhyNot, lines: Sequence[LineView]) -> Reply:
    """Say why the order cannot be sent in parts, and what can be done."""
    match why:
        case WhyNot.NOTHING_WAITS:
            text = f"Nothing in order {number} has to wait, so there is no need to send it in parts."
        case WhyNot.NOTHING_IS_READY:
            text = (
                f"Nothing in order {number} is ready to leave yet, so there is no part I could send now. "
                "You can wait, see something similar, or cancel."
            )
        case WhyNot.ALREADY_ASKED:
            text = f"I have asked our warehouse for that already: what is ready in order {number} goes first."
        case _:
            text = f"Order {number} has left the stage where I could split it. A person can tell you what is possible."
    waiting = any(line.is_cancellable for line in lines)
    similar = (option("See something similar", "request_substitute", order=number),) if waiting else ()
    return Reply(text, buttons=(option("Show the order", "order_status", order=number), *similar, PERSON), again=text)


def _ready(split: Split) -> list[str]:
    return [item(line.name, line.quantity) for line in split.ready]


def _waiting(line: WaitingLine) -> str:
    when = f"expected {days(line.promise.earliest, line.promise.latest)}" if line.promise else "no date yet"
    return f"{item(line.name, line.quantity)}, {when}"


def _next(number: str) -> tuple[Button, ...]:
    return (option("Show the order", "order_status", order=number), PERSON)

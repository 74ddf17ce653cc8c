"""Cancelling, in words: the list to agree to, what was done, and why something cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from meantime.shop.cancellations import Cancellation, CancelledLine
from meantime.shop.lines import LineState, LineView
from meantime.wording.payment import discounted, given_back
from meantime.wording.replies import NO, PERSON, YES, Button, Reply, option
from meantime.wording.speech import item, listed, price
from meantime.wording.status import called

WHY_NOT = {
    LineState.PACKING: "is being packed already, so it can no longer be cancelled",
    LineState.SHIPPED: "has left our warehouse, so it can no longer be cancelled",
    LineState.DELIVERED: "has been delivered, so it can no longer be cancelled",
    LineState.CANCELLED: "is cancelled already",
}

MOST_COUNTED = 5
"""Of so many units each number is an option; the first stands for one, so that by SMS a number is what it says."""


def proposed(cancellation: Cancellation, lines: Sequence[LineView], refund_by: date, *, asked_for_all: bool) -> Reply:
    """List what would be cancelled and ask for a yes. ``lines`` are all lines of the order; who asked for all of
    it is told what stays and why."""
    names = names_of(lines)
    whole = cancellation.is_whole_order
    text = [f"This would cancel {'all of' if whole else 'this part of'} order {cancellation.order_number}:"]
    open_units = {line.line: line.open_quantity for line in lines}
    text += [_bullet(line, cancellation.currency, names, open_units[line.line]) for line in cancellation.lines]
    if asked_for_all:
        text += _left_out(cancellation, lines, names)
    money = " ".join(filter(None, (given_back(cancellation, refund_by, done=False), discounted(cancellation))))
    closing = f"{money} Shall I cancel?"
    some_only = len(cancellation.lines) > 1
    part = (option("Only part of it", "cancel_order", order=cancellation.order_number, choice="part"),)
    return Reply(
        "\n".join(text) + f"\n\n{closing}",
        buttons=(option("Yes, cancel", YES), option("No, keep it", NO), *(part if some_only else ())),
        asks="confirmation",
        proposal=cancellation.proposal_id,
        again=f"Nothing has been cancelled so far. With your yes I would cancel {_things(cancellation, names)} in "
        f"order {cancellation.order_number}; with a no it stays.",
    )


def which_lines(number: str, lines: Sequence[LineView]) -> Reply:
    """Ask which of several lines is meant."""
    names = names_of(lines)
    buttons = [
        option(item(names[line.line], line.open_quantity), "cancel_order", order=number, lines=str(line.line))
        for line in lines
        if line.is_cancellable
    ]
    return Reply(
        "Which part of the order would you like to cancel?",
        buttons=tuple(buttons),
        asks="choice",
        again=f"Please pick what you no longer want: {listed([b.title for b in buttons], either=True)}.",
    )


def not_in_order(number: str, lines: Sequence[LineView]) -> Reply:
    """Say that what was named is not in the order, and ask which of what is there is meant."""
    names = names_of(lines)
    there = listed([names[line.line] for line in lines if line.state is not LineState.CANCELLED])
    which = which_lines(number, lines)
    question = "Is that what you would like to cancel?" if len(which.buttons) == 1 else which.text
    return replace(
        which,
        text=f"I do not find that in order {number}, so nothing is cancelled. What is in it: {there}. {question}",
        buttons=(*which.buttons, PERSON),
    )


def only_so_many(number: str, line: LineView, lines: Sequence[LineView]) -> Reply:
    """Say that more was named than there is, and ask how many are meant."""
    name = names_of(lines)[line.line]
    about = {"order": number, "lines": str(line.line)}
    counts = range(1, line.open_quantity + 1) if line.open_quantity <= MOST_COUNTED else ()
    there = f"There {'is' if line.open_quantity == 1 else 'are'} {line.open_quantity} of {name} in order {number}"
    return Reply(
        f"{there} that I can cancel, not more, so nothing is cancelled. How many would you like to cancel?",
        buttons=(
            *(option(f"{n} x {name}", "cancel_order", **about, choice=str(n)) for n in counts),
            option("None of it", NO),
        ),
        asks="choice",
        again=f"{there}. Please tell me how many of them you no longer want.",
    )


def not_all_found(reply: Reply, number: str) -> Reply:
    """Put before the list, for who also named something that is not there, that the list is all."""
    return reply.after(f"Not all you name is in order {number}. I found only what is listed here.")


def cancelled(cancellation: Cancellation, names: Mapping[int, str], refund_by: date) -> Reply:
    """Say what has been cancelled."""
    things = _things(cancellation, names)
    order = f"order {cancellation.order_number}"
    what = (
        f"{order[0].upper()}{order[1:]} is cancelled: {things}."
        if cancellation.is_whole_order
        else (f"Cancelled in {order}: {things}. The rest of it stays as it is.")
    )
    text = f"{what} {given_back(cancellation, refund_by, done=True)}"
    return Reply(
        text,
        buttons=_next(cancellation.order_number),
        again=f"It is done: {things} will not be sent. {given_back(cancellation, refund_by, done=True)}",
    )


def not_possible(number: str, lines: Sequence[LineView], asked_for: Sequence[int] | None) -> Reply:
    """Say why nothing that was asked for can be cancelled, and what can be done instead."""
    names = names_of(lines)
    meant = [line for line in lines if asked_for is None or line.line in asked_for]
    text = [f"I cannot cancel this in order {number}:", *(f"- {_why(line, names)}." for line in meant)]
    rest = [line for line in lines if line.is_cancellable and line not in meant]
    if all(line.state is LineState.CANCELLED for line in meant):
        return Reply(f"{listed([names[line.line] for line in meant])}: cancelled already. Nothing more needs doing.")
    if rest:
        text.append(f"I can still cancel {listed([names[line.line] for line in rest])}.")
    text.append("If you no longer want it, a person can help you with sending it back.")
    named = ",".join(str(line.line) for line in rest)
    offer = (option("Cancel the rest", "cancel_order", order=number, lines=named),) if rest else ()
    return Reply("\n".join(text), buttons=(*offer, PERSON), again=" ".join(text[1:]))


def changed_meanwhile(reply: Reply) -> Reply:
    """Put before a new list, or a refusal, that the order has changed since the last one."""
    return reply.after("The order has changed since I listed it, so nothing has been cancelled yet.")


def still_open(reply: Reply) -> Reply:
    """Put before the same list that nothing has been done: the answer to it was no plain yes."""
    return reply.after("Nothing has been cancelled yet; I only do that after a clear yes.")


def only_now(reply: Reply) -> Reply:
    """Put before the list, for who cancels on a condition, that a yes counts at once."""
    return reply.after("I cannot keep that in mind and cancel later. With your yes I would cancel now, whatever comes.")


def kept(number: str) -> Reply:
    """Say that nothing was cancelled."""
    return Reply(
        f"Nothing is cancelled. Order {number} stays as it is.",
        buttons=_next(number),
        again=f"Order {number} is as it was before.",
    )


def names_of(lines: Sequence[LineView]) -> dict[int, str]:
    """Return what each line of an order is called in it."""
    return {line.line: called(line, lines) for line in lines}


def _things(cancellation: Cancellation, names: Mapping[int, str]) -> str:
    return listed([item(names.get(line.line, line.name), line.quantity) for line in cancellation.lines])


def _next(number: str) -> tuple[Button, ...]:
    """What can be done next. Fresh options also end those of the question that has been answered."""
    return (option("Show the order", "order_status", order=number), PERSON)


def _bullet(line: CancelledLine, currency: str, names: Mapping[int, str], open_units: int) -> str:
    name = names[line.line]
    what = item(name, line.quantity) if line.quantity == open_units else f"{line.quantity} of {open_units} x {name}"
    return f"- {what}, {price(line.price_minor, currency)}"


def _left_out(cancellation: Cancellation, lines: Sequence[LineView], names: Mapping[int, str]) -> list[str]:
    listed_lines = {line.line for line in cancellation.lines}
    stuck = [v for v in lines if v.line not in listed_lines and v.state in WHY_NOT]
    told = [f"{_why(v, names)}." for v in stuck if v.state is not LineState.CANCELLED]
    return ["", *told] if told else []


def _why(line: LineView, names: Mapping[int, str]) -> str:
    return f"{names[line.line]} {WHY_NOT.get(line.state, 'stays as it is')}"

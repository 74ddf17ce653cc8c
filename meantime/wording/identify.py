"""Asking which order is meant and whose it is. A wrong answer reads the same whether the order exists or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from meantime.shop.calendar import local_day
from meantime.shop.tables import Order, OrderLine
from meantime.wording.replies import PERSON, Button, Reply, option
from meantime.wording.speech import day, item, listed

MOST_ORDERS = 5


def ask_which_order(example: str) -> Reply:
    """Ask for the order, and offer the way without its number."""
    return Reply(
        f"Which order is it? Please tell me its number; it looks like {example}. "
        "If you do not have it at hand, your e-mail address and postcode will do.",
        asks="order_number",
        again=f"I need to know which order you mean. Its number, like {example}, is enough; so are the e-mail address "
        "and the postcode you ordered with.",
    )


def ask_without_number() -> Reply:
    """Ask a second time, for what everybody has at hand."""
    return Reply(
        "That is fine, we will find it without the number. "
        "What is the e-mail address you ordered with, and your postcode?",
        asks="email",
        again="Please tell me two things: the e-mail address you ordered with, and your postcode.",
    )


def incomplete_number(example: str) -> Reply:
    """Answer half an order number."""
    return Reply(
        f"That looks like part of an order number. A whole one looks like {example}. "
        "If you do not have it at hand, your e-mail address and postcode will do.",
        asks="order_number",
        again=f"I need the whole number, like {example}, or your e-mail address together with your postcode.",
    )


def ask_contact(number: str) -> Reply:
    """Ask for something only the owner of the order knows."""
    return Reply(
        f"To keep order {number} private, please also tell me the e-mail address, postcode or phone number it was "
        "placed with. One of them is enough.",
        asks="contact",
        again=f"One more thing before I can show order {number}: your e-mail address, postcode or phone number, so "
        "that I know it is yours.",
    )


def ask_before_change(*, was_texted: bool) -> Reply:
    """Ask the owner's telephone for one thing more. The order number proves nothing where we have texted it."""
    what = "the postcode it goes to" if was_texted else "the postcode it goes to, or the order number"
    return Reply(
        f"For your safety, one question before I change anything: please tell me {what}.",
        buttons=(PERSON,),
        asks="postcode",
        again=f"Phone numbers can be borrowed, so I need one thing more before a change: {what}.",
    )


def ask_postcode() -> Reply:
    return Reply(
        "Thank you. Please tell me the postcode too, or the order number if you have it.",
        asks="postcode",
        again="Now I still need your postcode. The order number would do as well.",
    )


def ask_email() -> Reply:
    return Reply(
        "Thank you. Please tell me the e-mail address too, or the order number if you have it.",
        asks="email",
        again="Now I still need your e-mail address. The order number would do as well.",
    )


def no_match() -> Reply:
    """Say that the details do not belong together, and nothing about what exists."""
    return Reply(
        "I could not match these details with an order. Please check the order number, and the e-mail address, "
        "postcode or phone number it was placed with.",
        buttons=(PERSON,),
        asks="contact",
        again="These details do not go together. Look at the order number once more, and tell me the e-mail address, "
        "postcode or phone number that belongs to it.",
    )


def too_many_guesses() -> Reply:
    return Reply(
        "I have stopped checking details here, to keep orders safe. A person can help you from here.",
        buttons=(PERSON,),
    )


def no_orders() -> Reply:
    return Reply(
        "I find no order under your name yet. If it was placed with other details, tell me its number.",
        buttons=(PERSON,),
        asks="order_number",
    )


def choose_order(orders: Sequence[Order], wish: str) -> Reply:
    """Show a customer's orders by what is in them. ``wish`` is the intent the choice continues."""
    shown = list(orders[:MOST_ORDERS])
    lines = [f"- {order.number}, ordered {day(local_day(order.placed_at))}: {_contents(order)}" for order in shown]
    more = (
        f"\nThese are the newest {MOST_ORDERS}; for an older one, tell me its number."
        if len(orders) > MOST_ORDERS
        else ""
    )
    return Reply(
        "\n".join(["Which of your orders is it?", *lines]) + more,
        buttons=tuple(_choice(order, wish) for order in shown),
        asks="choice",
        again=f"Please tell me which one you mean: {listed([order.number for order in shown], either=True)}.",
    )


def one_at_a_time(reply: Reply) -> Reply:
    """Put before the orders to choose from, for who means several, that they come one after the other."""
    return reply.after("I can do one order at a time, so please pick the first; then comes the next.")


def or_a_person(reply: Reply) -> Reply:
    """Offer a person to who has been asked the same before and could not answer."""
    offered = reply.after("If it is hard to say which, a person can look at it with you.")
    return replace(offered, buttons=(*reply.buttons, PERSON))


def _choice(order: Order, wish: str) -> Button:
    return option(f"{order.number}: {_contents(order, most=2)}", wish, order=order.number)


def _contents(order: Order, most: int = 4) -> str:
    """Return what is in an order; of one that is cancelled, what was."""
    there = [(line, line.quantity - line.cancelled_quantity) for line in order.lines]
    left = [(line, units) for line, units in there if units] or [(line, line.quantity) for line in order.lines]
    names = [item(line.product.name, units, _tells_apart(line, [other for other, _ in left])) for line, units in left]
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return listed(names)


def _tells_apart(line: OrderLine, among: Sequence[OrderLine]) -> dict[str, Any]:
    """Return what is different about a thing where another has the same name."""
    namesakes = [other.product.attributes for other in among if other.product.name == line.product.name]
    mine = line.product.attributes
    return {name: mine[name] for name in mine if any(its.get(name) != mine[name] for its in namesakes)}


def start_over(example: str) -> Reply:
    """Take back what was told of who somebody is, and ask again."""
    return Reply(
        "No problem, I forget what you told me before. Which order is it? Please give me its number, which looks like "
        f"{example}, or your e-mail address and postcode.",
        asks="order_number",
        again=f"We start again: the order number, like {example}, or your e-mail address and postcode.",
    )

"""The shop's rules in words: what the policy file tells, and its own sentences where only the shop can know."""

from __future__ import annotations

from dataclasses import replace

from meantime.shop.policy import Policy
from meantime.shop.zones import Transit, Zone
from meantime.wording.hours import team_hours
from meantime.wording.presence import ways_to_reach
from meantime.wording.replies import PERSON, Reply, option
from meantime.wording.speech import listed

BACKORDER = (
    "A backorder is an item that is sold out for now, with more on its way to us. You can order it, and it ships when "
    "it comes in."
)


def answer(topic: str, policy: Policy) -> Reply:
    """Answer a question about ``topic``; where the policy has nothing on it, offer a person."""
    match topic:
        case "returns" | "payment_methods" | "warranty" | "pickup" | "discounts" | "personal_data":
            return _said(getattr(policy.answers, topic), policy)
        case "cancellations":
            return _cancellations(policy)
        case "what_is_a_backorder":
            return Reply(
                f"{BACKORDER} You can wait for it, take something similar, or cancel until it is packed.",
                buttons=(option("Where is my order", "order_status"), PERSON),
                again="It means: not here today, but ordered by us, and sent to you as soon as we have it.",
            )
        case "shipping":
            return _shipping(policy)
        case "contact":
            return contact(policy)
        case "opening_hours":
            return hours(policy)
    return Reply(
        f"{unknown(policy).text} I can tell you about returns, cancelling, shipping, ways to pay, and how to reach us.",
        buttons=(*(option(title, "ask_policy", choice=topic) for topic, title in TOPICS.items()), PERSON),
        asks="choice",
        again="A person can tell you that. For the rest, pick one: "
        f"{listed([title.casefold() for title in TOPICS.values()], either=True)}.",
    )


TOPICS = {
    "returns": "Returns",
    "cancellations": "Cancelling",
    "shipping": "Shipping",
    "payment_methods": "Ways to pay",
    "contact": "How to reach us",
}


def contact(policy: Policy) -> Reply:
    """Say how the shop can be reached besides this conversation."""
    ways = ways_to_reach(policy.contact)
    if not ways:
        return Reply(
            "You can reach us right here: a person can take over this conversation.",
            buttons=(PERSON,),
            again="Writing here is the way to reach us.",
        )
    there = team_hours(policy.contact)
    when = f" We are there {there}." if there else ""
    return Reply(
        f"You can reach us {listed(ways, either=True)}, or right here.{when}",
        buttons=(PERSON,),
        again=f"Here, or {listed(ways, either=True)}.{when}",
    )


def hours(policy: Policy) -> Reply:
    """Say when somebody is there."""
    there = team_hours(policy.contact)
    if not there:
        return unknown(policy)
    return Reply(
        f"Our team is there {there}. I answer at any hour.",
        buttons=(PERSON,),
        again=f"People: {there}. Me: always.",
    )


def unknown(policy: Policy) -> Reply:
    """Say honestly that the answer is not known here, and who has it."""
    ways = ways_to_reach(policy.contact)
    elsewhere = f", here or {listed(ways, either=True)}" if ways else ""
    return Reply(
        f"I do not have that answer, and I do not want to guess. A person in our team can tell you{elsewhere}.",
        buttons=(PERSON,),
        again="That is something a person has to answer.",
    )


def _cancellations(policy: Policy) -> Reply:
    by = policy.cancelling.refund_business_days
    text = (
        "You can cancel an order, or part of it, until it is packed. It costs nothing. If your card was charged, the "
        f"money is back within {by} working days."
    )
    return Reply(
        f"{text} {policy.answers.cancellations}".strip(),
        buttons=(option("Cancel an order", "cancel_order"), PERSON),
        again=f"As long as it is not packed you can cancel for free; a payment comes back within {by} working days.",
    )


def _shipping(policy: Policy) -> Reply:
    ways = [f"{name} takes {_transit(t)}" for name, t in policy.days.transit.items()]
    farther = "".join(f" {_to(zone)}." for zone in policy.days.zones)
    text = f"{policy.answers.shipping} Once an order has left us, {listed(ways)}.{farther}".strip()
    return Reply(
        text,
        buttons=(option("Where is my order", "order_status"), PERSON),
        again=f"From our door to yours: {listed(ways)}.{farther}",
    )


def _to(zone: Zone) -> str:
    if zone.extra is not None:
        days = "1 working day" if zone.extra == 1 else f"{zone.extra} working days"
        return f"To {zone.name} it takes {days} more"
    return f"To {zone.name} {listed([f'{name} takes {_transit(t)}' for name, t in zone.transit.items()])}"


def _transit(transit: Transit) -> str:
    if transit.shortest == transit.longest:
        return f"{transit.longest} working days"
    return f"{transit.shortest} to {transit.longest} working days"


def how_to_return(policy: Policy) -> Reply:
    """Say by which rule something is sent back, and offer to begin."""
    said = _said(policy.answers.returns, policy)
    return replace(said, buttons=(option("Send something back", "return_or_damage"), PERSON))


def _said(sentence: str, policy: Policy) -> Reply:
    if not sentence:
        return unknown(policy)
    return Reply(sentence, buttons=(PERSON,), again=f"In our rules it says: {sentence}")

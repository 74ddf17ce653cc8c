"""The short answers: greeting, not having understood, handing on to a person, and what cannot be done here."""

from __future__ import annotations

from meantime.shop.policy import Contact
from meantime.wording.replies import PERSON, Button, Reply, option

ABILITIES: tuple[Button, ...] = (
    option("Where is my order", "order_status"),
    option("Cancel an order", "cancel_order"),
    PERSON,
)


def greeting(shop_name: str) -> Reply:
    return Reply(
        f"Hello, this is the assistant of {shop_name}. I can tell you where an order is or cancel it. "
        "What can I do for you?",
        buttons=ABILITIES,
    )


def not_understood() -> Reply:
    return Reply(
        "I did not quite get that. I can tell you where an order is, cancel it, or bring in a person.",
        buttons=ABILITIES,
    )


def not_understood_again() -> Reply:
    return Reply(
        "I am still not sure what you need, and I do not want to keep you. Would you like to talk to a person?",
        buttons=(option("Yes, a person please", "talk_to_person"), *ABILITIES[:2]),
    )


def handing_off(contact: Contact) -> Reply:
    """Say what happens next. ``contact`` holds what the shop's policy gives; nothing else is promised."""
    ways = []
    if contact.phone:
        ways.append(f"by phone at {contact.phone}")
    if contact.email:
        ways.append(f"by e-mail at {contact.email}")
    text = (
        "I am passing you on to a person in our team: this conversation now waits for the next one who is free. "
        "They see all of it, so you need not repeat anything."
    )
    if contact.hours:
        text += f" Our team is here {contact.hours}."
    if ways:
        text += f" You can also reach us {' or '.join(ways)}."
    return Reply(text, hand_off="asked for a person")


def cannot_yet() -> Reply:
    """Answer a wish this assistant has no way to carry out by itself."""
    return Reply(
        "I cannot do that one by myself, but a person in our team can. Would you like me to pass you on?",
        buttons=(option("Yes, a person please", "talk_to_person"), *ABILITIES[:2]),
    )


def sorry() -> Reply:
    """Answer somebody who is upset, without an argument."""
    return Reply(
        "I am sorry that this has gone so badly for you. I can look up your order right now, or pass you on to a "
        "person in our team. Which would you like?",
        buttons=(ABILITIES[0], option("A person please", "talk_to_person"), ABILITIES[1]),
    )


def keeps_waiting(order: str | None) -> Reply:
    subject = f"Order {order}" if order else "Your order"
    return Reply(f"{subject} stays just as it is. You can ask me for news or cancel at any time until it is packed.")


def nothing_to_confirm() -> Reply:
    return Reply("Nothing is waiting for your yes at the moment. What can I do for you?", buttons=ABILITIES)


def proposal_gone() -> Reply:
    return Reply(
        "That question has been settled or has expired, so I changed nothing now. "
        "Ask me about the order to see how it stands.",
        buttons=ABILITIES[:2],
    )


def all_right() -> Reply:
    return Reply("All right, nothing changes. Is there anything else I can do?", buttons=ABILITIES[:2])


def nothing_said_yet() -> Reply:
    return Reply("I have not told you anything yet. What can I do for you?", buttons=ABILITIES)

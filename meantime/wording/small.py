"""The short answers: greeting, not having understood, and what has been said before."""

from __future__ import annotations

from meantime.wording.replies import PERSON, Button, Reply, option

ABILITIES: tuple[Button, ...] = (
    option("Where is my order", "order_status"),
    option("Cancel an order", "cancel_order"),
    option("See something similar", "request_substitute"),
    PERSON,
)
FRUSTRATING = "I can hear how frustrating this is."
CAN_DO = "tell you where an order is, find something in its place, cancel it, or bring in a person"


def greeting(shop_name: str) -> Reply:
    return Reply(
        f"Hello, this is the assistant of {shop_name}. I can {CAN_DO}. What can I do for you?",
        buttons=ABILITIES,
        again=f"I am the assistant of {shop_name}, and I look after orders: where they are, what could come instead, "
        "and cancelling.",
    )


def heard_out(*, again: bool) -> Reply:
    """Answer somebody who swears: one sentence for the trouble, then what can be done about it."""
    if again:
        text = "I can hear that this is still not right. A person can look at it with you. Shall I pass you on?"
    else:
        text = f"{FRUSTRATING} I can {CAN_DO}. What would help you most?"
    return Reply(
        text,
        buttons=(PERSON, *ABILITIES[:3]),
        again=f"I would like to help with this. I can {CAN_DO}.",
    )


def english_only() -> Reply:
    """Answer another language in one sentence."""
    return Reply(
        "I am sorry, I read and write English only; a person in our team can help you.",
        buttons=(PERSON, *ABILITIES[:3]),
        again="English is all I know. A person may know more.",
    )


def not_understood() -> Reply:
    return Reply(
        f"I did not quite get that. I can {CAN_DO}. I read English only.",
        buttons=ABILITIES,
        again="I could not make sense of your last message. Say it in other words, or pick one of these.",
    )


def take_your_time() -> Reply:
    """Answer who asks for a moment."""
    return Reply("Take your time. Nothing changes meanwhile.", again="Nothing has changed. Take your time.")


def nothing_to_confirm() -> Reply:
    return Reply(
        "Nothing is waiting for your yes at the moment. What can I do for you?",
        buttons=ABILITIES,
        again="There is nothing to say yes to just now.",
    )


def proposal_gone() -> Reply:
    return Reply(
        "That question has been settled or has expired, so I changed nothing now. "
        "Ask me about the order to see how it stands.",
        buttons=ABILITIES[:2],
        again="I changed nothing: the question was too old, or already settled.",
    )


def all_right() -> Reply:
    return Reply(
        "All right, nothing changes. Is there anything else I can do?",
        buttons=ABILITIES[:3],
        again="Everything stays as it is.",
    )


def already_done(number: str | None) -> Reply:
    """Say honestly that a change cannot be taken back here."""
    order = f"order {number}" if number else "the order"
    return Reply(
        f"The change of {order} is made already, and I cannot take it back myself. A person can see what is still "
        "possible; the sooner the better.",
        buttons=(option("Yes, a person please", "talk_to_person"), ABILITIES[0]),
        again=f"I cannot undo what was changed in {order}. A person might.",
    )


def nothing_said_yet() -> Reply:
    return Reply("I have not told you anything yet. What can I do for you?", buttons=ABILITIES)


def said_before(text: str) -> Reply:
    """Say the last answer again when it has no other words."""
    return Reply(f"I said this: {text}")

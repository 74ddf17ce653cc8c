"""Handing a conversation to a person with what they need: two questions at most, then what is passed on is said.

It is said in our words, never in the customer's: theirs may hold an address, a card number, a curse. The person who
takes over sees theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from meantime.wording.presence import Outlook
from meantime.wording.replies import PERSON, Reply
from meantime.wording.speech import listed

WHAT = {
    "change_order": "Wants a change to an order",
    "return_or_damage": "Wants to return something, or it came damaged",
    "complaint": "Complains",
}
APOLOGIES = {
    "change_order": "",
    "return_or_damage": "I am sorry about that. ",
    "complaint": "I am sorry that this has gone so badly for you. ",
}
LONGEST_QUOTE = 600


def ask_order(intent: str, example: str) -> Reply:
    """Ask which order it is about. One question; whoever does not know goes on without."""
    lead = {
        "change_order": "A person in our team can make that change.",
        "return_or_damage": "A person in our team will sort it out.",
        "complaint": "I want the right person to see it.",
    }[intent]
    return Reply(
        f"{APOLOGIES[intent]}{lead} Which order is it about? Its number looks like {example}; without it, "
        "your e-mail address and postcode will do.",
        buttons=(PERSON,),
        asks="order_number",
        again="So that they can help at once: which order is it?",
    )


def ask_wish(intent: str, number: str | None, *, apology: bool) -> Reply:
    """Ask what is wanted."""
    about = f" with order {number}" if number else ""
    question = {
        "change_order": f"What exactly would you like to have changed{about}, and to what?",
        "return_or_damage": f"What has happened{about}, and what would you like us to do?",
        "complaint": f"What would put this right for you{about}?",
    }[intent]
    lead = APOLOGIES[intent] if apology else ""
    return Reply(
        f"{lead}{question} I pass it on to a person just as you write it.",
        buttons=(PERSON,),
        asks="text",
        again="In a sentence or two: what should we do for you?",
    )


def handing_off(
    intent: str,
    number: str | None,
    words: str,
    state: str,
    outlook: Outlook,
    *,
    things: Sequence[str] = (),
    proven: bool,
    apology: bool,
) -> Reply:
    """Say what is passed on and what happens next; who has heard no apology yet gets one. ``words`` are for the
    person alone, ``things`` are the names of what they are about."""
    summary = [f"{WHAT[intent]}.", f"Order {number} ({'proven' if proven else 'not proven'})." if number else ""]
    summary += [f"Says: {_quote(words)}" if words else "", f"As it stands: {state}." if state else ""]
    return Reply(
        f"{APOLOGIES[intent] if apology else ''}I pass this on to a person in our team: "
        f"{_subject(intent, number, things)}.\n\n"
        "They see this whole conversation, so you need not say it again. Nothing has been changed so far."
        f"{outlook.text}",
        asks=outlook.asks,
        hand_off=WHAT[intent],
        summary=" ".join(filter(None, summary)),
        again="A person has what you wrote and answers here.",
    )


def _subject(intent: str, number: str | None, things: Sequence[str]) -> str:
    """Name what a person is given, without a word of the customer's."""
    order = f"order {number}" if number else "your order"
    match intent:
        case "change_order":
            return f"your wish to change {order}"
        case "return_or_damage" if things:
            return f"what happened to the {listed(things)} in {order}"
        case "return_or_damage":
            return f"what you told me about {order}"
    return f"your complaint about {order}" if number else "your complaint"


def handing_off_at_once(outlook: Outlook, summary: str) -> Reply:
    """Say what happens next."""
    text = (
        "I am passing you on to a person in our team: this conversation now waits for the next one who is free. "
        "They see all of it, so you need not repeat anything."
    )
    return Reply(text + outlook.text, asks=outlook.asks, hand_off="asked for a person", summary=summary)


def _quote(words: str) -> str:
    cut = words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]} ..."
    return f'"{cut}"'

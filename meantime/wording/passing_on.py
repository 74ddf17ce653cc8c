"""Handing a conversation to a person with what they need: two questions at most, then what is passed on is said.

It is said in our words, never in the customer's: theirs may hold an address, a card number, a curse. The person who
takes over sees theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from meantime.wording.presence import Outlook
from meantime.wording.reasons import Reason
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
WANTS = {
    "change_order": "a change to an order",
    "return_or_damage": "to return something, or it came damaged",
    "complaint": "to complain",
}


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
    outlook: Outlook,
    summary: str,
    *,
    things: Sequence[str] = (),
    apology: bool,
) -> Reply:
    """Say what is passed on and what happens next; who has heard no apology yet gets one. ``summary`` is for the
    person alone, ``things`` are the names of what it is about."""
    return Reply(
        f"{APOLOGIES[intent] if apology else ''}I pass this on to a person in our team: "
        f"{_subject(intent, number, things)}.\n\n"
        "They see this whole conversation, so you need not say it again. Nothing has been changed so far."
        f"{outlook.text}",
        asks=outlook.asks,
        hand_off=WHAT[intent],
        hand_off_kind=Reason.WISH,
        summary=summary,
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


def handing_off_at_once(
    outlook: Outlook, summary: str, kind: Reason = Reason.ASKED, *, open_list: bool = False
) -> Reply:
    """Say what happens next. ``open_list``: a list still waits for a yes, and it is said that nothing came of it."""
    unchanged = " Nothing of what I listed last has been done." if open_list else ""
    return Reply(
        f"{LEADS[kind]}{unchanged}{outlook.text}",
        asks=outlook.asks,
        hand_off=BECAUSE[kind],
        hand_off_kind=kind,
        summary=summary,
    )


_AT_ONCE = (
    "I am passing you on to a person in our team: this conversation now waits for the next one who is free. "
    "They see all of it, so you need not repeat anything."
)
LEADS = {
    Reason.ASKED: _AT_ONCE,
    Reason.GOODWILL: _AT_ONCE,
    Reason.OTHER: _AT_ONCE,
    Reason.UPSET: (
        "I hear that this is still not right, and I am sorry. A person can do more here than I can, so I am passing "
        "you on to our team. They see all of this, and you need not repeat anything."
    ),
    Reason.LEGAL: (
        "Thank you for saying that openly. A person has to look at this, so I am passing you on to our team. "
        "They see all of this, and you need not repeat anything."
    ),
    Reason.UNSURE: (
        "I still do not get what you need, and I do not want to keep you. So I am passing you on to a person in our "
        "team. They see all of this. If you would rather go on with me, carry on and say it in other words."
    ),
}
BECAUSE = {
    Reason.ASKED: "asked for a person",
    Reason.GOODWILL: "wants more than the shop's rule gives",
    Reason.OTHER: "tells of danger, theft, fraud or a death",
    Reason.UPSET: "angry for the second time",
    Reason.LEGAL: "threatens with the law, an authority or the bank",
    Reason.UNSURE: "not understood twice in a row",
}
"""For staff."""


def because_also(why: str, before: str) -> str:
    """Return why a person is to answer soon, for staff, where they were to answer already."""
    return f"{why}; before that: {before}" if before else why

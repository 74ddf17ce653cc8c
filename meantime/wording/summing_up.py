"""What a person reads first when a conversation reaches them: short lines, each a label and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from meantime.shop.clues import order_numbers_in
from meantime.shop.policy import current_policy
from meantime.wording.hours import stamp

LONGEST_QUOTE = 600
LONGEST_TOLD = 300
LONGEST_LEFT = 800


class Mood(StrEnum):
    CALM = "calm"
    ANNOYED = "annoyed"
    ANGRY = "angry"


WHO, ORDER, WANTS, SAYS, ALSO = "Who", "Order", "Wants", "Says", "Also says"
ASKED, TRIED, MOOD, TOLD, NOTE = "Asked", "Tried", "Mood", "Told", "Note"
LEFT = "Left the line"
COUNTED = frozenset({ASKED, TRIED, MOOD, TOLD, NOTE, LEFT})
"""What is made of the conversation itself, and so is made anew with each message that comes."""
NOT_IDENTIFIED = "not identified"
ASKED_FOR = {
    "order_status": "where an order is",
    "cancel_order": "to cancel",
    "request_substitute": "something else instead",
    "check_availability": "whether something can be had",
    "keep_waiting": "to keep waiting",
    "split_shipment": "to have what is ready sent",
    "change_order": "to change an order",
    "payment_question": "about a payment",
    "return_or_damage": "about a return or damage",
    "ask_policy": "about the shop's rules",
    "ask_goodwill": "for something off",
    "notify_me": "to be told of news",
    "stop_updates": "to get no more messages",
    "complaint": "to complain",
    "talk_to_person": "for a person",
    "nlu_fallback": "something not understood",
    "out_of_scope": "something not understood",
}
"""Intents that say what somebody wants, as they follow "asked"."""
AGREED, DECLINED, LEFT_OPEN = "agreed to", "declined", "left unanswered"


def lines(facts: Iterable[tuple[str, str]]) -> str:
    """Return the facts that are known, each on a line of its own."""
    return "\n".join(f"{label}: {' '.join(words.split())}" for label, words in facts if words.strip())


def labels_in(summary: str) -> frozenset[str]:
    """Return which facts a summary has already."""
    return frozenset(line.partition(":")[0] for line in summary.splitlines())


def with_newest(summary: str, words: str) -> str:
    """Return what stays so of a summary once the customer has said ``words``, with these first."""
    newest = lines([(SAYS, quoted(words))])
    kept = [line for line in summary.splitlines() if line.partition(":")[0] not in COUNTED and line != newest]
    said_before = [f"{ALSO}{line.removeprefix(SAYS)}" if line.startswith(f"{SAYS}:") else line for line in kept]
    return "\n".join([newest, *said_before])


def left(at: datetime, because: str, summary: str) -> str:
    """Return what a person was to do, as ``summary`` tells, and has not done when the customer left the line."""
    known = [line for line in summary.splitlines() if line.partition(":")[0] in (ORDER, WANTS, SAYS, ALSO)]
    older = [f"before that {words}"] if (words := left_before(summary)) else []
    return lines([(LEFT, f"{stamp(at)}, nothing done yet: {'; '.join([because, *known, *older])}"[:LONGEST_LEFT])])


def left_before(summary: str) -> str:
    """Return what ``summary`` tells of lines that were left, without its label; "" where none was."""
    return next((line.partition(": ")[2] for line in summary.splitlines() if line.startswith(f"{LEFT}: ")), "")


def without_left(summary: str) -> str:
    """Return ``summary`` once a person has seen what was left."""
    return "\n".join(line for line in summary.splitlines() if not line.startswith(f"{LEFT}: "))


def of_customer(summary: str) -> str:
    """Return the lines of a summary that hold a customer's own words, and the order they have named."""
    theirs = {label.casefold() for label in (ORDER, SAYS, ALSO, LEFT)}
    return "\n".join(line for line in summary.splitlines() if line.partition(":")[0].casefold() in theirs)


def customer(ids: Iterable[str], proven_order: str | None = None) -> str:
    """Return who has proven to be a customer, by the shop's own id; or what else they have proven."""
    if known := sorted(ids):
        return f"customer {', '.join(known)}"
    return f"somebody who has proven order {proven_order}" if proven_order else NOT_IDENTIFIED


def order(number: str, state: str, *, proven: bool) -> str:
    """Return an order as it stands."""
    return f"{number} ({'proven' if proven else 'not proven'}){f': {state}' if state else ''}"


def named(messages: Sequence[str]) -> str:
    """Return the order numbers that a customer wrote last: what is behind them nobody has looked up."""
    for words in reversed(messages):
        if numbers := order_numbers_in(words, current_policy()):
            return f"{', '.join(numbers)} (named by the customer)"
    return ""


def quoted(words: str) -> str:
    """Return a customer's words, cut where they are long."""
    words = " ".join(words.split())
    if not words:
        return ""
    cut = words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]} ..."
    return f'"{cut}"'


def quoted_apart(messages: str) -> str:
    """Return what was said in several messages, each on lines of its own, so that it is read as several."""
    return quoted(" / ".join(said for line in messages.splitlines() if (said := line.strip(" ,.;"))))


def asked_for(intents: Iterable[str]) -> str:
    """Return what was asked, in the order it first was."""
    bases = (intent.partition("/")[0] for intent in intents)
    return ", ".join(dict.fromkeys(ASKED_FOR[intent] for intent in bases if intent in ASKED_FOR))


def tried(fates: Sequence[str], answers: int, failures: int) -> str:
    """Return what the assistant did: its answers, and what became of each list it asked a yes to."""
    parts = [f"{answers} {'answer' if answers == 1 else 'answers'} given"] if answers else []
    parts += [f"a list to agree to, {fate}" for fate in fates]
    parts += [f"{failures} {'turn' if failures == 1 else 'turns'} failed"] if failures else []
    return "; ".join(parts)


def told(words: str) -> str:
    """Return the last answer, cut where it is long."""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_TOLD else f"{words[:LONGEST_TOLD].rstrip()} ..."

"""What a person has to do: the order and the wish are asked for in two questions at most, then it is passed on."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.base import Answer, database, transaction
from actions.finding import Found, StillOpen, find_order
from actions.intents import CHANGE, COLLECTING, COMPLAINT, RETURN
from actions.reaching import outlook
from actions.summing import summary
from meantime.shop.clues import EMAIL, Clues
from meantime.shop.identity import example_number, knows_sender, may_see, proven_customers
from meantime.shop.lines import views, whole_order
from meantime.shop.naming import meant
from meantime.wording import passing_on as say

MOST_QUESTIONS = 2
# Words that say what is wanted, beyond that something is.
TELLING = {
    CHANGE: re.compile(
        r"\bto (?!change|get|have|be|make|update|edit|modify|add|ask|my\b|the\b|an?\b|it\b|another)\S+|\b\d{1,3}\b|"
        r"\b(instead of|without|add \w+|remove \w+|gift|express|faster|sooner|later|earlier|"
        r"street|st|avenue|ave|road|rd)\b",
        re.IGNORECASE,
    ),
    RETURN: re.compile(
        r"\b(broken?|broke|damag\w*|crack\w*|dent\w*|scratch\w*|shatter\w*|smash\w*|torn|stain\w*|defect\w*|faulty|dead|leak\w*|"
        r"work|works|working|wrong|missing|incomplete|empty|fit|fits|small|big|large|tight|like|need|return|"
        r"send (it|them|this) back|exchange|refund)\b",
        re.IGNORECASE,
    ),
    COMPLAINT: re.compile(
        r"\b(refund|money back|replace\w*|compensat\w*|manager|call me|apolog\w*|want|expect|need)\b", re.IGNORECASE
    ),
}


def collect(asked: Asked, wish: Wish) -> Answer:
    """Ask for what is missing, or pass on what is known."""
    with transaction(asked) as session:
        asked = _not_guessing(session, asked, wish)
        found = find_order(session, asked, wish)
        number = _number(asked, found)
        claims = asked.memory.claims.updated(asked.clues)
        proven = number is not None and may_see(session, asked.asker, number)
        example = example_number(session, asked.policy)
    may_choose = isinstance(found, StillOpen) and found.reply.asks == "choice"
    if number is None and wish.questions == 0 and (may_choose or not (claims.email or claims.postcode)):
        reply = found.reply if isinstance(found, StillOpen) and may_choose else say.ask_order(wish.intent, example)
    elif wish.questions < MOST_QUESTIONS and not _tells(wish) and not _has_answered(asked, wish):
        reply = say.ask_wish(wish.intent, number, apology=wish.questions == 0)
    else:
        return pass_on(asked, wish, number, proven=proven)
    following = replace(wish, questions=wish.questions + 1)
    order = number if proven else asked.memory.order
    memory = replace(asked.memory, wish=following, claims=claims, order=order, topic=COLLECTING)
    return Answer(reply, memory)


def pass_on(asked: Asked, wish: Wish, number: str | None, *, proven: bool) -> Answer:
    """Hand off with what was collected; nothing of the order is told that was not proven."""
    things: tuple[str, ...] = ()
    if proven and number is not None:
        with database().reading() as session:
            lines = views(session, whole_order(session, number), policy=asked.policy)
        things = tuple(dict.fromkeys(line.name for line in meant(wish.words, lines).things))
    known = summary(asked, number=number, wants=say.WANTS[wish.intent], words=wish.words)
    reply = say.handing_off(
        *(wish.intent, number, outlook(asked), known),
        things=things,
        apology=wish.questions == 0,
    )
    return Answer(reply, asked.memory.about(number if proven else asked.memory.order))


def _not_guessing(session: Session, asked: Asked, wish: Wish) -> Asked:
    """Leave out what only looks like a proof: from who has proven enough, and what a change is to lead to."""
    number = asked.clues.order_number or asked.memory.order
    is_known = (number is not None and may_see(session, asked.asker, number)) or bool(
        proven_customers(session, asked.asker) or knows_sender(session, asked.asker)
    )
    tells_change = wish.intent == CHANGE and (asked.memory.said or {}).get("asks") == "text"
    if not is_known and not (tells_change and asked.memory.topic == COLLECTING):
        return asked
    return replace(asked, clues=Clues(order_number=asked.clues.order_number))


def _number(asked: Asked, found: object) -> str | None:
    """The order that was found, or at least named: a person checks whose it is."""
    if isinstance(found, Found):
        return found.order.number
    told = asked.clues.order_number or asked.memory.claims.order_number
    return told or asked.memory.order


def _has_answered(asked: Asked, wish: Wish) -> bool:
    """Return whether a complaint was asked what would put it right, and this is the answer, whatever it says."""
    was_asked = asked.memory.topic == COLLECTING and (asked.memory.said or {}).get("asks") == "text"
    return wish.intent == COMPLAINT and was_asked and not asked.clues


def _tells(wish: Wish) -> bool:
    return bool(TELLING[wish.intent].search(_without_numbers(wish.words)))


def _without_numbers(words: str) -> str:
    """An order number or a postcode is no wish."""
    return re.sub(r"\b[A-Za-z]{0,3}-?\d{4,}\b", " ", EMAIL.sub(" ", words))

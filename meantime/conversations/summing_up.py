"""What the messages themselves tell the person who takes over: added to whatever an action knew of the shop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.gateway_words import is_ours
from meantime.conversations.inbox import storable
from meantime.conversations.reachable import vouched_for
from meantime.conversations.reasons import NOT_ASKED_FOR, Reason
from meantime.conversations.tables import BOT, CUSTOMER, SYSTEM, Conversation, Message
from meantime.db import now
from meantime.wording import gateway as said
from meantime.wording import summing_up as say
from meantime.wording.anger import is_upset
from meantime.wording.summing_up import Mood

MOST_MESSAGES = 30
"""Older ones are another story; they stay to be read below."""
LONGEST_SUMMARY = 2_000
LONGEST_GIVEN = 1_200
"""Of what an action knows; the rest is for what the messages tell."""
NO_WISH = NOT_ASKED_FOR | {Reason.ASKED, Reason.UNSURE}
COMPLAINS = frozenset({"complaint", "return_or_damage"})
FATES = {"affirm": say.AGREED, "deny": say.DECLINED}


def sum_up(session: Session, conversation: Conversation, given: str = "") -> None:
    """Keep with the conversation what is so now."""
    conversation.summary = storable(whole(session, conversation, given))[:LONGEST_SUMMARY]
    conversation.summed_up_at = now()


def sum_up_anew(session: Session, conversation: Conversation, newest: str) -> None:
    """The same for one that waits already and goes on: ``newest`` is what the customer says now, and what was known
    of the shop stays."""
    sum_up(session, conversation, say.with_newest(conversation.summary, newest))


def keep_what_was_left(conversation: Conversation) -> None:
    """Reduce the summary of one whose customer leaves the line to what a person was to do, so that whoever is next
    asked for knows; nothing stays where they only asked for somebody, or were not told to wait."""
    before = conversation.summary
    is_wish = conversation.handed_off_kind not in NO_WISH or say.WANTS in say.labels_in(before)
    older = say.lines([(say.LEFT, say.left_before(before))])
    conversation.summary = say.left(now(), conversation.handed_off_because, before) if is_wish else older
    conversation.summed_up_at = now()


def mood_now(session: Session, conversation: Conversation) -> Mood:
    """Return how the customer of a conversation sounds by now."""
    return mood(_customers(_newest(session, conversation)))


def whole(session: Session, conversation: Conversation, given: str = "") -> str:
    """Return ``given`` and what else a person should know before they answer, each fact once."""
    messages = _newest(session, conversation)
    known = say.labels_in(given)
    facts = [(label, words) for label, words in _facts(conversation, messages) if label not in known]
    return "\n".join(filter(None, (given.strip()[:LONGEST_GIVEN], say.lines(facts))))


def _facts(conversation: Conversation, messages: Sequence[Message]) -> Iterator[tuple[str, str]]:
    yield say.NOTE, conversation.hand_back_note  # first: what comes last may be cut
    yield say.LEFT, say.left_before(conversation.summary)
    customers = _customers(messages)
    if not messages:
        return
    proven = conversation.customer_id if vouched_for(conversation, now()) else None
    yield say.WHO, say.customer([proven] if proven else [])
    yield say.ORDER, say.named([message.text for message in customers])
    yield say.ASKED, say.asked_for(message.intent for message in customers if message.intent)
    yield say.SAYS, say.quoted(customers[-1].text if customers else "")
    answers = [message for message in messages if message.author == BOT]
    failures = sum(message.author == SYSTEM and message.text.startswith(said.GIVEN_UP) for message in messages)
    failures += sum(message.attempts for message in customers)
    yield say.TRIED, say.tried(list(_fates(messages)), len(answers), failures)
    yield say.MOOD, mood(customers).value
    yield say.TOLD, say.told(answers[-1].text if answers else "")


def mood(customers: Sequence[Message]) -> Mood:
    """Return how a customer sounds: angry twice is angry."""
    angry = sum(is_upset(message.text) for message in customers)
    if angry > 1:
        return Mood.ANGRY
    return Mood.ANNOYED if angry or any(message.intent in COMPLAINS for message in customers) else Mood.CALM


def _customers(messages: Sequence[Message]) -> list[Message]:
    return [message for message in messages if message.author == CUSTOMER and not is_ours(message.payload)]


def _fates(messages: Sequence[Message]) -> Iterator[str]:
    """Return what became of each list that waited for a yes."""
    for place, message in enumerate(messages):
        if message.proposal_id is not None:
            after = next((later for later in messages[place + 1 :] if later.author == CUSTOMER), None)
            yield FATES.get((after.intent if after else None) or "", say.LEFT_OPEN)


def _newest(session: Session, conversation: Conversation) -> list[Message]:
    newest = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.seq.desc())
        .limit(MOST_MESSAGES)
    )
    return list(reversed(newest.all()))

"""The steps of a turn, each one transaction: claim and take the next message, keep the answer, or keep the failure.

A conversation is claimed by a lease, and what comes of a turn is kept only under the fence it was claimed with.
The step that ends a message looks for the next one under the same lock, so none that arrived meanwhile is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from meantime.conversations.agreements import takes_leave
from meantime.conversations.contacts import Contact
from meantime.conversations.gateway_words import MORE, NO_ANSWER
from meantime.conversations.inbox import Words, lock_conversation, post
from meantime.conversations.pace import Pace
from meantime.conversations.queue import enqueue, give_up, is_ours, take_word, with_next_steps
from meantime.conversations.rasa import Answer
from meantime.conversations.reachable import answer_to, note_question
from meantime.conversations.replies import spoken
from meantime.conversations.showing import was_shown
from meantime.conversations.standing import shows_again
from meantime.conversations.tables import BOT, CUSTOMER, SMS, Conversation, Message
from meantime.conversations.tokens import is_proven
from meantime.conversations.wake import announce
from meantime.db import now
from meantime.ledger import TurnToken, begin_turn
from meantime.wording import gateway as say
from meantime.wording import texting

GIVEN_UP_FAILING = "the assistant failed"
GIVEN_UP_DOWN = "the assistant did not answer"


@dataclass(frozen=True, slots=True)
class Ask:
    """A message that Rasa is to answer, and the fence under which its answer is kept."""

    conversation_id: str
    fence: int
    message_id: str
    text: str
    payload: str | None
    state: dict[str, Any] | None
    token: TurnToken


class Dropped(Exception):
    """The turn is not ours any more: somebody else claimed the conversation or took it over."""


def claim(session: Session, conversation_id: str, pace: Pace) -> Ask | None:
    """Claim the conversation and return what Rasa is to be asked, or None: nothing to do, or it is claimed."""
    at = now()
    conversation = session.scalars(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            or_(Conversation.claimed_until.is_(None), Conversation.claimed_until < at),
        )
        .values(fence=Conversation.fence + 1, claimed_until=at + timedelta(seconds=pace.lease_seconds))
        .returning(Conversation),
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).one_or_none()
    return None if conversation is None else next_ask(session, conversation)


def claim_locked(session: Session, conversation: Conversation, pace: Pace) -> Ask | None:
    """The same as ``claim``, for a conversation that this transaction has locked already."""
    at = now()
    if conversation.claimed_until is not None and conversation.claimed_until >= at:
        return None
    conversation.fence += 1
    conversation.claimed_until = at + timedelta(seconds=pace.lease_seconds)
    session.flush()
    return next_ask(session, conversation)


def next_ask(session: Session, conversation: Conversation) -> Ask | None:
    """Deal with what waits in a claimed conversation, in order. Return the first message that Rasa has to answer;
    when there is none, or its pause is not over, the claim is released."""
    at = now()
    for message in _unhandled(session, conversation.id):
        if conversation.owner == BOT and not is_ours(message) and not shows_again(session, conversation, message):
            if message.retry_at is not None and message.retry_at > at:
                break
            begin_turn(session, message.id, conversation.id)
            return _ask(session, conversation, message)
        take_word(session, conversation, message)
        message.handled_at = at
        announce(session, conversation)
    conversation.claimed_until = None
    return None


def keep_answer(session: Session, ask: Ask, answer: Answer, pace: Pace, texts_from: str = "") -> Ask | None:
    """Store what Rasa answered: replies, options, state and owner, all or nothing. Return what to ask next.
    ``texts_from`` is the number we begin to text from, where we do. Raises Dropped, and RasaFailed when the answer
    says nothing."""
    conversation, message = _held(session, ask)
    said = spoken(answer)
    conversation.state = answer.state
    conversation.hand_back_order = None  # from now on the state knows it
    if answer.intent is not None:
        message.intent, message.confidence = answer.intent.name, answer.intent.confidence
    message.handled_at = now()
    words = said.words
    if said.hand_off is not None:
        enqueue(session, conversation, said.hand_off)
        note_question(conversation, words[-1].asks)
        words = (*words[:-1], with_next_steps(session, conversation, words[-1]))
    if takes_leave(session, conversation, said.agreement, texts_from):
        post(session, conversation, BOT, Words(texting.STOPPED), name=say.ASSISTANT, is_farewell=True)
    else:
        for some in words:
            post(session, conversation, BOT, some, name=say.ASSISTANT)
    conversation.claimed_until = now() + timedelta(seconds=pace.lease_seconds)
    return next_ask(session, conversation)


def keep_failure(session: Session, ask: Ask, pace: Pace, *, counts: bool) -> float | None:
    """Release the conversation after a failed ask. Return the pause in seconds before the next try, or None when
    a person is asked instead. A Rasa that is down (``counts`` false) is waited for longer. Raises Dropped."""
    conversation, message = _held(session, ask)
    at = now()
    message.attempts += counts
    waited = at - (message.told_to_wait_at or at)
    if message.attempts >= pace.failures or waited >= timedelta(seconds=pace.give_up_after):
        message.handled_at = at
        give_up(session, conversation, GIVEN_UP_FAILING if counts else GIVEN_UP_DOWN)
        next_ask(session, conversation)
        return None
    pause = _pause(message.at, at, pace)
    message.retry_at = at + timedelta(seconds=pause)
    conversation.claimed_until = None
    return pause


def release(session: Session, ask: Ask) -> None:
    """Give a claim back unanswered, so that another gateway need not wait for the lease to end."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == ask.conversation_id, Conversation.fence == ask.fence)
        .values(claimed_until=None)
    )


def abandoned(session: Session, most: int) -> list[str]:
    """Return conversations in which something waits, is due, and nobody holds the claim."""
    at = now()
    waiting = (
        select(Message.conversation_id, Message.at)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.handled_at.is_(None),
            or_(Message.retry_at.is_(None), Message.retry_at <= at),
            or_(Conversation.claimed_until.is_(None), Conversation.claimed_until < at),
        )
        .order_by(Message.at)
        .limit(most)
    )
    return list(dict.fromkeys(row.conversation_id for row in session.execute(waiting)))


def _unhandled(session: Session, conversation_id: str) -> list[Message]:
    """Nothing is flushed for this: what this transaction has handled is known here, and the rest is stored."""
    with session.no_autoflush:
        messages = session.scalars(
            select(Message)
            .where(
                Message.conversation_id == conversation_id,
                Message.handled_at.is_(None),
                Message.author == CUSTOMER,
            )
            .order_by(Message.seq)
        ).all()
    return [message for message in messages if message.handled_at is None]


def _held(session: Session, ask: Ask) -> tuple[Conversation, Message]:
    conversation = lock_conversation(session, ask.conversation_id)
    message = session.get_one(Message, ask.message_id)
    if conversation.fence != ask.fence or conversation.owner != BOT or message.handled_at is not None:
        raise Dropped(ask.message_id)
    return conversation, message


def _ask(session: Session, conversation: Conversation, message: Message) -> Ask:
    token = TurnToken(
        conversation=conversation.id,
        message=message.id,
        channel=conversation.channel,
        address_hash=conversation.address_hash,
        proof=conversation.customer_id if _is_proven(session, conversation, message) else None,
        proposal=_proposal_before(session, conversation, message),
        sender=_sender(session, conversation),
        answer_to=answer_to(conversation).name,
        order=conversation.hand_back_order,
    )
    return Ask(
        conversation.id, conversation.fence, message.id, message.text, message.payload, conversation.state, token
    )


def _is_proven(session: Session, conversation: Conversation, message: Message) -> bool:
    """Return whether the shop vouches for who wrote this: on this very device, where devices are told apart."""
    expires = conversation.customer_proof_expires_at
    if expires is None or expires <= now():
        return False
    return message.token_hash is None or is_proven(session, message.token_hash)


def _proposal_before(session: Session, conversation: Conversation, message: Message) -> str | None:
    """Return the proposal of the message directly before this one, if the bot said that. By SMS there are requests
    for its next page in between, and words sent twice; and it is none where the phone had not shown all of it when
    this was written."""
    if message.seq == 1:
        return None
    before = session.scalars(
        select(Message)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.seq < message.seq,
            or_(Message.payload.is_(None), Message.payload.not_in((MORE, NO_ANSWER))),
        )
        .order_by(Message.seq.desc())
        .limit(1)
    ).one_or_none()
    if before is None or before.author != BOT or before.proposal_id is None:
        return None
    if conversation.channel == SMS and not was_shown(session, before, message.at):
        return None
    return before.proposal_id


def _sender(session: Session, conversation: Conversation) -> str | None:
    """Return the number a text message came from: it may be an order's own."""
    if conversation.channel != SMS or conversation.contact_id is None:
        return None
    return session.get_one(Contact, conversation.contact_id).theirs


def _pause(since: datetime, at: datetime, pace: Pace) -> float:
    """Half as long again as the customer has waited already, within bounds."""
    return min(pace.longest_pause, max(pace.shortest_pause, (at - since).total_seconds() / 2))

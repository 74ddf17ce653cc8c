"""Takes the person out of a conversation and out of an address: how much was said, when and by whom stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact, ContactEvent, lock_contact
from meantime.conversations.inbox import lock_conversation
from meantime.conversations.notes import Note
from meantime.conversations.outbox import HELD, OPEN, SUPERSEDED, Delivery
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import BOT, CUSTOMER, FORGOTTEN, Conversation, Message, Option
from meantime.conversations.tokens import ConversationToken
from meantime.conversations.wake import announce
from meantime.db import now
from meantime.ledger import revoke_turns
from meantime.shop.tables import Guess, Proof, Proposal, StaffPromise

ERASED = "[erased]"
"""Stands where words stood."""


def forget_conversation(session: Session, conversation_id: str) -> None:
    """Take out of a conversation what was said in it and what leads to its customer. Nothing waits in it any more: a
    turn that runs fails, its keys open nothing, what was to be sent is dropped. Raises UnknownConversation."""
    conversation = lock_conversation(session, conversation_id)
    at = now()
    revoke_turns(session, conversation_id)
    _forget_messages(session, conversation_id, at)
    _forget_deliveries(session, conversation_id)
    session.execute(update(Note).where(Note.conversation_id == conversation_id).values(text=ERASED))
    session.execute(
        update(Rating).where(Rating.conversation_id == conversation_id, Rating.word != "").values(word=ERASED)
    )
    session.execute(
        update(ConversationToken)
        .where(ConversationToken.conversation_id == conversation_id)
        .values(address_hash="", proof_expires_at=None, revoked_at=func.coalesce(ConversationToken.revoked_at, at))
    )
    _forget_identity(session, conversation_id, at)
    forget_promises(session, StaffPromise.conversation_id == conversation_id)
    _empty(conversation, at)
    announce(session, conversation)


def forget_promises(session: Session, which: ColumnElement[bool]) -> None:
    """Take the words out of promises of staff. One that is still open cannot be kept any more."""
    at = now()
    session.execute(update(StaffPromise).where(which, StaffPromise.what != "").values(what=ERASED))
    session.execute(
        update(StaffPromise)
        .where(which, StaffPromise.kept_at.is_(None), StaffPromise.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )


def forget_contact(session: Session, contact_id: int) -> None:
    """Take the address out of a contact. What was agreed to stays with its time; whoever was sending to it is stopped.
    Who writes from there again is somebody new."""
    contact = lock_contact(session, contact_id)
    contact.theirs = f"{ERASED} {contact.id}"
    contact.fence += 1
    contact.claimed_until = None
    session.execute(update(ContactEvent).where(ContactEvent.contact_id == contact_id).values(source=ERASED))
    drop_unsent(session, Delivery.contact_id == contact_id)


def is_needed(session: Session, contact: Contact) -> bool:
    """Return whether an address is kept though a conversation of it is forgotten: another one goes on with it, or
    nothing may ever be sent there again."""
    goes_on = exists().where(Conversation.contact_id == contact.id, Conversation.erased_at.is_(None))
    return contact.opted_out_at is not None or bool(session.scalar(select(goes_on)))


def drop_unsent(session: Session, which: ColumnElement[bool]) -> None:
    """Send nothing of these any more."""
    session.execute(update(Delivery).where(which, Delivery.state.in_((HELD, *OPEN))).values(state=SUPERSEDED))


def _forget_messages(session: Session, conversation_id: str, at: datetime) -> None:
    session.execute(delete(Option).where(Option.conversation_id == conversation_id))
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id)
        .values(
            text=ERASED,
            cards=[],
            media=[],
            payload=None,
            option_id=None,
            client_id=None,  # of a text message it is the provider's id, under which the words can be read there
            token_hash=None,
            proposal_id=None,
            asks=None,
            retry_at=None,
            handled_at=func.coalesce(Message.handled_at, at),
        )
    )
    session.execute(
        update(Message).where(Message.conversation_id == conversation_id, Message.author == CUSTOMER).values(name="")
    )


def _forget_deliveries(session: Session, conversation_id: str) -> None:
    of_it = Delivery.conversation_id == conversation_id
    drop_unsent(session, of_it)
    session.execute(
        update(Delivery)
        .where(of_it)
        .values(text=ERASED, provider_id=None, followed_up_at=func.coalesce(Delivery.followed_up_at, now()))
    )


def _forget_identity(session: Session, conversation_id: str, at: datetime) -> None:
    """That somebody has proven or guessed stays, and where from goes. Nothing listed can be agreed to any more."""
    session.execute(
        update(Proof).where(Proof.conversation_id == conversation_id).values(address_hash="", expires_at=at)
    )
    session.execute(update(Guess).where(Guess.conversation_id == conversation_id).values(address_hash=""))
    session.execute(
        update(Proposal)
        .where(Proposal.conversation_id == conversation_id)
        .values(details={}, expires_at=func.coalesce(Proposal.accepted_at, at))
    )


def _empty(conversation: Conversation, at: datetime) -> None:
    conversation.customer_id = conversation.customer_proof_expires_at = None
    conversation.address_hash = conversation.summary = conversation.handed_off_because = ""
    conversation.hand_back_note = conversation.agent_name = ""
    # Nobody can be reached in it any more, and nobody is to try.
    conversation.closed_at, conversation.closed_by = conversation.closed_at or at, ""
    conversation.closed_because = FORGOTTEN
    conversation.state = conversation.hand_back_order = None
    conversation.owner = BOT
    conversation.queued_at = conversation.awaits_since = conversation.snoozed_until = None
    conversation.undelivered_at = conversation.told_late_at = None
    conversation.queue_acknowledged = False
    conversation.claimed_until = None
    conversation.fence += 1  # what comes of a turn that runs is not kept
    conversation.erased_at = at

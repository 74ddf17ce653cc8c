"""The steps of sending, each one transaction: claim a contact and take its oldest page, then keep what came of it.

A contact is claimed by a lease, and results are kept only under the fence it was claimed with: so order holds for
each number on any number of gateways. That a page is being sent is stored before the provider hears of it; one that
is found in that state later may have been taken, and is looked for before it is sent again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from meantime.conversations.contacts import Contact, lock_contact, opt_out
from meantime.conversations.delivery_reports import OPTED_OUT_CODE, did_not_arrive
from meantime.conversations.inbox import lock_conversation
from meantime.conversations.outbox import (
    FAILED,
    HELD,
    OPEN,
    PARKED,
    SENDING,
    SENT,
    SUPPRESSED,
    UNKNOWN,
    WAITING,
    Delivery,
    is_any_of,
)
from meantime.conversations.pace import Pace
from meantime.db import now

MOST_KNOWN = 200


class LostClaim(Exception):
    """Somebody else has claimed the contact since: the result is theirs to find out."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A page to be sent now, and the fence under which its result is kept."""

    id: int
    contact_id: int
    fence: int
    channel: str
    ours: str
    theirs: str
    conversation_id: str
    message_id: str
    part: int
    text: str
    attempts: int
    first_tried_at: datetime
    may_be_sent: bool
    """The provider may have taken it in an earlier try: look for it first."""
    is_opted_out: bool
    """Look for it, but do not send it again."""
    known: frozenset[str]
    """What the provider calls other things we sent to this contact: none of them is this one."""


def due_contacts(session: Session, channels: Collection[str], most: int) -> list[int]:
    """Return contacts for whom something waits, is due, and nobody holds the claim; the longest waiting first. What
    stands behind a page that waits for its next try is not due."""
    at = now()
    older = aliased(Delivery)
    stands_behind = exists().where(
        older.contact_id == Delivery.contact_id, is_any_of(OPEN, older), older.id < Delivery.id, older.retry_at > at
    )
    rows = session.execute(
        select(Delivery.contact_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(
            is_any_of(OPEN),
            Delivery.channel.in_(channels),
            or_(Delivery.not_before.is_(None), Delivery.not_before <= at),
            or_(Delivery.retry_at.is_(None), Delivery.retry_at <= at),
            ~stands_behind,
            or_(Contact.claimed_until.is_(None), Contact.claimed_until < at),
        )
        .group_by(Delivery.contact_id)
        .order_by(func.min(Delivery.id))
        .limit(most)
    )
    return [row.contact_id for row in rows]


def claim(session: Session, contact_id: int, pace: Pace) -> Outgoing | None:
    """Claim the contact and return what is to be sent first, or None: nothing is due, or it is claimed."""
    at = now()
    contact = session.scalars(
        update(Contact)
        .where(Contact.id == contact_id, or_(Contact.claimed_until.is_(None), Contact.claimed_until < at))
        .values(fence=Contact.fence + 1, claimed_until=at + timedelta(seconds=pace.send_lease_seconds))
        .returning(Contact),
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).one_or_none()
    return None if contact is None else _take_next(session, contact)


def keep_sent(session: Session, out: Outgoing, provider_id: str, pace: Pace) -> Outgoing | None:
    """Note that the provider has it, and return what is to be sent next. A report that was faster stands.
    Raises LostClaim."""
    contact, delivery = _held(session, out)
    delivery.provider_id = provider_id
    delivery.sent_at = delivery.sent_at or now()
    if delivery.state in OPEN:
        delivery.state = SENT
    return _go_on(session, contact, pace)


def keep_refused(session: Session, out: Outgoing, code: str, pace: Pace) -> Outgoing | None:
    """Note that the provider will never take it, and return what is to be sent next. Raises LostClaim."""
    conversation = lock_conversation(session, out.conversation_id)
    contact, delivery = _held(session, out)
    delivery.error_code = code
    if code == OPTED_OUT_CODE:
        opt_out(session, contact, "the network refused a message: opted out there")
        delivery.state = SUPPRESSED
    else:
        delivery.state = FAILED
        did_not_arrive(session, conversation)
    return _go_on(session, contact, pace)


def keep_suppressed(session: Session, out: Outgoing, pace: Pace) -> Outgoing | None:
    """Note that it was not sent, because the contact has opted out meanwhile. Raises LostClaim."""
    contact, delivery = _held(session, out)
    delivery.state = SUPPRESSED
    return _go_on(session, contact, pace)


def keep_for_later(
    session: Session, out: Outgoing, code: str, pace: Pace, *, after: float | None, may_be_sent: bool
) -> float | None:
    """Release the contact after a failed try. Return the pause in seconds before the next one, or None when it was
    tried for long enough and is parked. Raises LostClaim."""
    at = now()
    conversation = lock_conversation(session, out.conversation_id)
    contact, delivery = _held(session, out)
    contact.claimed_until = None
    delivery.error_code = code
    if at - (delivery.first_tried_at or at) >= timedelta(seconds=pace.park_after):
        delivery.state = PARKED
        did_not_arrive(session, conversation)
        return None
    doubled: float = pace.shortest_send_pause * 2 ** (delivery.attempts - 1)
    pause = max(after or 0.0, min(pace.longest_send_pause, doubled))
    delivery.retry_at = at + timedelta(seconds=pause)
    delivery.state = UNKNOWN if may_be_sent or out.may_be_sent else WAITING
    return pause


def release(session: Session, out: Outgoing) -> None:
    """Give a claim back, so that another gateway need not wait for the lease to end. The page stays as it is: it
    may have been taken."""
    session.execute(
        update(Contact).where(Contact.id == out.contact_id, Contact.fence == out.fence).values(claimed_until=None)
    )


def _take_next(session: Session, contact: Contact) -> Outgoing | None:
    """Return the oldest page that is due of a claimed contact; without one the claim is released. One that waits
    for its next try is not overtaken."""
    at = now()
    if contact.opted_out_at is not None:
        _suppress(session, contact)
    delivery = session.scalars(
        select(Delivery)
        .where(
            Delivery.contact_id == contact.id,
            is_any_of(OPEN),
            or_(Delivery.not_before.is_(None), Delivery.not_before <= at),
        )
        .order_by(Delivery.id)
        .limit(1)
    ).one_or_none()
    if delivery is None or (delivery.retry_at is not None and delivery.retry_at > at):
        contact.claimed_until = None
        return None
    may_be_sent = delivery.state != WAITING
    delivery.state = SENDING
    delivery.attempts += 1
    delivery.first_tried_at = first_tried_at = delivery.first_tried_at or at
    return Outgoing(
        id=delivery.id,
        contact_id=contact.id,
        fence=contact.fence,
        channel=delivery.channel,
        ours=contact.ours,
        theirs=contact.theirs,
        conversation_id=delivery.conversation_id,
        message_id=delivery.message_id,
        part=delivery.part,
        text=delivery.text,
        attempts=delivery.attempts,
        first_tried_at=first_tried_at,
        may_be_sent=may_be_sent,
        is_opted_out=contact.opted_out_at is not None and not delivery.is_farewell,
        known=_known(session, contact) if may_be_sent else frozenset(),
    )


def _suppress(session: Session, contact: Contact) -> None:
    session.execute(
        update(Delivery)
        .where(
            Delivery.contact_id == contact.id,
            Delivery.state.in_((WAITING, HELD)),
            Delivery.is_farewell.is_(False),
        )
        .values(state=SUPPRESSED),
        execution_options={"synchronize_session": "fetch"},
    )


def _known(session: Session, contact: Contact) -> frozenset[str]:
    rows = session.scalars(
        select(Delivery.provider_id)
        .where(Delivery.contact_id == contact.id, Delivery.provider_id.is_not(None))
        .order_by(Delivery.id.desc())
        .limit(MOST_KNOWN)
    )
    return frozenset(filter(None, rows))


def _held(session: Session, out: Outgoing) -> tuple[Contact, Delivery]:
    contact = lock_contact(session, out.contact_id)
    if contact.fence != out.fence:
        raise LostClaim(str(out.id))
    return contact, session.get_one(Delivery, out.id, with_for_update=True, populate_existing=True)


def _go_on(session: Session, contact: Contact, pace: Pace) -> Outgoing | None:
    contact.claimed_until = now() + timedelta(seconds=pace.send_lease_seconds)
    session.flush()
    return _take_next(session, contact)

"""Who may see which order: proofs, and the counting of wrong guesses.

An order is shown to a customer named by the shop's own JWT, to who knows its number and one of e-mail, postcode
or phone, and to who knows a customer's e-mail and postcode. A wrong guess never says whether the order exists.

By text message the sending number is a proof of its own, and a weak one: numbers are spoofed, and given to others.
So it shows the recent orders of that number, and changes one only after something was told that the number does not
say: the postcode, or the order number, where we have not texted that ourselves.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.clues import Clues
from meantime.shop.policy import Policy
from meantime.shop.postcodes import postcode_key
from meantime.shop.tables import Customer, Guess, Order, Proof

HOUR = timedelta(hours=1)
SENDER_SEES = timedelta(days=90)
SENDER_TRUSTED = timedelta(days=30)
"""For so long after a sender has told more than their number changes need nothing else."""
SENDER, SHOWN = "sender and more", "shown to sender"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is asking, as far as the gateway vouches for it. ``customer_id`` comes from a valid identity JWT,
    ``sender`` is the number (E.164) a text message came from."""

    conversation_id: str
    message_id: str
    channel: str
    address_hash: str
    customer_id: str | None = None
    sender: str | None = None


class Check(Enum):
    """What came of comparing clues with the truth."""

    PROVEN = "proven"
    WRONG = "wrong"
    TOO_MANY = "too many guesses"


def may_see(session: Session, asker: Asker, number: str) -> bool:
    """Return whether ``asker`` may be shown order ``number``: its owner, or its owner's telephone. False too where
    there is none."""
    return has_proven(session, asker, number) or _is_senders(session, asker, number)


def may_change(session: Session, asker: Asker, number: str) -> bool:
    """Return whether ``asker`` may change order ``number``. A sending number alone does not do, until it has told
    more; then it does for a while."""
    return has_proven(session, asker, number) or (
        _is_senders(session, asker, number) and _is_trusted(session, asker, number)
    )


def has_proven(session: Session, asker: Asker, number: str) -> bool:
    """Return whether ``asker`` has proven to be the owner of order ``number`` by more than where they write from."""
    customer_id = session.scalar(select(Order.customer_id).where(Order.number == number))
    if customer_id is None:
        return False
    if customer_id in proven_customers(session, asker):
        return True
    proof = select(Proof.id).where(*_valid(asker), Proof.order_number == number)
    return session.scalar(proof.limit(1)) is not None


def proven_customers(session: Session, asker: Asker) -> set[str]:
    """Return the customers ``asker`` has proven to be: seldom more than one."""
    found = session.scalars(select(Proof.customer_id).where(*_valid(asker)))
    return {customer for customer in (*found, asker.customer_id) if customer}


def customers_proven_in(session: Session, conversation_id: str) -> set[str]:
    """Return the customers whose orders were shown in a conversation to who had proven to own them. A proof that has
    ended counts: what was said stays to be read."""
    found = session.scalars(
        select(func.coalesce(Proof.customer_id, Order.customer_id))
        .outerjoin(Order, Order.number == Proof.order_number)
        .where(Proof.conversation_id == conversation_id, Proof.how != SHOWN)
    )
    return {customer for customer in found if customer}


def may_guess(session: Session, asker: Asker, number: str, policy: Policy) -> bool:
    """Return whether details are still checked here; ``number`` is the order's, or "" where none is told."""
    return not _guessed_too_often(session, asker, number, policy)


def prove_order(session: Session, asker: Asker, clues: Clues, policy: Policy) -> Check:
    """Compare an order number and any one of e-mail, postcode and phone with the order, and record the outcome.

    One clue that fits is enough; one that does not fit beside one that does is forgiven (people have two
    e-mail addresses).
    """
    if _guessed_too_often(session, asker, clues.order_number, policy):
        return Check.TOO_MANY
    order = session.get(Order, clues.order_number)
    if order is None or not _fits(order, clues):
        _count_guess(session, asker, clues.order_number)
        return Check.WRONG
    _add_proof(session, asker, policy, "order", order_number=order.number)
    return Check.PROVEN


def prove_customer(session: Session, asker: Asker, clues: Clues, policy: Policy) -> Check:
    """Compare an e-mail and a postcode with the customers, and record the outcome."""
    if _guessed_too_often(session, asker, "", policy):
        return Check.TOO_MANY
    found = [
        customer
        for customer in session.scalars(select(Customer).where(Customer.email_key == clues.email))
        if clues.email and clues.postcode in _postcodes(session, customer)
    ]
    if not found:
        _count_guess(session, asker, "")
        return Check.WRONG
    for customer in found:
        _add_proof(session, asker, policy, "email and postcode", customer_id=customer.id)
    return Check.PROVEN


def prove_sender(session: Session, asker: Asker, number: str, clues: Clues, policy: Policy) -> Check:
    """Compare what the owner's telephone told besides with order ``number``, and record the outcome. A postcode or an
    e-mail will do, and so will the order's number, unless that is known from us."""
    if _guessed_too_often(session, asker, number, policy):
        return Check.TOO_MANY
    is_told = clues.order_number == number and not was_shown(session, asker, number)
    if not is_told and not _fits(session.get_one(Order, number), replace(clues, phone="")):
        _count_guess(session, asker, number)
        return Check.WRONG
    _add_proof(session, asker, policy, SENDER, order_number=number)
    return Check.PROVEN


def note_shown(session: Session, asker: Asker, number: str) -> None:
    """Note that the number of an order was texted to its owner's telephone: who says it now proves nothing."""
    if not was_shown(session, asker, number):
        _add_proof(session, asker, policy=None, how=SHOWN, order_number=number)


def was_shown(session: Session, asker: Asker, number: str) -> bool:
    """Return whether the number of an order was texted there, in any conversation."""
    shown = select(Proof.id).where(
        Proof.address_hash == asker.address_hash, Proof.how == SHOWN, Proof.order_number == number
    )
    return session.scalar(shown.limit(1)) is not None


def knows_sender(session: Session, asker: Asker) -> bool:
    """Return whether a text message came from the number of a recent order."""
    if not asker.sender:
        return False
    own = select(Order.number).join(Customer).where(*_by_sender(asker.sender))
    return session.scalar(own.limit(1)) is not None


def orders_of_sender(session: Session, asker: Asker) -> list[Order]:
    """Return the recent orders of the number a text message came from, newest first."""
    if not asker.sender:
        return []
    statement = select(Order).join(Customer).where(*_by_sender(asker.sender))
    return list(session.scalars(statement.order_by(Order.placed_at.desc(), Order.number)))


def orders_of(session: Session, customer_ids: set[str]) -> list[Order]:
    """Return the orders of these customers, newest first."""
    statement = select(Order).where(Order.customer_id.in_(customer_ids))
    return list(session.scalars(statement.order_by(Order.placed_at.desc(), Order.number)))


def example_number(session: Session, policy: Policy) -> str:
    """Return what an order number looks like here: the policy's example, or the newest one's shape."""
    if policy.order_number_example:
        return policy.order_number_example
    newest = session.scalar(select(Order.number).order_by(Order.placed_at.desc(), Order.number).limit(1))
    digits = itertools.cycle("1234567890")
    return "".join(next(digits) if c.isdigit() else c for c in newest or "W1234567")


def _fits(order: Order, clues: Clues) -> bool:
    customer = order.customer
    if clues.email and clues.email == customer.email_key:
        return True
    if clues.phone and clues.phone == customer.phone_key:
        return True
    known = {postcode_key(order.ship_postcode), postcode_key(customer.postcode)}
    return bool(clues.postcode) and clues.postcode in known


def _postcodes(session: Session, customer: Customer) -> set[str]:
    shipped_to = session.scalars(select(Order.ship_postcode).where(Order.customer_id == customer.id).distinct())
    return {postcode_key(p) for p in (customer.postcode, *shipped_to)} - {""}


def _valid(asker: Asker) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Proof.conversation_id == asker.conversation_id, Proof.expires_at > now()


def _is_senders(session: Session, asker: Asker, number: str) -> bool:
    if not asker.sender:
        return False
    own = select(Order.number).join(Customer).where(Order.number == number, *_by_sender(asker.sender))
    return session.scalar(own) is not None


def _by_sender(sender: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Customer.phone_key == sender, Order.placed_at > now() - SENDER_SEES


def _is_trusted(session: Session, asker: Asker, number: str) -> bool:
    """Whether the same telephone has told more about an order of the same customer not long ago."""
    customer_id = select(Order.customer_id).where(Order.number == number).scalar_subquery()
    told = (
        select(Proof.id)
        .join(Order, Order.number == Proof.order_number)
        .where(
            Proof.address_hash == asker.address_hash,
            Proof.how == SENDER,
            Proof.given_at > now() - SENDER_TRUSTED,
            Order.customer_id == customer_id,
        )
    )
    return session.scalar(told.limit(1)) is not None


def _add_proof(
    session: Session,
    asker: Asker,
    policy: Policy | None,
    how: str,
    *,
    order_number: str | None = None,
    customer_id: str | None = None,
) -> None:
    session.add(
        Proof(
            conversation_id=asker.conversation_id,
            order_number=order_number,
            customer_id=customer_id,
            how=how,
            address_hash=asker.address_hash,
            # Without a policy it proves nothing, and only says that it happened.
            expires_at=now() + timedelta(hours=policy.identity.proof_hours if policy else 0),
        )
    )
    session.flush()


def _count_guess(session: Session, asker: Asker, number: str) -> None:
    # Keyed by message, so that a turn that is asked again counts once.
    if session.get(Guess, asker.message_id) is None:
        session.add(
            Guess(
                message_id=asker.message_id,
                conversation_id=asker.conversation_id,
                address_hash=asker.address_hash,
                order_number=number,
            )
        )
        session.flush()


def _guessed_too_often(session: Session, asker: Asker, number: str, policy: Policy) -> bool:
    limits, recent = policy.identity, Guess.at > now() - HOUR
    counted: list[tuple[int, list[ColumnElement[bool]]]] = [
        (limits.guesses_per_conversation, [Guess.conversation_id == asker.conversation_id]),
        (limits.guesses_per_address_hour, [Guess.address_hash == asker.address_hash, recent]),
    ]
    if number:
        counted.append((limits.guesses_per_order_hour, [Guess.order_number == number, recent]))
    others = Guess.message_id != asker.message_id  # not this very turn, asked again
    return any(
        (session.scalar(select(func.count()).select_from(Guess).where(others, *conditions)) or 0) >= limit
        for limit, conditions in counted
    )

"""An order changed for its customer: what would happen is listed, the colleague says yes, it is done once and noted.

The rules are the shop's own (``staff_changes``). Here is added who stands where: whether the customer of this
conversation has proven to own the order, the note for the colleagues, and the words for the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation, lock_conversation
from meantime.conversations.notes import note
from meantime.conversations.tables import Conversation
from meantime.db import now
from meantime.desk.change_rights import require_own
from meantime.desk.seen import note_conversation, note_look
from meantime.desk.sessions import SignedIn
from meantime.ledger import once
from meantime.settings import settings
from meantime.shop.calendar import business_days_after
from meantime.shop.calendar import today as shop_today
from meantime.shop.cancellations import Cancellation, NothingToCancel
from meantime.shop.identity import SHOWN
from meantime.shop.lines import WHOLE_ORDER, LineView, views, whole_order
from meantime.shop.look_up import find_products
from meantime.shop.policy import Policy
from meantime.shop.reservations import free_units
from meantime.shop.staff_changes import carry_out_cancel, carry_out_swap, leave_swap, list_cancel, list_swap
from meantime.shop.substitutes import Offer, can_replace, difference_minor, substitutes_for
from meantime.shop.swaps import Swap
from meantime.shop.tables import Order, Product, Proof
from meantime.wording import cancel as say_cancel
from meantime.wording import swap as say_swap
from meantime.wording.desk_changes import cancelled_by, difference, goes_back, sum_of, swapped_by
from meantime.wording.namesakes import apart

MOST_FOUND = 8


class UnknownOrder(LookupError):
    """There is no order with this number."""


@dataclass(frozen=True, slots=True)
class At:
    """Which order is to be changed, for which conversation: None on a page of the look-up."""

    number: str
    conversation_id: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An order that may be changed. ``is_proven``: the customer of this conversation has proven to own it, and that
    still holds; otherwise the colleague has looked it up, and has to know whose it is."""

    at: At
    customer_name: str
    is_proven: bool
    lines: tuple[LineView, ...]

    @property
    def open_lines(self) -> list[LineView]:
        return [line for line in self.lines if line.is_cancellable]


@dataclass(frozen=True, slots=True)
class ListedCancel:
    """What would be cancelled, and what that does to the money."""

    asked: Asked
    cancellation: Cancellation
    total: str
    money: str


@dataclass(frozen=True, slots=True)
class ListedSwap:
    """What would be swapped, and what that does to the money."""

    asked: Asked
    swap: Swap
    money: str


@dataclass(frozen=True, slots=True)
class Other:
    """A product that was searched for by name or SKU. ``why_not`` says why it cannot be sent instead, or is ""."""

    sku: str
    name: str
    attributes: dict[str, Any]
    price_minor: int
    currency: str
    free: int
    difference_minor: int
    why_not: str


@dataclass(frozen=True, slots=True)
class Instead:
    """What can be sent instead of a line."""

    asked: Asked
    offer: Offer
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A change that was made: as colleagues read it, and as the customer may be told."""

    at: At
    words: str
    for_customer: str


def ask(session: Session, who: SignedIn, at: At, policy: Policy) -> Asked:
    """Return the order as it stands. That a colleague looks at it goes into the audit: by the conversation in which it
    is proven, or by itself.

    Raises UnknownOrder, UnknownConversation, NotYourConversation.
    """
    require_own(session, at.conversation_id, who)
    order = session.scalars(select(Order).where(Order.number == at.number).options(*WHOLE_ORDER)).one_or_none()
    if order is None:
        raise UnknownOrder(at.number)
    is_proven = _has_proven(session, at.conversation_id, order)
    if is_proven and at.conversation_id is not None:
        note_conversation(session, who, at.conversation_id)
    else:
        note_look(session, who, f"order:{order.number}")
    name = order.customer.name or order.customer_id
    return Asked(at, name, is_proven, tuple(views(session, order, policy=policy)))


def list_cancellation(
    session: Session, who: SignedIn, at: At, wanted: Mapping[int, int | None], policy: Policy
) -> ListedCancel:
    """List what would be cancelled. Raises UnknownOrder, UnknownConversation, NothingToCancel."""
    asked = ask(session, who, at, policy)
    if not wanted:
        raise NothingToCancel(at.number)
    cancellation = list_cancel(session, who.name, at.number, wanted, policy)
    return ListedCancel(asked, cancellation, sum_of(cancellation), goes_back(cancellation, refund_by(policy)))


def cancel(session: Session, who: SignedIn, at: At, proposal_id: str, key: str, policy: Policy) -> Done:
    """Cancel what was listed, once for each ``key``. Raises ProposalGone, ChangedMeanwhile, UnknownConversation,
    NotYourConversation."""
    require_own(session, at.conversation_id, who)
    done = carry_out_cancel(session, who.name, proposal_id, key, conversation_id=at.conversation_id)
    names = _names(session, done.order_number, policy)
    words = cancelled_by(who.name, done, names)
    _note(session, at.conversation_id, key, words)
    return Done(at, words, say_cancel.cancelled(done, names, refund_by(policy)).text)


def instead_of(
    session: Session, who: SignedIn, at: At, line: int, units: int | None, words: str, policy: Policy
) -> Instead:
    """Return what can be sent instead of units of a line: what is like it, and what ``words`` find by name or SKU.

    Raises UnknownOrder, UnknownConversation, NotSwappable.
    """
    asked = ask(session, who, at, policy)
    offer = substitutes_for(session, at.number, line, words, policy, units=units)
    offered = {choice.sku for choice in offer.choices}
    found = [item.sku for item in find_products(session, words, MOST_FOUND) if item.sku not in offered]
    return Instead(asked, offer, _others(session, at.number, offer, found))


def list_exchange(
    session: Session, who: SignedIn, at: At, line: int, sku: str, units: int | None, policy: Policy
) -> ListedSwap:
    """List a swap and keep the item back. Raises UnknownOrder, UnknownConversation, NotSwappable, SoldOutMeanwhile."""
    asked = ask(session, who, at, policy)
    swap = list_swap(session, who.name, at.number, line, sku, policy, units=units)
    return ListedSwap(asked, swap, difference(swap, refund_by(policy)))


def exchange(session: Session, who: SignedIn, at: At, proposal_id: str, key: str, policy: Policy) -> Done:
    """Swap what was listed, once for each ``key``. Raises ProposalGone, ChangedMeanwhile, SoldOutMeanwhile,
    UnknownConversation, NotYourConversation."""
    require_own(session, at.conversation_id, who)
    done = carry_out_swap(session, who.name, proposal_id, key, policy, conversation_id=at.conversation_id)
    words = swapped_by(who.name, done)
    _note(session, at.conversation_id, key, words)
    return Done(at, words, say_swap.swapped(done, refund_by(policy)).text)


def leave(session: Session, who: SignedIn, proposal_id: str) -> None:
    """Give back what was kept for a swap that is not wanted after all."""
    leave_swap(session, who.name, proposal_id)


def refund_by(policy: Policy) -> date:
    """Return the last day a refund decided now arrives."""
    return business_days_after(shop_today(), policy.cancelling.refund_business_days, settings().shop_country)


def note_once(session: Session, conversation_id: str, key: str, words: str) -> None:
    """Leave a note for colleagues, once for each press of a button."""

    def leave_it() -> bool:
        note(session, lock_conversation(session, conversation_id), words)
        return True

    once(session, f"desk-{key}:note", leave_it)


def _names(session: Session, number: str, policy: Policy) -> dict[int, str]:
    """Return what each line of an order is called, so that two of one name can be told apart."""
    lines = views(session, whole_order(session, number), policy=policy)
    return {line.line: apart(line, lines) for line in lines}


def _note(session: Session, conversation_id: str | None, key: str, words: str) -> None:
    if conversation_id is not None:
        note_once(session, conversation_id, key, words)


def _require(session: Session, conversation_id: str | None) -> Conversation | None:
    if conversation_id is None:
        return None
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    return conversation


def _has_proven(session: Session, conversation_id: str | None, order: Order) -> bool:
    """Return whether whoever writes in a conversation has proven to own ``order``, as it would count for a change of
    their own."""
    conversation = _require(session, conversation_id)
    if conversation is None:
        return False
    signed_in_until = conversation.customer_proof_expires_at
    if conversation.customer_id == order.customer_id and signed_in_until and signed_in_until > now():
        return True
    proof = select(Proof.id).where(
        Proof.conversation_id == conversation.id,
        Proof.how != SHOWN,
        Proof.expires_at > now(),
        or_(Proof.order_number == order.number, Proof.customer_id == order.customer_id),
    )
    return session.scalar(proof.limit(1)) is not None


def _others(session: Session, number: str, offer: Offer, skus: list[str]) -> tuple[Other, ...]:
    order = session.get_one(Order, number)
    own = next(line for line in order.lines if line.line == offer.line.line)
    products = {p.sku: p for p in session.scalars(select(Product).where(Product.sku.in_(skus)))}
    free = free_units(session, skus, but_for_line=own.id)
    return tuple(
        Other(
            sku=sku,
            name=products[sku].name,
            attributes=products[sku].attributes,
            price_minor=products[sku].price_minor,
            currency=products[sku].currency,
            free=free[sku],
            difference_minor=difference_minor(products[sku], own, offer.units),
            why_not=_why_not(products[sku], own.product, order, free[sku], offer.units),
        )
        for sku in skus
        if sku in products
    )


def _why_not(product: Product, own: Product, order: Order, free: int, units: int) -> str:
    if product.sku == own.sku:
        return "It is what was ordered."
    if product.status != "active":
        return "It is no longer sold."
    if not can_replace(product, own, order):
        return "It is another kind of thing: the shop takes no swap for it."
    return "" if free >= units else f"Only {free} free." if free else "None free just now."

"""Which order is meant, and whether it may be shown: the order, or the question that is still open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.intents import CHANGES, CHOOSING, STATUS
from meantime.shop.clues import Clues, number_from_digits
from meantime.shop.identity import (
    Check,
    example_number,
    has_proven,
    may_change,
    may_guess,
    may_see,
    note_shown,
    orders_of,
    orders_of_sender,
    prove_customer,
    prove_order,
    prove_sender,
    proven_customers,
    was_shown,
)
from meantime.shop.lines import whole_order
from meantime.shop.naming import meant
from meantime.shop.strangers import objects_in
from meantime.shop.tables import Order
from meantime.wording import identify
from meantime.wording.replies import Reply

HALF_A_NUMBER = re.compile(r"(?:#|\border\s+(?:no\.?\s*|number\s*)?)\s*\d+|\b[a-z]{1,3}-?\d{2,}\b", re.IGNORECASE)
A_NUMBER = re.compile(r"\d{2,}")
FEW_WORDS = 5
ANOTHER = re.compile(r"\b(another|other|different|else)\b", re.IGNORECASE)
ANOTHER_ORDER = re.compile(r"\b(another|other|different)\s+(order|purchase)\b", re.IGNORECASE)
FINAL = frozenset({"delivered", "cancelled"})


@dataclass(frozen=True, slots=True)
class Found:
    """An order its owner asks about."""

    order: Order


@dataclass(frozen=True, slots=True)
class StillOpen:
    """A question to the customer, and the claims to remember until it is answered."""

    reply: Reply
    claims: Clues


def find_order(session: Session, asked: Asked, wish: Wish) -> Found | StillOpen:
    """Return the order ``wish`` is about, once its owner has proven to be that, or what to ask next."""
    claims = asked.memory.claims.updated(asked.clues)
    told_now = asked.about.get("order") or asked.clues.order_number or _without_letters(session, asked)
    if asked.clues.email and asked.clues.postcode and not told_now:
        # Who gives both, and no number, wants to be found by them, whatever number stood there before.
        return _by_customer(session, asked, wish, replace(claims, order_number=""))
    number = told_now or claims.order_number
    if not number and not _wants_another(asked, wish):
        number = asked.memory.order or ""
        if number and (elsewhere := _named_elsewhere(session, asked, wish, number)):
            return _one_of(session, asked, elsewhere, wish)
    if number:
        return _by_number(session, asked, wish, number, replace(claims, order_number=number))
    return _by_customer(session, asked, wish, claims)


def _by_number(session: Session, asked: Asked, wish: Wish, number: str, claims: Clues) -> Found | StillOpen:
    if may_see(session, asked.asker, number):
        return _by_owner(session, asked, wish, number)
    if not claims.has_contact:
        if not may_guess(session, asked.asker, number, asked.policy):
            return StillOpen(identify.too_many_guesses(), Clues())
        return StillOpen(identify.ask_contact(number), claims)
    match prove_order(session, asked.asker, claims, asked.policy):
        case Check.PROVEN:
            return Found(whole_order(session, number))
        case Check.WRONG:
            # The number is kept, so that the right postcode alone mends a wrong one.
            return StillOpen(identify.no_match(), Clues(order_number=number))
        case Check.TOO_MANY:
            return StillOpen(identify.too_many_guesses(), Clues())


def _by_owner(session: Session, asked: Asked, wish: Wish, number: str) -> Found | StillOpen:
    """Return an order that may be shown. Who is known by their telephone alone is asked for more before a change."""
    if has_proven(session, asked.asker, number):
        return Found(whole_order(session, number))
    has_told = asked.clues.order_number == number or asked.clues.email or asked.clues.postcode
    if wish.intent in CHANGES and not may_change(session, asked.asker, number):
        was_texted = was_shown(session, asked.asker, number)
        if not has_told or (was_texted and not asked.clues.email and not asked.clues.postcode):
            return StillOpen(identify.ask_before_change(was_texted=was_texted), Clues(order_number=number))
        match prove_sender(session, asked.asker, number, asked.clues, asked.policy):
            case Check.WRONG:
                return StillOpen(identify.no_match(), Clues(order_number=number))
            case Check.TOO_MANY:
                return StillOpen(identify.too_many_guesses(), Clues())
    elif asked.clues.order_number == number and not was_shown(session, asked.asker, number):
        prove_sender(session, asked.asker, number, asked.clues, asked.policy)
    note_shown(session, asked.asker, number)
    return Found(whole_order(session, number))


def _by_customer(session: Session, asked: Asked, wish: Wish, claims: Clues) -> Found | StillOpen:
    if claims.email and claims.postcode and asked.clues:
        match prove_customer(session, asked.asker, claims, asked.policy):
            case Check.WRONG:
                return StillOpen(identify.no_match(), Clues())
            case Check.TOO_MANY:
                return StillOpen(identify.too_many_guesses(), Clues())
    customers = proven_customers(session, asked.asker)
    if customers:
        return _one_of(session, asked, orders_of(session, customers), wish)
    if not claims.email and (orders := orders_of_sender(session, asked.asker)):
        return _one_of(session, asked, orders, wish)
    if not may_guess(session, asked.asker, "", asked.policy):
        return StillOpen(identify.too_many_guesses(), Clues())
    return StillOpen(_ask(session, asked, claims), claims)


def _named_elsewhere(session: Session, asked: Asked, wish: Wish, number: str) -> list[Order]:
    """Return the other orders of a proven customer that hold what is named, where the one talked of does not."""
    customers = proven_customers(session, asked.asker)
    if not customers or asked.memory.topic == CHOOSING:
        return []
    words = asked.text if wish.intent == STATUS else " ".join(thing.words for thing in objects_in(asked.text))
    contents = [replace(_Contents.of(order), attributes={}) for order in orders_of(session, customers)]
    named = [found.order for found in meant(words, contents).things]
    return [] if any(order.number == number for order in named) else named


def _ask(session: Session, asked: Asked, claims: Clues) -> Reply:
    if claims.email:
        return identify.ask_postcode()
    if claims.postcode and asked.clues.postcode and asked.memory.wish:
        return identify.ask_email()
    example = example_number(session, asked.policy)
    if _is_half_a_number(asked):
        return identify.incomplete_number(example)
    if asked.memory.wish and asked.text:
        return identify.ask_without_number()
    return identify.ask_which_order(example)


def _is_half_a_number(asked: Asked) -> bool:
    if HALF_A_NUMBER.search(asked.text):
        return True
    was_asked = asked.memory.wish is not None and len(asked.text.split()) <= FEW_WORDS
    return was_asked and bool(A_NUMBER.search(asked.text))


def _without_letters(session: Session, asked: Asked) -> str:
    if asked.clues.phone or not A_NUMBER.search(asked.text):
        return ""
    number = number_from_digits(asked.text, example_number(session, asked.policy))
    # The same digits may be a postcode; then they are that first.
    return "" if asked.clues.postcode and asked.clues.postcode in number else number


def _one_of(session: Session, asked: Asked, orders: list[Order], wish: Wish) -> Found | StillOpen:
    if not orders:
        return StillOpen(identify.no_orders(), Clues())
    named = meant(wish.words, [_Contents.of(order) for order in orders]).things
    candidates = [contents.order for contents in named] or orders
    if len(candidates) == 1:
        return _by_owner(session, asked, wish, candidates[0].number)
    candidates.sort(key=lambda order: order.status in FINAL)  # stable: the newest stay first among their like
    if asked.asker.sender:
        for order in candidates:
            note_shown(session, asked.asker, order.number)
    return StillOpen(identify.choose_order(candidates, wish.intent), Clues())


@dataclass(frozen=True, slots=True)
class _Contents:
    """An order by what is in it."""

    order: Order
    name: str
    attributes: Mapping[str, Any]

    @classmethod
    def of(cls, order: Order) -> _Contents:
        products = [line.product for line in order.lines]
        values = {f"{p.sku}.{name}": value for p in products for name, value in p.attributes.items()}
        return cls(order, " ".join(p.name for p in products), values)


def _wants_another(asked: Asked, wish: Wish) -> bool:
    """Whether another order is meant. Who wants something else instead, or the other two
    cancelled, means items."""
    return bool((ANOTHER if wish.intent == STATUS else ANOTHER_ORDER).search(asked.text))

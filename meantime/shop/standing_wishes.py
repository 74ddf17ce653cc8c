"""What a customer told us once and that holds until they say otherwise: to wait on, to be told, or to be left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from meantime.ledger import require_turn
from meantime.shop.audit import record
from meantime.shop.identity import Asker, may_see, proven_customers
from meantime.shop.lines import LineState, views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.proposals import NotYours
from meantime.shop.tables import Order, Proof, StandingWish


class WishKind(StrEnum):
    """What is wished for."""

    KEEP_WAITING = "keep_waiting"
    NOTIFY = "notify"
    STOP_ORDER = "stop_order"
    STOP_ALL = "stop_all"


@dataclass(frozen=True, slots=True)
class Told:
    """The days of a waiting line that a customer has agreed to; None where nobody knew them."""

    line: int
    earliest: date | None
    latest: date | None

    def to_json(self) -> dict[str, Any]:
        return {"line": self.line, "earliest": _text(self.earliest), "latest": _text(self.latest)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(stored["line"], _day(stored["earliest"]), _day(stored["latest"]))


@dataclass(frozen=True, slots=True)
class NotedWish:
    """A wish as it was noted. ``told`` is there for KEEP_WAITING only, one for each line that waited."""

    kind: WishKind
    order_number: str | None
    told: tuple[Told, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for an order now. Of the wishes about messages only the newest does."""

    keep_waiting: NotedWish | None = None
    messages: NotedWish | None = None

    @property
    def notify(self) -> NotedWish | None:
        """The wish to be written to, unless it was taken back."""
        return self.messages if self.messages and self.messages.kind is WishKind.NOTIFY else None

    @property
    def stop(self) -> NotedWish | None:
        """The wish not to be written to, unless it was taken back."""
        return self.messages if self.messages and self.messages.kind is not WishKind.NOTIFY else None


def note(session: Session, asker: Asker, kind: str, number: str | None, policy: Policy) -> NotedWish:
    """Note what ``asker`` wishes for order ``number``, or (STOP_ALL) for every order of theirs: once a message.

    With KEEP_WAITING the days are kept that each waiting line stands at now. STOP_ALL needs no proof: whoever
    asks to be left alone is. Raises TurnRevoked, NotYours, and ValueError for a kind that is none, and for a wish
    that lacks its order or that this message has made for another one.
    """
    require_turn(session, asker.message_id)
    kind = WishKind(kind)
    if kind is WishKind.STOP_ALL:
        number = None
    elif number is None:
        raise ValueError(f"{kind} is about an order: tell its number")
    elif not may_see(session, asker, number):
        raise NotYours(number)
    before = session.scalars(
        select(StandingWish).where(StandingWish.message_id == asker.message_id, StandingWish.kind == kind.value)
    ).one_or_none()
    if before is None:
        return _noted(_add(session, asker, kind, number, policy))
    if before.order_number != number:
        raise ValueError(f"message {asker.message_id} has noted {kind} for order {before.order_number} already")
    return _noted(before)


def standing(session: Session, number: str) -> Standing:
    """Return what counts for order ``number``: the newest consent to wait, and the newest word on messages.

    A STOP_ALL counts for the orders of its customer, and for those that its conversation has proven to own.
    """
    customer_id = session.scalar(select(Order.customer_id).where(Order.number == number))
    return standings(session, {number: customer_id})[number] if customer_id else Standing()


def standings(session: Session, owners: Mapping[str, str]) -> dict[str, Standing]:
    """Return the same for several orders at once. ``owners`` tells the customer of each."""
    proven = select(Proof.conversation_id, Proof.order_number, Proof.customer_id).where(
        or_(Proof.order_number.in_(owners), Proof.customer_id.in_(set(owners.values())))
    )
    proofs = session.execute(proven).all()
    is_theirs = or_(
        StandingWish.customer_id.in_(set(owners.values())),
        StandingWish.conversation_id.in_({proof.conversation_id for proof in proofs}),
    )
    wishes = session.scalars(
        select(StandingWish)
        .where(or_(StandingWish.order_number.in_(owners), (StandingWish.kind == WishKind.STOP_ALL.value) & is_theirs))
        .order_by(StandingWish.id.desc())
    ).all()
    found = {}
    for number, owner in owners.items():
        places = {p.conversation_id for p in proofs if p.order_number == number or p.customer_id == owner}
        found[number] = _standing([wish for wish in wishes if _is_about(wish, number, owner, places)])
    return found


def _standing(newest_first: Sequence[StandingWish]) -> Standing:
    waits = next((_noted(w) for w in newest_first if w.kind == WishKind.KEEP_WAITING), None)
    messages = next((_noted(w) for w in newest_first if w.kind != WishKind.KEEP_WAITING), None)
    return Standing(waits, messages)


def _is_about(wish: StandingWish, number: str, customer_id: str, places: Set[str]) -> bool:
    if wish.order_number == number:
        return True
    return wish.kind == WishKind.STOP_ALL and (wish.customer_id == customer_id or wish.conversation_id in places)


def _add(session: Session, asker: Asker, kind: WishKind, number: str | None, policy: Policy) -> StandingWish:
    told = _told(session, number, policy) if number and kind is WishKind.KEEP_WAITING else []
    wish = StandingWish(
        kind=kind.value,
        order_number=number,
        customer_id=_customer(session, asker, number),
        conversation_id=asker.conversation_id,
        channel=asker.channel,
        message_id=asker.message_id,
        told=[line.to_json() for line in told],
    )
    session.add(wish)
    session.flush()
    who = f"customer:{wish.customer_id}" if wish.customer_id else f"conversation:{asker.conversation_id}"
    subject = f"order:{number}" if number else f"conversation:{asker.conversation_id}"
    record(session, who, kind.value, subject, None, {"told": wish.told}, key=f"{asker.message_id}:{kind}")
    return wish


def _told(session: Session, number: str, policy: Policy) -> list[Told]:
    waiting = [
        v for v in views(session, whole_order(session, number), policy=policy) if v.state is LineState.BACKORDERED
    ]
    return [
        Told(v.line, v.promise.earliest, v.promise.latest) if v.promise else Told(v.line, None, None) for v in waiting
    ]


def _customer(session: Session, asker: Asker, number: str | None) -> str | None:
    """Return whose wish it is; None where that is not proven, or where several customers are."""
    if number is not None:
        return session.scalar(select(Order.customer_id).where(Order.number == number))
    proven = proven_customers(session, asker)
    return proven.pop() if len(proven) == 1 else None


def _noted(wish: StandingWish) -> NotedWish:
    told = tuple(Told.from_json(line) for line in wish.told)
    return NotedWish(WishKind(wish.kind), wish.order_number, told, wish.at)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

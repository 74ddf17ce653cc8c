"""What a shop's own systems can ask over HTTP: an order as it stands here, its history, and what we changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.feeds.keys import require
from meantime.feeds.problems import described
from meantime.shop.lines import LineState, LineView, views
from meantime.shop.money import to_text
from meantime.shop.outcomes import LONGEST_REASON, PENDING, ContraryOutcome, Decision, UnknownChange, decide
from meantime.shop.promises import Promise
from meantime.shop.tables import AuditEntry, Change, Order

LARGEST_ID = 2**31 - 1
SOURCE = "source"
"""Who the audit says it was: the shop's own system."""

router = APIRouter(prefix="/api/v1", tags=["feeds"], responses=described(401, 403, 422))


class PromiseOut(BaseModel):
    """The days we are willing to name for a line, and the share of such promises that is kept."""

    earliest: date
    latest: date
    confidence: float

    @classmethod
    def of(cls, promise: Promise) -> PromiseOut:
        return cls(earliest=promise.earliest, latest=promise.latest, confidence=promise.confidence)


class OrderLineOut(BaseModel):
    line: int
    sku: str
    quantity: int
    cancelled_quantity: int
    state: LineState
    replaces: int | None = Field(description="The line this one was swapped for.")
    promise: PromiseOut | None

    @classmethod
    def of(cls, view: LineView) -> OrderLineOut:
        return cls(
            line=view.line,
            sku=view.sku,
            quantity=view.quantity,
            cancelled_quantity=view.cancelled_quantity,
            state=view.state,
            replaces=view.replaces,
            promise=PromiseOut.of(view.promise) if view.promise else None,
        )


class OrderOut(BaseModel):
    number: str
    status: str
    payment_status: str
    lines: list[OrderLineOut]


class AuditEntryOut(BaseModel):
    """Who changed what, when, from what to what."""

    id: int
    at: datetime
    who: str
    what: str
    before: Any
    after: Any


class OrderEvents(BaseModel):
    events: list[AuditEntryOut]


class LineQuantityOut(BaseModel):
    """So many units of a line; of a swap also what they were swapped for."""

    line: int
    quantity: int
    replaced_by: int | None = Field(None, description="Of a swap: the line that is sent instead.")
    sku: str | None = Field(None, description="Of a swap: what is sent instead.")


class ChangeOut(BaseModel):
    """A change that was made here and that the shop's system has to follow."""

    id: int
    at: datetime
    kind: str
    order: str
    lines: list[LineQuantityOut]
    amount: str | None = Field(
        description="Decimal text; null where no sum is known. Of a cancel what it takes off the order, of a swap what "
        "it adds (negative: to be refunded).",
        examples=["12.50", "-16.00"],
    )
    currency: str
    by: str
    state: Literal["pending", "accepted", "refused"]
    decided_at: datetime | None = Field(None, description="When the shop accepted or refused it.")
    reason: str | None = Field(None, description="Of a refused change: why.")
    conflict: Literal["", "under way", "not undone"] | None = Field(
        None,
        description="Of a refused change: empty where it was undone as if it had never been made. `under way`: its "
        "units count again, but are being packed or have left. `not undone`: something stands on it by now, and all "
        "was left as it is. A person looks at either.",
    )

    @classmethod
    def of(cls, change: Change) -> ChangeOut:
        decided: dict[str, Any] = {} if change.state == PENDING else {"decided_at": change.decided_at}
        if change.state == "refused":
            decided |= {"reason": change.reason, "conflict": change.conflict}
        return cls.model_validate(
            {
                **decided,
                "id": change.id,
                "at": change.at,
                "kind": change.kind,
                "order": change.order_number,
                "lines": change.lines,
                "amount": None if change.amount_minor is None else to_text(change.amount_minor, change.currency),
                "currency": change.currency,
                "by": change.by,
                "state": change.state,
            }
        )


class OutcomeIn(BaseModel):
    """What the shop's system made of a change."""

    state: Decision
    reason: str = Field("", max_length=LONGEST_REASON, description="Why it was refused, for staff to read.")

    @field_validator("reason")
    @classmethod
    def _can_be_kept(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("must hold no NUL character")
        return value


class Changes(BaseModel):
    changes: list[ChangeOut]
    next: int = Field(description="The cursor to ask with next time.")


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def reading(request: Request) -> Iterator[Session]:
    """A transaction that only reads, for as long as the request."""
    with database_of(request).reading() as session:
        yield session


Reading = Annotated[Session, Depends(reading)]
Changed = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The id of a change.")]
Number = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]+$", description="The order's number.")]


@router.get("/orders/{number}", dependencies=[Depends(require("read"))], responses=described(404))
def get_order(number: Number, session: Reading) -> OrderOut:
    """Return an order as it stands here."""
    order = _order(session, number)
    return OrderOut(
        number=order.number,
        status=order.status,
        payment_status=order.payment_status,
        lines=[OrderLineOut.of(view) for view in views(session, order)],
    )


@router.get("/orders/{number}/events", dependencies=[Depends(require("read"))], responses=described(404))
def get_order_events(number: Number, session: Reading) -> OrderEvents:
    """Return what was changed in an order, oldest first."""
    _order(session, number)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"order:{number}").order_by(AuditEntry.id))
    return OrderEvents(events=[AuditEntryOut.model_validate(entry, from_attributes=True) for entry in entries])


@router.get("/changes", dependencies=[Depends(require("read"))], response_model_exclude_unset=True)
def get_changes(
    session: Reading,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="`next` of the last answer.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Changes:
    """Return what was changed here, oldest first, after a cursor."""
    found = session.scalars(select(Change).where(Change.id > after).order_by(Change.id).limit(limit)).all()
    return Changes(changes=[ChangeOut.of(change) for change in found], next=found[-1].id if found else after)


@router.post(
    "/changes/{id}/outcome",
    dependencies=[Depends(require("write"))],
    response_model_exclude_unset=True,
    responses=described(404, 409),
)
def post_outcome(id: Changed, outcome: OutcomeIn, request: Request) -> ChangeOut:
    """Say whether a change was accepted. A refused one is undone here, and customer and staff are told.

    The same outcome again changes nothing; a contrary one is a 409.
    """
    try:
        # Not a dependency: what is answered has been committed.
        with database_of(request).writing() as session:
            return ChangeOut.of(decide(session, id, outcome.state, SOURCE, outcome.reason.strip()))
    except UnknownChange:
        raise HTTPException(404, f"There is no change {id}.") from None
    except ContraryOutcome as error:
        raise HTTPException(409, f"Change {id} was {error.change.state} before.") from None


def _order(session: Session, number: str) -> Order:
    order = session.get(Order, number)
    if order is None:
        raise HTTPException(404, f"There is no order {number}.")
    return order

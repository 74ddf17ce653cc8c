"""What has to be true of a shop's database whatever happened before."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.conversations.tables import Conversation, Message
from meantime.shop.tables import Allocation, Change, Inbound, Order, OrderLine, ShipmentLine, StockLevel
from meantime.shop.tables import Shipment as Parcel


def check_shop(session: Session) -> None:
    """Every open unit has its share, no source gives more than it holds, every cancel stands in the changes once."""
    shipped: Counter[tuple[str, int]] = Counter()
    for number, line, quantity in session.execute(
        select(Parcel.order_number, ShipmentLine.line, ShipmentLine.quantity).join(
            ShipmentLine, ShipmentLine.shipment_reference == Parcel.reference
        )
    ):
        shipped[number, line] += quantity
    given: Counter[int] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for share in session.scalars(select(Allocation)):
        given[share.order_line_id] += share.quantity
        taken[share.warehouse or "", share.inbound_reference or share.sku] += share.quantity
    lines = session.execute(select(OrderLine, Order.status).join(Order, Order.number == OrderLine.order_number)).all()
    for line, status in lines:
        open_units = line.quantity - line.cancelled_quantity - shipped[line.order_number, line.line]
        assert given[line.id] == (max(0, open_units) if status == "open" else 0), (line.order_number, line.line)
    for level in session.scalars(select(StockLevel)):
        assert taken[level.warehouse, level.sku] <= level.on_hand
    for delivery in session.scalars(select(Inbound)):
        assert taken["", delivery.reference] <= delivery.still_coming or delivery.reference == delivery.sku
    changed: dict[tuple[str, int], int] = defaultdict(int)
    for change in session.scalars(select(Change).where(Change.kind == "cancel")):
        for part in change.lines:
            changed[change.order_number, part["line"]] += part["quantity"]
    for line, _ in lines:
        assert line.cancelled_quantity == changed[line.order_number, line.line], (line.order_number, line.line)


def check_conversations(session: Session) -> None:
    """Every message of a customer is handled and has exactly one answer, and nothing is numbered twice."""
    for conversation in session.scalars(select(Conversation)):
        messages = session.scalars(
            select(Message).where(Message.conversation_id == conversation.id).order_by(Message.seq)
        ).all()
        assert [m.seq for m in messages] == list(range(1, len(messages) + 1))
        assert all(m.handled_at for m in messages if m.author == "customer")
        # "system" tells the customer to wait; the bot's own words are the answer.
        authors = [m.author for m in messages if m.author != "system"]
        assert authors == ["customer", "bot"] * (len(authors) // 2), conversation.id


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0

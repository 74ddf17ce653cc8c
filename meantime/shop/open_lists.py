"""What stands listed to a customer and waits for their yes, for whoever takes over before it comes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.done_by import Done, DoneItem, DoneKind
from meantime.shop.tables import OrderLine, Product, Proposal

KINDS = {kind.value: kind for kind in DoneKind}


def open_list(session: Session, proposal_id: str) -> Done | None:
    """Return what a yes to this list would have done; None where it was given, or would come too late."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.accepted_at is not None or proposal.expires_at <= now():
        return None
    kind = KINDS.get(proposal.kind)
    if kind is None:
        return None
    units = {line["line"]: line["quantity"] for line in proposal.lines}
    names = session.execute(
        select(OrderLine.line, Product.name)
        .join(Product, Product.sku == OrderLine.sku)
        .where(OrderLine.order_number == proposal.order_number, OrderLine.line.in_(units))
        .order_by(OrderLine.line)
    )
    return Done(kind, proposal.order_number, tuple(DoneItem(row.name, units[row.line]) for row in names))

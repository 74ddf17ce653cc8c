"""Listing what could leave now and what would follow."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.base import Answer
from meantime.shop.lines import views, whole_order
from meantime.shop.splits import NothingToSplit, propose_split
from meantime.wording import split as say
from meantime.wording.replies import Reply


def split(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """List the parcel that could leave now for a yes, or say why there is none."""
    return Answer(list_split(session, asked, number), asked.memory.about(number))


def list_split(session: Session, asked: Asked, number: str) -> Reply:
    """Propose to send what is ready; or say why that cannot be."""
    try:
        return say.proposed(propose_split(session, asked.asker, number, asked.policy))
    except NothingToSplit as nothing:
        lines = views(session, whole_order(session, number), policy=asked.policy)
        return say.not_possible(number, nothing.why, lines)

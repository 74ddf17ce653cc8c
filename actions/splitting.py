"""Listing what could leave now and what would follow."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.base import Answer
from meantime.shop.lines import LineState, views, whole_order
from meantime.shop.naming import meant
from meantime.shop.splits import NothingToSplit, propose_split
from meantime.wording import split as say
from meantime.wording.replies import Reply
from meantime.wording.status import called


def split(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """List the parcel that could leave now for a yes, or say why there is none."""
    reply = list_split(session, asked, number)
    lines = views(session, whole_order(session, number), policy=asked.policy)
    named = meant(wish.words, lines).things
    waiting = [line for line in named if line.state is LineState.BACKORDERED and not line.ready_quantity]
    if reply.proposal and waiting:
        reply = say.not_here_yet(reply, [called(line, lines) for line in waiting])
    return Answer(reply, asked.memory.about(number))


def list_split(session: Session, asked: Asked, number: str) -> Reply:
    """Propose to send what is ready; or say why that cannot be."""
    try:
        return say.proposed(propose_split(session, asked.asker, number, asked.policy))
    except NothingToSplit as nothing:
        lines = views(session, whole_order(session, number), policy=asked.policy)
        return say.not_possible(number, nothing.why, lines)

"""Cancels and swaps that a member of staff makes in a customer's place: listed, confirmed, checked again, done once.

The rules are those of the customers' own changes, since they are the same functions. ``by`` is the name of who is
signed in at the desk; they have nothing to prove. ``key`` stands for one press of the button: pressed twice, or sent
again, it is done once and the same is returned.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from meantime.shop.acting import Colleague
from meantime.shop.cancellations import Cancellation, Wanted, accept_cancel, propose_cancel
from meantime.shop.policy import Policy
from meantime.shop.swaps import Swap, accept_swap, decline_swap, propose_swap

LONGEST_KEY = 64


def list_cancel(session: Session, by: str, number: str, wanted: Wanted | None, policy: Policy) -> Cancellation:
    """List what would be cancelled for the colleague to confirm. ``wanted`` None means all that can be.

    Raises NotYours when there is no such order, and NothingToCancel.
    """
    return propose_cancel(session, Colleague(by), number, wanted, policy)


def carry_out_cancel(
    session: Session, by: str, proposal_id: str, key: str, *, conversation_id: str | None = None
) -> Cancellation:
    """Cancel what was listed to this colleague, once. ``conversation_id`` is the one they are in.

    Raises ProposalGone (expired, answered in another tab, or listed to somebody else) and ChangedMeanwhile (packed,
    shipped or changed since it was listed); then nothing has changed.
    """
    return accept_cancel(session, _colleague(by, key, conversation_id), proposal_id)


def list_swap(
    session: Session, by: str, number: str, line: int, sku: str, policy: Policy, *, units: int | None = None
) -> Swap:
    """List a swap of ``units`` (None: all that are open) of a line, and keep the new item back as for a customer.

    ``substitutes.substitutes_for`` says what is like it; any product that can replace it will do. Raises NotYours,
    NotSwappable, SoldOutMeanwhile.
    """
    return propose_swap(session, Colleague(by), number, line, sku, policy, units=units)


def carry_out_swap(
    session: Session,
    by: str,
    proposal_id: str,
    key: str,
    policy: Policy | None = None,
    *,
    conversation_id: str | None = None,
) -> Swap:
    """Swap what was listed to this colleague, once.

    Raises ProposalGone, ChangedMeanwhile, SoldOutMeanwhile; then nothing has changed.
    """
    return accept_swap(session, _colleague(by, key, conversation_id), proposal_id, policy)


def leave_swap(session: Session, by: str, proposal_id: str) -> None:
    """The colleague does not want it after all: what was kept back is given back."""
    decline_swap(session, Colleague(by), proposal_id)


def _colleague(by: str, key: str, conversation_id: str | None) -> Colleague:
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"a key has 1 to {LONGEST_KEY} characters")
    return Colleague(by, key, conversation_id)

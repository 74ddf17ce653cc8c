"""Listing what would be cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from actions.agreeing import on_condition
from actions.asked import Asked, Wish
from actions.base import Answer
from actions.going import Going, going
from actions.intents import CANCEL, CHOOSING
from actions.pointing import WHOLE, points_back
from meantime.settings import settings
from meantime.shop.calendar import business_days_after, today
from meantime.shop.cancellations import NothingToCancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import LineView, views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.reach import reach_of
from meantime.shop.strangers import objects_in
from meantime.wording import cancel as say
from meantime.wording.replies import Reply

PART = "part"


def cancel(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """List what ``wish`` names of the order for a yes, or say why that cannot be."""
    if not wish.lines and asked.memory.order == number and points_back(asked.text) and not _names_it(asked.text):
        wish = replace(wish, lines=asked.memory.lines)
    wish = replace(wish, words=wish.words or asked.text)
    reply, asked_about = _listed(session, asked.asker, number, wish, asked.policy)
    if reply.proposal and on_condition(asked.text):
        reply = say.only_now(reply)
    memory = asked.memory.about(number, wish.lines)
    if reply.asks == "choice":
        # What was not found there must not stand in the way of what is named next.
        chosen = asked_about or wish.lines
        memory = replace(memory, wish=replace(wish, words="", lines=chosen, questions=1), topic=CHOOSING)
    return Answer(reply, memory)


def _names_it(text: str) -> bool:
    """Return whether the message itself names what "it" is."""
    reach = reach_of(text)
    return bool(reach.before) or any(not thing.is_vague for thing in objects_in(text))


def list_cancellation(session: Session, asker: Asker, number: str, wish: Wish, policy: Policy) -> Reply:
    """Propose to cancel what ``wish`` names of the order, or all of it; or say why that cannot be."""
    return _listed(session, asker, number, wish, policy)[0]


def _listed(session: Session, asker: Asker, number: str, wish: Wish, policy: Policy) -> tuple[Reply, tuple[int, ...]]:
    """Return the list or the question, and the line that it is asked of how many are meant."""
    order = whole_order(session, number)
    lines = views(session, order, policy=policy)
    if wish.choice == PART and any(line.is_cancellable for line in lines):
        return say.which_lines(number, lines), ()
    named = going(wish.words, lines)
    if wish.lines:
        named = Going(tuple(line for line in lines if line.line in wish.lines), units=_units_of(wish, lines))
    elif named.is_open and any(line.is_cancellable for line in named.lines):
        return say.which_lines(number, named.lines), ()
    elif not named.lines and (question := _which(number, wish, lines, named.units_of_any)):
        return question, ()
    wanted = tuple(line.line for line in named.lines) or None
    only = wanted or tuple(line.line for line in lines)
    quantities = {line: named.units.get(line) for line in only}
    if len(only) == 1 and not named.units:
        quantities[only[0]] = named.units_of_any
    if short := next((v for v in lines if v.is_cancellable and (quantities.get(v.line) or 0) > v.open_quantity), None):
        return say.only_so_many(number, short, lines), (short.line,)
    try:
        cancellation = propose_cancel(session, asker, number, quantities, policy)
    except NothingToCancel:
        return say.not_possible(number, lines, wanted), ()
    reply = say.proposed(cancellation, lines, refund_by(policy), asked_for_all=wanted is None)
    return (say.not_all_found(reply, number) if named.names_more else reply), ()


def _units_of(wish: Wish, lines: Sequence[LineView]) -> dict[int, int]:
    """Return how many are meant of the one line that was chosen before."""
    if len(wish.lines) != 1:
        return {}
    chosen = [line for line in lines if line.line in wish.lines]
    said = int(wish.choice) if wish.choice.isdecimal() else wish.units
    units = said or going(wish.words, chosen).units.get(wish.lines[0])
    units = units or (going(wish.words, chosen).units_of_any if chosen else None)
    return {wish.lines[0]: units} if units else {}


def _which(number: str, wish: Wish, lines: Sequence[LineView], units: int | None) -> Reply | None:
    """Ask what is meant where words name one thing and none is found: nobody who does so means all there is."""
    open_lines = [line for line in lines if line.is_cancellable]
    if not open_lines:
        return None
    objects = list(objects_in(wish.words))
    if any(not thing.is_vague for thing in objects):
        return say.not_in_order(number, lines)
    was_asked = wish.questions and not wish.choice and not WHOLE.search(wish.words)
    is_unclear = objects or was_asked or units
    return say.which_lines(number, lines) if len(open_lines) > 1 and is_unclear else None


def relist(session: Session, asked: Asked, number: str, listed: dict[int, int]) -> Reply:
    """List the same once more, as it stands now."""
    lines = tuple(sorted(listed))
    wish = Wish(CANCEL, lines=lines, units=listed[lines[0]] if len(lines) == 1 else None)
    return list_cancellation(session, asked.asker, number, wish, asked.policy)


def refund_by(policy: Policy) -> date:
    """Return the last day a refund decided now arrives."""
    return business_days_after(today(), policy.cancelling.refund_business_days, settings().shop_country)

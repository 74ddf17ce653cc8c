"""Answering a message while a proposal is on the table. Only a plain yes carries it out.

A yes with a condition, a question, a doubt or a joke is no yes: then the list is made anew or shown again, and
nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from actions.agreeing import IN_CASE, is_plain_yes
from actions.asked import Asked, Wish
from actions.base import Answer, database
from actions.cancelling import refund_by, relist
from actions.going import going
from actions.intents import AVAILABILITY, CANCEL, DONE, SPLIT, SUBSTITUTE
from actions.splitting import list_split
from actions.swapping import describes_item, offer_one
from actions.wishes import grant
from meantime.shop.cancellations import accept_cancel
from meantime.shop.lines import LineView, views, whole_order
from meantime.shop.naming import meant, units_meant
from meantime.shop.proposals import ChangedMeanwhile, NotYours, ProposalGone
from meantime.shop.reach import TO_CANCEL, TO_SWAP, reach_of
from meantime.shop.splits import accept_split
from meantime.shop.strangers import objects_in
from meantime.shop.swaps import SoldOutMeanwhile, accept_swap, decline_swap
from meantime.shop.tables import Proposal
from meantime.wording import cancel as say_cancel
from meantime.wording import small
from meantime.wording import split as say_split
from meantime.wording import swap as say_swap
from meantime.wording.notices import NOTHING_CANCELLED
from meantime.wording.replies import Reply

KEEPS = re.compile(
    r"\b(keep|keeping|leave|except|but not|not the|apart from|(do not|don'?t|don’t|never) cancel)\b", re.IGNORECASE
)
AS_WELL = re.compile(r"\b(too|also|as well|both|and)\b", re.IGNORECASE)
MAY_WISH = frozenset(
    {SUBSTITUTE, AVAILABILITY, "inform", "deny", "affirm", "nlu_fallback", "out_of_scope", "correct_details"}
)
"""Intents under which words may describe another item than the one that was listed."""


@dataclass(frozen=True, slots=True)
class OnTable:
    """What was proposed, and which lines of that order the message names."""

    proposal_id: str
    kind: str
    order_number: str
    proposed: Mapping[int, int]
    """Order line → units."""
    sku: str
    named: frozenset[int]
    lines: Sequence[LineView]
    kept: frozenset[int] = frozenset()
    """The lines that the message says are to stay."""


def answer_proposal(asked: Asked, *, says_no: bool = False) -> Answer | None:
    """Answer a message that follows a proposal, or return None when it is not about that."""
    table = on_table(asked)
    if table is None:
        return None
    if asked.clues.order_number not in ("", table.order_number):
        return None
    if asked.intent == "affirm" and not asked.text:
        return _accept(asked, table)
    if is_plain_yes(asked.text, table.order_number, table.kind):
        return _accept(asked, table)
    if asked.about:
        return None  # a chosen option says itself what it is about
    if asked.intent == CANCEL and _names_stranger(asked, table):
        return None  # the list stands no longer: something that is not in this order is to be cancelled
    if answer := _something_else(asked, table, says_no=says_no):
        return answer
    if says_no and table.kind == CANCEL_KIND and reach_of(asked.text, TO_SWAP).has_verb:
        lines = tuple(sorted(table.named or table.proposed))
        instead = grant(asked, Wish(SUBSTITUTE, asked.text, lines=lines))
        return replace(instead, reply=instead.reply.after(NOTHING_CANCELLED))
    if says_no:
        return _decline(asked, table)
    return show_again(asked, table)


def _names_stranger(asked: Asked, table: OnTable) -> bool:
    things = [thing for thing in objects_in(asked.text) if not thing.is_vague]
    return bool(things) and not table.named


def on_table(asked: Asked) -> OnTable | None:
    """Return the proposal that stood in the message before this one."""
    if not asked.shown_proposal:
        return None
    with database().reading() as session:
        proposal = session.get(Proposal, asked.shown_proposal)
        if proposal is None:
            return None
        lines = views(session, whole_order(session, proposal.order_number), policy=asked.policy)
        named = frozenset(line.line for line in _named(asked.text, lines))
        kept = going(asked.text, lines).kept
        if KEEPS.search(asked.text) and not reach_of(asked.text).has_verb:
            kept |= named  # "don't cancel the bottle"
        return OnTable(
            proposal_id=proposal.id,
            kind=proposal.kind,
            order_number=proposal.order_number,
            proposed={line["line"]: line["quantity"] for line in proposal.lines},
            sku=str(proposal.details.get("sku", "")),
            named=named,
            lines=lines,
            kept=kept,
        )


def _named(text: str, lines: Sequence[LineView]) -> Sequence[LineView]:
    """Return the lines that are named: of a request to cancel those in its reach, not those beside it."""
    return going(text, lines).lines if reach_of(text).objects else meant(text, lines).things


def show_again(asked: Asked, table: OnTable) -> Answer:
    """Show the same list once more, as it stands now, and say that nothing has been done."""
    listed = _relist(asked, table)
    still_open = {CANCEL_KIND: say_cancel.still_open, SWAP_KIND: say_swap.still_open, SPLIT_KIND: say_split.still_open}
    return replace(listed, reply=still_open[table.kind](listed.reply))


CANCEL_KIND, SWAP_KIND, SPLIT_KIND = "cancel", "swap", "split"


def _something_else(asked: Asked, table: OnTable, *, says_no: bool) -> Answer | None:
    """A no or a yes with more to it: other lines to cancel, fewer units, another item to send."""
    if IN_CASE.search(asked.text):
        return show_again(asked, table)  # nothing is done on a condition
    if table.kind == CANCEL_KIND and table.kept:
        named = table.named - table.kept
        rest = frozenset(named or table.proposed.keys() - table.kept)
        if rest == table.proposed.keys():
            return show_again(asked, table)  # "keep the bottle" never means to cancel the bottle
        return grant(asked, Wish(CANCEL, lines=tuple(sorted(rest)))) if rest else None
    if answer := _fewer(asked, table):
        return answer
    if table.kind == CANCEL_KIND and table.named and (not says_no or asked.intent == "deny"):
        as_well = AS_WELL.search(asked.text) and not says_no
        wider = table.named | table.proposed.keys() if as_well else table.named
        if wider != table.proposed.keys():
            return grant(asked, Wish(CANCEL, asked.text, lines=tuple(sorted(wider))))
    if (
        table.kind == SWAP_KIND
        and asked.intent in MAY_WISH
        and describes_item(asked, table.order_number, table.proposed)
    ):
        return grant(asked, Wish(SUBSTITUTE, asked.text, lines=tuple(table.proposed)))
    return None


def _fewer(asked: Asked, table: OnTable) -> Answer | None:
    """Return the same for fewer units: "just one of them"."""
    named = going(asked.text, table.lines, TO_SWAP if table.kind == SWAP_KIND else TO_CANCEL)
    units = next(iter(named.units.values()), None) or named.units_of_any or units_meant(asked.text)
    if not units or len(table.proposed) != 1 or table.kind == SPLIT_KIND:
        return None
    [(line, proposed)] = table.proposed.items()
    if units >= proposed or not table.named <= {line}:
        return None
    return _relist(asked, replace(table, proposed={line: units}))


def _accept(asked: Asked, table: OnTable) -> Answer:
    try:
        with database().writing() as session:
            reply, lines = _carry_out(session, asked, table)
    except ChangedMeanwhile:
        changed = {
            CANCEL_KIND: say_cancel.changed_meanwhile,
            SWAP_KIND: say_swap.changed_meanwhile,
            SPLIT_KIND: say_split.changed_meanwhile,
        }
        listed = _relist(asked, table)
        return replace(listed, reply=changed[table.kind](listed.reply))
    except SoldOutMeanwhile:
        return _relist(asked, table)
    except ProposalGone:
        return Answer(small.proposal_gone(), asked.memory.settled)
    except NotYours:
        return grant(asked, _wish_again(table))  # the proof has run out meanwhile: ask for it again
    return Answer(reply, replace(asked.memory.about(table.order_number, lines), topic=DONE))


def _carry_out(session: Session, asked: Asked, table: OnTable) -> tuple[Reply, tuple[int, ...]]:
    """Return what to say, and the lines that "it" means from now on."""
    if table.kind == SWAP_KIND:
        swap = accept_swap(session, asked.asker, table.proposal_id, asked.policy)
        return say_swap.swapped(swap, refund_by(asked.policy)), (swap.new_line,) if swap.new_line else ()
    if table.kind == SPLIT_KIND:
        return say_split.asked(accept_split(session, asked.asker, table.proposal_id)), ()
    done = accept_cancel(session, asked.asker, table.proposal_id)
    names = say_cancel.names_of(views(session, whole_order(session, done.order_number), policy=asked.policy))
    return say_cancel.cancelled(done, names, refund_by(asked.policy)), ()


def _decline(asked: Asked, table: OnTable) -> Answer:
    memory = asked.memory.about(table.order_number, table.proposed)
    if table.kind == CANCEL_KIND:
        return Answer(say_cancel.kept(table.order_number), memory)
    if table.kind == SPLIT_KIND:
        return Answer(say_split.kept(table.order_number), memory)
    with database().writing() as session:
        decline_swap(session, asked.asker, table.proposal_id)
    line = next((v for v in table.lines if v.line in table.proposed), None)
    return Answer(say_swap.kept(table.order_number, line), memory)


def _relist(asked: Asked, table: OnTable) -> Answer:
    """List the same change anew; where it is not possible any more, that says why."""
    memory = asked.memory.about(table.order_number, table.proposed)
    with database().writing() as session:
        if table.kind == CANCEL_KIND:
            return Answer(relist(session, asked, table.order_number, dict(table.proposed)), memory)
        if table.kind == SPLIT_KIND:
            return Answer(list_split(session, asked, table.order_number), memory)
        lines = views(session, whole_order(session, table.order_number), policy=asked.policy)
        line = next(v for v in lines if v.line in table.proposed)
        if not line.is_cancellable:
            return Answer(say_swap.not_possible(table.order_number, lines, [line]), memory)
        wish = Wish(SUBSTITUTE, lines=(line.line,), sku=table.sku, units=table.proposed[line.line])
        return offer_one(session, asked, table.order_number, line, wish)


def _wish_again(table: OnTable) -> Wish:
    intent = {CANCEL_KIND: CANCEL, SWAP_KIND: SUBSTITUTE, SPLIT_KIND: SPLIT}[table.kind]
    return Wish(intent, lines=tuple(table.proposed), sku=table.sku)

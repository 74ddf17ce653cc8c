"""Yes and no. A yes confirms only the proposal that stood in the last message before it."""

from __future__ import annotations

import re

from actions.asked import Asked, Memory, Wish
from actions.base import Answer, ShopAction, database
from actions.orders import carry_on, wish_to_cancel
from actions.small import OFFERED_PERSON, hand_off
from actions.wishes import CANCEL, grant, list_cancellation, refund_by
from meantime.shop.cancellations import ChangedMeanwhile, NotYours, ProposalGone, accept_cancel
from meantime.shop.lines import views, whole_order
from meantime.shop.naming import meant
from meantime.shop.tables import Proposal
from meantime.wording import cancel, small

SAYS_YES = re.compile(r"\W*(yes|yep|yeah|yup|ya|ok|okay|sure|please do|go ahead|do it|confirm|correct)\b", re.I)
HAS_CONDITION = re.compile(r"\b(but|only|just|except|not|don'?t|instead|wait|unless|if|no)\b", re.I)


class Affirm(ShopAction):
    named = "action_affirm"

    def answer(self, asked: Asked) -> Answer:
        if asked.shown_proposal:
            return answer_proposal(asked, asked.shown_proposal)
        if asked.clues or asked.memory.wish:
            return carry_on(asked)
        if asked.memory.topic == OFFERED_PERSON:
            return hand_off(asked)
        return Answer(small.nothing_to_confirm(), Memory(order=asked.memory.order))


class Deny(ShopAction):
    named = "action_deny"

    def answer(self, asked: Asked) -> Answer:
        if asked.shown_proposal:
            number, names_some = _about(asked, asked.shown_proposal)
            if names_some:  # "no, just the lamp"
                return grant(asked, Wish(CANCEL, asked.text))
            return Answer(cancel.kept(number), Memory(order=number))
        if asked.clues:
            return carry_on(asked)
        return Answer(small.all_right(), Memory(order=asked.memory.order))


class CancelOrder(ShopAction):
    """A wish to cancel; with a proposal on the table, "yes, cancel it" is the answer to that."""

    named = "action_cancel_order"

    def answer(self, asked: Asked) -> Answer:
        if asked.shown_proposal and SAYS_YES.match(asked.text):
            return answer_proposal(asked, asked.shown_proposal)
        return grant(asked, wish_to_cancel(asked))


def answer_proposal(asked: Asked, proposal_id: str) -> Answer:
    """Carry out what was proposed. A yes with a condition ("yes, but only the lamp") is a new wish, not a yes."""
    if asked.text:
        _, names_some = _about(asked, proposal_id)
        if names_some or asked.clues or HAS_CONDITION.search(asked.text):
            return grant(asked, Wish(CANCEL, asked.text))
    return _accept(asked, proposal_id)


def _about(asked: Asked, proposal_id: str) -> tuple[str | None, bool]:
    """Return the order of a proposal, and whether the words name some of its lines but not all."""
    with database().reading() as session:
        proposal = session.get(Proposal, proposal_id)
        if proposal is None:
            return None, False
        order = whole_order(session, proposal.order_number)
        proposed = {line["line"] for line in proposal.lines}
        named = {line.line for line in meant(asked.text, views(session, order, policy=asked.policy)).things}
        return order.number, bool(named) and named != proposed


def _accept(asked: Asked, proposal_id: str) -> Answer:
    try:
        with database().writing() as session:
            done = accept_cancel(session, asked.asker, proposal_id)
            names = cancel.names_of(views(session, whole_order(session, done.order_number), policy=asked.policy))
    except ChangedMeanwhile as changed:
        wish = Wish(CANCEL, lines=tuple(changed.lines))
        with database().writing() as session:
            reply = list_cancellation(session, asked.asker, changed.order_number, wish, asked.policy)
        return Answer(cancel.changed_meanwhile(reply), Memory(order=changed.order_number))
    except ProposalGone:
        return Answer(small.proposal_gone(), Memory(order=asked.memory.order))
    except NotYours:
        return grant(asked, Wish(CANCEL))  # the proof has run out meanwhile: ask for it again
    return Answer(cancel.cancelled(done, names, refund_by(asked.policy)), Memory(order=done.order_number))

"""Yes and no. A yes confirms only the proposal that stood in the last message before it."""

from __future__ import annotations

from actions.asked import Asked, Memory, Wish
from actions.base import Answer, ShopAction, database
from actions.orders import carry_on
from actions.small import OFFERED_PERSON, hand_off
from actions.wishes import CANCEL, grant, list_cancellation, refund_by
from meantime.shop.cancellations import ChangedMeanwhile, NotYours, ProposalGone, accept_cancel
from meantime.shop.lines import views
from meantime.shop.tables import Order, Proposal
from meantime.wording import cancel, small


class Affirm(ShopAction):
    named = "action_affirm"

    def answer(self, asked: Asked) -> Answer:
        if asked.shown_proposal:
            return _accept(asked, asked.shown_proposal)
        if asked.clues or asked.memory.wish:
            return carry_on(asked)
        if asked.memory.topic == OFFERED_PERSON:
            return hand_off(asked)
        return Answer(small.nothing_to_confirm(), Memory(order=asked.memory.order))


class Deny(ShopAction):
    named = "action_deny"

    def answer(self, asked: Asked) -> Answer:
        if asked.shown_proposal:
            with database().reading() as session:
                proposal = session.get(Proposal, asked.shown_proposal)
                number = proposal.order_number if proposal else None
            return Answer(cancel.kept(number), Memory(order=number))
        if asked.clues:
            return carry_on(asked)
        return Answer(small.all_right(), Memory(order=asked.memory.order))


def _accept(asked: Asked, proposal_id: str) -> Answer:
    try:
        with database().writing() as session:
            done = accept_cancel(session, asked.asker, proposal_id)
            names = cancel.names_of(views(session, session.get_one(Order, done.order_number), policy=asked.policy))
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

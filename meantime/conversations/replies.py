"""Turning what Rasa replied into messages: buttons become options, payloads stay here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from meantime.conversations.inbox import Card, Words
from meantime.conversations.options import Offer
from meantime.conversations.queue import WAYS_OUT
from meantime.conversations.rasa import Answer, Button, RasaFailed, Reply
from meantime.conversations.tables import CHOICE, CONFIRM, DECLINE, HUMAN
from meantime.wording import gateway as say

ROLES = {"affirm": CONFIRM, "deny": DECLINE, "talk_to_person": HUMAN}
ASKS = frozenset({"order_number", "email", "postcode", "phone", "contact", "confirmation", "choice", "text"})
_INTENT = re.compile(r"/?([\w/]*)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that one turn says. ``hand_off`` is the reason why a person answers from now on."""

    words: tuple[Words, ...]
    hand_off: str | None


def spoken(answer: Answer) -> Spoken:
    """Return what ``answer`` says to the customer. Raises RasaFailed when that is nothing."""
    said = [_words(reply) for reply in answer.replies if reply.text.strip() or reply.buttons or reply.custom.cards]
    hand_off = next((reply.custom.hand_off for reply in answer.replies if reply.custom.hand_off), None)
    if hand_off is not None:
        said = said or [Words(say.HANDED_OFF)]
        said[-1] = replace(said[-1], offers=said[-1].offers + WAYS_OUT)
    if not said:
        raise RasaFailed("the answer says nothing")
    # "Yes" means the last message: a proposal stands in the last one of its turn, wherever it was said in it.
    proposals = [reply.custom.proposal for reply in answer.replies if reply.custom.proposal]
    if proposals:
        said[-1] = replace(said[-1], proposal_id=proposals[-1])
    return Spoken(tuple(said), hand_off)


def _words(reply: Reply) -> Words:
    offers = [Offer(button.title, button.payload, _role(button)) for button in reply.buttons]
    cards = []
    for card in reply.custom.cards:
        place = None
        if card.option:
            place = next((i for i, offer in enumerate(offers) if offer.payload == card.option), None)
            if place is None:
                place = len(offers)
                offers.append(Offer(card.title, card.option, on_card=True))
        cards.append(Card(card.title, card.subtitle or "", card.image_url or "", place))
    asks = reply.custom.asks if reply.custom.asks in ASKS else None
    return Words(reply.text, tuple(offers), tuple(cards), asks)


def _role(button: Button) -> str:
    if button.role in (CONFIRM, DECLINE, CHOICE, HUMAN):
        return button.role
    match = _INTENT.match(button.payload)
    return ROLES.get(match[1], CHOICE) if match else CHOICE

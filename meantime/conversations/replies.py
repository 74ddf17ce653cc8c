"""Turning what Rasa replied into messages: buttons become options, payloads stay here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from meantime.conversations.agreements import NOTHING_SAID, Agreement
from meantime.conversations.inbox import Card, Words
from meantime.conversations.options import Offer
from meantime.conversations.queue import WAYS_OUT, HandOff
from meantime.conversations.rasa import Answer, Button, Custom, RasaFailed, Reply
from meantime.conversations.tables import CHOICE, CONFIRM, DECLINE, HUMAN
from meantime.wording import gateway as say

ROLES = {"affirm": CONFIRM, "deny": DECLINE, "talk_to_person": HUMAN}
ASKS = frozenset({"order_number", "email", "postcode", "phone", "contact", "confirmation", "choice", "text"})
_INTENT = re.compile(r"/?([\w/]*)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that one turn says. With a ``hand_off`` a person answers from now on."""

    words: tuple[Words, ...]
    hand_off: HandOff | None
    agreement: Agreement = NOTHING_SAID


def spoken(answer: Answer) -> Spoken:
    """Return what ``answer`` says to the customer. Raises RasaFailed when that is nothing."""
    said = [_words(reply) for reply in answer.replies if reply.text.strip() or reply.buttons or reply.custom.cards]
    hand_off = next((_hand_off(reply.custom) for reply in answer.replies if reply.custom.hand_off), None)
    if hand_off is not None:
        said = said or [Words(say.HANDED_OFF)]
        said[-1] = replace(said[-1], offers=said[-1].offers + WAYS_OUT)
    if not said:
        raise RasaFailed("the answer says nothing")
    # "Yes" means the last message: a proposal stands in the last one of its turn, wherever it was said in it.
    proposals = [reply.custom.proposal for reply in answer.replies if reply.custom.proposal]
    if proposals:
        said[-1] = replace(said[-1], proposal_id=proposals[-1])
    wishes = (reply.custom for reply in answer.replies if reply.custom.contact)
    agreement = next((Agreement(custom.contact or "", custom.number or "") for custom in wishes), NOTHING_SAID)
    return Spoken(tuple(said), hand_off, agreement)


def _words(reply: Reply) -> Words:
    """What only a card offers comes first, as it is shown: "the second one" is counted off in this order."""
    buttons = [Offer(button.title, button.payload, _role(button)) for button in reply.buttons]
    on_cards: dict[str, Offer] = {}
    for card in reply.custom.cards:
        if card.option and card.option not in {button.payload for button in reply.buttons}:
            on_cards.setdefault(card.option, Offer(card.title, card.option, on_card=True))
    offers = [*on_cards.values(), *buttons]
    payloads = [offer.payload for offer in offers]
    cards = [
        Card(
            card.title, card.subtitle or "", card.image_url or "", payloads.index(card.option) if card.option else None
        )
        for card in reply.custom.cards
    ]
    asks = reply.custom.asks if reply.custom.asks in ASKS else None
    return Words(reply.text, tuple(offers), tuple(cards), asks)


def _hand_off(custom: Custom) -> HandOff:
    return HandOff(custom.hand_off or "", custom.summary or "", custom.hand_off_kind or "")


def _role(button: Button) -> str:
    if button.role in (CONFIRM, DECLINE, CHOICE, HUMAN):
        return button.role
    match = _INTENT.match(button.payload)
    return ROLES.get(match[1], CHOICE) if match else CHOICE

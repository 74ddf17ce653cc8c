"""Typing "2", or "the second one", instead of choosing: where options are counted off, and where they are not."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.conversations.contacts import contact_of
from meantime.conversations.inbox import Card, Chose, Said, Words, post, store
from meantime.conversations.options import Offer
from meantime.conversations.outbox import SENT, UNDELIVERED, WAITING, Delivery, send_more
from meantime.conversations.owner import take_over
from meantime.conversations.tables import BOT, CONFIRM, DECLINE, SYSTEM, Conversation, Message, Option
from meantime.db import now

LAMPS = (Offer("Lamp (white)", "/pick{1}"), Offer("Lamp (black)", "/pick{2}"))
PROPOSAL = (Offer("Yes, cancel", "/affirm", CONFIRM), Offer("No, keep it", "/deny", DECLINE))


@pytest.fixture
def texting(session: Session) -> Conversation:
    """A conversation by text message."""
    contact = contact_of(session, "sms", "+15550100000", "+15550100001")
    conversation = Conversation(id="c1", channel="sms", address_hash="a1", contact_id=contact.id)
    session.add(conversation)
    session.flush()
    return conversation


def says(session: Session, conversation: Conversation, author: str, words: Words, *, lasting: bool = False) -> Message:
    """Say something by text, and have its first page arrive."""
    message = post(session, conversation, author, words, lasting=lasting)
    arrives(session)
    return message


def arrives(session: Session) -> None:
    """Have the provider take what waits."""
    session.flush()
    session.execute(update(Delivery).where(Delivery.state == WAITING).values(state=SENT, sent_at=now()))


def typed(session: Session, conversation: Conversation, text: str) -> str | None:
    """Return the payload of what was chosen by typing ``text``."""
    return store(session, conversation, Said(str(uuid.uuid4()), text))[0].payload


@pytest.mark.parametrize(("words", "payload"), [("1", "/pick{1}"), ("The second one.", "/pick{2}"), ("3", None)])
def test_by_text_message_a_number_is_the_option_at_that_place(
    session: Session, texting: Conversation, words: str, payload: str | None
) -> None:
    says(session, texting, BOT, Words("What now?", LAMPS))
    assert typed(session, texting, words) == payload


def test_the_words_stay_as_they_were_typed(session: Session, texting: Conversation) -> None:
    says(session, texting, BOT, Words("What now?", LAMPS))
    message, _ = store(session, texting, Said("id", "2 please"))
    assert (message.text, message.option_id) == ("2 please", None)


def test_by_text_message_a_number_says_yes(session: Session, texting: Conversation) -> None:
    says(session, texting, BOT, Words("Shall I?", PROPOSAL, asks="confirmation", proposal_id="P1"))
    assert typed(session, texting, "1") == "/affirm"


def test_on_the_website_no_number_says_yes(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words("Shall I?", PROPOSAL, asks="confirmation", proposal_id="P1"))
    assert typed(session, conversation, "1") is None
    post(session, conversation, BOT, Words("Which?", (*PROPOSAL, *LAMPS), asks="choice"))
    assert typed(session, conversation, "1") is None
    assert typed(session, conversation, "the second one") == "/deny"


def test_on_the_website_a_list_to_choose_from_is_counted_off(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words("Which?", LAMPS, asks="choice"))
    assert typed(session, conversation, "the second one") == "/pick{2}"


def test_on_the_website_cards_are_counted_off(session: Session, conversation: Conversation) -> None:
    cards = (Card("Lamp (white)", offer=0), Card("Lamp (black)", offer=1))
    post(session, conversation, BOT, Words("In stock:", LAMPS, cards))
    assert typed(session, conversation, "last") == "/pick{2}"


def test_on_the_website_other_options_are_not_counted_off(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words("What now?", LAMPS))
    assert typed(session, conversation, "2") is None
    assert typed(session, conversation, "lamp (black)") == "/pick{2}"


@pytest.mark.parametrize("author", [BOT, SYSTEM])
def test_the_numbers_of_an_older_message_choose_no_more(session: Session, texting: Conversation, author: str) -> None:
    says(session, texting, BOT, Words("What now?", LAMPS))
    assert typed(session, texting, "1") == "/pick{1}"
    says(session, texting, author, Words("By the way."))
    assert typed(session, texting, "1") is None
    assert typed(session, texting, "Lamp (white)") == "/pick{1}"


def test_a_notice_that_still_offers_something_is_not_counted_along(session: Session, texting: Conversation) -> None:
    says(session, texting, SYSTEM, Words("It is late.", (Offer("Cancel", "/cancel"),)), lasting=True)
    assert typed(session, texting, "1") == "/cancel"
    says(session, texting, BOT, Words("Which?", LAMPS))
    assert typed(session, texting, "1") == "/pick{1}"
    assert typed(session, texting, "3") is None


def test_what_has_ended_is_not_counted(session: Session, texting: Conversation) -> None:
    says(session, texting, BOT, Words("What now?", LAMPS))
    take_over(session, texting.id, "Ana")
    assert typed(session, texting, "1") is None


def test_the_options_of_another_conversation_are_not_chosen(session: Session, texting: Conversation) -> None:
    other = Conversation(id="c2", channel="sms")
    session.add(other)
    post(session, other, BOT, Words("What now?", LAMPS))
    assert typed(session, texting, "1") is None
    assert typed(session, texting, "Lamp (white)") is None


def test_a_title_comes_before_a_number(session: Session, texting: Conversation) -> None:
    says(session, texting, BOT, Words("Which size?", (Offer("2", "/size{2}"), Offer("1", "/size{1}"))))
    assert typed(session, texting, "2") == "/size{2}"


def test_choosing_by_id_still_works(session: Session, texting: Conversation) -> None:
    says(session, texting, BOT, Words("What now?", LAMPS))
    session.flush()
    option = session.scalars(select(Option).where(Option.title == "Lamp (black)")).one()
    assert store(session, texting, Chose("id", option.id))[0].payload == "/pick{2}"


def test_what_the_phone_has_not_shown_is_chosen_neither_by_number_nor_by_title(
    session: Session, texting: Conversation
) -> None:
    says(session, texting, BOT, Words("A long story. " * 35, LAMPS))
    assert [typed(session, texting, words) for words in ("1", "the last", "Lamp (white)")] == [None] * 3
    send_more(session, texting.id)
    assert typed(session, texting, "1") is None  # on its way
    arrives(session)
    assert [typed(session, texting, words) for words in ("1", "Lamp (black)")] == ["/pick{1}", "/pick{2}"]


def test_of_a_list_in_two_pages_the_part_that_was_shown_may_be_chosen(session: Session, texting: Conversation) -> None:
    many = tuple(Offer(f"Lamp of many colours, one of them is number {n}", f"/pick{{{n}}}") for n in range(1, 10))
    says(session, texting, BOT, Words("Which?", many))
    assert [typed(session, texting, words) for words in ("1", "9", "last")] == ["/pick{1}", None, None]


def test_a_list_that_was_lost_on_its_way_was_not_shown(session: Session, texting: Conversation) -> None:
    says(session, texting, BOT, Words("What now?", LAMPS))
    session.execute(update(Delivery).values(state=UNDELIVERED))
    assert typed(session, texting, "1") is None

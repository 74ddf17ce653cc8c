"""Storing what is said: once, numbered without gaps, options by their ids."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy.orm import Session

from meantime.conversations.inbox import (
    Chose,
    Empty,
    IdReused,
    OptionGone,
    Said,
    TooLong,
    UnknownConversation,
    Words,
    lock_conversation,
    post,
    store,
)
from meantime.conversations.options import Offer, live_option, option_typed
from meantime.conversations.reading import news_after
from meantime.conversations.tables import BOT, Conversation


def said(text: str) -> Said:
    return Said(str(uuid.uuid4()), text)


def test_seqs_count_all_messages_from_one(session: Session, conversation: Conversation) -> None:
    first, _ = store(session, conversation, said("one"))
    second = post(session, conversation, BOT, Words("two"))
    third, _ = store(session, conversation, said("three"))
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]


def test_a_message_that_is_refused_takes_no_seq(session: Session, conversation: Conversation) -> None:
    for bad, error in ((said(""), Empty), (said("x" * 4001), TooLong), (Chose("id", "gone"), OptionGone)):
        with pytest.raises(error):
            store(session, conversation, bad)
    assert store(session, conversation, said("one"))[0].seq == 1


def test_a_repeated_id_returns_what_is_stored(session: Session, conversation: Conversation) -> None:
    word = said("one")
    message, _ = store(session, conversation, word)
    assert store(session, conversation, word) == (message, False)
    with pytest.raises(IdReused):
        store(session, conversation, Said(word.client_id, "two"))


def test_the_same_id_in_another_conversation_is_another_message(session: Session, conversation: Conversation) -> None:
    other = Conversation(id="c2", channel="website")
    session.add(other)
    word = said("one")
    store(session, conversation, word)
    assert store(session, other, word)[1]


def test_a_conversation_nobody_has_is_not_locked(session: Session) -> None:
    with pytest.raises(UnknownConversation):
        lock_conversation(session, "nobody's")


def test_new_options_end_the_older_ones_but_not_those_of_a_notice(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words("old", (Offer("Old", "/old"),)))
    post(session, conversation, BOT, Words("notice", (Offer("Cancel", "/cancel"),)), lasting=True)
    post(session, conversation, BOT, Words("new", (Offer("New", "/new"),)))
    session.flush()
    assert option_typed(session, conversation, "old") is None
    assert option_typed(session, conversation, "cancel")
    assert option_typed(session, conversation, "new")


def test_two_options_of_one_title_are_not_chosen_by_typing(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words("which", (Offer("Lamp", "/pick{1}"), Offer("Lamp", "/pick{2}"))))
    assert option_typed(session, conversation, "lamp") is None


def test_a_chosen_option_brings_its_payload(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words("sure?", (Offer("Yes", "/affirm"),)))
    [shown] = news_after(session, "c1", 0).messages
    message, _ = store(session, conversation, Chose(str(uuid.uuid4()), shown.options[0].id))
    assert (message.text, message.payload) == ("Yes", "/affirm")


def test_no_other_conversation_may_choose_it(session: Session, conversation: Conversation) -> None:
    post(session, conversation, BOT, Words("sure?", (Offer("Yes", "/affirm"),)))
    [shown] = news_after(session, "c1", 0).messages
    assert live_option(session, "c1", shown.options[0].id)
    assert live_option(session, "c2", shown.options[0].id) is None

"""What the desk reads of a conversation, and the notes in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event
from sqlalchemy.orm import Session

from meantime.conversations.contacts import contact_of
from meantime.conversations.delivery_states import deliveries_of
from meantime.conversations.inbox import Card, Empty, Said, TooLong, UnknownConversation, Words, post, store
from meantime.conversations.notes import add_note, notes_of
from meantime.conversations.options import Offer
from meantime.conversations.outbox import Delivery, enqueue
from meantime.conversations.staff_reading import transcript_after
from meantime.conversations.tables import AGENT, BOT, Conversation
from meantime.db import Database, now


def test_staff_see_all_of_it_but_no_payload(session: Session, conversation: Conversation) -> None:
    asked, _ = store(session, conversation, Said("1", "which lamp?"))
    asked.intent, asked.confidence = "check_availability", 0.9
    asked.media = [{"url": "https://api.example.com/1", "type": "image/jpeg"}]
    offers = (Offer("Brass", "/secret", on_card=True), Offer("A person", "/secret", "human"))
    post(session, conversation, BOT, Words("These:", offers, (Card("Brass", "in stock", "/b.png", 0),)), name="Bot")
    post(session, conversation, AGENT, Words("Or this", (Offer("Wait", "/wait"),)), name="Ana")
    add_note(session, "c1", "Ana", "A regular.")
    shown = transcript_after(session, "c1")
    asked_line, bot, agent = shown.messages
    assert (asked_line.intent, asked_line.confidence) == ("check_availability", 0.9)
    assert [(p.url, p.type) for p in asked_line.pictures] == [("https://api.example.com/1", "image/jpeg")]
    assert [(o.title, o.role, o.is_live) for o in bot.options] == [("A person", "human", False)]
    assert [(o.title, o.is_live) for o in agent.options] == [("Wait", True)]
    assert [(c.title, c.subtitle, c.image_url) for c in bot.cards] == [("Brass", "in stock", "/b.png")]
    assert [(n.author, n.text) for n in shown.notes] == [("Ana", "A regular.")]
    assert "secret" not in repr(shown)
    assert (shown.last_seq, shown.is_all) == (3, True)


def test_only_what_is_new_is_read(session: Session, conversation: Conversation) -> None:
    for number in range(5):
        store(session, conversation, Said(str(number), f"words {number}"))
    first, _ = add_note(session, "c1", "Ana", "one")
    add_note(session, "c1", "Ana", "two")
    shown = transcript_after(session, "c1", 2, 2, note=first.id)
    assert ([m.seq for m in shown.messages], shown.is_all) == ([3, 4], False)
    assert [n.text for n in shown.notes] == ["two"]
    with pytest.raises(UnknownConversation):
        transcript_after(session, "c9")


def test_a_long_conversation_costs_no_more_statements(session: Session, conversation: Conversation) -> None:
    def statements() -> int:
        session.flush()
        seen: list[str] = []

        def note(_c: object, _u: object, statement: str, *_: object) -> None:
            seen.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        transcript_after(session, "c1")
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    post(session, conversation, BOT, Words("Hello", (Offer("Wait", "/wait"),)))
    few = statements()
    for _ in range(20):
        post(session, conversation, BOT, Words("Hello", (Offer("Wait", "/wait"),)))
        store(session, conversation, Said(str(_), "words"))
    assert statements() == few


def test_what_became_of_a_message_is_told_in_words(session: Session, conversation: Conversation) -> None:
    contact = contact_of(session, "sms", "+15550100000", "+15035550123")
    message = post(session, conversation, AGENT, Words("Long"))
    on_page = post(session, conversation, AGENT, Words("Short"))
    enqueue(session, contact.id, message, ["page 1", "page 2"], channel="sms")
    enqueue(session, contact.id, message, ["all"], channel="email")
    session.flush()
    one, two, mail = session.query(Delivery).order_by(Delivery.id)
    one.state, two.state, two.error_code, mail.state = "delivered", "undelivered", "30003", "sent"
    session.flush()
    found = deliveries_of(session, [message.id, on_page.id])
    assert on_page.id not in found
    by_text, by_mail = found[message.id]
    assert (by_text.channel, by_text.state, by_text.words) == ("sms", "undelivered", "not delivered")
    assert by_text.error == "the phone is off or out of reach (error 30003)"
    assert (by_mail.channel, by_mail.words, by_mail.error) == ("email", "sent", "")
    assert transcript_after(session, "c1").messages[0].deliveries == (by_text, by_mail)


def test_a_page_that_waits_to_be_asked_for_hides_nothing(session: Session, conversation: Conversation) -> None:
    contact = contact_of(session, "sms", "+15550100000", "+15035550123")
    message = post(session, conversation, BOT, Words("Long"))
    enqueue(session, contact.id, message, ["page 1", "page 2"], channel="sms")
    session.flush()
    session.query(Delivery).order_by(Delivery.id).first().state = "delivered"  # type: ignore[union-attr]
    session.flush()
    assert [d.state for d in deliveries_of(session, [message.id])[message.id]] == ["delivered"]


def test_a_note_is_words_that_can_be_read(session: Session, conversation: Conversation) -> None:
    with pytest.raises(Empty):
        add_note(session, "c1", "Ana", " \u200b")
    with pytest.raises(TooLong):
        add_note(session, "c1", "Ana", "x" * 4001)
    seen = conversation.revision
    note, is_new = add_note(session, "c1", "Ana", "A regular.")
    assert (note.author, note.text, is_new) == ("Ana", "A regular.", True)
    assert conversation.revision > seen


def test_a_second_click_leaves_no_second_note(session: Session, conversation: Conversation) -> None:
    first, _ = add_note(session, "c1", "Ana", "Called.")
    again, is_new = add_note(session, "c1", "Ana", "Called.")
    assert (again.id, is_new) == (first.id, False)
    add_note(session, "c1", "Ben", "Called.")
    with time_machine.travel(now() + timedelta(minutes=2)):
        add_note(session, "c1", "Ben", "Called.")
    assert [note.author for note in notes_of(session, "c1")] == ["Ana", "Ben", "Ben"]


def test_a_note_wakes_whoever_reads_the_conversation(database: Database) -> None:
    with database.writing() as session:
        session.add(Conversation(id="c1", channel="website"))
    with database.writing() as session:
        add_note(session, "c1", "Ana", "Called.")
    with database.reading() as session:
        assert session.get_one(Conversation, "c1").revision == 1

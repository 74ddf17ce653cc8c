"""The page of a conversation: what it shows, what a click does, and that nobody's words become part of the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from meantime.conversations.contacts import contact_of
from meantime.conversations.inbox import Chose, Words, lock_conversation, post, store
from meantime.conversations.notes import Note
from meantime.conversations.options import Offer
from meantime.conversations.outbox import FAILED, Delivery
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, QUEUE, SMS, Conversation, Message, Option
from meantime.db import Database, now
from meantime.desk import talk as clicks
from meantime.privacy.forgetting import forget_conversation
from meantime.shop.tables import AuditEntry
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import answer, customer, order, prove, say, talk

CALM = "I have looked it up for you. Your lamp should reach you on Friday. If that is too late, I can cancel it."
ANGRY = "As I said before, it will come soon!!"
PROBE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
BY_SCRIPT = {"hx-request": "true"}


def made(database: Database, *said: str, **columns: Any) -> str:
    with database.writing() as session:
        return talk(session, *(said or ("Where is my lamp?",)), **columns).id


def page_of(desk: Desk, conversation: str) -> str:
    answered = desk.get(f"/desk/conversations/{conversation}")
    assert answered.status_code == 200, answered.text
    return answered.text


def post_to(desk: Desk, conversation: str, what: str, **fields: str) -> Any:
    """Send a form as the page's script does."""
    form = {"form_token": desk.form_token, **fields}
    path = f"/desk/conversations/{conversation}/{what}"
    return desk.client.post(path, data=form, headers=BY_SCRIPT, follow_redirects=False)


def said_by(database: Database, conversation: str, author: str = AGENT) -> list[str]:
    with database.reading() as session:
        found = select(Message.text).where(Message.conversation_id == conversation, Message.author == author)
        return list(session.scalars(found.order_by(Message.seq)))


def audited(database: Database, conversation: str) -> list[tuple[str, str]]:
    with database.reading() as session:
        entries = select(AuditEntry).where(AuditEntry.subject == f"conversation:{conversation}")
        return [(entry.who, entry.what) for entry in session.scalars(entries.order_by(AuditEntry.id))]


def stands(database: Database, conversation: str) -> Conversation:
    with database.reading() as session:
        found = session.get_one(Conversation, conversation)
        session.expunge(found)
        return found


def test_the_page_says_who_it_is_which_order_and_how_long_they_have_waited(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        customer(session, "C7", "Noor Haddad")
        order(session, "M104171", "C7")
        conversation = talk(session, "Where is M104171?", waits=14, handed_off_because="the customer asks for a person")
        prove(session, conversation, order_number="M104171")
        id = conversation.id
    page = page_of(desk, id)
    assert "<h1>Noor Haddad</h1>" in page
    assert "Order M104171" in page
    assert "the customer asks for a person" in page
    assert "Overdue: has waited" in page
    assert "14 min" in page


def test_an_order_nobody_knows_is_not_claimed(desk: Desk, database: Database) -> None:
    page = page_of(desk, made(database, "Where is M999999?"))
    assert "Order M999999" not in page
    assert "<h1>Guest</h1>" in page


def test_a_phone_is_shown_by_its_end_only(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        contact = contact_of(session, SMS, "+15550001", "+15551234567")
        id = talk(session, "hello", channel=SMS, contact_id=contact.id).id
    page = page_of(desk, id)
    assert "Phone ending in 567" in page
    assert "1234567" not in page


def test_every_look_is_in_the_audit(desk: Desk, database: Database) -> None:
    id = made(database)
    page_of(desk, id)
    page_of(desk, id)
    assert audited(database, id) == [("staff:Ana", "view")] * 2


def test_a_conversation_that_is_not_there_is_not_found(desk: Desk) -> None:
    assert desk.get("/desk/conversations/nowhere").status_code == 404


def test_a_buyer_reads_no_conversation(sign_in: SignIn, database: Database) -> None:
    id = made(database)
    assert sign_in("Bo", role="buyer").get(f"/desk/conversations/{id}").status_code == 403
    assert audited(database, id) == []


def test_options_are_shown_with_the_one_that_was_chosen(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        conversation = talk(session, "hello")
        post(session, conversation, BOT, Words("What now?", (Offer("Keep waiting", "/k"), Offer("Cancel it", "/c"))))
        session.flush()
        option = session.scalars(select(Option).where(Option.title == "Cancel it")).one()
        store(session, conversation, Chose("k1", option.id))
        id = conversation.id
    page = page_of(desk, id)
    assert re.search(r'class="chosen">.*Cancel it</li>', page)
    assert "<li>Keep waiting</li>" in page
    assert "/c" not in re.findall(r">([^<]*)<", page)


def test_what_did_not_arrive_says_why(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        contact = contact_of(session, SMS, "+15550001", "+15551234567")
        conversation = talk(session, "hello", channel=SMS, contact_id=contact.id, agent="Ana")
        clicks.answer(session, conversation.id, "Ana", CALM, "k1")
        session.flush()
        delivery = session.scalars(select(Delivery)).one()
        delivery.state, delivery.error_code = FAILED, "30003"
        id = conversation.id
    assert "the phone is off or out of reach" in page_of(desk, id)


def test_what_the_assistant_made_of_the_words_is_shown(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        conversation = talk(session)
        message = say(session, conversation, "where is it")
        message.intent, message.confidence = "order_status", 0.93
        id = conversation.id
    page = page_of(desk, id)
    assert "Taken as: order status, 93%" in page
    assert "order_status" not in page


def test_pictures_are_links_that_tell_nobody_where_they_were_opened(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        conversation = talk(session)
        message = say(session, conversation, "look")
        message.media = [
            {"url": "https://pictures.example/1", "type": "image/jpeg"},
            {"url": "javascript:alert(1)", "type": "image/jpeg"},
        ]
        id = conversation.id
    page = page_of(desk, id)
    assert '<a href="https://pictures.example/1" target="_blank" rel="noreferrer noopener">' in page
    assert "javascript:" not in page


def test_older_messages_are_read_page_by_page_each_once(desk: Desk, database: Database) -> None:
    id = made(database, *(f"number {n};" for n in range(1, 201)))
    with database.writing() as session:
        clicks.add_note(session, id, "Ana", "the newest of all")
    page = page_of(desk, id)
    seen: list[str] = []
    while True:
        seen = re.findall(r"number (\d+);", page) + seen
        more = re.search(r'hx-get="(/desk/conversations/[^"]*/older[^"]*)"', page)
        if more is None:
            break
        page = desk.get(more[1]).text
        assert "the newest of all" not in page
    assert seen == [str(n) for n in range(1, 201)]


@pytest.mark.parametrize("where", ["message", "note", "summary", "customer", "because", "bot", "agent"])
def test_nobodys_words_become_part_of_the_page(desk: Desk, database: Database, where: str) -> None:
    with database.writing() as session:
        customer(session, "C7", PROBE if where == "customer" else "Noor")
        conversation = talk(
            session,
            PROBE if where == "message" else "hello",
            customer_id="C7",
            agent=PROBE if where == "agent" else "Ben",
            summary=f"Order: {PROBE}" if where == "summary" else "",
            handed_off_because=PROBE if where == "because" else "",
        )
        if where == "bot":
            post(session, conversation, BOT, Words(PROBE, (Offer(PROBE, "/x"),)))
        if where == "note":
            clicks.add_note(session, conversation.id, "Ben", PROBE)
        if where == "because":
            conversation.owner, conversation.agent_name = QUEUE, ""
        id = conversation.id
    page = page_of(desk, id)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_shown_name_cannot_break_out_of_a_question(sign_in: SignIn, database: Database) -> None:
    page = page_of(sign_in("Lea", role="lead"), made(database, agent=PROBE))
    assert "<script>alert" not in page


# Who has it


def test_who_takes_over_has_it_and_sees_what_can_be_done_now(desk: Desk, database: Database) -> None:
    id = made(database, waits=3)
    answered = post_to(desk, id, "take-over")
    assert answered.status_code == 200
    assert "You answer" in answered.text
    assert "Hand back" in answered.text
    assert stands(database, id).agent_name == "Ana"
    assert ("staff:Ana", "take_over") in audited(database, id)


def test_who_comes_second_hears_who_was_faster(desk: Desk, sign_in: SignIn, database: Database) -> None:
    id = made(database, waits=3)
    post_to(sign_in("Ben"), id, "take-over")
    answered = post_to(desk, id, "take-over")
    assert answered.status_code == 409
    assert "Ben has this conversation already. Only Ben or a lead can pass it on." in answered.text
    assert stands(database, id).agent_name == "Ben"


def test_what_was_erased_offers_nothing_any_more(desk: Desk, database: Database) -> None:
    conversation = made(database, "Where is my lamp?")
    with database.writing() as session:
        forget_conversation(session, conversation)
    page = page_of(desk, conversation)
    assert "Nobody can be reached here any more." in page
    for button in ("take-over", "ask-snooze", "ask-close"):
        assert f'id="{button}"' not in page
    refused = post_to(desk, conversation, "take-over")
    assert "has been erased" in refused.text
    assert stands(database, conversation).owner == BOT


def test_without_the_script_the_page_comes_back_with_the_words(desk: Desk, sign_in: SignIn, database: Database) -> None:
    id = made(database, waits=3)
    post_to(sign_in("Ben"), id, "take-over")
    answered = desk.post(f"/desk/conversations/{id}/take-over")
    assert answered.status_code == 409
    assert "Ben has this conversation already. Only Ben or a lead can pass it on." in answered.text
    assert "<h1>" in answered.text


def test_a_lead_takes_it_from_another_but_only_from_whom_they_see(sign_in: SignIn, database: Database) -> None:
    lead, id = sign_in("Lea", role="lead"), made(database, agent="Ben")
    assert post_to(lead, id, "take-over", of="Somebody").status_code == 409
    assert stands(database, id).agent_name == "Ben"
    assert post_to(lead, id, "take-over", of="Ben").status_code == 200
    assert stands(database, id).agent_name == "Lea"


def test_an_agent_takes_nothing_from_another(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ben")
    assert post_to(desk, id, "take-over", of="Ben").status_code == 409
    assert post_to(desk, id, "put-back").status_code == 409
    assert post_to(desk, id, "hand-back").status_code == 409
    assert post_to(desk, id, "close", because="solved", of="Ben").status_code == 409
    assert post_to(desk, id, "snooze", until="hour", of="Ben").status_code == 409
    assert stands(database, id).agent_name == "Ben"
    assert stands(database, id).closed_at is None


def test_handing_back_keeps_the_order_and_the_note(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        customer(session, "C7", "Noor")
        order(session, "M104171", "C7")
        id = talk(session, "hello", agent="Ana").id
    assert post_to(desk, id, "hand-back", order="m104171 ", note="She may cancel.").status_code == 200
    found = stands(database, id)
    assert (found.owner, found.hand_back_order, found.hand_back_note) == (BOT, "M104171", "She may cancel.")


def test_handing_back_with_an_order_nobody_knows_changes_nothing(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    answered = post_to(desk, id, "hand-back", order="M999999", note="Keep me.")
    assert answered.status_code == 422
    assert "no order of this number" in answered.text
    assert stands(database, id).owner == AGENT


def test_a_colleague_gets_it_with_a_note(desk: Desk, sign_in: SignIn, database: Database) -> None:
    sign_in("Ben")
    id = made(database, agent="Ana")
    assert post_to(desk, id, "transfer", to="Ben", note="Speaks Dutch.").status_code == 200
    assert stands(database, id).agent_name == "Ben"
    with database.reading() as session:
        assert "Speaks Dutch." in session.scalars(select(Note.text)).all()


@pytest.mark.parametrize("name", ["Nobody", "Bo", ""])
def test_it_is_transferred_only_to_who_answers_customers(
    desk: Desk, sign_in: SignIn, database: Database, name: str
) -> None:
    sign_in("Bo", role="buyer")
    id = made(database, agent="Ana")
    assert post_to(desk, id, "transfer", to=name).status_code == 422
    assert stands(database, id).agent_name == "Ana"


def test_it_goes_back_to_the_queue(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    assert post_to(desk, id, "put-back").status_code == 200
    assert stands(database, id).owner == QUEUE


def test_it_is_put_away_and_brought_back(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    assert "Put away until" in post_to(desk, id, "snooze", until="tomorrow").text
    assert stands(database, id).snoozed_until is not None
    assert post_to(desk, id, "bring-back").status_code == 200
    assert stands(database, id).snoozed_until is None


@pytest.mark.parametrize("at", ["", "2020-01-01T09:00", "2100-01-01T09:00", "next week"])
def test_it_is_put_away_only_until_a_time_that_comes(desk: Desk, database: Database, at: str) -> None:
    id = made(database, agent="Ana")
    answered = post_to(desk, id, "snooze", until="", at=at)
    assert answered.status_code == 422
    assert "still to come" in answered.text
    assert stands(database, id).snoozed_until is None


def test_it_is_closed_with_a_reason(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    assert "Solved" in post_to(desk, id, "close", because="solved").text
    assert stands(database, id).closed_by == "Ana"


@pytest.mark.parametrize(("because", "words"), [("other", ""), ("other", "   "), ("tired", "x"), ("", "")])
def test_no_reason_closes_nothing(desk: Desk, database: Database, because: str, words: str) -> None:
    id = made(database, agent="Ana")
    assert post_to(desk, id, "close", because=because, words=words).status_code == 422
    assert stands(database, id).closed_at is None


# What is written


def test_calm_words_are_sent_at_once_and_make_room_for_the_next(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    answered = post_to(desk, id, "say", text=CALM, client_id="k1")
    assert answered.status_code == 200
    assert answered.headers["hx-trigger"].startswith('{"said"')
    assert said_by(database, id) == [CALM]
    assert ("staff:Ana", "sent_anyway") not in audited(database, id)


def test_a_double_click_says_it_once(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    for _ in range(2):
        assert post_to(desk, id, "say", text=CALM, client_id="k1").status_code == 200
    assert said_by(database, id) == [CALM]


def test_other_words_under_the_same_id_are_not_taken_for_the_first(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    post_to(desk, id, "say", text=CALM, client_id="k1")
    answered = post_to(desk, id, "say", text="Thank you for waiting.", client_id="k1")
    assert answered.status_code == 409
    assert answered.headers["hx-trigger"].startswith('{"renewed"')
    assert said_by(database, id) == [CALM]


def test_angry_words_are_shown_and_not_sent(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    answered = post_to(desk, id, "say", text=ANGRY, client_id="k1")
    assert answered.status_code == 422
    assert "<q>soon</q>" in answered.text
    assert "Send anyway" in answered.text
    assert said_by(database, id) == []


def consent_in(page: str) -> str:
    found = re.search(r'name="anyway" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def test_angry_words_are_sent_by_who_has_read_why_not_and_the_audit_has_no_words(
    desk: Desk, database: Database
) -> None:
    id = made(database, agent="Ana")
    anyway = consent_in(post_to(desk, id, "say", text=ANGRY, client_id="k1").text)
    for _ in range(2):
        assert post_to(desk, id, "say", text=ANGRY, client_id="k1", anyway=anyway).status_code == 200
    assert said_by(database, id) == [ANGRY]
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "sent_anyway")).one()
    assert entry.who == "staff:Ana"
    assert "vague_date" in entry.after["rules"]
    assert "soon" not in str(entry.after)


@pytest.mark.parametrize("anyway", ["1", "true", "0" * 64])
def test_sending_anyway_is_good_for_nothing_that_was_not_read(desk: Desk, database: Database, anyway: str) -> None:
    id = made(database, agent="Ana")
    assert post_to(desk, id, "say", text=ANGRY, client_id="k1", anyway=anyway).status_code == 422
    assert said_by(database, id) == []


def test_sending_anyway_is_good_for_exactly_these_words(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    anyway = consent_in(post_to(desk, id, "say", text=ANGRY, client_id="k1").text)
    assert post_to(desk, id, "say", text=f"{ANGRY} Read it.", client_id="k1", anyway=anyway).status_code == 422
    assert said_by(database, id) == []


def test_a_gap_left_in_a_reply_is_noticed(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    answered = post_to(desk, id, "say", text="I will write to you by [day].", client_id="k1")
    assert answered.status_code == 422
    assert "[day]" in answered.text
    assert said_by(database, id) == []


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"agent": "Ben"}, "Ben has this conversation now"),
        ({"waits": 3.0}, "back in the queue"),
        ({}, "The assistant has this conversation now"),
    ],
)
def test_only_who_has_it_answers_and_the_words_say_why(
    desk: Desk, database: Database, columns: dict[str, Any], words: str
) -> None:
    id = made(database, **columns)
    answered = post_to(desk, id, "say", text=CALM, client_id="k1")
    assert answered.status_code == 409
    assert words in answered.text
    assert "hx-trigger" not in answered.headers
    assert said_by(database, id) == []


def test_in_a_closed_conversation_nothing_is_said(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    post_to(desk, id, "close", because="solved")
    answered = post_to(desk, id, "say", text=CALM, client_id="k1")
    assert answered.status_code == 409
    assert "Ana has closed this conversation" in answered.text
    assert said_by(database, id) == []


def test_without_the_script_refused_words_stay_in_the_box(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    answered = desk.post(f"/desk/conversations/{id}/say", text=ANGRY, client_id="k1")
    assert answered.status_code == 422
    assert f">{ANGRY}</textarea>" in answered.text
    assert 'name="client_id" value="k1"' in answered.text
    anyway = consent_in(answered.text)
    assert desk.post(f"/desk/conversations/{id}/say", text=ANGRY, client_id="k1", anyway=anyway).status_code == 303
    assert said_by(database, id) == [ANGRY]


def test_lines_end_as_they_were_typed_whatever_the_browser_sends(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    post_to(desk, id, "say", text="Thank you.\r\nYour lamp is here.\r\n", client_id="k1")
    assert said_by(database, id) == ["Thank you.\nYour lamp is here."]


def test_anybody_leaves_a_note_and_the_customer_is_told_nothing(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ben")
    assert post_to(desk, id, "say", mode="note", text=ANGRY, client_id="k1").status_code == 200
    assert said_by(database, id) == []
    assert "As I said before" in page_of(desk, id)
    assert len(said_by(database, id, CUSTOMER)) == 1


def test_nothing_is_neither_sent_nor_noted(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    for mode in ("reply", "note"):
        answered = post_to(desk, id, "say", mode=mode, text="  \n ", client_id="k1")
        assert answered.status_code == 422
        assert "write something" in answered.text


def test_who_has_opted_out_of_texts_is_known_before_a_word_is_written(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        contact = contact_of(session, SMS, "+15550001", "+15551234567")
        contact.opted_out_at = now()
        id = talk(session, "STOP", channel=SMS, contact_id=contact.id, agent="Ana").id
    assert "asked for no more text messages" in page_of(desk, id)
    answered = post_to(desk, id, "say", text=CALM, client_id="k1")
    assert answered.status_code == 409
    assert "It was not sent" in answered.text
    assert said_by(database, id) == []


def test_by_text_the_length_is_told_while_it_is_written(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        contact = contact_of(session, SMS, "+15550001", "+15551234567")
        id = talk(session, "hello", channel=SMS, contact_id=contact.id, agent="Ana").id
    told = post_to(desk, id, "draft", text="a" * 161).text
    assert "161 characters, 2 text messages" in told
    assert "characters" not in post_to(desk, id, "draft", text="a" * 161, mode="note").text
    assert "characters" not in post_to(desk, made(database, agent="Ana"), "draft", text="a" * 161).text


def test_while_it_is_written_the_tone_is_told_and_nothing_is_sent(desk: Desk, database: Database) -> None:
    id = made(database, agent="Ana")
    assert "<q>soon</q>" in post_to(desk, id, "draft", text=ANGRY).text
    assert "<q>" not in post_to(desk, id, "draft", text="/soon").text  # a canned reply is being picked
    assert said_by(database, id) == []


def test_a_message_of_the_assistants_is_told_apart_from_a_persons(desk: Desk, database: Database) -> None:
    with database.writing() as session:
        conversation = talk(session, "hello", agent="Ana")
        answer(session, conversation, "I am the assistant.")
        post(session, lock_conversation(session, conversation.id), AGENT, Words("I am Ana."), name="Ana")
        id = conversation.id
    page = page_of(desk, id)
    assert re.search(r'class="said bot".*?<strong>Assistant</strong>', page, re.DOTALL)
    assert re.search(r'class="said agent".*?<strong>Ana</strong>', page, re.DOTALL)


def test_what_is_in_short_says_of_when_it_is(desk: Desk, database: Database) -> None:
    id = made(database, waits=3, summary="Wants: to cancel", summed_up_at=now())
    assert re.search(r"In short, <span[^>]*>as of <time[^>]*>\d\d:\d\d</time>", page_of(desk, id))

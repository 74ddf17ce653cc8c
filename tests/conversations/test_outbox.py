"""The outbox without a provider: what is claimed when, in which order, and what is kept of it."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import (
    Contact,
    ContactEvent,
    consent,
    contact_of,
    has_consented,
    lock_contact,
    opt_in,
    opt_out,
)
from meantime.conversations.delivery_reports import take_report
from meantime.conversations.outbox import (
    Delivery,
    enqueue,
    has_more,
    lost,
    retry,
    send_more,
    supersede_held,
    supersede_unsent,
)
from meantime.conversations.pace import Pace
from meantime.conversations.sending import (
    LostClaim,
    Outgoing,
    claim,
    due_contacts,
    keep_for_later,
    keep_refused,
    keep_sent,
    keep_suppressed,
    release,
)
from meantime.conversations.tables import BOT, Conversation, Message
from meantime.db import Database, now

PACE = Pace(shortest_send_pause=60)
OURS, THEIRS = "+15550100000", "+15550100001"


@pytest.fixture
def contact(session: Session, conversation: Conversation) -> Contact:
    return contact_of(session, "sms", OURS, THEIRS)


def says(session: Session, contact: Contact, *pages: str, **more: object) -> Message:
    """Have the bot say something to the contact."""
    conversation = session.get_one(Conversation, "c1")
    conversation.last_seq += 1
    message = Message(
        id=uuid.uuid4().hex, conversation_id="c1", seq=conversation.last_seq, author=BOT, text=" ".join(pages)
    )
    session.add(message)
    enqueue(session, contact.id, message, pages, channel="sms", **more)  # type: ignore[arg-type]
    session.flush()
    return message


def claimed(session: Session, contact: Contact) -> Outgoing:
    out = claim(session, contact.id, PACE)
    assert out
    return out


def states(session: Session) -> dict[str, str]:
    rows = session.scalars(select(Delivery).order_by(Delivery.id), execution_options={"populate_existing": True})
    return {row.text: row.state for row in rows}


def later(session: Session, **gap: float) -> None:
    """As if so much time had passed."""
    for row in session.scalars(select(Delivery)):
        row.retry_at = row.retry_at and row.retry_at - timedelta(**gap)
        row.not_before = row.not_before and row.not_before - timedelta(**gap)
        row.first_tried_at = row.first_tried_at and row.first_tried_at - timedelta(**gap)
    for contact in session.scalars(select(Contact)):
        contact.claimed_until = contact.claimed_until and contact.claimed_until - timedelta(**gap)
    session.flush()


def test_one_pair_of_addresses_is_one_contact(session: Session, contact: Contact) -> None:
    assert contact_of(session, "sms", OURS, THEIRS).id == contact.id
    assert contact_of(session, "sms", THEIRS, OURS).id != contact.id


def test_two_gateways_that_meet_a_new_sender_at_once_make_one_contact(database: Database) -> None:
    start = threading.Barrier(2)

    def meet(_: int) -> int:
        start.wait()
        with database.writing() as session:
            return contact_of(session, "sms", OURS, THEIRS).id

    with ThreadPoolExecutor(2) as both:
        assert len(set(both.map(meet, range(2)))) == 1


def test_what_is_said_is_sent_in_its_order_one_after_the_other(session: Session, contact: Contact) -> None:
    for text in ("one", "two"):
        says(session, contact, text)
    assert due_contacts(session, ["sms"], 10) == [contact.id]
    first = claimed(session, contact)
    assert (first.text, first.ours, first.theirs, first.may_be_sent) == ("one", OURS, THEIRS, False)
    assert claim(session, contact.id, PACE) is None
    assert due_contacts(session, ["sms"], 10) == []
    second = keep_sent(session, first, "SM1", PACE)
    assert second
    assert second.text == "two"
    assert keep_sent(session, second, "SM2", PACE) is None
    assert states(session) == {"one": "sent", "two": "sent"}
    assert claim(session, contact.id, PACE) is None


def test_a_channel_that_cannot_send_here_is_left_to_others(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    assert due_contacts(session, ["email"], 10) == []


def test_later_pages_wait_until_they_are_asked_for(session: Session, contact: Contact) -> None:
    says(session, contact, "page 1", "page 2", "page 3")
    assert keep_sent(session, claimed(session, contact), "SM1", PACE) is None
    assert has_more(session, "c1")
    send_more(session, "c1")
    assert claimed(session, contact).text == "page 2"
    assert states(session)["page 3"] == "held"


def test_newer_words_overtake_pages_that_nobody_asked_for(session: Session, contact: Contact) -> None:
    says(session, contact, "page 1", "page 2")
    supersede_held(session, "c1")
    assert not has_more(session, "c1")
    assert states(session) == {"page 1": "waiting", "page 2": "superseded"}


def test_what_was_read_elsewhere_is_not_sent(session: Session, contact: Contact) -> None:
    message = says(session, contact, "one", not_before=now() + timedelta(seconds=60))
    says(session, contact, "two")
    assert claimed(session, contact).text == "two"
    supersede_unsent(session, message.id)
    later(session, seconds=61)
    assert states(session)["one"] == "superseded"
    assert claimed(session, contact).text == "two"


def test_what_may_not_be_sent_yet_waits_and_holds_up_nothing(session: Session, contact: Contact) -> None:
    says(session, contact, "one", not_before=now() + timedelta(seconds=60))
    assert due_contacts(session, ["sms"], 10) == []
    assert claim(session, contact.id, PACE) is None
    later(session, seconds=61)
    assert claimed(session, contact).text == "one"


def test_what_failed_is_tried_again_later_and_not_overtaken(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    says(session, contact, "two")
    out = claimed(session, contact)
    assert keep_for_later(session, out, "429", PACE, after=90, may_be_sent=False) == 90
    assert due_contacts(session, ["sms"], 10) == []  # nobody looks at it again and again until then
    assert claim(session, contact.id, PACE) is None
    later(session, seconds=91)
    assert due_contacts(session, ["sms"], 10) == [contact.id]
    again = claimed(session, contact)
    assert (again.text, again.may_be_sent, again.attempts) == ("one", False, 2)
    assert keep_for_later(session, again, "503", PACE, after=None, may_be_sent=False) == 120


def test_what_may_have_been_taken_is_looked_for_until_that_is_known(session: Session, contact: Contact) -> None:
    says(session, contact, "before")
    keep_sent(session, claimed(session, contact), "SM0", PACE)
    says(session, contact, "one")
    out = claimed(session, contact)
    keep_for_later(session, out, "timeout", PACE, after=None, may_be_sent=True)
    assert states(session)["one"] == "unknown"
    later(session, seconds=61)
    again = claimed(session, contact)
    assert (again.may_be_sent, again.known) == (True, {"SM0"})
    keep_for_later(session, again, "429", PACE, after=None, may_be_sent=False)  # looking for it failed
    assert states(session)["one"] == "unknown"


def test_what_a_dead_process_was_sending_is_found_when_its_lease_has_run_out(
    session: Session, contact: Contact
) -> None:
    says(session, contact, "one")
    dead = claimed(session, contact)
    later(session, seconds=31)
    assert due_contacts(session, ["sms"], 10) == [contact.id]
    out = claimed(session, contact)
    assert (out.id, out.may_be_sent) == (dead.id, True)
    for keep in (
        lambda: keep_sent(session, dead, "SM1", PACE),
        lambda: keep_refused(session, dead, "1", PACE),
        lambda: keep_for_later(session, dead, "1", PACE, after=None, may_be_sent=False),
        lambda: keep_suppressed(session, dead, PACE),
    ):
        with pytest.raises(LostClaim):
            keep()
    assert keep_sent(session, out, "SM1", PACE) is None


def test_a_claim_that_is_given_back_may_be_claimed_at_once(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    release(session, claimed(session, contact))
    assert claimed(session, contact).may_be_sent


def test_what_was_tried_for_long_is_parked_shown_to_staff_and_holds_up_nothing(
    session: Session, contact: Contact
) -> None:
    says(session, contact, "one")
    says(session, contact, "two")
    keep_for_later(session, claimed(session, contact), "timeout", PACE, after=None, may_be_sent=True)
    later(session, seconds=PACE.park_after)
    assert keep_for_later(session, claimed(session, contact), "20003", PACE, after=None, may_be_sent=False) is None
    assert states(session)["one"] == "parked"
    assert session.get_one(Conversation, "c1").undelivered_at
    assert [delivery.text for delivery in lost(session, 10)] == ["one"]
    two = claimed(session, contact)
    assert two.text == "two"
    assert retry(session, lost(session, 10)[0].id)
    one = keep_sent(session, two, "SM2", PACE)
    assert one
    assert (one.text, one.may_be_sent, one.attempts) == ("one", True, 1)


def test_what_the_provider_refuses_is_kept_as_failed_and_the_next_is_sent(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    says(session, contact, "two")
    following = keep_refused(session, claimed(session, contact), "21211", PACE)
    assert following
    assert following.text == "two"
    assert states(session)["one"] == "failed"
    assert session.get_one(Conversation, "c1").undelivered_at
    [failed] = lost(session, 10)
    assert failed.error_code == "21211"
    failed.followed_up_at = now()
    assert lost(session, 10) == []
    assert not retry(session, following.id)
    assert retry(session, failed.id)
    assert states(session)["one"] == "waiting"


def test_nothing_is_sent_to_who_has_opted_out_except_that_it_was_heard(session: Session, contact: Contact) -> None:
    says(session, contact, "one", "page 2")
    opt_out(session, contact, "wrote STOP")
    says(session, contact, "Noted.", is_farewell=True)
    says(session, contact, "two")
    out = claimed(session, contact)
    assert out.text == "Noted."
    assert not out.is_opted_out
    assert keep_sent(session, out, "SM1", PACE) is None
    assert states(session) == {"one": "suppressed", "page 2": "suppressed", "Noted.": "sent", "two": "suppressed"}


def test_what_may_have_been_sent_before_an_opt_out_is_only_looked_for(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    keep_for_later(session, claimed(session, contact), "timeout", PACE, after=None, may_be_sent=True)
    opt_out(session, contact, "wrote STOP")
    later(session, seconds=61)
    out = claimed(session, contact)
    assert out.is_opted_out
    keep_suppressed(session, out, PACE)
    assert states(session) == {"one": "suppressed"}


def test_the_network_s_refusal_of_an_opted_out_number_is_noted(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    keep_refused(session, claimed(session, contact), "21610", PACE)
    assert states(session) == {"one": "suppressed"}
    assert lock_contact(session, contact.id).opted_out_at
    assert not session.get_one(Conversation, "c1").undelivered_at
    assert [event.kind for event in session.scalars(select(ContactEvent))] == ["opted_out"]


def test_the_ledger_is_added_to_only_by_what_changes_something(session: Session, contact: Contact) -> None:
    assert not opt_in(session, contact, "wrote START")
    assert not has_consented(session, contact)
    consent(session, contact, "asked to be told about an order")
    session.flush()
    assert has_consented(session, contact)
    assert opt_out(session, contact, "wrote STOP")
    assert not opt_out(session, contact, "wrote STOP")
    session.flush()
    assert not has_consented(session, contact)
    consent(session, contact, "asked once more, without coming back")
    session.flush()
    assert not has_consented(session, contact)
    assert opt_out(session, contact, "wrote STOP") is False
    contact.opted_out_at = None
    assert opt_out(session, contact, "wrote STOP once more")
    session.flush()
    assert opt_in(session, contact, "wrote START")
    session.flush()
    assert not has_consented(session, contact)  # START allows answers; notices have to be asked for anew
    ledger = session.scalars(select(ContactEvent).order_by(ContactEvent.id)).all()
    assert [(event.kind, event.source) for event in ledger] == [
        ("consented", "asked to be told about an order"),
        ("opted_out", "wrote STOP"),
        ("consented", "asked once more, without coming back"),
        ("opted_out", "wrote STOP once more"),
        ("opted_in", "wrote START"),
    ]
    assert all(event.at for event in ledger)


def reported(session: Session, contact: Contact, *reports: str | None) -> str:
    """Send one page and return its state after these reports."""
    says(session, contact, "one")
    out = claimed(session, contact)
    keep_sent(session, out, "SM1", PACE)
    for state in reports:
        take_report(session, state, "SM1", delivery_id=out.id, code="30005" if state == "undelivered" else "")
        session.flush()
    return states(session)["one"]


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ((None, "sent", "delivered"), "delivered"),
        (("delivered", "sent", None, "undelivered"), "delivered"),
        (("undelivered", "sent"), "undelivered"),
        (("undelivered", "failed"), "undelivered"),
        (("failed", "delivered"), "delivered"),
    ],
)
def test_reports_never_move_a_state_backwards(
    session: Session, contact: Contact, reports: tuple[str | None, ...], state: str
) -> None:
    assert reported(session, contact, *reports) == state


def test_the_code_belongs_to_the_state_that_stands(session: Session, contact: Contact) -> None:
    def code_after(*reports: str) -> str | None:
        reported(session, contact, *reports)
        code = session.scalars(select(Delivery.error_code)).one()
        session.execute(delete(Delivery))
        return code

    assert code_after("undelivered") == "30005"
    assert code_after("undelivered", "sent") == "30005"
    assert code_after("undelivered", "delivered") is None
    assert code_after("delivered", "undelivered") is None


def test_what_did_not_arrive_is_marked_until_something_later_does(session: Session, contact: Contact) -> None:
    reported(session, contact, "undelivered")
    conversation = session.get_one(Conversation, "c1")
    assert conversation.undelivered_at
    assert [(row.text, row.error_code) for row in lost(session, 10)] == [("one", "30005")]
    says(session, contact, "two")
    keep_sent(session, claimed(session, contact), "SM2", PACE)
    take_report(session, "delivered", "SM2", delivery_id=None)
    assert conversation.undelivered_at is None


def test_a_report_may_be_faster_than_our_own_commit(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    out = claimed(session, contact)
    take_report(session, "delivered", "SM1", delivery_id=out.id)
    session.flush()
    assert keep_sent(session, out, "SM1", PACE) is None
    assert states(session)["one"] == "delivered"


def test_a_report_settles_what_may_have_been_sent(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    out = claimed(session, contact)
    keep_for_later(session, out, "timeout", PACE, after=None, may_be_sent=True)
    take_report(session, None, "SM1", delivery_id=out.id)
    session.flush()
    later(session, seconds=61)
    assert claim(session, contact.id, PACE) is None
    assert states(session)["one"] == "sent"


def test_a_report_of_an_opt_out_updates_the_ledger(session: Session, contact: Contact) -> None:
    says(session, contact, "one")
    out = claimed(session, contact)
    keep_sent(session, out, "SM1", PACE)
    take_report(session, "undelivered", "SM1", delivery_id=out.id, code="21610")
    assert lock_contact(session, contact.id).opted_out_at


@pytest.mark.parametrize(("provider_id", "delivery_id"), [("SM9", None), ("SM9", 999)])
def test_a_report_about_nothing_of_ours_changes_nothing(
    session: Session, contact: Contact, provider_id: str, delivery_id: int | None
) -> None:
    assert reported(session, contact) == "sent"
    take_report(session, "undelivered", provider_id, delivery_id=delivery_id)
    take_report(session, "undelivered", "SM9", delivery_id=session.scalars(select(Delivery.id)).one())
    assert states(session) == {"one": "sent"}

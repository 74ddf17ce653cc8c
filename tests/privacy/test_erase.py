"""A customer who is erased is nowhere any more; what was sold, and who changed it, still is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from typer.testing import CliRunner, Result

from meantime import cli
from meantime.app import is_customer
from meantime.conversations.contacts import Contact
from meantime.conversations.notes import Note, note
from meantime.conversations.outbox import SENDING, SUPERSEDED, Delivery
from meantime.conversations.owner import NotTaken, take_over
from meantime.conversations.pace import Pace
from meantime.conversations.rasa import Answer
from meantime.conversations.refusals import tell_refused
from meantime.conversations.sending import LostClaim, claim, keep_sent
from meantime.conversations.tables import BOT, Conversation, Message
from meantime.conversations.texting import Text, Texting, take_text
from meantime.conversations.tokens import conversation_of
from meantime.conversations.turns import Dropped, keep_answer
from meantime.conversations.turns import claim as claim_turn
from meantime.db import Database, now
from meantime.ledger import TurnRevoked, require_turn
from meantime.privacy.belonging import UnknownCustomer
from meantime.privacy.erase import Erasure, OrdersOpen, erase, outlook
from meantime.privacy.export import customer_document
from meantime.settings import Settings
from meantime.shop.tables import AuditEntry, Change, Customer, Order, OrderLine, StaffPromise, StandingWish
from tests.privacy.conftest import (
    CANCELLED,
    MIA,
    MIAS,
    MIAS_NUMBER,
    OF_MIA,
    OF_OTTO,
    OTTO,
    OTTOS,
    OUR_NUMBER,
    SECRETS,
    World,
    said,
    talk,
)

PACE = Pace()


def erased(world: World, customer_id: str = MIA, **more: Any) -> Erasure:
    with world.database.writing() as session:
        return erase(session, customer_id, "cli", **more)


def kept(world: World, table: type[Any]) -> list[Any]:
    with world.database.reading() as session:
        return list(session.scalars(select(table).order_by(*table.__mapper__.primary_key)))


def test_before_she_is_erased_all_of_it_is_there(world: World) -> None:
    """Else the next test would prove nothing."""
    assert world.found(*SECRETS) == list(SECRETS)


def test_nothing_of_an_erased_customer_is_left_in_the_database(world: World) -> None:
    with world.database.writing() as session:
        customer_document(session, MIA)
    done = erased(world)
    assert world.found(*SECRETS, "mias-address", "hash-of-mias-number") == []
    assert (done.orders, done.conversations, done.contacts, done.is_new) == (2, 2, 2, True)


def test_everybody_else_is_as_before(world: World) -> None:
    with world.database.reading() as session:
        before = customer_document(session, OTTO)
    erased(world)
    with world.database.reading() as session:
        after = customer_document(session, OTTO)
    assert {**before, "made_at": ""} == {**after, "made_at": ""}


def test_sums_quantities_changes_wishes_and_the_audit_stay(world: World) -> None:
    tables = (OrderLine, Change, StandingWish, AuditEntry)
    before = {table: len(kept(world, table)) for table in tables}
    with world.database.reading() as session:
        (change,) = session.scalars(select(Change))
        told = (change.kind, change.order_number, change.by)
    erased(world)
    assert {table: len(kept(world, table)) for table in tables} == {**before, AuditEntry: before[AuditEntry] + 1}
    (change,) = kept(world, Change)
    assert (change.kind, change.order_number, change.by) == told
    assert [(line.sku, line.quantity, line.unit_price_minor) for line in kept(world, OrderLine)][:2] == [
        ("LAMP", 2, 6400),
        ("SHADE", 3, 1850),
    ]


def test_how_much_was_said_and_when_stays(world: World) -> None:
    query = select(Message.id, Message.seq, Message.author, Message.at).order_by(Message.id)
    with world.database.reading() as session:
        before = session.execute(query).all()
    erased(world)
    with world.database.reading() as session:
        assert session.execute(query).all() == before
        assert (
            session.scalars(select(Message.text).where(Message.conversation_id == world.web)).all() == ["[erased]"] * 5
        )


def test_it_is_on_record_who_erased_whom_without_the_person(world: World) -> None:
    with world.database.writing() as session:
        erase(session, MIA, "staff:Ana")
    entry = kept(world, AuditEntry)[-1]
    assert (entry.who, entry.what, entry.subject) == ("staff:Ana", "erase", f"customer:{MIA}")
    assert entry.after == {"orders": 2, "conversations": 2, "messages": 8}


def test_a_second_time_says_when_it_was_done_and_changes_nothing(world: World) -> None:
    first = erased(world)
    before = world.dump()
    with time_machine.travel(now() + timedelta(days=1)):
        again = erased(world)
    assert (again.erased_at, again.is_new) == (first.erased_at, False)
    assert world.dump() == before


def test_who_is_unknown_cannot_be_erased(world: World) -> None:
    with pytest.raises(UnknownCustomer):
        erased(world, "K999")


def test_while_an_order_is_under_way_nobody_is_erased(world: World) -> None:
    before = world.dump()
    with pytest.raises(OrdersOpen) as raised:
        erased(world, OTTO)
    assert raised.value.numbers == (OTTOS,)
    assert world.dump() == before


def test_unless_it_is_wished_all_the_same(world: World) -> None:
    erased(world, OTTO, even_with_open_orders=True)
    assert world.found(*OF_OTTO.values(), "dim") == []
    with world.database.reading() as session:
        assert session.get_one(Order, OTTOS).status == "open"


def test_the_outlook_counts_what_is_erased_then(world: World) -> None:
    with world.database.reading() as session:
        before = outlook(session, MIA)
    done = erased(world)
    assert (before.conversations, before.messages, before.contacts) == (
        done.conversations,
        done.messages,
        done.contacts,
    )
    assert before.erased_at is None


def test_the_next_import_of_the_same_files_brings_nobody_back(world: World) -> None:
    erased(world)
    report = world.source.bring_in()
    assert world.found(*SECRETS) == []
    assert report.changes_nothing
    assert "Left out: 1 customer who has been erased." in str(report)
    assert report.unchanged["customers"] == 1


def test_an_import_with_news_of_an_erased_customer_brings_only_the_goods(world: World) -> None:
    erased(world)
    world.source.set("customers", email="mia@umbrella.example", street="9 Tangerine Way")
    world.source.set("orders", payment_status="part_refunded", ship_postcode="98139-1")
    world.source.set("shipments", carrier="DHL", tracking_number="1ZMIA2")
    world.source.add("orders", number="W2009", customer_id=MIA, ship_postcode=OF_MIA["postcode"])
    world.source.add("order_lines", order_number="W2009")
    world.source.bring_in()
    assert world.found(*SECRETS) == []
    with world.database.reading() as session:
        assert session.get_one(Order, MIAS).payment_status == "part_refunded"
        assert session.get_one(Order, "W2009").ship_postcode == ""
        assert session.get_one(Order, OTTOS).ship_postcode == OF_OTTO["postcode"]


def test_a_parcel_of_an_erased_customers_order_is_kept_without_its_number(world: World) -> None:
    erased(world)
    world.source.add("shipments", reference="S-9", order_number=MIAS, tracking_number="1ZMIA9", lines="2:1")
    world.source.only("shipments").bring_in()
    assert world.found(*SECRETS) == []


def test_the_key_to_the_conversation_opens_nothing_and_staff_have_nothing_to_do_in_it(world: World) -> None:
    with world.database.reading() as session:
        assert conversation_of(session, world.token) is not None
    erased(world)
    with world.database.reading() as session:
        assert conversation_of(session, world.token) is None
        conversation = session.get_one(Conversation, world.web)
    assert (conversation.owner, conversation.queued_at, conversation.awaits_since) == (BOT, None, None)


def test_nobody_takes_over_what_was_erased_and_no_refusal_is_told_there(world: World) -> None:
    erased(world)
    with world.database.writing() as session:
        conversation = session.get_one(Conversation, world.web)
        assert conversation.closed_at == conversation.erased_at
        note(session, conversation, "Somebody called about this one.")
        session.flush()
        with pytest.raises(NotTaken):
            take_over(session, world.web, "Ana")
        assert not tell_refused(session, world.web, "refused", "Mia, it was packed.", "Mia's lamp was packed.")
        assert conversation.owner == BOT
    assert world.found("packed") == []


def test_an_answer_that_was_being_made_is_not_kept_and_its_change_fails(world: World) -> None:
    with world.database.writing() as session:
        conversation = session.get_one(Conversation, world.web)
        conversation.owner = BOT
        message = said(session, world.web, "and my umbrella?")
    with world.database.writing() as session:
        ask = claim_turn(session, world.web, PACE)
        assert ask is not None
    erased(world)
    answer = Answer(replies=[], state={"said": "umbrella"}, failed_action=None, intent=None)
    with world.database.writing() as session, pytest.raises(Dropped):
        keep_answer(session, ask, answer, PACE)
    with world.database.writing() as session, pytest.raises(TurnRevoked):
        require_turn(session, message)
    assert world.found("umbrella") == []


def test_what_was_to_be_sent_is_not_and_what_is_being_sent_is_let_go(world: World) -> None:
    with world.database.writing() as session:
        (contact,) = session.scalars(select(Contact).where(Contact.theirs == MIAS_NUMBER))
        out = claim(session, contact.id, PACE)
        assert out is not None
        assert session.get_one(Delivery, out.id).state == SENDING
    erased(world)
    with world.database.writing() as session, pytest.raises(LostClaim):
        keep_sent(session, out, "SM-of-the-provider", PACE)
    assert {delivery.state for delivery in kept(world, Delivery)} == {SUPERSEDED}


def test_a_promise_to_an_erased_customer_is_withdrawn(world: World) -> None:
    erased(world)
    (promise,) = kept(world, StaffPromise)
    assert promise.withdrawn_at is not None


def test_who_texts_again_from_the_same_number_is_somebody_new(world: World) -> None:
    erased(world)
    with world.database.writing() as session:
        text = Text("SM2", OUR_NUMBER, MIAS_NUMBER, "a-hash", "hello")
        conversation, is_new = take_text(session, text, Texting(answers_keywords=False, help=""))
        assert (conversation.id == world.texted, is_new) == (False, True)
        assert session.scalar(select(func.count()).where(Message.conversation_id == conversation.id)) == 1


def test_the_shops_sign_in_does_not_make_an_erased_customer_known_again(world: World) -> None:
    with world.database.reading() as session:
        assert is_customer(session, MIA)
    erased(world)
    with world.database.reading() as session:
        assert not is_customer(session, MIA)


def test_an_address_that_somebody_else_has_too_stays_theirs(world: World) -> None:
    world.source.set("customers", 1, phone=OF_MIA["phone"]).bring_in()
    done = erased(world)
    assert done.contacts == 1
    assert MIAS_NUMBER in {contact.theirs for contact in kept(world, Contact)}


def test_where_nobody_was_proven_and_her_address_was_typed_all_is_erased(world: World) -> None:
    with world.database.writing() as session:
        typed = talk(session, "the gramophone of MIA.QUILL@example.com is late")
        other = talk(session, "my gramophone is late, Xmia.quill@example.com")
    erased(world)
    texts = {message.conversation_id: message.text for message in kept(world, Message) if message.author == "customer"}
    assert texts[typed] == "[erased]"
    assert "gramophone" in texts[other]  # the address of somebody else, which only ends like hers


def test_elsewhere_only_the_sentence_that_names_her_is_erased(world: World) -> None:
    with world.database.writing() as session:
        said(session, world.ottos, "my neighbour Mia Quillfeather has one, call 206-555-0177")
        said(session, world.ottos, "mine is dim")
        session.add(Note(conversation_id=world.ottos, text="knows mia quillfeather"))
        session.get_one(Conversation, world.ottos).state = {"said": ["Mia Quillfeather has one"]}
    erased(world)
    assert world.found(*SECRETS, "206-555-0177") == []
    with world.database.reading() as session:
        of_otto = select(Message.text).where(Message.conversation_id == world.ottos).order_by(Message.seq)
        assert session.scalars(of_otto).all()[-2:] == ["[erased]", "mine is dim"]
        assert session.get_one(Conversation, world.ottos).state is None
        assert session.get_one(Conversation, world.ottos).erased_at is None


def test_an_erased_customer_has_a_document_still_with_nobody_in_it(world: World) -> None:
    erased(world)
    with world.database.reading() as session:
        document = customer_document(session, MIA)
    assert document["customer"]["erased_at"] is not None
    assert {order["number"] for order in document["orders"]} == {MIAS, CANCELLED}


def test_ids_stay_so_that_the_goods_can_be_followed(world: World) -> None:
    erased(world)
    assert [customer.id for customer in kept(world, Customer)] == [MIA, OTTO]


@pytest.fixture
def configured(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "configured", lambda: Settings(_env_file=None, database_url=database_url))


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(cli.app, ["erase-customer", *words], input=answer)


@pytest.mark.usefixtures("configured")
def test_the_command_says_what_it_would_take_out_and_asks(world: World) -> None:
    before = world.dump()
    done = run(MIA, answer="n\n")
    assert done.exit_code == 1
    assert "8 messages in 2 conversations" in done.stderr
    assert "Nothing was erased." in done.stderr
    assert world.dump() == before
    assert run(MIA).exit_code == 1  # nobody there to answer
    assert world.dump() == before


@pytest.mark.usefixtures("configured")
def test_the_command_erases_when_it_is_told_yes(world: World) -> None:
    done = run(MIA, answer="y\n")
    assert done.exit_code == 0
    assert f"Customer {MIA} is erased." in done.stderr
    assert world.found(*SECRETS) == []


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("configured")
def test_nothing_of_them_stays_beside_the_file_of_the_database(world: World, database_url: str) -> None:
    beside = Path(f"{make_url(database_url).database}-wal")
    assert beside.stat().st_size > 0
    assert run(MIA, "--yes").exit_code == 0
    assert beside.stat().st_size == 0


@pytest.mark.usefixtures("configured")
def test_the_command_says_when_it_was_done_before(world: World, database: Database) -> None:
    assert run(MIA, "--yes").exit_code == 0
    again = run(MIA, "--yes")
    assert again.exit_code == 0
    assert f"was erased on {kept(world, Customer)[0].erased_at:%Y-%m-%d}" in again.stderr


@pytest.mark.usefixtures("configured")
def test_the_command_refuses_in_words_while_something_is_to_be_sent(world: World) -> None:
    done = run(OTTO, "--yes")
    assert done.exit_code == 1
    assert f"Order {OTTOS} is still under way" in done.stderr
    assert "--even-with-open-orders" in done.stderr
    assert run(OTTO, "--yes", "--even-with-open-orders").exit_code == 0


@pytest.mark.usefixtures("configured")
def test_the_command_knows_nobody_of_another_id(world: World) -> None:
    done = run("K999", "--yes")
    assert done.exit_code == 1
    assert "There is no customer K999." in done.stderr

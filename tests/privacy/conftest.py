"""A shop with two customers who have talked to it by every channel, and everything that is kept of that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from meantime.conversations.answering import answer
from meantime.conversations.inbox import Card, Said, Words, lock_conversation, post, store
from meantime.conversations.notes import Note
from meantime.conversations.opening import open_conversation
from meantime.conversations.options import Offer
from meantime.conversations.owner import take_over
from meantime.conversations.queue import HandOff, enqueue
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import BOT, Conversation
from meantime.conversations.texting import Text, Texting, take_text
from meantime.db import Database, now
from meantime.ledger import begin_turn
from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.clues import Clues
from meantime.shop.identity import Asker, customers_proven_in, prove_customer, prove_order
from meantime.shop.policy import Policy
from meantime.shop.reaching import email_of
from meantime.shop.standing_wishes import WishKind
from meantime.shop.standing_wishes import note as note_wish
from meantime.shop.tables import StaffPromise
from tests.conftest import Configure
from tests.feeds.conftest import Source

MIA, OTTO = "K100", "K200"
MIAS, OTTOS, CANCELLED = "W2001", "W2002", "W2003"
OF_MIA = {
    "name": "Mia Quillfeather",
    "email": "Mia.Quill@example.com",
    "phone": "(206) 555-0177",
    "street": "48 Larkspur Crescent",
    "city": "Wallingford",
    "postcode": "98139",
}
OF_OTTO = {
    "name": "Otto Brandvik",
    "email": "otto.b@example.org",
    "phone": "(206) 555-0188",
    "street": "5 Juniper Row",
    "city": "Ballard",
    "postcode": "98117",
}
MIAS_NUMBER, OUR_NUMBER = "+12065550177", "+15550100000"
SECRETS = (
    *OF_MIA.values(),
    *("mia.quill", "quillfeather", "+12065550177", "2065550177", "larkspur", "1ZMIA"),
    *("hydrangea", "marzipan", "saxophone", "porcupine", "zeppelin", "tangerine", "kaleidoscope", "umbrella"),
)
"""Every word by which somebody could know Mia: her details, and words that only she, or staff about her, wrote."""


@dataclass
class World:
    """What is in the database, by who it is about."""

    database: Database
    source: Source
    web: str = ""
    token: str = ""
    texted: str = ""
    ottos: str = ""

    def dump(self) -> str:
        """Return every value of every table as text."""
        metadata = MetaData()
        metadata.reflect(self.database.engine)
        with self.database.engine.connect() as connection:
            return "\n".join(
                json.dumps([str(value) for value in row], ensure_ascii=False)
                for table in metadata.sorted_tables
                for row in connection.execute(select(table))
            )

    def found(self, *secrets: str) -> list[str]:
        """Return which of these words are in the database."""
        dump = self.dump().casefold()
        return [secret for secret in secrets if secret.casefold() in dump]


@pytest.fixture(autouse=True)
def sends_everything(configure: Configure) -> None:
    configure(
        smtp_url="smtp://127.0.0.1",
        mail_from="The Shop <shop@example.com>",
        twilio_account_sid="AC1",
        twilio_auth_token="t" * 32,
        twilio_from=OUR_NUMBER,
        public_url="https://chat.example.com",
    )


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def source(tmp_path: Path, database: Database) -> Source:
    source = Source(tmp_path / "source", database)
    source.set("customers", customer_id=MIA, **OF_MIA).add("customers", customer_id=OTTO, **OF_OTTO)
    source.set("orders", number=MIAS, customer_id=MIA, status="delivered", ship_postcode=OF_MIA["postcode"])
    source.add("orders", number=OTTOS, customer_id=OTTO, ship_postcode=OF_OTTO["postcode"])
    for line in source.rows["order_lines"]:
        line["order_number"] = MIAS
    source.add("order_lines", order_number=OTTOS).add("order_lines", order_number=CANCELLED)
    source.add("orders", number=CANCELLED, customer_id=MIA, ship_postcode=OF_MIA["postcode"])
    return source.set("shipments", order_number=MIAS, tracking_number="1ZMIA")


@pytest.fixture
def world(database: Database, source: Source) -> World:
    """Mia has talked on the website and by text, and an agent has answered; Otto has talked on the website."""
    source.bring_in()
    world = World(database, source)
    with database.writing() as session:
        opened = open_conversation(
            session, channel="website", address_hash="mias-address", identity=None, token=None,
            known_customer=lambda *_: True, proven_customers=customers_proven_in,
        )  # fmt: skip
        world.web, world.token = opened.conversation_id, opened.token
    with database.writing() as session:
        _on_the_website(session, world.web)
    with database.writing() as session:
        _about_the_website(session, world.web)
    with database.writing() as session:
        text = Text("SM1", OUR_NUMBER, MIAS_NUMBER, "hash-of-mias-number", "where is my saxophone case",
                    media=({"url": "https://pictures.example/porcupine.jpg", "type": "image/jpeg"},))  # fmt: skip
        conversation, _ = take_text(session, text, Texting(answers_keywords=False, help=""))
        world.texted = conversation.id
        post(session, conversation, BOT, Words("Your saxophone case is on its way."))
    with database.writing() as session:
        world.ottos = talk(session, "Otto here, my lamp is dim", order=OTTOS, clue=OF_OTTO["email"])
    return world


def talk(session: Session, text: str, *, order: str = "", clue: str = "", conversation_id: str = "") -> str:
    """Say ``text`` on the website, prove an order by an e-mail address, and have it answered; return where."""
    conversation = session.get(Conversation, conversation_id) if conversation_id else None
    if conversation is None:
        conversation = Conversation(channel="website", address_hash="some-address")
        session.add(conversation)
        session.flush()
    said(session, conversation.id, text)
    if order:
        asker = Asker(conversation.id, f"proof-{order}-{conversation.id}", "website", "some-address")
        prove_order(session, asker, Clues(order_number=order, email=clue.casefold()), Policy())
    post(session, lock_conversation(session, conversation.id), BOT, Words(f"About {order or 'that'}: it is fine."))
    return conversation.id


def said(session: Session, conversation_id: str, text: str) -> str:
    """Store a customer's words and return the id of the message."""
    conversation = lock_conversation(session, conversation_id)
    message, _ = store(session, conversation, Said(f"client-{conversation.last_seq}", text))
    return message.id


def _on_the_website(session: Session, conversation_id: str) -> None:
    message = said(session, conversation_id, f"where is my hydrangea, {OF_MIA['email']} {OF_MIA['postcode']}")
    begin_turn(session, message, conversation_id)
    asker = Asker(conversation_id, message, "website", "mias-address")
    prove_customer(session, asker, Clues(email="mia.quill@example.com", postcode="98139"), Policy())
    note_wish(session, asker, WishKind.NOTIFY, MIAS, Policy())
    proposal = propose_cancel(session, asker, CANCELLED, None, Policy())
    accept_cancel(session, asker, proposal.proposal_id)
    conversation = lock_conversation(session, conversation_id)
    offers = (Offer("About the marzipan", '/inform{"item":"marzipan"}'),)
    post(session, conversation, BOT, Words("The hydrangea is here.", offers, (Card("Marzipan", offer=0),)))
    said(session, conversation_id, "I want a person")
    enqueue(session, conversation, HandOff("the marzipan was crushed", "Wants a hydrangea instead."))
    conversation.state = {"slots": {"item": "hydrangea"}, "said": ["where is my hydrangea"]}


def _about_the_website(session: Session, conversation_id: str) -> None:
    take_over(session, conversation_id, "Ana")
    answer(session, conversation_id, "Ana", "Hello Mia, the zeppelin is packed anew.", email_of)
    conversation = lock_conversation(session, conversation_id)
    conversation.hand_back_note, conversation.closed_because = "likes tangerine", "sent a tangerine"
    session.add_all(
        [
            Note(conversation_id=conversation_id, text="Mia sounds like a kaleidoscope", author="Ana"),
            Rating(conversation_id=conversation_id, agent_name="Ana", stars=5, word="lovely umbrella", rated_at=now()),
            StaffPromise(
                conversation_id=conversation_id, order_number=MIAS, kind="call", what="about the tangerine",
                made_by="Ana", due_at=now() + timedelta(days=1),
            ),
        ]
    )  # fmt: skip

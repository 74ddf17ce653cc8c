"""A customer who texts: through the signed webhook, and back through the stand-in for Twilio.

What is heard are the texts that arrived. What no telephone shows (what is asked for, who answers) is read from the
conversation itself, so that one script can be played over both channels.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from meantime.channels import frames
from meantime.conversations.contacts import Contact, contact_of
from meantime.conversations.keywords import keyword_of
from meantime.conversations.outbox import OPEN, Delivery, has_more
from meantime.conversations.reading import news_after
from meantime.conversations.tables import SMS, Conversation, Message
from meantime.db import Database, now
from meantime.wording.numbered import GOES_ON, MORE
from meantime.wording.tone import lint_sms
from tests.e2e.chat import OURS, Chat, Turn, choices_of, faults_of_tone
from tests.e2e.waiting import until
from tests.twilio_stand_in import Phone


class Texting:
    """One conversation by text message, with the same face as ``Chat``."""

    def __init__(self, phone: Phone, gateway: str, database: Database) -> None:
        self.phone = phone
        self._gateway = gateway
        self._database = database
        self._seq = 0
        self._owner = "bot"
        self.segments: list[int] = []
        """Of each text that came."""

    @property
    def conversation_id(self) -> str:
        with self._database.reading() as session:
            contact = contact_of(session, SMS, self.phone.ours, self.phone.number)
            found = select(Conversation.id).where(Conversation.contact_id == contact.id)
            return session.scalars(found.order_by(Conversation.created_at.desc()).limit(1)).one()

    def begin_anew(self) -> None:
        """As though the number had never been texted from: what was before is somebody else's."""
        with self._database.writing() as session:
            for contact in session.scalars(select(Contact).where(Contact.theirs == self.phone.number)):
                contact.theirs = f"{contact.theirs}, before {contact.id}"
        self.phone.twilio.forget()

    def vouch_for(self, customer_id: str) -> None:
        """As though the shop's own sign-in had said on the website who this is, before they went on by text."""
        with self._database.writing() as session:
            contact = contact_of(session, SMS, self.phone.ours, self.phone.number)
            session.add(
                Conversation(
                    channel=SMS,
                    contact_id=contact.id,
                    customer_id=customer_id,
                    customer_proof_expires_at=now() + timedelta(hours=1),
                )
            )

    def say(self, text: str) -> Turn:
        """Text, and read the answer to its end."""
        begun = len(self.phone.inbox)
        self._send(text)
        while self._has_more():
            self._send(MORE)
        came = self.phone.inbox[begun:]
        self.segments += [int(message["num_segments"]) for message in came]
        texts = [str(message["body"]) for message in came]
        turn = Turn(self._frames(), texts=[text.removesuffix(f"\n{GOES_ON}") for text in texts])
        if Chat.minds_tone:
            self._require_good_tone(turn, texts)
        return turn

    def _send(self, text: str) -> None:
        client_id = f"SM{uuid.uuid4().hex}"
        self.phone.texts(text, client_id, gateway=self._gateway)
        until(lambda: self._is_settled(client_id), f"{text!r} was not answered")

    def _is_settled(self, client_id: str) -> bool:
        with self._database.reading() as session:
            handled = session.scalars(select(Message.handled_at).where(Message.client_id == client_id)).one()
            open_ = select(Delivery.id).where(
                Delivery.conversation_id == self.conversation_id, Delivery.state.in_(OPEN)
            )
            return handled is not None and session.scalar(open_.limit(1)) is None

    def _has_more(self) -> bool:
        with self._database.reading() as session:
            return has_more(session, self.conversation_id)

    def _frames(self) -> list[dict[str, Any]]:
        with self._database.reading() as session:
            news = news_after(session, self.conversation_id, self._seq)
        self._seq = news.last_seq
        found = [dict(frames.message(shown)) for shown in news.messages]
        if news.owner != self._owner:
            self._owner = news.owner
            found.append({"type": "owner", "owner": news.owner, "name": news.agent_name})
        return found

    def _require_good_tone(self, turn: Turn, texts: list[str]) -> None:
        for message in turn.messages:
            faults = faults_of_tone(message) if message["author"] in OURS else []
            assert not faults, f"{message['text']!r} {list(choices_of(message))}: {faults}"
            for title in choices_of(message):  # who types it must not leave by that
                assert keyword_of(title) is None, title
        for text in texts:
            assert not lint_sms(text), (text, lint_sms(text))

"""Sends the outbox's e-mails: reads what a mail is about, puts it into words and hands it to the mail server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.channels.email import BadAddress, Envelope, Post, compose, mail_id
from meantime.channels.sender import MaybeAccepted, NeverAccepted, TryLater
from meantime.channels.smtp import MailServer
from meantime.conversations.contacts import Contact
from meantime.conversations.links import Links
from meantime.conversations.outbox import Delivery
from meantime.conversations.pace import Pace
from meantime.conversations.sending import Outgoing
from meantime.conversations.storage import Storage, StorageBusy
from meantime.conversations.tables import SMS, Conversation, Message
from meantime.db import now
from meantime.wording import email as say

AT_ONCE = 4
"""Connections to the mail server."""


@dataclass(frozen=True, slots=True)
class About:
    """What a mail is about."""

    author: str
    is_from_sms: bool
    was_given: bool
    """The customer named this address for it; otherwise the shop had it."""
    earlier: tuple[int, ...]
    """The deliveries that went to this mailbox before, of the same conversation."""


class MailSender:
    """A Sender. A mail that may have been taken is sent again: with the same Message-ID it is the same mail."""

    channel: ClassVar[str] = "email"

    def __init__(self, storage: Storage, server: MailServer, post: Post, links: Links, pace: Pace) -> None:
        self._storage = storage
        self._server = server
        self._post = post
        self._links = links
        self._seconds = pace.mail_seconds
        self._threads = CapacityLimiter(AT_ONCE)

    async def send(self, out: Outgoing) -> str:
        try:
            about = await self._storage.read(partial(what_about, out=out))
        except StorageBusy as error:
            raise TryLater("storage") from error
        try:
            mail = compose(self._post, self._envelope(out, about), self._letter(out, about))
        except BadAddress as error:
            raise NeverAccepted("bad_address") from error
        try:
            async with asyncio.timeout(self._seconds):
                # A thread that hangs is left behind: the claim must not run out while we wait for it.
                await to_thread.run_sync(self._server.send, mail, limiter=self._threads, abandon_on_cancel=True)
        except TimeoutError as error:
            raise MaybeAccepted("timeout") from error
        return mail_id(str(out.id))

    async def find(self, _out: Outgoing) -> str | None:
        """A mailbox is not for us to look into, and it tells two mails of one Message-ID from two mails by itself."""
        return None

    def _envelope(self, out: Outgoing, about: About) -> Envelope:
        return Envelope(
            to=out.theirs,
            delivery_id=str(out.id),
            earlier=[str(delivery_id) for delivery_id in about.earlier],
            url=self._links.to(out.conversation_id),
            at=out.first_tried_at,
        )

    def _letter(self, out: Outgoing, about: About) -> say.Letter:
        shop, reply_to, until = self._post.shop, self._post.reply_to, self._links.until(now())
        if about.is_from_sms:
            return say.undelivered_text(out.text, shop=shop, reply_to=reply_to, link_until=until)
        return say.answer(
            about.author, out.text, was_given=about.was_given, shop=shop, reply_to=reply_to, link_until=until
        )


def what_about(session: Session, out: Outgoing) -> About:
    """Read what the mail of ``out`` is about."""
    message = session.get_one(Message, out.message_id)
    conversation = session.get_one(Conversation, out.conversation_id)
    given = session.get(Contact, conversation.contact_id) if conversation.contact_id is not None else None
    earlier = session.scalars(
        select(Delivery.id)
        .where(
            Delivery.conversation_id == out.conversation_id,
            Delivery.contact_id == out.contact_id,
            Delivery.id < out.id,
            Delivery.sent_at.is_not(None),
        )
        .order_by(Delivery.id)
    ).all()
    return About(
        author=message.name,
        is_from_sms=conversation.channel == SMS,
        was_given=given is not None and given.theirs == out.theirs,
        earlier=tuple(earlier),
    )

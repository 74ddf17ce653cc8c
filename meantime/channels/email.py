"""Putting a letter into an envelope: an e-mail as text and as HTML that reads well without pictures.

Its Message-ID is made from the delivery's id, so that a mail sent twice is one to the customer's mailbox.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

import idna
from jinja2 import Environment, FileSystemLoader

from meantime.conversations.given import mail_address
from meantime.wording.email import Letter

MOST_REFERENCES = 20
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"), autoescape=True, auto_reload=False
)


class BadAddress(Exception):
    """No mail can be sent to this."""


@dataclass(frozen=True, slots=True)
class Post:
    """Who writes: the shop, from its own address. ``reply_to`` is where people read what customers reply."""

    mail_from: str
    shop: str
    reply_to: str = ""

    @property
    def sender(self) -> Address:
        name, address = parseaddr(self.mail_from)
        return _address(address, name or self.shop)


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom, and where in the conversation's thread: ``earlier`` are the deliveries that went before this one."""

    to: str
    delivery_id: str
    earlier: Sequence[str]
    url: str
    at: datetime


def compose(post: Post, envelope: Envelope, letter: Letter) -> EmailMessage:
    """Return the mail, ready to be sent. Raises BadAddress."""
    to = mail_address(envelope.to)
    if to is None:
        raise BadAddress
    mail = EmailMessage(policy=SMTP)
    sender = post.sender
    mail["From"] = sender
    mail["To"] = _address(to)
    if post.reply_to:
        mail["Reply-To"] = _address(post.reply_to, post.shop)
    mail["Subject"] = _line(letter.subject)
    mail["Date"] = format_datetime(envelope.at)
    mail["Message-ID"] = _message_id(envelope.delivery_id, sender)
    if envelope.earlier:
        thread = [_message_id(delivery, sender) for delivery in envelope.earlier[-MOST_REFERENCES:]]
        mail["In-Reply-To"] = thread[-1]
        mail["References"] = " ".join(thread)
    # RFC 3834: no absence note answers this one.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_as_text(letter, envelope.url), cte="quoted-printable")
    mail.add_alternative(_as_html(letter, envelope.url), subtype="html", cte="quoted-printable")
    return mail


def mail_id(delivery_id: str) -> str:
    """Return what a delivery is called outside. Hashed: how many there are is nobody's business."""
    return hashlib.sha256(f"meantime.delivery:{delivery_id}".encode()).hexdigest()[:32]


def _message_id(delivery_id: str, sender: Address) -> str:
    return f"<{mail_id(delivery_id)}@{sender.domain}>"


def _address(address: str, name: str = "") -> Address:
    """Return the address with its domain as the DNS knows it. Raises BadAddress."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
        return Address(_line(name), local, ascii_domain)
    except (ValueError, IndexError) as error:  # idna's error and the header parser's
        raise BadAddress from error


def _line(text: str) -> str:
    """Return ``text`` on one line, without anything that could end a header."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).split())


def _as_text(letter: Letter, url: str) -> str:
    said = "\n".join(f"> {line}".rstrip() for line in letter.words.splitlines())
    return "\n\n".join(
        (
            letter.greeting,
            letter.lead,
            said,
            f"{letter.link}:\n{url}\n{letter.link_note}",
            letter.answering,
            letter.closing,
            f"-- \n{letter.why}\n",
        )
    )


def _as_html(letter: Letter, url: str) -> str:
    paragraphs = [part.splitlines() for part in re.split(r"\n\s*\n", letter.words.strip())]
    return _templates.get_template("email.html").render(letter=letter, url=url, paragraphs=paragraphs)

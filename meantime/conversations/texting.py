"""A text message as it comes in: whose conversation it belongs to, and what it means before any assistant reads it.

A conversation by text is the newest one between our number and theirs. After a week of silence a new one begins:
what "it" and "the second one" mean is forgotten by then on both sides (proofs of identity end sooner anyway), and
staff find short conversations easier to read. While a person is to answer, it stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact, contact_of, lock_contact, opt_in, opt_out
from meantime.conversations.gateway_words import EMPTY, HELPED, MORE, PICTURE, STARTED, STILL_WRITES, STOPPED
from meantime.conversations.inbox import LONGEST_TEXT, Said, Words, append_customers, lock_conversation, post, store
from meantime.conversations.keywords import CANCEL, Keyword, Means, keyword_of
from meantime.conversations.machines import sort_out
from meantime.conversations.options import option_typed
from meantime.conversations.outbox import has_more
from meantime.conversations.queue import WAYS_OUT, HandOff, enqueue, give_up
from meantime.conversations.reasons import Reason
from meantime.conversations.standing import newest_of_ours
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, QUEUE, SMS, SYSTEM, Conversation, Message, new_id
from meantime.conversations.typed import is_empty, says_more, says_yes
from meantime.db import now
from meantime.wording import texting as say
from meantime.wording.numbered import chosen

SILENCE = timedelta(days=7)
FLOOD = 60
"""Messages an hour. Two machines that answer each other reach it; then a person looks, and the bot is quiet."""
MOST_OPTIONS = 99
"""No list is longer."""
LEFT_BY_CANCEL = "opted out of texts with CANCEL"
LEFT = "opted out of texts, and writes"


@dataclass(frozen=True, slots=True)
class Text:
    """A text message as the network hands it over. Numbers are in E.164."""

    id: str
    ours: str
    theirs: str
    address_hash: str
    words: str = ""
    media: tuple[dict[str, str], ...] = ()
    opt_out_type: str = ""


@dataclass(frozen=True, slots=True)
class Texting:
    """How the shop wants text messages treated. ``help`` is what HELP is answered with."""

    answers_keywords: bool
    """We answer STOP, START and HELP ourselves; otherwise the network does."""
    help: str


def take_text(session: Session, text: Text, rules: Texting) -> tuple[Conversation, bool]:
    """Store what a customer texted, once, and do what it means by itself. Return the conversation, locked, and
    whether the message is new."""
    contact = contact_of(session, SMS, text.ours, text.theirs)
    conversation = _conversation_of_message(session, contact, text.id) or _newest(session, contact, text)
    if _is_stored(session, conversation, text.id):
        return conversation, False
    session.refresh(contact)  # they may have left, or come back, while we waited for the conversation
    conversation.address_hash = text.address_hash
    keyword = keyword_of(text.words, text.opt_out_type, is_opted_out=contact.opted_out_at is not None)
    if keyword is not None:
        _take_keyword(session, conversation, contact, text, keyword, rules)
    elif contact.opted_out_at is not None:
        _take_unanswerable(session, conversation, text)
    else:
        _take_words(session, conversation, text)
    return conversation, True


def _take_words(session: Session, conversation: Conversation, text: Text) -> None:
    if is_empty(text.words):
        _keep(session, conversation, text, PICTURE if text.media else EMPTY)
    elif _wants_more(session, conversation, text.words):
        _keep(session, conversation, text, MORE)
    elif conversation.owner == BOT and not text.media and (kind := sort_out(session, conversation, text.words)):
        _keep(session, conversation, text, kind)
    else:
        message, _ = store(session, conversation, Said(text.id, text.words[:LONGEST_TEXT]))
        message.media = list(text.media)
        if text.media:
            post(session, conversation, SYSTEM, Words(say.PICTURE_TOO))
    if conversation.owner == BOT and _is_flooded(session, conversation):
        give_up(session, conversation, "more messages than anybody types", say.FLOODED, Reason.OTHER)
        _leave_unasked(session, conversation)


def _wants_more(session: Session, conversation: Conversation, words: str) -> bool:
    """MORE asks for the next page. So does a number that no page has shown yet, and a yes to a change whose list has
    not been read to its end."""
    if says_more(words):
        return conversation.last_seq > 0
    if not has_more(session, conversation.id):
        return False
    if chosen(words, MOST_OPTIONS) is not None and option_typed(session, conversation, words) is None:
        return True
    return says_yes(words) and _stands_proposed(session, conversation)


def _take_keyword(
    session: Session, conversation: Conversation, contact: Contact, text: Text, keyword: Keyword, rules: Texting
) -> None:
    is_ours_to_answer = (rules.answers_keywords and not text.opt_out_type) or not keyword.is_exact
    source = f"texted {keyword.word.upper()}" if keyword.word.isalpha() else f"the network: {keyword.means.value}"
    match keyword.means:
        case Means.STOP:
            _keep(session, conversation, text, STOPPED, is_handled=True)
            is_new = opt_out(session, lock_contact(session, contact.id), source)
            if is_new and is_ours_to_answer:
                post(session, conversation, SYSTEM, Words(say.STOPPED), is_farewell=True)
            if keyword.word == CANCEL:
                _before_person(
                    session, conversation, HandOff(LEFT_BY_CANCEL, say.OPTED_OUT_BY_CANCEL, Reason.OPTED_OUT)
                )
        case Means.START:
            _keep(session, conversation, text, STARTED, is_handled=True)
            opt_in(session, lock_contact(session, contact.id), source)
            _come_back(session, conversation, is_ours_to_answer=is_ours_to_answer)
        case Means.HELP:
            _keep(session, conversation, text, HELPED, is_handled=True)
            if is_ours_to_answer:
                post(session, conversation, SYSTEM, Words(rules.help))


def _come_back(session: Session, conversation: Conversation, *, is_ours_to_answer: bool) -> None:
    """Go on from where a customer left. One whom a person is to answer is told so, whoever answers the keyword."""
    conversation.queue_acknowledged = False  # from now on an acknowledgement can be sent
    if conversation.owner == QUEUE and conversation.handed_off_because == LEFT:
        conversation.owner, conversation.queued_at, conversation.awaits_since = BOT, None, None
        conversation.handed_off_because = conversation.handed_off_kind = conversation.summary = ""
    summary = conversation.summary.replace(say.OPTED_OUT_BY_CANCEL, say.BACK_AFTER_CANCEL)
    summary = summary.replace(say.STILL_WRITES, "")
    conversation.summary = "\n".join(line.strip() for line in summary.splitlines() if line.strip())
    if conversation.owner == QUEUE:
        post(session, conversation, SYSTEM, Words(say.STARTED_IN_QUEUE, WAYS_OUT))
    elif is_ours_to_answer:
        started = say.STARTED_WITH_PERSON if conversation.owner == AGENT else say.STARTED
        post(session, conversation, SYSTEM, Words(started))


def _take_unanswerable(session: Session, conversation: Conversation, text: Text) -> None:
    """Nothing may be sent back, so no assistant is asked: a person sees it, and knows why."""
    _keep(session, conversation, text, STILL_WRITES, is_handled=True)
    _before_person(session, conversation, HandOff(LEFT, say.STILL_WRITES, Reason.OPTED_OUT))


def _before_person(session: Session, conversation: Conversation, hand_off: HandOff) -> None:
    if conversation.owner == BOT:
        enqueue(session, conversation, hand_off)
        conversation.queue_acknowledged = True  # an acknowledgement could not be sent
    elif conversation.owner == QUEUE and hand_off.summary not in conversation.summary:
        conversation.summary = f"{hand_off.summary}\n{conversation.summary}".strip()


def _keep(
    session: Session, conversation: Conversation, text: Text, payload: str, *, is_handled: bool = False
) -> Message:
    """Store a message that the gateway deals with itself."""
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        client_id=text.id,
        payload=payload,
        media=list(text.media),
        handled_at=now() if is_handled else None,
    )
    append_customers(session, conversation, message, text.words[:LONGEST_TEXT])
    return message


def _newest(session: Session, contact: Contact, text: Text) -> Conversation:
    found = _still_going(session, contact)
    if found is None:
        # Two texts may begin the same conversation: who comes second finds it.
        lock_contact(session, contact.id)
        found = _still_going(session, contact)
    if found is not None:
        return lock_conversation(session, found)
    conversation = Conversation(
        id=new_id(),
        channel=SMS,
        contact_id=contact.id,
        address_hash=text.address_hash,
    )
    session.add(conversation)
    session.flush()
    return lock_conversation(session, conversation.id)


def _still_going(session: Session, contact: Contact) -> str | None:
    newest = session.execute(
        select(Conversation.id, Conversation.last_message_at, Conversation.owner)
        .where(Conversation.contact_id == contact.id, Conversation.channel == SMS)
        .order_by(Conversation.created_at.desc(), Conversation.id)
        .limit(1)
    ).one_or_none()
    if newest is None:
        return None
    is_silent = newest.last_message_at is not None and newest.last_message_at < now() - SILENCE
    return None if is_silent and newest.owner == BOT else str(newest.id)


def _conversation_of_message(session: Session, contact: Contact, client_id: str) -> Conversation | None:
    """A message that is handed over again may belong to a conversation that has ended since."""
    found = session.scalar(
        select(Conversation.id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Conversation.contact_id == contact.id, Message.client_id == client_id)
    )
    return lock_conversation(session, found) if found is not None else None


def _is_stored(session: Session, conversation: Conversation, client_id: str) -> bool:
    stored = select(Message.id).where(Message.conversation_id == conversation.id, Message.client_id == client_id)
    return session.scalar(stored) is not None


def _stands_proposed(session: Session, conversation: Conversation) -> bool:
    newest = newest_of_ours(session, conversation.id)
    return newest is not None and newest.proposal_id is not None


def _is_flooded(session: Session, conversation: Conversation) -> bool:
    counted = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.author == CUSTOMER,
            Message.at > now() - timedelta(hours=1),
        )
    )
    return (counted or 0) > FLOOD


def _leave_unasked(session: Session, conversation: Conversation) -> None:
    """What has not been answered yet is for the person, too."""
    session.flush()
    for message in session.scalars(
        select(Message).where(Message.conversation_id == conversation.id, Message.handled_at.is_(None))
    ):
        message.handled_at = now()

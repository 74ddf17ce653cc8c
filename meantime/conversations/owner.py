"""Who has a conversation: a person takes it over, passes it to a colleague, back to the queue or back to the bot.

Each of these is one click, and one transaction under the conversation's lock. Who presses twice changes nothing the
second time (False); who comes too late is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from meantime.conversations.arriving import open_again
from meantime.conversations.inbox import Words, lock_conversation, post, storable
from meantime.conversations.notes import leave_note, note_once
from meantime.conversations.options import expire_options
from meantime.conversations.queue import WAYS_OUT, outlook_for
from meantime.conversations.summing_up import sum_up
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, QUEUE, SYSTEM, Conversation, Message
from meantime.db import now
from meantime.ledger import revoke_turns
from meantime.wording import gateway as say
from meantime.wording.presence import is_somebody_there
from meantime.wording.summing_up import without_left

LONGEST_NOTE = 1_000
PUT_BACK, PUT_BACK_KIND = "a colleague has put it back", "other"
"""Why a conversation waits that nobody had handed off before."""
LOOKS_BACK = timedelta(days=1)

type DoneIn = Callable[[Session, list[str]], Iterable[str]]
"""What was changed while these messages were being answered, as sentences for staff."""


type OpenList = Callable[[Session, str], str | None]
"""What the list with this id would change, as a sentence for staff; None where it has been agreed to, or is too old."""


class AlreadyTaken(Exception):
    """Another member of staff has it: ``name``."""

    def __init__(self, conversation_id: str, name: str) -> None:
        super().__init__(conversation_id)
        self.conversation_id, self.name = conversation_id, name


class NotTaken(Exception):
    """It is not, or no longer, the conversation of who would do this."""


def take_over(
    session: Session,
    conversation_id: str,
    agent_name: str,
    done_in: DoneIn | None = None,
    open_list: OpenList | None = None,
) -> bool:
    """Give the conversation to ``agent_name``, whoever answers it now and wherever it was put away. Raises
    AlreadyTaken, and NotTaken where all of it was erased.

    A turn that is running loses its answer and may change nothing any more; what it had changed before is left as
    a note, and so is what was listed for a yes. What was offered ends; what nobody has answered is the agent's to
    answer, and what a hand-off would have summed up is summed up here.
    """
    conversation = lock_conversation(session, conversation_id)
    if conversation.is_forgotten:
        raise NotTaken(conversation_id)
    if conversation.owner == AGENT:
        if conversation.agent_name == agent_name:
            return False
        raise AlreadyTaken(conversation_id, conversation.agent_name)
    steps_in = conversation.owner == BOT
    if steps_in:  # this follows no hand-off
        conversation.handed_off_because = conversation.handed_off_kind = ""
    cut_off = _cut_off(session, conversation)
    waiting = [message for message in cut_off if message.handled_at is None]
    listed = _listed(session, conversation, waiting) if conversation.owner == BOT else None
    if steps_in or not conversation.summary:  # what an older hand-off summed up is old
        sum_up(session, conversation)
    take_from_bot(session, conversation)
    conversation.awaits_since = conversation.awaits_since or min((m.at for m in waiting), default=None)
    conversation.owner, conversation.agent_name = AGENT, agent_name
    conversation.queued_at = conversation.snoozed_until = None
    conversation.hand_back_note, conversation.hand_back_order = "", None
    open_again(conversation)
    for sentence in done_in(session, [message.id for message in cut_off]) if done_in and cut_off else ():
        note_once(session, conversation, sentence)
    stood_open = open_list(session, listed) if open_list and listed else None
    if stood_open:
        note_once(session, conversation, stood_open)
    post(session, conversation, SYSTEM, Words(say.taken_over(agent_name)))
    return True


def hand_back(
    session: Session, conversation_id: str, agent_name: str, note: str = "", order: str | None = None
) -> bool:
    """Give the conversation back to the bot, which goes on with ``order``; ``note`` is for whoever takes it next. The
    sentence also ends what was proposed before. Raises NotTaken."""
    conversation = lock_conversation(session, conversation_id)
    _require(conversation, agent_name)
    words = storable(note).strip()[:LONGEST_NOTE]
    if words:
        leave_note(session, conversation, agent_name, words)
    conversation.owner, conversation.agent_name = BOT, ""
    conversation.queued_at = conversation.awaits_since = conversation.snoozed_until = None
    conversation.hand_back_note, conversation.hand_back_order = words, order or None
    conversation.summary = without_left(conversation.summary)
    post(session, conversation, SYSTEM, Words(say.handed_back(agent_name, has_note=bool(words))))
    return True


def transfer(
    session: Session, conversation_id: str, from_name: str, to_name: str, note: str = "", by: str | None = None
) -> bool:
    """Give a colleague's conversation to another one. ``by`` is who decides it, a lead perhaps: ``from_name`` has it
    as they see it, and NotTaken is raised when that is no longer so. ``note`` is for the colleague."""
    conversation = lock_conversation(session, conversation_id)
    if conversation.owner == AGENT and conversation.agent_name == to_name:
        return False
    _require(conversation, from_name)
    words = storable(note).strip()[:LONGEST_NOTE]
    if words:
        leave_note(session, conversation, by or from_name, words)
    conversation.agent_name = to_name
    conversation.snoozed_until = None
    post(session, conversation, SYSTEM, Words(say.transferred(from_name, to_name)))
    return True


def put_back(session: Session, conversation_id: str, agent_name: str) -> bool:
    """Put the conversation into the queue, where it has the place of who has waited for as long. Raises NotTaken."""
    conversation = lock_conversation(session, conversation_id)
    _require(conversation, agent_name)
    conversation.owner, conversation.agent_name = QUEUE, ""
    conversation.awaits_since = conversation.queued_at = conversation.awaits_since or now()
    conversation.snoozed_until = None
    conversation.queue_acknowledged = False
    is_no_hand_off = not conversation.handed_off_because
    if is_no_hand_off:
        conversation.handed_off_because, conversation.handed_off_kind = PUT_BACK, PUT_BACK_KIND
    if is_no_hand_off or conversation.first_answered_at is not None:
        # How long customers wait is told from this, and when it is too long: an older hand-off, or one that has been
        # answered, has nothing to do with this wait.
        conversation.handed_off_at = now()
        conversation.first_answered_at = conversation.told_late_at = None
    words, asks = say.put_back(agent_name), ""
    if not is_somebody_there():  # whoever is free is so tomorrow
        outlook = outlook_for(conversation)
        words, asks = words + outlook.text, outlook.asks
    post(session, conversation, SYSTEM, Words(words, WAYS_OUT, asks=asks or None))
    return True


def take_from_bot(session: Session, conversation: Conversation) -> None:
    """End the turn that may be running in a locked conversation, what waits for the bot, and what was offered."""
    conversation.fence += 1
    conversation.claimed_until = None
    revoke_turns(session, conversation.id)
    expire_options(session, conversation.id)
    leave_to_person(session, conversation.id)


def require_own(conversation: Conversation, by: str, of: str | None = None) -> None:
    """Raise AlreadyTaken where somebody else has the conversation than ``by``, or than ``of``, for whom a lead acts."""
    if conversation.owner == AGENT and conversation.agent_name not in (by, of):
        raise AlreadyTaken(conversation.id, conversation.agent_name)


def leave_to_person(session: Session, conversation_id: str) -> None:
    """Mark everything unanswered as needing nothing more from the bot."""
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.handled_at.is_(None))
        .values(handled_at=now()),
        execution_options={"synchronize_session": False},
    )


def _cut_off(session: Session, conversation: Conversation) -> list[Message]:
    """Return the customer's messages that got no answer: the turn is running still, or was given up after failing."""
    was_given_up = Message.retry_at.is_not(None) & Message.intent.is_(None) & (Message.at > now() - LOOKS_BACK)
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.conversation_id == conversation.id,
                Message.author == CUSTOMER,
                or_(Message.handled_at.is_(None), was_given_up),
            )
            .order_by(Message.seq)
        )
    )


def _listed(session: Session, conversation: Conversation, waiting: list[Message]) -> str | None:
    """Return the list that waits for a yes: it was said last, or just before what has no answer yet."""
    before = min((message.seq for message in waiting), default=conversation.last_seq + 1)
    return session.scalars(
        select(Message.proposal_id)
        .where(Message.conversation_id == conversation.id, Message.seq < before)
        .order_by(Message.seq.desc())
        .limit(1)
    ).one_or_none()


def _require(conversation: Conversation, agent_name: str) -> None:
    if conversation.owner != AGENT or conversation.agent_name != agent_name:
        raise NotTaken(conversation.id)

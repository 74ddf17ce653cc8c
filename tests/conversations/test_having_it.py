"""Who has a conversation: taking it over, passing it on, putting it back, handing it back."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.answering import answer
from meantime.conversations.inbox import Said, store
from meantime.conversations.notes import Note, notes_of
from meantime.conversations.owner import AlreadyTaken, NotTaken, hand_back, put_back, take_over, transfer
from meantime.conversations.pace import Pace
from meantime.conversations.queue import HandOff, enqueue
from meantime.conversations.rasa import Answer
from meantime.conversations.tables import Conversation, Message, Option
from meantime.conversations.turns import Ask, claim, keep_answer
from meantime.db import now
from meantime.wording import gateway as say
from tests.conftest import Configure
from tests.opening import closed_now

PACE = Pace()
ANSWER = Answer.model_validate({"replies": [{"text": "an answer"}], "state": {"turns": 1}})
TO_PERSON = Answer.model_validate(
    {"replies": [{"text": "I pass you on.", "custom": {"hand_off": "asked", "summary": "Order: M1"}}], "state": {}}
)


def says(session: Session, conversation: Conversation, text: str = "hello") -> Message:
    message, _ = store(session, conversation, Said(str(uuid.uuid4()), text))
    session.flush()
    return message


def ask(session: Session) -> Ask:
    asked = claim(session, "c1", PACE)
    assert asked
    return asked


def told(session: Session) -> list[str]:
    return list(session.scalars(select(Message.text).where(Message.author == "system").order_by(Message.seq)))


def waits(session: Session, conversation: Conversation) -> None:
    enqueue(session, conversation, HandOff("asked for a person", "Order: M1"))
    session.flush()


def test_who_presses_twice_is_said_to_have_joined_once(session: Session, conversation: Conversation) -> None:
    assert take_over(session, "c1", "Ana")
    assert not take_over(session, "c1", "Ana")
    assert told(session) == [say.taken_over("Ana")]


def test_who_comes_second_learns_who_has_it(session: Session, conversation: Conversation) -> None:
    take_over(session, "c1", "Ana")
    with pytest.raises(AlreadyTaken) as late:
        take_over(session, "c1", "Ben")
    assert late.value.name == "Ana"


def test_what_was_put_away_or_closed_is_taken_over_all_the_same(session: Session, conversation: Conversation) -> None:
    waits(session, conversation)
    conversation.snoozed_until = now() + timedelta(days=1)
    conversation.closed_at, conversation.closed_by, conversation.closed_because = now(), "Ben", "solved"
    take_over(session, "c1", "Ana")
    assert (conversation.owner, conversation.agent_name, conversation.queued_at) == ("agent", "Ana", None)
    assert (conversation.snoozed_until, conversation.closed_at) == (None, None)
    assert conversation.closed_by == conversation.closed_because == ""


def test_stepping_in_on_the_bot_follows_no_hand_off_and_who_was_cut_off_waits(
    session: Session, conversation: Conversation
) -> None:
    conversation.handed_off_because, conversation.handed_off_kind = "an older one", "asked"
    message = says(session, conversation)
    ask(session)
    take_over(session, "c1", "Ana")
    assert (conversation.handed_off_because, conversation.handed_off_kind) == ("", "")
    assert conversation.awaits_since == message.at


def test_stepping_in_where_nobody_waits_starts_no_clock(session: Session, conversation: Conversation) -> None:
    says(session, conversation)
    keep_answer(session, ask(session), ANSWER, PACE)
    take_over(session, "c1", "Ana")
    assert conversation.awaits_since is None


def test_stepping_in_on_the_bot_sums_up_what_a_hand_off_would_have(
    session: Session, conversation: Conversation
) -> None:
    says(session, conversation)
    take_over(session, "c1", "Ana")
    assert "Says: " in conversation.summary
    assert conversation.summed_up_at is not None


def test_what_was_summed_up_for_an_older_hand_off_is_summed_up_anew(
    session: Session, conversation: Conversation
) -> None:
    waits(session, conversation)
    take_over(session, "c1", "Ana")
    hand_back(session, "c1", "Ana", "Wants it by Friday.")
    says(session, conversation, "my parcel came broken")
    take_over(session, "c1", "Ben")
    assert "Order: M1" not in conversation.summary
    assert "Note: Wants it by Friday." in conversation.summary
    assert "my parcel came broken" in conversation.summary


def test_what_was_done_in_a_cut_off_turn_is_left_as_a_note_once(session: Session, conversation: Conversation) -> None:
    done = says(session, conversation, "hi")
    keep_answer(session, ask(session), Answer.model_validate({"replies": [{"text": "Hi."}], "state": {}}), PACE)
    running = says(session, conversation, "cancel it")
    ask(session)
    asked: list[list[str]] = []

    def done_in(_: Session, message_ids: list[str]) -> list[str]:
        asked.append(message_ids)
        return ["The assistant cancelled it."]

    take_over(session, "c1", "Ana", done_in)
    take_over(session, "c1", "Ana", done_in)
    assert asked == [[running.id]]
    assert done.id not in asked[0]
    assert session.scalars(select(Note.text)).all() == ["The assistant cancelled it."]


def test_so_is_what_was_done_in_a_turn_that_was_given_up(session: Session, conversation: Conversation) -> None:
    failed = says(session, conversation, "cancel it")
    failed.retry_at = failed.handled_at = now()
    waits(session, conversation)
    conversation.awaits_since = None
    take_over(session, "c1", "Ana", lambda _, ids: ids)
    assert session.scalars(select(Note.text)).all() == [failed.id]
    assert conversation.awaits_since is None


def test_the_list_that_stands_open_is_the_newest_whatever_was_given_up_before(
    session: Session, conversation: Conversation
) -> None:
    failed = says(session, conversation, "hello?")
    failed.retry_at = failed.handled_at = now()
    says(session, conversation, "cancel it")
    listed = {"replies": [{"text": "Shall I?", "custom": {"proposal": "p1"}}], "state": {}}
    keep_answer(session, ask(session), Answer.model_validate(listed), PACE)
    take_over(session, "c1", "Ana", open_list=lambda _, proposal_id: f"Listed: {proposal_id}")
    assert session.scalars(select(Note.text)).all() == ["Listed: p1"]


def test_only_who_has_it_hands_it_back(session: Session, conversation: Conversation) -> None:
    with pytest.raises(NotTaken):
        hand_back(session, "c1", "Ana")
    take_over(session, "c1", "Ana")
    with pytest.raises(NotTaken):
        hand_back(session, "c1", "Ben")
    says(session, conversation)
    hand_back(session, "c1", "Ana")
    assert (conversation.owner, conversation.agent_name, conversation.awaits_since) == ("bot", "", None)
    assert told(session)[-1] == say.handed_back("Ana")


def test_the_bot_goes_on_with_the_order_that_the_person_talked_about_until_it_knows(
    session: Session, conversation: Conversation
) -> None:
    take_over(session, "c1", "Ana")
    hand_back(session, "c1", "Ana", order="M1")
    says(session, conversation, "where is it?")
    says(session, conversation, "and when?")
    first = ask(session)
    assert first.token.order == "M1"
    following = keep_answer(session, first, ANSWER, PACE)
    assert following
    assert following.token.order is None


def test_the_note_is_for_whoever_takes_it_next(session: Session, conversation: Conversation) -> None:
    take_over(session, "c1", "Ana")
    hand_back(session, "c1", "Ana", " Wants it by Friday.\0 ")
    assert told(session)[-1] == say.handed_back("Ana", has_note=True) != say.handed_back("Ana")
    assert [(note.author, note.text) for note in notes_of(session, "c1")] == [("Ana", "Wants it by Friday.")]
    says(session, conversation, "person")
    keep_answer(session, ask(session), TO_PERSON, PACE)
    assert conversation.summary.splitlines()[:2] == ["Order: M1", "Note: Wants it by Friday."]
    take_over(session, "c1", "Ben")
    assert (conversation.hand_back_note, conversation.hand_back_order) == ("", None)
    assert "by Friday" in conversation.summary


def test_a_long_summary_leaves_room_for_the_note(session: Session, conversation: Conversation) -> None:
    conversation.hand_back_note = "Wants it by Friday."
    enqueue(session, conversation, HandOff("asked", "x" * 3000))
    assert len(conversation.summary) <= 2000
    assert conversation.summary.splitlines()[1] == "Note: Wants it by Friday."


def test_a_colleague_who_gets_it_answers_from_then_on(session: Session, conversation: Conversation) -> None:
    take_over(session, "c1", "Ana")
    assert transfer(session, "c1", "Ana", "Ben", "Knows the lamps.")
    assert not transfer(session, "c1", "Ana", "Ben", "Knows the lamps.")
    assert (conversation.owner, conversation.agent_name) == ("agent", "Ben")
    assert told(session)[1:] == [say.transferred("Ana", "Ben")]
    assert [(note.author, note.text) for note in notes_of(session, "c1")] == [("Ana", "Knows the lamps.")]


def test_a_lead_gives_away_what_is_still_as_they_see_it(session: Session, conversation: Conversation) -> None:
    take_over(session, "c1", "Ana")
    assert transfer(session, "c1", "Ana", "Ben", "Please.", by="Lea")
    assert notes_of(session, "c1")[0].author == "Lea"
    with pytest.raises(NotTaken):
        transfer(session, "c1", "Ana", "Cem", by="Lea")
    assert conversation.agent_name == "Ben"


def test_put_back_it_has_the_place_of_who_has_waited_for_as_long(session: Session, conversation: Conversation) -> None:
    waits(session, conversation)
    since = conversation.awaits_since = now() - timedelta(minutes=9)
    take_over(session, "c1", "Ana")
    with pytest.raises(NotTaken):
        put_back(session, "c1", "Ben")
    put_back(session, "c1", "Ana")
    assert (conversation.owner, conversation.agent_name) == ("queue", "")
    assert conversation.queued_at == conversation.awaits_since == since
    assert conversation.handed_off_because == "asked for a person"
    assert told(session)[-1] == say.put_back("Ana")
    titles = session.scalars(select(Option.title).where(Option.expired_at.is_(None)).order_by(Option.position)).all()
    assert titles == [say.CARRY_ON, say.STOP_WAITING]


def test_put_back_after_an_answer_it_waits_from_now_and_says_why(session: Session, conversation: Conversation) -> None:
    take_over(session, "c1", "Ana")
    put_back(session, "c1", "Ana")
    assert conversation.queued_at
    assert conversation.queued_at == conversation.awaits_since
    assert (conversation.handed_off_because, conversation.handed_off_kind) == ("a colleague has put it back", "other")


def test_who_is_put_back_when_nobody_is_there_hears_when_somebody_is(
    session: Session, conversation: Conversation, configure: Configure, tmp_path: Path
) -> None:
    configure(policy_file=str(closed_now(tmp_path / "policy.yml")))
    take_over(session, "c1", "Ana")
    put_back(session, "c1", "Ana")
    assert told(session)[-1].startswith(f"{say.put_back('Ana')} Nobody from our team is here right now; they are back ")
    newest = session.scalars(select(Message).order_by(Message.seq.desc()).limit(1)).one()
    assert newest.asks == "contact"
    assert conversation.contact_asks == 1
    take_over(session, "c1", "Ben")
    put_back(session, "c1", "Ben")
    assert "You can type it here" not in told(session)[-1]


def test_who_is_put_back_after_an_answer_waits_anew(session: Session, conversation: Conversation) -> None:
    waits(session, conversation)
    conversation.told_late_at = now()
    take_over(session, "c1", "Ana")
    answer(session, "c1", "Ana", "Hello, this is Ana.", lambda *_: None)
    answered_at = conversation.first_answered_at
    put_back(session, "c1", "Ana")
    assert (conversation.told_late_at, conversation.first_answered_at) == (None, None)
    assert answered_at
    assert conversation.handed_off_at
    assert conversation.handed_off_at >= answered_at
    assert conversation.handed_off_because == "asked for a person"


def test_who_was_told_that_it_takes_long_is_not_told_again_for_being_put_back(
    session: Session, conversation: Conversation
) -> None:
    waits(session, conversation)
    told_at, handed_off_at = now(), conversation.handed_off_at
    conversation.told_late_at = told_at
    take_over(session, "c1", "Ana")
    put_back(session, "c1", "Ana")
    assert (conversation.told_late_at, conversation.handed_off_at) == (told_at, handed_off_at)


def test_put_back_by_who_stepped_in_it_forgets_who_answered_an_older_hand_off(
    session: Session, conversation: Conversation
) -> None:
    waits(session, conversation)
    take_over(session, "c1", "Ana")
    answer(session, "c1", "Ana", "Hello, this is Ana.", lambda *_: None)
    hand_back(session, "c1", "Ana")
    take_over(session, "c1", "Ben")
    says(session, conversation)
    put_back(session, "c1", "Ben")
    assert conversation.first_answered_at is None


def test_a_customer_of_a_person_waits_from_their_first_words_on(session: Session, conversation: Conversation) -> None:
    take_over(session, "c1", "Ana")
    first = says(session, conversation)
    since = conversation.awaits_since
    assert since
    assert since >= first.at - timedelta(seconds=1)
    says(session, conversation, "hello?")
    assert conversation.awaits_since == since


def test_with_the_bot_nobody_waits_for_a_person(session: Session, conversation: Conversation) -> None:
    says(session, conversation)
    assert conversation.awaits_since is None


@pytest.mark.parametrize("way", [say.CARRY_ON, say.STOP_WAITING])
def test_who_leaves_the_queue_waits_no_more(session: Session, conversation: Conversation, way: str) -> None:
    waits(session, conversation)
    says(session, conversation)
    claim(session, "c1", PACE)
    assert conversation.awaits_since
    says(session, conversation, way)
    claim(session, "c1", PACE)
    assert (conversation.owner, conversation.awaits_since) == ("bot", None)

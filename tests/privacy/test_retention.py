"""What is too old is forgotten, a little at a time, on any number of gateways."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
import time_machine
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact, opt_out
from meantime.conversations.inbox import lock_conversation
from meantime.conversations.notes import add_note
from meantime.conversations.pace import Pace
from meantime.conversations.storage import Storage
from meantime.conversations.tables import Conversation, Message
from meantime.conversations.tokens import conversation_of
from meantime.db import Database, now
from meantime.desk import forgetting
from meantime.desk.own_promises import Wanted, promise
from meantime.desk.sessions import SignedIn
from meantime.desk.tables import SignIn, Staff, StaffSession
from meantime.ledger import Key, Turn
from meantime.privacy.forgetting import forget_conversation
from meantime.privacy.retention import duties, forget_old_conversations
from meantime.shop.policy import Retention
from meantime.shop.standing_wishes import standing
from meantime.shop.tables import AuditEntry, Guess, Proof, Proposal, StandingWish
from meantime.worker import Worker
from tests.conftest import Configure
from tests.privacy.conftest import MIAS, MIAS_NUMBER, SECRETS, World, said

RULES = Retention()
AFTER_TWO_YEARS = timedelta(days=731)
SAID = ("hydrangea", "marzipan", "saxophone", "porcupine", "zeppelin", "tangerine", "kaleidoscope", "umbrella")


def sweep(world: World, at: datetime, rules: Retention = RULES) -> list[str]:
    """Do every duty once over and return the names of those that found something."""
    found = []
    for duty in (*duties(rules, at), *forgetting.duties(rules, at)):
        with world.database.reading() as session:
            has_some = duty.has_some(session)
        if has_some:
            found.append(duty.name)
            with world.database.writing() as session:
                duty.sweep(session)
    return found


def count(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def has_number(world: World) -> bool:
    """Whether it is known where she texts from (the shop's own record of her apart)."""
    with world.database.reading() as session:
        return session.scalar(select(Contact.id).where(Contact.theirs == MIAS_NUMBER)) is not None


def test_what_was_said_is_forgotten_after_its_days(world: World) -> None:
    assert sweep(world, now() + timedelta(days=729)) == ["pictures"]
    assert "conversations" in sweep(world, now() + AFTER_TWO_YEARS)
    assert world.found(*SAID, "mias-address") == []
    assert not has_number(world)
    with world.database.reading() as session:
        assert conversation_of(session, world.token) is None
        assert count(session, Message) == 10


def test_the_shop_keeps_its_customers(world: World) -> None:
    sweep(world, now() + AFTER_TWO_YEARS)
    assert world.found(*SECRETS[:6]) == list(SECRETS[:6])


def test_a_conversation_in_which_something_was_said_since_is_kept_whole(world: World) -> None:
    with time_machine.travel(now() + timedelta(days=700)), world.database.writing() as session:
        said(session, world.web, "one more thing")
    sweep(world, now() + AFTER_TWO_YEARS)
    assert world.found("hydrangea", "saxophone") == ["hydrangea"]


def test_words_that_come_after_it_was_forgotten_are_forgotten_in_their_own_time(world: World) -> None:
    later = now() + AFTER_TWO_YEARS
    sweep(world, later)
    with time_machine.travel(later), world.database.writing() as session:
        said(session, world.web, "an accordion")
    sweep(world, later + timedelta(days=1))
    assert world.found("accordion") == ["accordion"]
    sweep(world, later + AFTER_TWO_YEARS)
    assert world.found("accordion") == []


def test_what_staff_write_where_all_was_erased_is_forgotten_too(world: World) -> None:
    with world.database.writing() as session:
        forget_conversation(session, world.web)
        add_note(session, world.web, "Ana", "They called about an accordion.")
        ana = SignedIn(1, "Ana", "agent", False, "session")
        promise(session, ana, world.web, Wanted("call", "the harmonica", now() + timedelta(days=1), "key"))
    sweep(world, now() + timedelta(days=1))
    assert world.found("accordion", "harmonica") == ["accordion", "harmonica"]
    sweep(world, now() + AFTER_TWO_YEARS)
    assert world.found("accordion", "harmonica") == []


def test_a_number_that_has_opted_out_is_remembered(world: World) -> None:
    with world.database.writing() as session:
        (contact,) = session.scalars(select(Contact).where(Contact.theirs == MIAS_NUMBER))
        opt_out(session, contact, "texted STOP")
    sweep(world, now() + AFTER_TWO_YEARS)
    assert world.found("saxophone") == []
    assert has_number(world)


def test_a_number_is_kept_while_another_conversation_goes_on_with_it(world: World) -> None:
    with time_machine.travel(now() + timedelta(days=700)), world.database.writing() as session:
        contact_id = session.get_one(Conversation, world.texted).contact_id
        session.add(Conversation(id="newer", channel="sms", contact_id=contact_id))
        session.flush()
        said(session, "newer", "hello again")
    sweep(world, now() + AFTER_TWO_YEARS)
    assert world.found("saxophone") == []
    assert has_number(world)


def test_pictures_go_earlier_than_words(world: World) -> None:
    assert sweep(world, now() + timedelta(days=179)) == []
    assert sweep(world, now() + timedelta(days=181)) == ["pictures"]
    assert world.found("porcupine", "saxophone") == ["saxophone"]
    assert sweep(world, now() + timedelta(days=181)) == []


def test_what_is_used_up_goes_after_the_same_time(world: World) -> None:
    with world.database.writing() as session:
        session.add(Guess(message_id="g", conversation_id=world.ottos, address_hash="from-here"))
    tables = (Proof, Guess, Proposal, Turn, Key)
    with world.database.reading() as session:
        assert all(count(session, table) for table in tables)
    assert {table.__tablename__ for table in tables} <= set(sweep(world, now() + AFTER_TWO_YEARS))
    with world.database.reading() as session:
        assert [count(session, table) for table in tables] == [0] * 5
        assert count(session, StandingWish) == 1


def test_who_wanted_no_messages_gets_none_ever_after(world: World) -> None:
    with world.database.writing() as session:
        session.add(
            StandingWish(kind="stop_all", conversation_id=world.web, channel="website", message_id="stop", told=[])
        )
    sweep(world, now() + AFTER_TWO_YEARS)
    with world.database.reading() as session:
        stop = standing(session, MIAS).stop
    assert stop is not None
    assert stop.kind == "stop_all"


def test_tries_to_sign_in_and_ended_sessions_go_after_their_days(world: World) -> None:
    at = now()
    with world.database.writing() as session:
        session.add(Staff(id=1, name="Ana", name_key="ana", role="agent", password_hash="x"))
        session.flush()
        session.add_all(
            [
                SignIn(name_key="ana", address_hash="old", at=at - timedelta(days=91), has_failed=True),
                SignIn(name_key="ana", address_hash="young", at=at - timedelta(days=89), has_failed=True),
                StaffSession(token_hash="ended", staff_id=1, expires_at=at - timedelta(days=91)),
                StaffSession(
                    token_hash="revoked", staff_id=1, expires_at=at + timedelta(days=1),
                    revoked_at=at - timedelta(days=91),
                ),
                StaffSession(token_hash="open", staff_id=1, expires_at=at + timedelta(days=1)),
            ]
        )  # fmt: skip
    assert sweep(world, at) == ["sign_ins", "staff_sessions"]
    with world.database.reading() as session:
        assert session.scalars(select(SignIn.address_hash)).all() == ["young"]
        assert session.scalars(select(StaffSession.token_hash)).all() == ["open"]
        assert count(session, Staff) == 1


def test_what_has_no_days_is_kept_for_good(world: World) -> None:
    rules = Retention(conversations_days=None, sign_ins_days=None, pictures_days=None)
    before = world.dump()
    assert sweep(world, now() + timedelta(days=9999), rules) == []
    assert world.dump() == before


def test_the_audit_is_kept(world: World) -> None:
    with world.database.reading() as session:
        before = count(session, AuditEntry)
    sweep(world, now() + timedelta(days=9999))
    with world.database.reading() as session:
        assert count(session, AuditEntry) == before


def test_a_little_is_done_at_a_time(world: World) -> None:
    before = now() + timedelta(days=1)
    with world.database.writing() as session:
        assert forget_old_conversations(session, before, most=2)
        assert _erased(session) == 2
    with world.database.writing() as session:
        assert not forget_old_conversations(session, before, most=2)
        assert _erased(session) == 3


def test_a_customer_who_comes_back_while_it_is_looked_at_is_not_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found to be old is looked at again under its lock."""
    with world.database.writing() as session:
        lock_conversation(session, world.web).last_message_at = now() + timedelta(days=2)
        monkeypatch.setattr("meantime.privacy.retention._is_old", lambda _: Conversation.erased_at.is_(None))
        forget_old_conversations(session, now() + timedelta(days=1))
        monkeypatch.undo()
        assert session.get_one(Conversation, world.web).erased_at is None
        assert session.get_one(Conversation, world.ottos).erased_at is not None


def _erased(session: Session) -> int:
    session.flush()
    return session.scalar(select(func.count()).where(Conversation.erased_at.is_not(None))) or 0


def worker(database: Database, pace: Pace) -> Worker:
    nothing = cast(Any, None)
    return Worker(Storage(database, pace), nothing, nothing, nothing, pace)


def test_the_worker_forgets_and_then_looks_again_only_after_a_while(world: World, database: Database) -> None:
    statements: list[str] = []

    async def run(background: Worker) -> int:
        statements.clear()
        await background.forget_what_is_old()
        return len(statements)

    async def twice(pace: Pace) -> tuple[bool, bool]:
        background = worker(database, pace)
        with time_machine.travel(now() + AFTER_TWO_YEARS, tick=False):
            return await run(background) > 0, await run(background) > 0

    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert asyncio.run(twice(Pace())) == (True, False)
    assert world.found(*SAID) == []
    assert asyncio.run(twice(Pace(forget_every=0))) == (True, True)


def test_two_gateways_forget_at_once_without_harm(world: World, database: Database) -> None:
    async def run() -> None:
        with time_machine.travel(now() + AFTER_TWO_YEARS, tick=False):
            async with asyncio.TaskGroup() as both:
                for _ in range(2):
                    both.create_task(worker(database, Pace(retry_pause=0.01)).forget_what_is_old())

    asyncio.run(run())
    assert world.found(*SAID) == []


def test_the_policy_says_for_how_long(world: World, database: Database, configure: Configure, tmp_path: Any) -> None:
    (tmp_path / "policy.yml").write_text("retention: {conversations_days: 40}")
    configure(policy_file=str(tmp_path / "policy.yml"))

    async def run() -> None:
        with time_machine.travel(now() + timedelta(days=41), tick=False):
            await worker(database, Pace()).forget_what_is_old()

    asyncio.run(run())
    assert world.found(*SAID) == []

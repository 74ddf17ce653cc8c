"""What the background of a gateway does by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest
import time_machine
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from meantime.conversations.outbox import Delivery
from meantime.conversations.pace import Pace
from meantime.conversations.snoozing import snooze
from meantime.conversations.storage import Storage
from meantime.conversations.tables import Conversation
from meantime.conversations.wake import CHANNEL, Hub
from meantime.db import Database, now
from meantime.shop.lines import LineState
from meantime.shop.policy import Policy
from meantime.shop.swaps import propose_swap
from meantime.shop.tables import Order, Reservation
from meantime.worker import Worker
from tests.shop.conftest import Shop, turn


@pytest.fixture
def waiting(database: Database) -> str:
    """An order that waits for the lamp that is kept back for another one."""
    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp", family="lamps")
        shop.product("brass", family="lamps", on_hand=1)
        order = shop.order(("lamp", 1))
        propose_swap(session, turn(session, "m", customer_id="c1"), order.number, 1, "brass", Policy())
        return shop.order(("brass", 1), customer="c2").number


def release_reservations(database: Database) -> None:
    pace = Pace()
    nothing = cast(Any, None)
    worker = Worker(Storage(database, pace), nothing, nothing, nothing, pace)
    asyncio.run(worker.release_reservations())


def states(database: Database, number: str) -> list[LineState]:
    with database.reading() as session:
        return Shop(session).states(session.get_one(Order, number))


def test_what_was_kept_back_for_too_long_goes_to_who_waits(database: Database, waiting: str) -> None:
    release_reservations(database)
    assert states(database, waiting) == [LineState.BACKORDERED]
    with time_machine.travel(now() + timedelta(minutes=16)):
        release_reservations(database)
    assert states(database, waiting) == [LineState.READY]
    with database.reading() as session:
        assert session.scalars(select(Reservation)).all() == []


def test_while_nothing_has_expired_nothing_is_written(database: Database, waiting: str) -> None:
    written: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: written.append(args[2]))
    release_reservations(database)
    assert [statement.split()[0] for statement in written if statement != "BEGIN"] == ["SELECT"]


def test_the_worker_does_it_again_and_again(database: Database) -> None:
    pace = Pace(poll_seconds=0)

    class Released(Worker):
        rounds = 0

        async def release_reservations(self) -> None:
            self.rounds += 1
            if self.rounds == 2:
                enough.set()

        async def pick_up_abandoned(self) -> None: ...
        async def tell_who_waits(self) -> None: ...
        async def wake_missed(self) -> None: ...
        async def send_what_is_due(self) -> None: ...
        async def count_who_waits(self) -> None: ...
        async def _pass_on_typing(self) -> None: ...
        async def _listen(self, url: object) -> None: ...

    enough = asyncio.Event()

    async def run() -> None:
        nothing = cast(Any, None)
        worker = Released(Storage(database, pace), nothing, nothing, nothing, pace)
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(10):
            await enough.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def test_one_lost_answer_that_cannot_be_followed_up_keeps_no_other_from_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def follow_up(_session: object, delivery_id: int, email_of: object) -> None:
        tried.append(delivery_id)
        if len(tried) == 1:
            raise ValueError

    monkeypatch.setattr("meantime.worker.follow_up", follow_up)
    monkeypatch.setattr("meantime.worker.lost", lambda _session, most: [Delivery(id=1), Delivery(id=2)])
    pace, nothing = Pace(), cast(Any, None)
    asyncio.run(Worker(Storage(database, pace), nothing, nothing, nothing, pace).follow_up_lost())
    assert tried == [1, 2]


def test_what_was_put_away_comes_back_by_itself(database: Database) -> None:
    with database.writing() as session:
        session.add(Conversation(id="c1", channel="website", owner="queue", queued_at=now()))
        session.flush()
        snooze(session, "c1", "Ana", now() + timedelta(hours=1))
    pace = Pace()
    nothing = cast(Any, None)
    worker = Worker(Storage(database, pace), nothing, nothing, nothing, pace)
    for minutes, is_away in ((0, True), (61, False)):
        with time_machine.travel(now() + timedelta(minutes=minutes)):
            asyncio.run(worker.wake_snoozed())
        with database.reading() as session:
            assert (session.get_one(Conversation, "c1").snoozed_until is not None) is is_away


@pytest.mark.postgresql_only
def test_news_that_cannot_be_read_does_not_end_the_worker(database: Database) -> None:
    class Listening(Worker):
        async def _again_and_again(self, duty: object) -> None: ...

    class Heard(Hub):
        def wake_all(self) -> None:
            listens.set()

        def tell_watchers(self, conversation_id: str) -> None:
            if conversation_id == "c1":
                heard.set()

    listens, heard = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        pace = Pace(poll_seconds=0.01)
        storage = Storage(database, pace)
        nothing = cast(Any, None)
        running = asyncio.create_task(Listening(storage, nothing, Heard(database, pace), nothing, pace).run())
        async with asyncio.timeout(10):
            for news in ("nothing we would say", "c1 1"):
                await listens.wait()
                listens.clear()
                notify = select(func.pg_notify(CHANNEL, news))
                await storage.write(partial(Session.execute, statement=notify))
            await heard.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())

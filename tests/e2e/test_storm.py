"""kill -9 of every process at random moments: each message still has one answer, and the shop changed once."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import WebSocketException

from meantime.db import Database
from meantime.shop.tables import Change
from tests.e2e.chat import Chat, Turn
from tests.e2e.invariants import check_conversations, check_shop
from tests.e2e.world import ACTIONS, GATEWAY, RASA_SERVER, World

pytestmark = pytest.mark.slow

SEED = 7
KILLS = (GATEWAY, ACTIONS, GATEWAY, RASA_SERVER, ACTIONS, GATEWAY, RASA_SERVER, GATEWAY, ACTIONS)
TURNS = 60
OWNERS = (
    ("M104171", "98103"),
    ("M104190", "60614"),
    ("M104204", "78704"),
    ("M104222", "80211"),
    ("M104240", "02139"),
    ("M104285", "97214"),
)
SCRIPT = 10  # turns of one conversation


class Stubborn:
    """A customer whose widget reconnects and sends again, under the same id, what has not been answered."""

    def __init__(self, world: World, counted: Callable[[], None]) -> None:
        self.world, self.counted = world, counted
        self.chat = Chat(world.url)
        self._until_it_works(self.chat.__enter__)

    def say(self, text: str) -> Turn:
        client_id = str(uuid.uuid4())
        return self._turn(lambda: self.chat.say(text, client_id))

    def choose(self, title: str) -> Turn:
        client_id = str(uuid.uuid4())
        return self._turn(lambda: self.chat.choose(title, client_id))

    def _turn(self, act: Callable[[], Turn]) -> Turn:
        turn = self._until_it_works(act)
        self.counted()
        return turn

    def _until_it_works[T](self, act: Callable[[], T]) -> T:
        while True:
            try:
                return act()
            except (OSError, EOFError, WebSocketException, httpx.HTTPError):
                self._reconnect()

    def _reconnect(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(0.2)
            try:
                self.chat.close()
                if self.chat.token:
                    self.chat.connect()
                return
            except (OSError, EOFError, WebSocketException, httpx.HTTPError):
                continue


def test_killing_processes_loses_nothing_and_doubles_nothing(own_world: World) -> None:
    rng = random.Random(SEED)
    moments = sorted(rng.sample(range(3, TURNS - 3), len(KILLS)))
    done = threading.Semaphore(0)
    failures: list[BaseException] = []

    def customer(number: str, postcode: str) -> None:
        try:
            stubborn = Stubborn(own_world, done.release)
            stubborn.say("hello")
            stubborn.say(f"where is order {number}")
            stubborn.say(postcode)
            stubborn.say("are you a bot?")
            stubborn.say(f"please cancel {number}")
            stubborn.say("no")
            stubborn.say(f"I want to cancel order {number} after all")
            stubborn.say("yes")
            stubborn.say(f"where is order {number}")
            stubborn.say("thank you")
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            for _ in range(SCRIPT):
                done.release()

    customers = [threading.Thread(target=customer, args=owner) for owner in OWNERS]
    for thread in customers:
        thread.start()
    seen = 0
    for moment, name in zip(moments, KILLS, strict=True):
        while seen < moment:
            done.acquire()
            seen += 1
        threading.Event().wait(rng.uniform(0, 0.05))  # somewhere in the middle of a turn
        own_world.kill(name)
        own_world.start(name)
    for thread in customers:
        thread.join(timeout=300)
    assert not failures
    assert not any(thread.is_alive() for thread in customers), own_world.log()[-5000:]
    database = Database(own_world.database_url)
    with database.reading() as session:
        check_conversations(session)
        check_shop(session)
        cancelled = [change.order_number for change in session.scalars(select(Change))]
        assert sorted(cancelled) == sorted(number for number, _ in OWNERS)
    database.dispose()

"""Turns over the WebSocket against real processes: how long they take, and where the time goes.

A status turn looks an order up; a swap turn finds what could be sent instead, lists one item for a yes and keeps it
back.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.figures import Percentiles, Sums, histogram_sums, spent
from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.ledger import TurnToken, begin_turn
from meantime.migrate import upgrade
from meantime.shop.calendar import today
from tests.e2e.chat import Chat
from tests.e2e.world import World

ORDER, POSTCODE = "M104204", "78704"
STATUS = (f"where is my order {ORDER}?", f"Order {ORDER}:")
SWAP = (f"please swap the desk lamps in {ORDER} for the cheapest ones", "Shall I swap?")
"""What is said, and what stands in its answer."""
WARM_UP = 20
TURNS_A_CONVERSATION = 15


@dataclass(frozen=True)
class Measured:
    """One model behind the same gateway, actions and database."""

    alone: Percentiles
    ten: Percentiles
    parts_ms: dict[str, float]
    swap: Percentiles
    swap_parts_ms: dict[str, float]
    turns_a_second: float
    memory_mb: dict[str, int]


def measure(model: Path, folder: Path, turns: int) -> Measured:
    """Start everything with ``model`` and measure ``turns`` status turns alone, and as many by ten customers."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'meantime.db'}"
    upgrade(url)
    database = Database(url)
    import_demo(database, today())
    world = World(url, model, folder)
    world.start()
    try:
        world.wait_until_ready()
        with Chat(world.url) as chat:
            timed(chat, WARM_UP)
            before = looks(world)
            alone = timed(chat, turns)
            parts = where_it_went(before, looks(world))
            timed(chat, WARM_UP, SWAP)
            before = looks(world)
            swap = timed(chat, turns, SWAP)
            swap_parts = where_it_went(before, looks(world))
        return Measured(
            alone=Percentiles.of(alone),
            ten=Percentiles.of(by_ten(world, turns)),
            parts_ms=parts,
            swap=Percentiles.of(swap),
            swap_parts_ms=swap_parts,
            turns_a_second=round(throughput(world, database, turns), 1),
            memory_mb={name: memory_mb(process.pid) for name, process in world.processes.items()},
        )
    finally:
        world.stop()
        database.dispose()


def identify(chat: Chat) -> None:
    answer = chat.say(f"status of order {ORDER}, postcode {POSTCODE}").text
    assert f"Order {ORDER}:" in answer, answer


def timed(chat: Chat, turns: int, turn: tuple[str, str] = STATUS) -> list[float]:
    """Return the seconds from sending a question to its answer, for each of ``turns``."""
    question, answer = turn
    seconds: list[float] = []
    while len(seconds) < turns:
        if len(seconds) % TURNS_A_CONVERSATION == 0:
            reopen(chat)
        client_id = str(uuid.uuid4())
        start = time.perf_counter()
        chat.send({"type": "say", "id": client_id, "text": question})
        while (frame := chat.receive())["type"] != "message" or frame["author"] == "customer":
            assert frame["type"] != "error", frame
        seconds.append(time.perf_counter() - start)
        assert answer in frame["text"], frame["text"]
        chat.until_done(client_id)
    return seconds


def reopen(chat: Chat) -> None:
    """Go on as another customer: the gateway slows down one who says more than people do."""
    chat.close()
    chat.token, chat.frames = "", []
    chat.__enter__()
    identify(chat)


def by_ten(world: World, turns: int) -> list[float]:
    seconds: list[float] = []
    start = threading.Barrier(10)

    def customer() -> None:
        with Chat(world.url) as chat:
            start.wait()
            seconds.extend(timed(chat, turns // 10))

    threads = [threading.Thread(target=customer) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seconds) == turns // 10 * 10
    return seconds


def looks(world: World) -> tuple[Sums, ...]:
    return (
        histogram_sums(f"{world.url}/metrics"),
        histogram_sums(f"http://127.0.0.1:{world.actions_port}/metrics"),
    )


def where_it_went(before: tuple[Sums, ...], after: tuple[Sums, ...]) -> dict[str, float]:
    """Return the mean milliseconds of a turn in gateway, Rasa, actions and database; each without the others."""
    total = ("meantime_turn_stage_seconds", "total")
    answered = after[0][total][1] - before[0][total][1]
    stages = spent(before[0], after[0], "meantime_turn_stage_seconds")
    own_database = spent(before[0], after[0], "meantime_transaction_seconds")["write"]
    action = sum(spent(before[1], after[1], "meantime_action_seconds").values())
    action_database = sum(spent(before[1], after[1], "meantime_transaction_seconds").values())
    parts = {
        "gateway": stages["gateway"] - own_database,
        "database of the gateway": own_database,
        "Rasa": stages["rasa"] - action,
        "actions": action - action_database,
        "database of the actions": action_database,
    }
    return {name: round(seconds / answered * 1000, 2) for name, seconds in parts.items()}


def throughput(world: World, database: Database, turns: int) -> float:
    """Return how many status turns a second one Rasa answers when several are always waiting."""
    conversation = uuid.uuid4().hex
    secret = os.environ["SECRET_KEY"]
    state = None
    headers = {"Authorization": f"Bearer {os.environ['RASA_SHARED_SECRET']}"}
    client = httpx.Client(headers=headers, timeout=60)

    def ask(text: str) -> dict:  # type: ignore[type-arg]
        message = uuid.uuid4().hex
        token = TurnToken(conversation, message, "website", "bench").sign(secret)
        body = {"message_id": message, "text": text, "payload": None, "state": state, "metadata": {"token": token}}
        answer = client.post(f"http://127.0.0.1:{world.rasa_port}/webhooks/gateway/turn", json=body)
        answer.raise_for_status()
        return dict(answer.json())

    with database.writing() as session:
        begin_turn(session, "bench", conversation)
    state = ask(f"status of order {ORDER}, postcode {POSTCODE}")["state"]
    with ThreadPoolExecutor(4) as pool:
        start = time.perf_counter()
        answers = list(pool.map(lambda _: ask(STATUS[0]), range(turns)))
        seconds = time.perf_counter() - start
    assert all(f"Order {ORDER}:" in answer["replies"][0]["text"] for answer in answers)
    return turns / seconds


def memory_mb(pid: int) -> int:
    process = psutil.Process(pid)
    everything = [process, *process.children(recursive=True)]
    return int(sum(p.memory_info().rss for p in everything) / 1e6)

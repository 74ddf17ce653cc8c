"""The desk on a full day: 1,000 open conversations, 50 pages open at once, and a customer who writes.

A message counts from the moment a customer sends it until it has been read from the stream of each page. Beside
it, at the same gateway in the same moments: `GET /healthz`, which does nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import insert, update
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.availability import wait_until_up
from benchmarks.figures import Percentiles
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, QUEUE, Conversation, Message, new_id
from meantime.db import Database, now
from meantime.desk.accounts import add_staff
from meantime.feeds.commands import import_demo
from meantime.migrate import upgrade
from meantime.shop.calendar import today
from meantime.shop.tables import Customer, Order, Proof
from tests.e2e.world import GATEWAY, World

CONVERSATIONS, MESSAGES = 1_000, 20
DESKS = 50
LOADS = 200
CUSTOMERS, WRITTEN = 20, 40
EVERY_SECONDS = 0.5
PASSWORD = "a sentence for measuring"
WORDS = "Where is the kettle I ordered, and when will it be with me?"
VIEWS = ("waiting", "mine", "others", "bot")
ARRIVES_WITHIN_SECONDS = 30
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


@dataclass(frozen=True)
class DeskMeasured:
    """``searching``: by a word that every tenth conversation holds, and by a name. ``healthz_before`` was measured
    between the pages, ``healthz`` while messages came and 50 pages were open."""

    page: Percentiles
    searching: Percentiles
    healthz_before: Percentiles
    shown: Percentiles
    healthz: Percentiles
    page_bytes: int
    missed: int


def measure_desk(folder: Path, url: str = "") -> DeskMeasured:
    """Start a gateway alone, without Rasa, and work at it."""
    folder.mkdir()
    url = url or f"sqlite:///{folder / 'meantime.db'}"
    upgrade(url)
    database = Database(url)
    import_demo(database, today())
    fill(database)
    world = World(url, folder / "no-model", folder)
    world.start(GATEWAY)
    try:
        wait_until_up(world)
        return asyncio.run(_work(world, database))
    finally:
        world.stop()
        database.dispose()


def fill(database: Database) -> None:
    """Add the staff, and 1,000 open conversations: three of ten wait, three are agents', four are the assistant's."""
    with database.writing() as session:
        for n in range(DESKS):
            add_staff(session, f"Agent {n}", "agent", by="benchmark", password=PASSWORD)
    at = now()
    owners = (QUEUE, QUEUE, QUEUE, AGENT, AGENT, AGENT, BOT, BOT, BOT, BOT)
    kinds = ("asked", "upset", "wish", "legal", "failed")
    conversations, messages, customers, orders, proofs = [], [], [], [], []
    for n in range(CONVERSATIONS):
        owner, since = owners[n % 10], at - timedelta(seconds=7 * n)
        id = f"bench-{n:05}"
        conversations.append(
            {
                "id": id,
                "channel": "website",
                "owner": owner,
                "agent_name": f"Agent {n % DESKS}" if owner == AGENT else "",
                "queued_at": since if owner == QUEUE else None,
                "awaits_since": None if owner == BOT else since,
                "handed_off_kind": "" if owner == BOT else kinds[n % 5],
                "last_seq": MESSAGES,
                "last_message_at": since,
                "summary": "",
                "state": {"slots": {"order": f"BN{n:05}"}, "said": [WORDS] * 10},
            }
        )
        messages += [
            {
                "id": f"{id}-{seq}",
                "conversation_id": id,
                "seq": seq,
                "author": CUSTOMER if seq % 2 else BOT,
                "text": f"{WORDS} ({'teapot' if n % 10 == 0 else 'lamp'} {n}, {seq})",
                "at": since,
                "handled_at": since,
                "cards": [],
                "media": [],
            }
            for seq in range(1, MESSAGES + 1)
        ]
        customers.append({"id": f"BC{n:05}", "name": f"Customer Number{n}", "email_key": f"c{n}@example.com"})
        orders.append({"number": f"BN{n:05}", "customer_id": f"BC{n:05}", "placed_at": since, "currency": "USD"})
        proofs.append(
            {
                "conversation_id": id,
                "order_number": f"BN{n:05}",
                "how": "postcode",
                "given_at": since,
                "expires_at": at,
            }
        )
    with database.writing() as session:
        tables = ((Conversation, conversations), (Message, messages), (Customer, customers), (Order, orders))
        for table, rows in (*tables, (Proof, proofs)):
            session.execute(insert(table), rows)


async def _work(world: World, database: Database) -> DeskMeasured:
    async with AsyncExitStack() as open_ones:
        desks = [await open_ones.enter_async_context(_browser(world.url)) for _ in range(DESKS)]
        for n, desk in enumerate(desks):
            await _sign_in(desk, f"Agent {n}")
        page, idle, size = await _load(desks)
        searching = [await _timed(desks[n % DESKS], f"/desk/queue?q={q}") for n, q in enumerate(_searches())]
        shown, healthz, missed = await _write(world, database, desks, open_ones)
    return DeskMeasured(
        page=Percentiles.of(page),
        searching=Percentiles.of(searching),
        healthz_before=Percentiles.of(idle),
        shown=Percentiles.of(shown),
        healthz=Percentiles.of(healthz),
        page_bytes=size,
        missed=missed,
    )


def _browser(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=ARRIVES_WITHIN_SECONDS)


async def _sign_in(desk: httpx.AsyncClient, name: str) -> None:
    token = _TOKEN.search((await desk.get("/desk/sign-in")).text)
    assert token
    form = {"form_token": token[1], "name": name, "password": PASSWORD}
    assert (await desk.post("/desk/sign-in", data=form)).status_code == 303


async def _timed(desk: httpx.AsyncClient, path: str) -> float:
    clock = asyncio.get_running_loop().time
    start = clock()
    (await desk.get(path)).raise_for_status()
    return clock() - start


async def _load(desks: list[httpx.AsyncClient]) -> tuple[list[float], list[float], int]:
    """Return the seconds of page after page, of /healthz in between, and how large a page is."""
    pages, idle = [], []
    for n in range(LOADS):
        desk = desks[n % DESKS]
        pages.append(await _timed(desk, f"/desk/queue?view={VIEWS[n % len(VIEWS)]}"))
        idle.append(await _timed(desk, "/healthz"))
    return pages, idle, len((await desks[0].get("/desk/queue")).content)


def _searches() -> list[str]:
    return [f"Number{n}" if n % 2 else f"teapot+{n}" for n in range(60)]


async def _write(
    world: World, database: Database, desks: list[httpx.AsyncClient], open_ones: AsyncExitStack
) -> tuple[list[float], list[float], int]:
    """Return the seconds until a customer's words are on each desk, those of /healthz meanwhile, and how many words
    did not come to a desk."""
    clock = asyncio.get_running_loop().time
    written_at: dict[str, float] = {}
    seen: list[dict[str, float]] = [{} for _ in desks]
    are_open = [asyncio.Event() for _ in desks]

    async def look(n: int) -> None:
        async for html in _lists(desks[n]):
            are_open[n].set()
            for mark in written_at.keys() - seen[n].keys():
                if mark in html:
                    seen[n][mark] = clock()

    reading = [asyncio.create_task(look(n)) for n in range(len(desks))]
    await asyncio.gather(*(one.wait() for one in are_open))
    healthz = []
    async with _browser(world.url) as idle:
        customers = [await open_ones.enter_async_context(connect(_socket(world.url))) for _ in range(CUSTOMERS)]
        for customer in customers:
            await _wait_first_in_line(idle, customer, database)
        for n in range(WRITTEN):
            mark = f"mark{n:03}-{new_id()[:8]}"
            written_at[mark] = clock()
            said = {"type": "say", "id": str(uuid.uuid4()), "text": f"A word from a customer {mark}"}
            await customers[n % CUSTOMERS].send(json.dumps(said))
            healthz.append(await _timed(idle, "/healthz"))
            await asyncio.sleep(EVERY_SECONDS)
        await asyncio.sleep(2)
    for task in reading:
        task.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    took = [each[mark] - start for mark, start in written_at.items() for each in seen if mark in each]
    return took, healthz, WRITTEN * len(desks) - len(took)


async def _lists(desk: httpx.AsyncClient) -> AsyncIterator[str]:
    """Yield the list of who waits whenever it is sent."""
    async with desk.stream("GET", "/desk/queue/live?view=waiting", headers={"accept": "text/event-stream"}) as answer:
        answer.raise_for_status()
        data: list[str] = []
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                data.append(line)
            elif not line and data:
                yield "\n".join(data)
                data = []


def _socket(url: str) -> str:
    return f"{url.replace('http', 'ws')}/chat/socket"


async def _wait_first_in_line(web: httpx.AsyncClient, customer: ClientConnection, database: Database) -> None:
    """Open a conversation of a customer who has waited for longer than all others, so that each desk shows it."""
    opened = (await web.post("/chat/conversations", json={})).raise_for_status().json()
    since = now() - timedelta(days=1)
    waits = {"owner": QUEUE, "queued_at": since, "awaits_since": since, "queue_acknowledged": True}

    def write() -> None:
        with database.writing() as session:
            session.execute(update(Conversation).where(Conversation.id == opened["conversation_id"]).values(**waits))

    await asyncio.to_thread(write)
    await customer.send(json.dumps({"type": "hello", "token": opened["token"], "after": 0}))
    while json.loads(await customer.recv())["type"] != "ready":
        pass


def show_desk(measured: DeskMeasured) -> None:
    print(f"\nThe desk, {CONVERSATIONS:,} open conversations of {MESSAGES} messages")
    print(f"  the queue's page               {measured.page}")
    print(f"  searching                      {measured.searching}")
    print(f"  /healthz in between            {measured.healthz_before}")
    print(f"  a page's size                  {measured.page_bytes} bytes")
    print(f"  written -> on {DESKS} desks        {measured.shown}")
    print(f"  /healthz meanwhile             {measured.healthz}")
    print(f"  words that came to no desk     {measured.missed}")
    print(f"  ratio page to /healthz, p50    {measured.page.p50 / measured.healthz_before.p50:.1f}")


def main() -> None:
    """Measure the desk alone; with the address of an empty database, on that."""
    os.environ.setdefault("SECRET_KEY", "bench-" + "k" * 40)
    os.environ.setdefault("RASA_SHARED_SECRET", "bench-" + "r" * 40)
    with tempfile.TemporaryDirectory() as folder:
        show_desk(measure_desk(Path(folder) / "desk", sys.argv[1] if len(sys.argv) > 1 else ""))


if __name__ == "__main__":
    main()

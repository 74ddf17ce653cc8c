"""What a product page waits for: `GET /availability/{sku}` of a real gateway at a steady pace, by whoever comes.

Requests are sent when they are due, whether the last one was answered or not, and their time counts from then: a
gateway that falls behind cannot hide it.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
from sqlalchemy import select

from benchmarks.figures import Percentiles
from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.migrate import upgrade
from meantime.shop.calendar import today
from meantime.shop.tables import Product, StockLevel
from tests.e2e.world import GATEWAY, World

A_SECOND = 50
SECONDS = 20
WARM_UP_SECONDS = 2


@dataclass(frozen=True)
class AvailabilityMeasured:
    """``mixed``: the demo shop's products in turn, most of them asked for a moment ago. ``looked_up``: a catalogue
    so large that none is asked for twice, so that each answer comes from the database."""

    mixed: Percentiles
    looked_up: Percentiles
    failed: int


def measure_availability(folder: Path) -> AvailabilityMeasured:
    """Start a gateway alone, without Rasa, and ask it."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'meantime.db'}"
    upgrade(url)
    database = Database(url)
    import_demo(database, today())
    with database.reading() as session:
        demo = list(session.scalars(select(Product.sku).order_by(Product.sku)))
    many = add_products(database, A_SECOND * (SECONDS + WARM_UP_SECONDS))
    database.dispose()
    world = World(url, folder / "no-model", folder)
    world.start(GATEWAY)
    try:
        wait_until_up(world)
        mixed, failed = asyncio.run(ask(world.url, demo))
        looked_up, failed_too = asyncio.run(ask(world.url, many))
    finally:
        world.stop()
    return AvailabilityMeasured(Percentiles.of(mixed), Percentiles.of(looked_up), failed + failed_too)


def add_products(database: Database, number: int) -> list[str]:
    skus = [f"BENCH-{n:05}" for n in range(number)]
    with database.writing() as session:
        session.add_all(Product(sku=sku, name=f"Item {sku}", price_minor=1000, currency="USD") for sku in skus)
        session.flush()
        session.add_all(StockLevel(sku=sku, warehouse="EAST", on_hand=1) for sku in skus)
    return skus


def wait_until_up(world: World) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{world.url}/healthz", timeout=2).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError(world.log())


async def ask(url: str, skus: list[str]) -> tuple[list[float], int]:
    """Return the seconds of each request after the warm-up, and how many were not answered with 200."""
    clock = asyncio.get_running_loop().time
    seconds: list[float] = []
    failed = 0

    async def one(client: httpx.AsyncClient, number: int, due: float) -> None:
        nonlocal failed
        answer = await client.get(f"{url}/availability/{skus[number % len(skus)]}", params={"postcode": "78704"})
        if number >= A_SECOND * WARM_UP_SECONDS:
            seconds.append(clock() - due)
            failed += answer.status_code != 200

    async with httpx.AsyncClient(timeout=30) as client, asyncio.TaskGroup() as asking:
        start = clock()
        for number in count():
            due = start + number / A_SECOND
            if due >= start + SECONDS + WARM_UP_SECONDS:
                break
            await asyncio.sleep(max(0.0, due - clock()))
            asking.create_task(one(client, number, due))
    return seconds, failed


def show_availability(measured: AvailabilityMeasured) -> None:
    print(f"\nGET /availability at {A_SECOND} requests a second")
    print(f"  demo shop's products in turn   {measured.mixed}")
    print(f"  each from the database         {measured.looked_up}")
    print(f"  ratio, p50                     {measured.mixed.p50 / measured.looked_up.p50:.2f}")
    print(f"  not answered with 200          {measured.failed}")

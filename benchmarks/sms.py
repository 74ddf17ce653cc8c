"""Text messages against real processes and the stand-in for Twilio: how soon the webhook answers while 20 texts a
second come in, and how many segments a reply takes, over all the conversations of tests/scripts.
"""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.figures import Percentiles
from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.feeds.demo import DEMO_SHOP
from meantime.migrate import upgrade
from meantime.settings import ROOT
from meantime.shop.calendar import today
from meantime.wording.numbered import MOST_SEGMENTS
from tests.e2e.scripts import Play, scripts_of, texting_of
from tests.e2e.world import World, fresh_shop
from tests.twilio_stand_in import Phone, TwilioStandIn

TEXTS_A_SECOND = 20
SECONDS = 15
ANSWERED_WITHIN_SECONDS = 120


@dataclass(frozen=True)
class Texts:
    """``healthz`` is the same gateway asked for nothing, in the same moments: what of ``webhook`` is not ours."""

    webhook: Percentiles
    healthz: Percentiles
    answered: int
    texts: int
    segments_mean: float
    segments_max: int
    over_two: int


def measure(model: Path, folder: Path) -> Texts:
    """Start everything with ``model`` and measure."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'meantime.db'}"
    upgrade(url)
    database = Database(url)
    import_demo(database, today())
    twilio = TwilioStandIn().start()
    account = {name.upper(): value for name, value in twilio.settings().items()}
    world = World(url, model, folder, {**account, "POLICY_FILE": str(DEMO_SHOP / "policy.yml")})
    world.start()
    try:
        world.wait_until_ready()
        twilio.gateway_url = world.url
        webhook, healthz, answered = under_load(twilio, world.url)
        segments = over_all_scripts(twilio, world.url, database)
        return Texts(
            webhook=Percentiles.of(webhook),
            healthz=Percentiles.of(healthz),
            answered=answered,
            texts=len(segments),
            segments_mean=round(statistics.mean(segments), 2),
            segments_max=max(segments),
            over_two=sum(count > MOST_SEGMENTS for count in segments),
        )
    finally:
        world.stop()
        twilio.stop()
        database.dispose()


def under_load(twilio: TwilioStandIn, gateway: str) -> tuple[list[float], list[float], int]:
    """Return seconds of each webhook call and of each look at /healthz between them, and how many were answered.

    Texts come at their own pace, whether the one before was answered or not; each is another customer's.
    """
    webhook: list[float] = []
    healthz: list[float] = []
    kept = threading.Lock()
    client = httpx.Client(timeout=30)

    def one(phone: Phone) -> None:
        start = time.perf_counter()
        phone.texts("where is my order M104204?")
        taken = time.perf_counter() - start
        start = time.perf_counter()
        client.get(f"{gateway}/healthz")
        with kept:
            webhook.append(taken)
            healthz.append(time.perf_counter() - start)

    phones = [Phone(twilio) for _ in range(TEXTS_A_SECOND * SECONDS)]
    Phone(twilio).asks("hello")  # connections and code are warm, as they are in service
    begun = time.perf_counter()
    with ThreadPoolExecutor(TEXTS_A_SECOND) as pool:
        for place, phone in enumerate(phones):
            time.sleep(max(0.0, begun + place / TEXTS_A_SECOND - time.perf_counter()))
            pool.submit(one, phone)
    numbers = {phone.number for phone in phones}
    deadline = time.perf_counter() + ANSWERED_WITHIN_SECONDS
    while len(numbers & {message["to"] for message in twilio.messages}) < len(numbers):
        assert time.perf_counter() < deadline, "not every text was answered"
        time.sleep(0.1)
    return webhook, healthz, len(numbers)


def over_all_scripts(twilio: TwilioStandIn, gateway: str, database: Database) -> list[int]:
    """Return the segments of each text that the scripts' customers get."""
    segments: list[int] = []
    for _, script in scripts_of(ROOT / "tests" / "scripts"):
        fresh_shop(database)
        texting = texting_of(script, gateway, database, twilio)
        acting = Play(texting)
        for step in script.turns:
            # Whether the right thing is said is for the tests to say; here it is counted.
            with suppress(AssertionError):
                acting.step(step)
        segments += texting.segments
    return segments

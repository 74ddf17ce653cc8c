"""The background of a gateway: finds what a dead process left, tells those who wait, wakes readers it missed, sends
what is due, follows up what was lost, gives back what was kept for too long, tells of changes the shop refused, reminds
staff of what they have promised, and forgets what is too old."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import batched

import psycopg
import structlog
from sqlalchemy import URL

from meantime import staff_news
from meantime.channels.courier import Courier
from meantime.conversations import composing, metering
from meantime.conversations.engine import Engine
from meantime.conversations.following_up import follow_up
from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.late import left_late, tell_late
from meantime.conversations.outbox import lost
from meantime.conversations.pace import Pace
from meantime.conversations.places import shown_places
from meantime.conversations.snoozing import due_to_wake, wake_snoozed
from meantime.conversations.storage import Storage, StorageBusy
from meantime.conversations.turns import abandoned
from meantime.conversations.waiting import left_waiting, tell_to_wait
from meantime.conversations.wake import CHANNEL, Hub, revisions
from meantime.db import now
from meantime.desk import forgetting
from meantime.privacy import retention
from meantime.shop.own_promises import something_is_due
from meantime.shop.policy import current_policy
from meantime.shop.reaching import email_of
from meantime.shop.reservations import release_expired, some_expired
from meantime.shop.unsettled import refusals_to_tell

MOST = 200
"""Conversations, or reservations, looked at in one statement."""

MOST_COUNTED = 5_000
"""Waiting conversations asked about in one statement."""

log = structlog.get_logger()


class Worker:
    """Runs until cancelled. Each duty is repeated by itself, so that one that fails stops no other."""

    def __init__(self, storage: Storage, engine: Engine, hub: Hub, courier: Courier, pace: Pace) -> None:
        self._storage = storage
        self._engine = engine
        self._hub = hub
        self._courier = courier
        self._pace = pace
        self._forget_again_at = 0.0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as duties:
            for duty in (
                self.pick_up_abandoned,
                self.tell_who_waits,
                self.tell_who_waits_for_a_person,
                self.wake_missed,
                self.send_what_is_due,
                self.follow_up_lost,
                self.count_who_waits,
                self.release_reservations,
                self.tell_of_refusals,
                self.mind_promises,
                self.wake_snoozed,
                self.forget_what_is_old,
            ):
                duties.create_task(self._again_and_again(duty))
            if not self._storage.database.is_sqlite:
                duties.create_task(self._listen(self._storage.database.url))
                duties.create_task(self._pass_on_typing())

    async def pick_up_abandoned(self) -> None:
        for conversation_id in await self._storage.read(partial(abandoned, most=MOST)):
            self._engine.pick_up(conversation_id)

    async def tell_who_waits(self) -> None:
        waiting = await self._storage.read(partial(left_waiting, pace=self._pace, most=MOST))
        for conversation_id in waiting:
            try:
                await self._storage.write(partial(tell_to_wait, conversation_id=conversation_id))
            except UnknownConversation:
                continue
            metering.waiting_told.inc()

    async def tell_who_waits_for_a_person(self) -> None:
        """Who was not answered within the shop's own time is told once, and asked where else an answer may go."""
        for conversation_id in await self._storage.read(partial(left_late, most=MOST)):
            try:
                was_told = await self._storage.write(partial(tell_late, conversation_id=conversation_id))
            except UnknownConversation:
                continue
            metering.told_late.inc(was_told)

    async def wake_missed(self) -> None:
        for some in batched(self._hub.conversations, MOST, strict=False):
            self._hub.compare(await self._storage.read(partial(revisions, conversation_ids=list(some))))

    async def send_what_is_due(self) -> None:
        await self._courier.pick_up_due()

    async def follow_up_lost(self) -> None:
        """What a customer's phone did not take is sent to their mailbox, where the shop knows one."""
        for delivery in await self._storage.read(partial(lost, most=MOST)):
            try:
                await self._storage.write(partial(follow_up, delivery_id=delivery.id, email_of=email_of))
            except StorageBusy:
                raise
            except Exception as error:  # one that cannot be followed up must not keep the others from it
                log.exception("delivery.not_followed_up", error=type(error).__name__, delivery=delivery.id)

    async def count_who_waits(self) -> None:
        """One look at the queue for all that wait and are shown here, however many sockets show them."""
        for some in batched(self._hub.waiting, MOST_COUNTED, strict=False):
            self._hub.count_ahead(await self._storage.read(partial(shown_places, conversation_ids=some)))

    async def release_reservations(self) -> None:
        """What was kept back for a swap, and not agreed to in time, goes to the next in line."""
        if await self._storage.read(some_expired):
            await self._storage.write(partial(release_expired, most=MOST))

    async def tell_of_refusals(self) -> None:
        """A change the shop could not make is told where it was asked for, and a person takes it from there."""
        for event_id in await self._storage.read(partial(refusals_to_tell, most=MOST)):
            try:
                await self._storage.write(partial(staff_news.tell_of_refusal, event_id=event_id))
            except StorageBusy:
                raise
            except Exception as error:  # one that cannot be told must not keep the others from it
                log.exception("refusal.not_told", error=type(error).__name__, event_id=event_id)

    async def mind_promises(self) -> None:
        """Who has promised something is reminded of it; what was missed becomes a lead's."""
        if await self._storage.read(lambda session: something_is_due(session, now())):
            await self._storage.write(partial(staff_news.mind_promises, most=MOST))

    async def wake_snoozed(self) -> None:
        """What staff have put away until now comes back."""
        for conversation_id in await self._storage.read(partial(due_to_wake, most=MOST)):
            try:
                await self._storage.write(partial(wake_snoozed, conversation_id=conversation_id))
            except UnknownConversation:
                continue

    async def forget_what_is_old(self) -> None:
        """Once in a while, a little at a time. However many gateways do it at once, each thing is forgotten once."""
        clock = asyncio.get_running_loop().time
        if clock() < self._forget_again_at:
            return
        rules = current_policy().retention
        for duty in (*retention.duties(rules, now()), *forgetting.duties(rules, now())):
            if not await self._storage.read(duty.has_some):
                continue
            while await self._storage.write(duty.sweep):
                pass  # each is a transaction of its own, and others' come in between
            await self._storage.sweep()
            log.info("retention.swept", what=duty.name)
        self._forget_again_at = clock() + self._pace.forget_every

    async def _again_and_again(self, duty: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await duty()
            except StorageBusy:
                pass  # logged where it happened; the next round comes
            except Exception as error:
                log.exception("worker.duty_failed", duty=duty.__name__, error=type(error).__name__)
            await asyncio.sleep(self._pace.poll_seconds)

    async def _listen(self, url: URL) -> None:
        """Wake readers whose conversation changed at another gateway, and show who is writing there."""
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    await connection.execute(f"LISTEN {composing.CHANNEL}")
                    self._hub.wake_all()
                    async for news in connection.notifies():
                        self._hear(news)
            except (psycopg.Error, OSError) as error:
                log.warning("worker.listener_lost", error=type(error).__name__)
            except Exception as error:  # news that cannot be read must not end every duty
                log.exception("worker.news_not_heard", error=type(error).__name__)
            await asyncio.sleep(self._pace.poll_seconds)

    def _hear(self, news: psycopg.Notify) -> None:
        if news.channel == composing.CHANNEL:
            sender, who = composing.notified(news.payload)
            if sender != self._hub.id:
                self._hub.show_typing(who)
            return
        conversation_id, _, revision = news.payload.partition(" ")
        self._hub.compare({conversation_id: int(revision)})
        self._hub.tell_watchers(conversation_id)

    async def _pass_on_typing(self) -> None:
        """Tell the other gateways who is writing here, all that has gathered at once."""
        typed = self._hub.to_pass_on
        while True:
            news = [await typed.get()]
            while not typed.empty():
                news.append(typed.get_nowait())
            try:
                await self._storage.write(partial(composing.notify, sender=self._hub.id, news=news), within=0)
            except StorageBusy:
                continue  # the next stroke says it again
            except Exception as error:
                log.exception("worker.typing_not_passed_on", error=type(error).__name__)

"""Takes the customers' words, asks Rasa, keeps the answers. Any number of these may work on one database.

At most ``asks_at_once`` conversations are asked about at the same time; others wait unclaimed, so that another
gateway may take them. Nothing in memory is needed for correctness: what a dead process leaves behind is picked
up from the database when its lease has run out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from time import perf_counter
from typing import Any

import structlog
from sqlalchemy.orm import Session

from meantime.conversations import metering
from meantime.conversations.inbox import Chose, Said, lock_conversation, store
from meantime.conversations.pace import Pace
from meantime.conversations.rasa import Question, Rasa, RasaDown, RasaFailed
from meantime.conversations.storage import Storage, StorageBusy
from meantime.conversations.tables import BOT, Conversation
from meantime.conversations.turns import (
    Ask,
    Dropped,
    claim,
    claim_locked,
    keep_answer,
    keep_failure,
    release,
)
from meantime.conversations.wake import Hub

Take = Callable[[Session], tuple[Conversation, bool]]
"""Stores a customer's message; returns its conversation, locked, and whether the message is new."""

log = structlog.get_logger()


class Engine:
    """One per process. Start nothing before the event loop runs; call ``stop`` in the end."""

    def __init__(self, storage: Storage, rasa: Rasa, hub: Hub, secret: str, pace: Pace, texts_from: str = "") -> None:
        self._storage = storage
        self._rasa = rasa
        self._hub = hub
        self._secret = secret
        self._pace = pace
        self._texts_from = texts_from
        self._free = pace.asks_at_once
        self._backlog: dict[str, None] = {}
        self._asked: dict[str, Ask] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.get_running_loop()
        self._stopping = False

    async def accept(self, conversation_id: str, word: Said | Chose) -> bool:
        """Store what a customer said or chose and see to its answer. Return whether Rasa is asked from here now;
        if not, it may be dealt with already. Raises inbox.Refused and StorageBusy."""
        return await self.receive(partial(_store_word, conversation_id=conversation_id, word=word))

    async def receive(self, take: Take) -> bool:
        """The same for a message that ``take`` stores in its own way.
        Once begun it is carried through, also when the caller is cancelled."""
        return await asyncio.shield(self._spawn(self._receive(take)))

    def pick_up(self, conversation_id: str) -> None:
        """See to whatever waits in the conversation, as soon as a place is free."""
        if not self._stopping:
            self._backlog[conversation_id] = None
            self._work_off()

    async def stop(self) -> None:
        """Let running turns end for a moment, then give the rest back to whoever comes next."""
        self._stopping = True
        self._backlog.clear()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._pace.drain_seconds)
        left = list(self._asked.values())
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for ask in left:
            try:
                await self._storage.write(partial(release, ask=ask), within=0)
            except StorageBusy:
                log.warning("engine.lease_left", conversation=ask.conversation_id)

    async def _receive(self, take: Take) -> bool:
        started = perf_counter()
        has_place = self._take_place()
        try:
            conversation_id, is_new, ask = await self._storage.write(partial(self._store, take, has_place))
        except BaseException:
            self._leave_place(has_place)
            raise
        metering.stage_seconds.labels("store").observe(perf_counter() - started)
        if ask is not None:
            self._spawn(self._run(ask, started))
            return True
        self._leave_place(has_place)
        if is_new and not has_place:
            self.pick_up(conversation_id)
        return False

    def _store(self, take: Take, has_place: bool, session: Session) -> tuple[str, bool, Ask | None]:
        conversation, is_new = take(session)
        # Without the bot there is nobody to ask: the message is dealt with here and now.
        if not is_new or not (has_place or conversation.owner != BOT):
            return conversation.id, is_new, None
        return conversation.id, is_new, claim_locked(session, conversation, self._pace)

    def _work_off(self) -> None:
        while self._backlog and self._take_place():
            conversation_id = next(iter(self._backlog))
            del self._backlog[conversation_id]
            self._spawn(self._resume(conversation_id))

    async def _resume(self, conversation_id: str) -> None:
        started = perf_counter()
        ask = None
        try:
            ask = await self._storage.write(lambda session: claim(session, conversation_id, self._pace))
        except StorageBusy:
            log.warning("engine.not_claimed", conversation=conversation_id)  # the poll comes back to it
        finally:
            if ask is None:
                self._leave_place(True)
        if ask is not None:
            await self._run(ask, started)

    async def _run(self, ask: Ask, started: float) -> None:
        """Answer ``ask`` and whatever follows it in its conversation; the place is free again afterwards."""
        following: Ask | None = ask
        try:
            while following is not None:
                self._asked[following.conversation_id] = following
                following = await self._turn(following, started)
                started = perf_counter()
        except StorageBusy:
            log.error("engine.answer_not_kept", conversation=ask.conversation_id)  # asked again after the lease
        finally:
            self._asked.pop(ask.conversation_id, None)
            self._leave_place(True)

    async def _turn(self, ask: Ask, started: float) -> Ask | None:
        self._hub.bot_starts_typing(ask.conversation_id)
        asked_at = perf_counter()
        try:
            with metering.asks_running.track_inprogress():
                answer = await self._rasa.ask(self._question(ask))
            answered_at = perf_counter()
            following = await self._keep(
                lambda session: keep_answer(session, ask, answer, self._pace, self._texts_from)
            )
        except Dropped:
            metering.turns.labels("dropped").inc()
            return None
        except StorageBusy:
            raise
        except RasaDown as error:
            await self._fail(ask, error, counts=False)
            return None
        except Exception as error:  # a bug must not turn one message into an endless loop
            await self._fail(ask, error, counts=True)
            return None
        kept_at = perf_counter()
        metering.turns.labels("answered").inc()
        for stage, seconds in {
            "rasa": answered_at - asked_at,
            "keep": kept_at - answered_at,
            "gateway": (asked_at - started) + (kept_at - answered_at),
            "total": kept_at - started,
        }.items():
            metering.stage_seconds.labels(stage).observe(seconds)
        return following

    async def _fail(self, ask: Ask, error: Exception, *, counts: bool) -> None:
        reason = str(error) if isinstance(error, RasaDown | RasaFailed) else type(error).__name__
        log.warning("turn.failed", message=ask.message_id, down=not counts, reason=reason)
        metering.turns.labels("failed" if counts else "down").inc()
        try:
            pause = await self._keep(lambda session: keep_failure(session, ask, self._pace, counts=counts))
        except Dropped:
            return
        if pause is None:
            metering.turns.labels("given_up").inc()
        else:
            self._loop.call_later(pause, self.pick_up, ask.conversation_id)

    async def _keep[Result](self, work: Callable[[Session], Result]) -> Result:
        return await self._storage.write(work, within=self._pace.commit_within)

    def _question(self, ask: Ask) -> Question:
        return Question(ask.message_id, ask.text, ask.payload, ask.state, ask.token.sign(self._secret))

    def _take_place(self) -> bool:
        if self._free == 0:
            return False
        self._free -= 1
        return True

    def _leave_place(self, had_one: bool) -> None:
        if had_one:
            self._free += 1
            self._work_off()

    def _spawn[Result](self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _store_word(session: Session, conversation_id: str, word: Said | Chose) -> tuple[Conversation, bool]:
    conversation = lock_conversation(session, conversation_id)
    return conversation, store(session, conversation, word)[1]

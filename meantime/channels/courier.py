"""Carries the outbox to the providers. Any number of these may work on one database.

Nothing in memory is needed for correctness: what a dead process leaves behind is picked up from the outbox when its
lease has run out, and is looked for at the provider before it is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from sqlalchemy.orm import Session

from meantime.channels.sender import MaybeAccepted, NeverAccepted, Sender, SendingFailed
from meantime.conversations import metering
from meantime.conversations.due import when_due
from meantime.conversations.pace import Pace
from meantime.conversations.sending import (
    LostClaim,
    Outgoing,
    claim,
    due_contacts,
    keep_for_later,
    keep_refused,
    keep_sent,
    keep_suppressed,
    release,
)
from meantime.conversations.storage import Storage, StorageBusy

MOST = 200
CODE_LENGTH = 20

log = structlog.get_logger()


class Courier:
    """One per process, inside the event loop. Sends at most ``sends_at_once`` pages at a time, to one contact one
    after the other."""

    def __init__(self, storage: Storage, senders: Mapping[str, Sender], pace: Pace) -> None:
        self._storage = storage
        self._senders = senders
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._backlog: dict[int, None] = {}
        self._sending: dict[int, Outgoing] = {}
        self._busy: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        when_due(storage.database, self._pick_up_from_thread)

    def pick_up(self, contact_id: int) -> None:
        """See to what waits for the contact, as soon as a place is free."""
        if self._senders and not self._stopping:
            self._backlog[contact_id] = None
            self._work_off()

    async def pick_up_due(self) -> None:
        """Find what nobody has picked up: put off until now, or left by a process that died."""
        if not self._senders:
            return
        channels = tuple(self._senders)
        for contact_id in await self._storage.read(partial(due_contacts, channels=channels, most=MOST)):
            self.pick_up(contact_id)

    async def stop(self) -> None:
        """Let what is being sent end for a moment. What is cut off is left as it is: it may have been taken."""
        self._stopping = True
        self._backlog.clear()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._pace.drain_seconds)
        left = list(self._sending.values())
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for out in left:
            try:
                await self._storage.write(partial(release, out=out), within=0)
            except StorageBusy:
                log.warning("courier.lease_left", delivery=out.id)

    def _pick_up_from_thread(self, contact_id: int) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.pick_up, contact_id)

    def _work_off(self) -> None:
        for contact_id in list(self._backlog):
            if len(self._busy) >= self._pace.sends_at_once:
                return
            if contact_id in self._busy:
                continue  # it is looked at once more when that ends
            del self._backlog[contact_id]
            self._busy.add(contact_id)
            task = self._loop.create_task(self._serve(contact_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, contact_id: int) -> None:
        try:
            out = await self._storage.write(partial(claim, contact_id=contact_id, pace=self._pace))
            while out is not None and out.channel in self._senders:
                self._sending[contact_id] = out
                out = await self._carry(out)
        except StorageBusy:
            log.warning("courier.not_kept", contact=contact_id)  # found again when the lease has run out
        except LostClaim:
            metering.deliveries.labels("lost_claim").inc()
        except Exception as error:  # a bug must not keep all the others from being sent
            log.exception("courier.failed", error=type(error).__name__, contact=contact_id)
        finally:
            self._sending.pop(contact_id, None)
            self._busy.discard(contact_id)
            if not self._stopping:
                self._work_off()

    async def _carry(self, out: Outgoing) -> Outgoing | None:
        """Send one page and keep what came of it; return what follows."""
        try:
            provider_id = await self._hand_over(out)
        except NeverAccepted as refused:
            metering.deliveries.labels("refused").inc()
            log.warning("delivery.refused", delivery=out.id, code=refused.code)
            return await self._keep(partial(keep_refused, out=out, code=refused.code, pace=self._pace))
        except SendingFailed as failed:
            await self._put_off(out, failed)
            return None
        if provider_id is None:
            metering.deliveries.labels("suppressed").inc()
            return await self._keep(partial(keep_suppressed, out=out, pace=self._pace))
        metering.deliveries.labels("sent").inc()
        return await self._keep(partial(keep_sent, out=out, provider_id=provider_id, pace=self._pace))

    async def _hand_over(self, out: Outgoing) -> str | None:
        """Return what the provider calls the page; None where it was never taken and may not be sent any more.
        Raises SendingFailed."""
        sender = self._senders[out.channel]
        try:
            provider_id = await sender.find(out) if out.may_be_sent else None
            if provider_id is not None or out.is_opted_out:
                return provider_id
            return await sender.send(out)
        except SendingFailed:
            raise
        except Exception as error:  # a bug must not send one page again and again
            log.exception("delivery.failed", error=type(error).__name__, delivery=out.id)
            raise MaybeAccepted(type(error).__name__[:CODE_LENGTH]) from error

    async def _put_off(self, out: Outgoing, failed: SendingFailed) -> None:
        pause = await self._keep(
            partial(
                keep_for_later,
                out=out,
                code=failed.code,
                pace=self._pace,
                after=failed.after,
                may_be_sent=isinstance(failed, MaybeAccepted),
            )
        )
        outcome = "parked" if pause is None else "put_off"
        metering.deliveries.labels(outcome).inc()
        log.warning(f"delivery.{outcome}", delivery=out.id, code=failed.code, attempts=out.attempts)
        # Parked: what waits behind it is due now.
        self._loop.call_later(pause or 0, self.pick_up, out.contact_id)

    async def _keep[Result](self, work: Callable[[Session], Result]) -> Result:
        return await self._storage.write(work, within=self._pace.commit_within)
